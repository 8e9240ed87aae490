//! A database with the project's schema and seed, asked as one person or another.

use std::path::Path;

use local_supabase::{
    project::{Project, Script},
    setup,
};
use serde_json::{Value, json};
use tokio_postgres::{Client, Error};
use uuid::Uuid;

/// The people of the seed.
pub const MARA: Uuid = Uuid::from_u128(0x4000_8000_0000_0000_0001);
pub const TOM: Uuid = Uuid::from_u128(0x4000_8000_0000_0000_0002);
pub const INES: Uuid = Uuid::from_u128(0x4000_8000_0000_0000_0003);
/// The seeded event with five seats, one of them taken by Tom.
pub const BREAD: Uuid = Uuid::from_u128(0x4000_9000_0000_0000_0002);

pub struct Database(throwaway_server::Database);

impl Database {
    pub async fn start() -> Self {
        Self::prepared("").await
    }

    /// A database in which `before` was run as the migrations' role before they were.
    pub async fn prepared(before: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../supabase");
        let mut project = Project::read(&folder).unwrap();
        let first = Script {
            path: "0_before.sql".into(),
            version: "0".to_owned(),
            name: "before".to_owned(),
            sql: before.to_owned(),
        };
        project.migrations.insert(0, first);
        Self(throwaway_server::Database::of(&project).await)
    }

    /// A connection that may do anything.
    pub async fn admin(&self) -> Client {
        setup::connect(&self.0.config).await.unwrap()
    }

    /// A connection of a signed-in person.
    pub async fn person(&self, id: Uuid) -> Client {
        let client = self.admin().await;
        let claims = json!({"sub": id, "role": "authenticated"}).to_string();
        client
            .query_one(
                "select set_config('request.jwt.claims', $1, false)",
                &[&claims],
            )
            .await
            .unwrap();
        client
            .batch_execute("set role authenticated")
            .await
            .unwrap();
        client
    }
}

/// The one value of the one row.
pub async fn value(client: &Client, sql: &str) -> Value {
    let row = client
        .query_one(&format!("select to_json(({sql}))::text"), &[])
        .await
        .unwrap();
    row.get::<_, Option<&str>>(0)
        .map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
}

/// SQLSTATE of a refusal and its message.
pub fn refusal(error: &Error) -> (String, String) {
    let error = error.as_db_error().expect("the database refuses");
    (error.code().code().to_owned(), error.message().to_owned())
}

//! The project's schema with one row of the owner's in every table, on a server of its own.

use std::{collections::BTreeMap, path::Path};

use local_supabase::{Config, project::Project};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use throwaway_server::{Database, Server};
use tokio_postgres::Client;

use crate::{
    catalog::{Catalog, Table},
    role::{Role, fill_sql},
    sheet::{self, Sheet},
};

pub struct World {
    pub db: Client,
    pub catalog: Catalog,
    pub sheets: BTreeMap<String, Sheet>,
    /// A cursor from before all rows.
    pub cursor: String,
    pub server: Server,
    _database: Database,
}

impl World {
    /// Starts everything; a table that nobody has thought about ends the test here.
    pub async fn start() -> Self {
        let mut project =
            Project::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../supabase")).unwrap();
        project.seeds.clear();
        let database = Database::of(&project).await;
        let db = database.connect().await;
        let (catalog, sheets) = (Catalog::read(&db).await, sheet::read_all());
        assert_eq!(
            project.settings.api.schemas,
            ["public"],
            "the catalogue is read for this schema"
        );
        let cursor = db
            .query_one("select public.sync() ->> 'cursor'", &[])
            .await
            .unwrap()
            .get(0);
        db.batch_execute(&fill_sql(include_str!("rows.sql")))
            .await
            .unwrap();
        for table in &catalog.tables {
            table.has_all(&sheets);
        }

        let reached = database.config.clone();
        let server = Server::start(Config::default(), project.settings, reached).await;
        let world = Self {
            db,
            catalog,
            sheets,
            cursor,
            server,
            _database: database,
        };
        world.save().await;
        world
    }

    /// Remembers the rows as they are.
    async fn save(&self) {
        let tables = self.catalog.tables.iter().filter(|table| table.writable);
        let copies: String = tables
            .map(|Table { name, .. }| {
                format!("create table saved.{name} as select * from public.{name};")
            })
            .collect();
        self.db
            .batch_execute(&format!("create schema saved; {copies}"))
            .await
            .unwrap();
    }

    /// Makes the rows what they were.
    pub async fn restore(&self) {
        let tables = self.catalog.tables.iter().filter(|table| table.writable);
        let copies: String = tables
            .map(|Table { name, .. }| {
                format!("delete from public.{name}; insert into public.{name} select * from saved.{name};")
            })
            .collect();
        self.db
            .batch_execute(&format!(
                "set session_replication_role = replica; {copies} set session_replication_role = origin"
            ))
            .await
            .unwrap();
    }

    /// A setting of a table's file, with ids for names.
    pub fn setting(&self, table: &str, name: &str, role: Role) -> Map<String, Value> {
        let setting = role.fill(&self.sheets[table].settings[name]);
        setting.as_object().expect("settings are objects").clone()
    }

    /// The filter that finds the owner's row.
    pub fn filter(&self, table: &str) -> String {
        let row = self.setting(table, "row", Role::Owner);
        let conditions = row.iter().map(|(column, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            format!(
                "{column}=eq.{}",
                utf8_percent_encode(&value, NON_ALPHANUMERIC)
            )
        });
        conditions.collect::<Vec<_>>().join("&")
    }

    /// The owner's row as it is stored; null when it is gone.
    pub async fn row(&self, table: &str) -> Value {
        let key = Value::Object(self.setting(table, "row", Role::Owner));
        let row = self
            .db
            .query_opt(
                &format!("select to_jsonb(t) from public.{table} t where to_jsonb(t) @> $1"),
                &[&key],
            )
            .await
            .unwrap();
        row.map_or(Value::Null, |row| row.get(0))
    }
}

impl Table {
    fn has_all(&self, sheets: &BTreeMap<String, Sheet>) {
        let name = &self.name;
        let sheet = sheets.get(name).unwrap_or_else(|| {
            panic!(
                "public.{name} has no cells: add tests/rls/matrix/{name}.txt as for the other tables, with the settings \
                 `row`, `insert`, `upsert` and `values`, and a row of the owner's to tests/rls/rows.sql; this test then \
                 says which lines the file needs"
            )
        });
        let wanted: &[&str] = if self.writable {
            &["row", "insert", "upsert", "values"]
        } else {
            &["row"]
        };
        for setting in wanted {
            assert!(
                sheet.settings.get(*setting).is_some_and(Value::is_object),
                "tests/rls/matrix/{name}.txt lacks `{setting}: {{…}}`"
            );
        }
        let values = if self.writable {
            Some(&sheet.settings["values"])
        } else {
            None
        };
        for column in &self.columns {
            assert!(
                values.is_none_or(|values| values.get(column).is_some()),
                "public.{name} has a column {column} without cells: give it a value in `values` of \
                 tests/rls/matrix/{name}.txt; this test then says which lines the file needs"
            );
        }
    }
}

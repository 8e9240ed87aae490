//! A server of its own for each test.

mod client;

use std::ops::Deref;

pub use client::Client;
use local_supabase::{
    Config,
    project::{Project, Settings},
};
use serde_json::{Value, json};
use throwaway_server::Database;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::connect_async;

/// Two people.
pub const ANN: &str = "0a510000-0000-4000-8000-00000000000a";
pub const BOB: &str = "0b0b0000-0000-4000-8000-00000000000b";

/// Tables with one reason each: `notes` belongs to people, `board` is open to all members.
const SCHEMA: &str = "
    create table public.notes (
      id uuid primary key default gen_random_uuid(),
      owner_id uuid not null,
      body text not null,
      secret text,
      tags text[] not null default '{}',
      amount numeric,
      big int8,
      done bool,
      extra jsonb,
      day date,
      seen_at timestamptz,
      txid xid8
    );
    alter table public.notes enable row level security;
    grant select (id, owner_id, body, tags, amount, big, done, extra, day, seen_at, txid)
      on public.notes to authenticated;
    create policy own on public.notes for select to authenticated using (owner_id = auth.uid());
    create table public.board (place int, line int, words text, price numeric, primary key (place, line));
    alter table public.board replica identity full;
    alter table public.board enable row level security;
    grant select on public.board to authenticated;
    create policy all_members on public.board for select to authenticated using (true);
    alter publication supabase_realtime add table public.notes, public.board;
";

/// A running server over its own PostgreSQL; both end with it.
pub struct Server {
    pub db: tokio_postgres::Client,
    server: throwaway_server::Server,
    _database: Database,
}

impl Deref for Server {
    type Target = throwaway_server::Server;

    fn deref(&self) -> &Self::Target {
        &self.server
    }
}

impl Server {
    pub async fn start() -> Self {
        Self::start_with(Config::default()).await
    }

    pub async fn start_with(config: Config) -> Self {
        let database = Database::of(&Project::default()).await;
        let db = database.connect().await;
        db.batch_execute(SCHEMA).await.unwrap();
        let reached = database.config.clone();
        let server = throwaway_server::Server::start(config, Settings::default(), reached).await;
        Self {
            db,
            server,
            _database: database,
        }
    }

    /// Stops the service as a signal does, and starts another over the same database.
    pub async fn restart(&mut self) {
        self.server.restart().await;
    }

    /// Sends a request as `token`; returns status, head and body.
    pub async fn http(&self, request: &str, token: &str, body: &str) -> (u16, String, String) {
        self.http_of("application/json", request, token, body).await
    }

    pub async fn http_of(
        &self,
        kind: &str,
        request: &str,
        token: &str,
        body: &str,
    ) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let head = format!(
            "{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (
            head[9..12].parse().unwrap(),
            head.to_lowercase(),
            body.to_owned(),
        )
    }

    pub async fn sql(&self, statements: &str) {
        self.db.batch_execute(statements).await.unwrap();
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        let sql = format!("select count(*) from {table}");
        self.db.query_one(&sql, &[]).await.unwrap().get(0)
    }

    /// A token of the role `authenticated` that ends `lifetime` seconds from now.
    pub fn token(&self, user: &str, lifetime: i64) -> String {
        let exp = i64::try_from(local_supabase::jwt::now()).unwrap() + lifetime;
        let claims =
            json!({"role": "authenticated", "sub": user, "exp": exp, "aud": "authenticated"});
        self.state.secret.sign(claims.as_object().unwrap())
    }

    pub async fn client(&self) -> Client {
        self.client_with(&format!("apikey={}&vsn=2.0.0", self.state.keys.publishable))
            .await
            .unwrap()
    }

    pub async fn client_with(&self, query: &str) -> Result<Client, (u16, Value)> {
        let url = format!("ws://{}/realtime/v1/websocket?{query}", self.address);
        match connect_async(url).await {
            Ok((socket, _)) => Ok(Client::new(socket)),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => {
                let body = response.body().as_deref().unwrap_or_default();
                Err((
                    response.status().as_u16(),
                    serde_json::from_slice(body).unwrap_or_default(),
                ))
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// A client that hears all changes of `bindings` as `user`.
    pub async fn listener(&self, user: &str, bindings: Value) -> Client {
        self.listener_with(&self.token(user, 3600), bindings).await
    }

    /// A client that hears all changes of `bindings` as the holder of `token`.
    pub async fn listener_with(&self, token: &str, bindings: Value) -> Client {
        let mut client = self.client().await;
        let config = json!({"postgres_changes": bindings});
        client.join("realtime:room", config, token).await;
        client.subscribed().await;
        client
    }
}

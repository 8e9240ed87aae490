//! A server of its own for each test, and a client that speaks frames.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use local_supabase::{AppState, Config, project::Project, setup};
use postgres_cluster::{Binaries, Cluster, Options};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

/// Two people.
pub const ANN: &str = "0a510000-0000-4000-8000-00000000000a";
pub const BOB: &str = "0b0b0000-0000-4000-8000-00000000000b";

/// Longest that anything here may take; only a failing test ever waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

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
    pub state: AppState,
    pub address: String,
    serving: tokio::task::JoinHandle<()>,
    cluster: Option<Cluster>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
        if let Some(cluster) = self.cluster.take() {
            tokio::task::block_in_place(|| cluster.stop());
        }
    }
}

impl Server {
    pub async fn start() -> Self {
        Self::start_with(Config::default()).await
    }

    pub async fn start_with(config: Config) -> Self {
        let cluster = tokio::task::spawn_blocking(|| {
            let binaries = Binaries::find(None).expect("PostgreSQL is installed");
            let options = Options {
                superuser: "supabase_admin".into(),
                unsafe_but_fast: true,
                ..Options::default()
            };
            Cluster::throwaway(binaries, &options, &|_| {}).expect("a cluster starts")
        });
        let cluster = cluster.await.unwrap();
        let mut database = tokio_postgres::Config::new();
        database
            .host("127.0.0.1")
            .port(cluster.port())
            .user("supabase_admin")
            .password("postgres")
            .dbname("postgres");
        let project = Project::default();
        setup::prepare(&database, &project, &|_| {}).await.unwrap();
        let (db, connection) = database.connect(tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        db.batch_execute(SCHEMA).await.unwrap();

        let (state, address, serving) = serve(config, database).await;
        Self {
            db,
            state,
            address,
            serving,
            cluster: Some(cluster),
        }
    }

    /// Stops the service as a signal does, and starts another over the same database.
    pub async fn restart(&mut self) {
        self.serving.abort();
        self.state.realtime.stop().await;
        let config = Config::clone(&self.state.config);
        let served = serve(config, self.state.database.clone()).await;
        (self.state, self.address, self.serving) = served;
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
            Ok((socket, _)) => Ok(Client {
                socket,
                skipped: Vec::new(),
            }),
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

async fn serve(
    config: Config,
    database: tokio_postgres::Config,
) -> (AppState, String, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let settings = Project::default().settings;
    let state = AppState::new(config, settings, &format!("http://{address}"), database);
    let app = local_supabase::app(state.clone()).await.unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (state, address, serving)
}

/// One socket.
pub struct Client {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Frames that were read while waiting for another.
    skipped: Vec<Value>,
}

impl Client {
    pub async fn send(&mut self, frame: Value) {
        self.socket
            .send(Message::text(frame.to_string()))
            .await
            .unwrap();
    }

    /// Joins with `ref` and `join_ref` "1" and returns the response of the reply.
    pub async fn join(&mut self, topic: &str, config: Value, token: &str) -> Value {
        self.send(json!(["1", "1", topic, "phx_join", {"config": config, "access_token": token}]))
            .await;
        let reply = self.event("phx_reply").await;
        reply[4].clone()
    }

    /// The next frame of an event; others wait for their turn.
    pub async fn event(&mut self, event: &str) -> Value {
        if let Some(at) = self.skipped.iter().position(|frame| frame[3] == event) {
            return self.skipped.remove(at);
        }
        loop {
            let frame = self.frame().await;
            if frame[3] == event {
                return frame;
            }
            self.skipped.push(frame);
        }
    }

    /// The next frame off the wire.
    pub async fn frame(&mut self) -> Value {
        match self.message().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("expected a text frame, not {other:?}"),
        }
    }

    /// The next message off the wire; nothing when the server has closed.
    pub async fn message(&mut self) -> Option<Message> {
        let message = timeout(PATIENCE, self.socket.next()).await;
        message.expect("a frame in time").and_then(Result::ok)
    }

    /// Reads until the server ends the connection; the code and reason that it gave, if it gave any.
    pub async fn end(&mut self) -> Option<(u16, String)> {
        loop {
            match self.message().await {
                Some(Message::Close(close)) => {
                    return close.map(|close| (close.code.into(), close.reason.to_string()));
                }
                Some(_) => {}
                None => return None,
            }
        }
    }

    pub async fn subscribed(&mut self) {
        let system = self.event("system").await;
        assert_eq!(system[4]["message"], "Subscribed to PostgreSQL", "{system}");
        assert_eq!(system[4]["status"], "ok");
    }

    /// The next change's data.
    pub async fn change(&mut self) -> Value {
        self.event("postgres_changes").await[4]["data"].clone()
    }
}

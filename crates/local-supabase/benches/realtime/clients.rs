//! Many people with a socket each, who note how old every change is when it reaches them.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_util::{SinkExt, StreamExt};
use local_supabase::{
    jwt::{self, Secret},
    keys::JWT_SECRET,
};
use serde_json::json;
use tokio::{
    net::TcpStream,
    sync::Semaphore,
    task::JoinHandle,
    time::{Instant, interval_at, sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use crate::{
    histogram::Histogram,
    server::{Server, user},
};

/// So many connect at a time.
const DOORS: usize = 32;
/// Who says nothing is cut off.
const BEAT: Duration = Duration::from_secs(25);
/// Longer, and something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everybody who is connected.
#[derive(Default)]
pub struct Clients {
    heard: Arc<Heard>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// What all of them have heard.
#[derive(Default)]
pub struct Heard {
    latency: Mutex<Arc<Histogram>>,
    deletions: AtomicUsize,
}

impl Clients {
    /// Connects further people until there are `count`, each subscribed to `table`.
    pub async fn grow(&self, server: &Server, table: &str, count: usize) {
        let present = self.tasks.lock().unwrap().len();
        let secret = Secret::new(JWT_SECRET);
        let doors = Arc::new(Semaphore::new(DOORS));
        let mut entering = Vec::new();
        for number in present..count {
            let doors = doors.clone();
            let url = format!(
                "ws://{}/realtime/v1/websocket?apikey={}&vsn=2.0.0",
                server.address, server.key
            );
            let join = join(&secret, number, table);
            entering.push(tokio::spawn(async move {
                let _door = doors.acquire().await.unwrap();
                let stream = timeout(PATIENCE, enter(&url, join)).await;
                stream.expect("a client is subscribed in time")
            }));
        }
        for client in entering {
            let listening = tokio::spawn(listen(client.await.unwrap(), self.heard.clone()));
            self.tasks.lock().unwrap().push(listening);
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.tasks.lock().unwrap().len()
    }

    /// Begins a new count of what they hear.
    pub fn begin(&self) -> Arc<Histogram> {
        let begun = Arc::<Histogram>::default();
        *self.heard.latency.lock().unwrap() = begun.clone();
        begun
    }

    /// Everybody goes.
    pub fn leave(&self) {
        for task in self.tasks.lock().unwrap().drain(..) {
            task.abort();
        }
    }

    /// Deletes a row, which needs no permission to hear of; returns how many have heard.
    pub async fn all_hear_a_deletion(&self, server: &Server) -> usize {
        server
            .db
            .batch_execute(
                "insert into own (room, user_id, body, sent) values (0, gen_random_uuid(), '', 0);
                 delete from own",
            )
            .await
            .unwrap();
        let heard = || self.heard.deletions.load(Ordering::Relaxed);
        for _ in 0..100 {
            if heard() >= self.count() {
                break;
            }
            // Asked again until all have heard, at most ten seconds: the clients only count.
            sleep(Duration::from_millis(100)).await;
        }
        heard()
    }
}

/// A join with one binding, for a person of their own.
fn join(secret: &Secret, number: usize, table: &str) -> Message {
    let claims = json!({
        "aud": "authenticated", "role": "authenticated", "sub": user(number), "exp": jwt::now() + 36_000,
        "iat": jwt::now(), "email": format!("person{number}@example.com"), "is_anonymous": false,
        "app_metadata": {"provider": "email", "providers": ["email"]}, "user_metadata": {"name": "A person"},
        "aal": "aal1", "session_id": user(number)
    });
    let token = secret.sign(claims.as_object().unwrap());
    let config = json!({"postgres_changes": [{"event": "*", "schema": "public", "table": table}]});
    let payload = json!({"config": config, "access_token": token});
    Message::text(json!(["1", "1", "realtime:load", "phx_join", payload]).to_string())
}

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn enter(url: &str, join: Message) -> Stream {
    let config = WebSocketConfig::default().read_buffer_size(16 * 1024);
    let (mut socket, _) = connect_async_with_config(url, Some(config), true)
        .await
        .expect("the server takes the connection; if not, see what `ulimit -n` says");
    socket.send(join).await.unwrap();
    loop {
        let message = socket.next().await.unwrap().unwrap();
        let text = message.to_text().unwrap();
        if text.contains("Subscribed to PostgreSQL") {
            return socket;
        }
        assert!(!text.contains("\"error\""), "{text}");
    }
}

async fn listen(mut socket: Stream, heard: Arc<Heard>) {
    let mut beat = interval_at(Instant::now() + BEAT, BEAT);
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            _ = beat.tick() => {
                let beat = json!([null, "2", "phoenix", "heartbeat", {}]).to_string();
                socket.send(Message::text(beat)).await.unwrap();
                continue;
            }
        };
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(_)) => continue,
            Some(Err(_)) | None => return,
        };
        if let Some(sent) = sent(&text) {
            let latency = heard.latency.lock().unwrap().clone();
            latency.record(micros().saturating_sub(sent));
        } else if text.contains("\"DELETE\"") {
            heard.deletions.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// When the row of a change was made, in microseconds since 1970.
fn sent(text: &str) -> Option<u64> {
    let (_, rest) = text.rsplit_once("\"sent\":")?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
    rest[..end].parse().ok().filter(|sent| *sent > 0)
}

fn micros() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_micros()).unwrap()
}

//! One engine with a table of any size, driven by its inputs as a browser would.

use model::{Id, TavernMessage, tavern_message::TavernMessagePatch};
use sync::{Config, Engine, Input, Instant, Now, Output, RequestId, Response, SocketId};
use uuid::Uuid;
use wire::{
    Timestamp,
    auth::{Session, User},
};

/// The author of every row.
const AUTHOR: u128 = 0xa;
/// When the first row was written; the others follow by the second.
const BEGIN: i64 = 1_750_000_000_000_000;
const SECOND: i64 = 1_000_000;

/// An engine that is synced.
pub struct Client {
    /// The engine.
    pub engine: Engine,
    now: Now,
    socket: SocketId,
    rows: usize,
    rev: i64,
}

impl Client {
    /// An engine that has asked for its rows, and the request that waits for them.
    pub fn asking() -> (Self, RequestId) {
        let now = Now {
            instant: Instant(std::time::Duration::from_secs(1)),
            wall: Timestamp(BEGIN * 2),
        };
        let session = Session {
            access_token: "token".into(),
            refresh_token: "refresh".into(),
            expires_in: 86_400,
            expires_at: now.wall.millis() as u64 / 1000 + 86_400,
            user: User {
                id: Uuid::from_u128(AUTHOR).to_string(),
                email: String::new(),
            },
        };
        let config = Config {
            channel: "bench".into(),
            private: false,
            app: String::new(),
            seed: 1,
        };
        let mut engine = Engine::new(config, session);
        model::register(&mut engine);
        engine.start(now, true);
        let mut client = Self {
            engine,
            now,
            socket: SocketId::default(),
            rows: 0,
            rev: 0,
        };
        let Some(Output::OpenSocket(socket)) = client.engine.poll_output() else {
            panic!("the first thing is to open a socket");
        };
        client.socket = socket;
        client.handle(Input::SocketOpened(socket));
        let Some(Output::Send(_, join)) = client.engine.poll_output() else {
            panic!("the second thing is to join");
        };
        let join: serde_json::Value = serde_json::from_str(&join).expect("the engine writes JSON");
        let reply = serde_json::json!([
            join[0], join[1], join[2], "phx_reply", {"status": "ok", "response": {}}
        ]);
        client.frame(reply.to_string());
        client.frame(
            r#"[null,null,"realtime:bench","system",{"extension":"postgres_changes","status":"ok","message":"Subscribed to PostgreSQL","channel":"bench"}]"#.into(),
        );
        let request =
            std::iter::from_fn(|| client.engine.poll_output()).find_map(|output| match output {
                Output::Request(request) => Some(request.id),
                _ => None,
            });
        (
            client,
            request.expect("rows are asked for once changes flow"),
        )
    }

    /// An engine with `rows` messages, all told.
    #[allow(dead_code, reason = "a benchmark with a page tells it")]
    pub fn with(rows: usize) -> Self {
        Self::with_changes(rows, |client| {
            drop(client.engine.changes::<TavernMessage>())
        })
    }

    /// The same, with what is to be done once the rows are there.
    pub fn with_changes(rows: usize, told: impl FnOnce(&mut Self)) -> Self {
        let (mut client, request) = Self::asking();
        client.load(request, answer(rows), rows);
        assert_eq!(client.engine.keys::<TavernMessage>().count(), rows);
        told(&mut client);
        client
    }

    /// Takes in what [`answer`] says.
    pub fn load(&mut self, request: RequestId, body: String, rows: usize) {
        let response = Response {
            status: 200,
            body,
            retry_after: None,
        };
        self.handle(Input::Response(request, Some(response)));
        self.rows = rows;
        self.rev = rows as i64;
    }

    /// A person edits the row in the middle; the answer never comes.
    pub fn edit_the_middle(&mut self) -> Id {
        let key = id(self.rows / 2);
        let patch = TavernMessagePatch {
            body: Some("what I meant".into()),
        };
        self.engine.update::<TavernMessage>(self.now, key, patch);
        key
    }

    /// A change of the stream: row `number` is moved to the `place`th second.
    pub fn moved(&mut self, number: usize, place: usize) -> String {
        self.rev += 1;
        change("UPDATE", &row(number, place, self.rev))
    }

    /// A change of the stream: a new row at the end.
    pub fn added(&mut self) -> String {
        self.rev += 1;
        self.rows += 1;
        change("INSERT", &row(self.rows - 1, self.rows - 1, self.rev))
    }

    /// Takes in a frame.
    pub fn frame(&mut self, text: String) {
        self.handle(Input::Frame(self.socket, text));
    }

    fn handle(&mut self, input: Input) {
        self.engine.handle(self.now, input);
    }
}

/// Key of the row with this number.
pub fn id(number: usize) -> Id {
    Id::from(Uuid::from_u128((number as u128 + 1) << 64 | 0x4000_8000))
}

/// The body of an answer with so many messages and nothing else.
pub fn answer(rows: usize) -> String {
    let rows: Vec<_> = (0..rows)
        .map(|number| row(number, number, number as i64 + 1))
        .collect();
    format!(
        r#"{{"cursor":"1","restart":false,"complete":true,"rows":{{"tavern_messages":[{}]}},"tombstones":[]}}"#,
        rows.join(",")
    )
}

/// As PostgREST and Realtime write it.
fn row(number: usize, place: usize, rev: i64) -> String {
    let created = Timestamp(BEGIN + place as i64 * SECOND);
    let created = serde_json::to_string(&created).expect("a timestamp is a text");
    format!(
        r#"{{"id":"{}","author_id":"{}","body":"Message {number}: two of us bring the soup, who brings the bread?","edited_at":null,"created_at":{created},"rev":{rev}}}"#,
        id(number).id,
        Uuid::from_u128(AUTHOR),
    )
}

fn change(kind: &str, record: &str) -> String {
    format!(
        r#"[null,null,"realtime:bench","postgres_changes",{{"ids":[7],"data":{{"schema":"public","table":"tavern_messages","type":"{kind}","commit_timestamp":"2026-01-01T00:00:00.000Z","columns":[{{"name":"id","type":"uuid"}},{{"name":"author_id","type":"uuid"}},{{"name":"body","type":"text"}},{{"name":"edited_at","type":"timestamptz"}},{{"name":"created_at","type":"timestamptz"}},{{"name":"rev","type":"int8"}}],"record":{record},"errors":null}}}}]"#
    )
}

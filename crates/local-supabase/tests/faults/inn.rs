//! Where the stories happen: a server, a network that fails, and Mara and Tom of the seed.

use std::net::SocketAddr;

use fault_proxy::Proxy;
use model::{
    Event, TavernMessage,
    event::EventPatch,
    tavern_message::{TavernMessageDraft, TavernMessagePatch},
};
use sync::Table;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::{
    client::{Client, PATIENCE},
    driver::Place,
    server::Server,
    shown::Shown,
};

/// Mara's event.
pub const QUIZ: Uuid = Uuid::from_u128(0x0000_0000_0000_4000_9000_0000_0000_0001);

pub struct Inn {
    pub server: Server,
    pub proxy: Proxy,
    pub place: Place,
    pub mara: Client,
    pub tom: Client,
    /// What was said in the tavern, each line once.
    said: Vec<String>,
}

impl Inn {
    /// Opens with both people live.
    pub async fn open(server: Server) -> Self {
        let upstream: SocketAddr = server.address().parse().unwrap();
        let proxy = Proxy::start(0, upstream).await.unwrap();
        let place = Place {
            address: format!("127.0.0.1:{}", proxy.port()),
            key: server.key().to_owned(),
        };
        let mara = Client::start("mara", &place, server.sign_in("mara").await);
        let tom = Client::start("tom", &place, server.sign_in("tom").await);
        let inn = Self {
            server,
            proxy,
            place,
            mara,
            tom,
            said: Vec::new(),
        };
        inn.both_live().await;
        inn
    }

    pub async fn throwaway() -> Self {
        Self::open(Server::throwaway(&[]).await).await
    }

    pub fn people(&self) -> [&Client; 2] {
        [&self.mara, &self.tom]
    }

    pub async fn both_live(&self) {
        for person in self.people() {
            person.live().await;
        }
    }

    /// Both say a line, which waits its turn if the network is away.
    pub async fn both_say(&mut self, words: &str) {
        for mara in [true, false] {
            self.say(mara, words).await;
        }
    }

    /// Mara, or else Tom, says a line; returns its key.
    pub async fn say(&mut self, mara: bool, words: &str) -> Uuid {
        let person = if mara { &self.mara } else { &self.tom };
        let body = format!("{words}, says {} ({})", person.name, self.said.len());
        self.said.push(body.clone());
        write(person, body).await
    }

    /// Heals the network and waits until both see what the database shows them, and nothing waits.
    pub async fn settles(&self) {
        self.proxy.heal();
        let end = Instant::now() + PATIENCE;
        for person in self.people() {
            person.live().await;
            person
                .until("nothing waits", |engine, _| engine.waiting() == 0)
                .await;
        }
        for person in self.people() {
            loop {
                let truth = self.server.shown_to(person.name).await;
                let shown = person.with_engine(|engine, _| Shown::by(engine)).await;
                if shown == truth {
                    break;
                }
                if Instant::now() > end {
                    let (lacks, has) = (truth.beyond(&shown), shown.beyond(&truth));
                    let state = person.state().await;
                    panic!(
                        "{} lacks {lacks:#?}\nand has {has:#?}\n{state}",
                        person.name
                    );
                }
                sleep(std::time::Duration::from_millis(50)).await;
            }
        }
        self.both_live().await;
        let rows = self
            .server
            .sql()
            .await
            .query("select body from public.tavern_messages", &[])
            .await
            .unwrap();
        let stored: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        for body in &self.said {
            let times = stored.iter().filter(|stored| *stored == body).count();
            assert_eq!(times, 1, "stored once: {body}");
        }
        for person in self.people() {
            assert!(
                person.store().kept.is_empty(),
                "{} keeps nothing that is done",
                person.name
            );
        }
    }
}

/// Writes a line; returns its key.
pub async fn write(person: &Client, body: String) -> Uuid {
    let draft = TavernMessageDraft {
        id: Uuid::new_v4(),
        author_id: person.me,
        body,
        reply_to: None,
    };
    let id = draft.id;
    person
        .with_engine(move |engine, now| engine.insert::<TavernMessage>(now, draft))
        .await;
    id
}

/// Edits a line.
pub async fn edit(person: &Client, id: Uuid, new: &str) {
    let patch = TavernMessagePatch {
        body: Some(new.to_owned()),
    };
    person
        .with_engine(move |engine, now| engine.update::<TavernMessage>(now, id.into(), patch))
        .await;
}

/// Moves Mara's event to another place.
pub async fn relocate(person: &Client, location: &str) {
    let patch = EventPatch {
        location: Some(location.to_owned()),
        ..EventPatch::default()
    };
    person
        .with_engine(move |engine, now| engine.update::<Event>(now, QUIZ.into(), patch))
        .await;
}

/// Waits until somebody sees a row as confirmed.
pub async fn sees<T: Table>(person: &Client, key: T::Key) {
    person
        .until("a row is seen", move |engine, _| {
            let entry = engine.entry::<T>(key);
            entry.is_some_and(|entry| entry.standing == sync::Standing::Confirmed)
        })
        .await;
}

//! The native driver: an engine on a thread of its own, with a real clock, real sockets and a store in memory.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sync::{Config, Engine, Input, Instant, Kept, Now, Output, SocketId, WriteId};
use tokio::{sync::mpsc, task::spawn_local, time::sleep};
use wire::{Timestamp, auth::Session};

use crate::{http, socket};

/// How much of its history a driver can tell.
const HISTORY: usize = 80;

/// What reaches the engine's thread.
pub enum News {
    Input(Input),
    Do(Work),
    /// Ends the client where it stands, as killing its process does.
    Kill,
}

/// Something to do with the engine.
pub type Work = Box<dyn FnOnce(&mut Engine, Now) + Send>;

/// What outlives a client, as local storage and IndexedDB outlive a page.
#[derive(Clone)]
pub struct Store {
    pub session: Session,
    pub kept: BTreeMap<WriteId, Kept>,
    pub rows: Option<String>,
}

/// What a driver shares with the test.
pub struct Shared {
    pub store: Mutex<Store>,
    pub history: Mutex<VecDeque<String>>,
}

/// Where the project is and what it is reached with.
#[derive(Clone)]
pub struct Place {
    /// `127.0.0.1:PORT`
    pub address: String,
    pub key: String,
}

struct Driver {
    place: Place,
    engine: Engine,
    shared: Arc<Shared>,
    news: mpsc::UnboundedSender<News>,
    socket: Option<(SocketId, mpsc::UnboundedSender<String>)>,
    born: std::time::Instant,
}

/// Runs a client until it is killed.
pub fn run(
    place: Place,
    seed: u64,
    shared: Arc<Shared>,
    news: mpsc::UnboundedSender<News>,
    arriving: mpsc::UnboundedReceiver<News>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let tasks = tokio::task::LocalSet::new();
    let Store {
        session,
        kept,
        rows,
    } = shared.store.lock().unwrap().clone();
    let config = Config {
        channel: "tavern".to_owned(),
        private: true,
        app: String::new(),
        seed,
    };
    let mut engine = Engine::new(config, session);
    model::register(&mut engine);
    let mut driver = Driver {
        place,
        engine,
        shared,
        news,
        socket: None,
        born: std::time::Instant::now(),
    };
    let now = driver.now();
    let unread = driver.engine.restore(now, kept.into_values().collect());
    assert_eq!(unread, [], "a client reads what its like has kept");
    driver.engine.start(now, true);
    if let Some(rows) = rows {
        assert!(driver.engine.remember(now, &rows), "{rows}");
    }
    tasks.block_on(&runtime, driver.live(arriving));
}

impl Driver {
    async fn live(mut self, mut arriving: mpsc::UnboundedReceiver<News>) {
        loop {
            while let Some(output) = self.engine.poll_output() {
                self.carry_out(output);
            }
            let due = self.engine.next_timeout();
            let now = self.now();
            let timer = async {
                match due {
                    Some(due) => sleep(due.since(now.instant)).await,
                    None => std::future::pending().await,
                }
            };
            let news = tokio::select! {
                news = arriving.recv() => news,
                () = timer => Some(News::Input(Input::Timeout)),
            };
            let now = self.now();
            match news {
                Some(News::Input(input)) => {
                    self.note(&input);
                    self.engine.handle(now, input);
                }
                Some(News::Do(work)) => work(&mut self.engine, now),
                Some(News::Kill) | None => return,
            }
        }
    }

    fn carry_out(&mut self, output: Output) {
        if !matches!(output, Output::SaveSession(_)) {
            self.note(&output);
        }
        match output {
            Output::OpenSocket(id) => {
                let (send, frames) = mpsc::unbounded_channel();
                self.socket = Some((id, send));
                let Place { address, key } = self.place.clone();
                spawn_local(socket::run(id, address, key, frames, self.news.clone()));
            }
            Output::CloseSocket(id) => {
                self.socket.take_if(|(open, _)| *open == id);
            }
            Output::Send(id, text) => {
                if let Some((open, frames)) = &self.socket
                    && *open == id
                {
                    // A socket that has ended drops it; the news of its end follows.
                    let _ = frames.send(text);
                }
            }
            Output::Tell(..) => unreachable!("no other tab shares our socket"),
            Output::Request(request) => {
                let (Place { address, key }, news) = (self.place.clone(), self.news.clone());
                spawn_local(async move {
                    let response = http::send(&address, &key, &request).await;
                    // Without a reader the client has been killed.
                    let _ = news.send(News::Input(Input::Response(request.id, response)));
                });
            }
            Output::SaveSession(session) => self.shared.store.lock().unwrap().session = session,
            Output::Keep(kept) | Output::Note(kept) => {
                self.shared.store.lock().unwrap().kept.insert(kept.id, kept);
            }
            Output::KeepRows(text) => self.shared.store.lock().unwrap().rows = Some(text),
            Output::ForgetRows => self.shared.store.lock().unwrap().rows = None,
            Output::Forget(id) => {
                self.shared.store.lock().unwrap().kept.remove(&id);
            }
        }
    }

    fn now(&self) -> Now {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        Now {
            instant: Instant(self.born.elapsed()),
            wall: Timestamp::from_millis(i64::try_from(wall.as_millis()).unwrap()),
        }
    }

    /// Remembers what happened, for whoever looks into a failure.
    fn note(&self, what: &dyn std::fmt::Debug) {
        let mut history = self.shared.history.lock().unwrap();
        if history.len() == HISTORY {
            history.pop_front();
        }
        let text: String = format!("{what:?}").chars().take(300).collect();
        history.push_back(format!("{:>9.3} {text}", self.born.elapsed().as_secs_f64()));
    }
}

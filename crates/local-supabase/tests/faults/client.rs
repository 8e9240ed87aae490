//! A person's client, as a test holds it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use sync::{Engine, Now, Status};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep},
};
use uuid::Uuid;
use wire::auth::Session;

use crate::driver::{self, News, Place, Shared, Store};

/// Longest that anything here may take; only a failing test ever waits so long.
pub const PATIENCE: Duration = Duration::from_secs(45);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(20);

pub struct Client {
    pub name: &'static str,
    pub me: Uuid,
    shared: Arc<Shared>,
    news: mpsc::UnboundedSender<News>,
    thread: Option<JoinHandle<()>>,
}

impl Client {
    pub fn start(name: &'static str, place: &Place, session: Session) -> Self {
        let kept = std::collections::BTreeMap::new();
        Self::with(
            name,
            place,
            Store {
                session,
                kept,
                rows: None,
            },
        )
    }

    /// A client that finds what an earlier one has left.
    pub fn with(name: &'static str, place: &Place, store: Store) -> Self {
        static SEEDS: AtomicU64 = AtomicU64::new(1);
        let me = store.session.user.id.parse().unwrap();
        let seed = SEEDS.fetch_add(1, Ordering::Relaxed);
        let shared = Arc::new(Shared {
            store: Mutex::new(store),
            history: Mutex::default(),
        });
        let (news, arriving) = mpsc::unbounded_channel();
        let (place, own, back) = (place.clone(), shared.clone(), news.clone());
        let thread = std::thread::spawn(move || driver::run(place, seed, own, back, arriving));
        Self {
            name,
            me,
            shared,
            news,
            thread: Some(thread),
        }
    }

    /// Does something with the engine and returns what came of it.
    pub async fn with_engine<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Engine, Now) -> T + Send + 'static,
    ) -> T {
        let (done, answer) = oneshot::channel();
        let work = Box::new(move |engine: &mut Engine, now| {
            let _ = done.send(work(engine, now));
        });
        assert!(self.news.send(News::Do(work)).is_ok(), "{} runs", self.name);
        answer.await.expect("the engine does not panic")
    }

    /// Waits until something is so.
    pub async fn until(
        &self,
        what: &str,
        is_so: impl Fn(&Engine, Now) -> bool + Send + Copy + 'static,
    ) {
        let end = Instant::now() + PATIENCE;
        while !self
            .with_engine(move |engine, now| is_so(engine, now))
            .await
        {
            if Instant::now() > end {
                let state = self.state().await;
                panic!("{} waited in vain: {what}; {state}", self.name);
            }
            sleep(LOOK).await;
        }
    }

    pub async fn live(&self) {
        self.until("live", |engine, now| engine.status(now) == Status::Live)
            .await;
    }

    pub async fn not_live(&self) {
        self.until("no longer live", |engine, now| {
            engine.status(now) != Status::Live
        })
        .await;
    }

    /// Waits until exactly these people are here, as far as it knows.
    pub async fn sees_here(&self, people: &[String]) {
        let end = Instant::now() + PATIENCE;
        let mut here = None;
        loop {
            let news = self.with_engine(|engine, _| engine.take_presence()).await;
            here = news.or(here);
            if let Some(here) = &mut here {
                here.sort();
                if here == people {
                    return;
                }
            }
            if Instant::now() > end {
                let state = self.state().await;
                panic!("{} sees {here:?}, not {people:?}; {state}", self.name);
            }
            sleep(LOOK).await;
        }
    }

    /// Stands still for a while, as on a laptop that is closed, and wakes.
    pub async fn sleep(&self, span: Duration) {
        self.with_engine(move |engine, before| {
            std::thread::sleep(span);
            let millis = i64::try_from(span.as_millis()).unwrap();
            let now = Now {
                instant: before.instant + span,
                wall: wire::Timestamp::from_millis(before.wall.millis() + millis),
            };
            engine.handle(now, sync::Input::Woke);
        })
        .await;
    }

    /// Feeds an input.
    pub fn feed(&self, input: sync::Input) {
        assert!(
            self.news.send(News::Input(input)).is_ok(),
            "{} runs",
            self.name
        );
    }

    /// Ends the client where it stands; what it has stored is left.
    pub fn kill(mut self) -> Store {
        self.end();
        self.store()
    }

    pub fn store(&self) -> Store {
        self.shared.store.lock().unwrap().clone()
    }

    /// What it last said about itself, and what happened to it.
    pub async fn state(&self) -> String {
        let (status, queue) = self
            .with_engine(|engine, now| (engine.status(now), engine.waiting()))
            .await;
        let history: Vec<_> = self
            .shared
            .history
            .lock()
            .unwrap()
            .iter()
            .cloned()
            .collect();
        format!("{status:?}, {queue} waiting\n{}", history.join("\n"))
    }

    fn end(&mut self) {
        // A thread that has ended needs no message.
        let _ = self.news.send(News::Kill);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.end();
    }
}

//! The only owner of the engine: one input, drain the outputs, publish what changed, arm one timer.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use leptos::prelude::*;
use sync::{Engine, Input, Instant, Now, Output, Queued, SocketId, Status};
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;

use crate::{
    account::Account,
    live::{
        connection::{Connection, Here, Loaded, Me, Queue, Unsent},
        writer::Writer,
    },
};

pub mod clock;
pub mod crash;
pub mod http;
pub mod listen;
pub mod outbox;
pub mod socket;
pub mod storage;
mod tables;

use listen::Listener;
use socket::Socket;
use tables::{Publish, Tables};

/// Engine, socket, timer and the signals they feed. It ends when its last owner drops it: everything
/// that could call it back holds a weak reference.
pub struct Driver {
    myself: Weak<Self>,
    engine: RefCell<Engine>,
    socket: RefCell<Option<(SocketId, Socket)>>,
    timer: RefCell<Option<(Instant, clock::Timer)>>,
    listeners: RefCell<Vec<Listener>>,
    publish: Vec<Publish>,
    status: ArcRwSignal<Status>,
    loaded: ArcRwSignal<bool>,
    unsent: ArcRwSignal<usize>,
    here: ArcRwSignal<Arc<BTreeSet<Uuid>>>,
    queue: ArcRwSignal<Arc<[Queued]>>,
}

/// Starts the engine for `me` and provides tables, writer and connection to everything below the
/// current owner; it ends with that owner.
pub fn start(account: Account, me: Uuid) {
    provide_context(Me(me));
    let mut tables = Tables(Vec::new());
    model::register(&mut tables);
    let status = ArcRwSignal::new(Status::Connecting);
    let loaded = ArcRwSignal::new(false);
    let unsent = ArcRwSignal::new(0);
    let here = ArcRwSignal::new(Arc::new(BTreeSet::new()));
    provide_context(Connection(status.clone().into()));
    provide_context(Loaded(loaded.clone().into()));
    provide_context(Unsent(unsent.clone().into()));
    provide_context(Here(here.clone().into()));
    let queue = ArcRwSignal::new(Arc::from([]));
    provide_context(Queue(queue.clone().into()));

    let Some(session) = storage::session().filter(|session| session.user.id == me.to_string())
    else {
        account.on_signed_out_elsewhere(None);
        return;
    };
    let config = sync::Config {
        channel: "tavern".to_owned(),
        seed: clock::random_seed(),
    };
    let mut engine = Engine::new(config, session);
    model::register(&mut engine);
    let driver = Rc::new_cyclic(|myself| Driver {
        myself: myself.clone(),
        engine: RefCell::new(engine),
        socket: RefCell::new(None),
        timer: RefCell::new(None),
        listeners: RefCell::new(Vec::new()),
        publish: tables.0,
        status,
        loaded,
        unsent,
        here,
        queue,
    });
    driver.listen(account, me);
    driver.turn(|engine, now| engine.start(now, listen::is_online()));
    provide_context(Writer::new(driver));
}

impl Driver {
    /// Lets the person's intent into the engine.
    pub fn write(&self, intent: impl FnOnce(&mut Engine, Now)) {
        self.turn(intent);
    }

    /// One input, whatever it is, and everything that follows from it.
    fn turn(&self, input: impl FnOnce(&mut Engine, Now)) {
        let (outputs, publish) = {
            let mut engine = self.engine.borrow_mut();
            input(&mut engine, clock::now());
            let outputs: Vec<_> = std::iter::from_fn(|| engine.poll_output()).collect();
            let publish: Vec<_> = self
                .publish
                .iter()
                .map(|publish| publish(&mut engine))
                .collect();
            (outputs, publish)
        };
        for output in outputs {
            self.carry_out(output);
        }
        for publish in publish {
            publish();
        }
        self.publish_connection();
        self.arm();
    }

    fn input(&self, input: Input) {
        self.turn(|engine, now| engine.handle(now, input));
    }

    /// Feeds `input` to the driver if it still exists.
    fn feed(myself: &Weak<Self>, input: Input) {
        if let Some(driver) = myself.upgrade() {
            driver.input(input);
        }
    }

    fn carry_out(&self, output: Output) {
        match output {
            Output::OpenSocket(id) => {
                let myself = self.myself.clone();
                let socket = Socket::open(id, move |input| Self::feed(&myself, input));
                *self.socket.borrow_mut() = Some((id, socket));
            }
            Output::CloseSocket(id) => {
                let mut socket = self.socket.borrow_mut();
                if socket.as_ref().is_some_and(|(open, _)| *open == id) {
                    *socket = None;
                }
            }
            Output::Send(id, text) => {
                if let Some((open, socket)) = &*self.socket.borrow()
                    && *open == id
                {
                    socket.send(&text);
                }
            }
            Output::Request(request) => {
                let myself = self.myself.clone();
                spawn_local(async move {
                    let id = request.id;
                    let response = http::send(&request).await;
                    Self::feed(&myself, Input::Response(id, response));
                });
            }
            Output::SaveSession(session) => storage::save_session(&session),
            Output::Keep(_) | Output::Forget(_) => {}
        }
    }

    fn publish_connection(&self) {
        let mut engine = self.engine.borrow_mut();
        let status = engine.status(clock::now());
        let loaded = engine.is_loaded();
        let unsent = engine.waiting();
        let presence = engine.take_presence();
        let queue = engine.take_queue();
        drop(engine);
        if self.status.with_untracked(|old| *old != status) {
            self.status.set(status);
        }
        if self.loaded.get_untracked() != loaded {
            self.loaded.set(loaded);
        }
        if self.unsent.get_untracked() != unsent {
            self.unsent.set(unsent);
        }
        if let Some(keys) = presence {
            let people = keys
                .iter()
                .filter_map(|key| Uuid::parse_str(key).ok())
                .collect();
            self.here.set(Arc::new(people));
        }
        if let Some(queue) = queue {
            self.queue.set(queue.into());
        }
    }

    /// Sets the one timer to the engine's next deadline; a countdown on the screen ticks each second.
    fn arm(&self) {
        let now = clock::now().instant;
        let tick = self
            .status
            .with_untracked(|status| matches!(status, Status::Reconnecting { .. }));
        let tick = tick.then(|| now + Duration::from_secs(1));
        let deadline = self.engine.borrow().next_timeout();
        let Some(at) = deadline.into_iter().chain(tick).min() else {
            *self.timer.borrow_mut() = None;
            return;
        };
        if self
            .timer
            .borrow()
            .as_ref()
            .is_some_and(|(armed, _)| *armed == at && at > now)
        {
            return;
        }
        let myself = self.myself.clone();
        let timer = clock::Timer::new(at.since(now), move || {
            if let Some(driver) = myself.upgrade() {
                // The timer that runs must not drop itself while it does.
                let spent = driver.timer.borrow_mut().take();
                driver.input(Input::Timeout);
                drop(spent);
            }
        });
        *self.timer.borrow_mut() = Some((at, timer));
    }

    fn listen(&self, account: Account, me: Uuid) {
        let network = |online: bool| {
            let myself = self.myself.clone();
            move || Self::feed(&myself, Input::Online(online))
        };
        // What another tab has done to the session while this one did not listen.
        let compare = || {
            let myself = self.myself.clone();
            move || match storage::session() {
                Some(session) if session.user.id == me.to_string() => {
                    Self::feed(&myself, Input::Session(session));
                }
                Some(_) => account
                    .on_signed_out_elsewhere(Some("Somebody else has signed in on this device.")),
                None => account.on_signed_out_elsewhere(None),
            }
        };
        let woke = || {
            let myself = self.myself.clone();
            let compare = compare();
            move || {
                if listen::is_visible() {
                    compare();
                    Self::feed(&myself, Input::Woke);
                }
            }
        };
        let mut listeners = self.listeners.borrow_mut();
        listeners.push(Listener::window("online", network(true)));
        listeners.push(Listener::window("offline", network(false)));
        listeners.push(Listener::window("storage", compare()));
        listeners.push(Listener::window("pageshow", woke()));
        listeners.push(Listener::document("resume", woke()));
        listeners.push(Listener::document("visibilitychange", woke()));
    }
}

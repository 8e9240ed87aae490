//! The only owner of the engine: one input, drain the outputs, publish what changed, arm one timer.

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
    time::Duration,
};

use leptos::prelude::*;
use sync::{Engine, GuestInput, Input, Instant, Now, Output, SocketId};
use uuid::Uuid;

use crate::{
    account::Account,
    live::{connection::Me, writer::Writer},
};

mod ask;
pub mod clock;
pub mod crash;
pub mod database;
pub mod frame;
pub mod http;
pub mod inbox;
pub mod kept_rows;
mod line;
pub mod listen;
pub mod lull;
pub mod notify;
pub mod outbox;
mod sending;
mod shown;
pub mod socket;
pub mod storage;
mod tables;
mod tabs;
mod waiting;
mod wake;

use kept_rows::KeptRows;
use line::Line;
use listen::Listener;
use outbox::Outbox;
use sending::Sending;
use shown::Shown;
use tables::{Publish, Tables};
use tabs::Tabs;

/// Engine, socket, timer and the signals they feed. It ends when its last owner drops it: everything
/// that could call it back holds a weak reference.
pub struct Driver {
    myself: Weak<Self>,
    engine: RefCell<Engine>,
    socket: RefCell<Option<(SocketId, Line)>>,
    tabs: Rc<Tabs>,
    sending: RefCell<Sending>,
    timer: RefCell<Option<(Instant, clock::Timer)>>,
    listeners: RefCell<Vec<Listener>>,
    publish: Vec<Publish>,
    shown: Shown,
    outbox: Rc<Outbox>,
    rows: Rc<KeptRows>,
    counting: RefCell<Option<clock::Timer>>,
}

/// Starts the engine for `me` and provides tables, writer and connection to everything below the
/// current owner; it ends with that owner.
pub fn start(account: Account, me: Uuid) {
    provide_context(Me(me));
    let mut tables = Tables::new();
    model::register(&mut tables);
    let shown = Shown::provide();

    let Some(session) = storage::session().filter(|session| session.user.id == me.to_string())
    else {
        account.on_signed_out_elsewhere(None);
        return;
    };
    let config = sync::Config {
        channel: "tavern".to_owned(),
        private: true,
        app: clock::build(),
        seed: clock::random_seed(),
    };
    let mut engine = Engine::new(config, session);
    model::register(&mut engine);
    // Tabs of different versions of the app may have different tables, and cannot share.
    let tables_of = engine.tables().collect::<Vec<_>>().join("-");
    let house = ["tavern-socket-", &me.to_string(), "-", &tables_of].concat();
    let driver = Rc::new_cyclic(|myself| Driver {
        myself: myself.clone(),
        engine: RefCell::new(engine),
        socket: RefCell::new(None),
        tabs: line::open_tabs(myself.clone(), house),
        sending: RefCell::default(),
        timer: RefCell::new(None),
        listeners: RefCell::new(Vec::new()),
        publish: tables.publish,
        shown,
        outbox: waiting::open_outbox(myself.clone(), me),
        rows: kept_rows::open_rows(myself.clone(), me),
        counting: RefCell::new(None),
    });
    driver.listen(account, me);
    driver.turn(|engine, now| engine.start(now, listen::is_online()));
    provide_context(Writer::new(driver));
}

impl Driver {
    /// One input, whatever it is, and everything that follows from it.
    fn turn(&self, input: impl FnOnce(&mut Engine, Now)) {
        self.step(input);
        self.send();
    }

    /// One input, and what follows from it; requests are left to be sent.
    fn step(&self, input: impl FnOnce(&mut Engine, Now)) {
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
        self.outbox.commit();
        for publish in publish {
            publish();
        }
        let publish = self
            .shown
            .publish(&mut self.engine.borrow_mut(), clock::now());
        publish();
        self.shown.publish_kept(&self.outbox);
        self.arm();
    }

    /// Several inputs; what follows from them is shown once.
    fn hear(&self, inputs: &mut dyn Iterator<Item = Input>) {
        self.turn(|engine, _| {
            for input in inputs {
                engine.handle(clock::now(), input);
            }
        });
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
                let line = self.connect(id);
                *self.socket.borrow_mut() = Some((id, line));
            }
            Output::CloseSocket(id) => {
                let closed = self.socket.borrow_mut().take_if(|(open, _)| *open == id);
                if let Some((_, Line::Shared)) = closed {
                    self.tabs.to_host(id, &GuestInput::Close);
                }
            }
            Output::Send(id, text) => match &*self.socket.borrow() {
                Some((open, Line::Own(socket))) if *open == id => socket.send(&text),
                Some((open, Line::Shared)) if *open == id => {
                    self.tabs.to_host(id, &GuestInput::Frame(text));
                }
                Some(_) | None => {}
            },
            Output::Tell(tab, socket, told) => self.tabs.tell(tab, socket, &told),
            Output::Request(request) => self.sending.borrow_mut().requests.push(request),
            Output::SaveSession(session) => storage::save_session(&session),
            Output::Keep(kept) => self.outbox.keep(kept),
            Output::Note(kept) => self.outbox.note(kept),
            Output::Forget(id) => self.outbox.forget(id),
            Output::KeepRows(text) => self.rows.keep(text),
            Output::ForgetRows => self.rows.forget(),
        }
    }

    /// Sets the one timer to the engine's next deadline; a countdown on the screen ticks each second.
    fn arm(&self) {
        let now = clock::now().instant;
        let tick = self
            .shown
            .is_counting()
            .then(|| now + Duration::from_secs(1));
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
}

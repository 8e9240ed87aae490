//! Tabs of one person on one device share one socket: one tab is the host, the others are its guests.
//!
//! The host holds a lock, which the browser gives to the next tab the moment the host ends. A host that is frozen
//! keeps its lock and answers nobody: a guest that is looked at asks twice a second, and takes the lock from a host that
//! is silent for one. What the tabs say to each other goes through a `BroadcastChannel`; where the browser has neither
//! locks nor channels, every tab has a socket of its own.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use sync::{GuestInput, Input, Instant, SocketId, TabId, Told};
use uuid::Uuid;

use super::{
    clock::{self, Timer},
    crash,
    outbox::lock::Held,
};

mod channel;
mod host;
mod watch;

use channel::{Channel, Words};

/// Whose socket is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Not known yet.
    Undecided,
    /// Our own, for all tabs; or there is no way to share one.
    Host,
    /// Another tab's.
    Guest,
}

/// What the driver is told.
pub enum News {
    /// For the engine.
    Input(Input),
    /// The socket that there was is gone: another tab is the host from now on, or we are.
    Moved,
    /// What another tab has to send is no longer what it was.
    Outbox,
}

/// What we know of the other tabs.
pub struct Tabs {
    myself: Weak<Self>,
    name: String,
    channel: Option<Channel>,
    role: Cell<Role>,
    held: RefCell<Option<Held>>,
    /// Whether we stand in line for the lock.
    waiting: Cell<bool>,
    /// Who said last that it is the host.
    host: Cell<Option<Uuid>>,
    heard: Cell<Instant>,
    /// When it was last asked, and how many questions it has left unanswered until then.
    asked: Cell<Instant>,
    unanswered: Cell<u32>,
    timer: RefCell<Option<Timer>>,
    on_news: Box<dyn Fn(News)>,
}

impl Tabs {
    /// Finds out who the host is, and becomes it when nobody is. Tabs of the same `name` share a socket.
    pub fn open(name: String, on_news: impl Fn(News) + 'static) -> Rc<Self> {
        let tabs = Rc::new_cyclic(|myself: &Weak<Self>| {
            let hearing = myself.clone();
            let hear = move |words| {
                if let Some(tabs) = Weak::upgrade(&hearing) {
                    tabs.hear(words);
                }
            };
            let channel = Channel::open(&name, hear);
            Self {
                myself: myself.clone(),
                name,
                channel,
                role: Cell::new(Role::Undecided),
                held: RefCell::new(None),
                waiting: Cell::new(false),
                host: Cell::new(None),
                heard: Cell::new(clock::now().instant),
                asked: Cell::new(clock::now().instant),
                unanswered: Cell::new(0),
                timer: RefCell::new(None),
                on_news: Box::new(on_news),
            }
        });
        if tabs.channel.is_some() {
            tabs.say(None, "ask", SocketId(0), "");
            tabs.stand_in_line(false);
            tabs.watch();
        } else {
            tabs.role.set(Role::Host);
        }
        tabs
    }

    /// Whose socket is used now.
    pub fn role(&self) -> Role {
        self.role.get()
    }

    /// Says to the host what we do with the socket that we share with it.
    pub fn to_host(&self, socket: SocketId, input: &GuestInput) {
        match input {
            GuestInput::Open => self.say(self.host.get(), "open", socket, ""),
            GuestInput::Close => self.say(self.host.get(), "close", socket, ""),
            GuestInput::Frame(text) => self.say(self.host.get(), "send", socket, text),
        }
    }

    /// Tells a guest what becomes of its socket.
    pub fn tell(&self, tab: TabId, socket: SocketId, told: &Told) {
        match told {
            Told::Opened => self.say(Some(tab.0), "opened", socket, ""),
            Told::Closed => self.say(Some(tab.0), "closed", socket, ""),
            Told::Frame(text) => self.say(Some(tab.0), "frame", socket, text),
        }
    }

    /// Tells the others that what we have to send is no longer what it was.
    pub fn tell_of_outbox(&self) {
        self.say(None, "outbox", SocketId(0), "");
    }

    /// The page is looked at again: silence until now was ours.
    pub fn look(&self) {
        self.heard.set(clock::now().instant);
        self.watch();
    }

    /// Leaves the socket to another tab, since nothing comes through ours any more.
    pub fn step_down(&self) {
        if self.held.take().is_some() {
            self.become_guest();
            self.stand_in_line(false);
        }
    }

    fn say(&self, to: Option<Uuid>, kind: &str, socket: SocketId, text: &str) {
        if let Some(channel) = &self.channel {
            channel.say(to, kind, socket, text);
        }
    }

    fn hear(&self, words: Words) {
        let Words {
            from,
            kind,
            socket,
            text,
        } = words;
        // A host that has failed is silent, so that another tab takes its place.
        if crash::has_crashed() {
            return;
        }
        if kind == "outbox" {
            return (self.on_news)(News::Outbox);
        }
        if self.role.get() == Role::Host {
            let guest =
                |input| (self.on_news)(News::Input(Input::Guest(TabId(from), socket, input)));
            match kind.as_str() {
                "ask" => self.say(Some(from), "here", SocketId(0), ""),
                "open" => guest(GuestInput::Open),
                "close" => guest(GuestInput::Close),
                "send" => guest(GuestInput::Frame(text)),
                _ => {}
            }
            return;
        }
        match kind.as_str() {
            "host" => self.follow(from),
            "here" if self.host.get() == Some(from) => self.heard.set(clock::now().instant),
            // One that was frozen answers what it was asked meanwhile, before it hears that it is the host no more.
            "here" if self.hears_host() => {}
            "here" => self.follow(from),
            // What a host of before says of sockets is no longer so.
            "opened" | "closed" | "frame" if self.host.get() == Some(from) => {
                self.heard.set(clock::now().instant);
                (self.on_news)(News::Input(match kind.as_str() {
                    "opened" => Input::SocketOpened(socket),
                    "closed" => Input::SocketClosed(socket),
                    _ => Input::Frame(socket, text),
                }));
            }
            _ => {}
        }
    }

    /// That tab is the host, and we are its guest.
    fn follow(&self, host: Uuid) {
        self.host.set(Some(host));
        self.become_guest();
    }

    fn become_guest(&self) {
        self.role.set(Role::Guest);
        // Whatever silence there was, was not that of this host.
        self.heard.set(clock::now().instant);
        (self.on_news)(News::Moved);
        self.say(None, "ask", SocketId(0), "");
        self.watch();
    }
}

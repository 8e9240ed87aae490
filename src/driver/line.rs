//! How the engine's socket is connected: to the project, or through another tab.

use std::rc::{Rc, Weak};

use sync::{GuestInput, Input, SocketId, Status};

use super::{
    Driver, clock,
    inbox::Inbox,
    socket::Socket,
    tabs::{News, Role, Tabs},
};

/// How the engine's socket is connected.
pub(super) enum Line {
    /// To the project.
    Own(Socket),
    /// Through another tab.
    Shared,
    /// Not yet: which tab is the host is being found out.
    Undecided,
}

/// The tabs that share a socket with this one.
pub(super) fn open_tabs(driver: Weak<Driver>, house: String) -> Rc<Tabs> {
    let hearing = driver.clone();
    let inbox = Inbox::new(move |inputs| {
        if let Some(driver) = hearing.upgrade() {
            driver.hear(inputs);
        }
    });
    Tabs::open(house, move |news| match news {
        News::Input(Input::Guest(tab, socket, input)) => {
            if let Some(driver) = driver.upgrade() {
                driver.on_guest(Input::Guest(tab, socket, input));
            }
        }
        News::Input(input) => inbox.push(input),
        News::Moved => {
            if let Some(driver) = driver.upgrade() {
                driver.on_moved();
            }
        }
        News::Outbox => {
            if let Some(driver) = driver.upgrade() {
                driver.look_elsewhere();
            }
        }
    })
}

impl Driver {
    /// Connects the engine's socket to the project, or to the tab that is.
    pub(super) fn connect(&self, id: SocketId) -> Line {
        match self.tabs.role() {
            Role::Undecided => Line::Undecided,
            Role::Guest => {
                self.tabs.to_host(id, &GuestInput::Open);
                Line::Shared
            }
            Role::Host => {
                let myself = self.myself.clone();
                let inbox = Inbox::new(move |inputs| {
                    if let Some(driver) = Weak::upgrade(&myself) {
                        driver.hear(inputs);
                    }
                });
                Line::Own(Socket::open(id, move |input| inbox.push(input)))
            }
        }
    }

    /// Another tab does something with the socket that it shares with us.
    fn on_guest(&self, input: Input) {
        let opens = matches!(input, Input::Guest(_, _, GuestInput::Open));
        let status = self.engine.borrow().status(clock::now());
        match status {
            // Nothing will come through here again; the other tab may know more.
            Status::SignInAgain | Status::Stopped { .. } if opens => self.tabs.step_down(),
            _ => self.input(input),
        }
    }

    /// Another tab is the host now, or this one is: what was connected is connected anew.
    fn on_moved(&self) {
        let before = self.socket.borrow_mut().take();
        match before {
            None => {}
            Some((id, Line::Undecided)) => {
                let line = self.connect(id);
                *self.socket.borrow_mut() = Some((id, line));
            }
            Some((id, Line::Own(_) | Line::Shared)) => {
                self.input(Input::SocketClosed(id));
                self.input(Input::Woke);
            }
        }
    }
}

//! Tabs of one person on one device: one has the socket, the others share it.

use std::time::Duration;

use sync::{GuestInput, Input, SocketId, Status, TabId, Told};
use uuid::Uuid;

use super::World;

/// From one tab to another.
const BETWEEN: Duration = Duration::from_millis(2);
/// A host that does not answer its guests for so long has its place taken.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

impl World {
    fn family(&self, client: usize) -> (String, String) {
        let client = &self.clients[client];
        (client.device.clone(), client.user.clone())
    }

    /// Whether the tab has the socket for all tabs of its person on its device.
    pub(super) fn is_host(&self, client: usize) -> bool {
        self.hosts.get(&self.family(client)) == Some(&client)
    }

    /// Whether all that the change stream says reaches the tab.
    pub(super) fn hears(&self, client: usize) -> bool {
        let source = match self.clients[client].shared {
            Some(_) => self.hosts.get(&self.family(client)).copied(),
            None => Some(client),
        };
        let awake = |tab: usize| self.clients[tab].asleep.is_none();
        awake(client)
            && source.is_some_and(|source| {
                awake(source) && self.clients[source].subscribed && !self.clients[source].half_open
            })
    }

    fn name(&self, client: usize) -> TabId {
        TabId(Uuid::from_u64_pair(
            self.clients[client].life,
            client as u64,
        ))
    }

    fn siblings(&self, client: usize) -> Vec<usize> {
        let family = self.family(client);
        let all = 0..self.clients.len();
        all.filter(|other| *other != client && self.family(*other) == family)
            .collect()
    }

    /// Says something to the host, which hears it in order if it is still the same life.
    fn say_to_host(&mut self, client: usize, socket: SocketId, input: GuestInput) {
        if let Some(&host) = self.hosts.get(&self.family(client)) {
            let name = self.name(client);
            self.later_input(BETWEEN, host, Input::Guest(name, socket, input));
        }
    }

    /// Opens the socket as a guest, unless there is no other tab to be the guest of.
    pub(super) fn opens_shared(&mut self, client: usize, socket: SocketId) -> bool {
        let host = *self.hosts.entry(self.family(client)).or_insert(client);
        if host == client {
            return false;
        }
        self.clients[client].drop_socket();
        self.clients[client].shared = Some(socket);
        let time = self.time_of(host);
        match self.clients[host].engine.status(time) {
            // It would never have changes to pass on.
            Status::SignInAgain | Status::Stopped { .. } => {
                self.clients[client].shared = None;
                self.take_over(client);
                false
            }
            _ => {
                self.say_to_host(client, socket, GuestInput::Open);
                true
            }
        }
    }

    pub(super) fn closes_shared(&mut self, client: usize, socket: SocketId) -> bool {
        let shared = self.clients[client].shared == Some(socket);
        if shared {
            self.clients[client].shared = None;
            self.say_to_host(client, socket, GuestInput::Close);
        }
        shared
    }

    pub(super) fn sends_shared(&mut self, client: usize, socket: SocketId, text: &str) -> bool {
        let shared = self.clients[client].shared == Some(socket);
        if shared {
            self.say_to_host(client, socket, GuestInput::Frame(text.to_owned()));
        }
        shared
    }

    /// The host tells a guest, if that is still the same life.
    pub(super) fn tell(&mut self, tab: TabId, socket: SocketId, told: Told) {
        let client = tab.0.as_u64_pair().1 as usize;
        if self.name(client) != tab {
            return;
        }
        let input = match told {
            Told::Opened => Input::SocketOpened(socket),
            Told::Closed => Input::SocketClosed(socket),
            Told::Frame(text) => Input::Frame(socket, text),
        };
        self.later_input(BETWEEN, client, input);
    }

    /// The tab has ended: another one that is awake gets its place.
    pub(super) fn on_ended(&mut self, client: usize) {
        let siblings = self.siblings(client);
        let awake = |tab: &usize| self.clients[*tab].asleep.is_none();
        if self.is_host(client)
            && let Some(heir) = siblings.into_iter().find(awake)
        {
            self.take_over(heir);
        }
    }

    /// A host that is frozen does not answer: whoever is awake takes its place.
    pub(super) fn elect(&mut self, client: usize, life: u64) {
        let host = &self.clients[client];
        if host.life == life && host.asleep.is_some() {
            self.on_ended(client);
        }
    }

    fn take_over(&mut self, heir: usize) {
        let before = self.hosts.insert(self.family(heir), heir);
        if let Some(before) = before.filter(|before| *before != heir)
            && let Some(socket) = self.clients[before].drop_socket()
        {
            self.later_input(BETWEEN, before, Input::SocketClosed(socket));
        }
        for tab in self.siblings(heir).into_iter().chain([heir]) {
            if let Some(socket) = self.clients[tab].shared.take() {
                self.later_input(BETWEEN, tab, Input::SocketClosed(socket));
            }
        }
    }
}

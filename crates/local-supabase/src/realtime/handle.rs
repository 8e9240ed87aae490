//! The hub as requests and tasks share it: behind a lock, with a bounded queue for each socket.

mod queue;

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    sync::{mpsc, watch},
    time::{sleep, timeout},
};
use wire::Version;

pub use self::queue::Connected;
use self::queue::Sender;

use super::{
    capture::Ready,
    faults::Faults,
    hub::{ChannelId, Hub, SocketId},
    limits::Limits,
    visibility::Viewer,
};
use crate::status_page::errors::Errors;

/// Close code of a service that is about to start again.
const RESTART: u16 = 1012;

/// Sockets and subscriptions that requests share; cheap to clone.
#[derive(Clone)]
pub struct Handle(Arc<Shared>);

struct Shared {
    inner: Mutex<Inner>,
    ready: mpsc::UnboundedSender<Ready>,
    unread: Mutex<Option<mpsc::UnboundedReceiver<Ready>>>,
    /// Shared with each socket.
    present: Arc<()>,
    /// Whether what the database broadcasts arrives.
    messages: watch::Sender<bool>,
    limits: Limits,
    faults: Faults,
    errors: Errors,
}

struct Inner {
    hub: Hub,
    queues: HashMap<SocketId, Sender>,
}

impl Handle {
    /// For a service with these limits.
    pub fn new(limits: Limits) -> Self {
        let (ready, unread) = mpsc::unbounded_channel();
        Self(Arc::new(Shared {
            inner: Mutex::new(Inner {
                hub: Hub::new(limits.clone(), Instant::now()),
                queues: HashMap::new(),
            }),
            ready,
            unread: Mutex::new(Some(unread)),
            present: Arc::default(),
            messages: watch::Sender::new(false),
            limits,
            faults: Faults::default(),
            errors: Errors::default(),
        }))
    }

    /// Does something to the hub and sends what follows from it, in order.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Hub) -> T) -> T {
        let mut inner = self.lock();
        inner.hub.at(Instant::now());
        let done = work(&mut inner.hub);
        inner.flush();
        for refusal in inner.hub.refusals() {
            self.0.errors.keep(refusal);
        }
        done
    }

    /// What was refused lately, here and wherever else it is kept.
    pub fn errors(&self) -> &Errors {
        &self.0.errors
    }

    /// A socket has opened.
    pub(super) fn connect(&self, version: Version) -> Connected {
        let mut inner = self.lock();
        let id = inner.hub.connect(version);
        let (sender, connected) = Sender::open(id, self.0.present.clone());
        inner.queues.insert(id, sender);
        connected
    }

    /// A socket is gone.
    pub(super) fn disconnect(&self, socket: SocketId) {
        let mut inner = self.lock();
        inner.queues.remove(&socket);
        inner.hub.disconnect(socket);
        inner.flush();
    }

    /// Lets every socket vanish as if the network had failed.
    pub fn sever(&self) {
        let mut inner = self.lock();
        for (id, queue) in mem::take(&mut inner.queues) {
            queue.sever();
            inner.hub.disconnect(id);
        }
        inner.flush();
    }

    /// Closes every socket, after whatever is on its way.
    pub fn close(&self, code: u16, reason: &'static str) {
        self.with(|hub| {
            for socket in hub.sockets() {
                hub.end(socket, code, reason);
            }
        });
    }

    /// What is to go wrong.
    pub(super) fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Says farewell to every socket, because the service stops; waits a moment for them.
    pub async fn stop(&self) {
        self.close(RESTART, "service restart");
        let gone = async {
            while Arc::strong_count(&self.0.present) > 1 {
                sleep(Duration::from_millis(5)).await;
            }
        };
        // Whoever does not read does not keep the program from ending.
        let _ = timeout(Duration::from_secs(1), gone).await;
    }

    /// Whether what the database broadcasts arrives; the task that reads it says so here.
    pub(super) fn messages(&self) -> &watch::Sender<bool> {
        &self.0.messages
    }

    /// What may be used.
    pub(super) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// A channel's bindings are fit; the change stream makes them live.
    pub(super) fn ready(&self, channel: ChannelId, viewer: Arc<Viewer>) {
        // Without a reader the program is about to end.
        let _ = self.0.ready.send((channel, viewer));
    }

    /// The receiving end of [`Self::ready`], for the one task that takes it.
    pub(super) fn take_ready(&self) -> Option<mpsc::UnboundedReceiver<Ready>> {
        self.0
            .unread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Fills the queues; a socket whose queue is full is dropped, and others hear what follows from that.
    fn flush(&mut self) {
        loop {
            let frames = self.hub.drain();
            if frames.is_empty() {
                return;
            }
            for (socket, frame) in frames {
                let Some(queue) = self.queues.get(&socket) else {
                    continue;
                };
                if !queue.send(frame) {
                    self.queues.remove(&socket);
                    self.hub.disconnect(socket);
                }
            }
        }
    }
}

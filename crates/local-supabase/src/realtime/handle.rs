//! The hub as requests and tasks share it: behind a lock, with a bounded queue for each socket.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::mpsc;
use wire::Version;

use super::{
    capture::Ready,
    hub::{ChannelId, Hub, Outgoing, SocketId},
    visibility::Viewer,
};

/// Frames that may wait for a client that reads slowly; with one more it is cut off.
const FRAMES: usize = 4096;
/// Bytes that may wait, which a single larger frame may exceed.
const BYTES: usize = 16 * 1024 * 1024;

/// Sockets and subscriptions that requests share; cheap to clone.
#[derive(Clone)]
pub struct Handle(Arc<Shared>);

struct Shared {
    inner: Mutex<Inner>,
    ready: mpsc::UnboundedSender<Ready>,
    unread: Mutex<Option<mpsc::UnboundedReceiver<Ready>>>,
}

#[derive(Default)]
struct Inner {
    hub: Hub,
    queues: HashMap<SocketId, Sender>,
}

/// The hub's end of a queue.
struct Sender {
    frames: mpsc::Sender<Outgoing>,
    waiting: Arc<AtomicUsize>,
    /// Tells the socket, by being dropped, that it has been cut off.
    _alive: mpsc::Sender<()>,
}

impl Sender {
    /// Whether the frame has found room.
    fn send(&self, frame: Outgoing) -> bool {
        let room = self.waiting.load(Ordering::Relaxed) < BYTES;
        self.waiting.fetch_add(frame.len(), Ordering::Relaxed);
        room && self.frames.try_send(frame).is_ok()
    }
}

/// The socket's end of its queue.
pub struct Queue {
    frames: mpsc::Receiver<Outgoing>,
    waiting: Arc<AtomicUsize>,
}

/// What a new socket gets.
pub struct Connected {
    /// Its name.
    pub id: SocketId,
    /// Frames to write, in order.
    pub queue: Queue,
    /// Ends when the socket has been cut off, even while a write is stuck.
    pub cut: mpsc::Receiver<()>,
}

impl Queue {
    /// The next frame to write; nothing when the socket has been cut off.
    pub async fn next(&mut self) -> Option<Outgoing> {
        let frame = self.frames.recv().await?;
        self.waiting.fetch_sub(frame.len(), Ordering::Relaxed);
        Some(frame)
    }
}

impl Default for Handle {
    fn default() -> Self {
        let (ready, unread) = mpsc::unbounded_channel();
        Self(Arc::new(Shared {
            inner: Mutex::default(),
            ready,
            unread: Mutex::new(Some(unread)),
        }))
    }
}

impl Handle {
    /// Does something to the hub and sends what follows from it, in order.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Hub) -> T) -> T {
        let mut inner = self.lock();
        let done = work(&mut inner.hub);
        inner.flush();
        done
    }

    /// A socket has opened.
    pub(super) fn connect(&self, version: Version) -> Connected {
        let (send, frames) = mpsc::channel(FRAMES);
        let (alive, cut) = mpsc::channel(1);
        let waiting = Arc::<AtomicUsize>::default();
        let mut inner = self.lock();
        let id = inner.hub.connect(version);
        inner.queues.insert(
            id,
            Sender {
                frames: send,
                waiting: waiting.clone(),
                _alive: alive,
            },
        );
        Connected {
            id,
            queue: Queue { frames, waiting },
            cut,
        }
    }

    /// A socket is gone.
    pub(super) fn disconnect(&self, socket: SocketId) {
        let mut inner = self.lock();
        inner.queues.remove(&socket);
        inner.hub.disconnect(socket);
        inner.flush();
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

//! What waits to be written to a socket: bounded, so that a client that reads slowly holds up nobody.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{mpsc, oneshot};

use crate::realtime::hub::{Outgoing, SocketId};

/// Frames that may wait for a client that reads slowly; with one more it is cut off.
const FRAMES: usize = 4096;
/// Bytes that may wait, which a single larger frame may exceed.
const BYTES: usize = 16 * 1024 * 1024;

/// The hub's end of a queue.
pub(super) struct Sender {
    frames: mpsc::Sender<Outgoing>,
    waiting: Arc<AtomicUsize>,
    /// Tells the socket, by being dropped, that it is too slow.
    cut: oneshot::Sender<()>,
}

impl Sender {
    /// Both ends for a new socket; `present` is shared by all.
    pub(super) fn open(id: SocketId, present: Arc<()>) -> (Self, Connected) {
        let (send, frames) = mpsc::channel(FRAMES);
        let (cut, when_cut) = oneshot::channel();
        let waiting = Arc::<AtomicUsize>::default();
        let queue = Queue {
            frames,
            waiting: waiting.clone(),
        };
        let connected = Connected {
            id,
            queue,
            cut: when_cut,
            present,
        };
        let frames = send;
        (
            Self {
                frames,
                waiting,
                cut,
            },
            connected,
        )
    }

    /// Lets the socket vanish unsaid.
    pub(super) fn sever(self) {
        // A socket that is ending anyway does not hear it.
        let _ = self.cut.send(());
    }

    /// Whether the frame has found room.
    pub(super) fn send(&self, frame: Outgoing) -> bool {
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
    /// Ends when the socket is too slow, even while a write is stuck; says so when it is to vanish unsaid.
    pub cut: oneshot::Receiver<()>,
    /// Held until the socket has said farewell.
    pub present: Arc<()>,
}

impl Queue {
    /// The next frame to write; nothing when the socket has been cut off.
    pub async fn next(&mut self) -> Option<Outgoing> {
        let frame = self.frames.recv().await?;
        Some(self.taken(frame))
    }

    /// A frame that waits already.
    pub fn ready(&mut self) -> Option<Outgoing> {
        let frame = self.frames.try_recv().ok()?;
        Some(self.taken(frame))
    }

    fn taken(&self, frame: Outgoing) -> Outgoing {
        self.waiting.fetch_sub(frame.len(), Ordering::Relaxed);
        frame
    }
}

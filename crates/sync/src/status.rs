//! What is true of the connection, in a form that a page can say in words.

use wire::Timestamp;

/// Derived from the engine's state at the moment of asking, never set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// The socket is being opened or the channel joined.
    Connecting,
    /// Changes flow; what was missed is being fetched.
    CatchingUp,
    /// Rows are as the server has them, and changes flow.
    Live,
    /// The device has no network.
    Offline {
        /// Since when.
        since: Timestamp,
        /// Writes that wait to be sent.
        waiting: usize,
    },
    /// The connection was lost or refused; the next attempt comes by itself.
    Reconnecting {
        /// Seconds until then, rounded up.
        seconds: u32,
        /// Writes that wait to be sent.
        waiting: usize,
    },
    /// The session has ended; rows are as they were.
    SignInAgain,
    /// Retrying cannot cure it.
    Stopped {
        /// The cause and the cure, in words.
        reason: String,
    },
}

//! A client's half of a realtime app on Supabase, as one state machine without clock, socket,
//! randomness or DOM.
//!
//! Supabase Realtime promises no delivery: changes have no sequence number, nothing is replayed after a
//! gap, and a joined channel carries database changes only some time after it says "joined". So the
//! engine loads rows with one request once changes are known to flow, keeps what arrives meanwhile,
//! guards every row by its version, and does the same again, from a cursor, after every possible gap.
//! Writes show at once, wait in order, are sent one at a time, and are confirmed by the answer of REST.
//!
//! What it is not: it opens no connection and knows no table. A driver feeds [`Input`]s to an
//! [`Engine`], carries out its [`Output`]s, and asks for what changed; tables implement [`Table`].
//!
//! Start with [`Engine`].

mod backoff;
mod digest;
mod engine;
mod io;
mod order;
mod outbox;
mod presence;
mod queue;
mod status;
mod table;
mod timers;
mod typing;
mod verdict;

pub use digest::Digest;
pub use engine::{Config, Engine};
pub use io::{
    GuestInput, Input, Instant, Method, Now, Output, Request, RequestId, Response, SocketId, TabId,
    Told,
};
pub use order::in_order;
pub use queue::{Conflict, ConflictColumn, Kept, Queued, QueuedState, Verb, WriteId};
pub use status::Status;
pub use table::{
    Entry, Keys, Registry, Rejection, Rev, Standing, Table,
    groups::{Changes, Step},
    history::{History, LARGEST_PAGE, Older, PAGE},
    scope::Held,
};

/// The example in the README compiles and holds.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! A network that fails on command: a TCP proxy before a server, for tests of what clients do about it.
//!
//! It passes bytes on and knows two things about them: where the frames of a WebSocket begin, so that it can
//! drop whole ones, and which method a request has, so that it can lose the answer to it. Start with [`Proxy`].

mod command;
mod connection;
mod faults;
mod frames;
mod pipe;
mod proxy;

pub use command::Command;
pub use proxy::Proxy;

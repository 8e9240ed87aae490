//! What can go wrong in a task, always as a sentence for the person at the keyboard.

use std::fmt;

/// The reason a task ends early.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// Something failed; the text says what and what to do about it.
    Said(String),
    /// Ctrl-C or a request to terminate.
    Stopped,
}

/// The result of every task and step.
pub type Outcome<T = ()> = Result<T, Fault>;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(text) => f.write_str(text),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

/// A fault with this sentence.
pub fn said(text: impl Into<String>) -> Fault {
    Fault::Said(text.into())
}

/// Turns any error into a fault: `WHAT: the error`.
pub trait Say<T> {
    /// Puts `what` before the error's own words.
    fn say(self, what: impl FnOnce() -> String) -> Outcome<T>;
}

impl<T, E: fmt::Display> Say<T> for Result<T, E> {
    fn say(self, what: impl FnOnce() -> String) -> Outcome<T> {
        self.map_err(|error| said(format!("{}: {error}", what())))
    }
}

//! One page each; what belongs to a page alone lies in the folder of its name.

pub mod events;
pub mod members;
pub mod messages;
pub mod nowhere;
pub mod password;
pub mod settings;
#[cfg(debug_assertions)]
pub mod style;
pub mod tavern;
pub mod welcome;

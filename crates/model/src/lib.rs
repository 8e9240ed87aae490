//! The tavern's tables and the rules about them, without clock, network or DOM.
//!
//! Each module has one table: its row, key, draft and patch, and the questions that a page asks of a
//! row. [`register`] is the only list of tables; engine and page both go through it.

pub mod block;
pub mod conversation;
pub mod event;
pub mod find;
pub mod look;
pub mod private_message;
pub mod reaction;
pub mod rsvp;
pub mod settings;
pub mod tavern_message;
pub mod user;

pub use block::Block;
pub use conversation::Conversation;
pub use event::Event;
pub use look::look;
pub use private_message::{Pair, PrivateMessage};
pub use reaction::Reaction;
pub use rsvp::{Answer, Rsvp};
use serde::{Deserialize, Serialize};
pub use settings::Settings;
use sync::Registry;
pub use tavern_message::TavernMessage;
pub use user::User;
use uuid::Uuid;

/// Tells `tables` of every table, in the order in which rows may refer to each other.
pub fn register(tables: &mut impl Registry) {
    tables
        .table::<User>()
        .table::<Event>()
        .table::<Rsvp>()
        .table::<PrivateMessage>()
        .table::<Conversation>()
        .table::<Block>()
        .table::<Settings>()
        .table::<TavernMessage>()
        .table::<Reaction>();
}

/// Key of the tables whose primary key is one uuid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Id {
    /// The column.
    pub id: Uuid,
}

impl From<Uuid> for Id {
    fn from(id: Uuid) -> Self {
        Self { id }
    }
}

//! The payload of `phx_join`, its reply, and the other payloads of a channel's life.

use serde::{Deserialize, Serialize};

/// Payload of `phx_join` on a `realtime:` topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Join {
    /// What the channel is to carry.
    pub config: Config,
    /// JWT of the user; absent means the API key of the socket.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub access_token: Option<String>,
}

/// `config` of a join.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Config {
    /// Broadcast settings.
    #[serde(default)]
    pub broadcast: Broadcast,
    /// Presence settings.
    #[serde(default)]
    pub presence: Presence,
    /// Tables to listen to; all stand or fall together.
    #[serde(default)]
    pub postgres_changes: Vec<Binding>,
    /// Whether policies on `realtime.messages` guard the channel.
    #[serde(default)]
    pub private: bool,
}

/// `config.broadcast` of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Broadcast {
    /// Whether the server acknowledges each broadcast.
    #[serde(default)]
    pub ack: bool,
    /// Whether the sender receives its own broadcasts.
    #[serde(rename = "self", default)]
    pub to_self: bool,
}

/// `config.presence` of a join.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Presence {
    /// Whether `presence_state` is sent after the join.
    #[serde(default)]
    pub enabled: bool,
    /// Key of this member; the server makes one when empty.
    #[serde(default)]
    pub key: String,
}

/// One table to listen to. Absent keys must stay absent: a `null` makes the server refuse it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// `*`, `INSERT`, `UPDATE` or `DELETE`.
    pub event: String,
    /// Schema of the table.
    pub schema: String,
    /// Table; all tables of the schema when absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub table: Option<String>,
    /// `column=op.value`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub filter: Option<String>,
}

/// A binding as the reply repeats it, with the id that later events name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Hash of the binding, 1 to 2^27 − 1.
    pub id: u32,
    /// The binding as sent.
    #[serde(flatten)]
    pub binding: Binding,
}

/// Response of a successful join.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Joined {
    /// The bindings in the order sent.
    #[serde(default)]
    pub postgres_changes: Vec<Bound>,
}

/// `status` of a `phx_reply`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The push was carried out.
    Ok,
    /// The push was refused.
    Error,
}

/// Payload of `phx_reply`. The response may be an object or a bare string.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reply<T> {
    /// Whether the push was carried out.
    pub status: Status,
    /// Body of the answer.
    pub response: T,
}

/// Response of a refused join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// `Code: text`, mostly.
    pub reason: String,
}

/// Payload of a `system` event: news about the channel itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// `postgres_changes`, `system`, `presence` …
    pub extension: String,
    /// `ok` or `error`.
    pub status: Status,
    /// Text for people; the only mark that tells some messages apart.
    pub message: String,
    /// Channel name without `realtime:`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub channel: Option<String>,
}

impl System {
    /// Text of the message that says that database changes flow from about now.
    pub const SUBSCRIBED: &str = "Subscribed to PostgreSQL";

    /// Whether this message says that database changes flow from about now.
    #[must_use]
    pub fn is_subscribed(&self) -> bool {
        self.extension == "postgres_changes" && self.status == Status::Ok
    }
}

/// Payload of `access_token`: the JWT that replaces the channel's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// JWT of the user.
    pub access_token: String,
}

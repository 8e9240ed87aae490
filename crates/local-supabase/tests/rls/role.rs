//! The columns of the matrix: who asks.

use serde_json::{Value, json};

/// Somebody with a view of their own on the rows of [`Role::Owner`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Nobody is signed in.
    Anonymous,
    /// Wrote the row, or is whom it is about.
    Owner,
    /// Gets the owner's private message.
    Recipient,
    /// Invites to the event to which the owner has answered.
    Host,
    /// Any other member.
    Member,
    /// A program with the secret key.
    Service,
}

/// All columns, in their order.
pub const ROLES: [Role; 6] = [
    Role::Anonymous,
    Role::Owner,
    Role::Recipient,
    Role::Host,
    Role::Member,
    Role::Service,
];

/// What the names with a dollar sign stand for in the files; `rows.sql` uses the same.
const NAMES: [(&str, &str); 14] = [
    ("$owner", "00000000-0000-4000-8000-0000000000a1"),
    ("$recipient", "00000000-0000-4000-8000-0000000000a2"),
    ("$host", "00000000-0000-4000-8000-0000000000a3"),
    ("$member", "00000000-0000-4000-8000-0000000000a4"),
    ("$friend", "00000000-0000-4000-8000-0000000000a5"),
    ("$newcomer", "00000000-0000-4000-8000-0000000000a6"),
    ("$other", "00000000-0000-4000-8000-0000000000a7"),
    ("$event", "00000000-0000-4000-8000-0000000000e1"),
    ("$invitation", "00000000-0000-4000-8000-0000000000e2"),
    ("$spare", "00000000-0000-4000-8000-0000000000e3"),
    ("$spoken", "00000000-0000-4000-8000-0000000000e4"),
    ("$row", "00000000-0000-4000-8000-0000000000f1"),
    ("$gone", "00000000-0000-4000-8000-0000000000f2"),
    ("$fresh", "00000000-0000-4000-8000-0000000000f9"),
];

impl Role {
    /// The word in the files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Owner => "owner",
            Self::Recipient => "recipient",
            Self::Host => "host",
            Self::Member => "member",
            Self::Service => "service",
        }
    }

    /// The id of whoever is signed in.
    pub fn person(self) -> Option<&'static str> {
        match self {
            Self::Anonymous | Self::Service => None,
            Self::Owner | Self::Recipient | Self::Host | Self::Member => {
                id(&format!("${}", self.name()))
            }
        }
    }

    /// A text of the files with ids for names; who has no id of their own speaks in the owner's name.
    pub fn fill(self, text: &Value) -> Value {
        let own = self.person().or(id("$owner")).unwrap();
        let mut text = text.to_string().replace("$self", own);
        for (name, id) in NAMES {
            text = text.replace(name, id);
        }
        serde_json::from_str(&text).unwrap()
    }

    /// What this role's token claims.
    pub fn claims(self, expires: u64) -> Value {
        match self.person() {
            Some(person) => json!({
                "role": "authenticated", "aud": "authenticated", "sub": person, "exp": expires,
            }),
            None if self == Self::Service => json!({"role": "service_role", "exp": expires}),
            None => json!({"role": "anon", "exp": expires}),
        }
    }
}

fn id(name: &str) -> Option<&'static str> {
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, id)| *id)
}

/// SQL with ids for names.
pub fn fill_sql(sql: &str) -> String {
    NAMES
        .iter()
        .fold(sql.to_owned(), |sql, (name, id)| sql.replace(name, id))
}

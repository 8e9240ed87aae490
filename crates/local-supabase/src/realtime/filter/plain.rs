//! Values that can be compared without asking PostgreSQL.

use uuid::Uuid;

/// A value of a type whose equality needs no database.
#[derive(PartialEq, Eq)]
pub enum Plain {
    /// int2, int4, int8.
    Integer(i64),
    /// bool.
    Bool(bool),
    /// uuid.
    Uuid(Uuid),
    /// text and varchar.
    Text(String),
}

impl Plain {
    /// Reads the text form of the type of this name; nothing when only PostgreSQL can compare it.
    pub fn read(text: &str, typname: &str) -> Option<Self> {
        match typname {
            "int2" | "int4" | "int8" => text.trim().parse().ok().map(Self::Integer),
            "uuid" => Uuid::parse_str(text).ok().map(Self::Uuid),
            "text" | "varchar" => Some(Self::Text(text.to_owned())),
            "bool" => match text {
                "t" | "true" => Some(Self::Bool(true)),
                "f" | "false" => Some(Self::Bool(false)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Bool(_) | Self::Uuid(_) | Self::Text(_) => None,
        }
    }
}

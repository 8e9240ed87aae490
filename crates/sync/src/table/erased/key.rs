//! Keys without their type.

use std::{fmt, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};

use super::{columns, read, text};
use crate::table::merge::Columns;

/// Key of a row: the JSON that its type writes, so that the same key is the same text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(Arc<str>);

impl Key {
    /// The key of this value.
    pub(crate) fn of(key: &impl Serialize) -> Self {
        Self(text(key).into())
    }

    /// As JSON.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As its type.
    pub(crate) fn typed<K: DeserializeOwned>(&self) -> Option<K> {
        read(&self.0)
    }

    /// Its columns.
    pub(crate) fn columns(&self) -> Columns {
        columns(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! Keys without their type.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use serde::{Serialize, de::DeserializeOwned};

use super::{columns, read, text};
use crate::table::merge::Columns;

/// Key of a row: the JSON that its type writes, so that the same key is the same text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// Of the text, so that most comparisons are of numbers. Keys are in its order.
    hash: u64,
    text: Arc<str>,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// Values by key.
pub(crate) type KeyMap<V> = HashMap<Key, V, BuildHasherDefault<Hashed>>;
/// Keys.
pub(crate) type KeySet = HashSet<Key, BuildHasherDefault<Hashed>>;

/// Takes the hash that a key has for what it is.
#[derive(Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Key {
    /// The key of this value.
    pub(crate) fn of(key: &impl Serialize) -> Self {
        let text = text(key);
        // The same in every run, as the order of keys has to be.
        let mut hasher = DefaultHasher::new();
        hasher.write(text.as_bytes());
        Self {
            hash: hasher.finish(),
            text: text.into(),
        }
    }

    /// As JSON.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// As its type.
    pub(crate) fn typed<K: DeserializeOwned>(&self) -> Option<K> {
        read(&self.text)
    }

    /// Its columns.
    pub(crate) fn columns(&self) -> Columns {
        columns(&self.text)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

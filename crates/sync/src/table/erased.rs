//! Rows and tables without their types. What stands here is compiled anew for each table; everything else
//! of the engine is compiled once (docs/decisions/0029).

use std::{any::Any, fmt, marker::PhantomData, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};
use wire::Timestamp;

use super::{history::Older, merge::Columns, scope::Held};
use crate::{Keys, Rev, Table};

mod key;
mod list;
mod ordered;

pub(crate) use key::{Key, KeyMap, KeySet};
pub(crate) use list::{parts, readable, rows_in};
pub(crate) use ordered::Ordered;

/// A row of whichever table.
pub(crate) type Row = Arc<dyn AnyRow>;

/// What the engine asks of a row.
pub(crate) trait AnyRow: Any + fmt::Debug + Send + Sync {
    fn key(&self) -> Key;
    fn rev(&self) -> Rev;
    fn since(&self) -> Option<Timestamp>;
    fn comes_with(&self, held: &Held<'_>) -> bool;
    /// The list it belongs to.
    fn group(&self) -> Ordered;
    /// Its place there: rank, then key. See [`key_at`].
    fn place(&self) -> Ordered;
    fn equals(&self, other: &dyn AnyRow) -> bool;
    /// What an upsert of `draft` makes of it.
    fn put(&self, draft: &Columns) -> Option<Row>;
    /// What an update makes of it.
    fn apply(&self, patch: &Columns) -> Option<Row>;
    /// As JSON.
    fn text(&self) -> String;
}

impl<T: Table> AnyRow for T {
    fn key(&self) -> Key {
        Key::of(&Table::key(self))
    }

    fn rev(&self) -> Rev {
        Table::rev(self)
    }

    fn since(&self) -> Option<Timestamp> {
        Table::since(self)
    }

    fn comes_with(&self, held: &Held<'_>) -> bool {
        Table::comes_with(self, held)
    }

    fn group(&self) -> Ordered {
        Ordered::of(Table::group(self))
    }

    fn place(&self) -> Ordered {
        Ordered::of((self.rank(), Table::key(self)))
    }

    fn equals(&self, other: &dyn AnyRow) -> bool {
        typed_ref::<T>(other) == Some(self)
    }

    fn put(&self, draft: &Columns) -> Option<Row> {
        let mut row = self.clone();
        Table::put(&mut row, &typed(draft)?);
        Some(Arc::new(row))
    }

    fn apply(&self, patch: &Columns) -> Option<Row> {
        let mut row = self.clone();
        Table::apply(&mut row, &typed(patch)?);
        Some(Arc::new(row))
    }

    fn text(&self) -> String {
        text(self)
    }
}

/// What the engine asks of a table.
pub(crate) trait Kind: Send + Sync {
    fn name(&self) -> &'static str;
    fn keys(&self) -> Keys;
    /// Reads a row.
    fn row(&self, text: &str) -> Option<Row>;
    /// Reads a key, of a row or of its columns alone.
    fn key(&self, text: &str) -> Option<Key>;
    /// The row that is shown until the server confirms the draft.
    fn draft(&self, draft: &Columns, at: Timestamp) -> Option<Row>;
    /// Those of the columns that an insert writes; `None` when some are missing.
    fn as_draft(&self, columns: &Columns) -> Option<Columns>;
    /// Those of the columns that an update writes.
    fn as_patch(&self, columns: &Columns) -> Option<Columns>;
    fn along(&self, parent: &str, keys: &[String]) -> Option<String>;
    fn older(&self, group: &Ordered) -> Option<Older>;
}

/// The table of rows `T`.
pub(crate) struct Of<T>(PhantomData<fn() -> T>);

impl<T: Table> Of<T> {
    /// The only one.
    pub(crate) const KIND: &'static dyn Kind = &Self(PhantomData);
}

impl<T: Table> Kind for Of<T> {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn keys(&self) -> Keys {
        T::KEYS
    }

    fn row(&self, text: &str) -> Option<Row> {
        Some(Arc::new(read::<T>(text)?))
    }

    fn key(&self, text: &str) -> Option<Key> {
        Some(Key::of(&read::<T::Key>(text)?))
    }

    fn draft(&self, draft: &Columns, at: Timestamp) -> Option<Row> {
        Some(Arc::new(T::draft(&typed(draft)?, at)))
    }

    fn as_draft(&self, columns: &Columns) -> Option<Columns> {
        Some(fields(&typed::<T::Draft>(columns)?))
    }

    fn as_patch(&self, columns: &Columns) -> Option<Columns> {
        Some(fields(&typed::<T::Patch>(columns)?))
    }

    fn along(&self, parent: &str, keys: &[String]) -> Option<String> {
        T::along(parent, keys)
    }

    fn older(&self, group: &Ordered) -> Option<Older> {
        T::older(group.typed()?)
    }
}

/// The row as its type.
pub(crate) fn typed_row<T: Table>(row: Row) -> Arc<T> {
    let row: Arc<dyn Any + Send + Sync> = row;
    row.downcast().expect("a table holds rows of one type")
}

/// The row as its type.
pub(crate) fn typed_ref<T: Table>(row: &dyn AnyRow) -> Option<&T> {
    let row: &dyn Any = row;
    row.downcast_ref()
}

/// Key of the row at that place.
pub(crate) fn key_at<T: Table>(place: &Ordered) -> T::Key {
    let place = place.typed::<(T::Rank, T::Key)>();
    place.expect("a place is made of rank and key").1
}

/// The columns of a row, patch or draft. By way of text: code that makes a tree of values would come on top
/// of the code that writes what is sent, for every type.
pub(crate) fn fields(value: &impl Serialize) -> Columns {
    columns(&text(value))
}

/// The columns of a row.
pub(crate) fn columns(text: &str) -> Columns {
    serde_json::from_str(text).unwrap_or_default()
}

/// A value as JSON; rows, keys and patches always have one.
fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn read<V: DeserializeOwned>(text: &str) -> Option<V> {
    serde_json::from_str(text).ok()
}

/// Columns as the type that they make.
fn typed<V: DeserializeOwned>(columns: &Columns) -> Option<V> {
    read(&text(columns))
}

//! Lists of rows as the server sends them.

use serde_json::value::RawValue;

use super::{Kind, Row};

/// The elements of a JSON list; `None` when it is none.
pub(crate) fn parts(body: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(body).ok()
}

/// Those rows that can be read.
pub(crate) fn readable(kind: &dyn Kind, parts: &[&RawValue]) -> Vec<Row> {
    let rows = parts.iter().map(|part| kind.row(part.get()));
    rows.flatten().collect()
}

/// The rows of a list, unless one of them cannot be read.
pub(crate) fn rows_in(kind: &dyn Kind, body: &str) -> Option<Vec<Row>> {
    let parts = parts(body)?;
    parts.iter().map(|part| kind.row(part.get())).collect()
}

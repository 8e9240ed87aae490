//! What a channel wants to hear of the database, as its join says it.

mod describe;
mod id;

use std::hash::{Hash, Hasher};

use serde_json::Value;
use wire::change::Kind;

use self::describe::inspect;
pub use self::id::ids;
use super::{filter::Filter, sql::like};

/// One entry of `config.postgres_changes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Hash of the entry, 1 to 2^27 − 1; events name it.
    pub id: u32,
    /// The kind of change, or every kind.
    pub event: Option<Kind>,
    /// LIKE pattern of the schema, or `*`.
    pub schema: String,
    /// LIKE pattern of the table, or `*`.
    pub table: String,
    /// Condition on the row.
    pub filter: Option<Filter>,
    /// The columns wanted beside the primary key; all when absent.
    pub select: Option<Vec<String>>,
}

/// Equal bindings have equal ids, and different ones of a channel never do.
impl Hash for Binding {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl Binding {
    /// Reads an entry that has been given `id`.
    ///
    /// # Errors
    /// Realtime's message; the channel is joined all the same, but none of its bindings lives.
    pub fn parse(entry: &Value, id: u32) -> Result<Self, String> {
        let select = select(entry)?;
        let text = |name: &str| entry.get(name).map(|value| value.as_str().ok_or(()));
        // A key that is there with anything but a text fits none of these.
        let (schema, table, filter) = match (text("schema"), text("table"), text("filter")) {
            (Some(Ok(schema)), Some(Ok(table)), Some(Ok(filter))) => (schema, table, filter),
            (Some(Ok(schema)), Some(Ok(table)), None) => (schema, table, ""),
            (Some(Ok(schema)), None, None) => (schema, "*", ""),
            (None, Some(Ok(table)), None) => ("public", table, ""),
            _ => {
                return Err(format!(
                    "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to: {}",
                    inspect(entry)
                ));
            }
        };
        let event = match entry
            .get("event")
            .and_then(Value::as_str)
            .map(str::to_uppercase)
            .as_deref()
        {
            Some("INSERT") => Some(Kind::Insert),
            Some("UPDATE") => Some(Kind::Update),
            Some("DELETE") => Some(Kind::Delete),
            Some(_) | None => None,
        };
        let filter = Filter::parse(filter)?;
        if select.is_some() && (schema == "*" || table == "*") {
            return Err("Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.".to_owned());
        }
        Ok(Self {
            id,
            event,
            schema: schema.to_owned(),
            table: table.to_owned(),
            filter,
            select,
        })
    }

    /// Whether the table is one of those meant.
    pub fn covers(&self, schema: &str, table: &str) -> bool {
        let fits = |name, pattern: &str| pattern == "*" || like(name, pattern);
        fits(schema, &self.schema) && fits(table, &self.table)
    }

    /// Whether changes of this kind are meant.
    pub fn wants(&self, kind: Kind) -> bool {
        self.event.is_none_or(|event| event == kind)
    }
}

/// The columns wanted: a list, of which only texts count; an empty one means all.
fn select(entry: &Value) -> Result<Option<Vec<String>>, String> {
    match entry.get("select") {
        Some(Value::Array(list)) => {
            let names: Vec<_> = list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            Ok((!names.is_empty()).then_some(names))
        }
        Some(Value::String(_)) => Err(r#"Error parsing `select` params: expected a list of column name strings, e.g. select: ["col1", "col2"]"#.to_owned()),
        Some(_) | None => Ok(None),
    }
}

#[cfg(test)]
mod tests;

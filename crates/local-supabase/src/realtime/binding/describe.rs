//! Bindings as Realtime's messages print them.

use serde_json::Value;
use wire::change::Kind;

use super::Binding;

impl Binding {
    /// The binding as Realtime's messages about it print it.
    pub fn describe(&self) -> String {
        let event = match self.event {
            None => "*",
            Some(Kind::Insert) => "INSERT",
            Some(Kind::Update) => "UPDATE",
            Some(Kind::Delete) => "DELETE",
        };
        let filters = self.filter.iter().flat_map(|filter| &filter.conditions);
        let filters: Vec<_> = filters
            .map(|condition| {
                let (column, op) = (&condition.column, condition.op.name());
                format!(
                    "{{{column:?}, {op:?}, {:?}, {}}}",
                    condition.text, condition.negated
                )
            })
            .collect();
        let filters = filters.join(", ");
        let select = self
            .select
            .as_ref()
            .map_or_else(|| "nil".to_owned(), |names| format!("{names:?}"));
        format!(
            "[event: {event}, schema: {}, table: {}, filters: [{filters}], select: {select}]",
            self.schema, self.table
        )
    }
}

/// A value as Realtime's messages print it.
pub(super) fn inspect(value: &Value) -> String {
    match value {
        Value::Null => "nil".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(inspect).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{key:?} => {}", inspect(value)));
            format!("%{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

//! What a channel wants to hear of the database, as its join says it.

use std::hash::{Hash, Hasher};

use serde_json::Value;
use wire::change::Kind;

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

/// A value as Realtime's messages print it.
fn inspect(value: &Value) -> String {
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

/// Gives each entry its id: equal entries share one, different ones never do.
pub fn ids(entries: &[Value]) -> Vec<u32> {
    let mut ids: Vec<u32> = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        if let Some(same) = entries[..at].iter().position(|other| other == entry) {
            ids.push(ids[same]);
            continue;
        }
        let mut id = hash(entry);
        while id == 0 || ids.contains(&id) {
            id = (id + 1) & 0x7ff_ffff;
        }
        ids.push(id);
    }
    ids
}

/// FNV-1a over the entry with its keys in order, folded to 27 bits; the same in every run.
fn hash(entry: &Value) -> u32 {
    let mut text = String::new();
    canonical(entry, &mut text);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    ((hash ^ (hash >> 27)) & 0x7ff_ffff) as u32
}

fn canonical(value: &Value, out: &mut String) {
    let Value::Object(map) = value else {
        out.push_str(&value.to_string());
        return;
    };
    let mut keys: Vec<_> = map.iter().collect();
    keys.sort_by_key(|(key, _)| *key);
    for (key, value) in keys {
        out.push_str(&format!("{key:?}:"));
        canonical(value, out);
        out.push(',');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_entries_share_an_id_whatever_the_order_of_their_keys() {
        let text = r#"[{"event":"*","schema":"public"},{"schema":"public","event":"*"},{"event":"*","schema":"private"}]"#;
        let entries: Vec<Value> = serde_json::from_str(text).unwrap();
        let ids = ids(&entries);
        assert_eq!(ids[0], ids[1]);
        assert_ne!(ids[0], ids[2]);
        assert!(ids.iter().all(|id| (1..1 << 27).contains(id)));
    }

    #[test]
    fn absent_parts_mean_all_and_nulls_are_malformed() {
        let binding = Binding::parse(&json!({"event": "insert", "table": "events"}), 1).unwrap();
        assert_eq!(
            (binding.event, binding.schema.as_str()),
            (Some(Kind::Insert), "public")
        );
        assert!(binding.covers("public", "events") && !binding.covers("private", "events"));
        let all = Binding::parse(&json!({"event": "what", "schema": "*"}), 1).unwrap();
        assert!(all.covers("a", "b") && all.wants(Kind::Delete));
        for (bad, printed) in [
            (json!({"event": "*"}), r#"%{"event" => "*"}"#),
            (
                json!({"schema": "public", "table": "a", "filter": null}),
                r#"%{"filter" => nil, "schema" => "public", "table" => "a"}"#,
            ),
            (
                json!({"schema": "public", "table": null}),
                r#"%{"schema" => "public", "table" => nil}"#,
            ),
            (
                json!({"table": "a", "filter": "b=eq.1"}),
                r#"%{"filter" => "b=eq.1", "table" => "a"}"#,
            ),
        ] {
            let told = Binding::parse(&bad, 1).unwrap_err();
            assert_eq!(
                told,
                format!(
                    "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to: {printed}"
                )
            );
        }
    }

    #[test]
    fn columns_are_chosen_by_a_list_of_one_table() {
        let parse = |table: &str, select: Value| {
            Binding::parse(
                &json!({"schema": "public", "table": table, "select": select}),
                1,
            )
        };
        assert_eq!(
            parse("a", json!(["b", 3, "c"])).unwrap().select,
            Some(vec!["b".to_owned(), "c".to_owned()])
        );
        for all in [json!([]), json!(null), json!(7)] {
            assert_eq!(parse("a", all).unwrap().select, None);
        }
        assert!(
            parse("a", json!("b"))
                .unwrap_err()
                .starts_with("Error parsing `select` params: ")
        );
        assert!(
            parse("*", json!(["b"]))
                .unwrap_err()
                .starts_with("Column selection is not supported")
        );
    }

    #[test]
    fn a_binding_is_described_as_realtime_does() {
        let entry =
            json!({"event": "INSERT", "schema": "public", "table": "rsvps", "filter": "id=eq.4"});
        let binding = Binding::parse(&entry, 1).unwrap();
        assert_eq!(
            binding.describe(),
            r#"[event: INSERT, schema: public, table: rsvps, filters: [{"id", "eq", "4", false}], select: nil]"#
        );
    }
}

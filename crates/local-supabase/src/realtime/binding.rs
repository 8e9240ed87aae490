//! What a channel wants to hear of the database, as its join says it.

use serde_json::Value;
use wire::change::Kind;

use super::{filter::Filter, sql::like};

/// One entry of `config.postgres_changes`.
#[derive(Debug, Clone, PartialEq)]
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

impl Binding {
    /// Reads an entry that has been given `id`.
    ///
    /// # Errors
    /// Realtime's message; the channel is joined all the same, but none of its bindings lives.
    pub fn parse(entry: &Value, id: u32) -> Result<Self, String> {
        let nothing = || {
            format!(
                "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to: {entry}"
            )
        };
        let Some(entry) = entry.as_object() else {
            return Err(nothing());
        };
        let text = |name: &str| match entry.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(nothing()),
        };
        let (schema, table, filter) = (text("schema")?, text("table")?, text("filter")?);
        let (schema, table) = match (schema, table) {
            (None, None) => return Err(nothing()),
            (schema, table) => (schema.unwrap_or("public"), table.unwrap_or("*")),
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
        let select = match entry.get("select") {
            None | Some(Value::Null) => None,
            Some(list) => {
                let names = list
                    .as_array()
                    .map(|list| list.iter().map(|name| name.as_str().map(str::to_owned)));
                let Some(names) = names.and_then(Iterator::collect::<Option<Vec<_>>>) else {
                    return Err("`select` must be a list of column names".to_owned());
                };
                if schema == "*" || table == "*" {
                    return Err("`select` needs one schema and one table".to_owned());
                }
                Some(names)
            }
        };
        Ok(Self {
            id,
            event,
            schema: schema.to_owned(),
            table: table.to_owned(),
            filter: Filter::parse(filter.unwrap_or_default())?,
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
        let filters = self.filter.as_ref().map_or_else(String::new, |filter| {
            format!(
                "{{{:?}, {:?}, {:?}}}",
                filter.column,
                filter.op.name(),
                filter.values.join(",")
            )
        });
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
        for bad in [
            json!({"event": "*"}),
            json!({"schema": "public", "filter": null}),
            json!(3),
        ] {
            assert!(
                Binding::parse(&bad, 1)
                    .unwrap_err()
                    .starts_with("No subscription params provided")
            );
        }
    }

    #[test]
    fn a_binding_is_described_as_realtime_does() {
        let entry =
            json!({"event": "INSERT", "schema": "public", "table": "rsvps", "filter": "id=eq.4"});
        let binding = Binding::parse(&entry, 1).unwrap();
        assert_eq!(
            binding.describe(),
            r#"[event: INSERT, schema: public, table: rsvps, filters: [{"id", "eq", "4"}], select: nil]"#
        );
    }
}

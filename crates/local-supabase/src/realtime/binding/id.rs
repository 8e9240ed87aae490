//! The names of bindings: a hash of what the client sent.

use serde_json::Value;

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

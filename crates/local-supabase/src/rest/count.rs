//! `relation(count)` in `select`: asked of the engine as the rows themselves, and counted on the way out.

use axum::body::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};

/// What `select` may contain without being encoded.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'-')
    .remove(b'.')
    .remove(b',')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'!')
    .remove(b':');

/// The keys that lead to a list to be counted.
pub(super) type Path = Vec<String>;

/// Replaces the counts in the `select` of a query and tells where their lists will be; nothing if there are none.
pub(super) fn take(query: &str) -> Option<(String, Vec<Path>)> {
    let mut paths = Vec::new();
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| {
            let Some(select) = pair.strip_prefix("select=") else {
                return pair.to_owned();
            };
            let select = percent_decode_str(select).decode_utf8_lossy();
            if !select.contains("(count)") {
                return pair.to_owned();
            }
            let (select, found) = rewrite(&select);
            paths.extend(found);
            format!("select={}", utf8_percent_encode(&select, PLAIN))
        })
        .collect();
    if paths.is_empty() {
        None
    } else {
        Some((pairs.join("&"), paths))
    }
}

fn rewrite(select: &str) -> (String, Vec<Path>) {
    let mut rewritten = String::new();
    let mut paths = Vec::new();
    let mut open: Path = Vec::new();
    let mut rest = select;
    while let Some(at) = rest.find(['(', ')', ',']) {
        let (item, mark) = (&rest[..at], &rest[at..=at]);
        rewritten.push_str(item);
        rewritten.push_str(mark);
        rest = &rest[at + 1..];
        match mark {
            "(" => {
                open.push(key(item));
                if rest.starts_with("count)") && !item.starts_with("...") {
                    paths.push(open.clone());
                    rewritten.push('*');
                    rest = &rest["count".len()..];
                }
            }
            ")" => {
                open.pop();
            }
            _ => {}
        }
    }
    rewritten.push_str(rest);
    (rewritten, paths)
}

/// The key an embedded relation appears under: its alias, else its name without a hint.
fn key(item: &str) -> String {
    let name = match item.split_once(':') {
        Some((alias, _)) => alias,
        None => item.split('!').next().unwrap_or(item),
    };
    name.trim_matches('"').to_owned()
}

/// Replaces the lists at `paths` by their lengths.
pub(super) fn give(body: &Bytes, paths: &[Path]) -> Option<Bytes> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    for path in paths {
        replace(&mut body, path);
    }
    serde_json::to_vec(&body).ok().map(Bytes::from)
}

fn replace(value: &mut Value, path: &[String]) {
    match value {
        Value::Array(rows) => rows.iter_mut().for_each(|row| replace(row, path)),
        Value::Object(row) => {
            let Some((key, deeper)) = path.split_first() else {
                return;
            };
            let Some(inner) = row.get_mut(key) else {
                return;
            };
            if !deeper.is_empty() {
                replace(inner, deeper);
            } else if let Value::Array(rows) = inner {
                *inner = json!([{"count": rows.len()}]);
            } else {
                *inner = json!({"count": u8::from(!inner.is_null())});
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_found_at_every_depth_under_the_key_they_get() {
        let (query, paths) =
            take("select=title,n:rsvps!a_fkey%28count%29,host(name,events(count)),count&id=eq.1")
                .expect("counts");
        assert_eq!(
            query,
            "select=title,n:rsvps!a_fkey(*),host(name,events(*)),count&id=eq.1"
        );
        assert_eq!(
            paths,
            [
                vec!["n".to_owned()],
                vec!["host".to_owned(), "events".to_owned()]
            ]
        );
        assert!(take("select=count,a(counted)&x=eq.(count)").is_none());
    }

    #[test]
    fn lists_become_their_lengths() {
        let body =
            Bytes::from(r#"[{"a":1,"host":{"events":[{"x":1},{"x":2}]}},{"a":2,"host":null}]"#);
        let counted = give(&body, &[vec!["host".to_owned(), "events".to_owned()]]).expect("JSON");
        assert_eq!(
            counted,
            r#"[{"a":1,"host":{"events":[{"count":2}]}},{"a":2,"host":null}]"#
        );
    }
}

//! How REST addresses a row.

use super::{
    erased::Key,
    history::{Edge, Older},
};

/// Path that names one row by its key.
pub(super) fn row_path(table: &str, key: &Key) -> String {
    let mut path = format!("/rest/v1/{table}");
    for (index, (column, value)) in key.columns().into_iter().enumerate() {
        path.push(if index == 0 { '?' } else { '&' });
        path.push_str(&column);
        path.push_str("=eq.");
        match value {
            serde_json::Value::String(text) => escape(&mut path, &text),
            other => escape(&mut path, &other.to_string()),
        }
    }
    path
}

/// Path of the page of `rows` that come before `edge`, newest first. A row's place is its time and then its
/// key, so that rows which come or go meanwhile neither skip nor repeat others.
pub(super) fn older_path(table: &str, older: &Older, edge: &Edge, rows: usize) -> String {
    let Older { since, key, .. } = older;
    let at = quoted(&edge.since.to_string());
    let mut before = format!("{since}.lt.{at}");
    let last = edge.key.as_ref().map(Key::columns).unwrap_or_default();
    if let Some(last) = last.get(*key) {
        let last = last
            .as_str()
            .map_or_else(|| last.to_string(), str::to_owned);
        let last = quoted(&last);
        before.push_str(&format!(",and({since}.eq.{at},{key}.lt.{last})"));
    }
    let group = match older.group.as_str() {
        "" => String::new(),
        group => format!("{group}&"),
    };
    format!(
        "/rest/v1/{table}?{group}or=({before})&order={since}.desc,{key}.desc&limit={rows}&select=*"
    )
}

/// A value inside a logical condition, where commas and brackets have a meaning.
fn quoted(text: &str) -> String {
    let mut value = String::from("%22");
    escape(&mut value, &text.replace('\\', "\\\\").replace('"', "\\\""));
    value.push_str("%22");
    value
}

/// Percent-encodes all but unreserved characters.
fn escape(path: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                path.push(char::from(byte));
            }
            _ => {
                path.push('%');
                for digit in [byte >> 4, byte & 15] {
                    path.push(
                        char::from_digit(digit.into(), 16)
                            .unwrap_or('0')
                            .to_ascii_uppercase(),
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_stay_inside_the_value() {
        let mut path = String::new();
        escape(&mut path, "a&b=c,(d) é");
        assert_eq!(path, "a%26b%3Dc%2C%28d%29%20%C3%A9");
    }
}

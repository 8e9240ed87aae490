//! How REST addresses a row.

use super::overlay::fields;
use crate::Table;

/// Path that names one row by its key.
pub(super) fn row_path<T: Table>(key: &T::Key) -> String {
    let mut path = format!("/rest/v1/{}", T::NAME);
    for (index, (column, value)) in fields(key).into_iter().enumerate() {
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

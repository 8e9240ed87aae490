//! Column values as JSON, from PostgreSQL's text form of them.

/// How a type's values look in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// `true` or `false`.
    Bool,
    /// A number at full precision; NaN and the infinities have no JSON and become null.
    Number,
    /// A string of the text form.
    Text,
    /// The value itself, nested.
    Json,
    /// ISO 8601 with `T`, and the offset with minutes.
    Time,
    /// Hex digits.
    Bytes,
    /// A list; nested for several dimensions.
    List(Box<Shape>),
}

impl Shape {
    /// The shape of a built-in type, by name; every other type is text.
    pub fn of(typname: &str) -> Self {
        match typname {
            "bool" => Self::Bool,
            "int2" | "int4" | "int8" | "oid" | "numeric" | "float4" | "float8" => Self::Number,
            "json" | "jsonb" => Self::Json,
            "timestamp" | "timestamptz" => Self::Time,
            "bytea" => Self::Bytes,
            _ => Self::Text,
        }
    }

    /// Appends the JSON of a value.
    pub fn write(&self, text: &str, out: &mut String) {
        match self {
            Self::Bool => out.push_str(if text == "t" { "true" } else { "false" }),
            Self::Number if text.ends_with(|last: char| last.is_ascii_digit()) => {
                out.push_str(text)
            }
            Self::Number => out.push_str("null"),
            Self::Text => string(text, out),
            Self::Json => out.push_str(text),
            Self::Time => string(
                &text.replacen(' ', "T", 1).replacen("+00", "+00:00", 1),
                out,
            ),
            Self::Bytes => string(text.strip_prefix("\\x").unwrap_or(text), out),
            Self::List(items) => list(items, text, out),
        }
    }
}

/// Appends a JSON string.
pub fn string(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).expect("text always prints"));
}

/// PostgreSQL's array literal → JSON: `{1,NULL,"a\"b"}`, `{{1,2},{3,4}}`, `[0:1]={1,2}`.
fn list(items: &Shape, text: &str, out: &mut String) {
    let body = match text.split_once('=') {
        Some((bounds, body)) if bounds.starts_with('[') => body,
        Some(_) | None => text,
    };
    let mut letters = body.chars().peekable();
    let mut first = true;
    while let Some(letter) = letters.next() {
        match letter {
            '{' => {
                comma(&mut first, out);
                out.push('[');
                first = true;
            }
            '}' => {
                out.push(']');
                first = false;
            }
            ',' => {}
            '"' => {
                comma(&mut first, out);
                let mut item = String::new();
                while let Some(letter) = letters.next_if(|letter| *letter != '"') {
                    item.extend(if letter == '\\' {
                        letters.next()
                    } else {
                        Some(letter)
                    });
                }
                letters.next();
                items.write(&item, out);
            }
            start => {
                comma(&mut first, out);
                let mut item = String::from(start);
                while let Some(letter) = letters.next_if(|letter| !matches!(letter, ',' | '}')) {
                    item.push(letter);
                }
                if item == "NULL" {
                    out.push_str("null")
                } else {
                    items.write(&item, out)
                }
            }
        }
    }
}

fn comma(first: &mut bool, out: &mut String) {
    if !*first {
        out.push(',');
    }
    *first = false;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_look_as_to_jsonb_prints_them() {
        for (typname, text, json) in [
            ("bool", "t", "true"),
            ("int8", "9223372036854775807", "9223372036854775807"),
            ("numeric", "1.50", "1.50"),
            ("float8", "1e+20", "1e+20"),
            ("float8", "NaN", "null"),
            ("numeric", "-Infinity", "null"),
            ("text", "a \"b\"\n", r#""a \"b\"\n""#),
            ("xid8", "741", r#""741""#),
            (
                "timestamptz",
                "2026-05-09 19:00:00.123+00",
                r#""2026-05-09T19:00:00.123+00:00""#,
            ),
            ("timestamptz", "infinity", r#""infinity""#),
            (
                "timestamp",
                "2026-05-09 19:00:00",
                r#""2026-05-09T19:00:00""#,
            ),
            ("date", "2026-05-09", r#""2026-05-09""#),
            ("jsonb", r#"{"a": [1]}"#, r#"{"a": [1]}"#),
            ("bytea", "\\x00ff", r#""00ff""#),
        ] {
            let mut out = String::new();
            Shape::of(typname).write(text, &mut out);
            assert_eq!(out, json, "{typname} {text}");
        }
    }

    #[test]
    fn arrays_become_lists() {
        for (item, text, json) in [
            ("int4", "{}", "[]"),
            ("int4", "{1,NULL,3}", "[1,null,3]"),
            ("int4", "{{1,2},{3,4}}", "[[1,2],[3,4]]"),
            ("int4", "[0:1]={1,2}", "[1,2]"),
            (
                "text",
                r#"{a,"b,\"c\\","",NULL,"NULL"}"#,
                r#"["a","b,\"c\\","",null,"NULL"]"#,
            ),
            ("text", r#"{"k=v{"}"#, r#"["k=v{"]"#),
            (
                "timestamptz",
                r#"{"2026-05-09 19:00:00+00"}"#,
                r#"["2026-05-09T19:00:00+00:00"]"#,
            ),
        ] {
            let mut out = String::new();
            Shape::List(Box::new(Shape::of(item))).write(text, &mut out);
            assert_eq!(out, json, "{text}");
        }
    }
}

//! Arguments of a function that are more than text.
//!
//! The engine binds each as text that is cast to the argument's type: null as empty text, lists and objects as JSON.
//! Here null is bound as such, and `json_to_record` reads lists and objects as the type, as in PostgREST.

use std::collections::HashMap;

use postrust_sql::SqlParam;
use serde_json::value::RawValue;

/// The arguments of a call by name, those alone that are neither text nor truth values.
pub(in crate::rest) struct Arguments(HashMap<String, Argument>);

enum Argument {
    Null,
    /// With all its digits.
    Number(String),
    /// A list or an object, as JSON.
    Structure(String),
}

impl Arguments {
    /// Reads the body of a call, or the first of several; nothing if it has no such arguments.
    pub(in crate::rest) fn read(body: &[u8]) -> Option<Self> {
        let first = || {
            let all: Vec<&RawValue> = serde_json::from_slice(body).ok()?;
            Some(all.first()?.get().as_bytes())
        };
        let object = if body.trim_ascii_start().starts_with(b"[") {
            first()?
        } else {
            body
        };
        let named: HashMap<String, &RawValue> = serde_json::from_slice(object).ok()?;
        let read: HashMap<_, _> = named
            .into_iter()
            .filter_map(|(name, value)| Some((name, Argument::read(value.get())?)))
            .collect();
        (!read.is_empty()).then_some(Self(read))
    }

    /// The statement and its values with these arguments, if it is a call that has any of them.
    pub(super) fn give(&self, sql: &str, params: &[SqlParam]) -> Option<(String, Vec<SqlParam>)> {
        let mut written = String::with_capacity(sql.len());
        let mut params = params.to_vec();
        let mut rest = sql;
        let mut given = false;
        while let Some((before, name, after)) = quoted(rest) {
            written.push_str(before);
            rest = after;
            let Some(bound) = Bound::read(after) else {
                continue;
            };
            let argument = self.0.get(&name);
            let place = bound.number.checked_sub(1);
            let Some((argument, param)) =
                argument.zip(place.and_then(|place| params.get_mut(place)))
            else {
                continue;
            };
            given = true;
            rest = bound.after;
            let Bound { number, kind, .. } = bound;
            written.push_str(bound.arrow);
            match argument {
                Argument::Null => *param = SqlParam::Null,
                Argument::Number(json) => *param = SqlParam::Text(json.clone()),
                Argument::Structure(json) if ["json", "jsonb"].contains(&kind) => {
                    *param = SqlParam::Text(json.clone());
                }
                Argument::Structure(json) => {
                    *param = SqlParam::Text(format!(r#"{{"v":{json}}}"#));
                    written.push_str(&format!(
                        "(select v from pg_catalog.json_to_record(${number}::json) as _(v {kind}))"
                    ));
                    continue;
                }
            }
            written.push_str(&format!("${number}::{kind}"));
        }
        written.push_str(rest);
        given.then_some((written, params))
    }
}

impl Argument {
    fn read(json: &str) -> Option<Self> {
        match json.as_bytes().first()? {
            b'n' => Some(Self::Null),
            b'[' | b'{' => Some(Self::Structure(json.to_owned())),
            b'"' | b't' | b'f' => None,
            _ => Some(Self::Number(json.to_owned())),
        }
    }
}

/// ` => $1::type`, as it follows the name of an argument.
struct Bound<'s> {
    arrow: &'s str,
    number: usize,
    kind: &'s str,
    after: &'s str,
}

impl<'s> Bound<'s> {
    fn read(text: &'s str) -> Option<Self> {
        let (arrow, rest) = text.split_at_checked(" => ".len())?;
        if arrow != " => " && arrow != " := " {
            return None;
        }
        let (number, cast) = rest.strip_prefix('$')?.split_once("::")?;
        let number = number.parse().ok()?;
        let (mut depth, mut within) = (0_usize, false);
        let end = cast.find(|character| {
            match character {
                '"' => within = !within,
                '(' if !within => depth += 1,
                ')' | ',' if !within && depth == 0 => return true,
                ')' if !within => depth -= 1,
                _ => {}
            }
            false
        })?;
        let (kind, after) = cast.split_at(end);
        Some(Self {
            arrow,
            number,
            kind,
            after,
        })
    }
}

/// The text up to the end of the first quoted name, that name, and what follows it.
fn quoted(sql: &str) -> Option<(&str, String, &str)> {
    let open = sql.find('"')? + 1;
    let mut end = open;
    loop {
        end += sql[end..].find('"')? + 1;
        if !sql[end..].starts_with('"') {
            break;
        }
        end += 1;
    }
    let name = sql[open..end - 1].replace("\"\"", "\"");
    Some((&sql[..end], name, &sql[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> SqlParam {
        SqlParam::Text(text.to_owned())
    }

    #[test]
    fn null_and_structures_take_the_place_of_text() {
        let body =
            br#"[{"a": null, "b": [1, null], "j": {"k":  1.50}, "t": "x", "n": 1e400, "q\"": {}}]"#;
        let sql = r#"SELECT * FROM "public"."f"("a" => $1::integer, VARIADIC "b" := $2::text[], "j" => $3::jsonb, "t" => $4::text, "n" => $5::numeric(3,1), "q""" => $6::"my, ""type)") WHERE "a" = $7"#;
        let params: Vec<_> = ["", "[1,null]", "{}", "x", "inf", "{}", "a"]
            .map(text)
            .into();
        let arguments = Arguments::read(body).expect("arguments");
        let (sql, params) = arguments.give(sql, &params).expect("a call");
        assert_eq!(
            sql,
            r#"SELECT * FROM "public"."f"("a" => $1::integer, VARIADIC "b" := (select v from pg_catalog.json_to_record($2::json) as _(v text[])), "j" => $3::jsonb, "t" => $4::text, "n" => $5::numeric(3,1), "q""" => (select v from pg_catalog.json_to_record($6::json) as _(v "my, ""type)"))) WHERE "a" = $7"#
        );
        let mut wanted = vec![SqlParam::Null];
        wanted.extend(
            [
                r#"{"v":[1, null]}"#,
                r#"{"k":  1.50}"#,
                "x",
                "1e400",
                r#"{"v":{}}"#,
                "a",
            ]
            .map(text),
        );
        assert_eq!(params, wanted);
    }

    #[test]
    fn what_names_no_argument_stays() {
        let arguments = Arguments::read(br#"{"a": null}"#).expect("arguments");
        for sql in [
            r#"SELECT "b" => $1::text"#,
            r#"SELECT "x "" a" => $1::text FROM "a" WHERE "a" = $1"#,
            r#"SELECT "a" => $2::text)"#,
            r#"SELECT "a" => $1"#,
        ] {
            assert!(arguments.give(sql, &[text("")]).is_none(), "{sql}");
        }
        for body in [r#"{"a": "x", "b": true}"#, "[]", "[[null]]", "7", "{"] {
            assert!(Arguments::read(body.as_bytes()).is_none(), "{body}");
        }
    }
}

//! Filters of a binding, `column=op.value,…`: reading them, and judging a row's values by them.

mod condition;
mod plain;
mod split;

pub use self::condition::{Condition, Op};
use self::split::{segments, unquote};

/// What PostgreSQL says of a text that it cannot hold.
const NUL: &str =
    "ERROR 22021 (character_not_in_repertoire) invalid byte sequence for encoding \"UTF8\": 0x00";

/// Most conditions of a filter; more than a table usually has columns.
const CONDITIONS: usize = 50;

/// Conditions of which a row has to pass all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// In the order in which they were written; at least one.
    pub conditions: Vec<Condition>,
}

/// What can be said of a value.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passes or not.
    Known(bool),
    /// Only PostgreSQL knows how this type compares; a boolean SQL expression.
    Ask(String),
}

/// A column's value as the log has it, with its type.
pub struct Seen<'a> {
    /// PostgreSQL's text form; nothing for NULL.
    pub text: Option<&'a str>,
    /// Name of the type.
    pub typname: &'a str,
    /// The type as SQL can cast to it.
    pub cast: &'a str,
}

impl Filter {
    /// Reads a filter; blanks are none.
    ///
    /// # Errors
    /// Realtime's message about the text.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        if text.contains('\0') {
            return Err(format!(
                "Error parsing `filter` params: {NUL}: leave the character U+0000 out"
            ));
        }
        let segments = segments(text.trim());
        if segments.len() > CONDITIONS {
            return Err(format!(
                "Error parsing `filter` params: at most {CONDITIONS} conditions, not {}: a list of values is one, `column=in.(…)`",
                segments.len()
            ));
        }
        let conditions: Result<Vec<_>, _> = segments.into_iter().map(condition).collect();
        let conditions =
            conditions.map_err(|reason| format!("Error parsing `filter` params: {reason}"))?;
        Ok(Some(Self { conditions }))
    }

    /// Judges a row, of which `seen` knows the values; a column that the log does not tell of fails.
    pub fn judge<'a>(&self, seen: impl Fn(&str) -> Option<Seen<'a>>) -> Verdict {
        let mut questions = Vec::new();
        for condition in &self.conditions {
            let Some(value) = seen(&condition.column) else {
                return Verdict::Known(false);
            };
            match condition.judge(&value) {
                Verdict::Known(true) => {}
                Verdict::Known(false) => return Verdict::Known(false),
                Verdict::Ask(question) => questions.push(question),
            }
        }
        if questions.is_empty() {
            return Verdict::Known(true);
        }
        Verdict::Ask(questions.join(" and "))
    }
}

/// Reads `column=op.value` or `column=not.op.value`.
fn condition(segment: &str) -> Result<Condition, String> {
    let segment = segment.trim();
    if segment.is_empty() {
        return Err("filter must not contain empty segments (check for extra commas)".to_owned());
    }
    let Some((column, rest)) = segment.split_once('=') else {
        return Err(format!("{:?}", [segment]));
    };
    let (negated, rest) = match rest.strip_prefix("not.") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let Some((name, value)) = rest.split_once('.') else {
        return Err(format!("{:?}", [rest]));
    };
    let Some(op) = Op::parse(name) else {
        return Err(format!("{:?}", [name, value]));
    };
    let (text, values) = if op == Op::In {
        let list = value
            .strip_prefix('(')
            .and_then(|value| value.strip_suffix(')'));
        let Some(list) = list else {
            return Err("`in` filter value must be wrapped by parentheses".to_owned());
        };
        (format!("{{{list}}}"), split::items(list))
    } else {
        let value = unquote(value);
        (value.clone(), vec![value])
    };
    Ok(Condition {
        column: column.to_owned(),
        op,
        negated,
        text,
        values,
    })
}

#[cfg(test)]
mod tests;

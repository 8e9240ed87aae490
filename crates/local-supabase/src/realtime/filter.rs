//! Filters of a binding, `column=op.value`: reading them, and judging a value by them.

mod plain;

use self::plain::Plain;
use super::sql::literal;

/// The comparisons that Realtime has always had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Eq,
    /// `<>`
    Neq,
    /// `<`
    Lt,
    /// `<=`
    Lte,
    /// `>`
    Gt,
    /// `>=`
    Gte,
    /// One of a list.
    In,
}

/// A condition on one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Name of the column.
    pub column: String,
    /// The comparison.
    pub op: Op,
    /// What to compare with; one value, or the list of [`Op::In`].
    pub values: Vec<String>,
}

/// What can be said of a value.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passes or not.
    Known(bool),
    /// Only PostgreSQL knows how this type compares; a boolean SQL expression.
    Ask(String),
}

/// Longest list that `in` takes.
const IN_LIMIT: usize = 100;

impl Op {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "eq" => Self::Eq,
            "neq" => Self::Neq,
            "lt" => Self::Lt,
            "lte" => Self::Lte,
            "gt" => Self::Gt,
            "gte" => Self::Gte,
            "in" => Self::In,
            _ => return None,
        })
    }

    /// The operator's name in a filter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Neq => "neq",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::In => "in",
        }
    }

    fn sql(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Neq => "<>",
            Self::Lt => "<",
            Self::Lte => "<=",
            Self::Gt => ">",
            Self::Gte => ">=",
            Self::In => "in",
        }
    }
}

impl Filter {
    /// Reads a filter; blanks are none.
    ///
    /// # Errors
    /// Realtime's message about the text.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let malformed = |parts: &[&str]| format!("Error parsing `filter` params: {parts:?}");
        let Some((column, condition)) = text.split_once('=') else {
            return Err(malformed(&[text]));
        };
        let Some((name, value)) = condition.split_once('.') else {
            return Err(malformed(&[condition]));
        };
        let Some(op) = Op::parse(name) else {
            return Err(malformed(&[name, value]));
        };
        let values = if op == Op::In {
            let list = value
                .strip_prefix('(')
                .and_then(|value| value.strip_suffix(')'));
            let Some(list) = list else {
                return Err("Error parsing `filter` params: `in` filter value must be wrapped by parentheses".to_owned());
            };
            items(list)
        } else {
            vec![unquote(value)]
        };
        if values.len() > IN_LIMIT {
            return Err(format!(
                "too many values for `in` filter. Maximum {IN_LIMIT}"
            ));
        }
        Ok(Some(Self {
            column: column.to_owned(),
            op,
            values,
        }))
    }

    /// Judges a value in PostgreSQL's text form, of the type named `typname` and written `cast` in SQL.
    pub fn judge(&self, have: &str, typname: &str, cast: &str) -> Verdict {
        self.judge_here(have, typname)
            .map_or_else(|| Verdict::Ask(self.sql(have, cast)), Verdict::Known)
    }

    fn judge_here(&self, have: &str, typname: &str) -> Option<bool> {
        let have = Plain::read(have, typname)?;
        let wanted: Option<Vec<_>> = self
            .values
            .iter()
            .map(|value| Plain::read(value, typname))
            .collect();
        let wanted = wanted?;
        let first = wanted.first();
        match self.op {
            Op::Eq => Some(Some(&have) == first),
            Op::Neq => Some(Some(&have) != first),
            Op::In => Some(wanted.contains(&have)),
            Op::Lt => Some(have.integer()? < first?.integer()?),
            Op::Lte => Some(have.integer()? <= first?.integer()?),
            Op::Gt => Some(have.integer()? > first?.integer()?),
            Op::Gte => Some(have.integer()? >= first?.integer()?),
        }
    }

    fn sql(&self, have: &str, cast: &str) -> String {
        let wanted: Vec<_> = self
            .values
            .iter()
            .map(|value| format!("{}::{cast}", literal(value)))
            .collect();
        let wanted = match self.op {
            Op::In if wanted.is_empty() => return "false".to_owned(),
            Op::In => format!("({})", wanted.join(", ")),
            Op::Eq | Op::Neq | Op::Lt | Op::Lte | Op::Gt | Op::Gte => wanted.concat(),
        };
        format!("{}::{cast} {} {wanted}", literal(have), self.op.sql())
    }
}

/// Splits at commas outside double quotes.
fn items(list: &str) -> Vec<String> {
    if list.trim().is_empty() {
        return Vec::new();
    }
    let mut items = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for letter in list.chars() {
        if letter == ',' && !quoted {
            items.push(String::new());
            continue;
        }
        quoted ^= letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        if let Some(item) = items.last_mut() {
            item.push(letter);
        }
    }
    items.iter().map(|item| unquote(item.trim())).collect()
}

fn unquote(value: &str) -> String {
    let inner = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    let Some(inner) = inner else {
        return value.to_owned();
    };
    let mut text = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        text.extend(if letter == '\\' {
            letters.next()
        } else {
            Some(letter)
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seven_operators_are_read() {
        for name in ["eq", "neq", "lt", "lte", "gt", "gte"] {
            let filter = Filter::parse(&format!("a={name}.5.x")).unwrap().unwrap();
            assert_eq!(
                (filter.op.name(), filter.values),
                (name, vec!["5.x".to_owned()])
            );
        }
        let list = Filter::parse(r#"a=in.(x, "y,\"z", w)"#).unwrap().unwrap();
        assert_eq!(list.values, ["x", "y,\"z", "w"]);
        assert_eq!(Filter::parse("  "), Ok(None));
    }

    #[test]
    fn others_are_refused_in_realtimes_words() {
        let error = |text: &str| Filter::parse(text).unwrap_err();
        assert_eq!(
            error("id=foo.hey"),
            r#"Error parsing `filter` params: ["foo", "hey"]"#
        );
        assert_eq!(
            error("nothing"),
            r#"Error parsing `filter` params: ["nothing"]"#
        );
        assert!(error("id=in.1,2").contains("must be wrapped by parentheses"));
        let many = format!("id=in.({})", vec!["1"; 101].join(","));
        assert_eq!(error(&many), "too many values for `in` filter. Maximum 100");
    }

    #[test]
    fn plain_types_are_judged_by_value_not_by_spelling() {
        let judge = |filter: &str, have: &str, kind: &str| {
            Filter::parse(filter)
                .unwrap()
                .unwrap()
                .judge(have, kind, "T")
        };
        assert_eq!(judge("a=eq.007", "7", "int4"), Verdict::Known(true));
        assert_eq!(judge("a=gt.10", "9", "int8"), Verdict::Known(false));
        assert_eq!(judge("a=eq.true", "t", "bool"), Verdict::Known(true));
        assert_eq!(judge("a=neq.x", "x", "text"), Verdict::Known(false));
        let upper = "a=eq.0A510000-0000-4000-8000-000000000000";
        assert_eq!(
            judge(upper, "0a510000-0000-4000-8000-000000000000", "uuid"),
            Verdict::Known(true)
        );
        assert_eq!(
            judge("a=eq.1.0", "1.00", "numeric"),
            Verdict::Ask("'1.00'::T = '1.0'::T".into())
        );
        assert_eq!(
            judge("a=lt.o'c", "b", "text"),
            Verdict::Ask("'b'::T < 'o''c'::T".into())
        );
    }
}

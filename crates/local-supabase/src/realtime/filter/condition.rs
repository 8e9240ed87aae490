//! One condition of a filter: an operator, and the value that a column is compared with.

use super::{Seen, Verdict, plain::Plain};
use crate::realtime::sql::literal;

/// The comparisons that Realtime knows.
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
    /// A pattern with `%` and `_`.
    Like,
    /// The same without regard to case.
    Ilike,
    /// A regular expression.
    Match,
    /// The same without regard to case.
    Imatch,
    /// `null`, `true`, `false` or `unknown`.
    Is,
    /// `<>`, where NULL is a value like others.
    IsDistinct,
}

/// A condition on one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Name of the column.
    pub column: String,
    /// The comparison.
    pub op: Op,
    /// Whether it has to fail.
    pub negated: bool,
    /// What to compare with, as Realtime's messages show it.
    pub text: String,
    /// The same as values; one, or the list of [`Op::In`].
    pub values: Vec<String>,
}

impl Op {
    /// The operator of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "eq" => Self::Eq,
            "neq" => Self::Neq,
            "lt" => Self::Lt,
            "lte" => Self::Lte,
            "gt" => Self::Gt,
            "gte" => Self::Gte,
            "in" => Self::In,
            "like" => Self::Like,
            "ilike" => Self::Ilike,
            "match" => Self::Match,
            "imatch" => Self::Imatch,
            "is" => Self::Is,
            "isdistinct" => Self::IsDistinct,
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
            Self::Like => "like",
            Self::Ilike => "ilike",
            Self::Match => "match",
            Self::Imatch => "imatch",
            Self::Is => "is",
            Self::IsDistinct => "isdistinct",
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
            Self::Like => "like",
            Self::Ilike => "ilike",
            Self::Match => "~",
            Self::Imatch => "~*",
            Self::Is => "is",
            Self::IsDistinct => "is distinct from",
        }
    }
}

impl Condition {
    /// Judges a value; NULL passes no comparison, negated or not, except those that are about NULL.
    pub fn judge(&self, seen: &Seen) -> Verdict {
        if self.op == Op::Is {
            return Verdict::Known(self.is(seen.text) != self.negated);
        }
        let Some(have) = seen.text else {
            return Verdict::Known(self.op == Op::IsDistinct && !self.negated);
        };
        match self.holds(have, seen.typname) {
            Some(holds) => Verdict::Known(holds != self.negated),
            None => Verdict::Ask(self.sql(have, seen.cast)),
        }
    }

    /// `is` compares with a keyword.
    fn is(&self, have: Option<&str>) -> bool {
        match self.text.as_str() {
            "null" | "unknown" => have.is_none(),
            "true" => have == Some("t"),
            "false" => have == Some("f"),
            _ => false,
        }
    }

    /// What can be said without a database.
    fn holds(&self, have: &str, typname: &str) -> Option<bool> {
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
            Op::Neq | Op::IsDistinct => Some(Some(&have) != first),
            Op::In => Some(wanted.contains(&have)),
            Op::Lt => Some(have.integer()? < first?.integer()?),
            Op::Lte => Some(have.integer()? <= first?.integer()?),
            Op::Gt => Some(have.integer()? > first?.integer()?),
            Op::Gte => Some(have.integer()? >= first?.integer()?),
            Op::Like | Op::Ilike | Op::Match | Op::Imatch | Op::Is => None,
        }
    }

    fn sql(&self, have: &str, cast: &str) -> String {
        let wanted: Vec<_> = self
            .values
            .iter()
            .map(|value| format!("{}::{cast}", literal(value)))
            .collect();
        let wanted = match self.op {
            Op::In if wanted.is_empty() => return self.negated.to_string(),
            Op::In => format!("({})", wanted.join(", ")),
            Op::Eq
            | Op::Neq
            | Op::Lt
            | Op::Lte
            | Op::Gt
            | Op::Gte
            | Op::Like
            | Op::Ilike
            | Op::Match
            | Op::Imatch
            | Op::Is
            | Op::IsDistinct => wanted.concat(),
        };
        let not = if self.negated { "not " } else { "" };
        format!(
            "{not}({}::{cast} {} {wanted})",
            literal(have),
            self.op.sql()
        )
    }
}

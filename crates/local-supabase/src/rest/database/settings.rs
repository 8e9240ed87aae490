//! The settings of a request, and what a function says about its response, `response.headers` and `response.status`: read and checked before
//! the commit, so that nonsense undoes what the function did.

use std::{borrow::Cow, sync::OnceLock};

use postrust_core::db::DbError;
use postrust_sql::SqlParam;
use serde_json::Value;

/// How the engine begins to say who asks, and what.
const SETTINGS: &str = "SELECT set_config(";
/// Claims one by one, which the engine sets beside all of them together; PostgREST does not, and nobody reads them.
const SINGLE_CLAIM: &str = "request.jwt.claims.";

/// Makes a transaction one that cannot write, as a setting among the others.
const READ_ONLY: [&str; 2] = ["transaction_read_only", "on"];

/// Whether a statement sets what a request tells.
pub(super) fn are_set_by(sql: &str) -> bool {
    sql.starts_with(SETTINGS)
}

/// The settings with their values, but for those that nobody reads: each costs time, and the fewer there are, the
/// more requests are alike. The first of them says if nothing may be written.
pub(super) fn needed<'p>(
    params: &'p [SqlParam],
    read_only: bool,
) -> (Cow<'static, str>, impl Iterator<Item = Cow<'p, SqlParam>>) {
    let kept = params.chunks_exact(2).filter(|pair| !is_single(pair));
    let many = kept.clone().count() + usize::from(read_only);
    let first = read_only.then(|| READ_ONLY.map(|text| SqlParam::Text(text.to_owned())));
    let first = first.into_iter().flatten().map(Cow::Owned);
    (
        statement(many),
        first.chain(kept.flatten().map(Cow::Borrowed)),
    )
}

fn is_single(pair: &[SqlParam]) -> bool {
    matches!(pair, [SqlParam::Text(name), _] if name.starts_with(SINGLE_CLAIM))
}

/// The statement that sets so many settings.
fn statement(many: usize) -> Cow<'static, str> {
    static KNOWN: [OnceLock<String>; 16] = [const { OnceLock::new() }; 16];
    match KNOWN.get(many) {
        Some(known) => Cow::Borrowed(known.get_or_init(|| written(many))),
        None => Cow::Owned(written(many)),
    }
}

fn written(many: usize) -> String {
    let calls = (0..many).map(|at| format!("set_config(${}, ${}, true)", 2 * at + 1, 2 * at + 2));
    format!("SELECT {}", calls.collect::<Vec<_>>().join(", "))
}

/// Reads both. Nonsense in the status divides by zero; nonsense in the headers fails in other ways.
const CHECKED: &str = r"select current_setting('response.headers', true), current_setting('response.status', true),
  1 / coalesce((nullif(trim(current_setting('response.status', true)), '') ~ '^[1-9][0-9]{2}$')::int, 1),
  (select (case when coalesce(bool_and(header.name ~ '^[-!#$%&''*+.^_`|~0-9A-Za-z]+$' and header.said !~ '[[:cntrl:]]'), true)
      then '1' else 'malformed' end)::int
    from jsonb_array_elements(nullif(trim(current_setting('response.headers', true)), '')::jsonb) entries (entry),
      jsonb_each_text(entry) header (name, said))";
const DIVISION_BY_ZERO: &str = "22012";

/// The statement to say in place of the engine's own, when it is the one that reads these settings.
pub(super) fn checked(asked: &str) -> &str {
    if asked.contains("'response.headers'") {
        CHECKED
    } else {
        asked
    }
}

/// What the engine is to read, and refuse, after the check has failed.
///
/// # Errors
/// The failure itself when it is none of the check.
pub(super) fn malformed(failure: DbError) -> Result<Vec<Value>, DbError> {
    let Some(database) = failure.as_database() else {
        return Err(failure);
    };
    // Class 22 is nonsense in a value; anything else is not the function's doing.
    match database.code.as_str() {
        DIVISION_BY_ZERO => Ok(vec![Value::Null, "malformed".into()]),
        code if code.starts_with("22") => Ok(vec!["malformed".into(), Value::Null]),
        _ => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_set_together_and_not_one_by_one() {
        let text = |text: &str| SqlParam::Text(text.to_owned());
        let params = [
            "role",
            "anon",
            "request.jwt.claims",
            "{}",
            "request.jwt.claims.sub",
            "x",
            "timezone",
            "UTC",
        ];
        let params = params.map(text);
        let (sql, kept) = needed(&params, false);
        assert_eq!(
            sql,
            "SELECT set_config($1, $2, true), set_config($3, $4, true), set_config($5, $6, true)"
        );
        let names: Vec<String> = kept.map(|param| format!("{param:?}")).collect();
        assert!(
            names.len() == 6 && !names.concat().contains("claims.sub"),
            "{names:?}"
        );
        let (_, kept) = needed(&params, true);
        let names: Vec<String> = kept.map(|param| format!("{param:?}")).collect();
        assert!(names.len() == 8 && names[0].contains("transaction_read_only"));
    }
}

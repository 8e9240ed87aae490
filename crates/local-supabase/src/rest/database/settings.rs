//! What a function says about its response, `response.headers` and `response.status`: read and checked before
//! the commit, so that nonsense undoes what the function did.

use postrust_core::db::DbError;
use serde_json::Value;

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

//! Statements that are refused before they are said.
//!
//! Supabase loads the extension `safeupdate`, which refuses to change all rows of a table by accident; a text with
//! a NUL in it is none that PostgreSQL can be told.

use postrust_core::{db::DbError, error::DatabaseError};

use super::json::parentheses;

/// Why a statement is refused, if it is.
pub(super) fn refusal(sql: &str) -> Option<DbError> {
    if sql.contains('\0') {
        let message = "invalid byte sequence for encoding \"UTF8\": 0x00";
        return Some(refused("22021", message));
    }
    let written = sql.strip_prefix("WITH ").and_then(|rest| {
        let (_, rest) = rest.split_once(" AS (")?;
        Some(rest)
    });
    let written = written.unwrap_or(sql);
    let verb = ["UPDATE", "DELETE"]
        .into_iter()
        .find(|verb| written.starts_with(verb))?;
    if is_filtered(written) {
        return None;
    }
    Some(refused("21000", &format!("{verb} requires a WHERE clause")))
}

/// Whether a write says which rows it means, outside of parentheses and quotes.
fn is_filtered(written: &str) -> bool {
    let mut from = 0;
    let mut outside = true;
    for (at, depth) in parentheses(written) {
        if outside && says_where(&written[from..at]) {
            return true;
        }
        if outside && depth == 0 {
            // The end of the clause the write stands in.
            return false;
        }
        outside = depth == 0;
        from = at + 1;
    }
    outside && says_where(&written[from..])
}

/// Whether a `where` is among the words outside of quotes.
fn says_where(text: &str) -> bool {
    let unquoted = text.split('"').step_by(2);
    unquoted.into_iter().any(|part| part.contains(" WHERE "))
}

fn refused(code: &str, message: &str) -> DbError {
    DbError::database(
        message,
        DatabaseError {
            code: code.to_owned(),
            message: message.to_owned(),
            details: None,
            hint: None,
            constraint: None,
            table: None,
            column: None,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changing_all_rows_is_refused_and_changing_some_is_not() {
        let refused = |sql: &str| refusal(sql).map(|refusal| refusal.to_string());
        for (sql, wanted) in [
            (
                r#"WITH w AS (DELETE FROM "public"."a WHERE b" RETURNING "x") SELECT x FROM w WHERE x"#,
                Some("DELETE requires a WHERE clause"),
            ),
            (
                r#"WITH w AS (UPDATE "t" SET "a" = p."a" FROM (SELECT $1 WHERE true) p RETURNING 1) SELECT 1"#,
                Some("UPDATE requires a WHERE clause"),
            ),
            (
                r#"WITH w AS (UPDATE "t" SET "a" = (SELECT b) FROM (SELECT $1) p WHERE "t"."a" = $2 RETURNING 1) SELECT 1"#,
                None,
            ),
            (r#"WITH w AS (INSERT INTO "t" SELECT 1) SELECT 1"#, None),
            (r#"SELECT "DELETE" FROM "t""#, None),
            (r#"DELETE FROM "t""#, Some("DELETE requires a WHERE clause")),
            (
                &super::super::json::rows(r#"DELETE FROM "t" RETURNING "a""#),
                Some("DELETE requires a WHERE clause"),
            ),
        ] {
            assert_eq!(refused(sql).as_deref(), wanted, "{sql}");
        }
        assert!(refused("SELECT \"a\0b\"").is_some());
    }
}

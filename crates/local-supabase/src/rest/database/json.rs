//! The engine's statements, changed so that PostgreSQL itself writes their rows as JSON.

use std::borrow::Cow;

/// The same statement with each row as the text of a JSON object.
pub(super) fn rows(sql: &str) -> String {
    let (with, query) = split(sql);
    let query = paged_last(query);
    // `.*` is the whole row even where a column has the alias's name.
    format!("{with}select row_to_json(pgrst_row.*)::text from ({query}) as pgrst_row")
}

/// The same statement with its first column as text, and with the number in `count_column` if it has that.
pub(super) fn first_as_text(sql: &str, count_column: &str) -> String {
    let (with, query) = split(sql);
    let count = count_column.replace('\'', "''");
    format!(
        "{with}select pgrst_row.pgrst_first::text, (to_jsonb(pgrst_row.*) ->> '{count}')::bigint \
         from ({query}) as pgrst_row(pgrst_first)"
    )
}

/// The same call of a function with each row as the text of a JSON object and beside it the number of all rows;
/// one row of nulls where there is none. The function is called once.
pub(super) fn counted_rows(sql: &str) -> String {
    let (unpaged, page) = match embedding(sql) {
        Some((head, inner, tail)) => {
            let (inner, page) = page(inner);
            (format!("{head}{inner}{tail}"), page)
        }
        None => {
            let (unpaged, page) = page(sql);
            (unpaged.to_owned(), page)
        }
    };
    format!(
        "with pgrst_all as materialized ({unpaged}) \
         select row_to_json(pgrst_row.*)::text, pgrst_total.pgrst_total \
         from (select count(*) as pgrst_total from pgrst_all) as pgrst_total \
         left join (select * from pgrst_all{page}) as pgrst_row on true"
    )
}

/// The statement that counts what `sql` would yield without its page; nothing if it is no plain query.
pub(super) fn count(sql: &str) -> Option<String> {
    if !sql.starts_with("SELECT ") {
        return None;
    }
    let sql = paged_last(sql);
    let unpaged = match embedding(&sql) {
        // The page is that of the inner query where nothing outside it chooses rows.
        Some((head, inner, tail)) if tail == END => format!("{head}{}{tail}", page(inner).0),
        Some(_) | None => page(&sql).0.to_owned(),
    };
    Some(format!("select count(*) from ({unpaged}) as pgrst_count"))
}

/// What ends a statement that embeds, if nothing follows its inner query.
const END: &str = ") AS src";

/// The engine takes the page of a statement that embeds before it asks whether there is something embedded;
/// here it is the other way round.
fn paged_last(sql: &str) -> Cow<'_, str> {
    match embedding(sql) {
        Some((head, inner, tail)) if tail.starts_with(") AS src WHERE ") => {
            let (unpaged, page) = page(inner);
            Cow::Owned(format!("{head}{unpaged}{tail}{page}"))
        }
        Some(_) | None => Cow::Borrowed(sql),
    }
}

/// The parts of a statement that embeds: `SELECT … FROM (`, the inner query, `) AS src …`.
fn embedding(sql: &str) -> Option<(&str, &str, &str)> {
    const FROM: &str = " FROM (";
    if !sql.trim_start().starts_with("SELECT src.*") {
        return None;
    }
    let mut open = None;
    for (at, depth) in parentheses(sql) {
        match (open, depth) {
            (None, 1) if sql[..=at].ends_with(FROM) => open = Some(at + 1),
            (Some(from), 0) => {
                let tail = &sql[at..];
                return tail
                    .starts_with(END)
                    .then(|| (&sql[..from], &sql[from..at], tail));
            }
            _ => {}
        }
    }
    None
}

/// A query and the page at its end.
fn page(sql: &str) -> (&str, &str) {
    let query = without_number(without_number(sql, " OFFSET "), " LIMIT ");
    sql.split_at(query.len())
}

/// `text` without a clause at its end that is `keyword` and digits.
fn without_number<'t>(text: &'t str, keyword: &str) -> &'t str {
    let clause = text.trim_end_matches(|character: char| character.is_ascii_digit());
    match clause.strip_suffix(keyword) {
        Some(before) if clause.len() < text.len() => before,
        Some(_) | None => text,
    }
}

/// A statement's `with` clause, which has to stay outermost when it writes, and the query behind it. A bare
/// write is made such a clause.
fn split(sql: &str) -> (String, &str) {
    if !sql.starts_with("WITH ") {
        if sql.starts_with("SELECT") {
            return (String::new(), sql);
        }
        return (
            format!("WITH pgrst_written AS ({sql}) "),
            "select * from pgrst_written",
        );
    }
    let end = parentheses(sql).find(|(_, depth)| *depth == 0);
    match end {
        Some((at, _)) => (format!("{} ", &sql[..=at]), sql[at + 1..].trim_start()),
        None => (String::new(), sql),
    }
}

/// The places of the parentheses outside quotes, and the depth after each.
pub(super) fn parentheses(sql: &str) -> impl Iterator<Item = (usize, usize)> {
    let (mut quote, mut depth) = (None, 0_usize);
    sql.char_indices().filter_map(move |(at, character)| {
        match (quote, character) {
            (Some(open), _) => {
                if character == open {
                    quote = None;
                }
                return None;
            }
            (None, '\'' | '"') => {
                quote = Some(character);
                return None;
            }
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, _) => return None,
        }
        Some((at, depth))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_stays_outermost() {
        let asked = r#"WITH w AS (INSERT INTO "a)b" SELECT ')' RETURNING "x") SELECT "x" FROM w"#;
        assert_eq!(
            rows(asked),
            r#"WITH w AS (INSERT INTO "a)b" SELECT ')' RETURNING "x") select row_to_json(pgrst_row.*)::text from (SELECT "x" FROM w) as pgrst_row"#
        );
        assert_eq!(
            rows("SELECT 1"),
            "select row_to_json(pgrst_row.*)::text from (SELECT 1) as pgrst_row"
        );
    }

    #[test]
    fn a_page_is_taken_of_the_rows_that_are_left() {
        let asked =
            "SELECT src.*, f(x) AS y FROM (SELECT x FROM t LIMIT 2 OFFSET 1) AS src WHERE z";
        assert_eq!(
            paged_last(asked),
            "SELECT src.*, f(x) AS y FROM (SELECT x FROM t) AS src WHERE z LIMIT 2 OFFSET 1"
        );
    }

    #[test]
    fn a_page_is_taken_off_where_it_is_known_to_be() {
        for (asked, counted) in [
            ("SELECT a FROM t LIMIT 5 OFFSET 2", "SELECT a FROM t"),
            ("SELECT a FROM t LIMIT 5", "SELECT a FROM t"),
            (
                "SELECT a FROM t WHERE b = $1",
                "SELECT a FROM t WHERE b = $1",
            ),
            (
                "SELECT src.*, 1 AS x FROM (SELECT a FROM t OFFSET 2) AS src",
                "SELECT src.*, 1 AS x FROM (SELECT a FROM t) AS src",
            ),
            (
                "SELECT src.*, (SELECT 1 FROM (b) AS src) AS x FROM (SELECT a LIMIT 1) AS src WHERE y",
                "SELECT src.*, (SELECT 1 FROM (b) AS src) AS x FROM (SELECT a) AS src WHERE y",
            ),
            (r#"SELECT a FROM " LIMIT 1""#, r#"SELECT a FROM " LIMIT 1""#),
        ] {
            assert_eq!(
                count(asked).as_deref(),
                Some(&*format!("select count(*) from ({counted}) as pgrst_count")),
            );
        }
        assert_eq!(count("WITH x AS (DELETE FROM t) SELECT 1"), None);
    }
}

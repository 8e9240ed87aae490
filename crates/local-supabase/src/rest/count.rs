//! `relation(count)` in `select`: asked of the engine as a column that there is not, and counted by the database.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What `select` may contain without being encoded.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'-')
    .remove(b'.')
    .remove(b',')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'!')
    .remove(b':');

/// What the engine is asked for in the place of a count.
const ASKED: &str = "count:pgrst_count";
/// How it writes that, and what is said instead.
const WRITTEN: &str = r#"SELECT "pgrst_count" AS "count" FROM "#;
const SAID: &str = r#"SELECT count(*) AS "count" FROM "#;

/// Replaces the counts in the `select` of a query; nothing if there are none.
pub(super) fn take(query: &str) -> Option<String> {
    let mut counts = false;
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| {
            let Some(select) = pair.strip_prefix("select=") else {
                return pair.to_owned();
            };
            let select = percent_decode_str(select).decode_utf8_lossy();
            let Some(select) = rewrite(&select) else {
                return pair.to_owned();
            };
            counts = true;
            format!("select={}", utf8_percent_encode(&select, PLAIN))
        })
        .collect();
    counts.then(|| pairs.join("&"))
}

fn rewrite(select: &str) -> Option<String> {
    let mut rewritten = String::new();
    let mut rest = select;
    let mut counts = false;
    while let Some((before, after)) = rest.split_once("(count)") {
        let from = before.rfind(['(', ')', ',']).map_or(0, |at| at + 1);
        let spread = before[from..].starts_with("...");
        counts |= !spread;
        let item = if spread { "count" } else { ASKED };
        rewritten.push_str(&format!("{before}({item})"));
        rest = after;
    }
    rewritten.push_str(rest);
    counts.then_some(rewritten)
}

/// The statement that counts; nothing if there is nothing to count in it.
pub(super) fn give(sql: &str) -> Option<String> {
    sql.contains(WRITTEN).then(|| sql.replace(WRITTEN, SAID))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_found_at_every_depth() {
        let query =
            take("select=title,n:rsvps!a_fkey%28count%29,host(name,events(count)),count&id=eq.1");
        assert_eq!(
            query.as_deref(),
            Some(
                "select=title,n:rsvps!a_fkey(count:pgrst_count),host(name,events(count:pgrst_count)),count&id=eq.1"
            )
        );
        for query in [
            "select=count,a(counted)&x=eq.(count)",
            "select=id,...a(count)",
        ] {
            assert!(take(query).is_none(), "{query}");
        }
    }

    #[test]
    fn the_database_counts() {
        let sql = r#"(SELECT "pgrst_count" AS "count" FROM "a" LIMIT 1000)"#;
        let wanted = r#"(SELECT count(*) AS "count" FROM "a" LIMIT 1000)"#;
        assert_eq!(give(sql).as_deref(), Some(wanted));
        assert_eq!(give(r#"SELECT "count" FROM "a""#), None);
    }
}

//! The column that a refused request named and nobody knows, for the words of the refusal.

use percent_encoding::percent_decode_str;
use postrust_core::schema_cache::Table;

/// The first of the columns selected at the top that the table has not.
pub(super) fn unknown(query: &str, table: &Table) -> Option<String> {
    let select = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("select="))?;
    let select = percent_decode_str(select).decode_utf8_lossy();
    let known = |name: &str| {
        name.is_empty()
            || name == "*"
            || table.has_column(name)
            || table.computed_columns.contains_key(name)
    };
    top_level(&select)
        .into_iter()
        .filter(|item| !item.contains('(') && !item.starts_with("..."))
        .map(|item| name(item).to_owned())
        .find(|name| !known(name))
}

/// The items of a list, with what is in parentheses or quotes kept together.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut from) = (0_usize, false, 0);
    let mut items = Vec::new();
    for (at, character) in list.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                items.push(&list[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    items.push(&list[from..]);
    items
}

/// The name in `alias:name->path::cast`.
fn name(item: &str) -> &str {
    let item = item.split("::").next().unwrap_or(item);
    let item = item.split_once(':').map_or(item, |(_, name)| name);
    item.split("->").next().unwrap_or(item).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_among_aliases_casts_and_embedded_rows() {
        let items = top_level(r#"a,b:c::text,d(e,f(g)),"h,i",j->k"#);
        assert_eq!(items, ["a", "b:c::text", "d(e,f(g))", "\"h,i\"", "j->k"]);
        assert_eq!(
            ["a", "c", "h,i", "j"],
            [
                name(items[0]),
                name(items[1]),
                name(items[3]),
                name(items[4])
            ]
        );
    }
}

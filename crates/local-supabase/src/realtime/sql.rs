//! Names and values as parts of SQL text.

/// A quoted identifier.
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A quoted literal; needs `standard_conforming_strings`, which every session of ours has.
pub fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// Whether `name` matches `pattern` as SQL's `LIKE … ESCAPE ''` has it: nothing escapes a wildcard.
pub fn like(name: &str, pattern: &str) -> bool {
    let (name, pattern): (Vec<char>, Vec<char>) =
        (name.chars().collect(), pattern.chars().collect());
    // One row of the usual table: which prefixes of the name the pattern so far matches.
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    let mut at = 0;
    while at < pattern.len() {
        let mut next = vec![false; name.len() + 1];
        match pattern[at] {
            '%' => {
                let mut any = false;
                for (now, before) in next.iter_mut().zip(&reached) {
                    any |= *before;
                    *now = any;
                }
            }
            letter => {
                let wild = letter == '_';
                for (index, have) in name.iter().enumerate() {
                    next[index + 1] = reached[index] && (wild || *have == letter);
                }
            }
        }
        reached = next;
        at += 1;
    }
    reached[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_is_sqls() {
        for (name, pattern, matches) in [
            ("rsvps", "rsvps", true),
            ("rsvps", "rsvp", false),
            ("tavern_messages", "tavern_messages", true),
            ("tavernXmessages", "tavern_messages", true),
            (r"tavern\Xmessages", r"tavern\_messages", true),
            ("anything", "%", true),
            ("", "%", true),
            ("abcabd", "%ab_", true),
            ("abc", "", false),
        ] {
            assert_eq!(like(name, pattern), matches, "{name} like {pattern}");
        }
    }
}

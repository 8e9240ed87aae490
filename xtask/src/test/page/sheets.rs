//! One style sheet instead of one for each part (docs/decisions/0029): each costs a request.

use std::fs;
use std::path::Path;

use crate::fault::{Outcome, Say, said};

const BEGIN: &str = r#"<link rel="stylesheet" href=""#;

/// Joins the style sheets of a built page, in their order, into one that is named after what is in it.
pub fn join(dist: &Path) -> Outcome {
    let read = |name: &str| {
        let file = dist.join(name);
        fs::read_to_string(&file).say(|| format!("cannot read {}", file.display()))
    };
    let write = |name: &str, text: &str| {
        let file = dist.join(name);
        fs::write(&file, text).say(|| format!("cannot write {}", file.display()))
    };
    let page = read("index.html")?;
    let (sheet, parts) = joined(&page, read)?;
    let name = format!("style-{:016x}.css", hash(sheet.as_bytes()));
    write(&name, &sheet)?;
    write("index.html", &with_one(&page, &name))?;
    for part in parts {
        let file = dist.join(part);
        fs::remove_file(&file).say(|| format!("cannot remove {}", file.display()))?;
    }
    Ok(())
}

/// All style sheets of a page as one, and the files that they were.
fn joined(page: &str, read: impl Fn(&str) -> Outcome<String>) -> Outcome<(String, Vec<&str>)> {
    let names = page.lines().filter_map(address).map(file);
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return Err(said(
            "the built page names no style sheet: see how trunk writes their links now",
        ));
    }
    let mut sheet = String::new();
    for name in &names {
        let part = read(name)?;
        if part.contains("@import") || part.contains("@charset") {
            return Err(said(format!(
                "{name} has @import or @charset, which count only where a style sheet begins, and it is joined \
                 with the others: name the imported file in index.html instead"
            )));
        }
        sheet.push_str(&part);
        sheet.push('\n');
    }
    Ok((sheet, names))
}

/// The page with a link to `name` where the first of its links to style sheets was.
fn with_one(page: &str, name: &str) -> String {
    let mut text = String::new();
    let mut linked = false;
    for line in page.lines() {
        let Some(address) = address(line) else {
            text.push_str(line);
            text.push('\n');
            continue;
        };
        if !linked {
            let folder = &address[..address.len() - file(address).len()];
            text.push_str(&["    ", BEGIN, folder, name, "\">\n"].concat());
        }
        linked = true;
    }
    text
}

/// The address in a line that is a link to a style sheet.
fn address(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix(BEGIN)?.split('"').next()
}

/// The file of an address, wherever the page will be.
fn file(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or(address)
}

/// Other bytes, another name: FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<head>
    <link rel="stylesheet" href="/at/b-1.css" integrity="x"/>
    <link rel="stylesheet" href="/at/a-2.css" integrity="y"/>
    <script src="/at/boot.js"></script>
</head>
"#;

    #[test]
    fn sheets_become_one_in_their_order() {
        let (sheet, parts) = joined(PAGE, |name| Ok(format!("of {name} {{ }}")))
            .ok()
            .unwrap();
        assert_eq!(sheet, "of b-1.css { }\nof a-2.css { }\n");
        assert_eq!(parts, ["b-1.css", "a-2.css"]);
    }

    #[test]
    fn the_page_links_the_one_where_the_first_was() {
        let expected = r#"<head>
    <link rel="stylesheet" href="/at/style-3.css">
    <script src="/at/boot.js"></script>
</head>
"#;
        assert_eq!(with_one(PAGE, "style-3.css"), expected);
    }

    #[test]
    fn what_counts_only_where_a_sheet_begins_is_refused() {
        let refused = joined(PAGE, |_| Ok("@import 'c.css';".to_owned()));
        let refused = refused.err().unwrap().to_string();
        assert!(refused.contains("b-1.css has @import"), "{refused}");
    }

    #[test]
    fn a_page_without_sheets_is_told() {
        let refused = joined("<head></head>", |_| Ok(String::new()));
        assert!(
            refused
                .err()
                .unwrap()
                .to_string()
                .contains("no style sheet")
        );
    }

    #[test]
    fn another_sheet_has_another_name() {
        assert_ne!(hash(b"a { }"), hash(b"b { }"));
    }
}

//! Texts as people type them, and what is shown of them.

use proptest::prelude::*;
use prose::{Kind, Piece, begun, mentions, plain, read};

/// The pieces, written so that one sees them: `<strong>…</>`.
fn shown(source: &str) -> String {
    let mut shown = String::new();
    for piece in read(source) {
        match piece {
            Piece::Open(kind) => {
                let name = match kind {
                    Kind::Paragraph => "p".into(),
                    Kind::Quote => "quote".into(),
                    Kind::Bullets => "ul".into(),
                    Kind::Numbers(first) => format!("ol {first}"),
                    Kind::Item => "li".into(),
                    Kind::CodeBlock => "pre".into(),
                    Kind::Code => "code".into(),
                    Kind::Strong => "b".into(),
                    Kind::Emphasis => "i".into(),
                    Kind::Struck => "s".into(),
                    Kind::Link(to) => format!("a {to}"),
                };
                shown.push_str(&format!("<{name}>"));
            }
            Piece::Close => shown.push_str("</>"),
            Piece::Text(text) => shown.push_str(&text),
            Piece::Break => shown.push('|'),
            Piece::Mention { username, .. } => shown.push_str(&format!("{{{username}}}")),
            Piece::Host(host) => shown.push_str(&format!("[{host}]")),
        }
    }
    shown
}

#[test]
fn the_subset_is_shown() {
    for (typed, expected) in [
        ("**so** *it* ~~is~~", "<p><b>so</> <i>it</> <s>is</></>"),
        ("one\ntwo\n\nthree", "<p>one|two</><p>three</>"),
        ("say `a * b`", "<p>say <code>a * b</></>"),
        ("```rust\nfn a() {}\n```", "<pre>fn a() {}</>"),
        ("- a\n- b", "<ul><li>a</><li>b</></>"),
        ("3. a\n4. b", "<ol 3><li>a</><li>b</></>"),
        ("> said\n\nmine", "<quote><p>said</></><p>mine</>"),
    ] {
        assert_eq!(shown(typed), expected, "{typed}");
    }
}

#[test]
fn what_is_not_of_the_subset_stays_as_it_was_typed() {
    for typed in [
        "# no heading",
        "2 * 3 * 4 = 24",
        "snake_case_name",
        "<script>alert(1)</script>",
        "a <b>c</b> &amp; &lt; d",
        "![picture](https://x.test/a.png)",
        "---",
        "[a]: https://x.test",
        "|a|b|",
        "\\o/ :-* 5 > 3",
        "    four spaces",
    ] {
        let words = typed.trim_start();
        let text = shown(typed).replace("<p>", "").replace("</>", "");
        assert!(
            text == typed || text == words || text.contains("<a https"),
            "{typed}: {text}"
        );
    }
}

#[test]
fn links_lead_to_the_web_and_to_nothing_else() {
    assert_eq!(
        shown("see https://x.test/a_b(c), or <https://y.test>."),
        "<p>see <a https://x.test/a_b(c)>https://x.test/a_b(c)</>, or <a https://y.test>https://y.test</>.</>"
    );
    assert_eq!(
        shown("[your bank](https://bank.test@evil.test/x)"),
        "<p><a https://bank.test@evil.test/x>your bank</>[evil.test]</>"
    );
    for (words, address) in [
        ("bank.com", "evil.test/#bank.com"),
        ("pay.test", "evil.test/pay.test"),
        ("", "evil.test"),
    ] {
        let text = shown(&format!("[{words}](https://{address})"));
        assert!(text.ends_with("[evil.test]</>"), "{text}");
    }
    assert!(!shown("[x.test](https://x.test/)").contains("[x.test]"));
    for typed in [
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
        "[x](//evil.test)",
        "[x](vbscript:y)",
    ] {
        assert_eq!(shown(typed), format!("<p>{typed}</>"), "{typed}");
    }
    assert!(!shown("javascript:alert(1) ftp://x.test file:///etc").contains("<a"));
}

#[test]
fn a_mention_is_a_username_by_itself() {
    assert_eq!(
        shown("@mara and (@Tom_1)! a@mara.test"),
        "<p>{mara} and ({tom_1})! a@mara.test</>"
    );
    assert_eq!(
        shown("`@mara` @ab @maraé"),
        "<p><code>@mara</> @ab @maraé</>"
    );
    assert!(mentions("psst **@Mara**", "mara") && !mentions("@marab", "mara"));
}

#[test]
fn a_name_is_begun_after_the_sign_alone() {
    for (before, expected) in [
        ("hi @", Some("")),
        ("hi (@Inê", Some("Inê")),
        ("a@mara", None),
        ("@mara and", None),
        ("no sign", None),
    ] {
        assert_eq!(begun(before), expected, "{before}");
    }
}

#[test]
fn a_preview_is_one_line() {
    assert_eq!(
        plain("> **a**\n\n- b\n- `c`\n\n[d](https://e.test)"),
        "a b c d"
    );
}

/// Letters and digits that are typed are letters and digits that are shown.
fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

proptest! {
    #[test]
    fn nothing_panics_and_everything_that_is_opened_is_closed(text in "\\PC{0,400}") {
        let mut depth = 0_i32;
        for piece in read(&text) {
            match piece {
                Piece::Open(_) => depth += 1,
                Piece::Close => depth -= 1,
                _ => {}
            }
            prop_assert!((0..=8).contains(&depth));
        }
        prop_assert_eq!(depth, 0);
    }

    /// Signs that mean something in Markdown, and some letters.
    #[test]
    fn no_word_is_lost(text in "[a-e0-3 \n*_`~>#+!\\[\\]()<&;:.@|\\\\-]{0,120}") {
        let shown: String = read(&text).into_iter().map(|piece| match piece {
            Piece::Text(text) | Piece::Mention { typed: text, .. } => text,
            Piece::Open(Kind::Numbers(first)) => first.to_string(),
            Piece::Open(_) | Piece::Close | Piece::Break | Piece::Host(_) => String::new(),
        }).collect();
        let letters = |text: &str| words(text).chars().filter(|c| c.is_alphabetic()).collect::<String>();
        // The word after a fence names a language, and a link's address stands in its host.
        if !text.contains("```") && !text.contains("~~~") && !text.contains("](") {
            prop_assert_eq!(letters(&shown), letters(&text));
        }
    }
}

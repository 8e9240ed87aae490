//! Filters without a database: what is read, what is refused, and what can be judged at once.

use super::*;

#[test]
fn operators_negation_and_conjunction_are_read() {
    for name in [
        "eq",
        "neq",
        "lt",
        "lte",
        "gt",
        "gte",
        "like",
        "ilike",
        "match",
        "imatch",
        "is",
        "isdistinct",
    ] {
        for negated in [false, true] {
            let not = if negated { "not." } else { "" };
            let read = only(&format!("a={not}{name}.5.x"));
            assert_eq!(
                (read.op.name(), read.negated, read.text.as_str()),
                (name, negated, "5.x")
            );
        }
    }
    let list = only(r#"a=in.(x, "y,\"z", w)"#);
    assert_eq!(list.values, ["x", "y,\"z", "w"]);
    assert_eq!(list.text, r#"{x, "y,\"z", w}"#);
    assert_eq!(Filter::parse("  "), Ok(None));

    let both = Filter::parse(r#" a=eq."x,y" , b=in.(1,2),c=like.50"% "#)
        .unwrap()
        .unwrap();
    let read: Vec<_> = both
        .conditions
        .iter()
        .map(|one| (one.column.as_str(), one.text.as_str()))
        .collect();
    assert_eq!(read, [("a", "x,y"), ("b", "{1,2}"), ("c", "50\"%")]);
    assert_eq!(
        only(r#"a=eq."open"#).text,
        "\"open",
        "no closing quote, no quotes"
    );
}

#[test]
fn others_are_refused_in_realtimes_words() {
    let error = |text: &str| Filter::parse(text).unwrap_err();
    for (text, reason) in [
        ("id=foo.hey", r#"["foo", "hey"]"#),
        ("nothing", r#"["nothing"]"#),
        ("id=not.eq", r#"["eq"]"#),
        (
            "id=in.1",
            "`in` filter value must be wrapped by parentheses",
        ),
        (
            "id=eq.1,,id=eq.2",
            "filter must not contain empty segments (check for extra commas)",
        ),
        ("id=eq.1,more", r#"["more"]"#),
    ] {
        assert_eq!(
            error(text),
            format!("Error parsing `filter` params: {reason}"),
            "{text}"
        );
    }
}

#[test]
fn plain_types_are_judged_by_value_not_by_spelling() {
    assert_eq!(judge("a=eq.007", Some("7"), "int4"), Verdict::Known(true));
    assert_eq!(judge("a=gt.10", Some("9"), "int8"), Verdict::Known(false));
    assert_eq!(
        judge("a=not.gt.10", Some("9"), "int8"),
        Verdict::Known(true)
    );
    assert_eq!(judge("a=eq.true", Some("t"), "bool"), Verdict::Known(true));
    assert_eq!(judge("a=neq.x", Some("x"), "text"), Verdict::Known(false));
    let upper = "a=eq.0A510000-0000-4000-8000-000000000000";
    assert_eq!(
        judge(upper, Some("0a510000-0000-4000-8000-000000000000"), "uuid"),
        Verdict::Known(true)
    );
    assert_eq!(
        judge("a=eq.1.0", Some("1.00"), "numeric"),
        Verdict::Ask("('1.00'::T = '1.0'::T)".into())
    );
    assert_eq!(
        judge("a=not.ilike.o'c%,a=neq.x", Some("b"), "text"),
        Verdict::Ask("not ('b'::T ilike 'o''c%'::T)".into())
    );
    assert_eq!(
        judge("a=not.in.()", Some("b"), "json"),
        Verdict::Ask("true".into())
    );
}

#[test]
fn null_passes_only_what_is_about_null() {
    for (filter, passes) in [
        ("a=neq.1", false),
        ("a=not.eq.1", false),
        ("a=not.in.(1)", false),
        ("a=is.null", true),
        ("a=not.is.null", false),
        ("a=is.unknown", true),
        ("a=isdistinct.1", true),
        ("a=not.isdistinct.1", false),
    ] {
        assert_eq!(
            judge(filter, None, "int4"),
            Verdict::Known(passes),
            "{filter}"
        );
    }
    assert_eq!(judge("a=is.true", Some("t"), "bool"), Verdict::Known(true));
    assert_eq!(
        judge("a=not.is.false", Some("t"), "bool"),
        Verdict::Known(true)
    );
    assert_eq!(
        judge("a=not.is.null", Some("x"), "text"),
        Verdict::Known(true)
    );
    let filter = Filter::parse("a=is.null").unwrap().unwrap();
    assert_eq!(
        filter.judge(|_| None),
        Verdict::Known(false),
        "what the log does not tell is not NULL"
    );
}

fn only(text: &str) -> Condition {
    let mut filter = Filter::parse(text).unwrap().unwrap();
    assert_eq!(filter.conditions.len(), 1);
    filter.conditions.remove(0)
}

fn judge(filter: &str, text: Option<&str>, typname: &str) -> Verdict {
    let filter = Filter::parse(filter).unwrap().unwrap();
    filter.judge(|_| {
        Some(Seen {
            text,
            typname,
            cast: "T",
        })
    })
}

proptest::proptest! {
    #[test]
    fn arbitrary_text_is_a_filter_or_an_error_in_words(
        text in r#"[a-c]=(not\.)?(eq|in|is|like|isdistinct|foo)\.[(){}",\\ a-z0-9'%]{0,20}"#,
        more in ".{0,20}",
    ) {
        for text in [text.clone(), more.clone(), format!("{text},{more}")] {
            match Filter::parse(&text) {
                Ok(Some(filter)) => {
                    for typname in ["text", "int4", "bool", "uuid", "numeric"] {
                        for have in [None, Some("t"), Some(more.as_str())] {
                            let seen = |_: &str| Some(Seen { text: have, typname, cast: "T" });
                            // Quotes in what is asked of PostgreSQL are all closed.
                            if let Verdict::Ask(sql) = filter.judge(seen) {
                                proptest::prop_assert_eq!(sql.matches('\'').count() % 2, 0);
                            }
                        }
                    }
                }
                Ok(None) => proptest::prop_assert!(text.trim().is_empty()),
                Err(message) => proptest::prop_assert!(message.starts_with("Error parsing `filter` params: ")),
            }
        }
    }
}

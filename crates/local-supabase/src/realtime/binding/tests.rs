use serde_json::json;

use super::*;

#[test]
fn equal_entries_share_an_id_whatever_the_order_of_their_keys() {
    let text = r#"[{"event":"*","schema":"public"},{"schema":"public","event":"*"},{"event":"*","schema":"private"}]"#;
    let entries: Vec<Value> = serde_json::from_str(text).unwrap();
    let ids = ids(&entries);
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert!(ids.iter().all(|id| (1..1 << 27).contains(id)));
}

#[test]
fn absent_parts_mean_all_and_nulls_are_malformed() {
    let binding = Binding::parse(&json!({"event": "insert", "table": "events"}), 1).unwrap();
    assert_eq!(
        (binding.event, binding.schema.as_str()),
        (Some(Kind::Insert), "public")
    );
    assert!(binding.covers("public", "events") && !binding.covers("private", "events"));
    let all = Binding::parse(&json!({"event": "what", "schema": "*"}), 1).unwrap();
    assert!(all.covers("a", "b") && all.wants(Kind::Delete));
    for (bad, printed) in [
        (json!({"event": "*"}), r#"%{"event" => "*"}"#),
        (
            json!({"schema": "public", "table": "a", "filter": null}),
            r#"%{"filter" => nil, "schema" => "public", "table" => "a"}"#,
        ),
        (
            json!({"schema": "public", "table": null}),
            r#"%{"schema" => "public", "table" => nil}"#,
        ),
        (
            json!({"table": "a", "filter": "b=eq.1"}),
            r#"%{"filter" => "b=eq.1", "table" => "a"}"#,
        ),
    ] {
        let told = Binding::parse(&bad, 1).unwrap_err();
        assert_eq!(
            told,
            format!(
                "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to: {printed}"
            )
        );
    }
}

#[test]
fn columns_are_chosen_by_a_list_of_one_table() {
    let parse = |table: &str, select: Value| {
        Binding::parse(
            &json!({"schema": "public", "table": table, "select": select}),
            1,
        )
    };
    assert_eq!(
        parse("a", json!(["b", 3, "c"])).unwrap().select,
        Some(vec!["b".to_owned(), "c".to_owned()])
    );
    for all in [json!([]), json!(null), json!(7)] {
        assert_eq!(parse("a", all).unwrap().select, None);
    }
    assert!(
        parse("a", json!("b"))
            .unwrap_err()
            .starts_with("Error parsing `select` params: ")
    );
    assert!(
        parse("*", json!(["b"]))
            .unwrap_err()
            .starts_with("Column selection is not supported")
    );
}

#[test]
fn a_binding_is_described_as_realtime_does() {
    let entry =
        json!({"event": "INSERT", "schema": "public", "table": "rsvps", "filter": "id=eq.4"});
    let binding = Binding::parse(&entry, 1).unwrap();
    assert_eq!(
        binding.describe(),
        r#"[event: INSERT, schema: public, table: rsvps, filters: [{"id", "eq", "4", false}], select: nil]"#
    );
}

//! Whatever is written into a query, nothing of it becomes SQL, and every answer is a proper one.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::Value;

use crate::support::Server;

/// Calling `tripped` fails with a word that no answer may contain; `canary` has a row that nobody may touch.
const SCHEMA: &str = r#"
    create table public.shelves (id int primary key, label text, info jsonb, tags text[]);
    create table public.books (id int primary key, "odd ""name""" text, shelf_id int references public.shelves (id));
    insert into public.shelves values (1, 'a', '{"a": {"b": 1}}', '{x,y}');
    insert into public.books values (1, 'b', 1);
    create table public.canary (id int primary key);
    insert into public.canary values (1);
    create function public.tripped() returns int language plpgsql as $$ begin raise exception 'TRIPPED'; end $$;
    create function public.twice(n int) returns table (m int) language sql stable as 'select n union all select n';
    grant select, insert, update, delete on public.shelves, public.books to authenticated;
    revoke execute on function public.tripped() from public;
    grant execute on function public.tripped() to authenticated;
"#;

/// Pieces that mean something to SQL, to the query's grammar, or to URLs.
const PIECES: &[&str] = &[
    "id",
    "label",
    "info",
    "tags",
    "books",
    "shelves",
    "shelf_id",
    "select",
    "order",
    "limit",
    "offset",
    "or",
    "and",
    "not",
    "columns",
    "on_conflict",
    "eq",
    "in",
    "is",
    "like",
    "cs",
    "fts",
    "any",
    "null",
    "asc",
    "desc",
    "nullsfirst",
    "inner",
    "count",
    "=",
    "=",
    "=",
    ".",
    ".",
    ",",
    ":",
    "::",
    "(",
    ")",
    "!",
    "->",
    "->>",
    "...",
    "*",
    "&",
    "&",
    "'",
    "%22",
    "%27",
    "%5C",
    ";",
    "--",
    "/*",
    "*/",
    "$1",
    "$$",
    "%00",
    "%0A",
    "%ff",
    "{",
    "}",
    "[",
    "]",
    "1",
    "-1",
    "0",
    "99999999999999999999",
    "%20",
    "+",
    "tripped()",
    "';select%20tripped();--",
    "%22;select%20tripped();--",
    "1)%20or%20tripped()=1--",
    "%27||tripped()||%27",
    "%22)%20union%20select%20tripped()--",
    "drop%20table%20canary",
    "id)%20values%20(tripped())--",
    "%C3%A9",
    "%F0%9F%A6%80",
    "=eq.1",
    "select=",
    "id=eq.",
    "or=(",
    "order=",
];

fn request() -> impl Strategy<Value = (usize, String, String)> {
    let piece = prop_oneof![
        8 => (0..PIECES.len()).prop_map(|at| PIECES[at].to_owned()),
        1 => "[ -~]{1,6}".prop_map(|text| escaped(&text)),
        1 => "\\PC{1,4}".prop_map(|text| escaped(&text)),
    ];
    let soup = prop::collection::vec(piece.clone(), 0..14).prop_map(|pieces| pieces.concat());
    let few =
        prop::collection::vec(piece.clone(), 0..4).prop_map(|pieces| escaped(&pieces.concat()));
    // Queries that are understood, but for what stands in their middle.
    let templates = [
        "select=id&label=eq.@",
        "id=in.(1,@)",
        "or=(label.like.@,id.eq.1)",
        "label=not.in.(%22@%22)",
        "info-%3E%3E@=eq.1",
        "select=id,info-%3E@",
        "select=x@:id",
        "tags=cs.{@}",
        "label=fts(english).@",
        "order=id.asc&limit=1&label=neq.@",
        "label=like(any).{@}",
        "n=1&m=eq.@",
        "label=is.null&id=eq.1&label=neq.@",
        "select=@&id=eq.1",
    ];
    let filled = (0..templates.len(), few)
        .prop_map(move |(at, few)| templates[at].replace('@', &few.replace('&', "")));
    let query = prop_oneof![soup, filled];
    let path = prop_oneof![
        8 => Just("shelves".to_owned()),
        4 => Just("books".to_owned()),
        4 => Just("rpc/twice".to_owned()),
        1 => prop::collection::vec(piece, 1..4).prop_map(|pieces| escaped(&pieces.concat())),
    ];
    (0..6_usize, path, query)
}

/// Text as it may stand in a URL, with everything that means something in one left as it is.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'!' | b'$' | b'&'..=b';' | b'=' | b'@'..=b'Z' | b'a'..=b'z' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_a_query_becomes_sql() {
    let server = Server::of(SCHEMA, &["public"]).await;
    let claims = serde_json::json!({"role": "authenticated"});
    let token = server.state.secret.sign(claims.as_object().unwrap());
    let bearer = format!("Bearer {token}");
    let config = Config {
        cases: 1_500,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let (understood, refused) = (Cell::new(0), Cell::new(0));
    let held = runner.run(&request(), |(kind, path, query)| {
        let method = ["GET", "GET", "HEAD", "POST", "PATCH", "DELETE"][kind];
        let uri = format!("/rest/v1/{path}?{query}");
        // The router refuses what is no address at all.
        if uri.parse::<axum::http::Uri>().is_err() {
            return Ok(());
        }
        let begun = Instant::now();
        let mut call = server.call(method, &uri).header("authorization", &bearer);
        if kind == 3 || kind == 4 {
            call = call.raw(
                r#"{"id": 7, "label": "'; select tripped(); --"}"#.to_owned(),
                Some("application/json"),
            );
        }
        let answer =
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(call.send()));
        let status = answer.status.as_u16();
        let text = answer.body.to_string();
        let tripped = text.contains("TRIPPED") || text.contains("canary\" violates");
        prop_assert!(!tripped, "{method} {uri}: {text}");
        prop_assert!(status < 500, "{method} {uri}: {status} {text}");
        prop_assert!(begun.elapsed() < Duration::from_secs(5), "{method} {uri}");
        if status < 300 {
            understood.set(understood.get() + 1);
        } else if method != "HEAD" {
            refused.set(refused.get() + 1);
            let named = answer.body["message"].is_string();
            prop_assert!(named, "{method} {uri}: {status} {text}");
            let coded =
                matches!(answer.body["code"], Value::String(_)) || status == 403 || status == 404;
            prop_assert!(coded, "{method} {uri}: {status} {text}");
        }
        Ok(())
    });
    held.unwrap();
    assert!(
        understood.get() > 100 && refused.get() > 100,
        "{understood:?} understood, {refused:?} refused"
    );
    let client = server.state.admin.get().await.unwrap();
    let left: i64 = client
        .query_one("select count(*) from public.canary", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(left, 1);
}

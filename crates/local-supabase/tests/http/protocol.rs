//! `/rest/v1` against what the protocol says: conversations in `protocol/*.txt`, held one after another.
//!
//! A conversation is a request (method and path, headers, a line of body), `-> status`, then the headers that have to
//! be there and the body. The line `as: ROLE` says who asks; without it, it is the secret key. An empty line ends it.

use serde_json::{Value, json};

use crate::support::Server;

const SCHEMA: &str = include_str!("protocol/schema.sql");

struct Exchange<'t> {
    line: usize,
    method: &'t str,
    path: &'t str,
    headers: Vec<(&'t str, &'t str)>,
    body: Option<&'t str>,
    status: u16,
    wanted: Vec<(&'t str, &'t str)>,
    answer: Option<&'t str>,
}

fn exchanges(text: &str) -> Vec<Exchange<'_>> {
    let mut found: Vec<Exchange<'_>> = Vec::new();
    let mut asking = None;
    for (line, content) in (1..).zip(text.lines()) {
        if content.is_empty() {
            asking = None;
        } else if content.starts_with("# ") {
        } else if asking.is_none() {
            let (method, path) = content.split_once(' ').expect("a method and a path");
            found.push(Exchange {
                line,
                method,
                path,
                headers: Vec::new(),
                body: None,
                status: 0,
                wanted: Vec::new(),
                answer: None,
            });
            asking = Some(true);
        } else {
            let exchange = found.last_mut().expect("begun above");
            let to = |asking: Option<bool>| asking == Some(true);
            if let Some(status) = content.strip_prefix("-> ") {
                exchange.status = status.parse().expect("a status");
                asking = Some(false);
            } else if let Some(body) = content.strip_prefix("| ") {
                if to(asking) {
                    exchange.body = Some(body);
                } else {
                    exchange.answer = Some(body);
                }
            } else {
                let header = content.split_once(": ").expect("a header, or | and a body");
                if to(asking) {
                    exchange.headers.push(header);
                } else {
                    exchange.wanted.push(header);
                }
            }
        }
    }
    found
}

async fn hold(server: &Server, name: &str, text: &str, wrong: &mut Vec<String>) {
    for exchange in exchanges(text) {
        let path = format!("/rest/v1/{}", exchange.path.trim_start_matches('/'));
        let mut call = server.call(exchange.method, &path);
        let mut role = "service_role";
        for (header, value) in &exchange.headers {
            match *header {
                "as" => role = value,
                header => call = call.header(header, value),
            }
        }
        let claims = json!({"role": role, "sub": "00000000-0000-4000-8000-000000000001"});
        let token = server.state.secret.sign(claims.as_object().unwrap());
        if role != "nobody"
            && !exchange
                .headers
                .iter()
                .any(|(name, _)| *name == "authorization")
        {
            call = call.header("authorization", &format!("Bearer {token}"));
        }
        if let Some(body) = exchange.body {
            let body = body.replace("\\n", "\n");
            let kind = exchange
                .headers
                .iter()
                .any(|(name, _)| *name == "content-type");
            call = call.raw(body, (!kind).then_some("application/json"));
        }
        let answer = call.send().await;
        let mut say = |what: String| {
            wrong.push(format!(
                "{name}:{} {} {}\n    {what}",
                exchange.line, exchange.method, exchange.path
            ));
        };
        if answer.status.as_u16() != exchange.status {
            say(format!(
                "{} instead of {}: {}",
                answer.status, exchange.status, answer.body
            ));
            continue;
        }
        for (header, value) in &exchange.wanted {
            let had = answer.header(header);
            if had != *value {
                say(format!("{header}: {had:?} instead of {value:?}"));
            }
        }
        if let Some(wanted) = exchange.answer {
            let wanted = serde_json::from_str(wanted)
                .unwrap_or_else(|_| Value::String(wanted.replace("\\n", "\n")));
            if answer.body != wanted {
                say(format!("{}\n    instead of\n    {wanted}", answer.body));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_go_as_the_protocol_says() {
    let server = Server::of(SCHEMA, &["public", "other"]).await;
    let mut wrong = Vec::new();
    for (name, text) in [
        ("reading.txt", include_str!("protocol/reading.txt")),
        ("embedding.txt", include_str!("protocol/embedding.txt")),
        ("writing.txt", include_str!("protocol/writing.txt")),
        ("calling.txt", include_str!("protocol/calling.txt")),
        ("refusals.txt", include_str!("protocol/refusals.txt")),
        ("hostile.txt", include_str!("protocol/hostile.txt")),
    ] {
        assert!(exchanges(text).len() > 10, "{name} was not read");
        hold(&server, name, text, &mut wrong).await;
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

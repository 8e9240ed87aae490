//! `GET /`: the page for people, the same as JSON, and what neither tells to whom.

use axum::{body::Body, http::Request};
use local_supabase::{AppState, Config, project::Settings};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{Answer, Server};

async fn page(server: &Server) -> String {
    let answer = server
        .call("GET", "/")
        .header("accept", "text/html,*/*;q=0.8")
        .send()
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    answer.body.as_str().expect("a page").to_owned()
}

async fn report(server: &Server) -> Value {
    let call = server.call("GET", "/").header("accept", "application/json");
    let Answer { status, body, .. } = call.send().await;
    assert_eq!(status, 200, "{body}");
    body
}

/// Weight and first words of what is said about a table.
fn said(report: &Value, about: &str) -> Vec<(String, String)> {
    let warnings = report["warnings"].as_array().unwrap().iter();
    warnings
        .filter(|warning| warning["about"] == about)
        .map(|warning| {
            let text = warning["text"].as_str().unwrap();
            let head = text.split(':').next().unwrap();
            (
                warning["weight"].as_str().unwrap().to_owned(),
                head.to_owned(),
            )
        })
        .collect()
}

fn pair(weight: &str, head: &str) -> (String, String) {
    (weight.to_owned(), head.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_where_the_server_is_and_what_it_holds() {
    let server = Server::start().await;
    let page = page(&server).await;
    for part in [
        "http://127.0.0.1:54321/rest/v1",
        &server.state.keys.publishable,
        "notes_read",
        "(owner_id = auth.uid())",
        "Last errors",
        "alter table public.shelves enable row level security;",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    let hidden = page.split("<details>").skip(1);
    assert!(
        hidden
            .clone()
            .any(|part| part.contains(&server.state.keys.secret))
    );
    assert!(
        !page
            .split("<details>")
            .next()
            .unwrap()
            .contains(&server.state.keys.secret)
    );
    assert!(
        !page.contains("<script") && !page.contains("src="),
        "it works alone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_commonly_goes_wrong_is_found_and_gone_once_it_is_mended() {
    let server = Server::start().await;
    server
        .sql(
            "create table public.diary (body text);
             alter publication supabase_realtime add table public.diary, public.notes;
             alter table public.notes replica identity nothing;",
        )
        .await;
    let before = report(&server).await;
    assert_eq!(
        said(&before, "public.shelves")[0],
        pair("danger", "Row level security is off")
    );
    assert_eq!(
        said(&before, "public.diary"),
        [
            pair("warning", "No grant for anon or authenticated"),
            pair("warning", "No primary key"),
        ]
    );
    assert_eq!(
        said(&before, "public.notes"),
        [pair("warning", "Replica identity is nothing")]
    );
    assert_eq!(
        said(&before, "public.members"),
        [pair("note", "Not published")]
    );

    // The cures are SQL as it stands there; together they leave nothing but a door that needs a policy.
    let warnings = before["warnings"].as_array().unwrap();
    let cures: Vec<&str> = warnings
        .iter()
        .filter_map(|one| one["cure"].as_str())
        .collect();
    server.sql(&cures.join("\n")).await;
    let after = report(&server).await;
    assert_eq!(said(&after, "public.notes"), []);
    assert_eq!(said(&after, "public.members"), []);
    assert_eq!(said(&after, "realtime.messages"), []);
    assert_eq!(
        said(&after, "public.shelves"),
        [pair(
            "warning",
            "Row level security is on, but there is no policy"
        )]
    );
    assert_eq!(
        said(&after, "public.diary"),
        [pair("danger", "Row level security is off")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_and_refused_requests_are_text() {
    let server = Server::start().await;
    server
        .sql(
            r#"create table public."<script>alert('x')</script>" (id int primary key);
               create policy "</ul><img src=x>" on public.notes using (body <> '<i>"&');"#,
        )
        .await;
    for path in ["/rest/v1/%3Cb%3E?select=secret", "/rest/v1/notes"] {
        server.call("GET", path).send().await;
    }
    let shown = page(&server).await;
    assert!(shown.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
    assert!(shown.contains("&lt;/ul&gt;&lt;img src=x&gt;"));
    assert!(!shown.contains("<script") && !shown.contains("<img") && !shown.contains("<i>"));
    assert!(
        !shown.contains("select=secret"),
        "queries are nobody's business"
    );

    let report = report(&server).await;
    let newest = &report["errors"][0];
    assert_eq!(
        (&newest["request"], &newest["status"], &newest["code"]),
        (&json!("GET /rest/v1/notes"), &json!(401), &json!("42501"))
    );
    assert_eq!(report["errors"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_learns_no_key() {
    let server = Server::start().await;
    let answer = server
        .call("GET", "/")
        .header("accept", "application/json")
        .header("origin", "https://elsewhere.example")
        .send()
        .await;
    assert_eq!(answer.status, 200);
    let text = answer.body.to_string();
    assert!(
        text.contains("is running") && !text.contains("sb_"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_told_and_hides_nothing_else() {
    let mut nowhere = tokio_postgres::Config::new();
    nowhere.host("127.0.0.1").port(1).user("nobody");
    let address = "http://127.0.0.1:54321";
    let state = AppState::new(Config::default(), Settings::default(), address, nowhere);
    let request = Request::get("/").body(Body::empty()).unwrap();
    let response = local_supabase::router(state)
        .oneshot(request)
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let body = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    let page = String::from_utf8(body.to_vec()).unwrap();
    assert!(page.contains("The database does not answer"));
    assert!(page.contains("sb_publishable_"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_person_who_runs_the_server_is_shown_its_keys() {
    let server = Server::start().await;
    for (host, shown) in [
        ("127.0.0.1:54321", true),
        ("localhost:54321", true),
        ("[::1]:54321", true),
        ("rebound.example:54321", false),
        ("127.0.0.1.rebound.example", false),
    ] {
        let call = server.call("GET", "/").header("host", host);
        let answer = call.header("accept", "application/json").send().await;
        assert_eq!(answer.body["keys"].is_object(), shown, "{host}");
    }

    let config = Config {
        listen: std::net::Ipv4Addr::UNSPECIFIED.into(),
        ..Config::default()
    };
    let server = Server::exposed(config, "a secret of at least thirty-two characters").await;
    let keys = server.state.keys.clone();
    for (key, shown) in [
        (&keys.publishable, false),
        (&keys.anon, false),
        (&keys.secret, true),
        (&keys.service_role, true),
    ] {
        let by_header = server.call("GET", "/").header("apikey", key);
        let by_query = server.call("GET", &format!("/?apikey={key}"));
        for call in [by_header, by_query] {
            let answer = call.header("accept", "application/json").send().await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.body["keys"].is_object(), shown, "{key}");
        }
    }
}

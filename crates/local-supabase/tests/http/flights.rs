//! A request says all it has to say to PostgreSQL at once: what comes of it when any part of that fails or is lost.

mod cuts;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Server;

const STEPS: &str = "
  create table public.steps (id int primary key, next int,
    constraint steps_next foreign key (next) references public.steps (id) deferrable initially deferred);
  grant select, insert on public.steps to anon;
  create function public.replied(headers text) returns int language plpgsql as $$
  begin
    insert into public.steps (id) values (100);
    perform set_config('response.headers', headers, true);
    return 1;
  end $$;
  create function public.forgetful() returns int language plpgsql as $$
  begin execute 'deallocate all'; return 1; end $$;
  create function public.slow() returns int language plpgsql as $$
  begin insert into public.steps (id) values (200); perform pg_sleep(60); return 1; end $$;
  create function public.echo(said text) returns text language sql as 'select said';
  create function public.told() returns jsonb language sql stable as $$
    select jsonb_build_object('role', current_user, 'claims', current_setting('request.jwt.claims', true),
      'path', current_setting('request.path', true), 'read', current_setting('transaction_read_only'))
  $$;
";

async fn ids(server: &Server) -> Value {
    let call = server.call("GET", "/rest/v1/steps?select=id&order=id");
    call.send().await.body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_of_any_step_undoes_all_and_leaves_a_usable_connection() {
    let server = Server::of(STEPS, &["public"]).await;
    let insert = async |row: Value| {
        let call = server.call("POST", "/rest/v1/steps").json(&row);
        call.send().await
    };
    for turn in 0..3 {
        // Settings: this role there is not.
        let claims = json!({"role": "nobody_at_all", "exp": 4_000_000_000_u64});
        let token = server.state.secret.sign(claims.as_object().unwrap());
        let call = server.call("POST", "/rest/v1/steps");
        let call = call.header("authorization", &format!("Bearer {token}"));
        let nobody = call.json(&json!({"id": 10})).send().await;
        assert!(!nobody.status.is_success(), "{turn}: {}", nobody.body);
        // The statement, the settings of the answer, and the commit.
        assert_eq!(
            insert(json!([{"id": 20}, {"id": 20}])).await.refusal(),
            (409, "23505")
        );
        let call = server.call("POST", "/rest/v1/rpc/replied");
        let malformed = call.json(&json!({"headers": "nonsense"})).send().await;
        assert_eq!(malformed.refusal(), (500, "PGRST111"), "{}", malformed.body);
        assert_eq!(
            insert(json!({"id": 30, "next": 31})).await.refusal(),
            (409, "23503")
        );
        assert_eq!(ids(&server).await, json!([]), "{turn}");
    }
    assert_eq!(insert(json!({"id": 1})).await.status, 201);
    assert_eq!(ids(&server).await, json!([{"id": 1}]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_nobody_waits_for_any_more_leaves_nothing_behind() {
    let server = Server::of(STEPS, &["public"]).await;
    let client = server.state.admin.get().await.unwrap();
    let many = async |condition: &str| {
        let sql = format!(
            "select from pg_stat_activity where application_name = 'PostgREST' and {condition}"
        );
        client.query(&sql, &[]).await.unwrap().len()
    };
    let slow = server.call("POST", "/rest/v1/rpc/slow").text("{}").send();
    tokio::select! {
        answer = slow => panic!("answered: {}", answer.body),
        () = async { while many("wait_event = 'PgSleep'").await == 0 {} } => {}
    }
    let ended = async { while many("query like '%slow%'").await > 0 {} };
    let ended = tokio::time::timeout(Duration::from_secs(10), ended).await;
    assert!(ended.is_ok(), "it still runs");
    assert_eq!(ids(&server).await, json!([]));
    // The schema may be read meanwhile, which soon ends; what is left behind stays.
    let closed = async { while many("state like 'idle in transaction%'").await > 0 {} };
    let closed = tokio::time::timeout(Duration::from_secs(10), closed).await;
    assert!(closed.is_ok(), "a transaction is still open");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_request_is_left_for_the_next_one_on_its_connection() {
    let server = Server::of(STEPS, &["public"]).await;
    let claims = json!({"role": "service_role", "sub": "somebody", "exp": 4_000_000_000_u64});
    let bearer = format!(
        "Bearer {}",
        server.state.secret.sign(claims.as_object().unwrap())
    );
    let told = async |bearer: Option<&str>, method: &str| {
        let mut call = server.call(method, "/rest/v1/rpc/told");
        if let Some(bearer) = bearer {
            call = call.header("authorization", bearer);
        }
        call.send().await.body
    };
    for turn in 0..4 {
        let served = told(Some(&bearer), "GET").await;
        assert_eq!(served["role"], "service_role", "{turn}: {served}");
        assert_eq!(served["read"], "on", "{turn}");
        if turn % 2 == 1 {
            // A failure ends its settings, too.
            let call = server
                .call("POST", "/rest/v1/steps")
                .header("authorization", &bearer);
            assert!(
                !call
                    .json(&json!({"id": 1, "next": 5}))
                    .send()
                    .await
                    .status
                    .is_success()
            );
        }
        let unknown = told(None, "POST").await;
        assert_eq!(
            (&unknown["role"], &unknown["read"]),
            (&json!("anon"), &json!("off")),
            "{turn}"
        );
        assert!(
            !unknown.to_string().contains("somebody"),
            "{turn}: {unknown}"
        );
    }
    // Outside of any request a connection is nobody.
    let client = server.state.admin.get().await.unwrap();
    let sql = "select usename::text from pg_stat_activity where application_name = 'PostgREST'";
    for row in client.query(sql, &[]).await.unwrap() {
        assert_eq!(row.get::<_, &str>(0), "authenticator");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_and_hostile_values_go_there_and_back_as_they_are() {
    let server = Server::of(STEPS, &["public"]).await;
    let echo = async |said: &str| {
        let call = server.call("POST", "/rest/v1/rpc/echo");
        call.json(&json!({ "said": said })).send().await
    };
    let large = "x\"'\\$1é".repeat(100_000);
    for said in [
        "",
        "'; drop table steps; --",
        "$1 $2 ?",
        "\u{1}\u{7f}\u{10ffff}",
        "S\u{2}\u{3}C\u{4}",
        &large,
    ] {
        let answer = echo(said).await;
        assert_eq!(answer.status, 200);
        assert!(answer.body == json!(said), "not what was said");
    }
    assert_eq!(echo("a\0b").await.status, 400);
    assert_eq!(echo("well").await.body, "well");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_statements_were_discarded_is_replaced() {
    let server = Server::of(STEPS, &["public"]).await;
    for _ in 0..3 {
        assert_eq!(ids(&server).await, json!([]));
    }
    let call = server.call("POST", "/rest/v1/rpc/forgetful").text("{}");
    assert_eq!(call.send().await.status, 200);
    // At most the one that finds out may fail.
    let _ = ids(&server).await;
    for _ in 0..3 {
        assert_eq!(ids(&server).await, json!([]));
    }
}

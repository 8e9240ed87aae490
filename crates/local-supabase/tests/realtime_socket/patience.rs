//! What takes long: a transaction that does not show yet, a filter, a policy.

use std::{collections::HashSet, time::Duration};

use local_supabase::{Config, realtime::Limits};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::support::{ANN, BOB, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_judged_only_once_its_transaction_shows() {
    let server = Server::start().await;
    let mut ann = server
        .listener(
            ANN,
            json!([{"event": "*", "schema": "public", "table": "notes"}]),
        )
        .await;
    // The log has a commit that waits for a standby, and nobody sees it yet.
    server
        .sql("alter system set synchronous_standby_names = 'nobody'")
        .await;
    server.sql("select pg_reload_conf()").await;
    let writer = local_supabase::setup::connect(&server.state.database)
        .await
        .unwrap();
    let insert = format!(
        "set synchronous_commit = on; insert into notes (owner_id, body) values ('{ANN}', 'late')"
    );
    let insert = tokio::spawn(async move { writer.batch_execute(&insert).await });
    // Realtime asks for it again and again.
    let mut asked = HashSet::new();
    let deadline = Instant::now() + Duration::from_secs(20);
    while asked.len() < 3 {
        assert!(Instant::now() < deadline, "{asked:?}");
        let rows = server
            .db
            .query(
                "select query_start::text from pg_stat_activity
                 where application_name = 'local-supabase policies' and state = 'active' and query like '%realtime_wait%'",
                &[],
            )
            .await
            .unwrap();
        asked.extend(rows.iter().map(|row| row.get::<_, String>(0)));
        sleep(Duration::from_millis(5)).await;
    }
    assert!(!insert.is_finished(), "it waits for the standby");
    server
        .sql("alter system reset synchronous_standby_names")
        .await;
    server.sql("select pg_reload_conf()").await;
    assert_eq!(ann.change().await["record"]["body"], "late");
    insert.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_takes_too_long_ends_its_own_subscription_alone() {
    let server = Server::start().await;
    // Comparing a slow word takes long, though only for who judges filters.
    server
        .sql(
            "create function slow(word text) returns boolean language sql stable as $$
               select case when word = 'slow' and current_setting('application_name') = 'local-supabase policies'
                 then pg_sleep(60) is null else true end
             $$;
             create domain word as text check (slow(value));
             create table words (id int primary key, word word);
             grant select on words to authenticated;
             alter publication supabase_realtime add table words",
        )
        .await;
    let binding = |filter: &str| json!([{"event": "INSERT", "schema": "public", "table": "words", "filter": filter}]);
    let mut ann = server.listener(ANN, binding("word=neq.x")).await;
    let mut bob = server.listener(BOB, binding("id=gt.0")).await;
    server
        .sql("insert into words values (1, 'slow'), (2, 'quick')")
        .await;
    assert_eq!(bob.change().await["record"]["id"], 1);
    assert_eq!(bob.change().await["record"]["id"], 2);
    let told = ann.event("system").await;
    assert_eq!(told[4]["status"], "error");
    let message = told[4]["message"].as_str().unwrap();
    assert!(
        message.contains("The filter took too long to judge a row")
            && message.contains("\"word\", \"neq\", \"x\""),
        "{message}"
    );
    server.sql("insert into words values (3, 'slow')").await;
    assert_eq!(bob.change().await["record"]["id"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_takes_too_long_is_a_gap_for_those_it_concerns_and_for_nobody_else() {
    let limits = Limits {
        policy: Duration::from_secs(1),
        ..Limits::default()
    };
    let server = Server::start_with(Config {
        limits,
        ..Config::default()
    })
    .await;
    server
        .sql(
            "create function dawdle(id int) returns boolean language sql volatile as $$
               select case when id = 1 and current_setting('application_name') = 'local-supabase policies'
                 then pg_sleep(60) is not null else true end
             $$;
             create table queue (id int primary key);
             alter table queue enable row level security;
             grant select on queue to authenticated;
             create policy p on queue for select to authenticated using (dawdle(id));
             alter publication supabase_realtime add table queue",
        )
        .await;
    let binding = |table: &str| json!([{"event": "*", "schema": "public", "table": table}]);
    let mut ann = server.listener(ANN, binding("queue")).await;
    let mut bob = server.listener(BOB, binding("board")).await;
    server.sql("insert into queue values (1)").await;
    server.sql("insert into board values (1, 1)").await;
    // She is to look for herself.
    ann.subscribed().await;
    assert_eq!(
        bob.frame().await[3],
        "postgres_changes",
        "he is told nothing else"
    );
    server.sql("insert into queue values (2)").await;
    assert_eq!(ann.change().await["record"]["id"], 2, "the stream goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_realtime_makes_in_the_database_satisfies_the_advisors() {
    let server = Server::start().await;
    let bindings =
        json!([{"event": "*", "schema": "public", "filter": "body=like.m%", "table": "notes"}]);
    let mut ann = server.listener(ANN, bindings).await;
    let mut bob = server
        .listener(BOB, json!([{"event": "*", "schema": "public"}]))
        .await;
    server
        .sql(&format!(
            "insert into notes (owner_id, body) values ('{ANN}', 'mine'), ('{BOB}', 'yours')"
        ))
        .await;
    ann.change().await;
    bob.change().await;
    let functions = server
        .db
        .query(
            "select p.proname::text, coalesce(array_to_string(p.proconfig, ' '), '') like '%search_path=%'
             from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where n.nspname like 'pg\\_temp%' and p.proname like 'realtime\\_%'",
            &[],
        )
        .await
        .unwrap();
    let made: Vec<(String, bool)> = functions
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    assert!(
        made.iter()
            .any(|(name, _)| name.starts_with("realtime_sees_")),
        "{made:?}"
    );
    assert!(made.iter().all(|(_, says)| *says), "{made:?}");
}

//! Many transactions judged at once, names and keys of all kinds, and frames that many share.

use serde_json::{Value, json};

use crate::{
    eyes::{EVE, everything, mark, next},
    support::{ANN, BOB, Server},
};

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_judged_as_they_are_when_asked_many_transactions_at_once() {
    let server = Server::start().await;
    // While somebody holds this lock, whoever judges a change of `gate` waits.
    server
        .sql(
            "create function pass() returns boolean language plpgsql as
               $$ begin perform pg_advisory_xact_lock_shared(7); return true; end $$;
             create table gate (id int primary key);
             alter table gate enable row level security;
             grant select on gate to authenticated;
             create policy p on gate for select to authenticated using (pass());
             create table brittle (id int primary key, divisor int);
             alter table brittle enable row level security;
             grant select on brittle to authenticated;
             create policy p on brittle for select to authenticated
               using (case when auth.uid() = '0b0b0000-0000-4000-8000-00000000000b' then 1 / divisor > 0 else true end);
             alter publication supabase_realtime add table gate, brittle;
             select pg_advisory_lock(7);
             insert into gate values (1)",
        )
        .await;
    let mut ann = server.listener(ANN, everything()).await;
    let mut bob = server.listener(BOB, everything()).await;
    server.sql("insert into gate values (2)").await;
    for statement in [
        format!("insert into notes (id, owner_id, body) values ('{EVE}', '{ANN}', 'first')"),
        format!("update notes set owner_id = '{BOB}', body = 'given away'"),
        format!("insert into notes (id, owner_id, body) values ('{ANN}', '{ANN}', 'gone')"),
        format!("delete from notes where id = '{ANN}'"),
        "insert into brittle values (1, 1), (2, 0), (3, 1)".to_owned(),
        "insert into board values (1, 1, 'closed by now', null)".to_owned(),
        "alter policy all_members on board using (words <> 'closed by now')".to_owned(),
        "insert into board values (1, 2, 'open', null)".to_owned(),
        "select pg_advisory_unlock(7)".to_owned(),
    ] {
        server.sql(&statement).await;
    }
    assert_eq!(next(&mut ann, "id", 1).await, [2]);
    assert_eq!(next(&mut bob, "id", 1).await, [2]);
    // Ann's note is Bob's by the time anybody is asked, and he gets each change with its own values.
    assert_eq!(next(&mut bob, "body", 2).await, ["first", "given away"]);
    for person in [&mut ann, &mut bob] {
        let delete = person.change().await;
        assert_eq!(
            (&delete["type"], &delete["old_record"]),
            (&json!("DELETE"), &json!({ "id": ANN }))
        );
    }
    assert_eq!(next(&mut ann, "id", 3).await, [1, 2, 3]);
    assert_eq!(
        next(&mut bob, "id", 2).await,
        [1, 3],
        "one row's failure hides that row alone"
    );
    for person in [&mut ann, &mut bob] {
        assert_eq!(next(person, "line", 1).await, [2]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_keys_may_hold_anything() {
    let server = Server::start().await;
    server
        .sql(
            r#"create table "odd $$ 'name' ""x"" %" ("k""'%" text, seen int[], t uuid, claims int, primary key ("k""'%", seen));
             alter table "odd $$ 'name' ""x"" %" enable row level security;
             grant select on "odd $$ 'name' ""x"" %" to authenticated;
             create policy p on "odd $$ 'name' ""x"" %" for select to authenticated using (t = (select auth.uid()));
             alter publication supabase_realtime add table "odd $$ 'name' ""x"" %""#
        )
        .await;
    let mut ann = server.listener(ANN, everything()).await;
    let mut bob = server.listener(BOB, everything()).await;
    server
        .sql(&format!(
            r#"insert into "odd $$ 'name' ""x"" %" values
               ('it''s {{"a",\}}', '{{1,2}}', '{ANN}', 1), ('', '{{}}', '{ANN}', 2), ('NULL', '{{NULL}}', '{BOB}', 3)"#
        ))
        .await;
    assert_eq!(next(&mut ann, "claims", 2).await, [1, 2]);
    assert_eq!(next(&mut bob, "claims", 1).await, [3]);
    mark(&server, &mut [&mut ann, &mut bob], 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_that_hear_the_same_each_get_frames_of_their_own_topic_and_version() {
    let server = Server::start().await;
    let token = server.token(ANN, 60);
    let config =
        json!({"postgres_changes": [{"event": "INSERT", "schema": "public", "table": "board"}]});
    let mut client = server.client().await;
    for topic in ["realtime:one", "realtime:two"] {
        client.join(topic, config.clone(), &token).await;
        client.subscribed().await;
    }
    let mut old = server
        .client_with(&format!("apikey={}", server.state.keys.anon))
        .await
        .unwrap();
    old.send(
        json!({"topic": "realtime:one", "event": "phx_join", "ref": "1",
        "payload": {"config": config, "access_token": token}}),
    )
    .await;
    while old.frame().await["event"] != "system" {}
    server
        .sql("insert into board values (1, 1, 'x', null)")
        .await;
    let mut topics: Vec<Value> = Vec::new();
    for _ in 0..2 {
        let frame = client.event("postgres_changes").await;
        assert_eq!(frame[4]["data"]["record"]["line"], 1);
        topics.push(frame[2].clone());
    }
    topics.sort_by_key(Value::to_string);
    assert_eq!(topics, ["realtime:one", "realtime:two"]);
    let frame = old.frame().await;
    assert_eq!(
        (&frame["topic"], &frame["event"]),
        (&json!("realtime:one"), &json!("postgres_changes"))
    );
    assert_eq!(frame["payload"]["data"]["record"]["line"], 1);
}

//! Seats cannot be oversold, whoever presses when.

use futures_util::future::join_all;
use serde_json::json;

use crate::people::{BREAD, Database, MARA, TOM, refusal, value};

#[tokio::test(flavor = "multi_thread")]
async fn twenty_people_at_once_on_five_seats_make_five_and_a_line() {
    let database = Database::start().await;
    let admin = database.admin().await;
    admin
        .batch_execute(
            "insert into auth.users (id, email, raw_user_meta_data)
             select gen_random_uuid(), 'p' || n || '@test.example', jsonb_build_object('username', 'person_' || n)
             from generate_series(1, 20) n",
        )
        .await
        .unwrap();
    let people = admin
        .query("select id from users where username like 'person_%'", &[])
        .await
        .unwrap();
    let presses = people.iter().map(|row| {
        let (database, id) = (&database, row.get(0));
        async move {
            let person = database.person(id).await;
            let sql = "insert into rsvps (event_id, user_id, status) values ($1, $2, 'going') returning status";
            person.query_one(sql, &[&BREAD, &id]).await.unwrap().get::<_, String>(0)
        }
    });
    let answers = join_all(presses).await;
    // Tom, who bakes, has one of the five seats already.
    let waiting = answers.iter().filter(|status| *status == "waiting");
    assert_eq!(waiting.count(), 16);
    let going =
        format!("select count(*) from rsvps where event_id = '{BREAD}' and status = 'going'");
    assert_eq!(value(&admin, &going).await, 5);
    // A seat that frees is taken by the next.
    let tom = database.person(TOM).await;
    tom.execute("delete from rsvps where user_id = auth.uid()", &[])
        .await
        .unwrap();
    assert_eq!(value(&admin, &going).await, 5);
    // Fewer seats than people is refused.
    let error = tom
        .execute("update events set capacity = 4 where id = $1", &[&BREAD])
        .await
        .unwrap_err();
    assert!(refusal(&error).1.contains("events_capacity_taken"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_rsvp_given_again_is_newer_than_its_tombstone() {
    let database = Database::start().await;
    let mara = database.person(MARA).await;
    let put = "insert into rsvps (event_id, user_id, status) values ($1, $2, 'maybe')
        on conflict (event_id, user_id) do update
        set event_id = excluded.event_id, user_id = excluded.user_id, status = excluded.status returning rev";
    let first: i64 = mara.query_one(put, &[&BREAD, &MARA]).await.unwrap().get(0);
    mara.execute(
        "delete from rsvps where event_id = $1 and user_id = $2",
        &[&BREAD, &MARA],
    )
    .await
    .unwrap();
    let key = json!({"event_id": BREAD, "user_id": MARA});
    let died = value(
        &mara,
        &format!("select rev from tombstones where key = '{key}'"),
    )
    .await;
    let again: i64 = mara.query_one(put, &[&BREAD, &MARA]).await.unwrap().get(0);
    let died = died.as_i64().unwrap();
    assert!(first < died && died < again, "{first} < {died} < {again}");
}

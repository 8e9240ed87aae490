//! A write that names itself takes effect once, however often it is delivered.

use crate::people::{BREAD, Database, MARA, TOM, refusal, value};

/// As PostgREST hands the request's headers to the database.
fn named(key: &str) -> String {
    format!(r#"select set_config('request.headers', '{{"idempotency-key": "{key}"}}', false)"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_delivered_again_does_not_undo_what_came_after_it() {
    let database = Database::start().await;
    let (mara, tom) = (database.person(MARA).await, database.person(TOM).await);
    let rename = "update users set display_name = $1 where id = auth.uid()";
    mara.batch_execute(&named("one")).await.unwrap();
    assert_eq!(mara.execute(rename, &[&"M"]).await.unwrap(), 1);
    mara.batch_execute(&named("two")).await.unwrap();
    assert_eq!(mara.execute(rename, &[&"Mara"]).await.unwrap(), 1);
    mara.batch_execute(&named("one")).await.unwrap();
    let again = mara.execute(rename, &[&"M"]).await.unwrap_err();
    assert_eq!(refusal(&again).0, "PT409");
    let name = value(
        &mara,
        "select to_json(display_name) from users where id = auth.uid()",
    )
    .await;
    assert_eq!(name, "Mara");
    // A name belongs to its person.
    tom.batch_execute(&named("one")).await.unwrap();
    assert_eq!(tom.execute(rename, &[&"T"]).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn upserts_deletions_and_empty_updates_are_named_too() {
    let database = Database::start().await;
    let mara = database.person(MARA).await;
    let answer = "insert into rsvps (event_id, status) values ($1, 'going')
        on conflict (event_id, user_id) do update set status = excluded.status";
    let leave = "delete from rsvps where event_id = $1 and user_id = auth.uid()";
    mara.batch_execute(&named("a")).await.unwrap();
    mara.execute(answer, &[&BREAD]).await.unwrap();
    mara.batch_execute(&named("b")).await.unwrap();
    // One request fires the triggers of insert and of update: that is no repetition.
    mara.execute(answer, &[&BREAD]).await.unwrap();
    mara.batch_execute(&named("c")).await.unwrap();
    mara.execute(leave, &[&BREAD]).await.unwrap();
    mara.batch_execute(&named("b")).await.unwrap();
    let again = mara.execute(answer, &[&BREAD]).await.unwrap_err();
    assert_eq!(refusal(&again).0, "PT409", "the seat stays free");
    // What changed nothing has not been carried out.
    mara.batch_execute(&named("d")).await.unwrap();
    assert_eq!(mara.execute(leave, &[&BREAD]).await.unwrap(), 0);
    mara.execute(answer, &[&BREAD]).await.unwrap();
}

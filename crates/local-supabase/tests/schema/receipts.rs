//! Read marks: exact, only forwards, and shared only where both want it.

use crate::people::{Database, INES, MARA, TOM, value};

const MARKS: &str = "select count(*) from conversations";

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_is_its_owners_and_only_moves_forward() {
    let database = Database::start().await;
    let (mara, tom, ines) = (
        database.person(MARA).await,
        database.person(TOM).await,
        database.person(INES).await,
    );
    let read = format!(
        "update conversations set read_until = 'infinity', other_id = '{INES}' where owner_id = '{MARA}'"
    );
    assert_eq!(tom.execute(&read, &[]).await.unwrap(), 0, "not the other");
    assert_eq!(ines.execute(&read, &[]).await.unwrap(), 0, "nor a stranger");
    assert_eq!(mara.execute(&read, &[]).await.unwrap(), 1);
    let mine = format!(
        "select read_until <= now() and other_id = '{TOM}' from conversations where owner_id = '{MARA}'"
    );
    assert_eq!(
        value(&mara, &mine).await,
        true,
        "no further than now, and of no other conversation"
    );
    mara.execute("update conversations set read_until = '2001-01-01'", &[])
        .await
        .unwrap();
    let until = "select read_until > '2001-01-01' from conversations where owner_id = auth.uid()";
    assert_eq!(value(&mara, until).await, true, "read stays read");
    assert_eq!(value(&tom, MARKS).await, 2);
    assert_eq!(value(&ines, MARKS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hides_what_they_read_does_not_see_what_others_read() {
    let database = Database::start().await;
    let (mara, tom) = (database.person(MARA).await, database.person(TOM).await);
    let set = async |shared: bool| {
        let sql = format!("update settings set read_receipts = {shared}");
        assert_eq!(mara.execute(&sql, &[]).await.unwrap(), 1, "one's own");
    };
    assert_eq!(
        (value(&mara, MARKS).await, value(&tom, MARKS).await),
        (2.into(), 2.into())
    );
    set(false).await;
    assert_eq!(
        (value(&mara, MARKS).await, value(&tom, MARKS).await),
        (1.into(), 1.into())
    );
    assert!(
        !value(&tom, "select public.sync()").await["rows"]["conversations"]
            .to_string()
            .contains(&format!("\"owner_id\":\"{MARA}\""))
    );
    let revs = "select array_agg(rev order by rev) from conversations";
    let admin = database.admin().await;
    let before = value(&admin, revs).await;
    set(true).await;
    assert_ne!(
        before,
        value(&admin, revs).await,
        "whoever may see them again is told"
    );
    assert_eq!(value(&tom, MARKS).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_unread_is_in_scope_of_the_first_load() {
    let database = Database::start().await;
    let (mara, admin) = (database.person(MARA).await, database.admin().await);
    let many = format!(
        "insert into private_messages (sender_id, recipient_id, body)
         select '{INES}', '{MARA}', 'line ' || g from generate_series(1, 600) g"
    );
    admin.batch_execute(&many).await.unwrap();
    let load = async || value(&mara, "select public.sync()").await;
    let count =
        |answer: &serde_json::Value| answer["rows"]["private_messages"].as_array().unwrap().len();
    assert_eq!(
        count(&load().await),
        601,
        "with what Tom wrote before all that"
    );
    mara.execute(
        "update conversations set read_until = now() where owner_id = auth.uid()",
        &[],
    )
    .await
    .unwrap();
    let answer = load().await;
    assert_eq!(count(&answer), 500);
    let sides = answer["rows"]["conversations"].as_array().unwrap();
    let mine = sides
        .iter()
        .filter(|side| side["owner_id"] == MARA.to_string());
    assert_eq!(
        mine.count(),
        2,
        "conversations are known beyond their messages"
    );
}

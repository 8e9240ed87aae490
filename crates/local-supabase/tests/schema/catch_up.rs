//! The function `sync`: nothing that commits is ever skipped.

use serde_json::json;

use crate::people::{Database, MARA, TOM, refusal, value};

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_commits_late_is_not_skipped() {
    let database = Database::start().await;
    let (mara, tom) = (database.person(MARA).await, database.person(TOM).await);
    let slow = database.person(TOM).await;
    slow.batch_execute("begin; insert into tavern_messages (body) values ('tortoise')")
        .await
        .unwrap();
    tom.execute("insert into tavern_messages (body) values ('quick')", &[])
        .await
        .unwrap();
    let first = value(&mara, "select public.sync()").await;
    let cursor = first["cursor"].as_str().unwrap();
    assert!(!first.to_string().contains("tortoise"));
    slow.batch_execute("commit").await.unwrap();
    let next = value(&mara, &format!("select public.sync('{cursor}')")).await;
    assert_eq!(
        (&next["complete"], &next["restart"]),
        (&false.into(), &false.into())
    );
    assert!(
        next["rows"]["tavern_messages"]
            .to_string()
            .contains("tortoise")
    );
    let cursor = next["cursor"].as_str().unwrap();
    let quiet = value(&mara, &format!("select public.sync('{cursor}')")).await;
    assert_eq!(
        quiet["rows"]["tavern_messages"],
        serde_json::json!([]),
        "and comes once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_that_are_of_no_use_start_over_and_say_so() {
    let database = Database::start().await;
    let (mara, admin) = (database.person(MARA).await, database.admin().await);
    let first = value(&mara, "select public.sync()").await;
    assert_eq!(first["restart"], false);
    let cursor = first["cursor"].as_str().unwrap().to_owned();
    let elsewhere = format!("{}:1", uuid::Uuid::nil());
    let future = format!("{}:999999999999", cursor.split(':').next().unwrap());
    for useless in ["", "nonsense", elsewhere.as_str(), future.as_str()] {
        let answer = value(&mara, &format!("select public.sync('{useless}')")).await;
        assert_eq!(
            (&answer["restart"], &answer["complete"]),
            (&true.into(), &true.into()),
            "{useless}"
        );
        assert_eq!(answer["rows"]["users"].as_array().unwrap().len(), 4);
    }
    // The dead are forgotten after a while; who was away longer than that starts over.
    mara.execute(
        "delete from tavern_messages where author_id = auth.uid()",
        &[],
    )
    .await
    .unwrap();
    let answer = value(&mara, &format!("select public.sync('{cursor}')")).await;
    assert_eq!(answer["tombstones"][0]["table"], "tavern_messages");
    admin
        .execute("select private.forget_the_dead('0 seconds')", &[])
        .await
        .unwrap();
    let answer = value(&mara, &format!("select public.sync('{cursor}')")).await;
    assert_eq!(answer["restart"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_message_stays_dead_when_its_insert_is_delivered_again() {
    let database = Database::start().await;
    let mara = database.person(MARA).await;
    let insert = "insert into tavern_messages (id, body) values ('00000000-0000-4000-8000-00000000aaaa', 'x')";
    mara.execute(insert, &[]).await.unwrap();
    mara.execute("delete from tavern_messages where body = 'x'", &[])
        .await
        .unwrap();
    let error = mara.execute(insert, &[]).await.unwrap_err();
    assert_eq!(refusal(&error).0, "PT410");
}

/// PostgreSQL thinks the request expensive enough to compile it for every call, which takes seconds.
#[tokio::test(flavor = "multi_thread")]
async fn the_one_request_is_run_without_being_compiled() {
    let database = Database::start().await;
    let settings = value(
        &database.admin().await,
        "select to_json(proconfig) from pg_proc where oid = 'public.sync'::regproc",
    )
    .await;
    let settings = settings.as_array().unwrap();
    assert!(settings.contains(&json!("jit=off")), "{settings:?}");
}

//! The proof in the answers of `sync`: digests, scope, and tables told whole.

use serde_json::Value;
use sync::{Digest, Rev};

use crate::people::{Database, INES, MARA, TOM, value};

fn digest_of(rows: &Value) -> Digest {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| Rev(row["rev"].as_i64().unwrap())).collect()
}

fn digest(answer: &Value, table: &str) -> Digest {
    serde_json::from_value(answer["digests"][table].clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hash_of_a_rev_is_the_same_here_and_in_postgresql() {
    let database = Database::start().await;
    let admin = database.admin().await;
    let revs = "select r, hashint8extended(r, 0) from (
        select (random() * 9e18)::bigint >> (random() * 62)::int from generate_series(1, 5000)
        union all select g from generate_series(-50, 5000) g
        union all values (9223372036854775807), (-9223372036854775808), (4294967296)
    ) revs (r)";
    let rows = admin.query(revs, &[]).await.unwrap();
    assert!(rows.len() > 10_000);
    for row in rows {
        let rev: i64 = row.get(0);
        let digest: Digest = [Rev(rev)].into_iter().collect();
        assert_eq!(digest.hash.cast_signed(), row.get::<_, i64>(1), "{rev}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn digests_are_those_of_the_rows_that_each_person_may_see() {
    let database = Database::start().await;
    let mut words = Vec::new();
    for person in [MARA, TOM, INES] {
        let person = database.person(person).await;
        let answer = value(&person, "select public.sync()").await;
        let tables = answer["rows"].as_object().unwrap();
        assert_eq!(tables.len(), answer["digests"].as_object().unwrap().len());
        for (table, rows) in tables {
            assert_eq!(digest(&answer, table), digest_of(rows), "{table}");
        }
        let cursor = answer["cursor"].as_str().unwrap();
        let scope = &answer["scope"];
        let next = value(
            &person,
            &format!("select public.sync('{cursor}', '{scope}')"),
        )
        .await;
        assert_eq!(next["digests"], answer["digests"], "nothing happened");
        assert_eq!(next["whole"], serde_json::json!([]));
        words.push(digest(&answer, "private_messages").count);
    }
    assert_eq!(words, [1, 1, 0], "strangers count nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_floor_that_is_handed_back_is_kept_to() {
    let database = Database::start().await;
    let (mara, admin) = (database.person(MARA).await, database.admin().await);
    let many = format!(
        "set session_replication_role = replica;
         insert into tavern_messages (author_id, body, created_at, rev, txid)
         select '{TOM}', 'line ' || g, now() - g * interval '1 minute', nextval('private.rev'), '3'
         from generate_series(1, 300) g"
    );
    admin.batch_execute(&many).await.unwrap();
    let first = value(&mara, "select public.sync()").await;
    assert_eq!(
        first["rows"]["tavern_messages"].as_array().unwrap().len(),
        200
    );
    let floor = first["scope"]["tavern_messages"].as_str().unwrap();
    let (cursor, scope) = (first["cursor"].as_str().unwrap(), &first["scope"]);
    assert_eq!(
        first["scope"]["private_messages"],
        Value::Null,
        "all are in scope"
    );

    // A new line does not push another one out of the scope.
    mara.execute("insert into tavern_messages (body) values ('new')", &[])
        .await
        .unwrap();
    let again = format!("select public.sync('{cursor}', '{scope}')");
    let next = value(&mara, &again).await;
    assert_eq!(next["scope"]["tavern_messages"], floor);
    assert_eq!(digest(&next, "tavern_messages").count, 201);

    // An old line that changes is told, and is not part of the digest.
    admin
        .execute(
            "update tavern_messages set body = 'edited' where body = 'line 290'",
            &[],
        )
        .await
        .unwrap();
    let next = value(&mara, &again).await;
    assert!(
        next["rows"]["tavern_messages"]
            .to_string()
            .contains("edited")
    );
    assert_eq!(digest(&next, "tavern_messages").count, 201);

    // Starting over keeps to the floor as well.
    let over = value(&mara, &format!("select public.sync('useless', '{scope}')")).await;
    assert_eq!(over["restart"], true);
    assert_eq!(
        over["rows"]["tavern_messages"].as_array().unwrap().len(),
        201
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_told_whole_when_asked_for_and_come_with_their_events() {
    let database = Database::start().await;
    let (mara, admin) = (database.person(MARA).await, database.admin().await);
    let first = value(&mara, "select public.sync()").await;
    let (cursor, scope) = (first["cursor"].as_str().unwrap(), &first["scope"]);
    let ask = format!("select public.sync('{cursor}', '{scope}', array['rsvps', 'nonsense'])");
    let next = value(&mara, &ask).await;
    assert_eq!(next["whole"], serde_json::json!(["rsvps"]));
    assert_eq!(next["complete"], false);
    assert_eq!(next["rows"]["users"], serde_json::json!([]));
    assert_eq!(digest_of(&next["rows"]["rsvps"]), digest(&first, "rsvps"));

    // An event that moves to long ago takes its RSVPs with it.
    admin
        .execute(
            "update events set starts_at = '2020-01-01', ends_at = null",
            &[],
        )
        .await
        .unwrap();
    let next = value(&mara, &ask).await;
    assert_eq!(digest(&next, "events").count, 0);
    assert_eq!(digest(&next, "rsvps").count, 0);
    assert_eq!(next["rows"]["rsvps"], serde_json::json!([]));
    assert_ne!(
        next["rows"]["events"],
        serde_json::json!([]),
        "the news itself is told"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_one_function_sync_and_it_has_the_rights_of_its_caller() {
    let database = Database::start().await;
    let admin = database.admin().await;
    let all = "select json_agg(json_build_array(p.prosecdef, p.provolatile, p.proconfig[1],
            has_function_privilege('anon', p.oid, 'execute'),
            has_function_privilege('authenticated', p.oid, 'execute')))
        from pg_proc p where p.proname = 'sync' and p.pronamespace = 'public'::regnamespace";
    let expected = serde_json::json!([[false, "s", "search_path=\"\"", false, true]]);
    assert_eq!(value(&admin, all).await, expected);
}

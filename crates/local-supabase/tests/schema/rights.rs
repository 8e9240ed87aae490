//! Who may read and write what.

use crate::people::{Database, INES, MARA, TOM, refusal, value};

#[tokio::test(flavor = "multi_thread")]
async fn a_private_message_is_its_two_peoples() {
    let database = Database::start().await;
    let (mara, tom, ines) = (
        database.person(MARA).await,
        database.person(TOM).await,
        database.person(INES).await,
    );
    let count = "select count(*) from private_messages";
    assert_eq!(value(&mara, count).await, 1);
    assert_eq!(value(&tom, count).await, 1);
    assert_eq!(value(&ines, count).await, 0);
    let body = mara
        .execute("update private_messages set body = 'forged'", &[])
        .await
        .unwrap_err();
    assert_eq!(refusal(&body).0, "42501");
    // Its tombstone is for the two as well.
    assert_eq!(
        tom.execute("delete from private_messages where true", &[])
            .await
            .unwrap(),
        1
    );
    let graves = "select count(*) from tombstones where table_name = 'private_messages'";
    assert_eq!(value(&mara, graves).await, 1);
    assert_eq!(value(&ines, graves).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_write_in_their_own_name_only() {
    let database = Database::start().await;
    let mara = database.person(MARA).await;
    for forged in [
        format!("insert into tavern_messages (author_id, body) values ('{TOM}', 'x')"),
        format!("insert into events (host_id, title, starts_at) values ('{TOM}', 'x', now())"),
        format!("insert into rsvps (event_id, user_id, status) select id, '{TOM}', 'maybe' from events"),
        format!("insert into private_messages (sender_id, recipient_id, body) values ('{TOM}', '{MARA}', 'x')"),
        "update users set username = 'queen'".to_owned(),
        "update tavern_messages set rev = 1".to_owned(),
        "insert into users (id, username, display_name) values (gen_random_uuid(), 'ghost', 'Ghost')".to_owned(),
        "delete from users".to_owned(),
        "insert into tombstones (table_name, key, rev, txid) values ('users', '{}', 1, '1')".to_owned(),
    ] {
        let error = mara.execute(&forged, &[]).await.expect_err(&forged);
        assert_eq!(refusal(&error).0, "42501", "{forged}");
    }
    for other in [
        format!("update tavern_messages set body = 'forged' where author_id = '{TOM}'"),
        format!("delete from tavern_messages where author_id = '{TOM}'"),
        format!("update events set title = 'forged' where host_id = '{TOM}'"),
        format!("delete from rsvps where user_id = '{TOM}'"),
        format!("update users set bio = 'forged' where id = '{TOM}'"),
    ] {
        assert_eq!(mara.execute(&other, &[]).await.unwrap(), 0, "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_read_nothing_and_taken_names_are_refused_by_name() {
    let database = Database::start().await;
    let visitor = database.admin().await;
    visitor.batch_execute("set role anon").await.unwrap();
    for table in [
        "users",
        "events",
        "rsvps",
        "private_messages",
        "tavern_messages",
        "tombstones",
    ] {
        let error = visitor
            .query(&format!("select * from {table}"), &[])
            .await
            .unwrap_err();
        assert_eq!(refusal(&error).0, "42501", "{table}");
    }
    assert_eq!(
        refusal(&visitor.query("select sync()", &[]).await.unwrap_err()).0,
        "42501"
    );

    let admin = database.admin().await;
    for (name, constraint) in [
        ("MARA", "users_username_key"),
        ("a b", "users_username_format"),
    ] {
        let sql = "insert into auth.users (id, email, raw_user_meta_data)
            values (gen_random_uuid(), 'new@test.example', jsonb_build_object('username', $1::text))";
        let error = admin.execute(sql, &[&name]).await.unwrap_err();
        assert!(
            refusal(&error).1.contains(&format!("\"{constraint}\"")),
            "{name}: {error:?}"
        );
    }
    assert_eq!(
        value(
            &admin,
            "select count(*) from auth.users where email = 'new@test.example'"
        )
        .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_that_grant_everything_by_default_are_no_exception() {
    let open =
        "alter default privileges in schema public grant all on tables to anon, authenticated;
        alter default privileges in schema public grant all on functions to anon, authenticated;";
    let database = Database::prepared(open).await;
    let mara = database.person(MARA).await;
    for forged in [
        "update private_messages set body = 'forged' where recipient_id = auth.uid()",
        "update users set username = 'queen' where id = auth.uid()",
        "update events set host_id = id where host_id = auth.uid()",
        "update tavern_messages set rev = 1 where author_id = auth.uid()",
        "delete from users where id = auth.uid()",
        "truncate tombstones",
    ] {
        let error = mara.execute(forged, &[]).await.expect_err(forged);
        assert_eq!(refusal(&error).0, "42501", "{forged}");
    }
    let visitor = database.admin().await;
    visitor.batch_execute("set role anon").await.unwrap();
    for read in [
        "select * from users",
        "select * from sync_state",
        "select sync()",
    ] {
        let error = visitor.query(read, &[]).await.expect_err(read);
        assert_eq!(refusal(&error).0, "42501", "{read}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_within_a_function_says_where() {
    let database = Database::start().await;
    let admin = database.admin().await;
    // Hosted projects load `safeupdate`, which refuses others in whatever a request begins.
    let careless = "select array_agg(p.proname || ': ' || change[1])
        from pg_proc p, regexp_matches(
            regexp_replace(p.prosrc, '--[^\n]*', '', 'g'),
            '\\m(update\\s+[a-z_.]+\\s+(?:as\\s+)?(?:\\w+\\s+)?set\\s[^;]*|delete\\s+from\\s[^;]*)', 'gi'
        ) change
        where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and change[1] !~* '\\mwhere\\M'";
    let found = value(&admin, &["select to_json((", careless, "))"].concat()).await;
    assert_eq!(found, serde_json::Value::Null);
}

//! What the tavern knows of a person: all of it can be taken along, and nothing of it stays behind.

use serde_json::Value;
use tokio_postgres::Client;

use crate::people::{Database, INES, MARA, TOM, refusal, value};

/// Everything that a person can leave in a database, under a word that nobody else uses.
async fn live_a_life(database: &Database) {
    let (admin, tom, mara) = (
        database.admin().await,
        database.person(TOM).await,
        database.person(MARA).await,
    );
    tom.batch_execute(&format!(
        r#"select set_config('request.headers', '{{"idempotency-key": "marzipan"}}', false);
        update users set bio = 'marzipan', links = 'https://marzipan.example';
        select set_config('request.headers', '', false);
        insert into events (title, starts_at) values ('marzipan', now());
        insert into tavern_messages (body) values ('marzipan');
        insert into reactions (message_id, emoji) select id, '👍' from tavern_messages;
        insert into private_messages (recipient_id, body) values ('{MARA}', 'marzipan'), ('{MARA}', 'marzipan gone');
        delete from private_messages where body = 'marzipan gone';
        insert into blocks (blocked_id) values ('{INES}');
        delete from rsvps where user_id = '{TOM}';
        insert into rsvps (event_id, status) select id, 'maybe' from events;"#
    ))
    .await
    .unwrap();
    // A block that comes with a message keeps it back.
    let write =
        format!("insert into private_messages (recipient_id, body) values ('{TOM}', 'for you')");
    mara.execute(&write, &[]).await.unwrap();
    mara.batch_execute(&format!(
        "insert into blocks (blocked_id) values ('{TOM}');
         insert into rsvps (event_id, status) select id, 'going' from events where title = 'marzipan';"
    ))
    .await
    .unwrap();
    admin
        .batch_execute(&format!(
            "insert into auth.sessions (id, user_id, user_agent) values (gen_random_uuid(), '{TOM}', 'marzipan');
             insert into auth.refresh_tokens (token, user_id) values ('marzipan', '{TOM}');
             create table auth.audit_log_entries (id uuid primary key, payload json);
             grant all on auth.audit_log_entries to postgres;
             insert into auth.audit_log_entries values (gen_random_uuid(), '{{\"actor_id\": \"{TOM}\"}}');"
        ))
        .await
        .unwrap();
}

/// Every table of every schema that has a row with one of the words in it, and how many.
async fn traces(admin: &Client, words: &[String]) -> Vec<String> {
    let tables = admin
        .query(
            "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p', 'm') and not c.relispartition
               and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')",
            &[],
        )
        .await
        .unwrap();
    assert!(tables.len() > 15, "the catalogue was read");
    let mut found = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        let count = format!(
            "select count(*) from {table} t, unnest($1::text[]) word where strpos(t::text, word) > 0"
        );
        let count: i64 = admin.query_one(&count, &[&words]).await.unwrap().get(0);
        if count > 0 {
            found.push(format!("{table}: {count}"));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_erased_person_is_left_in_any_table() {
    let database = Database::start().await;
    live_a_life(&database).await;
    let (admin, tom) = (database.admin().await, database.person(TOM).await);
    let words = [
        &TOM.to_string(),
        "marzipan",
        "Tom Okafor",
        "tom@tavern.test",
    ]
    .map(str::to_owned);
    let before = traces(&admin, &words).await;
    for table in [
        "users",
        "settings",
        "events",
        "rsvps",
        "tavern_messages",
        "reactions",
        "private_messages",
        "conversations",
        "blocks",
        "tombstones",
        "private.applied_writes",
        "auth.users",
        "auth.identities",
        "auth.sessions",
        "auth.refresh_tokens",
        "auth.audit_log_entries",
    ] {
        let has = |trace: &String| {
            trace
                .trim_start_matches("public.")
                .starts_with(&format!("{table}:"))
        };
        assert!(before.iter().any(has), "{table} knows him: {before:?}");
    }

    for wrong in ["mara", "", "tom%"] {
        let erase = format!("select erase_my_account('{wrong}')");
        let error = tom.query(&erase, &[]).await.unwrap_err();
        assert!(
            refusal(&error).1.contains("erase_my_account_name"),
            "{wrong}"
        );
    }
    assert_eq!(traces(&admin, &words).await, before, "and nothing happened");

    let others = "select json_build_array(
        (select count(*) from auth.users), (select count(*) from users), (select count(*) from settings),
        (select count(*) from events), (select count(*) from tavern_messages))";
    let cursor = value(
        &database.person(MARA).await,
        "select public.sync() ->> 'cursor'",
    )
    .await;
    assert_eq!(
        value(&admin, others).await,
        serde_json::json!([4, 4, 4, 4, 4])
    );
    assert_eq!(value(&tom, "select erase_my_account(' Tom ')").await, true);
    assert_eq!(traces(&admin, &words).await, Vec::<String>::new());
    assert_eq!(
        value(&admin, others).await,
        serde_json::json!([3, 3, 3, 2, 2])
    );

    // Whoever was away is told everything anew, since there is nothing left to tell them of him.
    let mara = database.person(MARA).await;
    let next = value(
        &mara,
        &format!(
            "select public.sync({})",
            cursor.to_string().replace('"', "'")
        ),
    )
    .await;
    assert_eq!(next["restart"], true);
    assert!(!next.to_string().contains(&TOM.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_erase_and_only_themselves() {
    let database = Database::start().await;
    let visitor = database.admin().await;
    visitor.batch_execute("set role anon").await.unwrap();
    let tom = database.person(TOM).await;
    for (person, call) in [
        (&visitor, "select public.erase_my_account('tom')"),
        (&visitor, "select public.export_my_data()"),
        (&tom, "select private.erase_account('tom')"),
        (&tom, "select private.my_account()"),
    ] {
        let error = person.query(call, &[]).await.expect_err(call);
        assert_eq!(refusal(&error).0, "42501", "{call}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_export_has_every_row_that_is_ones_own() {
    let database = Database::start().await;
    live_a_life(&database).await;
    let (admin, tom) = (database.admin().await, database.person(TOM).await);
    let export = value(&tom, "select public.export_my_data()").await;
    assert_eq!(export["account"]["email"], "tom@tavern.test");
    assert_eq!(export["account"]["sessions"][0]["user_agent"], "marzipan");
    assert_eq!(export["account"]["identities"].as_array().unwrap().len(), 1);
    assert_eq!(
        export["private_messages"].as_array().unwrap().len(),
        3,
        "in both directions"
    );
    // Columns that name somebody else as the one whom a row is about.
    let others = ["blocks.blocked_id", "conversations.other_id"];
    let columns = "select coalesce(json_agg(json_build_array(c.relname, a.attname)), '[]')
        from pg_constraint k join pg_class c on c.oid = k.conrelid
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
        where k.contype = 'f' and c.relnamespace = 'public'::regnamespace
          and k.confrelid in ('public.users'::regclass, 'auth.users'::regclass)";
    let columns = value(&admin, columns).await;
    assert!(columns.as_array().unwrap().len() >= 12);
    for pair in columns.as_array().unwrap() {
        let (table, column) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        if others.contains(&format!("{table}.{column}").as_str()) {
            continue;
        }
        let rows =
            format!("select coalesce(json_agg(t), '[]') from {table} t where {column} = '{TOM}'");
        let rows = value(&admin, &rows).await;
        assert_ne!(rows, serde_json::json!([]), "{table}: he left something");
        let exported: &Vec<Value> = export[table]
            .as_array()
            .unwrap_or_else(|| panic!("{table} is not exported"));
        for row in rows.as_array().unwrap() {
            assert!(exported.contains(row), "{table}: {row}");
        }
    }
    let text = export.to_string();
    for secret in ["encrypted_password", "inês", "ines@tavern.test"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

//! Every table that the page knows has what the engine needs of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sync::{Registry, Table};

use crate::people::{Database, INES, MARA, value};

/// One look at a registered table: its name, and whether a row can be read as its type.
type Look = (&'static str, fn(&Value) -> Result<(), serde_json::Error>);

#[derive(Default)]
struct Tables(Vec<Look>);

impl Registry for Tables {
    fn table<T: Table>(&mut self) -> &mut Self {
        self.0.push((T::NAME, |row| {
            serde_json::from_str::<T>(&row.to_string()).map(|_| ())
        }));
        self
    }
}

fn tables() -> Vec<Look> {
    let mut tables = Tables::default();
    model::register(&mut tables);
    tables.0
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_of_the_page_can_be_followed() {
    let database = Database::start().await;
    let admin = database.admin().await;
    for (table, _) in tables() {
        let ask = async |sql: &str| {
            value(
                &admin,
                &sql.replace("$t", &format!("'public.{table}'::regclass")),
            )
            .await
        };
        assert_eq!(
            ask("select relrowsecurity from pg_class where oid = $t").await,
            true,
            "{table}: policies"
        );
        assert_ne!(
            ask("select count(*) from pg_policy where polrelid = $t").await,
            0,
            "{table}: policies"
        );
        let published =
            "select count(*) from pg_publication_rel r join pg_publication p on p.oid = r.prpubid
            where p.pubname = 'supabase_realtime' and r.prrelid = $t";
        assert_eq!(ask(published).await, 1, "{table}: publication");
        let triggers = "select array_agg(p.proname::text order by p.proname) from pg_trigger t
            join pg_proc p on p.oid = t.tgfoid where t.tgrelid = $t and p.proname in ('stamp', 'bury')";
        assert_eq!(
            ask(triggers).await,
            json!(["bury", "stamp"]),
            "{table}: versions and tombstones"
        );
        let indexed = "select count(*) from pg_index i join pg_attribute a
            on a.attrelid = i.indrelid and a.attnum = i.indkey[0] where i.indrelid = $t and a.attname = 'txid'";
        assert_eq!(ask(indexed).await, 1, "{table}: catch-up by an index");
        let writable =
            "select count(*) from unnest(array['rev', 'txid', 'created_at', 'updated_at']) c
            where has_column_privilege('authenticated', $t, c, 'insert, update')";
        assert_eq!(
            ask(writable).await,
            0,
            "{table}: versions are the database's"
        );
        let anonymous = "select has_table_privilege('anon', $t, 'select, insert, update, delete')
            or has_any_column_privilege('anon', $t, 'select, insert, update')";
        assert_eq!(ask(anonymous).await, false, "{table}: nothing for visitors");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_load_has_every_table_and_every_row_can_be_read() {
    let database = Database::start().await;
    let mara = database.person(MARA).await;
    // The seed is an evening on which nobody keeps anybody away.
    let block = format!("insert into blocks (blocked_id) values ('{INES}')");
    mara.execute(&block, &[]).await.unwrap();
    let react =
        "insert into reactions (message_id, emoji) select id, '👍' from tavern_messages limit 1";
    mara.execute(react, &[]).await.unwrap();
    let answer = value(&mara, "select public.sync()").await;
    let loaded: BTreeSet<&str> = answer["rows"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(loaded, tables().iter().map(|(table, _)| *table).collect());
    for (table, read) in tables() {
        let rows = answer["rows"][table].as_array().unwrap();
        assert!(!rows.is_empty(), "{table} is seeded");
        for row in rows {
            read(row).unwrap_or_else(|error| panic!("{table}: {error} in {row}"));
        }
    }
}

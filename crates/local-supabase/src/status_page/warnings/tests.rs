//! Each mistake alone, on a table that has no other.

use super::*;
use crate::status_page::catalogue::{Policy, Publication, Slot};

fn sound() -> Table {
    Table {
        schema: "public".to_owned(),
        name: "notes".to_owned(),
        quoted: "public.notes".to_owned(),
        published: true,
        secured: true,
        identity: "default".to_owned(),
        key: vec!["id".to_owned()],
        policies: vec![Policy {
            permissive: true,
            command: "select".to_owned(),
            ..Policy::default()
        }],
        grants: [("authenticated".to_owned(), vec!["select".to_owned()])].into(),
    }
}

fn catalogue(table: Table) -> Catalogue {
    Catalogue {
        tables: vec![table],
        publication: Some(Publication {
            insert: true,
            update: true,
            delete: true,
        }),
        slots: vec![Slot {
            name: "local_realtime_1".to_owned(),
            active: true,
            lag: 0,
        }],
        room_policies: 1,
        version: String::new(),
    }
}

/// Weight and first words of each warning about a table that is sound but for this.
fn found(spoil: impl FnOnce(&mut Table)) -> Vec<(Weight, String, String)> {
    let mut table = sound();
    spoil(&mut table);
    find(&catalogue(table))
        .into_iter()
        .map(|warning| {
            let (head, _) = warning
                .text
                .split_once(':')
                .expect("a cause, then what follows");
            (
                warning.weight,
                head.to_owned(),
                warning.cure.unwrap_or_default(),
            )
        })
        .collect()
}

fn one(weight: Weight, head: &str, cure: &str) -> Vec<(Weight, String, String)> {
    vec![(weight, head.to_owned(), cure.to_owned())]
}

#[test]
fn a_sound_table_gives_no_warning() {
    assert_eq!(found(|_| ()), []);
}

#[test]
fn each_mistake_is_found_with_its_cure() {
    assert_eq!(
        found(|table| table.secured = false),
        one(
            Weight::Danger,
            "Row level security is off",
            "alter table public.notes enable row level security;"
        )
    );
    assert_eq!(
        found(|table| table.policies.clear())[0].1,
        "Row level security is on, but there is no policy"
    );
    assert_eq!(
        found(|table| table.policies[0].command = "insert".to_owned())[0].1,
        "No policy lets anybody see a row"
    );
    assert_eq!(
        found(|table| table.grants.clear()),
        one(
            Weight::Warning,
            "No grant for anon or authenticated",
            "grant select, insert, update, delete on public.notes to authenticated;"
        )
    );
    assert_eq!(
        found(|table| table.identity = "nothing".to_owned()),
        one(
            Weight::Warning,
            "Replica identity is nothing",
            "alter table public.notes replica identity default;"
        )
    );
    assert_eq!(found(|table| table.key.clear())[0].1, "No primary key");
    assert_eq!(
        found(|table| table.published = false),
        one(
            Weight::Note,
            "Not published",
            "alter publication supabase_realtime add table public.notes;"
        )
    );
}

#[test]
fn a_table_that_nobody_is_to_reach_is_only_a_note() {
    let internal = found(|table| {
        table.grants.clear();
        table.policies.clear();
        table.published = false;
    });
    assert_eq!(internal.len(), 1);
    assert_eq!(internal[0].0, Weight::Note);
}

#[test]
fn a_stream_that_stands_still_or_lags_is_told() {
    let about = |spoil: fn(&mut Catalogue)| {
        let mut catalogue = catalogue(sound());
        spoil(&mut catalogue);
        find(&catalogue)
            .into_iter()
            .map(|warning| warning.text)
            .collect::<String>()
    };
    assert!(about(|all| all.slots.clear()).starts_with("Nobody reads the change stream"));
    assert!(about(|all| all.slots[0].lag = 40 << 20).contains("40 MiB"));
    assert!(about(|all| all.publication = None).starts_with("The publication is missing"));
    assert!(about(|all| all.room_policies = 0).contains("private channel"));
}

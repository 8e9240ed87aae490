//! The page's types agree with those that the official CLI generates from the schema.
//!
//! The CLI's own tests (`tests/cli`) see to it that `crates/model/database.types.ts` is what it generates.

use std::collections::{BTreeMap, BTreeSet};

use sync::{Registry, Table};

use crate::{
    people::{Database, value},
    shape::{Field, Kind, fields},
};

const GENERATED: &str = include_str!("../../../model/database.types.ts");

/// Columns that the database keeps for itself, and tables that only catching up reads.
const OWN_COLUMNS: [&str; 2] = ["txid", "updated_at"];
const OWN_TABLES: [&str; 2] = ["sync_state", "tombstones"];

/// What the page has of a table.
struct Known {
    table: &'static str,
    row: Vec<Field>,
    draft: Vec<Field>,
    patch: Vec<Field>,
}

#[derive(Default)]
struct Model(Vec<Known>);

impl Registry for Model {
    fn table<T: Table>(&mut self) -> &mut Self {
        self.0.push(Known {
            table: T::NAME,
            row: fields::<T>(),
            draft: fields::<T::Draft>(),
            patch: fields::<T::Patch>(),
        });
        self
    }
}

fn model() -> Vec<Known> {
    let mut model = Model::default();
    model::register(&mut model);
    model.0
}

/// One column in a generated type.
struct Column {
    type_name: &'static str,
    nullable: bool,
    may_be_left_out: bool,
}

/// The columns of one shape (`Row`, `Insert`, `Update`) of a table.
fn columns(table: &str, shape: &str) -> BTreeMap<&'static str, Column> {
    let after = |text: &'static str, what: String| {
        let (_, rest) = text
            .split_once(&what)
            .unwrap_or_else(|| panic!("no {what} is generated"));
        rest
    };
    let table = after(GENERATED, format!("\"{table}\": {{\n"));
    let (columns, _) = after(table, format!("{shape}: {{"))
        .split_once('}')
        .unwrap();
    let read = |column: &'static str| {
        let (name, type_name) = column.trim().split_once(": ").unwrap();
        let bare = type_name.strip_suffix(" | null");
        let column = Column {
            type_name: bare.unwrap_or(type_name),
            nullable: bare.is_some(),
            may_be_left_out: name.ends_with('?'),
        };
        (name.trim_end_matches('?').trim_matches('"'), column)
    };
    columns.trim().split(',').map(read).collect()
}

fn same_kind(field: &Field, column: &Column) -> bool {
    match field.kind {
        Kind::Text | Kind::OneOf(_) => column.type_name == "string",
        Kind::Number => column.type_name == "number",
        Kind::Truth => column.type_name == "boolean",
        Kind::Other => false,
    }
}

#[test]
fn the_generated_tables_are_those_of_the_page() {
    // A table's name stands before its first shape.
    let pieces: Vec<&str> = GENERATED.split("Row: {").collect();
    let (_, before) = pieces.split_last().unwrap();
    let generated: BTreeSet<&str> = before
        .iter()
        .filter_map(|text| text.rsplit('"').nth(1))
        .collect();
    let known: BTreeSet<&str> = model()
        .iter()
        .map(|known| known.table)
        .chain(OWN_TABLES)
        .collect();
    assert_eq!(generated, known);
}

#[test]
fn rows_have_the_columns_with_their_types() {
    for Known { table, row, .. } in model() {
        let mut columns = columns(table, "Row");
        for field in &row {
            let name = field.name;
            let column = columns
                .remove(name)
                .unwrap_or_else(|| panic!("{table} has no column {name}"));
            assert!(
                same_kind(field, &column),
                "{table}.{name}: {field:?} is {}",
                column.type_name
            );
            assert_eq!(
                field.options > 0,
                column.nullable,
                "{table}.{name}: may be null"
            );
        }
        let left: Vec<&str> = columns.into_keys().collect();
        assert_eq!(
            left, OWN_COLUMNS,
            "{table}: columns that the page does not know"
        );
    }
}

#[test]
fn drafts_have_what_an_insert_asks_for_and_patches_what_can_be_updated() {
    for Known {
        table,
        draft,
        patch,
        ..
    } in model()
    {
        assert_eq!(
            draft.is_empty(),
            ["users", "settings"].contains(&table),
            "{table}: accounts make profiles and settings, people the rest"
        );
        let columns = columns(table, "Insert");
        for field in &draft {
            let column = &columns[field.name];
            assert!(same_kind(field, column), "{table}.{}", field.name);
            assert_eq!(field.options > 0, column.nullable, "{table}.{}", field.name);
        }
        let given: BTreeSet<&str> = draft.iter().map(|field| field.name).collect();
        for (name, column) in columns.iter().filter(|_| !draft.is_empty()) {
            assert!(
                column.may_be_left_out || given.contains(name),
                "{table}: a draft without {name}"
            );
        }
        let columns = self::columns(table, "Update");
        for field in &patch {
            let column = &columns[field.name];
            assert!(same_kind(field, column), "{table}.{}", field.name);
            // One option leaves the column as it is; another one empties it.
            assert!(
                field.options == 1 || column.nullable,
                "{table}.{} is never null",
                field.name
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_one_of_a_few_words_is_so_in_the_database() {
    let database = Database::start().await;
    let admin = database.admin().await;
    let mut seen = 0;
    for Known { table, row, .. } in model() {
        for field in row {
            let Kind::OneOf(words) = field.kind else {
                continue;
            };
            seen += 1;
            let allowed = format!(
                "select array_agg(word[1] order by word[1]) from pg_constraint k
                 join pg_attribute a on a.attrelid = k.conrelid and k.conkey = array[a.attnum],
                   regexp_matches(pg_get_constraintdef(k.oid), '''(\\w+)''::text', 'g') word
                 where k.contype = 'c' and k.conrelid = 'public.{table}'::regclass and a.attname = '{}'",
                field.name
            );
            let mut words = words.to_vec();
            words.sort_unstable();
            assert_eq!(
                value(&admin, &allowed).await,
                serde_json::json!(words),
                "{table}.{}",
                field.name
            );
        }
    }
    assert_ne!(seen, 0, "answers to invitations are such words");
}

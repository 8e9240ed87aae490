//! All tables as one value, whether an engine shows them or the database answers them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sync::{Engine, Registry, Standing, Table};

/// Rows by key, by table.
#[derive(Debug, Default, PartialEq)]
pub struct Shown(pub BTreeMap<&'static str, BTreeMap<String, Value>>);

impl Shown {
    /// What a person sees now.
    pub fn by(engine: &Engine) -> Self {
        let mut reading = OfEngine(engine, Self::default());
        model::register(&mut reading);
        reading.1
    }

    /// Makes one from the answers of REST, by table.
    pub fn from_rest(answers: BTreeMap<&'static str, Value>) -> Self {
        let mut reading = OfRest(answers, Self::default());
        model::register(&mut reading);
        reading.1
    }

    /// What is here and not there, in words.
    pub fn beyond(&self, other: &Self) -> Vec<String> {
        let mut beyond = Vec::new();
        for (table, rows) in &self.0 {
            for (key, row) in rows {
                if other.0.get(table).and_then(|rows| rows.get(key)) != Some(row) {
                    beyond.push(format!("{table} {key}: {row}"));
                }
            }
        }
        beyond
    }
}

/// Names of all tables.
pub fn tables() -> Vec<&'static str> {
    let mut names = Names(Vec::new());
    model::register(&mut names);
    names.0
}

struct Names(Vec<&'static str>);

impl Registry for Names {
    fn table<T: Table>(&mut self) -> &mut Self {
        self.0.push(T::NAME);
        self
    }
}

struct OfEngine<'a>(&'a Engine, Shown);

impl Registry for OfEngine<'_> {
    fn table<T: Table>(&mut self) -> &mut Self {
        let rows = self.0.keys::<T>().map(|key| {
            let entry = self
                .0
                .entry::<T>(key)
                .expect("a key that is shown has a row");
            row(&*entry.row, &entry.standing)
        });
        let rows = rows.collect();
        self.1.0.insert(T::NAME, rows);
        self
    }
}

struct OfRest(BTreeMap<&'static str, Value>, Shown);

impl Registry for OfRest {
    fn table<T: Table>(&mut self) -> &mut Self {
        let rows = self.0.remove(T::NAME).expect("every table was asked for");
        let rows: Vec<T> = serde_json::from_value(rows).unwrap();
        let rows = rows
            .iter()
            .map(|read| row(read, &Standing::Confirmed))
            .collect();
        self.1.0.insert(T::NAME, rows);
        self
    }
}

fn row<T: Table>(row: &T, standing: &Standing) -> (String, Value) {
    let key = serde_json::to_string(&row.key()).unwrap();
    (
        key,
        json!({"row": row, "standing": format!("{standing:?}")}),
    )
}

//! Which people look for which keys of which table: the questions that row level security answers.

use std::{collections::HashMap, sync::Arc};

use super::{
    audience::{Audience, Group},
    plan::{Answers, Seen},
};
use crate::realtime::{
    catalog::Table,
    change::{Relation, Row},
    sql::{identifier, literal},
};

/// One look at one table: everybody of a role who waits for rows of it, and the keys of those rows.
pub struct Look<'a> {
    /// The table as the log has it.
    pub relation: &'a Arc<Relation>,
    /// What the catalogue says of it.
    pub table: Arc<Table>,
    /// Role of the people.
    pub role: &'a str,
    /// Indices into [`Audience::people`].
    pub people: Vec<usize>,
    /// Keys: for each column of the primary key, its values in PostgreSQL's text form.
    pub keys: Vec<Vec<&'a str>>,
    /// Where in `people` somebody is.
    places: Vec<Option<usize>>,
    /// Where in `keys` a key is.
    known: HashMap<Vec<&'a str>, usize>,
}

/// The looks of a plan.
#[derive(Default)]
pub struct Looks<'a> {
    all: Vec<Look<'a>>,
    /// Tables and roles by address, which is stable while a batch is judged.
    known: HashMap<(usize, &'a str), usize>,
}

impl<'a> Looks<'a> {
    /// Everything that is looked at.
    pub fn all(&self) -> &[Look<'a>] {
        &self.all
    }

    /// A group wants to know of a row; returns the look and the key in it, unless the row has no key.
    pub fn add(
        &mut self,
        audience: &Audience,
        row: &'a Row,
        table: &Arc<Table>,
        group: &'a Group,
    ) -> Option<(usize, usize)> {
        let key = table.key.iter().map(|at| row.new.get(*at)?.text());
        let key: Vec<&str> = key.collect::<Option<_>>()?;
        let at = (Arc::as_ptr(&row.relation).addr(), group.role.as_str());
        let at = *self.known.entry(at).or_insert_with(|| {
            self.all.push(Look {
                relation: &row.relation,
                table: table.clone(),
                role: &group.role,
                people: Vec::new(),
                keys: vec![Vec::new(); table.key.len()],
                places: vec![None; audience.people.len()],
                known: HashMap::new(),
            });
            self.all.len() - 1
        });
        let look = &mut self.all[at];
        for member in &group.members {
            let place = &mut look.places[member.person];
            if place.is_none() {
                *place = Some(look.people.len());
                look.people.push(member.person);
            }
        }
        Some((at, look.key(key)))
    }

    /// Whether somebody sees a key.
    pub fn shows(&self, answers: &Answers, look: usize, key: usize, person: usize) -> bool {
        let shown = match &answers.seen[look] {
            Seen::Alike(keys) => keys.get(key),
            Seen::Each(seen) => {
                let look = &self.all[look];
                let place = look.places.get(person).copied().flatten();
                place.and_then(|place| seen.get(place * look.width() + key))
            }
        };
        shown == Some(&true)
    }
}

impl<'a> Look<'a> {
    /// How many keys there are.
    pub fn width(&self) -> usize {
        self.known.len()
    }

    fn key(&mut self, key: Vec<&'a str>) -> usize {
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let at = self.known.len();
        for (column, value) in self.keys.iter_mut().zip(&key) {
            column.push(value);
        }
        self.known.insert(key, at);
        at
    }

    /// The question about one key as a statement of its own: is the row there, for whoever asks?
    pub fn question(&self, key: usize) -> String {
        let value = |column: usize| literal(self.keys[column][key]);
        format!("select exists ({})", self.row(value))
    }

    /// The SELECT of a row by its key, of which `value` is the SQL of each column's value.
    pub fn row(&self, value: impl Fn(usize) -> String) -> String {
        let conditions = self.table.key.iter().enumerate().map(|(column, at)| {
            let name = identifier(&self.relation.columns[*at].name);
            let cast = &self.table.types[*at].cast;
            format!("t.{name} = {}::{cast}", value(column))
        });
        format!(
            "select true from {}.{} t where {}",
            identifier(&self.relation.schema),
            identifier(&self.relation.table),
            conditions.collect::<Vec<_>>().join(" and ")
        )
    }
}

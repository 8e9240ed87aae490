//! The JSON of a change as one role sees it.

use std::{collections::HashMap, sync::Arc};

use serde_json::value::RawValue;
use wire::{
    Timestamp,
    change::{Change, Column, Kind},
};

use crate::realtime::{
    catalog::{Grant, Table},
    change::{Datum, Row},
    value::string,
};

/// A row with more text than this comes without its large values.
const LARGE: usize = 1_048_576;
/// Values up to this many bytes stay in a row that is too large.
const SMALL: usize = 64;

/// Why a change comes incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The table has no primary key, so nobody can be asked who may see the row.
    NoKey,
    /// The role may not read the primary key.
    Unauthorized,
    /// The row is too large.
    TooLarge,
}

impl Fault {
    /// The fault of a row for a role, if any.
    pub fn of(row: &Row, table: &Table, grant: &Grant) -> Option<Self> {
        if row.kind != Kind::Delete {
            if table.key.is_empty() {
                return Some(Self::NoKey);
            }
            if !table.key.iter().all(|at| grant.contains(at)) {
                return Some(Self::Unauthorized);
            }
        }
        (row.size() > LARGE).then_some(Self::TooLarge)
    }

    /// Whether nothing of the row may be told, and nothing is asked about it.
    pub fn is_blind(self) -> bool {
        match self {
            Self::NoKey | Self::Unauthorized => true,
            Self::TooLarge => false,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::NoKey => "Error 400: Bad Request, no primary key",
            Self::Unauthorized => "Error 401: Unauthorized",
            Self::TooLarge => "Error 413: Payload Too Large",
        }
    }
}

/// What decides how a change looks.
pub struct View<'a> {
    /// The table's catalogue entry.
    pub table: &'a Table,
    /// Columns that the role may read.
    pub grant: &'a Grant,
    /// Columns that the binding wants; the key is always among them.
    pub select: Option<&'a [String]>,
    /// Why it is incomplete.
    pub fault: Option<Fault>,
    /// When it was committed, in microseconds since 1970.
    pub committed: i64,
}

/// The payloads of some batches, each made once.
#[derive(Default)]
pub struct Payloads {
    made: HashMap<Key, Arc<str>>,
}

/// Row and grant by address, which are stable while batches are judged.
type Key = (*const Row, *const Grant, Option<Vec<String>>);

impl Payloads {
    /// The JSON of `row` in this view.
    pub fn get(&mut self, row: &Row, view: &View) -> Arc<str> {
        let key = (
            std::ptr::from_ref(row),
            std::ptr::from_ref(view.grant),
            view.select.map(<[_]>::to_vec),
        );
        if let Some(made) = self.made.get(&key) {
            return made.clone();
        }
        let made: Arc<str> = render(row, view).into();
        self.made.insert(key, made.clone());
        made
    }
}

fn render(row: &Row, view: &View) -> String {
    let blind = view.fault.is_some_and(Fault::is_blind);
    let names = &row.relation.columns;
    let wanted = |at: usize| {
        let chosen = view
            .select
            .is_none_or(|select| select.contains(&names[at].name));
        !blind && view.grant.contains(&at) && (chosen || view.table.key.contains(&at))
    };
    let key_only = row.kind == Kind::Delete && view.table.secured;
    let old_wanted = |at: usize| wanted(at) && (!key_only || view.table.key.contains(&at));
    let columns = (0..names.len()).filter(|at| wanted(*at)).map(|at| Column {
        name: names[at].name.clone(),
        kind: view.table.types[at].name.clone(),
    });
    let change = Change {
        schema: row.relation.schema.clone(),
        table: row.relation.table.clone(),
        kind: row.kind,
        commit_timestamp: (!blind).then(|| time(view.committed)),
        columns: columns.collect(),
        record: (row.kind != Kind::Delete).then(|| record(row, &row.new, view, wanted)),
        old_record: (row.kind != Kind::Insert).then(|| record(row, &row.old, view, old_wanted)),
        errors: view.fault.map(|fault| vec![fault.text().to_owned()]),
    };
    serde_json::to_string(&change).expect("texts and raw JSON always print")
}

/// The time of a commit, to the millisecond.
fn time(committed: i64) -> String {
    let seconds = Timestamp(committed.div_euclid(1_000_000) * 1_000_000).to_string();
    let millis = committed.rem_euclid(1_000_000) / 1000;
    format!("{}.{millis:03}Z", seconds.trim_end_matches('Z'))
}

fn record(
    row: &Row,
    values: &[Datum],
    view: &View,
    wanted: impl Fn(usize) -> bool,
) -> Box<RawValue> {
    let too_large = view.fault == Some(Fault::TooLarge);
    let mut out = String::from("{");
    for (at, value) in values.iter().enumerate() {
        let fits = value.text().is_some_and(|text| text.len() <= SMALL);
        if !wanted(at) || !value.is_known() || (too_large && !fits) {
            continue;
        }
        if out.len() > 1 {
            out.push(',');
        }
        string(&row.relation.columns[at].name, &mut out);
        out.push(':');
        match value.text() {
            Some(text) => view.table.types[at].shape.write(text, &mut out),
            None => out.push_str("null"),
        }
    }
    out.push('}');
    RawValue::from_string(out).unwrap_or_else(|_| empty())
}

/// Stands for a row whose values are no JSON after all; no shape writes such.
fn empty() -> Box<RawValue> {
    RawValue::from_string("{}".to_owned()).expect("braces are JSON")
}

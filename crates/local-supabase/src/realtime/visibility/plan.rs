//! The questions that a batch of changes raises, and what follows from the answers; no database here.

use std::{collections::HashMap, sync::Arc};

use wire::change::Kind;

use super::{
    Delivery, Listener, Viewer,
    payload::{Fault, Payloads, View},
};
use crate::realtime::{
    binding::Binding,
    catalog::{Grant, Table},
    change::{Datum, Row},
    filter::{Seen, Verdict},
    sql::{identifier, literal},
};

/// Index into the list of answers.
type Answer = usize;

/// What is to be asked, and who waits for which answers.
#[derive(Default)]
pub struct Plan<'a> {
    asked: Vec<(Option<Arc<Viewer>>, String)>,
    seen: HashMap<(Option<Arc<Viewer>>, String), Answer>,
    candidates: Vec<Candidate<'a>>,
}

/// A listener that gets a row if the answers are favourable.
struct Candidate<'a> {
    row: &'a Row,
    table: Arc<Table>,
    grant: Arc<Grant>,
    listener: &'a Listener,
    visible: Option<Answer>,
    fault: Option<Fault>,
    bindings: Vec<(&'a Binding, Option<Answer>)>,
}

/// The questions in the form that the session's function takes; indices count from 1.
#[derive(Default)]
pub struct Questions<'p> {
    /// Role of each viewer.
    pub roles: Vec<&'p str>,
    /// Claims of each viewer.
    pub claims: Vec<&'p str>,
    /// Each question.
    pub queries: Vec<&'p str>,
    /// Who asks; 0 is the session itself.
    pub viewers: Vec<i32>,
    /// What is asked.
    pub asked: Vec<i32>,
}

impl<'a> Plan<'a> {
    /// Nobody gets anything.
    pub fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// Adds a listener of a row; `bindings` are those that fit table and kind.
    pub fn consider(
        &mut self,
        row: &'a Row,
        table: &Arc<Table>,
        grant: &Arc<Grant>,
        listener: &'a Listener,
        bindings: impl Iterator<Item = &'a Binding>,
    ) {
        let fault = Fault::of(row, table, grant);
        let mut passed = Vec::new();
        for binding in bindings {
            let verdict = match &binding.filter {
                Some(_) if fault.is_some_and(Fault::is_blind) => Verdict::Known(true),
                None => Verdict::Known(true),
                Some(filter) => filter.judge(|name| seen(row, table, name)),
            };
            match verdict {
                Verdict::Known(true) => passed.push((binding, None)),
                Verdict::Known(false) => {}
                Verdict::Ask(condition) => {
                    let answer = self.ask(None, format!("select {condition}"));
                    passed.push((binding, Some(answer)));
                }
            }
        }
        if passed.is_empty() {
            return;
        }
        let visible = match row.kind {
            Kind::Insert | Kind::Update if table.secured && !fault.is_some_and(Fault::is_blind) => {
                let viewer = Some(listener.viewer.clone());
                Some(self.ask(viewer, row_exists(row, table)))
            }
            Kind::Insert | Kind::Update | Kind::Delete => None,
        };
        self.candidates.push(Candidate {
            row,
            table: table.clone(),
            grant: grant.clone(),
            listener,
            visible,
            fault,
            bindings: passed,
        });
    }

    fn ask(&mut self, viewer: Option<Arc<Viewer>>, question: String) -> Answer {
        let key = (viewer, question);
        if let Some(answer) = self.seen.get(&key) {
            return *answer;
        }
        self.asked.push(key.clone());
        self.seen.insert(key, self.asked.len() - 1);
        self.asked.len() - 1
    }

    /// The questions, in the order of the answers wanted.
    pub fn questions(&self) -> Questions<'_> {
        let mut questions = Questions::default();
        let mut numbers: HashMap<&Viewer, i32> = HashMap::new();
        for (number, (viewer, query)) in (1..).zip(&self.asked) {
            let viewer = viewer.as_deref().map_or(0, |viewer| {
                *numbers.entry(viewer).or_insert_with(|| {
                    questions.roles.push(&viewer.role);
                    questions.claims.push(&viewer.claims);
                    i32::try_from(questions.roles.len()).unwrap_or(i32::MAX)
                })
            });
            questions.queries.push(query);
            questions.viewers.push(viewer);
            questions.asked.push(number);
        }
        questions
    }

    /// What is delivered, given the answers.
    pub fn conclude(self, answers: &[bool], payloads: &mut Payloads) -> Vec<Delivery> {
        let yes = |answer: Option<Answer>| answer.is_none_or(|at| answers.get(at) == Some(&true));
        let mut deliveries = Vec::new();
        for candidate in &self.candidates {
            if !yes(candidate.visible) {
                continue;
            }
            // One frame per choice of columns.
            let mut frames: Vec<(Option<&[String]>, Vec<u32>)> = Vec::new();
            for (binding, answer) in &candidate.bindings {
                if !yes(*answer) {
                    continue;
                }
                let select = binding.select.as_deref();
                match frames.iter_mut().find(|(other, _)| *other == select) {
                    Some((_, ids)) => ids.push(binding.id),
                    None => frames.push((select, vec![binding.id])),
                }
            }
            for (select, ids) in frames {
                let view = View {
                    table: &candidate.table,
                    grant: &candidate.grant,
                    select,
                    fault: candidate.fault,
                };
                let data = payloads.get(candidate.row, &view);
                deliveries.push(Delivery {
                    channel: candidate.listener.channel,
                    ids,
                    data,
                });
            }
        }
        deliveries
    }
}

/// A column's value as filters look at it; nothing where the log does not tell it.
fn seen<'a>(row: &'a Row, table: &'a Table, name: &str) -> Option<Seen<'a>> {
    let mut columns = row.relation.columns.iter();
    let at = columns.position(|column| column.name == name)?;
    let datum = row.judged().get(at)?;
    datum.is_known().then(|| Seen {
        text: datum.text(),
        typname: &table.types[at].name,
        cast: &table.types[at].cast,
    })
}

/// A question as PostgreSQL's policies have to answer it: is the row there, for whoever asks?
fn row_exists(row: &Row, table: &Table) -> String {
    let conditions = table.key.iter().map(|at| {
        let name = identifier(&row.relation.columns[*at].name);
        match row.new.get(*at) {
            Some(Datum::Text(text)) => {
                format!("{name} = {}::{}", literal(text), table.types[*at].cast)
            }
            Some(Datum::Null | Datum::Unchanged | Datum::Absent) | None => "false".to_owned(),
        }
    });
    let conditions: Vec<_> = conditions.collect();
    format!(
        "select exists (select from {}.{} where {})",
        identifier(&row.relation.schema),
        identifier(&row.relation.table),
        conditions.join(" and ")
    )
}

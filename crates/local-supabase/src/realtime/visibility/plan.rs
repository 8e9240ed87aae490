//! The questions that batches of changes raise, and what follows from the answers; no database here.

use std::{collections::HashMap, sync::Arc};

use wire::change::Kind;

use super::{
    Delivery, Judged,
    audience::{Audience, Group},
    look::{Look, Looks},
    payload::{Fault, Payloads, View},
};
use crate::realtime::{
    binding::Binding,
    catalog::{Grant, Table},
    change::Row,
    filter::{self, Verdict},
};

/// Index into the list of conditions.
type Condition = usize;

/// What is to be asked, and who waits for which answers.
pub struct Plan<'a> {
    audience: &'a Audience,
    conditions: Vec<String>,
    known: HashMap<String, Condition>,
    looks: Looks<'a>,
    candidates: Vec<Candidate<'a>>,
}

/// Members of a group that get a row if the answers are favourable.
struct Candidate<'a> {
    row: &'a Row,
    committed: i64,
    table: Arc<Table>,
    grant: Arc<Grant>,
    group: &'a Group,
    sight: Sight,
    fault: Option<Fault>,
    bindings: Vec<(&'a Binding, Option<Condition>)>,
}

/// Who of a group sees a row.
#[derive(Clone, Copy)]
enum Sight {
    /// Everybody.
    All,
    /// Whom the database says, about this key of this look.
    Asked { look: usize, key: usize },
}

/// The answers to a plan's questions.
pub struct Answers {
    /// Whether each condition holds; nothing for one that took too long.
    pub conditions: Vec<Option<bool>>,
    /// What each look has shown.
    pub seen: Vec<Seen>,
    /// Indices into [`Audience::people`] of those for whom a look took too long.
    pub missed: Vec<usize>,
}

/// Who sees which key.
pub enum Seen {
    /// Keys that everybody sees.
    Alike(Vec<bool>),
    /// One row of keys for each person.
    Each(Vec<bool>),
}

/// A row with what is known of it.
pub struct Subject<'a> {
    /// The row.
    pub row: &'a Row,
    /// When it was committed, in microseconds since 1970.
    pub committed: i64,
    /// Its table.
    pub table: Arc<Table>,
    /// What the role of the group may read.
    pub grant: Arc<Grant>,
}

impl<'a> Plan<'a> {
    /// Nothing is asked yet.
    pub fn new(audience: &'a Audience) -> Self {
        Self {
            audience,
            conditions: Vec::new(),
            known: HashMap::new(),
            looks: Looks::default(),
            candidates: Vec::new(),
        }
    }

    /// Whether nobody gets anything.
    pub fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// Conditions on values alone, as SQL that gives one boolean.
    pub fn conditions(&self) -> &[String] {
        &self.conditions
    }

    /// What people look at.
    pub fn looks(&self) -> &[Look<'a>] {
        self.looks.all()
    }

    /// Adds a group of listeners of a row; `bindings` are those that fit table and kind.
    pub fn consider(
        &mut self,
        subject: Subject<'a>,
        group: &'a Group,
        bindings: impl Iterator<Item = &'a Binding>,
    ) {
        let Subject {
            row,
            committed,
            table,
            grant,
        } = subject;
        let fault = Fault::of(row, &table, &grant);
        let blind = fault.is_some_and(Fault::is_blind);
        let mut passed = Vec::new();
        for binding in bindings {
            // Nothing is told of the row, so nothing is judged by it.
            let verdict = if blind {
                Verdict::Known(true)
            } else {
                passes(binding, row, &table)
            };
            match verdict {
                Verdict::Known(true) => passed.push((binding, None)),
                Verdict::Known(false) => {}
                Verdict::Ask(condition) => passed.push((binding, Some(self.ask(condition)))),
            }
        }
        if passed.is_empty() {
            return;
        }
        let sight = match row.kind {
            Kind::Insert | Kind::Update if table.secured && !blind => {
                match self.looks.add(self.audience, row, &table, group) {
                    Some((look, key)) => Sight::Asked { look, key },
                    // Without a key there is nothing to look for.
                    None => return,
                }
            }
            Kind::Insert | Kind::Update | Kind::Delete => Sight::All,
        };
        self.candidates.push(Candidate {
            row,
            committed,
            table,
            grant,
            group,
            sight,
            fault,
            bindings: passed,
        });
    }

    fn ask(&mut self, condition: String) -> Condition {
        if let Some(known) = self.known.get(&condition) {
            return *known;
        }
        let at = self.conditions.len();
        self.conditions.push(format!("select {condition}"));
        self.known.insert(condition, at);
        at
    }

    /// What is delivered, given the answers.
    pub fn conclude(self, answers: &Answers) -> Judged {
        let mut payloads = Payloads::default();
        let mut judged = Judged {
            missed: self.audience.channels_of(&answers.missed),
            ..Judged::default()
        };
        for candidate in &self.candidates {
            // One frame per choice of columns.
            let mut frames: Vec<(Option<&[String]>, Vec<u32>)> = Vec::new();
            for (binding, condition) in &candidate.bindings {
                match condition.map(|at| answers.conditions.get(at).copied().flatten()) {
                    None | Some(Some(true)) => {}
                    Some(Some(false)) => continue,
                    Some(None) => {
                        let members = candidate.group.members.iter();
                        let told = members.map(|member| (member.channel, binding.describe()));
                        judged.slow.extend(told);
                        continue;
                    }
                }
                let select = binding.select.as_deref();
                match frames.iter_mut().find(|(other, _)| *other == select) {
                    Some((_, ids)) => ids.push(binding.id),
                    None => frames.push((select, vec![binding.id])),
                }
            }
            let members = candidate.group.members.iter();
            let members = members.filter(|member| match candidate.sight {
                Sight::All => true,
                Sight::Asked { look, key } => self.looks.shows(answers, look, key, member.person),
            });
            let channels: Arc<[_]> = members.map(|member| member.channel).collect();
            if channels.is_empty() {
                continue;
            }
            for (select, ids) in frames {
                let view = View {
                    table: &candidate.table,
                    grant: &candidate.grant,
                    select,
                    fault: candidate.fault,
                    committed: candidate.committed,
                };
                judged.deliveries.push(Delivery {
                    channels: channels.clone(),
                    ids,
                    data: payloads.get(candidate.row, &view),
                });
            }
        }
        judged
    }
}

/// Whether a binding's filter lets a row pass.
fn passes(binding: &Binding, row: &Row, table: &Table) -> Verdict {
    let seen = |name: &str| {
        let mut columns = row.relation.columns.iter();
        let at = columns.position(|column| column.name == name)?;
        let datum = row.judged().get(at)?;
        datum.is_known().then(|| filter::Seen {
            text: datum.text(),
            typname: &table.types[at].name,
            cast: &table.types[at].cast,
        })
    };
    let filter = binding.filter.as_ref();
    filter.map_or(Verdict::Known(true), |filter| filter.judge(seen))
}

//! The laws of optimistic writes, held against a naive model under random histories.

use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;
use serde_json::json;
use wire::Timestamp;

use super::{
    erased::{Key, fields},
    outgoing::{Accepted, Step},
    overlay::{Mutation, Op},
    replica::{Replica, Source},
};
use crate::{Entry, Rejection, Rev, Standing, Table, WriteId};

mod cards;

use cards::{Card, CardKey, CardPatch};

/// What may happen to the one table; keys are few, so that histories meet.
#[derive(Debug, Clone)]
enum Happening {
    /// Somebody else wrote; the stream or a fetch says so, perhaps late.
    Arrives {
        id: u8,
        front: u8,
        back: u8,
        late: bool,
        streamed: bool,
    },
    Edit {
        id: u8,
        front: bool,
        value: u8,
    },
    /// The server answers the oldest write: yes or no.
    Answer {
        yes: bool,
    },
    /// The last accepted row comes again over the stream.
    Echo,
}

fn happening() -> impl Strategy<Value = Happening> {
    let id = 0..3_u8;
    let value = 0..4_u8;
    prop_oneof![
        3 => (id.clone(), value.clone(), value.clone(), any::<bool>(), any::<bool>()).prop_map(
            |(id, front, back, late, streamed)| Happening::Arrives { id, front, back, late, streamed }
        ),
        3 => (id, any::<bool>(), value).prop_map(|(id, front, value)| Happening::Edit { id, front, value }),
        2 => any::<bool>().prop_map(|yes| Happening::Answer { yes }),
        1 => Just(Happening::Echo),
    ]
}

/// The server's rows and this person's unanswered edits, oldest first; nothing clever.
#[derive(Default)]
struct Model {
    server: BTreeMap<u8, Card>,
    edits: Vec<(WriteId, u8, CardPatch)>,
    rev: i64,
    echo: Option<Card>,
}

impl Model {
    fn shown(&self, id: u8) -> Option<Card> {
        let mut card = self.server.get(&id)?.clone();
        for (_, _, patch) in self.edits.iter().filter(|(_, of, _)| *of == id) {
            card.apply(patch);
        }
        Some(card)
    }
}

fn live(history: &[Happening]) {
    let mut replica = Replica::of::<Card>();
    let mut model = Model::default();
    let mut highest: BTreeMap<u8, Rev> = BTreeMap::new();
    for (number, happening) in history.iter().enumerate() {
        take(&mut replica, &mut model, number as u64, happening);
        for id in 0..3 {
            let shown = shown(&replica, id);
            // Rebase and clean rollback: what is shown is the server's row and the unanswered edits on it.
            let row = shown.as_ref().map(|entry| Card::clone(&entry.row));
            assert_eq!(row, model.shown(id), "{happening:?}");
            let pending = model.edits.iter().any(|(_, of, _)| *of == id);
            if let Some(entry) = shown {
                let standing = if pending {
                    Standing::Pending
                } else {
                    Standing::Confirmed
                };
                assert_eq!(entry.standing, standing);
                // No step back.
                let before = highest.insert(id, entry.row.rev).unwrap_or_default();
                assert!(before <= entry.row.rev);
            }
        }
    }
}

fn take(replica: &mut Replica, model: &mut Model, number: u64, happening: &Happening) {
    match happening.clone() {
        Happening::Arrives {
            id,
            front,
            back,
            late,
            streamed,
        } => {
            let source = if streamed {
                Source::Stream
            } else {
                Source::Rest { step: number }
            };
            let old = model.server.get(&id).map_or(0, |card| card.rev.0);
            if late && old > 0 {
                // An older version on a detour changes nothing.
                let rev = Rev(old - 1);
                let card = Card {
                    id,
                    front,
                    back,
                    rev,
                };
                replica.confirm(Arc::new(card), source);
            } else {
                model.rev += 1;
                let card = Card {
                    id,
                    front,
                    back,
                    rev: Rev(model.rev),
                };
                model.server.insert(id, card.clone());
                replica.confirm(Arc::new(card), source);
            }
        }
        Happening::Edit { id, front, value } => {
            let patch = CardPatch {
                front: front.then_some(value),
                back: (!front).then_some(value),
            };
            let Some(Entry { row: seen, .. }) = shown(replica, id) else {
                return;
            };
            let Some(op) = replica.edit(fields(&*seen), fields(&patch)) else {
                return;
            };
            let id = WriteId { engine: 1, number };
            replica.write(&Key::of(&seen.key()), write(id, op));
            model.edits.push((id, seen.id, patch));
        }
        Happening::Answer { yes } => {
            if model.edits.is_empty() {
                return;
            }
            let (id, of, patch) = model.edits.remove(0);
            match replica.step(id) {
                Step::Send { .. } if yes => {
                    model.rev += 1;
                    let card = model
                        .server
                        .get_mut(&of)
                        .expect("edited rows are never deleted here");
                    card.apply(&patch);
                    card.rev = Rev(model.rev);
                    let body = json!([card]).to_string();
                    assert_eq!(replica.accept(id, &body, number), Accepted::Confirmed);
                    model.echo = Some(card.clone());
                }
                Step::Send { .. } | Step::Refuse(_) => {
                    replica.fail(id, no());
                    replica.withdraw(&key(of), |write| write.id == id);
                }
                Step::Forget => replica.forget(id),
                Step::Look => panic!("the row is held"),
            }
        }
        Happening::Echo => {
            let Some(card) = model.echo.take() else {
                return;
            };
            replica.take_changes();
            replica.confirm(Arc::new(card), Source::Stream);
            // No flicker between answer and echo.
            assert!(replica.take_changes().typed::<Card>().is_empty());
        }
    }
}

fn key(id: u8) -> Key {
    Key::of(&CardKey { id })
}

fn shown(replica: &Replica, id: u8) -> Option<Entry<Card>> {
    replica.shown(&key(id)).cloned().map(Entry::from)
}

fn write(id: WriteId, op: Op) -> Mutation {
    Mutation::new(id, id.number, Timestamp(0), op)
}

fn no() -> Rejection {
    Rejection {
        code: "23514".to_owned(),
        constraint: None,
        message: String::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn optimistic_writes_keep_their_laws(history in prop::collection::vec(happening(), 1..40)) {
        live(&history);
    }

    #[test]
    fn a_kept_write_is_read_back_as_it_was(front in any::<u8>(), back in any::<u8>(), place in any::<u64>()) {
        let seen = Card { id: 1, front, back, rev: Rev(1) };
        let patch = CardPatch { front: Some(front.wrapping_add(1)), back: Some(back) };
        let mut first = Replica::of::<Card>();
        let op = first.edit(fields(&seen), fields(&patch)).expect("the front differs");
        let id = WriteId { engine: 7, number: place };
        first.write(&Key::of(&seen.key()), Mutation { place, attempted: true, ..write(id, op) });
        let text = first.save(id).expect("it is there");
        let mut second = Replica::of::<Card>();
        prop_assert_eq!(Replica::restore(&mut second, id, &text), Some(true));
        prop_assert_eq!(second.save(id), Some(text));
        prop_assert_eq!(Replica::restore(&mut Replica::of::<Card>(), id, "{}"), None);
    }
}

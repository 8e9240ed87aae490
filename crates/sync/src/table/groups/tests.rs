use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use wire::Timestamp;

use super::{Groups, Step};
use crate::{
    Keys, Rev, Table,
    table::erased::{Key, Row},
};

/// A card on a board: it belongs to a column and has a place there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Card {
    id: u8,
    column: u8,
    place: u8,
}

impl Table for Card {
    const NAME: &'static str = "cards";
    const KEYS: Keys = Keys::Fresh;
    type Key = u8;
    type Group = u8;
    type Rank = u8;
    type Draft = ();
    type Patch = ();

    fn key(&self) -> u8 {
        self.id
    }
    fn rev(&self) -> Rev {
        Rev(0)
    }
    fn group(&self) -> u8 {
        self.column
    }
    fn rank(&self) -> u8 {
        self.place
    }
    fn draft_key((): &()) -> u8 {
        0
    }
    fn draft((): &(), _: Timestamp) -> Self {
        Self {
            id: 0,
            column: 0,
            place: 0,
        }
    }
    fn put(&mut self, (): &()) {}
    fn apply(&mut self, (): &()) {}
}

fn put(groups: &mut Groups, id: u8, card: Option<&Card>) {
    let row = card.map(|card| -> Row { Arc::new(card.clone()) });
    groups.place(&Key::of(&id), row.as_ref());
}

fn take_lists(groups: &mut Groups) -> Vec<(u8, Vec<Step<u8>>)> {
    let lists = groups.take_lists().into_iter().map(|(group, steps)| {
        let steps = steps.iter().map(Step::typed::<Card>);
        let group = group.typed().copied();
        (group.expect("columns are numbers"), steps.collect())
    });
    lists.collect()
}

/// What the naive way makes of the cards: sort them all.
fn sorted(cards: &BTreeMap<u8, Card>) -> BTreeMap<u8, Vec<u8>> {
    let mut all: Vec<_> = cards.values().collect();
    all.sort_by_key(|card| (card.place, card.id));
    let mut lists: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
    for card in all {
        lists.entry(card.column).or_default().push(card.id);
    }
    lists
}

#[test]
fn a_row_that_came_back_to_its_place_is_no_step() {
    let mut groups = Groups::default();
    let card = |place| Card {
        id: 1,
        column: 0,
        place,
    };
    put(&mut groups, 1, Some(&card(5)));
    let stand = Step::Stand {
        key: 1,
        before: None,
    };
    assert_eq!(take_lists(&mut groups), [(0, vec![stand])]);
    put(&mut groups, 1, Some(&card(6)));
    put(&mut groups, 1, Some(&card(5)));
    assert_eq!(take_lists(&mut groups), []);
    put(&mut groups, 1, None);
    assert_eq!(take_lists(&mut groups), [(0, vec![Step::Leave(1)])]);
}

proptest! {
    /// I6: whoever takes the steps has the sorted list, however many changes lie between two readings.
    #[test]
    fn steps_lead_to_what_sorting_gives(
        batches in prop::collection::vec(
            prop::collection::vec((0..24_u8, prop::option::of((0..3_u8, 0..12_u8))), 1..12),
            1..24,
        ),
    ) {
        let mut groups = Groups::default();
        let mut cards = BTreeMap::new();
        let mut told: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
        for batch in batches {
            for (id, place) in batch {
                let card = place.map(|(column, place)| Card { id, column, place });
                put(&mut groups, id, card.as_ref());
                match card {
                    Some(card) => cards.insert(id, card),
                    None => cards.remove(&id),
                };
            }
            for (column, steps) in take_lists(&mut groups) {
                let list = told.entry(column).or_default();
                for step in steps {
                    step.take(list);
                }
            }
            told.retain(|_, list| !list.is_empty());
            prop_assert_eq!(&told, &sorted(&cards));
            prop_assert_eq!(take_lists(&mut groups), []);
        }
    }
}

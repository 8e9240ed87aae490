//! What was decided on conflicts that are not settled yet.

use std::collections::HashMap;

use leptos::prelude::*;
use sync::WriteId;

use super::field::Decision;

/// What was decided so far, by write and column.
#[derive(Clone, Copy)]
pub struct Decisions {
    owner: StoredValue<Option<Owner>>,
    known: StoredValue<HashMap<(WriteId, String), Decision>>,
}

impl Decisions {
    /// Decisions that live as long as the current owner.
    #[must_use]
    pub fn new() -> Self {
        Self {
            owner: StoredValue::new(Owner::current()),
            known: StoredValue::new(HashMap::new()),
        }
    }

    /// The decision on one column; it outlives the dialog.
    #[must_use]
    pub fn of(self, id: WriteId, name: &str) -> Decision {
        let key = (id, name.to_owned());
        if let Some(known) = self.known.with_value(|known| known.get(&key).copied()) {
            return known;
        }
        let owner = self.owner.get_value();
        let decision = match owner {
            Some(owner) => owner.with(Decision::undecided),
            None => Decision::undecided(),
        };
        self.known.update_value(|known| {
            known.insert(key, decision);
        });
        decision
    }

    /// What was typed for the write and not saved.
    #[must_use]
    pub fn typed(self, id: WriteId) -> Vec<String> {
        self.known.with_value(|known| {
            let of_it = known.iter().filter(|((write, _), _)| *write == id);
            of_it.filter_map(|(_, decision)| decision.typed()).collect()
        })
    }
}

//! The writes of a replica as their person sees them.

use super::{
    erased::{Key, columns},
    merge::clashes,
    overlay::{Mutation, Op},
    replica::Replica,
};
use crate::{Conflict, Queued, QueuedState, Rejection, WriteId};

impl Replica {
    /// All writes with their places; `flying` is the one whose request is under way.
    pub(crate) fn queued(&self, flying: Option<WriteId>) -> Vec<(u64, Queued)> {
        let rows = self.writes.iter().flat_map(|(key, writes)| {
            writes.iter().map(move |write| {
                let queued = Queued {
                    id: write.id,
                    table: self.kind.name(),
                    key: key.as_str().to_owned(),
                    verb: write.op.verb(),
                    columns: write.op.columns(),
                    at: write.at,
                    state: self.state(key, write, flying),
                };
                (write.place, queued)
            })
        });
        rows.collect()
    }

    fn state(&self, key: &Key, write: &Mutation, flying: Option<WriteId>) -> QueuedState {
        match &write.failed {
            Some(rejection) if rejection.code == "conflict" => {
                self.conflict(key, &write.op, rejection)
            }
            Some(rejection) => QueuedState::Refused(rejection.clone()),
            None if flying == Some(write.id) => QueuedState::Sending,
            None => QueuedState::Waiting,
        }
    }

    /// Both sides as they are now; what was a conflict may have become another, or none.
    fn conflict(&self, key: &Key, op: &Op, rejection: &Rejection) -> QueuedState {
        let gone = || {
            QueuedState::Refused(Rejection {
                code: "gone".to_owned(),
                constraint: None,
                message: "The entry was deleted meanwhile.".to_owned(),
            })
        };
        match (self.base(key), op) {
            // Restored before anything was loaded: whether it is gone cannot be known yet.
            (None, _) if !self.extent.loaded => QueuedState::Refused(rejection.clone()),
            (None, _) => gone(),
            (Some(base), Op::Update { patch, from }) => QueuedState::Conflict(Conflict {
                rev: base.rev(),
                columns: clashes(&columns(&base.text()), patch.clone(), from),
            }),
            (Some(_), Op::Insert { .. } | Op::Put { .. } | Op::Delete) => {
                QueuedState::Refused(rejection.clone())
            }
        }
    }
}

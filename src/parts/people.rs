//! Finding a member among all of them by a part of the name.

use std::sync::Arc;

use model::{Id, User};

use crate::live::LiveTable;

/// Everybody whom `wanted` names, the best fit first; all, by name, when nothing is wanted. Whoever reads
/// this is told when members come, go or change their names.
#[must_use]
pub fn find(wanted: &str) -> Arc<[Id]> {
    let users = LiveTable::<User>::here();
    let wanted = wanted.trim().trim_start_matches('@').to_lowercase();
    users.list(&()).with(|list| {
        if wanted.is_empty() {
            return list.iter().collect();
        }
        let fits = |key: Id| Some((users.entry(key)?.row.fits(&wanted)?, key));
        let mut found: Vec<_> = list.iter().filter_map(fits).collect();
        // Stable: those that fit alike stay in the order of their names.
        found.sort_by_key(|(fit, _)| *fit);
        found.into_iter().map(|(_, key)| key).collect()
    })
}

//! Three-way merge by column: what both saw before, what one wrote, what the server has. On JSON, because
//! code that knows the row's type would be made anew for each table.

use serde_json::{Map, Value};

use crate::{Conflict, ConflictColumn, in_order};

/// Columns by name.
pub(crate) type Columns = Map<String, Value>;

/// What `new` changes of `old`, and from what.
pub(super) fn changed(mut old: Columns, new: Columns) -> (Columns, Columns) {
    let (mut to, mut from) = (Columns::new(), Columns::new());
    for (column, value) in new {
        let before = old.remove(&column).unwrap_or(Value::Null);
        if value != before {
            from.insert(column.clone(), before);
            to.insert(column, value);
        }
    }
    (to, from)
}

/// The columns in which mine and the row as it is now are both new, and differ.
pub(super) fn clashes(now: &Columns, mine: Columns, from: &Columns) -> Vec<ConflictColumn> {
    let of = |columns: &Columns, name: &str| columns.get(name).cloned().unwrap_or(Value::Null);
    let columns = mine.into_iter().filter_map(|(name, mine)| {
        let (before, theirs) = (of(from, &name), of(now, &name));
        (theirs != before && theirs != mine).then_some(ConflictColumn {
            name,
            before,
            mine,
            theirs,
        })
    });
    in_order(columns.collect(), |one, other| one.name.cmp(&other.name))
}

/// What is left to write, and from what, once the person has decided on `columns` for the conflict as they
/// have `seen` it. `None` when it is another conflict by now.
pub(super) fn settled(
    now: &Columns,
    mut mine: Columns,
    mut from: Columns,
    seen: &Conflict,
    columns: Columns,
) -> Option<(Columns, Columns)> {
    let clashes = clashes(now, mine.clone(), &from);
    for column in &clashes {
        let mut seen = seen.columns.iter();
        seen.find(|seen| seen.name == column.name && seen.theirs == column.theirs)?;
    }
    for column in clashes {
        mine.remove(&column.name);
        from.remove(&column.name);
    }
    for (name, value) in columns {
        let before = now.get(&name).cloned().unwrap_or(Value::Null);
        from.insert(name.clone(), before);
        mine.insert(name, value);
    }
    mine.retain(|name, value| now.get(name) != Some(value));
    from.retain(|name, _| mine.contains_key(name));
    Some((mine, from))
}

/// Replaces in `from` what an earlier write of ours had `written` by what there is `now`; says whether it
/// did.
pub(super) fn rebase(from: &mut Columns, written: &Columns, now: &Columns) -> bool {
    let mut rebased = false;
    for (column, value) in from.iter_mut() {
        if written.get(column) == Some(value)
            && let Some(now) = now.get(column)
            && now != value
        {
            *value = now.clone();
            rebased = true;
        }
    }
    rebased
}

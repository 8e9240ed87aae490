//! Parts of a view that are drawn when what stands around them is on the screen.

use leptos::prelude::*;

use crate::{
    driver::{frame::NextFrame, lull::Lull},
    parts::show::Show,
};

/// Draws the children with the next frame but one: whoever opened what they stand in sees it before all of it is
/// made. The style sheet keeps their room.
#[component]
pub fn Later(children: ChildrenFn) -> AnyView {
    let due = RwSignal::new(false);
    let turn = NextFrame::new(move || {
        let _ = due.try_set(true);
    });
    let turn = StoredValue::new_local(turn);
    on_cleanup(move || turn.dispose());
    let when = move || due.get();
    view! { <div class="later"><Show when>{children()}</Show></div> }.into_any()
}

/// Whether the page has come to rest since the current owner asked: what cannot be seen at once is drawn then, and not
/// at all in what is gone by that time.
#[must_use]
pub fn at_rest() -> RwSignal<bool> {
    let due = RwSignal::new(false);
    let lull = Lull::new(move || {
        let _ = due.try_set(true);
    });
    let lull = StoredValue::new_local(lull);
    on_cleanup(move || lull.dispose());
    due
}

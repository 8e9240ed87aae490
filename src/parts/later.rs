//! A part of a view that is drawn when what stands around it is on the screen.

use leptos::prelude::*;

use crate::{driver::frame::NextFrame, parts::show::Show};

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

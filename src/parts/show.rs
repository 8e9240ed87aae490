//! A part of a view that is shown only while a condition holds.
//!
//! It does what the framework's own does; but that one is compiled anew, with more than a kilobyte, for
//! each condition and each content. Here both are behind a pointer, and one copy serves all.

use leptos::prelude::*;

/// What decides.
pub struct When(Box<dyn Fn() -> bool + Send + Sync>);

impl<F: Fn() -> bool + Send + Sync + 'static> From<F> for When {
    fn from(holds: F) -> Self {
        Self(Box::new(holds))
    }
}

/// Shows the children while `when` holds, else the fallback.
#[component]
pub fn Show(
    #[prop(into)] when: When,
    #[prop(optional, into)] fallback: ViewFn,
    children: ChildrenFn,
) -> AnyView {
    let holds = ArcMemo::new(move |_| (when.0)());
    let view = move || {
        if holds.get() {
            children()
        } else {
            fallback.run()
        }
    };
    view.into_any()
}

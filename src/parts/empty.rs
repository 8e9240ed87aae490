//! What stands where nothing is yet.

use leptos::prelude::*;

/// One sentence in the house's voice and, as children, what one can do.
#[component]
pub fn Empty(
    /// The sentence.
    words: &'static str,
    /// At most one action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty__words">{words}</p>
            {children.map(|children| children())}
        </div>
    }
}

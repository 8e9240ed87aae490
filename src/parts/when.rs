//! A point in time, short to read and exact on demand.

use leptos::prelude::*;
use wire::Timestamp;

use crate::format::{Shape, show};

/// The time in `shape`; the full date shows on hover.
#[component]
pub fn When(
    #[prop(into)] at: Signal<Timestamp>,
    #[prop(into)] shape: Signal<Shape>,
) -> impl IntoView {
    view! {
        <time
            class="when"
            datetime=move || at.get().to_string()
            title=move || show(at.get(), Shape::Full)
        >
            {move || show(at.get(), shape.get())}
        </time>
    }
}

//! A window over the page, by the browser's own `<dialog>`.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// Opens when it is made; `on_close` runs when the person leaves it by Escape or its button.
#[component]
pub fn Dialog(
    /// Its name, and the heading that shows it.
    title: &'static str,
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get()
            && dialog.is_connected()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    // Whoever opened it goes on where they were.
    let before = StoredValue::new_local(document().active_element());
    on_cleanup(move || {
        let before = before.try_get_value().flatten();
        request_animation_frame(move || {
            if let Some(before) =
                before.and_then(|before| before.dyn_into::<web_sys::HtmlElement>().ok())
            {
                let _ = before.focus();
            }
        });
    });
    view! {
        <dialog class="dialog" node_ref=node aria-label=title on:close=move |_| on_close.run(())>
            <h2 class="dialog__title">{title}</h2>
            {children()}
            // Last, so that the focus begins at what the dialog is about.
            <button
                type="button"
                class="button dialog__close"
                data-kind="quiet"
                on:click=move |_| on_close.run(())
            >
                "Close"
            </button>
        </dialog>
    }
}

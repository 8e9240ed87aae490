//! A window over the page, by the browser's own `<dialog>`.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use crate::parts::{shell::focus_page, show::Show};

/// Opens when it is made; `on_close` runs when the person leaves it by Escape or its button, and only after
/// a question while `unsaved` says that something typed would be lost.
#[component]
pub fn Dialog(
    /// Its name, and the heading that shows it.
    title: &'static str,
    on_close: Callback<()>,
    /// Whether leaving loses what was typed.
    #[prop(optional, into)]
    unsaved: Signal<bool>,
    /// `wide` for what is compared side by side.
    #[prop(default = "plain")]
    kind: &'static str,
    children: Children,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let stay = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(stay) = stay.get() {
            let _ = stay.focus();
        }
    });
    let leave = move || {
        if unsaved.get_untracked() {
            asking.set(true);
        } else {
            on_close.run(());
        }
    };
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
            let before = before.filter(|before| before.is_connected());
            match before.and_then(|before| before.dyn_into::<web_sys::HtmlElement>().ok()) {
                Some(before) => drop(before.focus()),
                None => focus_page(),
            }
        });
    });
    view! {
        <dialog
            class="dialog"
            data-kind=kind
            node_ref=node
            aria-label=title
            on:keydown=move |event| {
                // Prevented here, it is no request to close; a second one could not be prevented later.
                if event.key() == "Escape" && !event.default_prevented() && !event.is_composing() {
                    event.prevent_default();
                    leave();
                }
            }
            on:cancel=move |event: web_sys::Event| {
                if unsaved.get_untracked() {
                    event.prevent_default();
                    leave();
                }
            }
            on:close=move |_| on_close.run(())
        >
            <h2 class="dialog__title">{title}</h2>
            {children()}
            <Show when=move || asking.get()>
                <p class="dialog__question" role="alert">
                    <span>"Close and drop what you have changed?"</span>
                    <button type="button" class="button" data-kind="danger" on:click=move |_| on_close.run(())>
                        "Drop"
                    </button>
                    <button type="button" class="button" node_ref=stay on:click=move |_| asking.set(false)>
                        "Go on"
                    </button>
                </p>
            </Show>
            // Last, so that the focus begins at what the dialog is about.
            <button type="button" class="button dialog__close" data-kind="quiet" on:click=move |_| leave()>
                "Close"
            </button>
        </dialog>
    }
}

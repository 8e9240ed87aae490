//! Text that its writer can take along, whatever becomes of the page.

use js_sys::{Function, Promise, Reflect};
use leptos::{html::Textarea, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::parts::show::Show;

/// `Copy text`, or another verb; where the browser does not let us, the text itself, to be copied by hand.
#[component]
pub fn CopyText(text: String, #[prop(default = "Copy text")] verb: &'static str) -> impl IntoView {
    let copied = RwSignal::new(None::<bool>);
    let text = StoredValue::new(text);
    let field = NodeRef::<Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
            field.select();
        }
    });
    let copy = move |_| {
        spawn_local(async move {
            let done = to_clipboard(&text.get_value()).await;
            let _ = copied.try_set(Some(done));
        });
    };
    view! {
        <button type="button" class="button" data-kind="quiet" on:click=copy>
            {move || if copied.get() == Some(true) { "Copied" } else { verb }}
        </button>
        <Show when=move || copied.get() == Some(false)>
            <textarea
                class="field__control copy__text"
                readonly
                rows="3"
                aria-label="Text to copy"
                node_ref=field
                prop:value=text.get_value()
            ></textarea>
        </Show>
    }
}

async fn to_clipboard(text: &str) -> bool {
    let Some(asked) = ask(text) else {
        return false;
    };
    JsFuture::from(asked).await.is_ok()
}

/// Pages that came over plain HTTP have no clipboard.
fn ask(text: &str) -> Option<Promise> {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).ok()?;
    let write = Reflect::get(&clipboard, &"writeText".into()).ok()?;
    let write: Function = write.dyn_into().ok()?;
    let asked: JsValue = write.call1(&clipboard, &text.into()).ok()?;
    asked.dyn_into().ok()
}

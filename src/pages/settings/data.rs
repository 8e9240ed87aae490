//! All that the tavern knows of one, to take along.

use std::time::Duration;

use js_sys::Array;
use leptos::{html::Button, prelude::*};
use sync::Method;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::{
    live::writer::Writer,
    parts::opened::{Deed, on_deed},
};

/// The button, and what came of it.
#[component]
pub fn Data() -> impl IntoView {
    let writer = Writer::here();
    let news = RwSignal::new("");
    let button = NodeRef::<Button>::new();
    let press = move || {
        news.set("Gathering …");
        let path = "/rest/v1/rpc/export_my_data".to_owned();
        writer.ask(Method::Post, path, Some("{}".to_owned()), move |answer| {
            let body = answer.filter(|answer| answer.status == 200);
            let saved = body.and_then(|answer| save(&answer.body));
            let _ = news.try_set(match saved {
                Some(()) => "Saved as tavern.json.",
                None => "It did not arrive. Try again in a moment.",
            });
        });
    };
    on_deed(Deed::Export, move || {
        press();
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    });
    view! {
        <p class="settings__row">
            <button type="button" class="button" node_ref=button on:click=move |_| press()>"Download my data"</button>
            <span class="quiet" role="status">{news}</span>
        </p>
        <p class="quiet">
            "Your account, profile, settings, events, answers, messages and reactions, as JSON."
        </p>
    }
}

/// Hands the text to the browser as a file.
fn save(text: &str) -> Option<()> {
    let kind = BlobPropertyBag::new();
    kind.set_type("application/json");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let link: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&address);
    link.set_download("tavern.json");
    link.click();
    // Some browsers begin to read only after they have asked where to put it.
    set_timeout(
        move || drop(Url::revoke_object_url(&address)),
        Duration::from_secs(60),
    );
    Some(())
}

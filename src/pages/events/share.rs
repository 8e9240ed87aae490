//! Taking an event along: into a calendar, or to somebody else.

use js_sys::encode_uri_component;
use leptos::prelude::*;
use model::{Event, event::calendar};
use sync::Entry;
use uuid::Uuid;

use crate::{format, parts::copy::CopyText, route::Route};

/// `Add to calendar` and `Copy link`.
#[component]
pub fn Share(row: Signal<Option<Entry<Event>>>) -> impl IntoView {
    let file = move || {
        row.with(|entry| {
            let event = &entry.as_ref()?.row;
            let offset = format::zone::known_offset(&event.time_zone);
            let file = calendar::file(event, &link(event.id), format::now(), offset);
            let file = String::from(encode_uri_component(&file));
            Some(["data:text/calendar;charset=utf-8,", &file].concat())
        })
    };
    let id = row.with_untracked(|entry| entry.as_ref().map_or(Uuid::nil(), |entry| entry.row.id));
    view! {
        <div class="event__actions" data-share="true">
            <a class="button" data-kind="quiet" href=file download="event.ics">"Add to calendar"</a>
            <CopyText text=link(id) verb="Copy link"/>
        </div>
    }
}

/// The address at which anybody who is signed in sees the event; whoever is not signs in there first.
fn link(id: Uuid) -> String {
    let here = window().location().href().unwrap_or_default();
    let page = here.split('#').next().unwrap_or_default();
    [page, &Route::Event(id).href()].concat()
}

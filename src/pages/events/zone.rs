//! In which time zone an event is planned, and which of two equal readings of its clocks is meant.

use leptos::prelude::*;
use model::event::EventDraft;

use crate::{
    format::{
        self, Shape, show,
        zone::{place, zones},
    },
    pages::events::form::{EventForm, FieldProblem, comes_twice},
    parts::show::Show,
};

/// The field `Time zone`; when it is another than the reader's, with the reader's own time.
#[component]
pub fn ZoneField(
    form: EventForm,
    draft: Memo<Result<EventDraft, Vec<FieldProblem>>>,
) -> impl IntoView {
    let used = form.zone.get_untracked();
    // Hundreds, of which one is seen: the others come when the dialog has been painted.
    let all = RwSignal::new(false);
    request_animation_frame(move || {
        request_animation_frame(move || {
            let _ = all.try_set(true);
        });
    });
    let options = move || {
        let offered = if all.get() {
            zones(&used)
        } else {
            vec![used.clone()]
        };
        let options = offered.into_iter().map(|zone| {
            let selected = zone == used;
            let name = zone.replace('_', " ");
            view! { <option value=zone selected=selected>{name}</option> }.into_any()
        });
        options.collect::<Vec<_>>()
    };
    let here = format::zone();
    let note = move || {
        if form.zone.with(|zone| *zone == here) {
            return String::new();
        }
        let start = draft.with(|draft| draft.as_ref().ok().map(|draft| draft.starts_at));
        let there = [
            "Times are those of ",
            &form.zone.with(|zone| place(zone)),
            ".",
        ]
        .concat();
        match start {
            Some(start) => [
                &there,
                " For you it starts ",
                &show(start, Shape::Short),
                ".",
            ]
            .concat(),
            None => there,
        }
    };
    view! {
        <div class="field">
            <label class="field__label" for="event-zone">"Time zone"</label>
            <select
                id="event-zone"
                class="field__control"
                aria-describedby="event-zone-note"
                on:change=move |event| form.zone.set(event_target_value(&event))
            >
                {options}
            </select>
            <p class="field__note" id="event-zone-note" role="status">{note}</p>
        </div>
    }
}

/// Asks which one is meant when clocks are put back past the time that was typed.
#[component]
pub fn Twice(
    typed: RwSignal<String>,
    zone: RwSignal<String>,
    later: RwSignal<bool>,
    what: &'static str,
) -> impl IntoView {
    let twice = Memo::new(move |_| typed.with(|typed| zone.with(|zone| comes_twice(typed, zone))));
    view! {
        <Show when=move || twice.get()>
            <label class="field__choice">
                <input
                    type="checkbox"
                    prop:checked=move || later.get()
                    on:change=move |event| later.set(event_target_checked(&event))
                />
                "Clocks are put back that night and show the "
                {what}
                " twice: the second time is meant."
            </label>
        </Show>
    }
}

//! The dialog in which an event is announced or changed.

use leptos::prelude::*;
use model::{Event, Id, event::EventPatch};
use uuid::Uuid;

use crate::{
    live::{LiveTable, connection::Me, writer::Writer},
    pages::events::{
        form::EventForm,
        zone::{Twice, ZoneField},
    },
    parts::{
        confirm::Delete,
        copy::CopyText,
        dialog::Dialog,
        field::{Field, Kind, focus_first_bad},
        later::Later,
        show::Show,
    },
};

/// `New event`, or `Edit event` when the form was filled with one.
#[component]
pub fn EventDialog(form: EventForm, on_close: Callback<()>) -> impl IntoView {
    let Me(me) = expect_context();
    let writer = Writer::here();
    let events = LiveTable::<Event>::here();
    let old = form.old.get_value();
    let id = old.as_ref().map_or_else(|| writer.new_id(), |old| old.id);
    let draft = Memo::new(move |_| form.draft(id, me));
    let problem = move |field: &'static str| {
        Signal::derive(move || {
            let find = |problems: &Vec<(_, String)>| {
                problems
                    .iter()
                    .find(|(name, _)| *name == field)
                    .map(|(_, words)| words.clone())
            };
            if !form.tried.get() {
                return None;
            }
            draft.with(|draft| draft.as_ref().err().and_then(find))
        })
    };
    let title = if old.is_some() {
        "Edit event"
    } else {
        "New event"
    };
    let changed = changed_meanwhile(old.clone(), events);
    let left = untrack(|| form.is_begun()).then_some("As you left it, not saved yet.");
    let is_new = old.is_none();
    let discard = Callback::new(move |()| {
        form.clear();
        on_close.run(());
    });
    let gone = {
        let row = old.as_ref().map(|old| events.row(Id::from(old.id)));
        Memo::new(move |_| row.as_ref().is_some_and(|row| row.with(Option::is_none)))
    };
    // What is announced stays in its form when the dialog is closed; what is changed does not.
    let unsaved = {
        let old = old.clone();
        Memo::new(move |_| {
            old.as_ref().is_some_and(|old| {
                draft.with(|draft| match draft {
                    Ok(draft) => !EventPatch::between(old, draft).is_empty(),
                    Err(_) => true,
                })
            })
        })
    };
    let written = move || {
        let texts = [form.title, form.location, form.description].map(|field| field.get());
        let texts: Vec<_> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        texts.join("\n\n")
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if gone.get_untracked() {
            return;
        }
        form.tried.set(true);
        let Ok(draft) = draft.get_untracked() else {
            focus_first_bad(&event_target(&event));
            return;
        };
        match &old {
            // Only what this form changed is sent: what others changed meanwhile stays, and what both
            // changed is a conflict.
            Some(old) => writer.update_since::<Event>(old, EventPatch::between(old, &draft)),
            None => {
                writer.insert::<Event>(draft);
                form.clear();
            }
        }
        on_close.run(());
    };
    view! {
        <Dialog title on_close unsaved>
            <form class="form" novalidate on:submit=save>
                <p class="form__note" role="status">{move || changed().or(left)}</p>
                <Field id="event-title" label="Title" value=form.title problem=problem("title")/>
                <Field
                    id="event-description"
                    label="Description"
                    kind=Kind::Area
                    value=form.description
                    problem=problem("description")
                />
                <Field id="event-location" label="Location" value=form.location problem=problem("location")/>
                <Later>
                    <div class="form__pair">
                        <Field
                            id="event-starts"
                            label="Starts"
                            kind=Kind::Input("datetime-local")
                            value=form.starts
                            problem=problem("starts_at")
                        />
                        <Field
                            id="event-ends"
                            label="Ends"
                            kind=Kind::Input("datetime-local")
                            value=form.ends
                            problem=problem("ends_at")
                            hint="May stay open."
                            unfinished=form.ends_unfinished
                        />
                    </div>
                    <Twice typed=form.starts zone=form.zone later=form.starts_later what="start"/>
                    <Twice typed=form.ends zone=form.zone later=form.ends_later what="end"/>
                    <ZoneField form draft/>
                    <div class="form__pair">
                        <Field
                            id="event-capacity"
                            label="Capacity"
                            value=form.capacity
                            problem=problem("capacity")
                            hint="Seats; empty for no limit."
                        />
                        <Field
                            id="event-guests"
                            label="Guests each"
                            value=form.guests
                            problem=problem("guest_limit")
                            hint="May people bring others? Each takes a seat."
                        />
                    </div>
                </Later>
                <div class="form__actions">
                    <button type="submit" class="button" data-kind="primary" disabled=gone>"Save"</button>
                    <Show when=move || gone.get()><CopyText text=written()/></Show>
                    <button type="button" class="button" on:click=move |_| on_close.run(())>"Cancel"</button>
                    <Show when=move || is_new && form.is_begun()>
                        <Delete verb="Discard" question="Discard what you have typed?" on_sure=discard/>
                    </Show>
                </div>
            </form>
        </Dialog>
    }
}

/// Words that appear when the event was changed or deleted while its form was open.
fn changed_meanwhile(
    old: Option<Event>,
    events: LiveTable<Event>,
) -> impl Fn() -> Option<&'static str> {
    let id: Option<Uuid> = old.as_ref().map(|old| old.id);
    let row = id.map(|id| events.row(Id::from(id)));
    move || {
        let (row, old) = (row.as_ref()?, old.as_ref()?);
        row.with(|entry| match entry {
            None => Some(
                "This event was deleted meanwhile. It can no longer be saved; its text can be taken along.",
            ),
            Some(entry) if EventPatch::between(&entry.row, &as_draft(old)).is_empty() => None,
            Some(_) => {
                Some("Changed elsewhere meanwhile. Saving asks you where both changed the same.")
            }
        })
    }
}

fn as_draft(event: &Event) -> model::event::EventDraft {
    let Event {
        id,
        host_id,
        title,
        description,
        location,
        starts_at,
        ends_at,
        time_zone,
        capacity,
        guest_limit,
        ..
    } = event.clone();
    model::event::EventDraft {
        id,
        host_id,
        title,
        description,
        location,
        starts_at,
        ends_at,
        time_zone,
        capacity,
        guest_limit,
    }
}

//! The one event that is being edited; its dialog outlives the card that opened it.

use leptos::prelude::*;
use model::Event;

use crate::pages::events::{dialog::EventDialog, form::EventForm};

use crate::parts::show::Show;

/// Opens the dialog for one event; found in context below [`provide`].
#[derive(Clone, Copy)]
pub struct EventEditor {
    form: EventForm,
    open: RwSignal<bool>,
}

impl EventEditor {
    /// Edits `event` as it is now.
    pub fn open(self, event: &Event) {
        self.form.fill(event);
        self.open.set(true);
    }
}

/// Provides the editor to the cards of a page.
pub fn provide() -> EventEditor {
    let editor = EventEditor {
        form: EventForm::blank(),
        open: RwSignal::new(false),
    };
    provide_context(editor);
    editor
}

/// The dialog, while an event is being edited.
#[component]
pub fn EditedEvent(editor: EventEditor) -> impl IntoView {
    let EventEditor { form, open } = editor;
    view! {
        <Show when=move || open.get()>
            <EventDialog form on_close=Callback::new(move |()| open.set(false))/>
        </Show>
    }
}

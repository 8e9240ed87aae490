//! The one event that is being edited; its dialog outlives the card that opened it.

use leptos::prelude::*;
use model::Event;
use uuid::Uuid;

use crate::{
    live::connection::Me,
    pages::events::{
        dialog::EventDialog,
        form::{EventForm, kept::forget_gone},
    },
    parts::show::Show,
};

/// Opens the dialog for one event; found in context below [`provide`].
#[derive(Clone, Copy)]
pub struct EventEditor {
    form: EventForm,
    me: Uuid,
    open: RwSignal<bool>,
}

impl EventEditor {
    /// Edits `event` as it is now.
    pub fn open(self, event: &Event) {
        self.form.fill(event);
        self.form.resume(self.me, Some(event));
        self.open.set(true);
    }
}

/// Provides the editor to the cards of a page.
pub fn provide() -> EventEditor {
    let Me(me) = expect_context();
    let editor = EventEditor {
        form: EventForm::blank(),
        me,
        open: RwSignal::new(false),
    };
    provide_context(editor);
    forget_gone(me);
    editor
}

/// The dialog, while an event is being edited.
#[component]
pub fn EditedEvent(editor: EventEditor) -> impl IntoView {
    let EventEditor { form, open, .. } = editor;
    let close = Callback::new(move |()| {
        form.discard();
        open.set(false);
    });
    view! {
        <Show when=move || open.get()>
            <EventDialog form on_close=close/>
        </Show>
    }
}

//! A form that is sent as a whole: what is wrong is said at its field, and it is sent once.

use leptos::{html, prelude::*};

use crate::{account::Problem, parts::field::focus_first_bad};

/// What became of a form: whether it is under way, and why it was refused.
#[derive(Clone, Copy)]
pub struct Sending {
    problem: RwSignal<Option<Problem>>,
    busy: RwSignal<bool>,
    form: NodeRef<html::Form>,
}

impl Sending {
    /// Of a form that nobody has sent yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
            form: NodeRef::new(),
        }
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn at(self, field: &'static str) -> Signal<Option<String>> {
        self.told(Some(field))
    }

    /// The server has answered, or what was typed is not sent at all. The page may have moved on meanwhile.
    pub fn answered(self, refusal: Option<Problem>) {
        let _ = self.busy.try_set(false);
        let refused = refusal.is_some();
        let _ = self.problem.try_set(refusal);
        if refused && let Some(form) = self.form.try_get_untracked().flatten() {
            focus_first_bad(&form);
        }
    }

    fn told(self, field: Option<&'static str>) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.problem.with(|problem| {
                let problem = problem.as_ref()?;
                (problem.field == field).then(|| problem.text.clone())
            })
        })
    }
}

impl Default for Sending {
    fn default() -> Self {
        Self::new()
    }
}

/// The form; around its fields stand what is wrong with it as a whole and its buttons.
#[component]
pub fn Form(
    sending: Sending,
    /// Accessible name.
    label: &'static str,
    class: &'static str,
    /// What stands above all.
    head: AnyView,
    /// Sends what was typed, and has `answered` told; or says what is wrong with it.
    on_send: Callback<(), Result<(), Problem>>,
    /// On the button that sends.
    action: &'static str,
    /// Another way on, beside it.
    #[prop(optional)]
    beside: Option<AnyView>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if sending.busy.get_untracked() {
            return;
        }
        sending.busy.set(true);
        sending.problem.set(None);
        if let Err(wrong) = on_send.run(()) {
            sending.answered(Some(wrong));
        }
    };
    view! {
        <form class=class aria-label=label novalidate node_ref=sending.form on:submit=submit>
            {head}
            <p class="form__problem" role="alert">{sending.told(None)}</p>
            {children()}
            <div class="form__actions">
                <button
                    type="submit"
                    class="button"
                    data-kind="primary"
                    aria-busy=move || sending.busy.get().to_string()
                >
                    {action}
                </button>
                {beside}
            </div>
        </form>
    }
    .into_any()
}

//! One line of a conversation, in the tavern or in private.

use leptos::{html::Li, prelude::*};
use model::{Id, TavernMessage};
use sync::Standing;
use uuid::Uuid;
use wasm_bindgen::JsCast;
use wire::Timestamp;

use crate::{
    format::{Shape, same_day},
    parts::{
        avatar::Avatar,
        confirm::Delete,
        draft,
        failed::{Failed, standing_word},
        later::at_rest,
        message::editor::Editor,
        name::Name,
        prose::Prose,
        queue::{name_of_row, refused::Refused},
        show::Show,
        when::When,
    },
};

mod editor;
pub mod stray;

/// A silence after which the name is said again: ten minutes.
const PAUSE: i64 = 600_000_000;

/// Who spoke, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spoken {
    /// Author.
    pub by: Uuid,
    /// Time.
    pub at: Timestamp,
}

/// A text before and after it was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// As it was when the editor was opened.
    pub old: String,
    /// As it is to be.
    pub new: String,
}

/// What a person can do with a line of their own.
#[derive(Clone, Copy)]
pub struct Own {
    /// Changes the text; absent where lines cannot be edited.
    pub edit: Option<Callback<Edited>>,
    /// Takes the line back.
    pub delete: Callback<()>,
    /// Sends a refused line again.
    pub retry: Callback<()>,
    /// Gives a refused line up.
    pub discard: Callback<()>,
}

/// The line; `before` is what was said before it, so that a run of one author shows the name once.
#[component]
pub fn Message(
    id: Uuid,
    #[prop(into)] spoken: Signal<Spoken>,
    #[prop(into)] before: Signal<Option<Spoken>>,
    #[prop(into)] body: Signal<String>,
    /// A quiet word at the end: `edited`, `read`.
    #[prop(into)]
    mark: Signal<&'static str>,
    #[prop(into)] standing: Signal<Standing>,
    /// Absent for the lines of others.
    own: Option<Own>,
    /// The table of the line, to find what was refused of it.
    table: &'static str,
    /// What it answers, above its text.
    #[prop(optional_no_strip)]
    quote: Option<AnyView>,
    /// What everybody can do with the line.
    #[prop(optional, into)]
    tools: Option<ViewFn>,
    /// What stands below its text.
    #[prop(optional)]
    below: Option<AnyView>,
    /// Whether it is the first that is new to the person.
    #[prop(optional, into)]
    first_new: Signal<bool>,
    /// Whether it mentions the person.
    #[prop(optional, into)]
    calls_me: Signal<bool>,
) -> impl IntoView {
    let new_day = Memo::new(move |_| {
        before
            .get()
            .is_none_or(|before| !same_day(before.at, spoken.get().at))
    });
    let head = Memo::new(move |_| {
        let spoken = spoken.get();
        let runs = |before: Spoken| before.by == spoken.by && spoken.at.0 - before.at.0 < PAUSE;
        new_day.get() || !before.get().is_some_and(runs)
    });
    let at = Signal::derive(move || spoken.get().at);
    let by = spoken.get_untracked().by;
    let draft = draft::name(by, &["edit.", &id.to_string()].concat());
    let can_edit = own.is_some_and(|own| own.edit.is_some());
    let editing = RwSignal::new(can_edit && !draft::load(&draft).is_empty());
    let found = StoredValue::new(editing.get_untracked());
    if let Some(EditLine(line)) = use_context() {
        Effect::new(move |_| {
            // An effect may run once more after the page that it belongs to has gone.
            if line.try_get().flatten() == Some(id) {
                line.set(None);
                editing.set(true);
            }
        });
    }
    let row = StoredValue::new(name_of_row::<TavernMessage>(Id::from(id)));
    let node = NodeRef::<Li>::new();
    Effect::new(move |was: Option<bool>| {
        let is = editing.get();
        if was == Some(true)
            && !is
            && let Some(line) = node.get_untracked()
        {
            let _ = line.focus();
        }
        is
    });
    let take_back = Callback::new(move |()| {
        if let Some(line) = node.get_untracked() {
            focus_beside(&line);
        }
        if let Some(own) = own {
            own.delete.run(());
        }
    });
    let failed =
        Signal::derive(move || standing.with(|standing| matches!(standing, Standing::Failed(_))));
    let text = move || view! { <div class="message__body"><Prose source=body/></div> };
    let has_actions = own.is_some() || tools.is_some();
    view! {
        <li
            class="message"
            id=id.to_string()
            node_ref=node
            tabindex=has_actions.then_some("-1")
            data-standing=move || standing.with(standing_word)
            data-head=move || head.get().to_string()
            data-calls-me=move || calls_me.get().then_some("true")
        >
            <Show when=move || first_new.get()>
                <p class="message__new">"New since you were here"</p>
            </Show>
            <Show when=move || new_day.get()>
                <p class="message__day"><When at shape=Shape::Day/></p>
            </Show>
            <Show
                when=move || head.get()
                fallback=move || view! { <span class="message__time"><When at shape=Shape::Time/></span> }
            >
                <Avatar user=by/>
                <p class="message__head">
                    <Name user=by/>
                    <When at shape=Shape::Time/>
                </p>
            </Show>
            <div class="message__main">
                {quote}
                {move || match own.and_then(|own| own.edit).filter(|_| editing.get()) {
                    Some(edit) => {
                        let (key, draft) = (Id::from(id), draft.clone());
                        let begun_now = !found.get_value();
                        found.set_value(false);
                        view! { <Editor key draft body edit editing begun_now/> }.into_any()
                    }
                    None => text().into_any(),
                }}
                <span class="message__mark">{mark}</span>
                {has_actions.then(|| view! { <Actions tools own editing failed take_back/> })}
                {below}
                {own.map(|own| {
                    view! {
                        <Failed standing on_retry=own.retry on_discard=own.discard text=body/>
                        <Refused table row={row.get_value()}/>
                    }
                })}
            </div>
        </li>
    }
}

/// Asks the line with this id to be edited; found in context where there is an end to edit at.
#[derive(Clone, Copy)]
pub struct EditLine(pub RwSignal<Option<Uuid>>);

/// What one can do with the line. It is seen when one points at the line or the focus is in it: the line itself does
/// not wait for it, and nobody is told that it came.
#[component]
fn Actions(
    tools: Option<ViewFn>,
    own: Option<Own>,
    editing: RwSignal<bool>,
    failed: Signal<bool>,
    take_back: Callback<()>,
) -> AnyView {
    let rest = at_rest();
    let edit = move |_| editing.set(true);
    view! {
        <span class="message__actions" aria-live="off" hidden=move || editing.get() || failed.get()>
            <Show when=move || rest.get()>
                {tools.as_ref().map(ViewFn::run)}
                {own.and_then(|own| own.edit).map(|_| {
                    view! { <button type="button" class="button" data-kind="quiet" on:click=edit>"Edit"</button> }
                })}
                {own.map(|_| view! { <Delete question="Delete this message?" on_sure=take_back/> })}
            </Show>
        </span>
    }
    .into_any()
}

/// Moves the focus from a line that goes away to the one after it, else before it, else to the log.
fn focus_beside(line: &web_sys::Element) {
    let is_line = |beside: &web_sys::Element| !beside.has_attribute("aria-hidden");
    let beside = line
        .next_element_sibling()
        .filter(is_line)
        .or_else(|| line.previous_element_sibling().filter(is_line))
        .or_else(|| line.closest("[role=log]").ok().flatten());
    let Some(beside) = beside.and_then(|beside| beside.dyn_into::<web_sys::HtmlElement>().ok())
    else {
        return;
    };
    if beside.get_attribute("tabindex").is_none() {
        // Lines of others are not for tabbing.
        let _ = beside.set_attribute("tabindex", "-1");
    }
    let _ = beside.focus();
}

//! One field that two have changed: before, mine, theirs, and what it is to be.

use leptos::prelude::*;
use serde_json::Value;
use sync::ConflictColumn;

use crate::{
    format::zone::{offset, place},
    wording::column::{Column, Kind, column},
};

use crate::parts::show::Show;

/// What a field is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// What this person wrote.
    Mine,
    /// What the other wrote.
    Theirs,
    /// Something else, as typed.
    Edited,
}

/// The decision on one field.
#[derive(Clone, Copy)]
pub struct Decision {
    choice: RwSignal<Choice>,
    text: RwSignal<Option<String>>,
    problem: RwSignal<Option<&'static str>>,
}

impl Decision {
    /// One's own words, until one decides otherwise.
    #[must_use]
    pub fn undecided() -> Self {
        Self {
            choice: RwSignal::new(Choice::Mine),
            text: RwSignal::new(None),
            problem: RwSignal::new(None),
        }
    }

    /// What was typed, where it is what one has decided for.
    #[must_use]
    pub fn typed(self) -> Option<String> {
        let edited = self.choice.get_untracked() == Choice::Edited;
        self.text.get_untracked().filter(|_| edited)
    }

    /// The value to write; `None` leaves the other's.
    ///
    /// # Errors
    /// What is wrong with what was typed; it is shown at the field too.
    pub fn value(
        self,
        table: &str,
        conflict: &ConflictColumn,
        zone: &str,
    ) -> Result<Option<Value>, &'static str> {
        let kind = kind(table, &conflict.name);
        let value = match (self.choice.get_untracked(), self.text.get_untracked()) {
            (Choice::Theirs, _) => Ok(None),
            (Choice::Mine, _) | (Choice::Edited, None) => Ok(Some(conflict.mine.clone())),
            (Choice::Edited, Some(text)) => kind.read(&text, &offset(zone)).map(Some),
        };
        self.problem.set(value.as_ref().err().copied());
        value
    }
}

fn kind(table: &str, name: &str) -> Kind {
    column(table, name).map_or(Kind::Plain, |column| column.kind)
}

/// The field as a group named by its label.
#[component]
pub fn ConflictField(
    table: &'static str,
    name: String,
    /// Both sides as they are now.
    column: Memo<Option<ConflictColumn>>,
    decision: Decision,
    /// By whose clocks times are meant.
    zone: Signal<String>,
) -> impl IntoView {
    let Column { label, kind } = crate::wording::column::column(table, &name).unwrap_or(Column {
        label: "Another field",
        kind: Kind::Plain,
    });
    let side = move |read: fn(&ConflictColumn) -> &Value| {
        Signal::derive(move || {
            column.with(|column| {
                let value = column.as_ref().map(read);
                let value = value.map(|value| zone.with(|zone| kind.show(value, zone)));
                value.unwrap_or_default()
            })
        })
    };
    let group = ["conflict-", &name].concat();
    let problem = StoredValue::new([&group, "-problem"].concat());
    let is_time = matches!(kind, Kind::Time | Kind::OpenTime);
    let note = move || match decision.problem.get() {
        Some(problem) => problem.to_owned(),
        None if is_time => ["In the time of ", &zone.with(|zone| place(zone)), "."].concat(),
        None => String::new(),
    };
    let described =
        move || (is_time || decision.problem.with(Option::is_some)).then(|| problem.get_value());
    let option = move |choice: Choice, words: &'static str, value: Option<Signal<String>>| {
        view! {
            <label class="conflict__side">
                <span class="conflict__pick">
                    <input
                        type="radio"
                        name=group.clone()
                        prop:checked=move || decision.choice.get() == choice
                        on:change=move |_| decision.choice.set(choice)
                    />
                    {words}
                </span>
                {value.map(|value| view! { <span class="conflict__value" dir="auto">{value}</span> })}
            </label>
        }
    };
    // Starts from one's own words.
    let typed = move || {
        decision.text.get().unwrap_or_else(|| {
            column.with(|column| {
                let mine = column
                    .as_ref()
                    .map(|column| kind.to_field(&column.mine, &zone.with(|zone| offset(zone))));
                mine.unwrap_or_default()
            })
        })
    };
    let type_in = move |text: String| {
        decision.text.set(Some(text));
        decision.problem.set(None);
    };
    let bad = move || decision.problem.get().map(|_| "true");
    let field = move || {
        let input = match kind {
            Kind::Time | Kind::OpenTime => "datetime-local",
            Kind::Line | Kind::Text | Kind::Seats | Kind::Guests | Kind::Answer | Kind::Plain => {
                "text"
            }
        };
        if kind == Kind::Text {
            view! {
                <textarea
                    class="field__control"
                    rows="5"
                    dir="auto"
                    aria-label=[label, ", edited"].concat()
                    aria-invalid=bad
                    aria-describedby=described
                    prop:value=typed
                    on:input=move |event| type_in(event_target_value(&event))
                ></textarea>
            }
            .into_any()
        } else {
            view! {
                <input
                    class="field__control"
                    type=input
                    aria-label=[label, ", edited"].concat()
                    aria-invalid=bad
                    aria-describedby=described
                    prop:value=typed
                    on:input=move |event| type_in(event_target_value(&event))
                />
            }
            .into_any()
        }
    };
    let before = side(|column| &column.before);
    let mine = option.clone()(Choice::Mine, "Mine", Some(side(|column| &column.mine)));
    let theirs = option.clone()(
        Choice::Theirs,
        "As it is now",
        Some(side(|column| &column.theirs)),
    );
    let edit = (kind != Kind::Plain && kind != Kind::Answer).then(|| {
        view! {
            {option(Choice::Edited, "Something else", None)}
            <Show when=move || decision.choice.get() == Choice::Edited>
                <div class="field">
                    {field}
                    <p class="field__note" id=problem.get_value() data-bad=bad role="status">{note}</p>
                </div>
            </Show>
        }
    });
    view! {
        <fieldset class="conflict">
            <legend class="conflict__label">{label}</legend>
            <p class="conflict__before">"Before: "<span class="conflict__value" dir="auto">{before}</span></p>
            <div class="conflict__sides">{mine}{theirs}</div>
            {edit}
        </fieldset>
    }
}

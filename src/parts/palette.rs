//! `Ctrl+K`: a few letters lead to a person, an event, a page or something to do.

use leptos::{html::Input, prelude::*};
use model::{Event, Id, User, find::fits};

use crate::{
    live::{LiveTable, connection::Me},
    parts::{
        dialog::Dialog,
        opened::{Deed, Opened, Panel},
        shell::focus_page,
        theme::{Chosen, Theme},
    },
    route::{Place, Route},
};

/// So many goals are offered.
const OFFERED: usize = 12;

/// What can be reached without a letter, the likeliest first.
const ALWAYS: [(&str, Way); 16] = [
    ("New event", Way::Do(Deed::NewEvent)),
    ("New message", Way::Do(Deed::NewMessage)),
    ("Search in the tavern", Way::Do(Deed::Search)),
    ("Settings", Way::To(Route::Settings)),
    ("Check the connection", Way::Open(Panel::Connection)),
    ("Show the keys", Way::Open(Panel::Keys)),
    ("Light theme", Way::Show(Theme::Light)),
    ("Dark theme", Way::Show(Theme::Dark)),
    ("Theme as the system", Way::Show(Theme::System)),
    ("Sign out", Way::Do(Deed::SignOut)),
    ("What waits to be sent", Way::Open(Panel::Connection)),
    ("Events by month", Way::To(Route::EventsByMonth(None))),
    ("Past events", Way::To(Route::EventsOver)),
    ("New password", Way::To(Route::Password)),
    ("Notifications", Way::To(Route::Settings)),
    ("Export my data (download)", Way::Do(Deed::Export)),
];

/// Where one can go.
#[derive(Clone, PartialEq, Eq)]
struct Goal {
    name: String,
    kind: &'static str,
    way: Way,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    To(Route),
    Open(Panel),
    Do(Deed),
    Show(Theme),
}

fn show(route: Route) {
    let _ = window().location().set_hash(&route.href());
}

/// What can be reached, in the order in which equals are offered.
fn goals(typed: &str) -> Vec<Goal> {
    let mut found = Vec::new();
    let mut offer = |name: &str, kind, way| {
        if let Some(worse) = fits(typed, name) {
            let name = name.to_owned();
            found.push((worse, Goal { name, kind, way }));
        }
    };
    for place in Place::ALL {
        offer(place.name(), "Page", Way::To(place.route()));
    }
    for (name, way) in ALWAYS {
        let kind = match way {
            Way::To(_) => "Page",
            Way::Open(_) | Way::Do(_) | Way::Show(_) => "Action",
        };
        offer(name, kind, way);
    }
    // Without a letter, people and events would only be a random few.
    if !typed.trim().is_empty() {
        let Me(me) = expect_context();
        let people = LiveTable::<User>::here();
        let keys: Vec<Id> = people
            .list(&())
            .with_untracked(|list| list.iter().collect());
        for key in keys.into_iter().filter(|key| key.id != me) {
            if let Some(entry) = people.entry(key) {
                // Names may be alike; the username is not.
                let name = [&entry.row.display_name, " @", &entry.row.username].concat();
                offer(&name, "Message", Way::To(Route::Conversation(key.id)));
                offer(&name, "Profile", Way::To(Route::Member(key.id)));
            }
        }
        let events = LiveTable::<Event>::here();
        let keys: Vec<Id> = events
            .list(&())
            .with_untracked(|list| list.iter().collect());
        for key in keys {
            if let Some(entry) = events.entry(key) {
                offer(&entry.row.title, "Event", Way::To(Route::Event(key.id)));
            }
        }
    }
    let found = sync::in_order(found, |(one, _), (other, _)| one.cmp(other));
    found
        .into_iter()
        .map(|(_, goal)| goal)
        .take(OFFERED)
        .collect()
}

/// The dialog `Go to`.
#[component]
pub fn Palette() -> impl IntoView {
    let Opened(opened) = expect_context();
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let found = Memo::new(move |_| typed.with(|typed| goals(typed)));
    let close = Callback::new(move |()| {
        if opened.get_untracked() == Some(Panel::Palette) {
            opened.set(None);
        }
    });
    let chosen_theme: Chosen = expect_context();
    let go = Callback::new(move |at: usize| {
        let Some(way) = found.with_untracked(|found| found.get(at).map(|goal| goal.way)) else {
            return;
        };
        match way {
            Way::Open(panel) => return opened.set(Some(panel)),
            Way::Show(theme) => chosen_theme.set(theme),
            Way::To(route) => show(route),
            Way::Do(deed) => deed.page().into_iter().for_each(show),
        }
        opened.set(None);
        // After the dialog has given the focus back to where it came from.
        request_animation_frame(move || {
            request_animation_frame(move || match way {
                Way::Do(deed) => opened.set(Some(Panel::Deed(deed))),
                Way::To(_) => focus_page(),
                Way::Open(_) | Way::Show(_) => {}
            });
        });
    });
    let field = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let press = move |event: leptos::ev::KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        let at = chosen.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => chosen.set(if at >= last { 0 } else { at + 1 }),
            "ArrowUp" => chosen.set(at.checked_sub(1).unwrap_or(last)),
            "Enter" if !event.is_composing() => go.run(at),
            _ => return,
        }
        event.prevent_default();
    };
    let options = move || {
        let found = found.get();
        let option = |(at, goal): (usize, Goal)| {
            view! {
                <li
                    id=["goal-", &at.to_string()].concat()
                    class="goal"
                    role="option"
                    aria-selected=move || (chosen.get() == at).to_string()
                    on:click=move |_| go.run(at)
                >
                    <bdi class="goal__name">{goal.name}</bdi>
                    <span class="goal__kind">{goal.kind}</span>
                </li>
            }
        };
        found.into_iter().enumerate().map(option).collect_view()
    };
    let is_any = move || found.with(|found| !found.is_empty());
    let nothing = move || (!is_any()).then_some("Nobody and nothing is called so.");
    view! {
        <Dialog title="Go to" on_close=close>
            <input
                class="field__control"
                type="text"
                role="combobox"
                aria-label="Person, event, page or action"
                aria-expanded=move || is_any().to_string()
                aria-controls="goals"
                aria-autocomplete="list"
                aria-activedescendant=move || is_any().then(|| ["goal-", &chosen.get().to_string()].concat())
                autocomplete="off"
                spellcheck="false"
                node_ref=field
                on:input=move |event| {
                    typed.set(event_target_value(&event));
                    chosen.set(0);
                }
                on:keydown=press
            />
            <ul id="goals" class="goals" role="listbox" aria-label="Found">{options}</ul>
            <p class="quiet" role="status">{nothing}</p>
        </Dialog>
    }
}

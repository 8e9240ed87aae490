//! What is on.

use leptos::prelude::*;
use model::{Event, Id};

use crate::{
    format,
    live::{
        LiveTable,
        connection::{Loaded, Me},
    },
    pages::events::{
        archive::{Archive, FromArchive},
        card::EventCard,
        dialog::EventDialog,
        editor::EditedEvent,
        find::{Found, Search},
        form::EventForm,
        month::Month,
        side::Side,
    },
    parts::{
        empty::Empty,
        icon::{Icon, Sign},
        loading::Loading,
        opened::{Deed, on_deed},
        show::Show,
    },
    route::Route,
};

mod answer;
pub mod archive;
mod attendees;
pub mod card;
mod dialog;
pub mod editor;
mod find;
mod form;
mod month;
mod seats;
mod share;
mod shelf;
mod side;
mod zone;

const VIEWS: [(Route, &str); 3] = [
    (Route::Events, "Agenda"),
    (Route::EventsByMonth(None), "Month"),
    (Route::EventsOver, "Past"),
];

/// The page of all events, and of the one that is open.
#[component]
pub fn Events(route: Signal<Route>) -> impl IntoView {
    let found = Found::here();
    // The form outlives its dialog, and its draft the page: what was typed is there when it is opened again.
    let form = EventForm::blank();
    let Me(me) = expect_context();
    form.resume(me, None);
    let writing = RwSignal::new(false);
    let close = Callback::new(move |()| writing.set(false));
    on_deed(Deed::NewEvent, move || writing.set(true));
    let editor = editor::provide();
    let open = Memo::new(move |_| {
        let Route::Event(id) = route.get() else {
            return None;
        };
        Some(Id::from(id))
    });
    let page = Memo::new(move |_| route.get().page());
    let view = last_view(route);
    let month = Memo::new(move |_| match view.get() {
        Route::EventsByMonth(month) => month,
        _ => None,
    });
    let Loaded(loaded) = expect_context();
    let count = move || match (found.is_search(), found.coming.with(Vec::len)) {
        (_, _) if page.get() == Route::EventsOver => lately(found, loaded.get()),
        (true, coming) => format::count(coming, "event to come found", "events to come found"),
        (_, _) if !loaded.get() => String::new(),
        (false, 0) => "Nothing is planned.".to_owned(),
        (false, coming) => format::count(coming, "event to come", "events to come"),
    };
    let view_link = move |(to, name): (Route, &'static str)| {
        view! {
            <a
                class="events__view"
                href=to.href()
                aria-current=move || (page.get() == to).then_some("page")
            >
                {name}
            </a>
        }
    };
    let shown = move || match open.get() {
        Some(key) => view! {
            <div class="events__panes">
                <Side found open/>
                <Detail key/>
            </div>
        }
        .into_any(),
        None if page.get() == Route::EventsByMonth(None) => {
            view! { <Month found month/> }.into_any()
        }
        None if page.get() == Route::EventsOver => view! { <Past found/> }.into_any(),
        None => view! { <Agenda found/> }.into_any(),
    };
    // Kept while another page comes in its place.
    let shown = StoredValue::new(shown);
    view! {
        <section
            class="page"
            data-detail=move || open.get().is_some().to_string()
            data-month=move || (page.get() == Route::EventsByMonth(None)).to_string()
        >
            <header class="page__head">
                <h1 class="page__title">"Events"</h1>
                <p class="page__note" role="status">{count}</p>
                <Show when=move || open.get().is_some()>
                    <a class="button" data-kind="quiet" href=move || view.get().href()>
                        <Icon sign=Sign::Back/>
                        {move || match view.get() {
                            Route::EventsByMonth(_) => "Events by month",
                            Route::EventsOver => "Past events",
                            _ => "All events",
                        }}
                    </a>
                </Show>
                <button
                    type="button"
                    class="button"
                    data-kind="primary"
                    on:click=move |_| writing.set(true)
                >
                    "New event"
                </button>
            </header>
            <Show when=move || writing.get()>
                <EventDialog form on_close=close/>
            </Show>
            <EditedEvent editor/>
            <div class="events__tools">
                <nav class="events__views" aria-label="Views">{VIEWS.map(view_link).into_iter().collect_view()}</nav>
                <Search found/>
            </div>
            <Loading rows=4>{move || shown.with_value(|shown| shown())}</Loading>
        </section>
    }
}

/// The view of the events that was shown last: from one of them, the way back leads there.
fn last_view(route: Signal<Route>) -> Signal<Route> {
    let is_view = |route: &Route| {
        matches!(
            route,
            Route::Events | Route::EventsByMonth(_) | Route::EventsOver
        )
    };
    let first = Some(route.get_untracked()).filter(is_view);
    let view = RwSignal::new(first.unwrap_or(Route::Events));
    // Nobody may be asking for the way back while one goes from view to view.
    Effect::new(move |_| {
        if let Some(shown) = Some(route.get()).filter(is_view) {
            view.set(shown);
        }
    });
    view.into()
}

/// How many events are over that the page holds; older ones are asked for.
fn lately(found: Found, loaded: bool) -> String {
    match (found.is_search(), found.over.with(Vec::len)) {
        (true, over) => [
            &format::count(over, "event", "events"),
            " of the last 30 days found",
        ]
        .concat(),
        (false, _) if !loaded => String::new(),
        (false, 0) => "Nothing in the last 30 days.".to_owned(),
        (false, over) => [
            &format::count(over, "event", "events"),
            " in the last 30 days",
        ]
        .concat(),
    }
}

fn cards(keys: Memo<Vec<Id>>, over: bool) -> impl IntoView {
    view! {
        <div class="events" data-over=over.to_string()>
            <For each=move || keys.get() key=|key| *key children=|key| view! { <EventCard key/> }/>
        </div>
    }
    .into_any()
}

#[component]
fn Agenda(found: Found) -> impl IntoView {
    let is_empty = move || found.coming.with(Vec::is_empty);
    let words = move || {
        if found.is_search() {
            view! { <Empty words="No event to come has these words. Past ones have a search of their own."/> }
                .into_any()
        } else {
            view! { <Empty words="The calendar is empty. Plan the first evening."/> }.into_any()
        }
    };
    view! {
        {cards(found.coming, false)}
        <Show when=is_empty>{words}</Show>
    }
}

#[component]
fn Past(found: Found) -> impl IntoView {
    view! {
        {cards(found.over, true)}
        <Archive found/>
    }
}

/// One event; one that is long over is asked for.
#[component]
fn Detail(key: Id) -> impl IntoView {
    let row = LiveTable::<Event>::here().row(key);
    let known = Memo::new(move |_| row.with(Option::is_some));
    view! {
        <Show
            when=move || known.get()
            fallback=move || view! { <FromArchive id=key.id/> }
        >
            <div class="events" data-one="true">
                <EventCard key attendees=usize::MAX/>
            </div>
        </Show>
    }
}

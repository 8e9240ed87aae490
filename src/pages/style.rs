//! Every part in every state on one page, to look at while one works on them; only development builds have it.

use leptos::{context::Provider, prelude::*};
use model::Id;
use sync::{Rejection, Standing, Status};
use uuid::Uuid;

use crate::{
    live::connection::{Connection, Loaded, Me},
    pages::{
        events::{card::EventCard, editor},
        members::row::MemberRow,
    },
    parts::{
        confirm::Delete,
        dialog::Dialog,
        empty::Empty,
        failed::Failed,
        field::{Field, Kind},
        loading::Loading,
        message::{Message, Own, Spoken},
    },
};

mod house;
mod sample;
mod talk;
mod unsent;

use unsent::Unsent;

/// Whether the address asks for it.
#[must_use]
pub fn is_asked() -> bool {
    window()
        .location()
        .hash()
        .is_ok_and(|hash| hash == "#/style")
}

/// The page.
#[component]
pub fn Style() -> impl IntoView {
    let Me(me) = expect_context();
    sample::people(me);
    sample::events(me);
    let _ = editor::provide();
    view! {
        <section class="page">
            <header class="page__head"><h1 class="page__title">"Style"</h1></header>
            {part("Buttons", buttons())}
            {part("Fields", fields())}
            {part("Forms", house::forms())}
            {part("Status", house::statuses())}
            {part("Notices", house::notices())}
            {part("Newer version", house::newer())}
            {part("People", house::people(me))}
            {part("Messages", messages(me))}
            {part("Answers and reactions", talk::lines(me))}
            {part("Who writes", talk::writing())}
            {part("Way back", talk::way_back())}
            {part("Composer", talk::composers(me))}
            {part("Unsent", view! { <Unsent/> }.into_any())}
            {part("Rescued", unsent::rescued())}
            {part("Events", events())}
            {part("Members", members(me))}
            {part("Empty, loading, failed", nothing())}
            {part("Dialog", view! { <OpensDialog/> }.into_any())}
        </section>
    }
}

fn part(title: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="settings__part" aria-label=title>
            <h2 class="settings__title">{title}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn refused() -> Standing {
    Standing::Failed(Rejection {
        code: "23514".to_owned(),
        constraint: Some("tavern_messages_body_length".to_owned()),
        message: String::new(),
    })
}

fn ignore<T: 'static>() -> Callback<T> {
    Callback::new(|_| ())
}

fn buttons() -> AnyView {
    let button = |kind: &'static str| view! { <button type="button" class="button" data-kind=kind>{kind}</button> };
    view! {
        <p class="settings__row">
            {["primary", "plain", "quiet", "danger"].map(button)}
            <button type="button" class="button" data-kind="primary" aria-busy="true">"busy"</button>
            <button type="button" class="button" aria-disabled="true">"disabled"</button>
            <Delete question="Delete this?" on_sure=ignore()/>
        </p>
    }
    .into_any()
}

fn fields() -> AnyView {
    let text = |text: &str| RwSignal::new(text.to_owned());
    let good = Signal::stored(None::<String>);
    let bad = Signal::stored(Some("A title has 1 to 120 characters.".to_owned()));
    view! {
        <form class="form card">
            <Field id="style-plain" label="Plain" value=text("") problem=good hint="What helps."/>
            <Field id="style-bad" label="Wrong" value=text("Typed") problem=bad/>
            <Field id="style-area" label="Area" kind=Kind::Area value=text("Two\nlines") problem=good/>
            <Field id="style-date" label="Date" kind=Kind::Input("datetime-local") value=text("2026-11-23T19:00") problem=good/>
        </form>
    }
    .into_any()
}

fn messages(me: Uuid) -> AnyView {
    let own = Own {
        edit: Some(ignore()),
        delete: ignore(),
        retry: ignore(),
        discard: ignore(),
    };
    let line = |(by, body, mark, standing): (Uuid, &'static str, &'static str, Standing)| {
        let spoken = Spoken {
            by,
            at: sample::at(0),
        };
        let calls_me = body.contains('@');
        view! {
            <Message
                id=Uuid::from_u128(body.len() as u128)
                spoken=Signal::stored(spoken)
                before=Signal::stored(None)
                body=body.to_owned()
                mark=Signal::stored(mark)
                standing=Signal::stored(standing)
                own=(by == me).then_some(own)
                table="tavern_messages"
                first_new=Signal::stored(calls_me)
                calls_me=Signal::stored(calls_me)
            />
        }
    };
    let all = [
        (sample::TOM, "Who is here?", "", Standing::Confirmed),
        (
            me,
            "**I** am, with `code`, https://example.org\n\n- one\n- two\n\n> quoted",
            "edited",
            Standing::Confirmed,
        ),
        (
            sample::TOM,
            "New, and it calls you: @mara",
            "",
            Standing::Confirmed,
        ),
        (me, "On its way", "", Standing::Pending),
        (me, "Refused", "", refused()),
    ];
    view! { <ol class="log__lines">{all.map(line)}</ol> }.into_any()
}

fn events() -> AnyView {
    let card = |key: Id| view! { <EventCard key/> };
    view! { <div class="events">{sample::EVENTS.map(|(id, _)| card(Id::from(Uuid::from_u128(id)))).into_any()}</div> }
        .into_any()
}

fn members(me: Uuid) -> AnyView {
    let row = |id: Uuid| view! { <MemberRow key=Id::from(id)/> };
    view! { <ul class="members">{[me, sample::TOM, sample::LONG].map(row)}</ul> }.into_any()
}

fn nothing() -> AnyView {
    let waits = Connection(Signal::stored(Status::Reconnecting {
        seconds: 7,
        waiting: 0,
    }));
    view! {
        <Empty words="Nobody has spoken yet.">
            <button type="button" class="button">"What one can do"</button>
        </Empty>
        <Provider value=Loaded(Signal::stored(false))>
            <Loading rows=2>""</Loading>
            <Provider value=waits><Loading rows=1>""</Loading></Provider>
        </Provider>
        <Failed standing=Signal::stored(Standing::Pending) on_retry=ignore() on_discard=ignore()/>
        <Failed standing=Signal::stored(refused()) on_retry=ignore() on_discard=ignore() text="What was typed".to_owned()/>
    }
    .into_any()
}

#[component]
fn OpensDialog() -> impl IntoView {
    let open = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let unsaved = Signal::derive(move || typed.with(|typed| !typed.is_empty()));
    let close = Callback::new(move |()| open.set(false));
    let dialog = move || {
        open.get().then(|| {
            view! {
                <Dialog title="A dialog" on_close=close unsaved>
                    <Field id="style-dialog" label="What would be lost" value=typed problem=Signal::stored(None::<String>)/>
                </Dialog>
            }
        })
    };
    view! {
        <button type="button" class="button" on:click=move |_| open.set(true)>"Open"</button>
        {dialog}
    }
}

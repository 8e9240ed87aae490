//! What stands around messages: answers, reactions, who writes, and where one writes.

use leptos::{context::Provider, prelude::*};
use model::{Id, tavern_message::BODY_LIMIT};
use sync::History;
use uuid::Uuid;

use super::{ignore, sample};
use crate::{
    live::{connection::Writing, list::List},
    pages::tavern::{
        line::TavernLine, on_the_way::OnTheWay, reply::Answering, room::Room, writing::WritingNow,
    },
    parts::{
        composer::Composer,
        draft,
        log::{Log, jump::Jump},
        message::EditLine,
    },
};

/// Lines with all that can stand at them, one of them while it is edited.
pub fn lines(me: Uuid) -> AnyView {
    sample::talk(me);
    let answered = Id::from(sample::SAID[0]);
    let room = Room {
        answering: RwSignal::new(Some(answered)),
        jump: Jump::new(),
        username: Memo::new(|_| "mara_lindqvist".to_owned()),
        read: RwSignal::new(None),
        came: RwSignal::new(None),
        news: RwSignal::new(None),
    };
    let edited = EditLine(RwSignal::new(sample::SAID.last().copied()));
    let line = |id: Uuid| view! { <TavernLine key=Id::from(id) before=Signal::stored(None)/> };
    view! {
        <Provider value=room>
            <Provider value=edited>
                <ol class="log__lines">{sample::SAID.map(line)}</ol>
                <Answering/>
            </Provider>
        </Provider>
    }
    .into_any()
}

/// A log in which one has gone back, on the way to a line of long ago: ways to stop, and to the end.
pub fn way_back() -> AnyView {
    let room = Room {
        answering: RwSignal::new(None),
        jump: Jump::new(),
        username: Memo::new(|_| String::new()),
        read: RwSignal::new(None),
        came: RwSignal::new(None),
        news: RwSignal::new(None),
    };
    room.jump.to(Id::from(Uuid::nil()));
    let keys = (1..40).map(|number| Id::from(Uuid::from_u128(number)));
    let list = List::of(keys.collect::<Vec<_>>());
    let line = Callback::new(|(key, _): (Id, Signal<Option<Id>>)| {
        let number = key.id.as_u128().to_string();
        view! { <li>"Line " {number}</li> }.into_any()
    });
    view! {
        <Provider value=room>
            <div style:display="flex" style:height="14rem">
                <Log
                    label="A long evening"
                    list
                    line
                    just_said=Callback::new(|_| false)
                    empty=|| ()
                    history=Signal::stored(History::More)
                    older=ignore()
                    jump=room.jump
                />
            </div>
            <OnTheWay list/>
        </Provider>
    }
    .into_any()
}

/// One, two and more who write.
pub fn writing() -> AnyView {
    let all = [
        vec![sample::TOM],
        vec![sample::TOM, sample::LONG],
        (2..9).map(Uuid::from_u128).collect(),
    ];
    let some = |people: Vec<Uuid>| {
        view! { <Provider value=Writing(Signal::stored(people.into()))><WritingNow/></Provider> }
    };
    all.map(some).into_any()
}

/// Empty, with something typed, near the end of the room, and beyond it.
pub fn composers(me: Uuid) -> AnyView {
    let all = [0, 14, BODY_LIMIT - 40, BODY_LIMIT + 2];
    let one = |length: usize| {
        let name = draft::name(me, &["style.", &length.to_string()].concat());
        draft::save(
            &name,
            &"Evening, all. "
                .chars()
                .cycle()
                .take(length)
                .collect::<String>(),
        );
        view! { <Composer draft=name hint="Say something to all" on_send=ignore()/> }
    };
    all.map(one).into_any()
}

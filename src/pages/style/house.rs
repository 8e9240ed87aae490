//! Faces, signs, and what the house itself says.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use leptos::{context::Provider, prelude::*};
use model::Id;
use sync::Status;
use uuid::Uuid;
use wire::Timestamp;

use super::{ignore, sample};
use crate::{
    account::Problem,
    live::connection::{AsOf, Connection, Here, Unsent},
    parts::{
        avatar::Avatar,
        block::{BlockButton, Blocked},
        copy::CopyText,
        doctor::Doctor,
        field::Field,
        focus::TryAgain,
        form::{Form, Sending},
        greeting::Greeting,
        icon::{Icon, Sign},
        name::Name,
        presence::Presence,
        seated::{Seated, Seats},
        status::{ConnectionStatus, Trouble},
    },
};

/// Each person's face and name; here, away and unknown; blocked and not.
pub fn people(me: Uuid) -> AnyView {
    let here = Here(Signal::stored(Arc::new(BTreeSet::from([sample::TOM]))));
    let blocked = Blocked(Signal::stored(Arc::new(BTreeMap::from([(
        sample::LONG,
        Id::from(me),
    )]))));
    let one = |(user, status): (Uuid, Status)| {
        view! {
            <Provider value=Connection(Signal::stored(status))>
                <p class="settings__row">
                    <Avatar user/>
                    <Name user/>
                    <Presence user/>
                    <BlockButton user/>
                </p>
            </Provider>
        }
    };
    let all = [
        (sample::TOM, Status::Live),
        (sample::LONG, Status::Live),
        (sample::TOM, Status::Connecting),
    ];
    view! {
        <Provider value=here><Provider value=blocked>{all.map(one)}</Provider></Provider>
        <p class="settings__row">
            <span class="badge">"3"<span class="quiet-words">" unread"</span></span>
            {Sign::ALL.map(|sign| view! { <Icon sign/> })}
        </p>
    }
    .into_any()
}

/// The welcome, what keeps the page from working, and a newer version.
pub fn notices() -> AnyView {
    let reason = "The project does not accept the key.".to_owned();
    let trouble = |(status, unsent): (Status, usize)| {
        view! {
            <Provider value=Connection(Signal::stored(status))>
                <Provider value=Unsent(Signal::stored(unsent))><Trouble/></Provider>
            </Provider>
        }
    };
    let all = [
        (Status::Stopped { reason }, 0),
        (Status::SignInAgain, 0),
        (Status::SignInAgain, 2),
    ];
    view! {
        <Greeting again=true/>
        {all.map(trouble)}
        <Provider value=Seated::at(&[Uuid::nil()])><Seats/></Provider>
        <CopyText text="What is copied".to_owned()/>
        <TryAgain on_press=ignore()/>
        <Doctor/>
    }
    .into_any()
}

/// A form while it is sent, and one that was refused.
pub fn forms() -> AnyView {
    let form = |(id, label, problem): (&'static str, &'static str, Option<Problem>)| {
        let sending = Sending::new();
        let text = RwSignal::new("mara@tavern.test".to_owned());
        let send = Callback::new(|()| Ok(()));
        let head = view! { <h3 class="form__title">{label}</h3> }.into_any();
        let beside =
            view! { <button type="button" class="button" data-kind="quiet">"Another way"</button> };
        sending.answered(problem);
        view! {
            <Form sending label class="form card" head on_send=send action="Send" beside=beside.into_any()>
                <Field id label="Email" kind=crate::parts::field::Kind::Input("email") value=text problem=sending.at("email")/>
            </Form>
        }
    };
    let all = [
        ("style-form", "A form", None),
        (
            "style-form-bad",
            "Wrong at a field",
            Some(Problem::at(
                "email",
                "There is an account with this address.",
            )),
        ),
        (
            "style-form-refused",
            "Refused as a whole",
            Some(Problem::unreachable()),
        ),
    ];
    all.map(form).into_any()
}

/// What `boot.js` says when there is another version; there it floats above the page.
pub fn newer() -> AnyView {
    view! {
        <p class="newer" style:position="static">
            "There is a newer version of the tavern. "
            <button type="button" class="button">"Reload"</button>
            <button type="button" class="button" data-kind="quiet">"Later"</button>
        </p>
    }
    .into_any()
}

/// Each status, with what it is as of.
pub fn statuses() -> AnyView {
    let status = |(status, as_of): (Status, Option<Timestamp>)| {
        view! {
            <Provider value=AsOf(Signal::stored(as_of))>
                <Provider value=Connection(Signal::stored(status))>
                    <ConnectionStatus/>
                </Provider>
            </Provider>
        }
    };
    let before = sample::at(-1);
    let reason = "The key is not accepted.".to_owned();
    let all = [
        (Status::Connecting, None),
        (Status::CatchingUp, Some(before)),
        (Status::Live, None),
        (
            Status::Offline {
                since: before,
                waiting: 2,
            },
            Some(before),
        ),
        (
            Status::Reconnecting {
                seconds: 7,
                waiting: 0,
            },
            None,
        ),
        (Status::SignInAgain, None),
        (Status::Stopped { reason }, None),
    ];
    all.map(status).into_any()
}

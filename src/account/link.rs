//! The link of a mail: what it brings, and where it leads back to.

use leptos::prelude::*;
use sync::Method;
use wire::auth::{Arrival, User};

use super::{Account, explain, id_of};
use crate::{
    driver::{clock, http, storage},
    route::Route,
};

impl Account {
    /// Takes the session in that the link of a mail has brought, if the page was opened by one.
    pub(super) async fn follow_link(self) {
        // Who opened the page has cleared the address of it.
        let brought = js_sys::Reflect::get(&js_sys::global(), &"tavernLink".into());
        let Some(text) = brought.ok().and_then(|text| text.as_string()) else {
            return;
        };
        let arrival: Arrival = serde_json::from_str(&text).unwrap_or_default();
        let to_password = arrival.is_recovery();
        let refused = self.take_in(arrival).await.err();
        let place = if to_password || refused.is_some() && storage::session().is_some() {
            Some(Route::Password.href())
        } else {
            storage::take_place().filter(|_| refused.is_none())
        };
        if let Some(place) = place {
            // In place of the link, so that going back does not lead there.
            let _ = window().location().replace(&place);
        }
        self.link.set(refused);
    }

    async fn take_in(self, arrival: Arrival) -> Result<(), String> {
        let Some(token) = arrival.token() else {
            return Err(match arrival.error_code() {
                "otp_expired" => {
                    "This link was used already, or it is older than an hour, or there is a newer one."
                }
                _ => "This link cannot be used.",
            }
            .to_owned());
        };
        let answer = http::call(Method::Get, "/auth/v1/user", Some(token), &[], None).await;
        let answer =
            answer.ok_or("The server cannot be reached, so the link could not be used.")?;
        if answer.status != 200 {
            return Err(explain(answer.status, &answer.body).text);
        }
        let user: Result<User, _> = serde_json::from_str(&answer.body);
        let session = user.ok().map(|user| arrival.session(user));
        let session = session.filter(|session| id_of(session).is_some());
        let session = session.ok_or("The server's answer names nobody.")?;
        storage::save_session(&clock::by_our_clock(session));
        Ok(())
    }
}

/// Whoever registers by mail comes back to the page that they wanted to see.
pub(super) fn remember_place() {
    let place = window().location().hash().unwrap_or_default();
    if Route::parse(&place) != Route::Unknown {
        storage::save_place(&place);
    }
}

/// The page's own address, as part of another one.
pub(super) fn back_here() -> String {
    let here = window().location();
    let part = |part: Result<String, _>| part.unwrap_or_default();
    let address = [part(here.origin()), part(here.pathname())].concat();
    js_sys::encode_uri_component(&address).into()
}

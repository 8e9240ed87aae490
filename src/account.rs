//! Who is signed in on this device, and how one becomes so.

mod explain;
mod link;

use leptos::prelude::*;
use serde::Serialize;
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;
use wire::auth::{PasswordGrant, Recover, Session, SignUp};

use crate::{
    config,
    driver::{clock, database, http, kept_rows, storage},
};

pub use explain::{Problem, explain, password_problem};

/// The device's account; found in context everywhere.
#[derive(Clone, Copy)]
pub struct Account {
    /// What is true now.
    pub state: RwSignal<State>,
    /// Why the link of a mail was of no use, in words.
    pub link: RwSignal<Option<String>>,
}

/// Whether someone is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The saved session is being read.
    Starting,
    /// The page cannot work at all, for a reason in words that says what to do.
    Broken(String),
    /// Nobody; with the reason when a session ended by itself.
    SignedOut(Option<String>),
    /// This member.
    SignedIn(Uuid),
}

/// What registering led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// Signed in at once.
    SignedIn,
    /// The address has to be confirmed by the link that was mailed to it.
    ConfirmByMail,
}

#[derive(Serialize)]
struct Profile<'a> {
    username: &'a str,
    display_name: &'a str,
}

impl Account {
    /// Reads configuration and saved session.
    #[must_use]
    pub fn start() -> Self {
        let account = Self {
            state: RwSignal::new(State::Starting),
            link: RwSignal::new(None),
        };
        spawn_local(async move {
            let state = match config::load().await {
                Err(reason) => State::Broken(reason),
                Ok(()) => {
                    account.follow_link().await;
                    match storage::session().and_then(|session| id_of(&session)) {
                        Some(me) => State::SignedIn(me),
                        None => {
                            kept_rows::forget_all();
                            State::SignedOut(None)
                        }
                    }
                }
            };
            account.state.set(state);
        });
        for event in ["storage", "pageshow"] {
            // It lasts as long as the page.
            let _ = window_event_listener_untyped(event, move |_| account.join_other_tabs());
        }
        account
    }

    /// Signs in with the session that another tab has opened, unless there is something to be read here first.
    fn join_other_tabs(self) {
        if self.state.get_untracked() == State::SignedOut(None)
            && let Some(me) = storage::session().as_ref().and_then(id_of)
        {
            self.state.set(State::SignedIn(me));
        }
    }

    /// Makes an account with its profile.
    ///
    /// # Errors
    /// The field that is wrong, in words.
    pub async fn register(
        self,
        username: String,
        email: String,
        password: String,
    ) -> Result<Registered, Problem> {
        let display_name = username.trim();
        let username = display_name.to_lowercase();
        let data = Profile {
            username: &username,
            display_name,
        };
        let body = SignUp {
            email: email.trim().to_owned(),
            password,
            data,
        };
        let path = ["/auth/v1/signup?redirect_to=", &link::back_here()].concat();
        let answer = post(&path, &body).await?;
        match serde_json::from_str::<Session>(&answer) {
            Ok(session) => self.enter(session).map(|()| Registered::SignedIn),
            Err(_) => {
                link::remember_place();
                Ok(Registered::ConfirmByMail)
            }
        }
    }

    /// Signs in.
    ///
    /// # Errors
    /// Why not, in words.
    pub async fn sign_in(self, email: String, password: String) -> Result<(), Problem> {
        let body = PasswordGrant {
            email: email.trim().to_owned(),
            password,
        };
        if let Some(refusal) = refused_before() {
            return Err(refusal);
        }
        let answer = post("/auth/v1/token?grant_type=password", &body).await?;
        let session = serde_json::from_str(&answer);
        self.enter(session.map_err(|_| Problem::new(None, "The server's answer cannot be read."))?)
    }

    /// Has a link mailed that opens a session without the password, if the address has an account.
    ///
    /// # Errors
    /// Why not, in words.
    pub async fn recover(self, email: String) -> Result<(), Problem> {
        let path = ["/auth/v1/recover?redirect_to=", &link::back_here()].concat();
        post(&path, &Recover { email }).await.map(|_| ())
    }

    /// Signs out on this device.
    pub fn sign_out(self) {
        let me = self.state.get_untracked();
        // By now the device may belong to somebody else, who stays signed in.
        let mine = |session: &Session| id_of(session).map(State::SignedIn).as_ref() == Some(&me);
        let token = storage::session()
            .filter(mine)
            .map(|session| session.access_token);
        if token.is_some() {
            storage::forget_session();
        }
        kept_rows::forget_all();
        self.link.set(None);
        self.state.set(State::SignedOut(None));
        if let Some(token) = token {
            spawn_local(async move {
                let path = "/auth/v1/logout?scope=local";
                // Signed out here either way; the server's part of the session ends by itself later.
                let _ = http::call(sync::Method::Post, path, Some(&token), &[], None).await;
            });
        }
    }

    /// Another tab has signed out.
    pub fn on_signed_out_elsewhere(self, reason: Option<&str>) {
        let _ = self
            .state
            .try_set(State::SignedOut(reason.map(str::to_owned)));
    }

    /// The account is no more, and this device forgets it.
    pub fn on_erased(self) {
        storage::forget_session();
        if let State::SignedIn(me) = self.state.get_untracked() {
            storage::forget_person(me);
            kept_rows::forget_all();
            database::forget_writes(me);
        }
        let words = "Your account is erased.";
        self.state.set(State::SignedOut(Some(words.to_owned())));
    }

    fn enter(self, session: Session) -> Result<(), Problem> {
        let session = clock::by_our_clock(session);
        let me = id_of(&session);
        let me = me.ok_or_else(|| Problem::new(None, "The server's answer names nobody."))?;
        storage::save_session(&session);
        self.link.set(None);
        self.state.set(State::SignedIn(me));
        Ok(())
    }
}

fn id_of(session: &Session) -> Option<Uuid> {
    Uuid::parse_str(&session.user.id).ok()
}

/// The answer to the same question, if it was asked before the program ran; told once.
fn refused_before() -> Option<Problem> {
    let (page, name) = (js_sys::global(), "tavernRefused".into());
    let answer = js_sys::Reflect::get(&page, &name).ok()?.as_string()?;
    // Nothing of ours is there any more; one that stays would be told again.
    js_sys::Reflect::delete_property(&page, &name).ok()?;
    let (status, body) = answer.split_once(' ')?;
    Some(explain(status.parse().ok()?, body))
}

async fn post(path: &str, body: &impl Serialize) -> Result<String, Problem> {
    let body = serde_json::to_string(body).unwrap_or_default();
    let answer = http::call(sync::Method::Post, path, None, &[], Some(&body)).await;
    match answer {
        Some(response) if response.status == 200 => Ok(response.body),
        Some(response) => Err(explain(response.status, &response.body)),
        None => Err(Problem::unreachable()),
    }
}

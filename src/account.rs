//! Who is signed in on this device, and how one becomes so.

use leptos::prelude::*;
use serde::Serialize;
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;
use wire::{
    auth::{self, PasswordGrant, Session, SignUp},
    rest,
};

use crate::{
    config,
    driver::{clock, http, kept_rows, storage},
};

/// The device's account; found in context everywhere.
#[derive(Clone, Copy)]
pub struct Account {
    /// What is true now.
    pub state: RwSignal<State>,
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

/// Why registering or signing in failed, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field that it concerns: `username`, `email`, `password`; none for the form as a whole.
    pub field: Option<&'static str>,
    /// What happened and what to do.
    pub text: String,
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
        };
        spawn_local(async move {
            let state = match config::load().await {
                Err(reason) => State::Broken(reason),
                Ok(()) => match storage::session().and_then(|session| id_of(&session)) {
                    Some(me) => State::SignedIn(me),
                    None => State::SignedOut(None),
                },
            };
            account.state.set(state);
        });
        account
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
        let answer = post("/auth/v1/signup", &body).await?;
        match serde_json::from_str::<Session>(&answer) {
            Ok(session) => self.enter(session).map(|()| Registered::SignedIn),
            Err(_) => Ok(Registered::ConfirmByMail),
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
        let answer = post("/auth/v1/token?grant_type=password", &body).await?;
        let session = serde_json::from_str(&answer);
        self.enter(session.map_err(|_| Problem::new(None, "The server's answer cannot be read."))?)
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
        if let State::SignedIn(me) = me {
            kept_rows::forget(me);
        }
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
            kept_rows::forget(me);
        }
        let words = "Your account is erased.";
        self.state.set(State::SignedOut(Some(words.to_owned())));
    }

    fn enter(self, session: Session) -> Result<(), Problem> {
        let session = clock::by_our_clock(session);
        let me = id_of(&session);
        let me = me.ok_or_else(|| Problem::new(None, "The server's answer names nobody."))?;
        storage::save_session(&session);
        self.state.set(State::SignedIn(me));
        Ok(())
    }
}

impl Problem {
    fn new(field: Option<&'static str>, text: &str) -> Self {
        Self {
            field,
            text: text.to_owned(),
        }
    }
}

fn id_of(session: &Session) -> Option<Uuid> {
    Uuid::parse_str(&session.user.id).ok()
}

async fn post(path: &str, body: &impl Serialize) -> Result<String, Problem> {
    let body = serde_json::to_string(body).unwrap_or_default();
    let answer = http::call(sync::Method::Post, path, None, &[], Some(&body)).await;
    match answer {
        Some(response) if response.status == 200 => Ok(response.body),
        Some(response) => Err(explain(response.status, &response.body)),
        None => Err(Problem::new(
            None,
            "The server cannot be reached. Check the connection, then try again.",
        )),
    }
}

/// The server's refusal in words, at the field that it concerns.
fn explain(status: u16, body: &str) -> Problem {
    let error = auth::Error::read(body);
    let database: rest::Error = serde_json::from_str(body).unwrap_or_default();
    let (field, text) = match (error.code(), database.constraint()) {
        (_, Some("users_username_key")) => (
            Some("username"),
            "This username is taken. Choose another one.",
        ),
        (_, Some("users_username_format")) => (
            Some("username"),
            "A username has 3 to 24 of a–z, 0–9 and _.",
        ),
        ("user_already_exists" | "email_exists", _) => (
            Some("email"),
            "There is an account with this address. Sign in instead.",
        ),
        ("email_address_invalid", _) => (Some("email"), "This is not an email address."),
        ("weak_password", _) => (Some("password"), error.text()),
        ("invalid_credentials", _) => (None, "The address or the password is wrong."),
        ("email_not_confirmed", _) => (
            None,
            "The address is not confirmed yet. Open the link that was mailed to you.",
        ),
        ("signup_disabled", _) => (None, "This tavern does not take new members at the moment."),
        _ if status == 429 => (None, "Too many attempts. Wait a minute, then try again."),
        _ if !error.text().is_empty() => (None, error.text()),
        _ => (None, "The server could not do it. Try again in a moment."),
    };
    Problem::new(field, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_username_is_told_at_its_field() {
        let body = r#"{"code":"23505","message":"duplicate key value violates unique constraint \"users_username_key\""}"#;
        assert_eq!(explain(500, body).field, Some("username"));
    }

    #[test]
    fn an_unknown_refusal_still_has_words() {
        assert!(!explain(502, "<html>").text.is_empty());
        assert_eq!(explain(400, r#"{"code":400,"msg":"Nope"}"#).text, "Nope");
    }
}

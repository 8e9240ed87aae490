//! The person's session: refreshed before it expires, one refresh at a time, handed to the channel.

use std::time::Duration;

use wire::{
    Timestamp,
    auth::{RefreshGrant, Session},
};

use super::{Engine, Feed, Purpose};
use crate::{Now, Output, Response, io::Method, timers::Timer};

/// Tokens are renewed this long before they expire.
const MARGIN_SECONDS: u64 = 90;
/// With less than this to live, a token is not used for a new connection.
const STALE_SECONDS: u64 = 30;
/// A token that is refused so soon after it was renewed is renewed again only with growing delay.
const JUST_RENEWED: Duration = Duration::from_secs(30);

impl Engine {
    fn seconds_left(&self, now: Now) -> u64 {
        let wall = u64::try_from(now.wall.millis() / 1000).unwrap_or(0);
        self.session.expires_at.saturating_sub(wall)
    }

    pub(super) fn token_is_stale(&self, now: Now) -> bool {
        // Short lives, as in tests, are used up to half.
        self.seconds_left(now) < STALE_SECONDS.min(self.session.expires_in / 4)
    }

    pub(super) fn plan_refresh(&mut self, now: Now) {
        let margin = MARGIN_SECONDS.min(self.session.expires_in / 2);
        let wait = Duration::from_secs(self.seconds_left(now).saturating_sub(margin));
        let at = now.instant + wait;
        // An earlier attempt may be due, after a refusal.
        if self.timers.at(Timer::Refresh).is_none_or(|due| at < due) {
            self.timers.set(Timer::Refresh, at);
        }
    }

    /// Asks for new tokens unless that is under way.
    pub(super) fn refresh(&mut self, now: Now) {
        if self.refreshing || self.ended {
            return;
        }
        if self.offline_since.is_some() {
            self.timers
                .set(Timer::Refresh, now.instant + Duration::from_secs(5));
            return;
        }
        self.refreshing = true;
        let sent = self.session.refresh_token.clone();
        let grant = RefreshGrant {
            refresh_token: sent.clone(),
        };
        let body = serde_json::to_string(&grant).ok();
        let path = "/auth/v1/token?grant_type=refresh_token".to_owned();
        let purpose = Purpose::Refresh { sent, at: now.wall };
        self.request(purpose, Method::Post, path, None, body);
    }

    pub(super) fn on_refresh(
        &mut self,
        now: Now,
        sent: &str,
        at: Timestamp,
        response: Option<&Response>,
    ) {
        self.refreshing = false;
        if self.stop_if_key_refused(response) {
            return;
        }
        if sent != self.session.refresh_token {
            // Another tab has brought a newer session meanwhile; whatever the answer is, it is older.
            let newer = self.session.clone();
            self.adopt(now, newer);
            return;
        }
        match response {
            Some(Response {
                status: 200, body, ..
            }) => match serde_json::from_str::<Session>(body) {
                Ok(session) => {
                    let wall = u64::try_from(at.millis() / 1000).unwrap_or(0);
                    let expires_at = wall + session.expires_in;
                    let session = Session {
                        expires_at,
                        ..session
                    };
                    self.outputs.push_back(Output::SaveSession(session.clone()));
                    self.adopt(now, session);
                }
                Err(_) => self.refresh_later(now),
            },
            // The server has considered the token and refuses it; nothing but signing in helps.
            Some(Response {
                status: 400 | 401 | 403 | 404 | 422,
                ..
            }) => self.end(),
            Some(_) | None => self.refresh_later(now),
        }
    }

    fn refresh_later(&mut self, now: Now) {
        let wait = self.retries.refresh.next().max(Duration::from_secs(1));
        self.timers.set(Timer::Refresh, now.instant + wait);
    }

    /// New tokens, by our own refresh or another tab's.
    pub(super) fn on_session(&mut self, now: Now, session: Session) {
        if session.user.id != self.session.user.id {
            self.end();
            return;
        }
        if session.expires_at < self.session.expires_at
            || session.access_token == self.session.access_token
        {
            return;
        }
        self.adopt(now, session);
    }

    fn adopt(&mut self, now: Now, session: Session) {
        self.session = session;
        self.ended = false;
        self.renewed = Some(now.instant);
        self.timers.stop(Timer::Refresh);
        self.plan_refresh(now);
        self.push_token();
        self.connect(now);
        if matches!(self.feed, Feed::CatchingUp { request: None, .. }) {
            self.catch_up(now);
        }
        self.rest_over(now);
    }

    /// A request was refused for its token.
    pub(super) fn on_unauthorized(&mut self, now: Now) {
        let renewed = self.renewed.map(|at| now.instant.since(at));
        if renewed.is_some_and(|ago| ago < JUST_RENEWED) {
            self.refresh_later(now);
        } else {
            self.refresh(now);
        }
    }

    fn end(&mut self) {
        self.ended = true;
        self.drop_link();
        self.timers.stop(Timer::Keep);
        self.forget_rows();
        self.timers.stop(Timer::Reconnect);
        self.timers.stop(Timer::Refresh);
    }
}

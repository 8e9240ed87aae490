//! What goes on behind a joined channel: subscribing its bindings, renewing its token, ending with it.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::time::{sleep, timeout};
use wire::{Frame, join::Status};

use super::channel::Conversation;
use crate::{
    jwt,
    realtime::{
        authorize,
        binding::Binding,
        faults::Hush,
        hub::ChannelId,
        subscribe::{self, Unfit},
        token,
        visibility::Viewer,
    },
};

/// Bindings follow a new token after this time, in which further tokens may come.
const SETTLE: Duration = Duration::from_secs(1);
/// How long a channel waits for what the database broadcasts.
const REPLICATING: Duration = Duration::from_secs(60);

impl Conversation {
    /// Makes the bindings live for whoever the channel speaks for by then; goes on while the database is away.
    pub(super) fn subscribe(
        &mut self,
        channel: ChannelId,
        bindings: Arc<[Binding]>,
        after: Duration,
        hush: Hush,
    ) {
        let state = self.state.clone();
        self.tasks.spawn(async move {
            sleep(after).await;
            loop {
                let identity = state.realtime.with(|hub| hub.identity(channel));
                let Some(identity) = identity else { return };
                match subscribe::check(&state.admin, &identity.role, &bindings).await {
                    Ok(()) => {
                        match hush {
                            Hush::For(0) => {}
                            Hush::For(wait) => sleep(Duration::from_millis(wait)).await,
                            Hush::Ever => return,
                        }
                        let (role, claims) = (identity.role.clone(), identity.claims.clone());
                        return state
                            .realtime
                            .ready(channel, Arc::new(Viewer { role, claims }));
                    }
                    Err(Unfit::Refused(message)) => {
                        return state
                            .realtime
                            .with(|hub| hub.unsubscribe(channel, &message));
                    }
                    Err(Unfit::Away(error)) => {
                        eprintln!("realtime: a subscription waits for the database: {error}");
                        sleep(SETTLE).await;
                    }
                }
            }
        });
    }

    /// Tells the channel once what the database broadcasts arrives.
    pub(super) fn tell_when_replicating(&mut self, channel: ChannelId) {
        let state = self.state.clone();
        self.tasks.spawn(async move {
            let mut messages = state.realtime.messages().subscribe();
            let heard = timeout(REPLICATING, messages.wait_for(|arrive| *arrive)).await;
            state.realtime.with(|hub| match heard {
                Ok(_) => hub.system(
                    channel,
                    "system",
                    Status::Ok,
                    "Replication connection established",
                ),
                Err(_) => hub.fail(
                    channel,
                    "Replication connection was not established in time",
                ),
            });
        });
    }

    /// Closes the channel when its token ends; a newer token has a watch of its own.
    pub(super) fn watch_expiry(&mut self, channel: ChannelId) {
        let state = self.state.clone();
        let watched = state
            .realtime
            .with(|hub| hub.identity(channel))
            .map(|identity| identity.exp);
        self.tasks.spawn(async move {
            loop {
                let exp = state.realtime.with(|hub| hub.expire(channel, jwt::now()));
                let Some(exp) = exp.filter(|exp| Some(*exp) == watched) else {
                    return;
                };
                // In steps, because the clock may be set, and because far dates overflow timers.
                let wait = exp.saturating_sub(jwt::now()).clamp(1, 300);
                sleep(Duration::from_secs(wait)).await;
            }
        });
    }

    /// A new token came; there is never a reply.
    pub(super) async fn access_token(&mut self, channel: ChannelId, frame: &Frame) {
        let payload: Value = frame.read().unwrap_or_default();
        // What is no text counts as an unknown event.
        let Some(token) = payload.get("access_token").and_then(Value::as_str) else {
            return;
        };
        let realtime = &self.state.realtime;
        let known = realtime.with(|hub| Some((hub.identity(channel)?, hub.topic(channel)?)));
        let Some((former, topic)) = known else { return };
        if token == former.token || token.starts_with("sb_") {
            return;
        }
        let identity = match token::check(&self.state.secret, token, jwt::now()) {
            Ok(identity) => Arc::new(identity),
            Err(refused) => return realtime.with(|hub| hub.fail(channel, &refused.to_string())),
        };
        let rights = match authorize::rights(&self.state.admin, &topic, &identity).await {
            Ok(rights) => rights,
            Err(reason) => {
                let text = reason.split_once(": ").map_or(&*reason, |(_, text)| text);
                return realtime.with(|hub| hub.fail(channel, text));
            }
        };
        if realtime.with(|hub| hub.loses(channel, rights)) {
            let name = topic.name.strip_prefix("realtime:").unwrap_or(&topic.name);
            let lost =
                format!("You no longer have permission to read from this Channel topic: {name}");
            return realtime.with(|hub| hub.fail(channel, &lost));
        }
        let bindings = realtime.with(|hub| {
            hub.renew(channel, identity, rights);
            hub.bindings(channel)
        });
        self.watch_expiry(channel);
        if !bindings.is_empty() {
            let hush = self.state.realtime.hushed();
            self.subscribe(channel, bindings, SETTLE, hush);
        }
    }
}

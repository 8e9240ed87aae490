//! Joining a channel: the token, the rights, the bindings.

use std::{sync::Arc, time::Duration};

use axum::extract::ws::close_code;
use serde_json::{Value, json};
use tokio::time::sleep;
use wire::Frame;

use super::{PENALTY, channel::Conversation};
use crate::{
    jwt,
    realtime::{
        authorize,
        binding::Binding,
        hub::{Address, Full, Joining, Topic},
        join::Request,
        replay, token,
    },
};

/// A join that is allowed.
struct Admitted {
    joining: Joining,
    /// What is wrong with its bindings, which does not keep a channel from being joined.
    malformed: Option<String>,
    /// Whether it wants to know when the database's broadcasts arrive.
    replication_ready: bool,
}

impl Conversation {
    /// A join came.
    pub(super) async fn join(&mut self, frame: &Frame) {
        match self.admit(frame).await {
            Ok(Admitted {
                joining,
                malformed,
                replication_ready,
            }) => {
                let bindings = joining.bindings.clone();
                // Before the reply: by then a test may have asked for something else.
                let hush = self.state.realtime.hushed();
                let joined = self
                    .state
                    .realtime
                    .with(|hub| hub.join(self.socket, joining));
                let Some(channel) = joined else { return };
                self.watch_expiry(channel);
                if replication_ready {
                    self.tell_when_replicating(channel);
                }
                if let Some(message) = malformed {
                    self.state
                        .realtime
                        .with(|hub| hub.unsubscribe(channel, &message));
                } else if !bindings.is_empty() {
                    self.subscribe(channel, bindings, Duration::ZERO, hush);
                }
            }
            Err(reason) => self.refuse(frame, &reason),
        }
    }

    /// Answers after a moment, so that a client that tries again at once is slowed down.
    fn refuse(&mut self, frame: &Frame, reason: &str) {
        let (state, socket) = (self.state.clone(), self.socket);
        // The former channel of that topic is replaced, even by nothing.
        state.realtime.with(|hub| {
            if let Some(former) = hub.channel(socket, &frame.topic) {
                hub.close(former);
            }
        });
        let (address, response) = (Address::from(frame), json!({ "reason": reason }));
        self.tasks.spawn(async move {
            sleep(PENALTY).await;
            state
                .realtime
                .with(|hub| hub.reply(socket, address, false, &response));
        });
    }

    /// Decides on a join.
    async fn admit(&self, frame: &Frame) -> Result<Admitted, String> {
        match frame.topic.strip_prefix("realtime:") {
            None => return Err("unmatched topic".to_owned()),
            Some("") => return Err("TopicNameRequired: You must provide a topic name".to_owned()),
            Some(_) => {}
        }
        let payload: Value = frame
            .read()
            .map_err(|error| format!("InvalidJoinPayload: {error}"))?;
        let request = Request::read(&payload)?;
        let realtime = &self.state.realtime;
        if let Err(full) = realtime.with(|hub| hub.may_join(self.socket, &frame.topic)) {
            if full == Full::Joins {
                realtime.with(|hub| {
                    hub.reply(
                        self.socket,
                        frame.into(),
                        false,
                        &json!({ "reason": full.reason() }),
                    );
                    hub.end(self.socket, close_code::AWAY, "");
                });
            }
            return Err(full.reason());
        }
        let token = request.token.as_ref().unwrap_or(&self.identity.token);
        let identity = token::check(&self.state.secret, token, jwt::now())
            .map_err(|refused| refused.reason())?;
        let topic = Topic {
            name: frame.topic.clone(),
            private: request.private,
        };
        let rights = authorize::rights(&self.state.admin, &topic, &identity).await?;
        let replayed = match request.replay {
            Some(_) if !rights.hear => {
                let name = topic.name.strip_prefix("realtime:").unwrap_or_default();
                return Err(format!(
                    "Unauthorized: You do not have permissions to read from this Channel topic: {name}"
                ));
            }
            Some(replay) => {
                let name = topic.name.strip_prefix("realtime:").unwrap_or_default();
                replay::messages(&self.state.admin, name, replay).await?
            }
            None => Vec::new(),
        };
        let entries = request.entries.iter();
        let bindings: Result<Arc<[_]>, _> = entries
            .map(|(id, entry)| Binding::parse(entry, *id))
            .collect();
        let (bindings, malformed) = match bindings {
            Ok(bindings) => (bindings, None),
            Err(message) => ([].into(), Some(message)),
        };
        let echo = request.echo();
        let joining = Joining {
            topic,
            reference: frame.reference.clone(),
            join_ref: frame.join_ref.clone(),
            identity: Arc::new(identity),
            rights,
            ack: request.ack,
            to_self: request.to_self,
            presence: request.presence,
            key: request.key,
            echo,
            bindings,
            replayed,
        };
        Ok(Admitted {
            joining,
            malformed,
            replication_ready: request.replication_ready,
        })
    }
}

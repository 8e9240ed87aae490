//! What a client says on its socket, and what follows: joins, tokens, presence, broadcasts.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};
use wire::Frame;

use super::PENALTY;
use crate::{
    AppState, jwt,
    realtime::{
        authorize,
        binding::Binding,
        frame::Push,
        hub::{Cast, ChannelId, Joining, SocketId, Topic},
        join::Request,
        subscribe::{self, Unfit},
        token::{self, Identity},
        visibility::Viewer,
    },
};

/// Bindings follow a new token after this time, in which further tokens may come.
const SETTLE: Duration = Duration::from_secs(1);

/// One client's side of the talk.
pub struct Conversation {
    state: AppState,
    socket: SocketId,
    identity: Arc<Identity>,
    /// What still goes on for this socket; it ends with it.
    tasks: JoinSet<()>,
}

impl Conversation {
    /// For a socket that came with the API key of `identity`.
    pub fn new(state: AppState, socket: SocketId, identity: Arc<Identity>) -> Self {
        Self {
            state,
            socket,
            identity,
            tasks: JoinSet::new(),
        }
    }

    /// A text frame came.
    pub async fn frame(&mut self, frame: &Frame) {
        while self.tasks.try_join_next().is_some() {}
        let realtime = &self.state.realtime;
        match (frame.topic.as_str(), frame.event.as_str()) {
            ("phoenix", "heartbeat") => realtime.with(|hub| hub.heartbeat(self.socket, frame)),
            (_, "phx_join") => self.join(frame).await,
            (_, "phx_leave") => realtime.with(|hub| hub.leave(self.socket, frame)),
            (_, event) => {
                let Some(channel) = realtime.with(|hub| hub.channel(self.socket, &frame.topic))
                else {
                    return self.answer(frame, false, &json!({"reason": "unmatched topic"}));
                };
                match event {
                    "access_token" => self.access_token(channel, frame).await,
                    "presence" => self.presence(channel, frame),
                    "broadcast" => {
                        let (reference, join_ref) =
                            (frame.reference.clone(), frame.join_ref.clone());
                        let cast = Cast::Text(frame.payload.clone());
                        realtime.with(|hub| hub.broadcast(channel, &cast, reference, join_ref));
                    }
                    // Unknown events get no answer, as in the real service.
                    _ => {}
                }
            }
        }
    }

    /// A broadcast came as a binary frame.
    pub fn push(&mut self, push: Push) {
        let Push {
            join_ref,
            reference,
            topic,
            broadcast,
        } = push;
        self.state
            .realtime
            .with(|hub| match hub.channel(self.socket, &topic) {
                Some(channel) => {
                    hub.broadcast(channel, &Cast::User(broadcast), reference, join_ref)
                }
                None => {
                    let response = json!({"reason": "unmatched topic"});
                    hub.reply(self.socket, &topic, reference, join_ref, false, &response);
                }
            });
    }

    fn answer(&self, frame: &Frame, ok: bool, response: &Value) {
        let (reference, join_ref) = (frame.reference.clone(), frame.join_ref.clone());
        self.state
            .realtime
            .with(|hub| hub.reply(self.socket, &frame.topic, reference, join_ref, ok, response));
    }

    async fn join(&mut self, frame: &Frame) {
        match self.admit(frame).await {
            Ok((joining, malformed)) => {
                let bindings = joining.bindings.clone();
                let Some(channel) = self
                    .state
                    .realtime
                    .with(|hub| hub.join(self.socket, joining))
                else {
                    return;
                };
                self.watch_expiry(channel);
                if let Some(message) = malformed {
                    self.state
                        .realtime
                        .with(|hub| hub.system(channel, "postgres_changes", false, &message));
                } else if !bindings.is_empty() {
                    self.subscribe(channel, bindings, Duration::ZERO);
                }
            }
            Err(reason) => {
                let (state, socket, frame) = (self.state.clone(), self.socket, frame.clone());
                self.tasks.spawn(async move {
                    sleep(PENALTY).await;
                    let response = json!({ "reason": reason });
                    state.realtime.with(|hub| {
                        hub.reply(
                            socket,
                            &frame.topic,
                            frame.reference,
                            frame.join_ref,
                            false,
                            &response,
                        );
                    });
                });
            }
        }
    }

    /// Decides on a join. What is malformed about its bindings comes apart: it does not keep a channel from
    /// being joined.
    async fn admit(&self, frame: &Frame) -> Result<(Joining, Option<String>), String> {
        match frame.topic.strip_prefix("realtime:") {
            None => return Err("unmatched topic".to_owned()),
            Some("") => return Err("TopicNameRequired: You must provide a topic name".to_owned()),
            Some(_) => {}
        }
        let payload: Value = frame
            .read()
            .map_err(|error| format!("InvalidJoinPayload: {error}"))?;
        let request = Request::read(&payload)?;
        let identity = match &request.token {
            Some(token) => Arc::new(
                token::check(&self.state.secret, token, jwt::now())
                    .map_err(|refused| refused.reason())?,
            ),
            None => {
                let token = &self.identity.token;
                token::check(&self.state.secret, token, jwt::now())
                    .map_err(|refused| refused.reason())?;
                self.identity.clone()
            }
        };
        if self
            .state
            .realtime
            .with(|hub| hub.is_full(self.socket, &frame.topic))
        {
            return Err("ChannelRateLimitReached: Too many channels".to_owned());
        }
        let topic = Topic {
            name: frame.topic.clone(),
            private: request.private,
        };
        let rights =
            authorize::rights(&self.state.admin, &topic, &identity, request.presence).await?;
        let bindings: Result<Arc<[_]>, _> = request
            .entries
            .iter()
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
            identity,
            rights,
            ack: request.ack,
            to_self: request.to_self,
            presence: request.presence,
            key: request.key,
            echo,
            bindings,
        };
        Ok((joining, malformed))
    }

    /// Makes the bindings live for whoever the channel speaks for by then; goes on while the database is away.
    fn subscribe(&mut self, channel: ChannelId, bindings: Arc<[Binding]>, after: Duration) {
        let state = self.state.clone();
        self.tasks.spawn(async move {
            sleep(after).await;
            loop {
                let Some(identity) = state.realtime.with(|hub| hub.identity(channel)) else {
                    return;
                };
                match subscribe::check(&state.admin, &identity.role, &bindings).await {
                    Ok(()) => {
                        let viewer = Viewer {
                            role: identity.role.clone(),
                            claims: identity.claims.clone(),
                        };
                        return state.realtime.ready(channel, Arc::new(viewer));
                    }
                    Err(Unfit::Refused(message)) => {
                        return state
                            .realtime
                            .with(|hub| hub.system(channel, "postgres_changes", false, &message));
                    }
                    Err(Unfit::Away(_)) => sleep(SETTLE).await,
                }
            }
        });
    }

    /// Closes the channel when its token ends, however often that is put off.
    fn watch_expiry(&mut self, channel: ChannelId) {
        let state = self.state.clone();
        self.tasks.spawn(async move {
            while let Some(exp) = state.realtime.with(|hub| hub.expire(channel, jwt::now())) {
                // In steps, because the clock may be set, and because far dates overflow timers.
                let wait = exp.saturating_sub(jwt::now()).clamp(1, 300);
                sleep(Duration::from_secs(wait)).await;
            }
        });
    }

    async fn access_token(&mut self, channel: ChannelId, frame: &Frame) {
        let payload: Value = frame.read().unwrap_or_default();
        let token = match payload.get("access_token") {
            None | Some(Value::Null) => return,
            Some(token) => token.as_str().unwrap_or_default(),
        };
        let realtime = &self.state.realtime;
        let Some(former) = realtime.with(|hub| hub.identity(channel)) else {
            return;
        };
        if token == former.token || token.starts_with("sb_") {
            return;
        }
        let identity = match token::check(&self.state.secret, token, jwt::now()) {
            Ok(identity) => Arc::new(identity),
            Err(refused) => return realtime.with(|hub| hub.fail(channel, &refused.to_string())),
        };
        let Some((topic, presence)) = realtime.with(|hub| hub.topic(channel)) else {
            return;
        };
        let rights = match authorize::rights(&self.state.admin, &topic, &identity, presence).await {
            Ok(rights) => rights,
            Err(reason) => {
                let text = reason.strip_prefix("Unauthorized: ").unwrap_or(&reason);
                return realtime.with(|hub| hub.fail(channel, text));
            }
        };
        let bindings = realtime.with(|hub| {
            hub.renew(channel, identity, rights);
            hub.bindings(channel)
        });
        if !bindings.is_empty() {
            self.subscribe(channel, bindings, SETTLE);
        }
    }

    fn presence(&self, channel: ChannelId, frame: &Frame) {
        let payload: Value = frame.read().unwrap_or_default();
        let event = payload
            .get("event")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_lowercase();
        let now = Instant::now();
        let done = match (event.as_str(), payload.get("payload")) {
            ("track", Some(Value::Object(meta))) => self
                .state
                .realtime
                .with(|hub| hub.track(channel, meta.clone(), now)),
            ("track", None) => self
                .state
                .realtime
                .with(|hub| hub.track(channel, serde_json::Map::new(), now)),
            ("track", Some(_)) => {
                return self.answer(
                    frame,
                    false,
                    &json!({"reason": "Presence track payload must be a map"}),
                );
            }
            ("untrack", _) => self.state.realtime.with(|hub| hub.untrack(channel, now)),
            _ => return self.answer(frame, false, &json!({"reason": "Unknown presence event"})),
        };
        match done {
            Ok(()) => self.answer(frame, true, &json!({})),
            Err(message) => self.state.realtime.with(|hub| hub.fail(channel, message)),
        }
    }
}

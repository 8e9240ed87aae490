//! The payload of a join, read as tolerantly as Realtime reads it.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::binding;

/// What a join asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Whether policies guard the topic.
    pub private: bool,
    /// Whether broadcasts are acknowledged.
    pub ack: bool,
    /// Whether own broadcasts come back.
    pub to_self: bool,
    /// Whether `presence_state` is wanted.
    pub presence: bool,
    /// Key of the member; made here when the client has none.
    pub key: String,
    /// Token of the user; the socket's when absent.
    pub token: Option<String>,
    /// The entries of `postgres_changes` with their ids.
    pub entries: Vec<(u32, Value)>,
    /// Former broadcasts that are wanted.
    pub replay: Option<Replay>,
    /// Whether it wants to know from when on the database's broadcasts arrive.
    pub replication_ready: bool,
}

/// Which former broadcasts of a private topic a join asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replay {
    /// Not older than this, in milliseconds since 1970.
    pub since: i64,
    /// At most so many, the latest ones.
    pub limit: i64,
}

/// Most broadcasts that can be replayed, and as many as come when the join does not say.
const REPLAYED: i64 = 25;

impl Request {
    /// Reads the payload.
    ///
    /// # Errors
    /// The reason with which the join is refused.
    pub fn read(payload: &Value) -> Result<Self, String> {
        let config = match payload.get("config") {
            Some(config) if config.is_object() || config.is_null() => config,
            Some(config) => return Err(format!("UnknownErrorOnChannel: expected a map, got: {config}")),
            None => return Err("InvalidJoinPayload: the join needs an object `config`; topics that name a table are not supported".to_owned()),
        };
        let switch = |path: &str| match config.pointer(path) {
            Some(Value::Bool(on)) => *on,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            Some(_) | None => false,
        };
        let private = switch("/private");
        let replay = match config.pointer("/broadcast/replay") {
            Some(_) if !private => {
                return Err(
                    "UnableToReplayMessages: Replay is not allowed for public channels".to_owned(),
                );
            }
            Some(Value::Object(replay)) => Some(Replay::read(replay)?),
            Some(_) | None => None,
        };
        let key = config
            .pointer("/presence/key")
            .and_then(Value::as_str)
            .filter(|key| !key.is_empty());
        let entries = config.get("postgres_changes").and_then(Value::as_array);
        let entries: Vec<_> = entries
            .into_iter()
            .flatten()
            .filter(|entry| !entry.is_null())
            .cloned()
            .collect();
        if let Some(odd) = entries.iter().find(|entry| !entry.is_object()) {
            return Err(format!("UnknownErrorOnChannel: expected a map, got: {odd}"));
        }
        let token = ["user_token", "access_token"]
            .into_iter()
            .find_map(|name| payload.get(name)?.as_str());
        Ok(Self {
            private,
            ack: switch("/broadcast/ack"),
            to_self: switch("/broadcast/self"),
            presence: switch("/presence/enabled"),
            replication_ready: switch("/broadcast/replication_ready"),
            key: key.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned),
            token: token
                .filter(|token| !token.starts_with("sb_"))
                .map(str::to_owned),
            entries: binding::ids(&entries).into_iter().zip(entries).collect(),
            replay,
        })
    }

    /// The entries as the reply repeats them: as sent, plus `id`.
    pub fn echo(&self) -> Vec<Value> {
        let echoed = self.entries.iter().map(|(id, entry)| {
            let mut entry = entry.clone();
            if let Some(entry) = entry.as_object_mut() {
                entry.insert("id".to_owned(), (*id).into());
            }
            entry
        });
        echoed.collect()
    }
}

impl Replay {
    fn read(replay: &Map<String, Value>) -> Result<Self, String> {
        let whole = |name: &str| replay.get(name).map(Value::as_i64);
        match (whole("since"), whole("limit")) {
            (Some(Some(since)), None) => Ok(Self {
                since,
                limit: REPLAYED,
            }),
            (Some(Some(since)), Some(Some(limit))) => Ok(Self {
                since,
                limit: limit.clamp(1, REPLAYED),
            }),
            (None | Some(None), _) | (_, Some(None)) => {
                Err("UnableToReplayMessages: Replay params are not valid".to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn switches_may_be_words_and_keys_may_be_missing() {
        let payload = json!({"config": {
            "broadcast": {"ack": "TRUE", "self": true}, "presence": {"enabled": "false", "key": ""},
            "postgres_changes": [null, {"event": "*", "schema": "public", "odd": [1]}]
        }, "access_token": "sb_publishable_x"});
        let request = Request::read(&payload).unwrap();
        assert!(request.ack && request.to_self && !request.presence && !request.private);
        assert!(!request.key.is_empty());
        assert_eq!(request.token, None, "an API key is no user's token");
        let echo = request.echo();
        assert_eq!((echo.len(), &echo[0]["odd"]), (1, &json!([1])));
        assert!(echo[0]["id"].as_u64().is_some_and(|id| id > 0));
    }

    #[test]
    fn what_is_no_config_is_refused_and_nothing_counts_as_defaults() {
        assert!(Request::read(&json!({})).is_err());
        assert!(Request::read(&json!([])).is_err());
        for (config, got) in [
            (json!(3), "3"),
            (json!({"postgres_changes": ["x"]}), "\"x\""),
        ] {
            assert_eq!(
                Request::read(&json!({ "config": config })),
                Err(format!("UnknownErrorOnChannel: expected a map, got: {got}"))
            );
        }
        for config in [
            json!(null),
            json!({"postgres_changes": null}),
            json!({"broadcast": 3}),
        ] {
            let request = Request::read(&json!({ "config": config })).unwrap();
            assert!(request.entries.is_empty() && !request.private && !request.ack);
        }
    }

    #[test]
    fn replay_is_for_private_topics_and_needs_a_time() {
        let read = |private: bool, replay: Value| {
            Request::read(&json!({"config": {"private": private, "broadcast": {"replay": replay}}}))
                .map(|request| request.replay)
        };
        let since = |limit| Some(Replay { since: 5, limit });
        assert_eq!(read(true, json!({"since": 5})), Ok(since(25)));
        assert_eq!(read(true, json!({"since": 5, "limit": 3})), Ok(since(3)));
        assert_eq!(read(true, json!({"since": 5, "limit": 99})), Ok(since(25)));
        assert_eq!(read(true, json!({"since": 5, "limit": 0})), Ok(since(1)));
        assert_eq!(read(true, json!(null)), Ok(None));
        for bad in [
            json!({}),
            json!({"since": "5"}),
            json!({"since": 5, "limit": "3"}),
        ] {
            assert_eq!(
                read(true, bad),
                Err("UnableToReplayMessages: Replay params are not valid".to_owned())
            );
        }
        assert_eq!(
            read(false, json!(null)),
            Err("UnableToReplayMessages: Replay is not allowed for public channels".to_owned())
        );
    }
}

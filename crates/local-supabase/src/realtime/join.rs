//! The payload of a join, read as tolerantly as Realtime reads it.

use serde_json::Value;
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
}

impl Request {
    /// Reads the payload.
    ///
    /// # Errors
    /// The reason with which the join is refused.
    pub fn read(payload: &Value) -> Result<Self, String> {
        let Some(config) = payload.get("config").filter(|config| config.is_object()) else {
            return Err("InvalidJoinPayload: the join needs an object `config`; topics that name a table are not supported".to_owned());
        };
        let switch = |path: &str| match config.pointer(path) {
            Some(Value::Bool(on)) => *on,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            Some(_) | None => false,
        };
        if config
            .pointer("/broadcast/replay")
            .is_some_and(|replay| !replay.is_null())
        {
            return Err(
                "UnableToReplayMessages: Replay is not supported by this server".to_owned(),
            );
        }
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
        let token = ["user_token", "access_token"]
            .into_iter()
            .find_map(|name| payload.get(name)?.as_str());
        Ok(Self {
            private: switch("/private"),
            ack: switch("/broadcast/ack"),
            to_self: switch("/broadcast/self"),
            presence: switch("/presence/enabled"),
            key: key.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned),
            token: token
                .filter(|token| !token.starts_with("sb_"))
                .map(str::to_owned),
            entries: binding::ids(&entries).into_iter().zip(entries).collect(),
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
    fn a_join_without_config_is_refused() {
        assert!(Request::read(&json!({})).is_err());
        assert!(Request::read(&json!([])).is_err());
        assert!(
            Request::read(&json!({"config": {"postgres_changes": null}}))
                .unwrap()
                .entries
                .is_empty()
        );
    }
}

//! Binary frames of version 2: pushes (kinds 0 and 3) on their way in, broadcasts (kinds 2 and 4) out.

use serde_json::{Value, json, value::RawValue};
use uuid::Uuid;
use wire::DecodeError;

/// What the data of a broadcast is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Any bytes.
    Binary,
    /// JSON text.
    Json,
}

/// A broadcast without its addressing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserBroadcast {
    /// Event as the application names it.
    pub event: String,
    /// What the data is.
    pub encoding: Encoding,
    /// The data.
    pub payload: Vec<u8>,
    /// Its row in `realtime.messages`, if it comes from there.
    pub kept: Option<Kept>,
}

/// The row of `realtime.messages` behind a broadcast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: Uuid,
    /// Whether it was broadcast before, and is told again.
    pub replayed: bool,
}

impl Kept {
    /// What receivers are told of it.
    pub fn meta(self) -> Value {
        let mut meta = json!({ "id": self.id.to_string() });
        if self.replayed {
            meta["replayed"] = json!(true);
        }
        meta
    }
}

/// A frame as a client pushes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// `ref` of the join.
    pub join_ref: Option<String>,
    /// `ref` of the push.
    pub reference: Option<String>,
    /// Topic with `realtime:`.
    pub topic: String,
    /// What it holds.
    pub content: Content,
}

/// What a push holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Kind 3: a broadcast of an application's event.
    User(UserBroadcast),
    /// Kind 0: any event, with bytes for its payload.
    Plain(String, Vec<u8>),
}

const PLAIN: u8 = 0;
const BROADCAST: u8 = 2;
const USER_PUSH: u8 = 3;
const USER_BROADCAST: u8 = 4;

impl Push {
    /// Reads a frame of kind 0 or 3.
    ///
    /// # Errors
    /// A frame of another kind, or one that is cut short or holds no UTF-8 where text belongs.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match bytes {
            [PLAIN, join_ref, reference, topic, event, rest @ ..] => {
                let mut texts = Texts(rest);
                Ok(Self {
                    join_ref: texts.some(*join_ref)?,
                    reference: texts.some(*reference)?,
                    topic: texts.next(*topic)?,
                    content: Content::Plain(texts.next(*event)?, texts.0.to_vec()),
                })
            }
            [
                USER_PUSH,
                join_ref,
                reference,
                topic,
                event,
                metadata,
                encoding,
                rest @ ..,
            ] => {
                let mut texts = Texts(rest);
                let (join_ref, reference) = (texts.some(*join_ref)?, texts.some(*reference)?);
                let (topic, event) = (texts.next(*topic)?, texts.next(*event)?);
                // It has to be right, but nothing comes of it, as in the real service.
                let metadata = texts.next(*metadata)?;
                let encoding = match encoding {
                    0 => Encoding::Binary,
                    _ => Encoding::Json,
                };
                let json = |bytes: &[u8]| serde_json::from_slice::<&RawValue>(bytes).is_ok();
                if (encoding == Encoding::Json && !json(texts.0))
                    || (!metadata.is_empty() && !json(metadata.as_bytes()))
                {
                    return Err(bad("a user broadcast holds no JSON where it says so"));
                }
                Ok(Self {
                    join_ref,
                    reference,
                    topic,
                    content: Content::User(UserBroadcast {
                        event,
                        encoding,
                        payload: texts.0.to_vec(),
                        kept: None,
                    }),
                })
            }
            [PLAIN | USER_PUSH, ..] => Err(bad("a binary frame is cut short")),
            _ => Err(bad("a binary frame has to be of kind 0 or 3")),
        }
    }
}

fn bad(text: &str) -> DecodeError {
    DecodeError(text.to_owned())
}

/// What is left of a frame whose texts are read one by one.
struct Texts<'a>(&'a [u8]);

impl Texts<'_> {
    fn next(&mut self, length: u8) -> Result<String, DecodeError> {
        let parts = self.0.split_at_checked(usize::from(length));
        let (text, rest) = parts.ok_or_else(|| bad("a binary frame is cut short"))?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).map_err(|_| bad("a text in a binary frame is no UTF-8"))
    }

    /// The same, where no text means nothing.
    fn some(&mut self, length: u8) -> Result<Option<String>, DecodeError> {
        let text = self.next(length)?;
        Ok((!text.is_empty()).then_some(text))
    }
}

/// The frame of kind 2, bytes for an event of a topic; nothing when a text is longer than its length byte can say.
pub fn broadcast(topic: &str, event: &str, payload: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![BROADCAST];
    for text in [topic, event] {
        bytes.push(u8::try_from(text.len()).ok()?);
    }
    for text in [topic.as_bytes(), event.as_bytes(), payload] {
        bytes.extend(text);
    }
    Some(bytes)
}

impl UserBroadcast {
    /// The frame of kind 4; nothing when a text is longer than its length byte can say.
    pub fn encode(&self, topic: &str) -> Option<Vec<u8>> {
        let length = |text: &str| u8::try_from(text.len()).ok();
        let encoding = match self.encoding {
            Encoding::Binary => 0,
            Encoding::Json => 1,
        };
        let meta = self.kept.map(|kept| kept.meta().to_string());
        let meta = meta.unwrap_or_default();
        let mut bytes = vec![
            USER_BROADCAST,
            length(topic)?,
            length(&self.event)?,
            length(&meta)?,
            encoding,
        ];
        for part in [topic, &self.event, &meta] {
            bytes.extend(part.as_bytes());
        }
        bytes.extend(&self.payload);
        Some(bytes)
    }

    /// The payload that says the same in a text frame; nothing for binary data.
    pub fn as_text(&self) -> Option<Box<RawValue>> {
        let payload: &RawValue = serde_json::from_slice(&self.payload).ok()?;
        let event = json!(self.event);
        let meta = self.kept.map(|kept| format!(",\"meta\":{}", kept.meta()));
        let meta = meta.unwrap_or_default();
        RawValue::from_string(format!(
            "{{\"type\":\"broadcast\",\"event\":{event},\"payload\":{payload}{meta}}}"
        ))
        .ok()
    }
}

#[cfg(test)]
mod tests;

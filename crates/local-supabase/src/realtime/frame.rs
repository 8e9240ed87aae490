//! Binary frames of version 2: pushes (kinds 0 and 3) on their way in, broadcasts (kinds 2 and 4) out.

use serde_json::{json, value::RawValue};
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
        let mut bytes = vec![
            USER_BROADCAST,
            length(topic)?,
            length(&self.event)?,
            0,
            encoding,
        ];
        for part in [topic.as_bytes(), self.event.as_bytes(), &self.payload] {
            bytes.extend(part);
        }
        Some(bytes)
    }

    /// The payload that says the same in a text frame; nothing for binary data.
    pub fn as_text(&self) -> Option<Box<RawValue>> {
        let payload: &RawValue = serde_json::from_slice(&self.payload).ok()?;
        let event = json!(self.event);
        RawValue::from_string(format!(
            "{{\"type\":\"broadcast\",\"event\":{event},\"payload\":{payload}}}"
        ))
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push() -> Vec<u8> {
        let mut bytes = vec![3, 1, 1, 10, 6, 2, 1];
        bytes.extend(b"17realtime:atyping{}{\"a\":1}");
        bytes
    }

    #[test]
    fn a_push_becomes_a_broadcast() {
        let push = Push::decode(&push()).unwrap();
        assert_eq!(
            (push.join_ref.as_deref(), push.reference.as_deref()),
            (Some("1"), Some("7"))
        );
        assert_eq!(push.topic, "realtime:a");
        let user = UserBroadcast {
            event: "typing".into(),
            encoding: Encoding::Json,
            payload: b"{\"a\":1}".to_vec(),
        };
        assert_eq!(push.content, Content::User(user));
    }

    #[test]
    fn an_event_may_have_bytes_for_its_payload() {
        let push = Push::decode(b"\x00\x00\x01\x0a\x099realtime:abroadcast\xff\x00").unwrap();
        assert_eq!(
            (push.join_ref, push.reference.as_deref()),
            (None, Some("9"))
        );
        assert_eq!(
            push.content,
            Content::Plain("broadcast".into(), vec![255, 0])
        );
        assert_eq!(
            broadcast("realtime:a", "broadcast", &[255, 0]).unwrap(),
            b"\x02\x0a\x09realtime:abroadcast\xff\x00"
        );
    }

    #[test]
    fn out_it_has_its_own_layout() {
        let user = UserBroadcast {
            event: "go".into(),
            encoding: Encoding::Json,
            payload: b"[1]".to_vec(),
        };
        assert_eq!(
            user.encode("realtime:a").unwrap(),
            b"\x04\x0a\x02\x00\x01realtime:ago[1]"
        );
        assert_eq!(
            user.as_text().unwrap().get(),
            r#"{"type":"broadcast","event":"go","payload":[1]}"#
        );
        assert_eq!(user.encode(&"x".repeat(256)), None);
    }

    #[test]
    fn every_cut_and_every_lie_is_an_error() {
        let whole = push();
        for end in 0..whole.len() {
            assert!(Push::decode(&whole[..end]).is_err(), "{end}");
        }
        for (at, lie) in [(0, 1), (0, 9), (5, 3), (7, 255)] {
            let mut bytes = whole.clone();
            bytes[at] = lie;
            assert!(Push::decode(&bytes).is_err(), "{lie} at {at}");
        }
    }
}

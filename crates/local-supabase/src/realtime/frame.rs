//! Binary frames of version 2: a member's broadcast on its way in (kind 3) and out (kind 4).

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
    /// JSON text, or empty.
    pub metadata: String,
    /// What the data is.
    pub encoding: Encoding,
    /// The data.
    pub payload: Vec<u8>,
}

/// A broadcast as a client pushes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// `ref` of the join.
    pub join_ref: Option<String>,
    /// `ref` of the push.
    pub reference: Option<String>,
    /// Topic with `realtime:`.
    pub topic: String,
    /// The broadcast.
    pub broadcast: UserBroadcast,
}

const PUSH: u8 = 3;
const BROADCAST: u8 = 4;

impl Push {
    /// Reads a frame of kind 3.
    ///
    /// # Errors
    /// A frame of another kind, or one that is cut short or holds no UTF-8 where text belongs.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let bad = |text: &str| DecodeError(text.to_owned());
        let [
            PUSH,
            join_ref,
            reference,
            topic,
            event,
            metadata,
            encoding,
            rest @ ..,
        ] = bytes
        else {
            return Err(bad("a binary frame has to be a user broadcast of kind 3"));
        };
        let encoding = match encoding {
            0 => Encoding::Binary,
            1 => Encoding::Json,
            _ => return Err(bad("the encoding of a user broadcast is 0 or 1")),
        };
        let mut rest = rest;
        let mut text = |length: &u8| {
            let (text, after) = rest
                .split_at_checked(usize::from(*length))
                .ok_or_else(|| bad("a binary frame is cut short"))?;
            rest = after;
            String::from_utf8(text.to_vec())
                .map_err(|_| bad("a text in a binary frame is no UTF-8"))
        };
        let some = |text: String| (!text.is_empty()).then_some(text);
        let (join_ref, reference) = (some(text(join_ref)?), some(text(reference)?));
        let (topic, event, metadata) = (text(topic)?, text(event)?, text(metadata)?);
        let json = |bytes: &[u8]| serde_json::from_slice::<&RawValue>(bytes).is_ok();
        if (encoding == Encoding::Json && !json(rest))
            || (!metadata.is_empty() && !json(metadata.as_bytes()))
        {
            return Err(bad("a user broadcast holds no JSON where it says so"));
        }
        let broadcast = UserBroadcast {
            event,
            metadata,
            encoding,
            payload: rest.to_vec(),
        };
        Ok(Self {
            join_ref,
            reference,
            topic,
            broadcast,
        })
    }
}

impl UserBroadcast {
    /// The frame of kind 4; nothing when a text is longer than its length byte can say.
    pub fn encode(&self, topic: &str) -> Option<Vec<u8>> {
        let mut bytes = vec![BROADCAST];
        for text in [topic, &self.event, &self.metadata] {
            bytes.push(u8::try_from(text.len()).ok()?);
        }
        bytes.push(match self.encoding {
            Encoding::Binary => 0,
            Encoding::Json => 1,
        });
        for text in [topic, &self.event, &self.metadata] {
            bytes.extend(text.as_bytes());
        }
        bytes.extend(&self.payload);
        Some(bytes)
    }

    /// The payload that says the same in a text frame; nothing for binary data.
    pub fn as_text(&self) -> Option<Box<RawValue>> {
        let payload: &RawValue = serde_json::from_slice(&self.payload).ok()?;
        let (event, kind) = (json!(self.event), json!("broadcast"));
        let meta = if self.metadata.is_empty() {
            String::new()
        } else {
            format!(",\"meta\":{}", self.metadata)
        };
        RawValue::from_string(format!(
            "{{\"type\":{kind},\"event\":{event},\"payload\":{payload}{meta}}}"
        ))
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push() -> Vec<u8> {
        let mut bytes = vec![3, 1, 1, 10, 6, 0, 1];
        bytes.extend(b"17realtime:atyping{\"a\":1}");
        bytes
    }

    #[test]
    fn a_push_becomes_a_broadcast() {
        let push = Push::decode(&push()).unwrap();
        assert_eq!(
            (push.join_ref.as_deref(), push.reference.as_deref()),
            (Some("1"), Some("7"))
        );
        assert_eq!(
            (push.topic.as_str(), push.broadcast.event.as_str()),
            ("realtime:a", "typing")
        );
    }

    #[test]
    fn out_it_has_its_own_layout() {
        let user = UserBroadcast {
            event: "go".into(),
            metadata: String::new(),
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
        let mut lie = whole.clone();
        lie[6] = 2;
        assert!(Push::decode(&lie).is_err());
    }
}

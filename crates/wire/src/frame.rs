//! One Phoenix message, in the object form (vsn 1.0.0) and the array form (vsn 2.0.0).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::DecodeError;

mod array;

use array::{V2, reference};

/// The serialisation that both ends agreed on by the query parameter `vsn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// Objects: `{"topic","event","payload","ref","join_ref"}`.
    V1,
    /// Arrays: `[join_ref, ref, topic, event, payload]`.
    #[default]
    V2,
}

impl Version {
    /// The value of the query parameter `vsn`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1.0.0",
            Self::V2 => "2.0.0",
        }
    }

    /// Reads the query parameter `vsn`; an absent one means 1.0.0, an unknown one is refused.
    pub fn parse(vsn: Option<&str>) -> Result<Self, DecodeError> {
        match vsn {
            None | Some("1.0.0") => Ok(Self::V1),
            Some("2.0.0") => Ok(Self::V2),
            Some(other) => Err(DecodeError(format!("unsupported vsn {other}"))),
        }
    }
}

/// One Phoenix message; the payload stays raw JSON until its event says how to read it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// `ref` of the join that the message belongs to; absent on what goes through pub/sub.
    pub join_ref: Option<String>,
    /// `ref` that pairs a push with its reply.
    pub reference: Option<String>,
    /// Channel name, `realtime:<name>` or `phoenix`.
    pub topic: String,
    /// Event name such as `phx_join`, `phx_reply`, `postgres_changes`.
    pub event: String,
    /// JSON of the payload.
    pub payload: Box<RawValue>,
}

#[derive(Serialize, Deserialize)]
struct V1<'a> {
    #[serde(borrow)]
    topic: Cow<'a, str>,
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow, default)]
    payload: Option<&'a RawValue>,
    #[serde(rename = "ref", default, deserialize_with = "reference")]
    reference: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "reference"
    )]
    join_ref: Option<String>,
}

impl Frame {
    /// A frame whose payload is `payload` serialised.
    ///
    /// # Errors
    /// Fails only when `payload` has a form that JSON cannot hold, such as a map with non-text keys.
    pub fn new<T: Serialize>(topic: &str, event: &str, payload: &T) -> Result<Self, DecodeError> {
        Ok(Self {
            join_ref: None,
            reference: None,
            topic: topic.to_owned(),
            event: event.to_owned(),
            payload: serde_json::value::to_raw_value(payload)?,
        })
    }

    /// Decodes a text frame.
    ///
    /// # Errors
    /// Text that is no JSON of the form that `version` asks for.
    pub fn decode(version: Version, text: &str) -> Result<Self, DecodeError> {
        match version {
            Version::V1 => {
                let V1 {
                    topic,
                    event,
                    payload,
                    reference,
                    join_ref,
                } = serde_json::from_str(text)?;
                let payload = match payload {
                    Some(raw) => raw.to_owned(),
                    None => RawValue::from_string("{}".to_owned())?,
                };
                Ok(Self {
                    join_ref,
                    reference,
                    topic: topic.into_owned(),
                    event: event.into_owned(),
                    payload,
                })
            }
            Version::V2 => {
                let V2(join_ref, reference, topic, event, payload) = serde_json::from_str(text)?;
                Ok(Self {
                    join_ref,
                    reference,
                    topic: topic.into_owned(),
                    event: event.into_owned(),
                    payload: payload.to_owned(),
                })
            }
        }
    }

    /// Encodes the frame as text.
    #[must_use]
    pub fn encode(&self, version: Version) -> String {
        let text = match version {
            Version::V1 => serde_json::to_string(&V1 {
                topic: Cow::Borrowed(&self.topic),
                event: Cow::Borrowed(&self.event),
                payload: Some(&self.payload),
                reference: self.reference.clone(),
                join_ref: self.join_ref.clone(),
            }),
            Version::V2 => serde_json::to_string(&V2(
                self.join_ref.clone(),
                self.reference.clone(),
                Cow::Borrowed(&self.topic),
                Cow::Borrowed(&self.event),
                &self.payload,
            )),
        };
        text.expect("texts, options and raw JSON always serialise")
    }

    /// Reads the payload as `T`.
    ///
    /// # Errors
    /// A payload of another shape.
    pub fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, DecodeError> {
        Ok(serde_json::from_str(self.payload.get())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_carry_the_same_message() {
        let array = r#"["1","2","realtime:tavern","phx_join",{"config":{}}]"#;
        let frame = Frame::decode(Version::V2, array).unwrap();
        assert_eq!(frame.encode(Version::V2), array);
        let object = frame.encode(Version::V1);
        let again = Frame::decode(Version::V1, &object).unwrap();
        assert_eq!(again.encode(Version::V2), array);
    }

    #[test]
    fn a_push_from_the_server_has_null_refs() {
        let text = r#"[null,null,"realtime:tavern","postgres_changes",{"ids":[7]}]"#;
        let frame = Frame::decode(Version::V2, text).unwrap();
        assert_eq!((frame.join_ref, frame.reference), (None, None));
    }

    #[test]
    fn further_elements_are_ignored_and_refs_may_be_numbers() {
        let text = r#"[1,"2","realtime:tavern","phx_reply",{"status":"ok"},{"more":1},9]"#;
        let frame = Frame::decode(Version::V2, text).unwrap();
        assert_eq!(frame.join_ref.as_deref(), Some("1"));
        assert_eq!(frame.reference.as_deref(), Some("2"));
        let object = r#"{"topic":"phoenix","event":"heartbeat","ref":7,"join_ref":null}"#;
        let frame = Frame::decode(Version::V1, object).unwrap();
        assert_eq!(frame.reference.as_deref(), Some("7"));
        assert_eq!(frame.join_ref, None);
        for wrong in [
            r#"[true,"2","t","e",{}]"#,
            r#"[1.5,"2","t","e",{}]"#,
            r#"["1","2","t","e"]"#,
        ] {
            assert!(Frame::decode(Version::V2, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_object_without_payload_counts_as_empty() {
        let text = r#"{"topic":"phoenix","event":"heartbeat","ref":"3"}"#;
        let frame = Frame::decode(Version::V1, text).unwrap();
        assert_eq!(frame.payload.get(), "{}");
    }

    #[test]
    fn escaped_names_decode() {
        let text = r#"[null,"1","realtime:caf\u00e9","x",{}]"#;
        assert_eq!(
            Frame::decode(Version::V2, text).unwrap().topic,
            "realtime:café"
        );
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in ".*") {
            let _ = Frame::decode(Version::V1, &text);
            let _ = Frame::decode(Version::V2, &text);
        }
    }
}

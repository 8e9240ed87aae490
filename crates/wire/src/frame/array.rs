//! The array form, read with tolerance for what other clients and later versions send.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// `[join_ref, ref, topic, event, payload]`.
#[derive(Serialize)]
pub(super) struct V2<'a>(
    pub(super) Option<String>,
    pub(super) Option<String>,
    pub(super) Cow<'a, str>,
    pub(super) Cow<'a, str>,
    pub(super) &'a RawValue,
);

impl<'de: 'a, 'a> Deserialize<'de> for V2<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Array)
    }
}

/// Reads the five elements of an array; further ones are ignored, as later versions may add some.
struct Array;

impl<'de> Visitor<'de> for Array {
    type Value = V2<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[join_ref, ref, topic, event, payload]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<V2<'de>, A::Error> {
        fn next<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(
            array: &mut A,
            length: usize,
        ) -> Result<T, A::Error> {
            let element = array.next_element()?;
            element.ok_or_else(|| de::Error::invalid_length(length, &Array))
        }
        let join_ref: Reference = next(&mut array, 0)?;
        let reference: Reference = next(&mut array, 1)?;
        let Text(topic) = next(&mut array, 2)?;
        let Text(event) = next(&mut array, 3)?;
        let payload = next(&mut array, 4)?;
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(V2(join_ref.0, reference.0, topic, event, payload))
    }
}

/// A text that is borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// A `ref`: a text or, from some clients, a whole number; null when absent.
#[derive(Default)]
struct Reference(Option<String>);

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let text = match raw.as_bytes().first() {
            Some(b'n') => None,
            Some(b'0'..=b'9') if raw.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(raw.to_owned())
            }
            Some(_) | None => Some(serde_json::from_str(raw).map_err(de::Error::custom)?),
        };
        Ok(Self(text))
    }
}

/// Reads a field that holds one.
pub(super) fn reference<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Reference::deserialize(deserializer).map(|reference| reference.0)
}

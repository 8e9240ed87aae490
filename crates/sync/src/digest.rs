//! What both sides compute to see that they hold the same rows: how many, and a sum of hashed revs.

use serde::{Deserialize, Deserializer, de};

use crate::Rev;

/// Number of rows, and the sum of their hashes modulo 2^64; see `docs/decisions/0013-digest.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub struct Digest {
    /// How many rows.
    pub count: u64,
    /// The sum.
    #[serde(deserialize_with = "from_text")]
    pub hash: u64,
}

impl Digest {
    /// Counts one row in.
    pub fn add(&mut self, rev: Rev) {
        self.count += 1;
        self.hash = self.hash.wrapping_add(hash(rev));
    }
}

impl FromIterator<Rev> for Digest {
    fn from_iter<I: IntoIterator<Item = Rev>>(revs: I) -> Self {
        let mut digest = Self::default();
        revs.into_iter().for_each(|rev| digest.add(rev));
        digest
    }
}

/// Numbers beyond 2^53 are texts in JSON.
fn from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    text.parse().map_err(de::Error::custom)
}

/// PostgreSQL's `hashint8extended(rev, 0)`: the number folded to 32 bits, then Jenkins' last round.
fn hash(rev: Rev) -> u64 {
    let [low, high] = [rev.0 as u32, (rev.0 >> 32) as u32];
    let folded = low ^ if rev.0 >= 0 { high } else { !high };
    let start = 0x9e37_79b9_u32.wrapping_add(4 + 3_923_095);
    let (mut a, mut b, mut c) = (start.wrapping_add(folded), start, start);
    let stir = |x: &mut u32, y: u32, turn: u32| *x = (*x ^ y).wrapping_sub(y.rotate_left(turn));
    stir(&mut c, b, 14);
    stir(&mut a, c, 11);
    stir(&mut b, a, 25);
    stir(&mut c, b, 16);
    stir(&mut a, c, 4);
    stir(&mut b, a, 14);
    stir(&mut c, b, 24);
    u64::from(b) << 32 | u64::from(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_postgresql() {
        // select r, hashint8extended(r, 0); many more against a real one in local-supabase's tests.
        for (rev, expected) in [
            (0, 4_154_612_158_245_552_303_i64),
            (1, -3_670_598_878_359_251_130),
            (42, 8_010_225_493_015_854_792),
            (4_294_967_297, 4_154_612_158_245_552_303),
            (1_234_567_890_123, -6_236_938_892_533_063_859),
            (i64::MAX, 1_977_219_185_673_256_887),
            (-5, -9_082_176_226_831_438_310),
        ] {
            assert_eq!(hash(Rev(rev)).cast_signed(), expected, "{rev}");
        }
    }

    #[test]
    fn order_does_not_matter_and_versions_do() {
        let digest = |revs: &[i64]| revs.iter().copied().map(Rev).collect::<Digest>();
        assert_eq!(digest(&[3, 1, 2]), digest(&[1, 2, 3]));
        assert_ne!(digest(&[1, 4]), digest(&[2, 3]), "the same plain sum");
        assert_ne!(digest(&[1, 2]), digest(&[1, 2, 3]));
    }

    #[test]
    fn the_answer_of_the_database_is_read() {
        let text = r#"{"count": 4, "hash": "11361312298092174959"}"#;
        let digest: Digest = serde_json::from_str(text).unwrap();
        assert_eq!((digest.count, digest.hash), (4, 11_361_312_298_092_174_959));
    }
}

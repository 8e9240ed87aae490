//! Words outside of code: links that nobody has marked as such, mentions, and line breaks.

use linkify::{LinkFinder, LinkKind};

use crate::{Kind, Piece};

/// A username has 3 to 24 of a–z, 0–9 and _.
const NAME: std::ops::RangeInclusive<usize> = 3..=24;

/// Code as it is, with all its signs.
pub(crate) fn push_code(pieces: &mut Vec<Piece>, kind: Kind, code: &str) {
    pieces.push(Piece::Open(kind));
    pieces.push(Piece::Text(code.to_owned()));
    pieces.push(Piece::Close);
}

/// Words; with `links`, addresses and mentions in them are found.
pub(crate) fn push_text(pieces: &mut Vec<Piece>, text: &str, links: bool) {
    if text.is_empty() {
        return;
    }
    if !links {
        push_lines(pieces, text);
        return;
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    for span in finder.spans(text) {
        let words = span.as_str();
        let safe = ["http://", "https://"]
            .iter()
            .any(|scheme| words.starts_with(scheme));
        if span.kind().is_some() && safe {
            pieces.push(Piece::Open(Kind::Link(words.to_owned())));
            pieces.push(Piece::Text(words.to_owned()));
            pieces.push(Piece::Close);
        } else {
            push_mentions(pieces, words);
        }
    }
}

fn push_mentions(pieces: &mut Vec<Piece>, text: &str) {
    let mut told = 0;
    for (at, _) in text.match_indices('@') {
        let before = text[..at].chars().next_back();
        if at < told || before.is_some_and(|c| c.is_alphanumeric() || "_@/.-".contains(c)) {
            continue;
        }
        let name = &text[at + 1..];
        let end = name
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(name.len());
        // A letter that no username has goes on: this is another word.
        let goes_on = name[end..].starts_with(char::is_alphanumeric);
        if !NAME.contains(&end) || goes_on {
            continue;
        }
        push_lines(pieces, &text[told..at]);
        told = at + 1 + end;
        pieces.push(Piece::Mention {
            username: name[..end].to_ascii_lowercase(),
            typed: text[at..told].to_owned(),
        });
    }
    push_lines(pieces, &text[told..]);
}

fn push_lines(pieces: &mut Vec<Piece>, text: &str) {
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            pieces.push(Piece::Break);
        }
        if line.is_empty() {
            continue;
        }
        match pieces.last_mut() {
            Some(Piece::Text(before)) => before.push_str(line),
            _ => pieces.push(Piece::Text(line.to_owned())),
        }
    }
}

/// The name that is being written at the end of a text: what stands after its sign, nothing at first. Letters
/// of any kind count, for people are looked for by their display names as well.
#[must_use]
pub fn begun(before: &str) -> Option<&str> {
    let at = before.rfind('@')?;
    let (lead, name) = (&before[..at], &before[at + 1..]);
    let alone = lead
        .chars()
        .next_back()
        .is_none_or(|c| !c.is_alphanumeric() && !"_@/.-".contains(c));
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (alone && is_name && name.chars().count() <= *NAME.end()).then_some(name)
}

//! The parser's events as pieces: what is no part of the subset stays as it was typed.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Tag, TagEnd};

use crate::{
    Kind, Piece, literal,
    text::{push_code, push_text},
};

/// Deeper than this, what is inside stands at the level that was reached.
const DEEPEST: usize = 6;

/// What was read so far of a text.
pub struct Reader<'s> {
    source: &'s str,
    pieces: Vec<Piece>,
    /// Words that are not finished: an address may come in several events.
    text: String,
    /// What is open: a kind that was opened for real, or one that is too deep.
    open: Vec<bool>,
    links: usize,
}

impl<'s> Reader<'s> {
    /// The pieces of `source`, of which these are the parser's events.
    pub fn read(source: &'s str, mut events: OffsetIter<'s>) -> Vec<Piece> {
        let mut reader = Self {
            source,
            pieces: Vec::new(),
            text: String::new(),
            open: Vec::new(),
            links: 0,
        };
        while let Some((event, range)) = events.next() {
            reader.take(event, range, &mut events);
        }
        reader.flush();
        reader.pieces
    }

    fn take(&mut self, event: Event<'s>, range: Range<usize>, events: &mut OffsetIter<'s>) {
        match event {
            Event::Start(tag) => self.start(tag, range, events),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                // `&amp;` was typed as that, and stays it.
                let typed = &self.source[range];
                let entity = typed.starts_with('&') && typed.len() > 1 && *typed != *text;
                self.text.push_str(if entity { typed } else { &text });
            }
            Event::Code(code) => {
                self.flush();
                push_code(&mut self.pieces, Kind::Code, &code);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.flush();
                self.pieces.push(Piece::Break);
            }
            Event::Rule => self.block(range),
            Event::Html(text) | Event::InlineHtml(text) => self.text.push_str(&text),
            // Not switched on.
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => self.text.push_str(&self.source[range]),
        }
    }

    fn start(&mut self, tag: Tag<'s>, range: Range<usize>, events: &mut OffsetIter<'s>) {
        let kind = match tag {
            Tag::Paragraph => Kind::Paragraph,
            Tag::BlockQuote(_) => Kind::Quote,
            Tag::List(None) => Kind::Bullets,
            Tag::List(Some(first)) => Kind::Numbers(first),
            Tag::Item => Kind::Item,
            Tag::Strong => Kind::Strong,
            Tag::Emphasis => Kind::Emphasis,
            Tag::Strikethrough => Kind::Struck,
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => {
                let mut code = String::new();
                for (event, _) in events.by_ref() {
                    match event {
                        Event::Text(text) => code.push_str(&text),
                        Event::End(TagEnd::CodeBlock) => break,
                        _ => {}
                    }
                }
                self.flush();
                push_code(
                    &mut self.pieces,
                    Kind::CodeBlock,
                    code.trim_end_matches('\n'),
                );
                return;
            }
            Tag::Link { ref dest_url, .. } if is_safe(dest_url) => Kind::Link(dest_url.to_string()),
            Tag::Link { .. } | Tag::Image { .. } => {
                skip(&tag.to_end(), events);
                self.text.push_str(&self.source[range]);
                return;
            }
            other => {
                skip(&other.to_end(), events);
                self.block(range);
                return;
            }
        };
        self.flush();
        let real = self.open.len() < DEEPEST;
        self.open.push(real);
        if matches!(kind, Kind::Link(_)) {
            self.links += 1;
        }
        if real {
            self.pieces.push(Piece::Open(kind));
        }
    }

    fn end(&mut self, tag: TagEnd) {
        self.flush();
        if tag == TagEnd::Link {
            self.links -= 1;
        }
        if self.open.pop() == Some(true) {
            self.pieces.push(Piece::Close);
            if tag == TagEnd::Link {
                self.name_host();
            }
        }
    }

    /// Lines that are no part of the subset, as they were typed.
    fn block(&mut self, range: Range<usize>) {
        self.flush();
        self.pieces.extend(literal(&self.source[range]));
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        push_text(&mut self.pieces, &text, self.links == 0);
    }

    /// Says where the link that ended leads, unless its words are the address.
    fn name_host(&mut self) {
        let opened = self
            .pieces
            .iter()
            .rposition(|piece| matches!(piece, Piece::Open(Kind::Link(_))));
        let Some((Piece::Open(Kind::Link(to)), inside)) =
            opened.and_then(|at| self.pieces[at..].split_first())
        else {
            return;
        };
        let words: String = inside
            .iter()
            .filter_map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let (_, bare) = to.split_once(':').unwrap_or(("", to));
        let bare = bare.trim_start_matches('/');
        if words != *to && words != bare && words != bare.trim_end_matches('/') {
            self.pieces.push(Piece::Host(host(to).to_owned()));
        }
    }
}

/// Drops what stands inside of something that is shown as it was typed.
fn skip(end: &TagEnd, events: &mut OffsetIter<'_>) {
    let mut depth = 1;
    for (event, _) in events {
        match event {
            Event::Start(tag) if tag.to_end() == *end => depth += 1,
            Event::End(tag) if tag == *end => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

fn is_safe(address: &str) -> bool {
    let scheme = address.split(':').next().unwrap_or_default();
    address.contains(':')
        && ["http", "https", "mailto"]
            .iter()
            .any(|safe| scheme.eq_ignore_ascii_case(safe))
        && !address.contains(|c: char| c.is_control() || c.is_whitespace())
}

/// What stands between the scheme and the path; for a mailbox, all of it.
fn host(address: &str) -> &str {
    let rest = address.split_once(':').map_or(address, |(_, rest)| rest);
    let rest = rest.trim_start_matches('/');
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &rest[..end];
    // Before the last @ may stand anything that looks like a host.
    if address.starts_with("mailto") {
        authority
    } else {
        authority.rsplit('@').next().unwrap_or(authority)
    }
}

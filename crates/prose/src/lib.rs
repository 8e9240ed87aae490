//! What people write, read: bold, italic, struck, code, lists, quotes, links and mentions.
//!
//! [`read`] gives pieces that nest by opening and closing; whoever shows them makes an element of each, and
//! never a string of HTML. What is not part of the subset (headings, pictures, HTML, rules) stays as it
//! was typed: no word is ever lost. Start with [`Piece`].

use pulldown_cmark::{Options, Parser};

mod excerpt;
mod reader;
mod text;

pub use excerpt::excerpt;
use reader::Reader;
pub use text::begun;
use text::push_text;

/// Something that other pieces can stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Lines that belong together.
    Paragraph,
    /// What somebody else has said.
    Quote,
    /// A list without numbers.
    Bullets,
    /// A list that counts from this number.
    Numbers(u64),
    /// One entry of a list.
    Item,
    /// Lines of code.
    CodeBlock,
    /// Code within a line.
    Code,
    /// Of weight.
    Strong,
    /// With stress.
    Emphasis,
    /// No longer so.
    Struck,
    /// A link to an address of the web or of a mailbox, and to nothing else.
    Link(String),
}

/// One step through a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// What follows stands inside of this, until it is closed.
    Open(Kind),
    /// Ends what was opened last.
    Close,
    /// Words as they are.
    Text(String),
    /// A new line.
    Break,
    /// `@name`: a username in lower case, with the text as it was typed.
    Mention {
        /// Without the sign.
        username: String,
        /// With it.
        typed: String,
    },
    /// Where the link that was just closed leads, when its words do not say so.
    Host(String),
}

/// Reads a text.
#[must_use]
pub fn read(source: &str) -> Vec<Piece> {
    let parser = Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH);
    // A definition is not shown at all: its words would be lost.
    if parser.reference_definitions().iter().next().is_some() {
        return literal(source);
    }
    Reader::read(source, parser.into_offset_iter())
}

/// The words alone, in one line: for previews and for whoever listens.
#[must_use]
pub fn plain(source: &str) -> String {
    let mut plain = String::new();
    for piece in read(source) {
        match piece {
            Piece::Text(text) => plain.push_str(&text),
            Piece::Mention { typed, .. } => plain.push_str(&typed),
            Piece::Open(Kind::Paragraph | Kind::Item | Kind::CodeBlock) | Piece::Break => {
                if !plain.is_empty() && !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            Piece::Open(_) | Piece::Close | Piece::Host(_) => {}
        }
    }
    plain.trim().replace('\n', " ")
}

/// Whether `username` is mentioned.
#[must_use]
pub fn mentions(source: &str, username: &str) -> bool {
    source.contains('@')
        && read(source)
            .iter()
            .any(|piece| matches!(piece, Piece::Mention { username: name, .. } if name == username))
}

fn literal(source: &str) -> Vec<Piece> {
    let mut pieces = vec![Piece::Open(Kind::Paragraph)];
    push_text(&mut pieces, source.trim_end(), true);
    pieces.push(Piece::Close);
    pieces
}

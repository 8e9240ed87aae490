//! The server's half of a connection, cut into WebSocket messages once it has become a WebSocket.

use std::{io::Cursor, num::NonZeroU64};

use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Data, OpCode},
};

/// The beginning of an answer that makes a connection a WebSocket.
const SWITCHING: &[u8] = b"HTTP/1.1 101";
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// Passes bytes on, less the messages that are to vanish.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    kind: Kind,
    /// Bytes that are looked at and not passed on yet.
    held: Vec<u8>,
    messages: u64,
    dropping: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Kind {
    /// The head of the first answer has not been read to its end.
    #[default]
    Unknown,
    Http,
    WebSocket,
}

impl Frames {
    /// What is left of `bytes`, and how many messages of it have vanished. A frame is passed on once it is whole.
    pub(crate) fn pass(&mut self, bytes: &[u8], every: Option<NonZeroU64>) -> (Vec<u8>, u64) {
        if self.kind == Kind::Http {
            return (bytes.to_vec(), 0);
        }
        self.held.extend_from_slice(bytes);
        let mut passed = Vec::new();
        if self.kind == Kind::Unknown {
            let known = self.held.len().min(SWITCHING.len());
            if self.held[..known] != SWITCHING[..known] {
                self.kind = Kind::Http;
                return (std::mem::take(&mut self.held), 0);
            }
            let mut windows = self.held.windows(END_OF_HEAD.len());
            let Some(end) = windows.position(|window| window == END_OF_HEAD) else {
                return (passed, 0);
            };
            passed.extend(self.held.drain(..end + END_OF_HEAD.len()));
            self.kind = Kind::WebSocket;
        }
        if every.is_none() {
            self.messages = 0;
        }
        let mut dropped = 0;
        while let Some((opcode, length)) = self.next_frame() {
            let frame = self.held.drain(..length);
            match opcode {
                OpCode::Control(_) => {
                    passed.extend(frame);
                    continue;
                }
                // The rest of a message goes the way of its beginning.
                OpCode::Data(Data::Continue) => {}
                OpCode::Data(Data::Text | Data::Binary | Data::Reserved(_)) => {
                    self.messages += 1;
                    self.dropping = every.is_some_and(|every| self.messages % every == 0);
                    dropped += u64::from(self.dropping);
                }
            }
            if !self.dropping {
                passed.extend(frame);
            }
        }
        (passed, dropped)
    }

    /// Kind and length of the frame that `held` begins with, when it is whole.
    fn next_frame(&mut self) -> Option<(OpCode, usize)> {
        let mut cursor = Cursor::new(&self.held);
        let (header, payload) = match FrameHeader::parse(&mut cursor) {
            Ok(found) => found?,
            Err(_) => {
                // Not ours to judge: the client will.
                self.kind = Kind::Http;
                return Some((OpCode::Data(Data::Continue), self.held.len()))
                    .filter(|_| !self.held.is_empty());
            }
        };
        let length = usize::try_from(cursor.position() + payload).ok()?;
        (self.held.len() >= length).then_some((header.opcode, length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";

    fn text(words: &str) -> Vec<u8> {
        let mut frame = vec![0x81];
        match u8::try_from(words.len()) {
            Ok(length @ ..126) => frame.push(length),
            _ => {
                frame.push(126);
                frame.extend(u16::try_from(words.len()).expect("short").to_be_bytes());
            }
        }
        frame.extend(words.as_bytes());
        frame
    }

    /// Passes `stream` in parts of `step` bytes.
    fn through(stream: &[u8], step: usize, every: u64) -> (Vec<u8>, u64) {
        let mut frames = Frames::default();
        let (mut passed, mut dropped) = (Vec::new(), 0);
        for part in stream.chunks(step) {
            let (bytes, count) = frames.pass(part, NonZeroU64::new(every));
            passed.extend(bytes);
            dropped += count;
        }
        (passed, dropped)
    }

    #[test]
    fn every_third_message_vanishes_whole_wherever_the_stream_is_parted() {
        let long = "x".repeat(300);
        let words = ["one", "two", &long, "four", "five", "six", "seven"];
        let mut stream = HEAD.to_vec();
        let mut left = HEAD.to_vec();
        for (at, words) in words.iter().enumerate() {
            stream.extend(text(words));
            if (at + 1) % 3 != 0 {
                left.extend(text(words));
            }
        }
        for step in [1, 2, 3, 7, 64, 10_000] {
            assert_eq!(
                through(&stream, step, 3),
                (left.clone(), 2),
                "in parts of {step}"
            );
            assert_eq!(
                through(&stream, step, 0),
                (stream.clone(), 0),
                "in parts of {step}"
            );
        }
    }

    #[test]
    fn pings_pass_and_the_parts_of_a_message_share_its_fate() {
        let parts = |first: u8| {
            [
                &[first, 1, b'a'][..],
                &[0x00, 1, b'b'],
                &[0x89, 0],
                &[0x80, 1, b'c'],
            ]
            .concat()
        };
        let stream = [HEAD, &parts(0x01), &parts(0x02)].concat();
        let left = [HEAD, &parts(0x01), &[0x89, 0]].concat();
        assert_eq!(through(&stream, 5, 2), (left, 1));
    }

    #[test]
    fn what_is_no_websocket_passes_untouched() {
        let answers = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n\x81\x02hiHTTP/1.1 101 late\r\n\r\n\x81\x02hi";
        for stream in [
            &answers[..],
            b"HTTP/1.0",
            &[HEAD, &[0x83, 0x00, 1, 2]].concat(),
        ] {
            let (passed, dropped) = through(stream, 3, 1);
            assert_eq!(dropped, 0);
            assert_eq!(passed, stream);
        }
    }
}

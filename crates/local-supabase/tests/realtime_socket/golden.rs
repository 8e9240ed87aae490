//! Whole conversations, word for word, in both versions of the frames; `golden/README.md` says how to read them.

use std::{collections::HashMap, fs, path::Path};

use serde_json::{Value, json};

use crate::support::{ANN, BOB, Client, Server};

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_as_they_are_written() {
    let server = Server::start().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/realtime_socket/golden");
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    assert!(files.len() >= 9, "{files:?}");
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&file).unwrap();
        for version in [1, 2] {
            let text = text.replace("ROOM", &format!("{name}-{version}"));
            Conversation {
                server: &server,
                version,
                clients: HashMap::new(),
                bound: HashMap::new(),
            }
            .replay(&name, &text)
            .await;
        }
    }
}

struct Conversation<'s> {
    server: &'s Server,
    version: u8,
    clients: HashMap<String, Client>,
    /// What placeholders have stood for.
    bound: HashMap<String, Value>,
}

impl Conversation<'_> {
    async fn replay(mut self, name: &str, text: &str) {
        for line in lines(text) {
            let context = format!("{name}, version {}: {line}", self.version);
            let (who, rest) = line.split_once(' ').expect(&context);
            if who == "sql" {
                self.server.sql(rest).await;
                continue;
            }
            let (mark, json) = rest.split_once(' ').expect(&context);
            let frame: Value =
                serde_json::from_str(json).unwrap_or_else(|error| panic!("{context}: {error}"));
            if !self.clients.contains_key(who) {
                let key = &self.server.state.keys.publishable;
                let query = format!("apikey={key}&vsn={}.0.0", self.version);
                let client = self.server.client_with(&query).await.unwrap();
                self.clients.insert(who.to_owned(), client);
            }
            match mark {
                ">" => self.say(who, frame).await,
                "<" => self.hear(who, &frame, &context).await,
                other => panic!("{context}: {other} is no direction"),
            }
        }
    }

    async fn say(&mut self, who: &str, mut frame: Value) {
        self.fill(&mut frame);
        let frame = match self.version {
            1 => {
                json!({"join_ref": frame[0], "ref": frame[1], "topic": frame[2], "event": frame[3], "payload": frame[4]})
            }
            _ => frame,
        };
        self.clients.get_mut(who).unwrap().send(frame).await;
    }

    /// Puts tokens where a client's line names them: `{ann 60}` ends in 60 seconds.
    fn fill(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                let named = text
                    .strip_prefix('{')
                    .and_then(|text| text.strip_suffix('}'));
                if let Some((who, lifetime)) = named.and_then(|named| named.split_once(' ')) {
                    let user = if who == "ann" { ANN } else { BOB };
                    *text = self.server.token(user, lifetime.parse().unwrap());
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill(item)),
            Value::Object(map) => map.values_mut().for_each(|item| self.fill(item)),
            _ => {}
        }
    }

    async fn hear(&mut self, who: &str, expected: &Value, context: &str) {
        let heard = self.clients.get_mut(who).unwrap().frame().await;
        let (heard, expected) = match self.version {
            1 => {
                let mut object = json!({"ref": expected[1], "topic": expected[2], "event": expected[3], "payload": expected[4]});
                // The object form has one key less, and an end carries the join's `ref`.
                if matches!(expected[3].as_str(), Some("phx_close" | "phx_error")) {
                    object["ref"] = expected[0].clone();
                }
                (heard, object)
            }
            _ => (heard, expected.clone()),
        };
        assert!(self.fits(&expected, &heard), "{context}\nheard {heard}");
    }

    /// Whether it is what was expected, where `{name}` stands for one value throughout and `{n}` in a text
    /// for any number.
    fn fits(&mut self, expected: &Value, heard: &Value) -> bool {
        match (expected, heard) {
            (Value::String(text), _) if text.starts_with('{') && text.ends_with('}') => {
                self.bound
                    .entry(text.clone())
                    .or_insert_with(|| heard.clone())
                    == heard
            }
            (Value::String(text), Value::String(heard)) => match text.split_once("{n}") {
                Some((before, after)) => heard
                    .strip_prefix(before)
                    .and_then(|heard| heard.strip_suffix(after))
                    .is_some_and(|number| number.parse::<u64>().is_ok()),
                None => text == heard,
            },
            (Value::Array(items), Value::Array(heard)) => {
                items.len() == heard.len()
                    && items
                        .iter()
                        .zip(heard)
                        .all(|(item, heard)| self.fits(item, heard))
            }
            (Value::Object(map), Value::Object(heard)) => {
                map.len() == heard.len()
                    && map.iter().all(|(key, item)| {
                        heard.get(key).is_some_and(|heard| self.fits(item, heard))
                    })
            }
            _ => expected == heard,
        }
    }
}

/// The lines, with those that begin with a blank joined to the one before.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
    {
        match lines.last_mut() {
            Some(last) if line.starts_with(' ') => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

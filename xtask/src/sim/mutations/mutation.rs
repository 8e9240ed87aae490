//! One way to break the engine: lines of its source that are replaced by others.
//!
//! ```text
//! # What is wrong then.
//! file crates/sync/src/engine.rs
//! - a line as it is
//! + what stands there instead
//! ```
//! Lines are compared without their indentation, and have to be found exactly once. An empty line, or another
//! `file`, begins the next place.

use std::fs;
use std::path::Path;

use crate::fault::{Outcome, Say, said};

/// Lines of a file and what replaces them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Place {
    file: String,
    old: Vec<String>,
    new: Vec<String>,
}

/// All that one file of mutations says.
#[derive(Debug, PartialEq, Eq)]
pub struct Mutation {
    /// What is wrong then.
    pub about: String,
    places: Vec<Place>,
}

impl Mutation {
    /// Reads what a person wrote.
    pub fn read(text: &str) -> Outcome<Self> {
        let mut about = String::new();
        let mut places = Vec::new();
        let mut place = Place::default();
        for line in text.lines().chain([""]) {
            let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
            if matches!(kind, "file" | "") && !place.old.is_empty() {
                let next = Place {
                    file: place.file.clone(),
                    ..Place::default()
                };
                places.push(std::mem::replace(&mut place, next));
            }
            match kind {
                "#" => rest.clone_into(&mut about),
                "file" => rest.clone_into(&mut place.file),
                "-" => place.old.push(rest.to_owned()),
                "+" => place.new.push(rest.to_owned()),
                "" => {}
                other => {
                    return Err(said(format!(
                        "a mutation has lines that begin with #, file, - or +, not with {other}"
                    )));
                }
            }
        }
        if places.is_empty() {
            return Err(said("a mutation has to replace something"));
        }
        Ok(Self { about, places })
    }

    /// Breaks the sources below `root`; gives what the files held before.
    pub fn apply(&self, root: &Path) -> Outcome<Vec<(String, String)>> {
        let mut before = Vec::new();
        for place in &self.places {
            let path = root.join(&place.file);
            let text = fs::read_to_string(&path).say(|| format!("cannot read {}", place.file))?;
            let broken = place.replace(&text)?;
            fs::write(&path, broken).say(|| format!("cannot write {}", place.file))?;
            before.push((place.file.clone(), text));
        }
        // The first text of a file that is changed twice is the one to put back.
        before.reverse();
        Ok(before)
    }
}

impl Place {
    fn replace(&self, text: &str) -> Outcome<String> {
        let lines: Vec<_> = text.lines().collect();
        let same = |window: &[&str]| window.iter().map(|line| line.trim()).eq(&self.old);
        let mut found = lines.windows(self.old.len()).enumerate();
        let found: Vec<_> = found
            .by_ref()
            .filter(|(_, window)| same(window))
            .map(|(at, _)| at)
            .collect();
        let [at] = found[..] else {
            return Err(said(format!(
                "{} has {} places with the line `{}`; there has to be one",
                self.file,
                found.len(),
                self.old[0]
            )));
        };
        let after = at + self.old.len();
        let new = self.new.iter().map(String::as_str);
        let lines = lines[..at].iter().copied().chain(new);
        let lines: Vec<_> = lines.chain(text.lines().skip(after)).collect();
        Ok(lines.join("\n") + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# Wrong.\nfile a.rs\n- one\n- two\n+ three\n\n- four\nfile b.rs\n- five\n+ six\n";

    #[test]
    fn places_follow_each_other() {
        let mutation = Mutation::read(TEXT).unwrap();
        assert_eq!(mutation.about, "Wrong.");
        let files: Vec<_> = mutation.places.iter().map(|p| p.file.as_str()).collect();
        assert_eq!(files, ["a.rs", "a.rs", "b.rs"]);
        let broken = mutation.places[0].replace("  zero\n  one\n  two\n  four\n");
        assert_eq!(broken.unwrap(), "  zero\nthree\n  four\n");
    }

    #[test]
    fn what_is_not_there_once_is_refused() {
        let mutation = Mutation::read(TEXT).unwrap();
        for text in ["one\nthree\n", "one\ntwo\none\ntwo\n"] {
            assert!(mutation.places[0].replace(text).is_err(), "{text}");
        }
        assert!(Mutation::read("# nothing\n").is_err());
        assert!(Mutation::read("one\n").is_err());
    }

    /// Whoever changes a line that a mutation breaks notices it here, and not when somebody runs them all.
    #[test]
    fn every_mutation_fits_the_sources() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mutations = super::super::all(&root).unwrap();
        assert!(!mutations.is_empty());
        for (name, mutation) in mutations {
            for place in &mutation.places {
                let text = fs::read_to_string(root.join(&place.file)).unwrap();
                assert!(place.replace(&text).is_ok(), "{name}: {:?}", place.old);
            }
        }
    }
}

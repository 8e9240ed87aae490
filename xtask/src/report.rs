//! What a person sees: steps with their time while they run, and the table at the end.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write, stderr};
use std::time::Duration;

/// A line about a long step that keeps telling how long it has been running.
pub struct Ticker {
    what: String,
    terminal: bool,
    told: u64,
}

impl Ticker {
    /// Prints nothing yet.
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            terminal: stderr().is_terminal(),
            told: 0,
        }
    }

    /// Shows the time: every second on a terminal, else a line every half minute.
    pub fn tick(&mut self, elapsed: Duration) {
        let seconds = elapsed.as_secs();
        let every = if self.terminal { 1 } else { 30 };
        if seconds < self.told + every {
            return;
        }
        self.told = seconds;
        let line = format!("  … {}, {}", self.what, span(elapsed));
        if self.terminal {
            eprint!("\r\x1b[2K{line}");
            // A terminal that cannot be flushed only misses a tick.
            let _ = stderr().flush();
        } else {
            eprintln!("{line}");
        }
    }

    /// Takes the ticking line away.
    pub fn clear(&self) {
        if self.terminal && self.told > 0 {
            eprint!("\r\x1b[2K");
        }
    }
}

/// A duration as people say it: `0.4 s`, `12 s`, `3 min 05 s`.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else if seconds >= 10 {
        format!("{seconds} s")
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

/// How one part of a test run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It ran and all is well.
    Passed,
    /// It ran and something is wrong: in one sentence.
    Failed(String),
    /// It could not run because of another part: in a few words.
    Skipped(String),
}

/// One line of the table at the end.
pub struct Line {
    /// The part's name.
    pub part: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took.
    pub time: Duration,
}

/// The table of parts and times, with the closing line last and alone.
pub fn table(lines: &[Line]) -> String {
    let mut text = String::new();
    let width = lines.iter().map(|line| line.part.len()).max().unwrap_or(0);
    let total: Duration = lines.iter().map(|line| line.time).sum();
    for Line {
        part,
        verdict,
        time,
    } in lines
    {
        let (word, why) = match verdict {
            Verdict::Passed => ("passed", ""),
            Verdict::Failed(why) => ("FAILED", why.as_str()),
            Verdict::Skipped(why) => ("skipped", why.as_str()),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}",
            format!("  {part:width$}  {word:7}  {:>12}  {why}", span(*time)).trim_end()
        );
    }
    let _ = writeln!(text, "  {:width$}  {:7}  {:>12}\n", "", "", span(total));
    text + &closing(lines)
}

/// The closing line that tools which read test output understand.
fn closing(lines: &[Line]) -> String {
    let count =
        |wanted: fn(&Verdict) -> bool| lines.iter().filter(|line| wanted(&line.verdict)).count();
    let passed = count(|verdict| matches!(verdict, Verdict::Passed));
    let failed = count(|verdict| matches!(verdict, Verdict::Failed(_)));
    let skipped = count(|verdict| matches!(verdict, Verdict::Skipped(_)));
    let mut text = format!("{passed} passed, {failed} failed");
    if skipped > 0 {
        let _ = write!(text, ", {skipped} skipped");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(part: &'static str, verdict: Verdict) -> Line {
        Line {
            part,
            verdict,
            time: Duration::from_secs(61),
        }
    }

    #[test]
    fn time_is_told_as_people_do() {
        assert_eq!(span(Duration::from_millis(380)), "0.4 s");
        assert_eq!(span(Duration::from_secs(12)), "12 s");
        assert_eq!(span(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn the_closing_line_stands_alone_at_the_end() {
        let text = table(&[
            line("fmt", Verdict::Passed),
            line("clippy", Verdict::Failed("see above".into())),
        ]);
        assert!(text.ends_with("\n\n1 passed, 1 failed"), "{text}");
        assert!(
            text.contains("  clippy  FAILED     1 min 01 s  see above\n"),
            "{text}"
        );
    }

    #[test]
    fn skipped_parts_are_counted_only_when_there_are_any() {
        assert_eq!(
            closing(&[line("fmt", Verdict::Passed)]),
            "1 passed, 0 failed"
        );
        let skipped = line("e2e", Verdict::Skipped("no page".into()));
        assert_eq!(
            closing(&[line("page", Verdict::Failed(String::new())), skipped]),
            "0 passed, 1 failed, 1 skipped"
        );
    }
}

//! Faults as lines of text, for programs that are not written in Rust.

use std::{num::NonZeroU64, str::FromStr, time::Duration};

/// One order to a [`crate::Proxy`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `cut`
    Cut,
    /// `refuse on`, `refuse off`
    Refuse(bool),
    /// `delay 300`, in milliseconds
    Delay(Duration),
    /// `hold on`, `hold off`
    Hold(bool),
    /// `half-open on`, `half-open off`
    HalfOpen(bool),
    /// `drop-every 3`, `drop-every off`
    DropEvery(Option<NonZeroU64>),
    /// `lose-answer PATCH`
    LoseAnswer(String),
    /// `heal`
    Heal,
}

impl FromStr for Command {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let words: Vec<_> = line.split_whitespace().collect();
        let command = match words[..] {
            ["cut"] => Some(Self::Cut),
            ["heal"] => Some(Self::Heal),
            ["refuse", on] => switch(on).map(Self::Refuse),
            ["hold", on] => switch(on).map(Self::Hold),
            ["half-open", on] => switch(on).map(Self::HalfOpen),
            ["delay", millis] => {
                let millis = millis.parse().ok();
                millis.map(|millis| Self::Delay(Duration::from_millis(millis)))
            }
            ["drop-every", "off"] => Some(Self::DropEvery(None)),
            ["drop-every", nth] => nth.parse().ok().map(|nth| Self::DropEvery(Some(nth))),
            ["lose-answer", method] => Some(Self::LoseAnswer(method.to_owned())),
            _ => None,
        };
        command.ok_or_else(|| {
            format!(
                "`{line}` is not understood: cut, refuse on|off, delay MILLISECONDS, hold on|off, half-open on|off, drop-every N|off, lose-answer METHOD, heal"
            )
        })
    }
}

fn switch(word: &str) -> Option<bool> {
    match word {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        for (line, command) in [
            ("cut", Command::Cut),
            ("refuse on", Command::Refuse(true)),
            (" delay  300 ", Command::Delay(Duration::from_millis(300))),
            ("hold on", Command::Hold(true)),
            ("half-open off", Command::HalfOpen(false)),
            ("drop-every 3", Command::DropEvery(NonZeroU64::new(3))),
            ("drop-every off", Command::DropEvery(None)),
            ("lose-answer PATCH", Command::LoseAnswer("PATCH".into())),
            ("heal", Command::Heal),
        ] {
            assert_eq!(line.parse(), Ok(command), "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_answered_with_what_is() {
        for line in [
            "",
            "cut off",
            "delay soon",
            "drop-every 0",
            "refuse",
            "half-open maybe",
        ] {
            let told = line.parse::<Command>().expect_err(line);
            assert!(
                told.contains(&format!("`{line}`")) && told.contains("heal"),
                "{told}"
            );
        }
    }
}

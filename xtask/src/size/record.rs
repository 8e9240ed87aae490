//! The size that the page may have: a recorded figure, which rises only with a written reason.

use crate::fault::{Outcome, said};

/// Where it is recorded.
pub const FILE: &str = "xtask/size.toml";

const KINDS: [&str; 3] = ["raw", "gzip", "brotli"];

/// Compares what the first load costs now with the record; says how they stand to each other.
pub fn compare(text: &str, now: [u64; 3]) -> Outcome<String> {
    let allowed = number(text, "allowed_percent")?;
    let mut told = Vec::new();
    let mut over = Vec::new();
    for (kind, now) in KINDS.into_iter().zip(now) {
        let recorded = number(text, kind)?;
        #[expect(clippy::cast_precision_loss, reason = "a page is far from 2^52 bytes")]
        let percent = (now as f64 / recorded - 1.0) * 100.0;
        told.push(format!("{kind} {percent:+.1} %"));
        if percent > allowed {
            over.push(format!("{kind} {now} instead of {recorded}"));
        }
    }
    if over.is_empty() {
        return Ok(format!(
            "  against the record: {} (up to +{allowed} % is allowed)",
            told.join(", ")
        ));
    }
    Err(said(format!(
        "the first load costs more than {FILE} allows: {}. Make it smaller, or record the new figures there with the reason",
        over.join(", ")
    )))
}

/// The number of a line `name = 12.5`.
fn number(text: &str, name: &str) -> Outcome<f64> {
    text.lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == name)
        .and_then(|(_, value)| value.trim().replace('_', "").parse().ok())
        .filter(|value: &f64| *value >= 0.0)
        .ok_or_else(|| said(format!("{FILE} needs a line `{name} = NUMBER`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = "# why\nraw = 1_000\ngzip = 500\nbrotli = 400\nallowed_percent = 0.5\n";

    #[test]
    fn a_little_more_passes_and_more_does_not() {
        assert!(compare(RECORD, [1005, 500, 400]).is_ok());
        let refused = compare(RECORD, [1000, 500, 403]).err().unwrap().to_string();
        assert!(refused.contains("brotli 403 instead of 400"), "{refused}");
    }

    #[test]
    fn a_record_without_a_figure_is_told() {
        let refused = compare("raw = 1", [1, 1, 1]).err().unwrap().to_string();
        assert!(refused.contains("allowed_percent"), "{refused}");
    }
}

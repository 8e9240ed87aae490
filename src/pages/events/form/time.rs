//! What a field of day and time means on the clocks of a place.

use model::event::clock::{Offset, Reading, read_wall, show_wall};
use wire::Timestamp;

use crate::format::zone::offset;

/// The two moments that a field can mean where clocks are put back past what it says.
#[must_use]
pub fn comes_twice(typed: &str, zone: &str) -> bool {
    matches!(read_wall(typed, &offset(zone)), Some(Reading::Twice(_, _)))
}

/// What the field says; one that was not touched keeps the seconds that it does not show. The error has
/// words when something was typed that clocks never show.
pub(super) fn time(
    typed: &str,
    later: bool,
    offset: Offset<'_>,
    old: Option<Timestamp>,
) -> Result<Timestamp, Option<String>> {
    let time = match read_wall(typed, offset) {
        None => return Err(None),
        Some(Reading::Once(time)) => time,
        Some(Reading::Twice(first, second)) => {
            if later {
                second
            } else {
                first
            }
        }
        Some(Reading::Never(instead)) => {
            let clock = |shown: &str| shown.chars().skip(11).collect::<String>();
            let (typed, instead) = (clock(typed), clock(&show_wall(instead, offset)));
            let words = [
                "Clocks there skip ",
                &typed,
                " on that day; take ",
                &instead,
                " instead.",
            ];
            return Err(Some(words.concat()));
        }
    };
    let same_minute = |old: &Timestamp| (0..60_000_000).contains(&(old.0 - time.0));
    Ok(old.filter(same_minute).unwrap_or(time))
}

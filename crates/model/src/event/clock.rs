//! What the wall clock of a place means, where clocks are put forward and back.

use wire::Timestamp;

/// What a reading of a wall clock stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// One moment.
    Once(Timestamp),
    /// Clocks are put back, and show it again.
    Twice(Timestamp, Timestamp),
    /// Clocks are put forward past it; had they not been, it would be this moment.
    Never(Timestamp),
}

/// Difference of a zone's clocks from UTC at a moment, in microseconds.
pub type Offset<'a> = &'a dyn Fn(Timestamp) -> i64;

const DAY: i64 = 86_400_000_000;

/// The wall clock at a moment, as a `datetime-local` field has it: to the minute, without a zone.
#[must_use]
pub fn show_wall(time: Timestamp, offset: Offset<'_>) -> String {
    let wall = Timestamp(time.0.saturating_add(offset(time)));
    wall.to_string().chars().take(16).collect()
}

/// What such a field says; `None` when it is empty or no date.
#[must_use]
pub fn read_wall(text: &str, offset: Offset<'_>) -> Option<Reading> {
    let seconds = if text.len() == 16 { ":00Z" } else { "Z" };
    let wall = Timestamp::parse(&[text, seconds].concat()).ok()?.0;
    let [before, after] = [wall.checked_sub(DAY)?, wall.checked_add(DAY)?]
        .map(|near| Timestamp(wall - offset(Timestamp(near))));
    let shows = |time: Timestamp| time.0 + offset(time) == wall;
    Some(match (shows(before), shows(after)) {
        (true, true) if before != after => Reading::Twice(before, after),
        (true, _) => Reading::Once(before),
        (false, true) => Reading::Once(after),
        (false, false) => Reading::Never(before),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// Berlin in 2026.
    fn berlin(time: Timestamp) -> i64 {
        let summer = at("2026-03-29T01:00:00Z")..at("2026-10-25T01:00:00Z");
        if summer.contains(&time) {
            2 * HOUR
        } else {
            HOUR
        }
    }

    /// An island whose clocks go half an hour, and stand west of UTC.
    fn island(time: Timestamp) -> i64 {
        if time < at("2026-06-01T12:00:00Z") {
            -10 * HOUR
        } else {
            -10 * HOUR + HOUR / 2
        }
    }

    #[test]
    fn an_hour_is_skipped_in_spring_and_comes_twice_in_autumn() {
        let read = |text| read_wall(text, &berlin);
        let once = |text| Some(Reading::Once(at(text)));
        assert_eq!(read("2026-01-05T19:00"), once("2026-01-05T18:00:00Z"));
        assert_eq!(read("2026-07-05T19:00"), once("2026-07-05T17:00:00Z"));
        assert_eq!(read("2026-03-29T01:59"), once("2026-03-29T00:59:00Z"));
        let gap = Some(Reading::Never(at("2026-03-29T01:30:00Z")));
        assert_eq!(read("2026-03-29T02:30"), gap);
        assert_eq!(
            show_wall(at("2026-03-29T01:30:00Z"), &berlin),
            "2026-03-29T03:30"
        );
        assert_eq!(read("2026-03-29T03:00"), once("2026-03-29T01:00:00Z"));
        let twice = Reading::Twice(at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"));
        assert_eq!(read("2026-10-25T02:30"), Some(twice));
        assert_eq!(read("2026-10-25T03:00"), once("2026-10-25T02:00:00Z"));
        for nonsense in ["", "2026-02-30T10:00", "tomorrow", "2026-01-05"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn what_is_shown_is_read_again() {
        for tenths in 0..52_560 {
            let time = Timestamp(at("2026-01-01T00:00:00Z").0 + tenths * 600_000_000);
            for offset in [&berlin as Offset<'_>, &island, &|_| 0] {
                let shown = show_wall(time, offset);
                match read_wall(&shown, offset) {
                    Some(Reading::Once(read)) => assert_eq!(read, time, "{shown}"),
                    Some(Reading::Twice(first, second)) => {
                        assert!(
                            first < second && (first == time || second == time),
                            "{shown}"
                        );
                    }
                    reading @ (Some(Reading::Never(_)) | None) => panic!("{shown}: {reading:?}"),
                }
            }
        }
    }
}

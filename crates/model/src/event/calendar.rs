//! An event as a calendar file (RFC 5545).

use wire::Timestamp;

use super::Event;

/// Microseconds; clocks are put back by no more.
const HOUR: i64 = 3_600_000_000;

/// The file. Times are on the clock of the event's place, of which the file says how far it is from UTC then: `offset`,
/// in microseconds, where that is known. Else they are in UTC, and so is a time that the clock there shows twice (readers who
/// know the zone take the first), or one after the clock was changed while the event lasts.
#[must_use]
pub fn file(
    event: &Event,
    link: &str,
    now: Timestamp,
    offset: impl Fn(Timestamp) -> Option<i64>,
) -> String {
    let is_second = |at: Timestamp| offset(Timestamp(at.0 - HOUR)) > offset(at);
    let at_start = offset(event.starts_at)
        .filter(|_| is_plain(&event.time_zone) && !is_second(event.starts_at));
    let when = |name: &'static str, at: Timestamp| match at_start {
        Some(ahead) if offset(at) == at_start && !is_second(at) => {
            let wall = time(Timestamp(at.0 + ahead)).replace('Z', "");
            [name, ";TZID=", &event.time_zone, ":", &wall].concat()
        }
        Some(_) | None => [name, ":", &time(at)].concat(),
    };
    let mut file = String::new();
    let mut line = |name: &str, value: &str| fold(&mut file, &[name, ":", value].concat());
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//The tavern//Events//EN");
    if let Some(ahead) = at_start {
        let ahead = ahead_of_utc(ahead);
        line("BEGIN", "VTIMEZONE");
        line("TZID", &event.time_zone);
        line("BEGIN", "STANDARD");
        line("DTSTART", "19700101T000000");
        line("TZOFFSETFROM", &ahead);
        line("TZOFFSETTO", &ahead);
        line("END", "STANDARD");
        line("END", "VTIMEZONE");
    }
    line("BEGIN", "VEVENT");
    line("UID", &[&event.id.to_string(), "@tavern"].concat());
    line("DTSTAMP", &time(now));
    // A later version of the same event replaces an earlier one.
    line("SEQUENCE", &(event.rev.0 & 0x7fff_ffff).to_string());
    fold(&mut file, &when("DTSTART", event.starts_at));
    if let Some(end) = event.ends_at {
        fold(&mut file, &when("DTEND", end));
    }
    let mut line = |name: &str, value: &str| fold(&mut file, &[name, ":", value].concat());
    line("SUMMARY", &text(&event.title));
    for (name, value) in [
        ("DESCRIPTION", &event.description),
        ("LOCATION", &event.location),
    ] {
        if !value.is_empty() {
            line(name, &text(value));
        }
    }
    line("URL", link);
    line(
        "STATUS",
        if event.cancelled {
            "CANCELLED"
        } else {
            "CONFIRMED"
        },
    );
    line("END", "VEVENT");
    line("END", "VCALENDAR");
    file
}

/// Whether it is a name of a zone that may stand in a line as it is, and of one whose clock is not UTC.
fn is_plain(zone: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-');
    zone != "UTC" && zone.starts_with(|c: char| c.is_ascii_alphabetic()) && zone.chars().all(plain)
}

/// `20261125T180000Z`
fn time(time: Timestamp) -> String {
    let seconds = Timestamp(time.0 - time.0.rem_euclid(1_000_000)).to_string();
    let digits = seconds.chars().take(19).filter(|c| !matches!(c, '-' | ':'));
    digits.chain(['Z']).collect()
}

/// `+0530`
fn ahead_of_utc(offset: i64) -> String {
    let seconds = offset.abs() / 1_000_000;
    let sign = if offset < 0 { '-' } else { '+' };
    let mut text = format!("{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 != 0 {
        text += &format!("{:02}", seconds % 60);
    }
    text
}

fn text(value: &str) -> String {
    let mut text = String::new();
    for c in value.chars() {
        match c {
            '\\' | ';' | ',' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            // No other control character may stand in a file.
            c if c.is_control() && c != '\t' => {}
            c => text.push(c),
        }
    }
    text
}

/// Adds a line; what is longer than 75 bytes goes on after a line break and a space.
fn fold(file: &mut String, line: &str) {
    let mut room = 75;
    for c in line.chars() {
        if c.len_utf8() > room {
            file.push_str("\r\n ");
            room = 74;
        }
        room -= c.len_utf8();
        file.push(c);
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use sync::Rev;
    use uuid::Uuid;

    use super::*;

    fn event() -> Event {
        Event {
            id: Uuid::from_u128(7),
            host_id: Uuid::from_u128(2),
            title: "Wine, cheese; \\o/".into(),
            description: "First line\r\nSecond: ".to_owned() + &"größer 🍞 ".repeat(30),
            location: String::new(),
            starts_at: Timestamp::parse("2026-03-29T00:30:00.25Z").unwrap(),
            ends_at: None,
            time_zone: "Europe/Berlin".into(),
            capacity: None,
            guest_limit: 0,
            cancelled: true,
            created_at: Timestamp(0),
            rev: Rev(1 << 40),
        }
    }

    #[test]
    fn lines_are_short_and_nothing_is_lost_by_folding() {
        let event = event();
        let file = file(
            &event,
            "https://tavern.test/#/events/7",
            Timestamp(0),
            |_| None,
        );
        assert!(file.ends_with("\r\n"));
        for line in file.split("\r\n") {
            assert!(line.len() <= 75, "{line}");
            assert!(!line.contains(['\r', '\n']), "{line}");
        }
        let unfolded = file.replace("\r\n ", "");
        let has = |line: &str| assert!(unfolded.split("\r\n").any(|l| l == line), "{line}");
        has("SUMMARY:Wine\\, cheese\\; \\\\o/");
        has("DTSTART:20260329T003000Z");
        has("DTSTAMP:19700101T000000Z");
        has("STATUS:CANCELLED");
        has("SEQUENCE:0");
        has(&[
            "DESCRIPTION:First line\\nSecond: ",
            &"größer 🍞 ".repeat(30),
        ]
        .concat());
        assert!(!unfolded.contains("DTEND") && !unfolded.contains("LOCATION"));
    }

    #[test]
    fn a_time_that_the_clock_shows_twice_is_not_taken_for_the_first() {
        let autumn = Timestamp::parse("2026-10-25T01:00:00Z").unwrap();
        let berlin = |at: Timestamp| Some(if at < autumn { 2 * HOUR } else { HOUR });
        let at = |minutes: i64| {
            let event = Event {
                starts_at: Timestamp(autumn.0 + minutes * (HOUR / 60)),
                ..event()
            };
            file(&event, "", Timestamp(0), berlin)
        };
        assert!(at(-30).contains("DTSTART;TZID=Europe/Berlin:20261025T023000\r\n"));
        assert!(
            at(30).contains("DTSTART:20261025T013000Z\r\n"),
            "half past two, again"
        );
        assert!(at(60).contains("DTSTART;TZID=Europe/Berlin:20261025T030000\r\n"));
    }

    #[test]
    fn times_are_on_the_clock_of_the_place_unless_that_is_changed_meanwhile() {
        let spring = Timestamp::parse("2026-03-29T01:00:00Z").unwrap();
        let berlin = |at: Timestamp| Some(if at < spring { HOUR } else { 2 * HOUR });
        let read = |event: &Event| file(event, "", Timestamp(0), berlin);
        let event = Event {
            ends_at: Some(Timestamp(spring.0 - 1_000_000)),
            ..event()
        };
        let calm = read(&event);
        for line in [
            "TZID:Europe/Berlin",
            "TZOFFSETTO:+0100",
            "DTSTART;TZID=Europe/Berlin:20260329T013000",
            "DTEND;TZID=Europe/Berlin:20260329T015959",
        ] {
            assert!(calm.split("\r\n").any(|other| other == line), "{line}");
        }
        let changed = read(&Event {
            ends_at: Some(spring),
            ..event.clone()
        });
        assert!(changed.contains("DTSTART;TZID=Europe/Berlin:20260329T013000\r\n"));
        assert!(changed.contains("DTEND:20260329T010000Z\r\n"));
        let utc = read(&Event {
            time_zone: "UTC".into(),
            ..event.clone()
        });
        assert!(!utc.contains("TZID") && utc.contains("DTSTART:20260329T003000Z"));
        let odd = read(&Event {
            time_zone: "+05:30".into(),
            ..event
        });
        assert!(!odd.contains("TZID"), "it would break the line");
        assert_eq!(ahead_of_utc(-(3 * HOUR + HOUR / 2)), "-0330");
    }
}

//! An event as a calendar file (RFC 5545).

use wire::Timestamp;

use super::Event;

/// The file. Times are in UTC, which every calendar shows in its reader's own zone, whatever it knows of
/// the host's.
#[must_use]
pub fn file(event: &Event, link: &str, now: Timestamp) -> String {
    let mut file = String::new();
    let mut line = |name: &str, value: &str| fold(&mut file, &[name, ":", value].concat());
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//The tavern//Events//EN");
    line("BEGIN", "VEVENT");
    line("UID", &[&event.id.to_string(), "@tavern"].concat());
    line("DTSTAMP", &time(now));
    // A later version of the same event replaces an earlier one.
    line("SEQUENCE", &(event.rev.0 & 0x7fff_ffff).to_string());
    line("DTSTART", &time(event.starts_at));
    if let Some(end) = event.ends_at {
        line("DTEND", &time(end));
    }
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

/// `20261125T180000Z`
fn time(time: Timestamp) -> String {
    let seconds = Timestamp(time.0 - time.0.rem_euclid(1_000_000)).to_string();
    let digits = seconds.chars().take(19).filter(|c| !matches!(c, '-' | ':'));
    digits.chain(['Z']).collect()
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
        let file = file(&event, "https://tavern.test/#/events/7", Timestamp(0));
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
}

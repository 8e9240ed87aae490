//! How the page opens beside its peer, and how soon it answers a click.

use crate::bench::Results;

const OPENING: &str = "
## Opening

The released page beside the same app written by the book in React and supabase-js ([bench/peer](peer): what the first pages of
the tavern did, without all that came after), in turn in the same run. Each time a browser that was never there, an empty
cache, every file compressed beforehand by brotli; slow is a processor slowed down four times, 1.6 Mbit/s and 150 ms. *To type
into*: the form for signing in is laid out with its styles. *Usable*: whoever types into both fields and presses \"Sign in\" as
soon as that is there has it leave the page, with what they typed. *The program runs*: the form that is there is the program's own,
no longer one that stands in the page (the peer has no other). What our worker fetches for the next visit is left out.

";

const CONDITIONS: [(&str, &str); 2] = [("full", "full speed"), ("slow", "slow")];

const MEASURED: [(&str, &str); 6] = [
    ("typable", "to type into"),
    ("usable", "usable"),
    ("running", "the program runs"),
    ("largest", "largest paint"),
    ("shift", "layout shift"),
    ("bytes", "bytes, compressed"),
];

const CLICKS: &str = "
## Clicks

From the click to the frame that shows its effect, the browser's own work included, on a processor slowed down four times, in
the app signed in at a local Supabase with 10,000 messages of the tavern loaded. The goal is 50 ms.

";

const CLICKED: [(&str, &str); 7] = [
    ("reactions", "React: the choice opens"),
    ("send", "Send: the line stands in the log"),
    (
        "leave",
        "from the tavern to the events: where one is, is marked",
    ),
    ("leave-whole", "… the page stands there"),
    ("dialog", "New event: the dialog opens"),
    (
        "return",
        "from the events to the tavern: where one is, is marked",
    ),
    ("return-whole", "… the last line stands in the log"),
];

/// Both tables; nothing for what was not measured.
pub fn text(web: &Results) -> String {
    let mut opening = String::new();
    for (condition, condition_words) in CONDITIONS {
        for (what, words) in MEASURED {
            let of = |whose: &str| web.get(&format!("opening/{whose}/{condition}/{what}"));
            let Some((ours, peer)) = of("ours").zip(of("peer")) else {
                continue;
            };
            // Of layout shifts, next to none are no ratio.
            let ratio = match what {
                "shift" => "–".to_owned(),
                _ => format!("{:.2}", ours / peer),
            };
            let [ours, peer] = [ours, peer].map(|value| told(what, *value));
            opening.push_str(&format!(
                "| {condition_words}: {words} | {ours} | {peer} | {ratio} |\n"
            ));
        }
    }
    let mut clicks = String::new();
    for (name, words) in CLICKED {
        let of = |what: &str| web.get(&format!("{what}/{name}"));
        if let Some((median, longest)) = of("click").zip(of("click-longest")) {
            let [median, longest] = [median, longest].map(|value| told(name, *value));
            clicks.push_str(&format!("| {words} | {median} | {longest} |\n"));
        }
    }
    let mut text = String::new();
    for (about, head, lines) in [
        (
            OPENING,
            "| | ours | peer | ours ÷ peer |\n| --- | ---: | ---: | ---: |\n",
            opening,
        ),
        (
            CLICKS,
            "| | median | longest |\n| --- | ---: | ---: |\n",
            clicks,
        ),
    ] {
        if !lines.is_empty() {
            text.push_str(&[about, head, &lines].concat());
        }
    }
    text
}

/// Times are nanoseconds.
fn told(what: &str, value: f64) -> String {
    match what {
        "shift" => format!("{value:.3}"),
        "bytes" => format!("{:.0} kB", value / 1e3),
        _ => format!("{:.0} ms", value / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_beside_its_peer() {
        let results = [
            ("opening/ours/full/typable", 150e6),
            ("opening/peer/full/typable", 300e6),
            ("opening/ours/slow/bytes", 600_400.0),
            ("opening/peer/slow/bytes", 100_000.0),
            ("opening/ours/slow/usable", 1e9),
            ("click/send", 40e6),
            ("click-longest/send", 72e6),
        ];
        let text = text(&results.map(|(name, value)| (name.to_owned(), value)).into());
        let has = |line: &str| assert!(text.contains(line), "{text}");
        has("| full speed: to type into | 150 ms | 300 ms | 0.50 |");
        has("| slow: bytes, compressed | 600 kB | 100 kB | 6.00 |");
        has("| Send: the line stands in the log | 40 ms | 72 ms |");
        assert!(!text.contains("slow: usable"), "without a peer: {text}");
    }

    #[test]
    fn what_was_not_measured_has_no_table() {
        assert_eq!(text(&Results::new()), "");
    }
}

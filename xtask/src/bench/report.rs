//! The results as a page to read.

use super::Results;

mod opening;

/// The measurements that take time, as both sides name them.
pub const TIMES: [&str; 8] = [
    "load/10000",
    "edit/1000",
    "edit/10000",
    "edit/100000",
    "move/1000",
    "move/10000",
    "move/100000",
    "burst/10000",
];

const LINES: [(&str, &str); 14] = [
    (
        "load/10000",
        "first load of 10,000 rows, until they can be read",
    ),
    ("load-drawn/10000", "… until the last 100 are drawn"),
    (
        "load-longest/10000",
        "… longest time between two frames meanwhile",
    ),
    ("edit/1000", "one change in a table of 1,000"),
    ("edit/10000", "… of 10,000"),
    ("edit/100000", "… of 100,000"),
    (
        "move/1000",
        "one change that moves its row, in a table of 1,000",
    ),
    ("move/10000", "… of 10,000"),
    ("move/100000", "… of 100,000"),
    ("burst/10000", "10,000 new rows, a frame each"),
    (
        "socket-burst/10000",
        "… over a real socket, until the last is drawn",
    ),
    (
        "socket-burst-longest/10000",
        "… longest time between two frames meanwhile",
    ),
    (
        "socket-idle-longest",
        "longest time between two frames while nothing happens",
    ),
    ("memory", "memory per row"),
];

const ABOUT: &str = "\
# What the engine and the page cost

Written by `cargo xtask bench`. Times are medians; compare them within one run, not between machines.

The rows are messages of the tavern in one list sorted by time. Every time includes reading the JSON that
the server sends: a change is one frame of the socket, a load the answer of `sync`. The changed row has a
write on it that is not answered yet. *Native* ends when the engine has told the changes; *browser* when
the page's signals are set, in headless Chromium with the page compiled as it is released. *Over a real
socket* is the whole app, signed in at a local Supabase; the network holds the changes until the server has
sent the last, so that they arrive as fast as the browser takes them.

What the local Supabase bears is in [SERVER.md](SERVER.md).
";

/// The whole page.
pub fn text(machine: &str, versions: &str, native: &Results, web: &Results) -> String {
    let mut text = format!("{ABOUT}\nOn {machine}.\n\n```text\n{versions}\n```\n\n");
    text.push_str("| | native | browser | browser ÷ native |\n| --- | ---: | ---: | ---: |\n");
    for (name, words) in LINES {
        let cell = |results: &Results| results.get(name).map(|value| told(name, *value));
        let ratio = native.get(name).zip(web.get(name));
        let ratio = ratio.map(|(native, web)| format!("{:.1}", web / native));
        let cells = [cell(native), cell(web), ratio].map(|cell| cell.unwrap_or_else(|| "–".into()));
        text.push_str(&format!("| {words} | {} |\n", cells.join(" | ")));
    }
    text.push_str(
        "\nA table a hundred times as large makes a change cost so many times as much:\n\n",
    );
    text.push_str("| | native | browser |\n| --- | ---: | ---: |\n");
    for name in ["edit", "move"] {
        let growth = |results: &Results| {
            let at = |size: &str| results.get(&format!("{name}/{size}")).copied();
            at("100000").zip(at("1000"))
        };
        let cell = |results: &Results| {
            growth(results).map_or("–".into(), |(large, small)| {
                format!("{:.2}", large / small)
            })
        };
        text.push_str(&format!("| {name} | {} | {} |\n", cell(native), cell(web)));
    }
    text.push_str(&opening::text(web));
    text
}

fn told(name: &str, value: f64) -> String {
    match value {
        _ if name == "memory" => format!("{value:.0} bytes"),
        _ if value >= 1e6 => format!("{:.1} ms", value / 1e6),
        _ => format!("{:.1} µs", value / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_next_to_each_other_and_growth_is_a_ratio() {
        let results = |scale: f64| {
            let results = [
                ("edit/1000", 4_000.0),
                ("edit/100000", 6_000.0),
                ("memory", 700.0),
            ];
            results
                .map(|(name, value)| (name.to_owned(), value * scale))
                .into()
        };
        let text = text("a machine", "tools", &results(1.0), &results(2.0));
        assert!(
            text.contains("in a table of 1,000 | 4.0 µs | 8.0 µs | 2.0 |"),
            "{text}"
        );
        assert!(text.contains("| edit | 1.50 | 1.50 |"), "{text}");
        assert!(
            text.contains("memory per row | 700 bytes | 1400 bytes"),
            "{text}"
        );
    }
}

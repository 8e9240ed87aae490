//! The results of the server's benchmarks as a page to read.

use super::Measured;

const ABOUT: &str = "\
# What the local Supabase bears

Written by `cargo xtask bench server`. Server, PostgreSQL and the load generator share the machine; the
server is compiled for speed, its PostgreSQL is a throwaway one. Compare figures within one run, not between machines.
";

const REALTIME: &str = "\
## Realtime

Every client is a user of their own with a socket of their own, one channel and one binding. Row level
security is asked for each of them, about each row. A latency runs from the moment the row is made, just before its
commit, until a client has read the frame. Rows come at a fixed rate, whatever becomes of them.

*Open*: a policy `true`; everybody gets everything. *Member*: the row's room has the person as a member,
asked of a second table that has policies, too; one in five gets each row, as in the benchmark that Supabase
publishes (500 clients: 30 changes/s at p95 228 ms on its smallest compute, 40/s on the largest measured). *Own*: the row names its person; one gets it.
";

const IDLE: &str = "\
Each connection takes a file in the server and one in the client: `ulimit -n` has to be above the number of
connections, for example `ulimit -n 20000` in the shell that starts the server.
";

const REST: &str = "\
A row is read by its key, or one is written, by eight clients at a time. *pgbench* says the bare statement.
*pgbench_request* says all that a request to REST says, in one flight as REST does: begin, who asks with all settings
that policies and functions may read, the statement with its answer as JSON, commit. The shares are what REST, its clients
and HTTP leave of each; the goal is 50 %.
";

/// The whole page.
pub fn text(machine: &str, versions: &str, all: &[(&str, Vec<Measured>)]) -> String {
    let mut text = format!("{ABOUT}\nOn {machine}.\n\n```text\n{versions}\n```\n");
    for (program, measured) in all {
        text.push('\n');
        if *program == "realtime" {
            text.push_str(&realtime(measured));
        } else {
            let about = if *program == "rest" { REST } else { "" };
            text.push_str(&format!(
                "## {}\n\n{about}\n{}",
                program.to_uppercase(),
                list(measured)
            ));
        }
    }
    text
}

fn realtime(measured: &[Measured]) -> String {
    let cell = |name: &str| {
        let found = measured.iter().find(|one| one.name == name);
        found.map_or_else(|| "–".to_owned(), told)
    };
    let mut text = format!(
        "{REALTIME}\n| load | changes/s | frames/s | p50 | p95 | p99 | lost | cores: server, PostgreSQL, clients |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    );
    for (name, words) in [
        ("few", "10 clients, open"),
        ("goal/open", "500 clients, open"),
        ("goal/member", "500 clients, member"),
        ("goal/own", "500 clients, own"),
    ] {
        let of = |what: &str| cell(&format!("{name}/{what}"));
        let number = |what: &str| of(what).split(' ').next().unwrap_or("–").to_owned();
        let cores = ["cpu-server", "cpu-postgres", "cpu-clients"].map(number);
        text.push_str(&format!(
            "| {words} | {} | {} | {} | {} | {} | {} | {} |\n",
            number("rate"),
            number("frames"),
            of("p50"),
            of("p95"),
            of("p99"),
            number("lost"),
            cores.join(", ")
        ));
    }
    text.push_str("\nThe highest rate at which 95 of 100 frames come within 100 ms, *member*:\n\n");
    text.push_str("| clients | changes/s | frames/s | p95 |\n| ---: | ---: | ---: | ---: |\n");
    let crowds = measured.iter().filter_map(|one| {
        let crowd: u32 = one
            .name
            .strip_prefix("fall/")?
            .strip_suffix("/rate")?
            .parse()
            .ok()?;
        Some((crowd, one.number))
    });
    for (crowd, rate) in crowds {
        let (frames, p95) = (
            rate * f64::from(crowd) / 5.0,
            cell(&format!("fall/{crowd}/p95")),
        );
        text.push_str(&format!("| {crowd} | {rate} | {frames:.0} | {p95} |\n"));
    }
    text.push_str(&format!(
        "\nIdle connections, each with a channel and a binding that lives: {} held, {} each.\n{IDLE}",
        cell("idle/held"),
        cell("idle/memory")
    ));
    text
}

fn list(measured: &[Measured]) -> String {
    let mut text = "| | |\n| --- | ---: |\n".to_owned();
    for one in measured {
        text.push_str(&format!("| {} | {} |\n", one.name, told(one)));
    }
    text
}

fn told(one: &Measured) -> String {
    let number = match one.number {
        number if number >= 100.0 => format!("{number:.0}"),
        number => format!("{number:.2}")
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
    };
    format!("{number} {}", one.unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn realtime_has_its_tables_and_others_a_list() {
        let one = |name: &str, number: f64, unit: &str| Measured {
            name: name.to_owned(),
            number,
            unit: unit.to_owned(),
        };
        let realtime = vec![
            one("goal/open/p95", 12.5, "ms"),
            one("fall/500/rate", 300.0, "changes/s"),
            one("fall/500/p95", 80.0, "ms"),
            one("idle/memory", 20_000.0, "bytes"),
        ];
        let rest = vec![one("select", 4000.0, "requests/s")];
        let text = text(
            "a machine",
            "tools",
            &[("realtime", realtime), ("rest", rest)],
        );
        assert!(
            text.contains("| 500 clients, open | – | – | – | 12.5 ms |"),
            "{text}"
        );
        assert!(text.contains("| 500 | 300 | 30000 | 80 ms |"), "{text}");
        assert!(text.contains("20000 bytes each"), "{text}");
        assert!(
            text.contains("## REST") && text.contains("| select | 4000 requests/s |"),
            "{text}"
        );
    }
}

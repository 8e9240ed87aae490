//! What Realtime costs under load: a real server, a real PostgreSQL, and many sockets, all on this machine.
//!
//! Prints lines `RESULT name number unit`. Arguments choose among the [`SCENARIOS`]; none means all of them.
//! Every latency runs from the moment the row is made, just before its commit, until the frame has been read.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on ends with the reason"
)]

mod clients;
mod histogram;
mod load;
mod server;

use std::time::Duration;

use clients::Clients;
use load::{Load, Outcome};
use server::Server;

/// What can be measured.
const SCENARIOS: [&str; 4] = ["few", "goal", "fall", "idle"];
/// Numbers of clients between which throughput is followed.
const CROWDS: [usize; 7] = [50, 100, 200, 500, 1000, 2000, 5000];
/// Changes per second that are tried for a crowd.
const RATES: [u32; 18] = [
    2, 5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1200, 1600, 2400,
];
/// A rate is sustained while 95 of 100 frames come in this time.
const BOUND: Duration = Duration::from_millis(100);

fn main() {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    if let Some(unknown) = asked
        .iter()
        .find(|name| !SCENARIOS.contains(&name.as_str()))
    {
        eprintln!("There is no scenario {unknown}: name some of {SCENARIOS:?}, or none for all.");
        std::process::exit(2);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for name in SCENARIOS {
            if !asked.is_empty() && !asked.iter().any(|other| other == name) {
                continue;
            }
            // Each begins with a server that nothing has happened to.
            let server = Server::start().await;
            match name {
                "few" => few(&server).await,
                "goal" => goal(&server).await,
                "fall" => fall(&server).await,
                _ => idle(&server).await,
            }
        }
    });
}

/// Ten people who see everything, and nothing in a hurry.
async fn few(server: &Server) {
    let clients = Clients::default();
    clients.grow(server, "open", 10).await;
    warm(server, &clients, "open").await;
    let outcome = Load::new("open", 50, 6).run(server, &clients).await;
    tell("few", &outcome);
}

/// Five hundred people, under three kinds of policies.
async fn goal(server: &Server) {
    for table in server::TABLES {
        let clients = Clients::default();
        clients.grow(server, table, 500).await;
        warm(server, &clients, table).await;
        let outcome = Load::new(table, 300, 10).run(server, &clients).await;
        tell(&format!("goal/{table}"), &outcome);
        clients.leave();
    }
}

/// The highest rate that ever larger crowds sustain.
async fn fall(server: &Server) {
    let clients = Clients::default();
    let mut at = RATES.len() / 2;
    for crowd in CROWDS {
        clients.grow(server, "member", crowd).await;
        warm(server, &clients, "member").await;
        let mut best = None;
        loop {
            let outcome = Load::new("member", RATES[at], 3)
                .run(server, &clients)
                .await;
            let sustained = outcome.sustained(RATES[at], BOUND);
            eprintln!(
                "{crowd} clients, {} changes/s: {outcome}, {}",
                RATES[at],
                if sustained { "sustained" } else { "too many" }
            );
            if sustained {
                best = Some((at, outcome));
                if at + 1 == RATES.len() {
                    break;
                }
                at += 1;
            } else if best.is_some() || at == 0 {
                break;
            } else {
                at -= 1;
            }
        }
        match best {
            Some((best, outcome)) => {
                println!("RESULT fall/{crowd}/rate {} changes/s", RATES[best]);
                println!(
                    "RESULT fall/{crowd}/p95 {:.2} ms",
                    outcome.latency.millis(95.0)
                );
                at = best;
            }
            None => println!("RESULT fall/{crowd}/rate 0 changes/s"),
        }
    }
}

/// Connections of which each has a channel with a living binding, and on which nothing happens.
async fn idle(server: &Server) {
    let clients = Clients::default();
    clients.grow(server, "own", 10).await;
    let before = server.memory();
    clients.grow(server, "own", 5010).await;
    let after = server.memory();
    println!(
        "RESULT idle/memory {:.0} bytes",
        (after - before) as f64 / 5000.0
    );
    // Whoever is held hears of a change that concerns everybody.
    let heard = clients.all_hear_a_deletion(server).await;
    println!("RESULT idle/held {heard} connections");
    println!("RESULT idle/server {:.1} MB", after as f64 / 1e6);
}

/// The first changes find caches empty; they are not measured.
async fn warm(server: &Server, clients: &Clients, table: &'static str) {
    Load::new(table, 20, 1).run(server, clients).await;
}

fn tell(name: &str, outcome: &Outcome) {
    eprintln!("{name}: {outcome}");
    for percent in [50.0, 95.0, 99.0] {
        println!(
            "RESULT {name}/p{percent} {:.2} ms",
            outcome.latency.millis(percent)
        );
    }
    println!("RESULT {name}/rate {:.1} changes/s", outcome.rate);
    println!("RESULT {name}/frames {:.0} frames/s", outcome.frames);
    println!("RESULT {name}/lost {} frames", outcome.lost);
    for (who, share) in [
        ("server", outcome.cpu.server),
        ("postgres", outcome.cpu.postgres),
        ("clients", outcome.cpu.clients),
    ] {
        println!("RESULT {name}/cpu-{who} {share:.2} cores");
    }
}

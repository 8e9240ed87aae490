//! `cargo xtask bench`: what the engine costs here and in a browser, how the page opens and answers, written to
//! `bench/RESULTS.md`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::dev::target_folder;
use crate::fault::{Outcome, Say, said};
use crate::place::Place;
use crate::proc::{Group, capture};
use crate::setup;
use crate::test::bench::{Bench, succeed};
use crate::test::page;

mod report;
pub mod server;

/// Compiling the page as released takes most of it.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// Measurements by name: nanoseconds, or bytes.
type Results = BTreeMap<String, f64>;

/// Measures, and writes the results.
pub fn run(place: &Place) -> Outcome {
    let kit = setup::for_tests(place)?;
    let versions = setup::versions(place, &kit);
    let peer = setup::for_peer(place)?;
    let bench = Bench::new(place, kit)?;
    let before = load();
    println!("{versions}\n\nfor this machine:");
    let native = native(place, &bench)?;
    println!("\nin the browser, built as released:");
    let mut web = web(&bench)?;
    println!("\nin the app, over a real socket, and how it opens:");
    web.extend(app(place, &bench, &peer)?);
    let text = report::text(&machine(&before), &versions, &native, &web);
    let file = place.repo.join("bench/RESULTS.md");
    fs::write(&file, &text).say(|| format!("cannot write {}", file.display()))?;
    println!("\n{text}");
    Ok(())
}

fn native(place: &Place, bench: &Bench<'_>) -> Outcome<Results> {
    let arguments = [
        "bench",
        "--locked",
        "--package",
        "model",
        "--bench",
        "engine",
    ];
    let output = listen("cargo bench", &mut bench.cargo(&arguments))?;
    let mut results = printed(&output);
    for name in report::TIMES {
        let folder = target_folder(place).join("criterion").join(name);
        let file = folder.join("new/estimates.json");
        let median = fs::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok())
            .and_then(|estimates| estimates["median"]["point_estimate"].as_f64());
        if let Some(median) = median {
            results.insert(name.to_owned(), median);
        }
    }
    Ok(results)
}

fn web(bench: &Bench<'_>) -> Outcome<Results> {
    let mut cargo = bench.web_cargo(&["run", "--release", "--example", "speed"]);
    bench.drive(&mut cargo);
    // The largest table takes its time to build.
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "600");
    let output = listen("cargo run", cargo.args(["--", "--nocapture"]))?;
    Ok(printed(&output))
}

/// The released page with a server, as people have them; and beside the page in `peer`.
fn app(place: &Place, bench: &Bench<'_>, peer: &Path) -> Outcome<Results> {
    let programs = [
        "build",
        "--locked",
        "-p",
        "local-supabase",
        "-p",
        "fault-proxy",
    ];
    succeed("cargo build", &mut bench.cargo(&programs), LIMIT)?;
    page::build(place, &bench.tools.kit, LIMIT)?;
    let built = place.local.join("peer");
    let mut vite = bench.client(peer.join("node_modules/.bin/vite"), peer);
    vite.args(["build", "--emptyOutDir", "--outDir"])
        .arg(&built);
    succeed("vite build", &mut vite, LIMIT)?;
    let folder = bench.folder("tests/e2e", "package-lock.json")?;
    let playwright = folder.join("node_modules/.bin/playwright");
    let mut playwright = bench.client(playwright, &folder);
    playwright.args(["test", "--config", "bench/playwright.config.ts"]);
    playwright.env("TAVERN_PEER", built);
    Ok(printed(&listen("playwright", &mut playwright)?))
}

/// Runs a command to its end and gives what it printed, which people see too.
fn listen(name: &str, command: &mut Command) -> Outcome<String> {
    let mut group = Group::start(name, command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let mut pipe = group
        .child()
        .stdout
        .take()
        .ok_or_else(|| said(format!("{name} has no output to read")))?;
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).map(|_| text)
    });
    let status = group.wait(LIMIT, |_| ())?;
    let text = reader.join().ok().and_then(Result::ok).unwrap_or_default();
    println!("{text}");
    if status.success() {
        Ok(text)
    } else {
        Err(said(format!(
            "{name} ended with {status}, its output is above"
        )))
    }
}

/// The lines `RESULT name number unit`, in nanoseconds or bytes.
fn printed(output: &str) -> Results {
    let read = |line: &str| {
        let (_, line) = line.split_once("RESULT ")?;
        let mut words = line.split_whitespace();
        let (name, number, unit) = (words.next()?, words.next()?, words.next()?);
        let scale = match unit {
            "ms" => 1e6,
            "us" => 1e3,
            _ => 1.0,
        };
        Some((name.to_owned(), number.parse::<f64>().ok()? * scale))
    };
    output.lines().filter_map(read).collect()
}

/// What the numbers were taken on, without its name; `before` is the load when the measuring began.
fn machine(before: &str) -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(Path::new(file)).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let model = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
        .map_or(String::new(), |kib| {
            format!(", {} GiB of memory", kib >> 20)
        });
    let system = capture(Command::new("uname").args(["-sm"])).unwrap_or_default();
    format!(
        "{cores} cores of {model}{memory}, {system}; load {before} at the beginning, {} at the end",
        load()
    )
}

/// How many programs want the processor, over the last minute.
fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_from_among_other_lines() {
        let results =
            printed("running 4 tests\n    RESULT edit/1000 12.5 us\nRESULT memory 700 bytes\nok");
        assert_eq!(results.len(), 2);
        assert_eq!(results["edit/1000"], 12_500.0);
        assert_eq!(results["memory"], 700.0);
    }
}

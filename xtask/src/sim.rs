//! `cargo xtask sim`: random schedules against a model of Supabase, as many as asked for.

use std::time::Duration;

use crate::fault::Outcome;
use crate::place::Place;
use crate::proc::leashed;
use crate::test::bench::succeed;

mod mutations;

/// How the simulator is started: fast enough to be worth its compile time, with all checks.
pub const COMMAND: [&str; 6] = [
    "run",
    "--locked",
    "--profile",
    "sim",
    "--package",
    "simulator",
];

/// Nobody waits longer for any number of seeds.
const LIMIT: Duration = Duration::from_secs(12 * 60 * 60);

/// Runs it with its options.
pub fn run(place: &Place, options: &[String]) -> Outcome {
    if options.iter().any(|option| option == "--mutations") {
        return mutations::run(place);
    }
    let mut cargo = leashed("cargo");
    cargo.current_dir(&place.repo);
    cargo.args(COMMAND).arg("--").args(options);
    succeed("sim", &mut cargo, LIMIT)
}

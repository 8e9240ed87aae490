//! The project's tasks: `cargo xtask dev` and `cargo xtask test`, from a fresh clone, on one command each.

mod bench;
mod command_line;
mod dev;
mod fault;
mod place;
mod proc;
mod report;
mod setup;
mod sim;
mod size;
mod test;

use std::process::ExitCode;
use std::time::Instant;

use command_line::{HELP, Task};
use fault::{Fault, Outcome};
use place::Place;

fn main() -> ExitCode {
    match command_line::parse(lexopt::Parser::from_env()).and_then(run) {
        Ok(code) => code,
        Err(Fault::Said(sentence)) => {
            eprintln!("error: {sentence}");
            ExitCode::FAILURE
        }
        Err(Fault::Stopped) => {
            eprintln!("stopped");
            // What a shell reports of a program that Ctrl-C ended.
            ExitCode::from(130)
        }
    }
}

fn run(task: Task) -> Outcome<ExitCode> {
    if task == Task::Help {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    proc::watch_signals()?;
    let place = Place::find()?;
    match task {
        Task::Help => {}
        Task::Dev(options) => dev::run(&place, &options)?,
        Task::Test(only) => return test::run(&place, &only),
        Task::TestList => print!("{}", test::list()),
        Task::Setup => {
            let start = Instant::now();
            let kit = setup::for_tests(&place)?;
            let time = report::span(start.elapsed());
            println!("{}\n", setup::versions(&place, &kit));
            println!("Everything is there ({time}).");
            if let Some(variable) = kit.kit.wasm.by_hand() {
                println!("By hand, cargo compiles for wasm32 with {variable}.");
            }
        }
        Task::Size => size::run(&place)?,
        Task::Sim(options) => sim::run(&place, &options)?,
        Task::Bench => bench::run(&place)?,
        Task::BenchServer => bench::server::run(&place)?,
    }
    Ok(ExitCode::SUCCESS)
}

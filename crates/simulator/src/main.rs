//! Runs schedules by their seeds, and shrinks those that fail.

use std::{
    process::ExitCode,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Instant,
};

use lexopt::{Arg, Parser, ValueExt};
use simulator::{
    schedule::{draw, run, shrink},
    world::TOLD,
};

const HELP: &str = "\
Usage: sim [--seeds N] [--from K] [--seed S]

  --seeds N   run so many schedules [2000]
  --from K    the first seed [0]
  --seed S    run this one alone, and print its steps
  --trace     print all that happens in the shortest run that fails
";

struct Options {
    seeds: u64,
    from: u64,
    one: Option<u64>,
    trace: bool,
}

fn options() -> Result<Option<Options>, lexopt::Error> {
    let mut parser = Parser::from_env();
    let mut options = Options {
        seeds: 2000,
        from: 0,
        one: None,
        trace: false,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("seeds") => options.seeds = parser.value()?.parse()?,
            Arg::Long("from") => options.from = parser.value()?.parse()?,
            Arg::Long("seed") => options.one = Some(parser.value()?.parse()?),
            Arg::Long("trace") => options.trace = true,
            Arg::Long("help") => return Ok(None),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Some(options))
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}; --help lists the options");
            return ExitCode::FAILURE;
        }
    };
    // A panic is told with its schedule.
    std::panic::set_hook(Box::new(|_| {}));
    let failed = match options.one {
        Some(seed) => {
            for timed in draw(seed) {
                println!("{timed:?}");
            }
            run(seed, &draw(seed)).is_err().then_some(seed)
        }
        None => run_all(&options),
    };
    match failed {
        Some(seed) => {
            report(seed, options.trace);
            ExitCode::FAILURE
        }
        None => ExitCode::SUCCESS,
    }
}

/// The lowest seed that fails, if one does.
fn run_all(options: &Options) -> Option<u64> {
    let start = Instant::now();
    let next = AtomicU64::new(options.from);
    let end = options.from + options.seeds;
    let stop = AtomicBool::new(false);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let failed = thread::scope(|scope| {
        let work = || {
            while !stop.load(Ordering::Relaxed) {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= end {
                    return None;
                }
                if seed.is_multiple_of(500) && seed > options.from {
                    println!("{seed} ({:.0} s)", start.elapsed().as_secs_f32());
                }
                if run(seed, &draw(seed)).is_err() {
                    stop.store(true, Ordering::Relaxed);
                    return Some(seed);
                }
            }
            None
        };
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let ends = workers.into_iter().filter_map(|worker| worker.join().ok());
        ends.flatten().min()
    });
    if failed.is_none() {
        let seconds = start.elapsed().as_secs_f32();
        println!("{} schedules hold ({seconds:.0} s)", options.seeds);
    }
    failed
}

fn report(seed: u64, trace: bool) {
    let steps = shrink(seed, &draw(seed));
    println!("seed {seed} fails with {} of its steps:", steps.len());
    for timed in &steps {
        println!("  {timed:?}");
    }
    TOLD.store(trace, Ordering::Relaxed);
    match run(seed, &steps) {
        Ok(_) => println!("it does not fail again: the run depends on more than its seed"),
        Err(what) => println!("{what}"),
    }
    println!("replay: cargo xtask sim --seed {seed}");
}

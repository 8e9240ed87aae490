//! The parts of a test run, in the order in which they find mistakes cheapest.

use std::time::Duration;

use crate::fault::{Fault, Outcome, said};
use crate::setup::{extensions, python};
use crate::size;
use crate::test::bench::{Bench, succeed};
use crate::test::page;

/// One part.
pub struct Part {
    /// Its name for `--only` and in the table.
    pub name: &'static str,
    /// What it checks, in a few words.
    pub what: &'static str,
    /// Parts before it that it builds on.
    pub needs: &'static [&'static str],
    /// Runs it, within a time limit.
    pub run: fn(&Bench<'_>, Duration) -> Outcome,
}

/// All parts.
pub const PARTS: [Part; 13] = [
    Part {
        name: "fmt",
        what: "the code is laid out by rustfmt",
        needs: &[],
        run: fmt,
    },
    Part {
        name: "clippy",
        what: "clippy finds nothing in code for this machine",
        needs: &[],
        run: clippy,
    },
    Part {
        name: "clippy-web",
        what: "clippy finds nothing in code for the browser",
        needs: &[],
        run: clippy_web,
    },
    Part {
        name: "build",
        what: "programs and native tests compile",
        needs: &[],
        run: build,
    },
    Part {
        name: "native",
        what: "unit tests, and the server's against a real PostgreSQL",
        needs: &["build"],
        run: native,
    },
    Part {
        name: "sim",
        what: "the engine against a model of Supabase, 2,000 random schedules",
        needs: &[],
        run: sim,
    },
    Part {
        name: "doc",
        what: "examples in the documentation",
        needs: &["build"],
        run: doc,
    },
    Part {
        name: "web",
        what: "browser code in headless Chromium",
        needs: &[],
        run: web,
    },
    Part {
        name: "page",
        what: "the page builds as it is released, and is no larger than recorded",
        needs: &[],
        run: page,
    },
    Part {
        name: "compat",
        what: "the official clients, for JavaScript and Python, against the local Supabase",
        needs: &["build"],
        run: compat,
    },
    Part {
        name: "cli",
        what: "the official CLI against the local Supabase: push, lint, advisors, types, pgTAP",
        needs: &["build"],
        run: cli,
    },
    Part {
        name: "e2e",
        what: "people in separate browsers, end to end",
        needs: &["build", "page"],
        run: e2e,
    },
    Part {
        name: "style",
        what: "every part of the page in every state, which only development builds show",
        needs: &["build"],
        run: style,
    },
];

fn fmt(bench: &Bench<'_>, limit: Duration) -> Outcome {
    succeed(
        "cargo fmt",
        &mut bench.cargo(&["fmt", "--all", "--check"]),
        limit,
    )
    .map_err(|fault| match fault {
        Fault::Said(text) => said(format!("{text}; `cargo fmt --all` mends it")),
        Fault::Stopped => Fault::Stopped,
    })
}

fn clippy(bench: &Bench<'_>, limit: Duration) -> Outcome {
    let arguments = [
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ];
    succeed("cargo clippy", &mut bench.cargo(&arguments), limit)
}

fn clippy_web(bench: &Bench<'_>, limit: Duration) -> Outcome {
    let mut cargo = bench.web_cargo(&["clippy", "--all-targets"]);
    succeed(
        "cargo clippy",
        cargo.args(["--", "--deny", "warnings"]),
        limit,
    )
}

fn build(bench: &Bench<'_>, limit: Duration) -> Outcome {
    succeed(
        "cargo nextest",
        &mut bench.cargo(&["nextest", "run", "--locked", "--workspace", "--no-run"]),
        limit,
    )?;
    // Programs are built for the tests that come with them.
    for program in [bench.server(), bench.proxy()] {
        if !program.exists() {
            return Err(said(format!("{} was not built", program.display())));
        }
    }
    Ok(())
}

fn native(bench: &Bench<'_>, limit: Duration) -> Outcome {
    succeed(
        "cargo nextest",
        &mut bench.cargo(&["nextest", "run", "--locked", "--workspace"]),
        limit,
    )
}

fn sim(bench: &Bench<'_>, limit: Duration) -> Outcome {
    succeed("sim", &mut bench.cargo(&crate::sim::COMMAND), limit)
}

fn doc(bench: &Bench<'_>, limit: Duration) -> Outcome {
    succeed(
        "cargo test",
        &mut bench.cargo(&["test", "--locked", "--workspace", "--doc"]),
        limit,
    )
}

fn web(bench: &Bench<'_>, limit: Duration) -> Outcome {
    bench
        .folder("tests", "web")
        .or_else(|_| bench.folder("tests", "web.rs"))?;
    let mut cargo = bench.web_cargo(&["test", "--test", "web"]);
    bench.drive(&mut cargo);
    succeed("cargo test", &mut cargo, limit)
}

fn page(bench: &Bench<'_>, limit: Duration) -> Outcome {
    page::build(bench.place, &bench.tools.kit, limit)?;
    size::check(bench.place)
}

fn compat(bench: &Bench<'_>, limit: Duration) -> Outcome {
    let folder = bench.folder("crates/local-supabase/tests/compat", "package-lock.json")?;
    succeed(
        "node --test",
        bench.client("node", &folder).arg("--test"),
        limit,
    )?;
    let folder = bench.folder(
        "crates/local-supabase/tests/compat/python",
        "requirements.txt",
    )?;
    let python = python::ensure(bench.place)?;
    let mut unittest = bench.client(&python.program, &folder);
    python.prepare(&mut unittest);
    succeed(
        "python -m unittest",
        unittest.args(["-m", "unittest", "--verbose"]),
        limit,
    )
}

fn cli(bench: &Bench<'_>, limit: Duration) -> Outcome {
    let folder = bench.folder("crates/local-supabase/tests/cli", "package-lock.json")?;
    let postgres = extensions::ensure(bench.place, &bench.tools.postgres)?;
    let mut node = bench.client("node", &folder);
    node.env("TAVERN_POSTGRES_BIN", postgres);
    succeed("node --test", node.arg("--test"), limit)
}

fn e2e(bench: &Bench<'_>, limit: Duration) -> Outcome {
    let folder = bench.folder("tests/e2e", "package-lock.json")?;
    let playwright = folder.join("node_modules/.bin/playwright");
    succeed(
        "playwright",
        bench.client(playwright, &folder).arg("test"),
        limit,
    )
}

fn style(bench: &Bench<'_>, limit: Duration) -> Outcome {
    let folder = bench.folder("tests/e2e", "package-lock.json")?;
    let dist = page::build_for_development(bench.place, &bench.tools.kit, limit)?;
    let playwright = folder.join("node_modules/.bin/playwright");
    let mut command = bench.client(playwright, &folder);
    // In a folder of its own: what the other stories have left, should one of them have failed, stays.
    let stories = ["test", "style", "--output", "results/style"];
    let stories = command.args(stories).env("TAVERN_DIST", dist);
    succeed("playwright", stories, limit)
}

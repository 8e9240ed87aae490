//! Sets up whatever a task needs and this machine lacks; quick when nothing is missing.

mod apt;
mod cargo_tool;
pub mod chromium;
mod crates;
mod debian_std;
pub mod extensions;
mod lockfile;
mod nextest;
mod npm;
pub mod postgres;
pub mod python;
mod rustc;
mod step;
mod trunk;
mod wasm_bindgen;
pub mod wasm_target;

use std::path::PathBuf;
use std::process::Command;

use crate::fault::Outcome;
use crate::place::Place;
use crate::proc::{capture, leashed};
use chromium::Browser;
use postgres::Postgres;
use step::Plan;
use wasm_target::{Wasm, put_in_front};

/// What a page needs to be built and served.
pub struct Kit {
    /// Folders of tools, to go in front of `PATH`.
    path: Vec<PathBuf>,
    /// How to compile for the browser.
    pub wasm: Wasm,
}

/// What the tests need beyond that.
pub struct TestKit {
    /// What a page needs.
    pub kit: Kit,
    /// The programs of the PostgreSQL to test against.
    pub postgres: PathBuf,
    /// The browser to test in.
    pub browser: Browser,
}

impl Kit {
    /// A command that finds our tools and compiles for this machine.
    pub fn native(&self, place: &Place, program: &str) -> Command {
        let mut command = leashed(program);
        put_in_front(&mut command, self.path.clone());
        command.current_dir(&place.repo);
        command
    }

    /// A command that finds our tools and compiles for the browser.
    pub fn web(&self, place: &Place, program: &str) -> Command {
        let mut command = leashed(program);
        self.wasm.prepare(&mut command, &self.path);
        command.current_dir(&place.repo);
        command
    }
}

/// Makes sure of everything that serving the page takes.
pub fn for_page(place: &Place) -> Outcome<Kit> {
    let rust = rustc::find()?;
    let wasm = wasm_target::ensure(place, &rust)?;
    let path = vec![wasm_bindgen::ensure(place)?, trunk::ensure(place)?];
    crates::ensure(place)?;
    Ok(Kit { path, wasm })
}

/// Makes sure of a PostgreSQL for the local Supabase.
pub fn for_server(place: &Place) -> Outcome<Postgres> {
    postgres::ensure(place)
}

/// Makes sure of everything that building the released page takes.
pub fn for_release(place: &Place) -> Outcome<Kit> {
    npm::check()?;
    let mut kit = for_page(place)?;
    kit.path.push(npm::ensure_binaryen(place)?);
    Ok(kit)
}

/// Makes sure of everything that the tests take; what cannot be installed is found out first. What only one
/// part takes, that part makes sure of: [`extensions`] and [`python`].
pub fn for_tests(place: &Place) -> Outcome<TestKit> {
    npm::check()?;
    rustc::ensure_components(place, &rustc::find()?)?;
    let postgres = postgres::programs(place)?;
    let browser = chromium::ensure(place)?;
    let mut kit = for_release(place)?;
    kit.path.push(nextest::ensure(place)?);
    let e2e = Plan {
        name: "e2e-modules",
        why: "end-to-end tests",
        about: "half a minute, once",
    };
    npm::ensure_modules(place, "tests/e2e", &e2e)?;
    let compat = Plan {
        name: "compat-modules",
        why: "compatibility tests",
        about: "half a minute, once",
    };
    npm::ensure_modules(place, "crates/local-supabase/tests/compat", &compat)?;
    let cli = Plan {
        name: "cli-modules",
        why: "the official CLI's checks",
        about: "half a minute, once",
    };
    npm::ensure_modules(place, "crates/local-supabase/tests/cli", &cli)?;
    Ok(TestKit {
        kit,
        postgres,
        browser,
    })
}

/// Makes sure of what the page that ours is measured beside is built with; gives its folder.
pub fn for_peer(place: &Place) -> Outcome<PathBuf> {
    const FOLDER: &str = "bench/peer";
    let plan = Plan {
        name: "peer-modules",
        why: "the page that ours is measured beside",
        about: "half a minute, once",
    };
    npm::ensure_modules(place, FOLDER, &plan)?;
    Ok(place.repo.join(FOLDER))
}

/// The versions of the tools in use, one a line.
pub fn versions(place: &Place, tests: &TestKit) -> String {
    let TestKit {
        kit,
        postgres,
        browser,
    } = tests;
    let tell = |command: &mut Command| {
        let text = capture(command.arg("--version")).unwrap_or_default();
        text.lines()
            .next()
            .unwrap_or("(does not tell its version)")
            .to_owned()
    };
    [
        tell(&mut kit.native(place, "rustc")),
        tell(&mut kit.web(place, "rustc")) + " (for the browser)",
        tell(kit.native(place, "cargo").arg("nextest")),
        tell(&mut kit.web(place, "trunk")),
        tell(&mut kit.web(place, "wasm-bindgen")),
        tell(&mut kit.web(place, "wasm-opt")),
        "node ".to_owned() + &tell(&mut kit.native(place, "node")),
        tell(&mut Command::new(&browser.chromium)),
        tell(&mut Command::new(postgres.join("postgres"))),
    ]
    .join("\n")
}

/// Keeps trunk from the network and from a trap of its own.
pub fn tame_trunk(trunk: &mut Command) {
    trunk
        .env("TRUNK_OFFLINE", "true")
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Everybody else takes any value for a yes; trunk refuses to start with 1.
    if std::env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
}

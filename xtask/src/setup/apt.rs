//! Debian's packages: installed without a question as root, else asked for with the exact command.

use std::process::Command;

use crate::fault::Outcome;
use crate::place::{Place, on_path};
use crate::proc::capture;
use crate::setup::step::Step;

/// Whether this machine installs its packages with apt.
pub fn here() -> bool {
    on_path("apt-get").is_some()
}

/// Packages whose names begin so, of those that the system's lists know; none where there are no lists.
pub fn named(beginning: &str) -> Vec<String> {
    let names = capture(Command::new("apt-cache").args(["pkgnames", beginning]));
    names
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// The command a person would type.
pub fn command(packages: &[&str]) -> String {
    format!(
        "sudo apt-get install --no-install-recommends {}",
        packages.join(" ")
    )
}

/// Installs packages, with fresh package lists only if the present ones do not do.
pub fn install(place: &Place, step: &Step, packages: &[&str]) -> Outcome {
    if !here() {
        return Err(step.failed(
            "looking for apt-get",
            &format!(
                "install {} with your system's package manager",
                packages.join(" ")
            ),
        ));
    }
    let advice = format!("run `{}`", command(packages));
    if !place.root {
        return Err(step.failed("installing packages without being root", &advice));
    }
    let what = format!("apt-get install {}", packages.join(" "));
    let install = || {
        let mut apt = quiet();
        apt.args(["install", "--yes", "--no-install-recommends"])
            .args(packages);
        apt
    };
    if step.tried(&what, &mut install())? {
        return Ok(());
    }
    step.run("apt-get update", quiet().arg("update"), &advice)?;
    step.run(&what, &mut install(), &advice)
}

fn quiet() -> Command {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive")
        .args(["--quiet", "-o", "Dpkg::Use-Pty=0"]);
    apt
}

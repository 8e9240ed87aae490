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

/// Installs packages, with fresh package lists where what the present ones know cannot be had or is not what is
/// needed: an old list may offer an old version, which `fits` then refuses.
pub fn install(place: &Place, step: &Step, packages: &[&str], fits: impl Fn() -> bool) -> Outcome {
    if !here() {
        return Err(step.failed(
            "looking for apt-get",
            &format!(
                "install {} with your system's package manager",
                packages.join(" ")
            ),
        ));
    }
    if !place.root {
        return Err(step.failed(
            "installing packages without being root",
            &format!("run `{}`", command(packages)),
        ));
    }
    install_by(quiet, step, packages, fits)
}

/// The same by a command that stands for `apt-get`.
fn install_by(
    apt: impl Fn() -> Command,
    step: &Step,
    packages: &[&str],
    fits: impl Fn() -> bool,
) -> Outcome {
    let advice = format!("run `{}`", command(packages));
    let what = format!("apt-get install {}", packages.join(" "));
    let install = || {
        let mut apt = apt();
        apt.args(["install", "--yes", "--no-install-recommends"])
            .args(packages);
        apt
    };
    if step.tried(&what, &mut install())? && fits() {
        return Ok(());
    }
    step.run("apt-get update", apt().arg("update"), &advice)?;
    step.run(&what, &mut install(), &advice)
}

fn quiet() -> Command {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive")
        .args(["--quiet", "-o", "Dpkg::Use-Pty=0"]);
    apt
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// An `apt-get` whose lists know version 1 until they are fetched anew, and what it was told to do.
    fn installed(offered: &str) -> (String, String) {
        let folder = std::env::temp_dir().join(format!("apt-{offered}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let script = folder.join("apt-get");
        fs::write(
            &script,
            "echo $1 >> told\nif [ $1 = update ]; then echo 2 > lists; else test -s lists && cp lists version; fi\n",
        )
        .unwrap();
        fs::write(folder.join("lists"), offered).unwrap();
        fs::write(folder.join("log"), "").unwrap();
        let step = Step::logged(folder.join("log"));
        let apt = || {
            let mut apt = Command::new("sh");
            apt.arg(&script).current_dir(&folder);
            apt
        };
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        let fits = || read("version").trim() == "2";
        install_by(apt, &step, &["compiler"], fits).unwrap();
        let found = (read("version").trim().to_owned(), read("told"));
        fs::remove_dir_all(&folder).unwrap();
        found
    }

    #[test]
    fn what_fits_is_installed_at_once() {
        assert_eq!(installed("2"), ("2".into(), "install\n".into()));
    }

    #[test]
    fn lists_are_fetched_anew_where_they_know_nothing_or_only_what_is_too_old() {
        let anew = ("2".to_owned(), "install\nupdate\ninstall\n".to_owned());
        assert_eq!(installed(""), anew);
        assert_eq!(installed("1"), anew);
    }
}

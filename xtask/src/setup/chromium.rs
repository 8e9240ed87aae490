//! Chromium and its driver, for the tests in a browser.

use std::env;
use std::path::PathBuf;

use crate::fault::{Outcome, said};
use crate::place::{Place, on_path};
use crate::setup::apt;
use crate::setup::step::{Plan, ensure as ensure_step};

/// A browser and the program that drives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Browser {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// Its chromedriver.
    pub driver: PathBuf,
}

/// Finds both, or installs Debian's.
pub fn ensure(place: &Place) -> Outcome<Browser> {
    let given = given("CHROMIUM")?;
    let driver = self::given("CHROMEDRIVER")?;
    let plan = Plan {
        name: "chromium",
        why: "tests run in a real browser",
        about: "a minute, once",
    };
    let check = || {
        let names = [
            "chromium",
            "chromium-browser",
            "google-chrome-stable",
            "google-chrome",
        ];
        Some(Browser {
            chromium: given
                .clone()
                .or_else(|| names.iter().find_map(|name| on_path(name)))?,
            driver: driver.clone().or_else(|| on_path("chromedriver"))?,
        })
    };
    ensure_step(place, &plan, check, |step| {
        apt::install(
            place,
            step,
            &["chromium", "chromium-driver", "fonts-liberation"],
            || check().is_some(),
        )
    })
}

/// A program given by environment variable, which then must exist.
fn given(name: &str) -> Outcome<Option<PathBuf>> {
    let Some(path) = env::var_os(name)
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
    else {
        return Ok(None);
    };
    if path.is_file() {
        return Ok(Some(path));
    }
    Err(said(format!(
        "{name} names {}, which is no file: correct or unset it",
        path.display()
    )))
}

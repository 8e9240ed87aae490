//! The colours of `style/tokens.css` can be read: WCAG AA for text, 3:1 for what controls are seen by.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

type Colours = BTreeMap<String, [f64; 3]>;

/// What is written on what, and how far apart the two have to be.
const PAIRS: [(&str, &str, f64); 27] = [
    ("text", "surface", 4.5),
    ("text", "surface-raised", 4.5),
    ("text", "surface-sunken", 4.5),
    ("text", "surface-input", 4.5),
    ("text", "accent-pale", 4.5),
    ("text", "danger-pale", 4.5),
    ("text", "good-pale", 4.5),
    ("text-quiet", "surface", 4.5),
    ("text-quiet", "surface-raised", 4.5),
    ("text-quiet", "surface-sunken", 4.5),
    ("text-quiet", "surface-input", 4.5),
    ("text-quiet", "accent-pale", 4.5),
    ("text-quiet", "danger-pale", 4.5),
    ("accent-text", "accent", 4.5),
    ("accent-text", "accent-strong", 4.5),
    ("accent-strong", "surface", 4.5),
    ("danger", "surface", 4.5),
    ("danger", "surface-raised", 4.5),
    ("danger", "danger-pale", 4.5),
    ("good", "surface-sunken", 3.0),
    ("info", "surface-sunken", 3.0),
    ("accent", "surface-sunken", 3.0),
    ("focus", "surface", 3.0),
    ("focus", "surface-raised", 3.0),
    ("line-control", "surface", 3.0),
    ("line-control", "surface-raised", 3.0),
    ("line-control", "surface-input", 3.0),
];

#[test]
fn light_colours_can_be_read() {
    check("light", &colours(&light()));
}

#[test]
fn dark_colours_can_be_read() {
    let (light, dark) = (light(), dark());
    check("dark", &colours(&[light, dark].concat()));
}

#[test]
fn dark_is_the_same_by_the_system_and_by_choice() {
    let dark = dark();
    let (system, chosen) = dark.split_once("[data-theme=\"dark\"]").unwrap();
    let tokens = |sheet: &str| {
        let lines = sheet.lines().map(str::trim);
        lines
            .filter(|line| line.starts_with("--"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert!(tokens(system).len() > 15);
    assert_eq!(tokens(system), tokens(chosen));
}

#[test]
fn initials_can_be_read_on_every_hue() {
    for (name, sheet) in [("light", light()), ("dark", [light(), dark()].concat())] {
        let number = |token: &str| -> f64 { value(&sheet, token).parse().unwrap() };
        for hue in (0..16).map(|step| f64::from(step * 22)) {
            let face = oklch(number("avatar-l"), number("avatar-c"), hue);
            let ink = oklch(number("avatar-ink-l"), 0.05, hue);
            assert!(
                contrast(face, ink) >= 4.5,
                "{name}, hue {hue}: {:.2}",
                contrast(face, ink)
            );
        }
    }
}

fn check(theme: &str, colours: &Colours) {
    for (on, under, least) in PAIRS {
        let found = contrast(colours[on], colours[under]);
        assert!(
            found >= least,
            "{theme}: {on} on {under} has {found:.2}, not {least}"
        );
    }
}

fn sheet() -> (String, String) {
    let sheet = include_str!("../style/tokens.css");
    let (light, rest) = sheet
        .split_once("@media (prefers-color-scheme: dark)")
        .unwrap();
    let (dark, _) = rest.split_once("@media").unwrap();
    (light.to_owned(), dark.to_owned())
}

fn light() -> String {
    sheet().0
}

fn dark() -> String {
    sheet().1
}

/// The last value of a token: later ones win.
fn value(sheet: &str, token: &str) -> String {
    let line = sheet
        .lines()
        .rfind(|line| line.trim().starts_with(&format!("--{token}:")));
    let line = line.unwrap_or_else(|| panic!("--{token} is gone from tokens.css"));
    line.split_once(':')
        .unwrap()
        .1
        .trim()
        .trim_end_matches(';')
        .to_owned()
}

/// Every token that the pairs name, in linear sRGB.
fn colours(sheet: &str) -> Colours {
    let names = PAIRS.iter().flat_map(|(on, under, _)| [*on, *under]);
    names
        .map(|name| (name.to_owned(), resolve(sheet, name)))
        .collect()
}

fn resolve(sheet: &str, token: &str) -> [f64; 3] {
    let value = value(sheet, token);
    if let Some(other) = value.strip_prefix("var(--") {
        return resolve(sheet, other.trim_end_matches(')'));
    }
    let parts = value
        .strip_prefix("oklch(")
        .and_then(|rest| rest.strip_suffix(')'));
    let parts: Vec<f64> = parts
        .unwrap_or_else(|| panic!("{token}: {value}"))
        .split(' ')
        .map(|n| n.parse().unwrap())
        .collect();
    let [lightness, chroma, hue] = parts[..] else {
        panic!("{token}: {value}")
    };
    oklch(lightness, chroma, hue)
}

/// Linear sRGB of an OKLCH colour, by the matrices of CSS Color 4, clipped to what a screen has.
fn oklch(lightness: f64, chroma: f64, hue: f64) -> [f64; 3] {
    let (a, b) = (
        chroma * hue.to_radians().cos(),
        chroma * hue.to_radians().sin(),
    );
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
    ]
    .map(|channel| channel.clamp(0.0, 1.0))
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |[r, g, b]: [f64; 3]| 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    let (one, other) = (luminance(one), luminance(other));
    (one / other).max(other / one)
}

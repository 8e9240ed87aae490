//! The colours of `style/tokens.css` can be read: WCAG AA for text, 3:1 for what controls are seen by.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

const SHEET: &str = include_str!("../style/tokens.css");

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

/// Which of the two colours of a token is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Theme {
    Light,
    Dark,
}

#[test]
fn light_colours_can_be_read() {
    check(Theme::Light);
}

#[test]
fn dark_colours_can_be_read() {
    check(Theme::Dark);
}

#[test]
fn every_colour_has_a_dark_one() {
    let colours = SHEET.lines().filter(|line| line.contains("oklch("));
    let colours: Vec<_> = colours.collect();
    assert!(colours.len() > 15);
    for line in colours {
        assert!(line.contains(": light-dark(oklch("), "{line}");
    }
}

#[test]
fn initials_can_be_read_on_every_hue() {
    for (theme, ending) in [(Theme::Light, ""), (Theme::Dark, "-dark")] {
        let number =
            |token: &str| -> f64 { value(&[token, ending].concat(), theme).parse().unwrap() };
        for hue in (0..16).map(|step| f64::from(step * 22)) {
            let face = oklch(number("avatar-l"), number("avatar-c"), hue);
            let ink = oklch(number("avatar-ink-l"), 0.05, hue);
            assert!(
                contrast(face, ink) >= 4.5,
                "{theme:?}, hue {hue}: {:.2}",
                contrast(face, ink)
            );
        }
    }
}

fn check(theme: Theme) {
    let colours = colours(theme);
    for (on, under, least) in PAIRS {
        let found = contrast(colours[on], colours[under]);
        assert!(
            found >= least,
            "{theme:?}: {on} on {under} has {found:.2}, not {least}"
        );
    }
}

/// The value of a token in a theme.
fn value(token: &str, theme: Theme) -> &'static str {
    let start = format!("--{token}:");
    let line = SHEET.lines().find(|line| line.trim().starts_with(&start));
    let line = line.unwrap_or_else(|| panic!("--{token} is gone from tokens.css"));
    let value = line.split_once(':').unwrap().1.trim();
    let value = value.trim_end_matches(';');
    let both = value
        .strip_prefix("light-dark(")
        .and_then(|both| both.strip_suffix(')'));
    match both.map(|both| both.split_once(", ").unwrap()) {
        None => value,
        Some((light, _)) if theme == Theme::Light => light,
        Some((_, dark)) => dark,
    }
}

/// Every token that the pairs name, in linear sRGB.
fn colours(theme: Theme) -> Colours {
    let names = PAIRS.iter().flat_map(|(on, under, _)| [*on, *under]);
    names
        .map(|name| (name.to_owned(), resolve(name, theme)))
        .collect()
}

fn resolve(token: &str, theme: Theme) -> [f64; 3] {
    let value = value(token, theme);
    if let Some(other) = value.strip_prefix("var(--") {
        return resolve(other.trim_end_matches(')'), theme);
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

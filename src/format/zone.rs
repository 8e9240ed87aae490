//! Time zones, as the browser knows them: no table of them comes with the page.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::JsCast;
use wire::Timestamp;

use super::{Shape, call, formatter, intl_value, zone};

/// How far the clocks of a zone are from UTC, in microseconds; none at all in a zone that the browser
/// does not know.
pub fn offset(zone: &str) -> impl Fn(Timestamp) -> i64 + use<> {
    let offset = known_offset(zone);
    move |time| offset(time).unwrap_or_default()
}

/// How far the clocks of a zone are from UTC, in microseconds, if the browser knows it.
pub fn known_offset(zone: &str) -> impl Fn(Timestamp) -> Option<i64> + use<> {
    let wall = formatter(Shape::Wall, false, Some(zone));
    move |time| {
        let second = time.0.div_euclid(1_000_000) * 1_000_000;
        let shown = [&call(wall.as_ref()?, time), "Z"].concat();
        Some(Timestamp::parse(&shown).ok()?.0 - second)
    }
}

/// The zones that can be chosen: those that the browser knows, and `used`.
#[must_use]
pub fn zones(used: &str) -> Vec<String> {
    let mut zones = known().unwrap_or_default();
    zones.extend([zone(), "UTC".to_owned(), used.to_owned()]);
    zones.sort_unstable();
    zones.dedup();
    zones
}

fn known() -> Option<Vec<String>> {
    let list: Function = intl_value("supportedValuesOf")?;
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let zones: Array = list
        .call1(&intl, &"timeZone".into())
        .ok()?
        .dyn_into()
        .ok()?;
    Some(zones.iter().filter_map(|zone| zone.as_string()).collect())
}

/// The place that a zone is named after: `Buenos Aires`.
#[must_use]
pub fn place(zone: &str) -> String {
    let last = zone.rsplit('/').next().unwrap_or(zone);
    last.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_zone_is_called_by_its_place() {
        assert_eq!(place("America/Argentina/Buenos_Aires"), "Buenos Aires");
        assert_eq!(place("UTC"), "UTC");
    }
}

//! Dates, times and spans in words, through the browser's own calendar.
//!
//! The page speaks English; a reader whose browser does too gets the forms of their own country.

use std::cell::RefCell;

use js_sys::{Array, Date, Function, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wire::Timestamp;

pub mod month;
mod shape;
pub mod zone;

pub use shape::Shape;

/// Now, by the device's clock.
#[must_use]
pub fn now() -> Timestamp {
    millis(Date::now())
}

/// `time` in the device's zone; a day of another year than this one with its year.
#[must_use]
pub fn show(time: Timestamp, shape: Shape) -> String {
    shown(time, shape, None).unwrap_or_else(|| time.to_string())
}

/// `time` in another zone, with its year where [`show`] has it; `None` when the browser does not know the
/// zone.
#[must_use]
pub fn show_in(time: Timestamp, shape: Shape, zone: &str) -> Option<String> {
    shown(time, shape, Some(zone))
}

/// What a formatter is made of: it takes a browser longer to make one than to use it.
type Made = (Shape, bool, Option<String>);

fn shown(time: Timestamp, shape: Shape, zone: Option<&str>) -> Option<String> {
    thread_local! {
        static KNOWN: RefCell<Vec<(Made, Function)>> = const { RefCell::new(Vec::new()) };
    }
    let with_year = needs_year(time, shape);
    let known = KNOWN.with_borrow(|known| {
        let mut known = known.iter();
        let same = |(made, _): &&(Made, Function)| {
            made.0 == shape && made.1 == with_year && made.2.as_deref() == zone
        };
        known.find(same).map(|(_, format)| format.clone())
    });
    let format = match known {
        Some(format) => format,
        None => {
            let format = formatter(shape, with_year, zone)?;
            let made = (shape, with_year, zone.map(str::to_owned));
            KNOWN.with_borrow_mut(|known| known.push((made, format.clone())));
            format
        }
    };
    Some(call(&format, time))
}

fn needs_year(time: Timestamp, shape: Shape) -> bool {
    let year = |time| date(time).get_full_year();
    shape.is_day_of_a_year() && year(time) != year(now())
}

/// IANA name of the device's zone, as it was when the page was opened.
#[must_use]
pub fn zone() -> String {
    thread_local! {
        static ZONE: String = device_zone().unwrap_or_else(|| "UTC".to_owned());
    }
    ZONE.with(Clone::clone)
}

fn device_zone() -> Option<String> {
    let format = Reflect::construct(&intl_value("DateTimeFormat")?, &Array::new()).ok()?;
    let resolve = Reflect::get(&format, &"resolvedOptions".into()).ok()?;
    let options = resolve.dyn_into::<Function>().ok()?.call0(&format).ok()?;
    Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}

/// Whether both times are on the same day of the device's calendar.
#[must_use]
pub fn same_day(a: Timestamp, b: Timestamp) -> bool {
    let day = |time| {
        let date = date(time);
        (date.get_full_year(), date.get_month(), date.get_date())
    };
    day(a) == day(b)
}

/// How far `time` is from `now`: `now`, `in 3 h`, `2 days ago`.
#[must_use]
pub fn span(time: Timestamp, now: Timestamp) -> String {
    let minutes = (time.millis() - now.millis()) / 60_000;
    let size = minutes.unsigned_abs();
    let (count, unit) = match size {
        0 => return "now".to_owned(),
        1..60 => (size, "min"),
        60..1440 => ((size + 30) / 60, "h"),
        1440..2160 => (1, "day"),
        2160.. => ((size + 720) / 1440, "days"),
    };
    let count = count.to_string();
    if minutes > 0 {
        ["in ", &count, " ", unit].concat()
    } else {
        [&count, " ", unit, " ago"].concat()
    }
}

/// `1 event`, `3 events`.
#[must_use]
pub fn count(number: usize, one: &str, many: &str) -> String {
    [
        number.to_string().as_str(),
        " ",
        if number == 1 { one } else { many },
    ]
    .concat()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds fit for 280,000 years"
)]
fn millis(value: f64) -> Timestamp {
    Timestamp::from_millis(value as i64)
}

#[expect(clippy::cast_precision_loss, reason = "exact up to the year 285,000")]
fn date(time: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(time.millis() as f64))
}

fn call(format: &Function, time: Timestamp) -> String {
    let text = format.call1(&JsValue::UNDEFINED, &date(time)).ok();
    text.and_then(|text| text.as_string())
        .unwrap_or_else(|| time.to_string())
}

fn intl_value(class: &str) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    Reflect::get(&intl, &class.into()).ok()?.dyn_into().ok()
}

/// The function that formats; an unknown zone makes the browser throw, which is `None` here.
fn formatter(shape: Shape, with_year: bool, zone: Option<&str>) -> Option<Function> {
    let language = window().navigator().language().unwrap_or_default();
    let language = if shape == Shape::Wall {
        "sv-SE".to_owned()
    } else if language.starts_with("en") {
        language
    } else {
        "en-GB".to_owned()
    };
    let options = Object::new();
    let year = with_year.then_some(("year", "numeric"));
    let zone = zone.map(|zone| ("timeZone", zone));
    for (name, value) in shape.options().iter().copied().chain(year).chain(zone) {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    let arguments = Array::of2(&language.into(), &options);
    let format = Reflect::construct(&intl_value("DateTimeFormat")?, &arguments).ok()?;
    Reflect::get(&format, &"format".into())
        .ok()?
        .dyn_into()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short_and_point_in_a_direction() {
        let now = Timestamp::from_millis(10_000_000_000);
        let minutes = |count: i64| Timestamp::from_millis(now.millis() + count * 60_000);
        for (offset, words) in [
            (0, "now"),
            (5, "in 5 min"),
            (-59, "59 min ago"),
            (180, "in 3 h"),
            (-1430, "24 h ago"),
            (1440, "in 1 day"),
            (-4400, "3 days ago"),
            (4160, "in 3 days"),
        ] {
            assert_eq!(span(minutes(offset), now), words);
        }
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(count(1, "seat", "seats"), "1 seat");
        assert_eq!(count(0, "seat", "seats"), "0 seats");
    }
}

//! Months and days of the device's calendar.

use js_sys::Date;
use wire::Timestamp;

use crate::route::month::Month;

use super::{date, millis};

/// A day on a month's sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Its midnight.
    pub begin: Timestamp,
    /// The next midnight, which is not always 24 hours later.
    pub end: Timestamp,
    /// Whether it belongs to the month before or after.
    pub is_outside: bool,
}

/// The month that `time` is in.
#[must_use]
pub fn of(time: Timestamp) -> Option<Month> {
    let time = date(time);
    Month::new(signed(time.get_full_year()), signed(time.get_month()))
}

/// The first midnight of a month.
#[must_use]
pub fn begin(month: Month) -> Timestamp {
    midnight(month.year().unsigned_abs(), month.month(), 1)
}

/// The first midnight of the month after the one that `time` is in.
#[must_use]
pub fn end(time: Timestamp) -> Timestamp {
    let time = date(time);
    midnight(time.get_full_year(), signed(time.get_month()) + 1, 1)
}

/// Whole weeks from Monday on that have all days of the month that begins at `first`.
#[must_use]
pub fn sheet(first: Timestamp) -> Vec<Day> {
    let first = date(first);
    let (year, month) = (first.get_full_year(), signed(first.get_month()));
    let before = (signed(first.get_day()) + 6) % 7;
    let length = signed(date(midnight(year, month + 1, 0)).get_date());
    let weeks = (before + length + 6) / 7;
    let day = |number: i32| Day {
        begin: midnight(year, month, number),
        end: midnight(year, month, number + 1),
        is_outside: !(1..=length).contains(&number),
    };
    (1 - before..=weeks * 7 - before).map(day).collect()
}

fn midnight(year: u32, month: i32, day: i32) -> Timestamp {
    millis(Date::new_with_year_month_day(year, month, day).get_time())
}

fn signed(small: u32) -> i32 {
    i32::try_from(small).unwrap_or_default()
}

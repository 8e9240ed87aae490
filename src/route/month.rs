//! A month of the calendar, as an address names it.

use std::fmt;

/// A month between 1970 and 9999, counted from the beginning of our era.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month(i32);

impl Month {
    /// The month with this number, from 0 on, of a year.
    #[must_use]
    pub fn new(year: i32, month: i32) -> Option<Self> {
        let is_known = (1970..=9999).contains(&year) && (0..12).contains(&month);
        is_known.then_some(Self(year * 12 + month))
    }

    /// Reads `2026-11`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let number = |digits: &str, count| {
            let are_digits = digits.len() == count && digits.bytes().all(|it| it.is_ascii_digit());
            are_digits.then(|| digits.parse::<i32>().ok()).flatten()
        };
        Self::new(number(year, 4)?, number(month, 2)? - 1)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0 / 12
    }

    /// Its number in the year, from 0 on.
    #[must_use]
    pub fn month(self) -> i32 {
        self.0 % 12
    }

    /// The month so many months later.
    #[must_use]
    pub fn later(self, months: i32) -> Option<Self> {
        let all = self.0.checked_add(months)?;
        Self::new(all.div_euclid(12), all.rem_euclid(12))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_it_is_printed_and_nothing_else_is() {
        for text in ["1970-01", "2026-11", "9999-12"] {
            assert_eq!(Month::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "2026",
            "2026-0",
            "2026-00",
            "2026-13",
            "26-11",
            "+026-11",
            "1969-12",
            "2026-11-01",
            "2026-é",
        ] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }

    #[test]
    fn months_follow_each_other_over_the_end_of_a_year() {
        let month = Month::parse("2026-11").unwrap();
        assert_eq!(month.later(2), Month::parse("2027-01"));
        assert_eq!(month.later(-11), Month::parse("2025-12"));
        assert_eq!(Month::parse("1970-01").unwrap().later(-1), None);
        assert_eq!(Month::parse("9999-12").unwrap().later(1), None);
    }
}

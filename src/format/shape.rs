//! What of a time is shown.

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `19:00`
    Time,
    /// `Wednesday, 25 November`
    Day,
    /// `Wed, 25 Nov, 19:00`
    Short,
    /// `Wednesday, 25 November 2026 at 19:00 CET`
    Full,
    /// `25 Nov`
    Date,
    /// `25`
    DayOfMonth,
    /// `Nov`
    Month,
    /// `Wed`
    Weekday,
    /// `November 2026`
    MonthOfYear,
    /// `2026-11-25 19:00:00`, for us to read.
    Wall,
}

impl Shape {
    /// Whether it names a day and leaves its year out.
    pub(super) fn is_day_of_a_year(self) -> bool {
        match self {
            Self::Day | Self::Short | Self::Date => true,
            Self::Time
            | Self::Full
            | Self::DayOfMonth
            | Self::Month
            | Self::Weekday
            | Self::MonthOfYear
            | Self::Wall => false,
        }
    }

    /// As the browser's formatter takes them.
    pub(super) fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Time => &[("hour", "2-digit"), ("minute", "2-digit")],
            Self::Day => &[("weekday", "long"), ("day", "numeric"), ("month", "long")],
            Self::Short => &[
                ("weekday", "short"),
                ("day", "numeric"),
                ("month", "short"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
            ],
            Self::Full => &[
                ("weekday", "long"),
                ("day", "numeric"),
                ("month", "long"),
                ("year", "numeric"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
                ("timeZoneName", "short"),
            ],
            Self::Date => &[("day", "numeric"), ("month", "short")],
            Self::DayOfMonth => &[("day", "numeric")],
            Self::Month => &[("month", "short")],
            Self::Weekday => &[("weekday", "short")],
            Self::MonthOfYear => &[("month", "long"), ("year", "numeric")],
            Self::Wall => &[
                ("year", "numeric"),
                ("month", "2-digit"),
                ("day", "2-digit"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
                ("second", "2-digit"),
                ("hourCycle", "h23"),
            ],
        }
    }
}

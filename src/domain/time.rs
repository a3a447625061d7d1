//! Points in time: UTC, to the millisecond.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, NaiveDate, NaiveDateTime, SecondsFormat, TimeDelta, Timelike, Utc,
};

/// A point in time, UTC, whole milliseconds, in the years 1970 to 9999 (so that its text always has
/// the same width and sorts as time does).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

/// The text was not a time, or it lies outside the years 1970 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 time in the years 1970 to 9999")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// Cuts a time to whole milliseconds.
    ///
    /// # Errors
    /// [`InvalidTimestamp`] outside the years 1970 to 9999.
    pub fn new(time: DateTime<Utc>) -> Result<Self, InvalidTimestamp> {
        if !(1970..=9999).contains(&time.year()) {
            return Err(InvalidTimestamp);
        }
        let whole = time.nanosecond() / 1_000_000 * 1_000_000;
        time.with_nanosecond(whole)
            .map(Self)
            .ok_or(InvalidTimestamp)
    }

    /// The time as `chrono` knows it.
    #[must_use]
    pub const fn as_datetime(self) -> DateTime<Utc> {
        self.0
    }

    /// The time so much later; stays where it is when that leaves the years a timestamp can have.
    #[must_use]
    pub fn saturating_add(self, delta: TimeDelta) -> Self {
        self.0
            .checked_add_signed(delta)
            .and_then(|time| Self::new(time).ok())
            .unwrap_or(self)
    }

    /// How long from `earlier` to this time; negative when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> TimeDelta {
        self.0 - earlier.0
    }

    /// As the database holds it: `YYYY-MM-DD HH:MM:SS.SSS`.
    #[must_use]
    pub fn to_sql(self) -> String {
        // Written digit by digit because every join writes several of them: a format string would be
        // interpreted for each.
        let (date, time) = (self.0.date_naive(), self.0.time());
        let mut text = String::with_capacity(23);
        push_digits(&mut text, date.year().unsigned_abs(), 4);
        for (separator, number) in [
            ('-', date.month()),
            ('-', date.day()),
            (' ', time.hour()),
            (':', time.minute()),
            (':', time.second()),
        ] {
            text.push(separator);
            push_digits(&mut text, number, 2);
        }
        text.push('.');
        push_digits(&mut text, time.nanosecond() / 1_000_000, 3);
        text
    }

    /// Reads what [`Self::to_sql`] writes.
    ///
    /// # Errors
    /// [`InvalidTimestamp`] for any other text.
    pub fn from_sql(text: &str) -> Result<Self, InvalidTimestamp> {
        let digits = |range: std::ops::Range<usize>| -> Option<u32> {
            let digits = text.get(range)?;
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        };
        let read = || {
            let date = NaiveDate::from_ymd_opt(
                i32::try_from(digits(0..4)?).ok()?,
                digits(5..7)?,
                digits(8..10)?,
            )?;
            date.and_hms_milli_opt(
                digits(11..13)?,
                digits(14..16)?,
                digits(17..19)?,
                digits(20..23)?,
            )
        };
        let separators = [
            (4, b'-'),
            (7, b'-'),
            (10, b' '),
            (13, b':'),
            (16, b':'),
            (19, b'.'),
        ];
        let well_formed = text.len() == 23
            && separators
                .iter()
                .all(|&(at, separator)| text.as_bytes()[at] == separator);
        let naive = well_formed.then(read).flatten().ok_or(InvalidTimestamp)?;
        Self::new(naive.and_utc())
    }
}

/// Appends the last digits of a number, with zeros before it.
fn push_digits(text: &mut String, number: u32, digits: u32) {
    for place in (0..digits).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        text.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with `Z`; milliseconds only where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precision = if self.0.nanosecond() == 0 {
            SecondsFormat::Secs
        } else {
            SecondsFormat::Millis
        };
        f.write_str(&self.0.to_rfc3339_opts(precision, true))
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    /// RFC 3339; an offset is converted to UTC, a time without one is UTC, and a blank may stand for
    /// the `T`, as in the database.
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            return Self::new(time.to_utc());
        }
        [
            "%Y-%m-%dT%H:%M:%S%.f",
            "%Y-%m-%d %H:%M:%S%.f",
            "%Y-%m-%dT%H:%M",
        ]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .ok_or(InvalidTimestamp)
        .and_then(|naive| Self::new(naive.and_utc()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_and_programs_write_them() {
        for (text, read) in [
            ("2025-10-10T00:00:00Z", "2025-10-10T00:00:00Z"),
            ("2025-10-10T07:00:00+07:00", "2025-10-10T00:00:00Z"),
            ("2025-10-10T00:00:00", "2025-10-10T00:00:00Z"),
            ("2025-10-10 00:00:00.123", "2025-10-10T00:00:00.123Z"),
            ("2025-10-10T00:00:00.123999Z", "2025-10-10T00:00:00.123Z"),
            ("2025-10-10T00:00", "2025-10-10T00:00:00Z"),
            ("2025-10-10T00:00:00.000001+00:00", "2025-10-10T00:00:00Z"),
        ] {
            assert_eq!(
                text.parse::<Timestamp>().unwrap().to_string(),
                read,
                "{text}"
            );
        }
        for text in [
            "",
            "besok",
            "2025-13-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "+12025-01-01T00:00:00Z",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text}");
        }
    }

    #[test]
    fn sql_text_keeps_the_milliseconds_and_sorts_as_time() {
        let early: Timestamp = "2025-10-09T23:59:59.999Z".parse().unwrap();
        let late: Timestamp = "2025-10-10T00:00:00Z".parse().unwrap();
        assert_eq!(early.to_sql(), "2025-10-09 23:59:59.999");
        assert!(early.to_sql() < late.to_sql());
        assert_eq!(Timestamp::from_sql(&early.to_sql()), Ok(early));
        for text in [
            "",
            "2025-10-09T23:59:59.999",
            "2025-10-09 23:59:59",
            "2025-13-09 23:59:59.999",
            "2025-+1-09 23:59:59.999",
        ] {
            assert_eq!(Timestamp::from_sql(text), Err(InvalidTimestamp), "{text}");
        }
    }
}

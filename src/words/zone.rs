//! The three zones of Indonesia. None has a summer time, so an offset says everything.

use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::domain::time::Timestamp;

/// The zone whose times people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zone {
    /// Western Indonesia, UTC+7: Jakarta.
    #[default]
    Wib,
    /// Central Indonesia, UTC+8: Denpasar, Makassar.
    Wita,
    /// Eastern Indonesia, UTC+9: Jayapura.
    Wit,
}

/// The text names no zone of Indonesia.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write WIB (UTC+7), WITA (UTC+8) or WIT (UTC+9)")]
pub struct UnknownZone;

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(text: &str) -> Result<Self, UnknownZone> {
        [Self::Wib, Self::Wita, Self::Wit]
            .into_iter()
            .find(|zone| zone.name().eq_ignore_ascii_case(text))
            .ok_or(UnknownZone)
    }
}

/// What a browser's field for a date and a time sends; some send seconds too.
const FIELD_FORMATS: [&str; 2] = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];

impl Zone {
    /// The name, as it stands behind a time.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wib => "WIB",
            Self::Wita => "WITA",
            Self::Wit => "WIT",
        }
    }

    fn offset(self) -> TimeDelta {
        TimeDelta::hours(match self {
            Self::Wib => 7,
            Self::Wita => 8,
            Self::Wit => 9,
        })
    }

    /// The clock on the wall.
    pub(crate) fn local(self, time: Timestamp) -> NaiveDateTime {
        time.as_datetime().naive_utc() + self.offset()
    }

    /// A time as a browser's field for a date and a time has it.
    pub(crate) fn write_field(self, time: Timestamp) -> String {
        self.local(time).format(FIELD_FORMATS[0]).to_string()
    }

    /// Reads what a browser's field for a date and a time sends, as the clock on the wall.
    pub(crate) fn read_field(self, text: &str) -> Option<DateTime<Utc>> {
        let local = FIELD_FORMATS
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
        local
            .checked_sub_signed(self.offset())
            .map(|time| time.and_utc())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_read_in_any_case() {
        assert_eq!("wita".parse(), Ok(Zone::Wita));
        assert_eq!("WIB".parse(), Ok(Zone::Wib));
        assert_eq!("UTC+7".parse::<Zone>(), Err(UnknownZone));
    }

    #[test]
    fn a_field_reads_back_the_time_that_it_shows() {
        let time: Timestamp = "2025-10-10T00:30:00Z".parse().unwrap();
        for (zone, field) in [
            (Zone::Wib, "2025-10-10T07:30"),
            (Zone::Wita, "2025-10-10T08:30"),
            (Zone::Wit, "2025-10-10T09:30"),
        ] {
            assert_eq!(zone.write_field(time), field);
            assert_eq!(zone.read_field(field), Some(time.as_datetime()));
        }
        for text in ["", "besok", "2025-13-01T00:00", "2025-10-10"] {
            assert_eq!(Zone::Wib.read_field(text), None, "{text}");
        }
    }
}

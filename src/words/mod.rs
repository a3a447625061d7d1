//! What people read, whatever carries it: two languages, amounts of time, dates in the community's zone.
//!
//! Owns how a person is addressed, never what is said about a campaign or a refusal.

mod language;
mod zone;

pub(crate) use language::{Language, Words};
pub use zone::{UnknownZone, Zone};

use chrono::{Datelike, NaiveDate, Timelike};

use crate::domain::time::Timestamp;

/// Who reads: in this language, with times of this zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reader {
    /// The language.
    pub(crate) language: Language,
    /// The zone.
    pub(crate) zone: Zone,
}

const fn words(id: &'static str, en: &'static str) -> Words {
    Words { id, en }
}

const MONTHS: [Words; 12] = [
    words("Januari", "January"),
    words("Februari", "February"),
    words("Maret", "March"),
    words("April", "April"),
    words("Mei", "May"),
    words("Juni", "June"),
    words("Juli", "July"),
    words("Agustus", "August"),
    words("September", "September"),
    words("Oktober", "October"),
    words("November", "November"),
    words("Desember", "December"),
];

const WEEKDAYS: [Words; 7] = [
    words("Senin", "Monday"),
    words("Selasa", "Tuesday"),
    words("Rabu", "Wednesday"),
    words("Kamis", "Thursday"),
    words("Jumat", "Friday"),
    words("Sabtu", "Saturday"),
    words("Minggu", "Sunday"),
];

impl Reader {
    /// A text in the reader's language.
    pub(crate) const fn say(self, words: Words) -> &'static str {
        words.in_language(self.language)
    }

    /// Chooses between two texts that data has been put into.
    pub(crate) fn choose(self, id: impl FnOnce() -> String, en: impl FnOnce() -> String) -> String {
        match self.language {
            Language::Indonesian => id(),
            Language::English => en(),
        }
    }

    /// `10 Oktober 2025 pukul 07.00 WIB`, `10 October 2025, 07:00 WIB`.
    pub(crate) fn date_time(self, time: Timestamp) -> String {
        let local = self.zone.local(time);
        let (day, year, zone) = (local.day(), local.year(), self.zone.name());
        let (month, hour, minute) = (self.month(local.month0()), local.hour(), local.minute());
        match self.language {
            Language::Indonesian => {
                format!("{day} {month} {year} pukul {hour:02}.{minute:02} {zone}")
            }
            Language::English => format!("{day} {month} {year}, {hour:02}:{minute:02} {zone}"),
        }
    }

    /// As [`Self::date_time`] with the day of the week before it: for what people plan by.
    pub(crate) fn weekday_date_time(self, time: Timestamp) -> String {
        let local = self.zone.local(time);
        let weekday = usize::try_from(local.weekday().num_days_from_monday()).unwrap_or(0);
        let weekday = WEEKDAYS.get(weekday).map_or("", |day| self.say(*day));
        format!("{weekday}, {}", self.date_time(time))
    }

    /// `10 Okt 07.00`: where there is little room and the zone is named elsewhere.
    pub(crate) fn short_date_time(self, time: Timestamp) -> String {
        let local = self.zone.local(time);
        let month: String = self.month(local.month0()).chars().take(3).collect();
        let point = match self.language {
            Language::Indonesian => '.',
            Language::English => ':',
        };
        let (day, hour, minute) = (local.day(), local.hour(), local.minute());
        format!("{day} {month} {hour:02}{point}{minute:02}")
    }

    /// `10 Okt`: a day as somebody named it, of no zone.
    pub(crate) fn day(self, day: NaiveDate) -> String {
        let month: String = self.month(day.month0()).chars().take(3).collect();
        format!("{} {month}", day.day())
    }

    /// `10 Okt 2026`: a day with its year.
    pub(crate) fn date(self, day: NaiveDate) -> String {
        format!("{} {}", self.day(day), day.year())
    }

    /// `2 hari 4 jam lagi`, `2 days 4 hours left`: the two largest units; none when the time has come.
    pub(crate) fn time_left(self, until: Timestamp, now: Timestamp) -> Option<String> {
        let minutes = until.since(now).num_seconds().max(0) / 60;
        if until <= now {
            return None;
        }
        let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        let parts = match (days, hours, minutes) {
            (0, 0, 0) => {
                return Some(
                    self.say(words(
                        "kurang dari satu menit lagi",
                        "less than a minute left",
                    ))
                    .to_owned(),
                );
            }
            (0, 0, _) => vec![self.unit(minutes, "menit", "minute")],
            (0, _, 0) => vec![self.unit(hours, "jam", "hour")],
            (0, _, _) => vec![
                self.unit(hours, "jam", "hour"),
                self.unit(minutes, "menit", "minute"),
            ],
            (_, 0, _) => vec![self.unit(days, "hari", "day")],
            (_, _, _) => vec![
                self.unit(days, "hari", "day"),
                self.unit(hours, "jam", "hour"),
            ],
        };
        let left = self.say(words("lagi", "left"));
        Some(format!("{} {left}", parts.join(" ")))
    }

    fn unit(self, count: i64, id: &str, en: &str) -> String {
        match self.language {
            Language::Indonesian => format!("{count} {id}"),
            Language::English if count == 1 => format!("1 {en}"),
            Language::English => format!("{count} {en}s"),
        }
    }

    fn month(self, month0: u32) -> &'static str {
        let month = usize::try_from(month0).unwrap_or(0);
        MONTHS.get(month).map_or("", |month| self.say(*month))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Reader = Reader {
        language: Language::Indonesian,
        zone: Zone::Wib,
    };
    const EN: Reader = Reader {
        language: Language::English,
        zone: Zone::Wit,
    };

    #[test]
    fn people_read_times_of_their_zone() {
        let time = "2025-12-31T23:05:00Z".parse().unwrap();
        assert_eq!(ID.date_time(time), "1 Januari 2026 pukul 06.05 WIB");
        assert_eq!(EN.date_time(time), "1 January 2026, 08:05 WIT");
        assert_eq!(
            ID.weekday_date_time(time),
            "Kamis, 1 Januari 2026 pukul 06.05 WIB"
        );
        assert_eq!(ID.short_date_time(time), "1 Jan 06.05");
    }

    #[test]
    fn what_is_left_is_told_in_its_two_largest_units() {
        let now: Timestamp = "2025-10-01T00:00:00Z".parse().unwrap();
        for (seconds, id, en) in [
            (
                1,
                Some("kurang dari satu menit lagi"),
                Some("less than a minute left"),
            ),
            (60, Some("1 menit lagi"), Some("1 minute left")),
            (3600, Some("1 jam lagi"), Some("1 hour left")),
            (
                2 * 3600 + 120,
                Some("2 jam 2 menit lagi"),
                Some("2 hours 2 minutes left"),
            ),
            (86_400 + 59, Some("1 hari lagi"), Some("1 day left")),
            (
                187_300,
                Some("2 hari 4 jam lagi"),
                Some("2 days 4 hours left"),
            ),
            (0, None, None),
            (-5, None, None),
        ] {
            let until = now.saturating_add(chrono::TimeDelta::seconds(seconds));
            assert_eq!(ID.time_left(until, now).as_deref(), id, "{seconds}");
            assert_eq!(EN.time_left(until, now).as_deref(), en, "{seconds}");
        }
    }
}

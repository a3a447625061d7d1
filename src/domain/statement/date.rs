//! Dates as banks write them, and the order of their parts.

use chrono::{Days, NaiveDate};

use crate::domain::statement::options::DateFormat;
use crate::domain::statement::words::List;

/// The months by their names in Indonesian, Malay, English and German, as they are cut short.
const MONTHS: [List; 12] = [
    List("jan januari january januar jän jänner"),
    List("feb februari february februar peb pebruari"),
    List("mar maret march märz mrz mac mär"),
    List("apr april"),
    List("mei may mai"),
    List("jun juni june"),
    List("jul juli july julai"),
    List("agu agt ags agustus aug august ogos ogo"),
    List("sep sept september"),
    List("okt oktober oct october"),
    List("nov november nop nopember"),
    List("des desember dec december dez dezember dis disember"),
];

/// The days of the week in the same languages, and words beside a time.
const PASSED_OVER: List = List(
    "senin selasa rabu kamis jumat jum at sabtu minggu ahad isnin khamis sen sel rab kam sab min \
     monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat \
     sun montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so pukul jam \
     tanggal tgl um",
);

/// Zones of the places that banks here write of.
const ZONES: List =
    List("wib wita wit utc gmt z sgt myt cet cest mez mesz uhr ict jst hkt pht ist bst est pst h");

/// The first day that a serial number can stand for here, in 1982, and the last, in 2119.
const SERIALS: std::ops::RangeInclusive<u32> = 30_000..=80_000;

/// A date as a cell has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Day(NaiveDate),
    /// A day and a month without a year.
    NoYear {
        month: u32,
        day: u32,
    },
    /// The order of the parts is not known.
    Ambiguous,
}

/// A date and the seconds of the day after it, where a time stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) date: Written,
    pub(super) seconds: Option<u32>,
}

/// In which order the numbers of a date are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Is(DateFormat),
    /// Two orders fit: only dates that fit one of them are read.
    Unclear,
}

/// Reads a date with its time; none when it is none.
pub(super) fn parse(cell: &str, order: Order) -> Option<Moment> {
    if order == Order::Is(DateFormat::Serial) {
        return serial(cell).map(|(date, seconds)| Moment {
            date: Written::Day(date),
            seconds,
        });
    }
    let mut parts = Parts::of(cell)?;
    if let Some(moment) = parts.compact() {
        return Some(moment);
    }
    let date = parts.date(order)?;
    let seconds = parts.time()?;
    Some(Moment { date, seconds })
}

/// The day and the seconds of the day of the number of a spreadsheet.
pub(super) fn serial(cell: &str) -> Option<(NaiveDate, Option<u32>)> {
    let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 5 || !is_digits(whole) || !is_digits(part) || part.len() > 15 {
        return None;
    }
    let days: u32 = whole.parse().ok().filter(|days| SERIALS.contains(days))?;
    let start = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let date = start.checked_add_days(Days::new(u64::from(days)))?;
    let part = (!part.is_empty()).then_some(part);
    let millionths = part.and_then(|part| format!("{part:0<6}").get(..6)?.parse::<u64>().ok());
    let seconds = millionths.and_then(|part| u32::try_from(part * 86_400 / 1_000_000).ok());
    Some((date, seconds.filter(|seconds| *seconds > 0)))
}

/// The numbers of a date that has its year last and only numbers: what its order is seen by.
pub(super) fn triple(cell: &str) -> Option<(u32, u32, Option<u32>)> {
    let parts = Parts::of(cell)?;
    let [first, second, third, ..] = parts.0.as_slice() else {
        return None;
    };
    let is_short = |part: &Part| part.is_number() && part.text.len() <= 2;
    if !is_short(first) || !is_short(second) || !third.is_number() || second.mark == ' ' {
        return None;
    }
    let year = (third.text.len() == 2).then(|| third.number()).flatten();
    Some((first.number()?, second.number()?, year))
}

/// A word of a date, and what stood before it.
#[derive(Debug)]
struct Part {
    text: String,
    mark: char,
}

impl Part {
    fn is_number(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    fn number(&self) -> Option<u32> {
        self.is_number().then(|| self.text.parse().ok()).flatten()
    }

    fn month(&self) -> Option<u32> {
        month_named(&self.text)
    }
}

/// The words of a cell that have not been read yet, the next one first.
struct Parts(Vec<Part>);

impl Parts {
    /// Cuts a cell into numbers and words. None when it is longer than any date.
    fn of(cell: &str) -> Option<Self> {
        if cell.len() > 64 || !cell.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut parts: Vec<Part> = Vec::new();
        let mut mark = ' ';
        let mut kind = None;
        for c in cell.trim().trim_start_matches('\'').chars() {
            let this = if c.is_ascii_digit() {
                Some(true)
            } else if c.is_alphabetic() {
                Some(false)
            } else {
                None
            };
            if this.is_none() {
                // Of several marks the one that says more: `Nov. 29`, `29 / 11`.
                if kind.is_some() || mark == ' ' {
                    mark = if c.is_whitespace() { ' ' } else { c };
                }
            } else if this == kind
                && let Some(part) = parts.last_mut()
            {
                part.text.extend(c.to_lowercase());
            } else {
                let text = c.to_lowercase().collect();
                // A number that touches a word: `29Nov`, `T08`.
                parts.push(Part {
                    text,
                    mark: if kind.is_some() { ' ' } else { mark },
                });
                mark = ' ';
            }
            kind = this;
        }
        // The names of days say nothing that the date does not.
        while parts.len() > 2 && PASSED_OVER.has(&parts[0].text) {
            parts.remove(0);
        }
        Some(Self(parts))
    }

    /// `20261129`, and with a time `20261129134510`.
    fn compact(&self) -> Option<Moment> {
        let first = self.0.first()?;
        if !first.is_number() || !matches!(first.text.len(), 8 | 12 | 14) {
            return None;
        }
        let part = |range: std::ops::Range<usize>| first.text.get(range)?.parse::<u32>().ok();
        let date = day(part(0..4)?, part(4..6)?, part(6..8)?)?;
        let seconds = match first.text.len() {
            8 => match self.0.get(1) {
                Some(time) if time.is_number() && matches!(time.text.len(), 4 | 6) => {
                    let part = |range: std::ops::Range<usize>| time.text.get(range)?.parse().ok();
                    Some(seconds(part(0..2)?, part(2..4)?, part(4..6).unwrap_or(0))?)
                }
                _ => Self(self.rest(1)).time()?,
            },
            _ => {
                if self.0.len() > 1 {
                    return None;
                }
                Some(seconds(
                    part(8..10)?,
                    part(10..12)?,
                    part(12..14).unwrap_or(0),
                )?)
            }
        };
        Some(Moment {
            date: Written::Day(date),
            seconds,
        })
    }

    fn rest(&self, from: usize) -> Vec<Part> {
        let rest = self.0.iter().skip(from);
        rest.map(|part| Part {
            text: part.text.clone(),
            mark: part.mark,
        })
        .collect()
    }

    /// Reads the date and takes it off.
    fn date(&mut self, order: Order) -> Option<Written> {
        let [first, second, ..] = self.0.as_slice() else {
            return None;
        };
        let third = self.0.get(2).filter(|third| {
            // `29/11 10:30` has no year, and `29 Nov 10:30` neither.
            let is_year = third.is_number() && matches!(third.text.len(), 2 | 4);
            let is_time = self.0.get(3).is_some_and(|next| next.mark == ':');
            let is_apart = third.mark == ' ' && second.mark != ' ' && third.text.len() == 2;
            is_year && !is_time && !is_apart || first.text.len() == 4
        });
        let year = |part: &Part| match (part.text.len(), part.number()?) {
            (4, year) => Some(year),
            (2, year) => Some(2000 + year),
            _ => None,
        };
        let short = |part: &Part| part.number().filter(|_| part.text.len() <= 2);
        let (written, length) = match third {
            Some(third) => {
                let date = if let Some(month) = first.month() {
                    day(year(third)?, month, short(second)?)
                } else if first.is_number() && first.text.len() == 4 {
                    let month = second.month().or_else(|| short(second))?;
                    day(year(first)?, month, short(third)?)
                } else if let Some(month) = second.month() {
                    day(year(third)?, month, short(first)?)
                } else {
                    let parts = [first, second, third];
                    return self.numbers(parts.map(Part::number), third.text.len(), order);
                };
                (Written::Day(date?), 3)
            }
            None => {
                let (month, day) = match (first.month(), second.month()) {
                    (Some(month), _) => (month, short(second)?),
                    (None, Some(month)) => (month, short(first)?),
                    (None, None) if second.mark == ' ' || second.mark == ':' => return None,
                    (None, None) => match order {
                        Order::Is(DateFormat::MonthFirst | DateFormat::YearFirst) => {
                            (short(first)?, short(second)?)
                        }
                        Order::Is(_) => (short(second)?, short(first)?),
                        Order::Unclear => {
                            let fits =
                                |part| short(part).is_some_and(|part| (1..=31).contains(&part));
                            (fits(first) && fits(second)).then_some(())?;
                            return self.unclear(2);
                        }
                    },
                };
                ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(())?;
                (Written::NoYear { month, day }, 2)
            }
        };
        self.0.drain(..length);
        Some(written)
    }

    fn unclear(&mut self, length: usize) -> Option<Written> {
        self.0.drain(..length);
        Some(Written::Ambiguous)
    }

    /// Three numbers, the year last unless the order says otherwise.
    fn numbers(
        &mut self,
        parts: [Option<u32>; 3],
        length_of_last: usize,
        order: Order,
    ) -> Option<Written> {
        let [Some(first), Some(second), Some(third)] = parts else {
            return None;
        };
        let is_short = self.0.iter().take(2).all(|part| part.text.len() <= 2);
        let year = if length_of_last == 2 {
            2000 + third
        } else {
            third
        };
        let date = match order {
            _ if !is_short => None,
            Order::Is(DateFormat::DayFirst) => day(year, second, first),
            Order::Is(DateFormat::MonthFirst) => day(year, first, second),
            Order::Is(_) if length_of_last == 2 => day(2000 + first, second, third),
            Order::Is(_) => None,
            Order::Unclear => {
                let fits = [
                    day(year, second, first),
                    day(year, first, second),
                    day(2000 + first, second, third),
                ];
                fits.into_iter().flatten().next()?;
                return self.unclear(3);
            }
        };
        self.0.drain(..3);
        date.map(Written::Day)
    }

    /// Reads what is left as a time with its zone. The outer none: it is something else.
    #[expect(
        clippy::option_option,
        reason = "no time and something that is no time are two things"
    )]
    fn time(mut self) -> Option<Option<u32>> {
        self.0
            .retain(|part| !PASSED_OVER.has(&part.text) && part.text != "t");
        let Some(hour) = self.0.first() else {
            return Some(None);
        };
        let hour = hour.number().filter(|_| hour.text.len() <= 2)?;
        let minute = self.0.get(1)?;
        let minute = minute.number().filter(|_| minute.text.len() == 2)?;
        let mut rest = self.0.iter().skip(2).peekable();
        let is_next = |part: &&Part| matches!(part.mark, ':' | '.' | ',') && part.is_number();
        let second = rest.next_if(is_next).map_or(Some(0), Part::number)?;
        // Fractions of a second.
        let _ = rest.next_if(is_next);
        let mut hour = hour;
        let mut is_zone = false;
        while let Some(part) = rest.next() {
            match part.text.as_str() {
                half @ ("am" | "pm" | "a" | "p") => {
                    if half.len() == 1 {
                        rest.next_if(|part| part.text == "m")?;
                    }
                    if !(1..=12).contains(&hour) {
                        return None;
                    }
                    hour = hour % 12 + if half.starts_with('p') { 12 } else { 0 };
                }
                zone if ZONES.has(zone) => is_zone = true,
                // `+07:00`, `GMT+7`, `-0500`.
                _ if part.is_number()
                    && (matches!(part.mark, '+' | '-') || (is_zone && part.mark == ':')) =>
                {
                    is_zone = true;
                }
                _ => return None,
            }
        }
        seconds(hour, minute, second).map(Some)
    }
}

fn seconds(hour: u32, minute: u32, second: u32) -> Option<u32> {
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
}

/// A day of a year that a statement can be of.
pub(super) fn day(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year)
        .ok()
        .filter(|year| (1970..2200).contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// The month that a word names.
pub(super) fn month_named(word: &str) -> Option<u32> {
    let index = MONTHS.iter().position(|names| names.has(word))?;
    u32::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests;

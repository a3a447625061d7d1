//! The period that a statement names above its table, and the year of a date that has none.

use chrono::{Datelike, Days, NaiveDate};

use crate::domain::statement::date::{self, Order, Written};
use crate::domain::statement::options::DateFormat;
use crate::domain::statement::words::{List, words};

/// Words before a period.
const LABELS: List =
    List("periode period periods tempoh zeitraum rentang range from dari bulan month statement");

/// The days that a statement is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    first: NaiveDate,
    last: NaiveDate,
}

impl Period {
    /// Finds the period in the lines above the table, and whether its dates have the month first.
    pub(super) fn find(preface: &str) -> Option<(Self, DateFormat)> {
        let lines = preface.lines().filter(|line| is_labelled(line));
        let mut found = lines.filter_map(|line| {
            let read = |order| Some((in_line(line, order)?, order));
            let (day_first, month_first) =
                (read(DateFormat::DayFirst), read(DateFormat::MonthFirst));
            match (day_first, month_first) {
                // The order by which more of the line are dates.
                (Some(((_, one), _)), Some(((period, other), order))) if other > one => {
                    Some((period, order))
                }
                (Some(((period, _), order)), _) | (None, Some(((period, _), order))) => {
                    Some((period, order))
                }
                (None, None) => None,
            }
        });
        found.next()
    }

    /// The day of a date without a year; none when it is not in the period. Over New Year December is of the
    /// first year and January of the second.
    pub(super) fn day(&self, month: u32, day: u32) -> Option<NaiveDate> {
        // What is booked on the last days may be of the day before the first.
        let first = self.first.checked_sub_days(Days::new(3))?;
        let last = self.last.checked_add_days(Days::new(3))?;
        (first.year()..=last.year())
            .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
            .find(|date| (first..=last).contains(date))
    }
}

fn is_labelled(line: &str) -> bool {
    let words = words(&line.to_lowercase());
    words.iter().take(4).any(|word| LABELS.has(word))
}

/// The first and the last date of a line, and how many there are.
fn in_line(line: &str, order: DateFormat) -> Option<(Period, usize)> {
    let line = line.to_lowercase();
    let mut pieces = vec![line.as_str()];
    for between in [
        " - ", " s/d ", " s.d. ", " sd ", " to ", " sampai ", " until ", " hingga ", " bis ",
        " – ", ";", "\t", "|", ":", ",\"", "\"", "dari ", "from ",
    ] {
        pieces = pieces
            .iter()
            .flat_map(|piece| piece.split(between))
            .collect();
    }
    // `01/11/2026-30/11/2026`, and what a comma delimits.
    let more = pieces.clone();
    for piece in more {
        pieces.extend(piece.split(','));
        pieces.extend(
            piece
                .split('-')
                .filter(|part| part.contains(['/', '.', ' '])),
        );
    }
    let days: Vec<(NaiveDate, NaiveDate)> = pieces
        .into_iter()
        .filter_map(|piece| days(piece.trim().trim_matches(['(', ')', '"', '\'']), order))
        .collect();
    let first = days.iter().map(|days| days.0).min()?;
    let last = days.iter().map(|days| days.1).max()?;
    // A statement is of a year at most, and a bit.
    (last - first < chrono::TimeDelta::days(400)).then_some((Period { first, last }, days.len()))
}

/// The days of a date, of a month with its year, or of a year.
fn days(piece: &str, order: DateFormat) -> Option<(NaiveDate, NaiveDate)> {
    if let Some(moment) = date::parse(piece, Order::Is(order)) {
        let Written::Day(day) = moment.date else {
            return None;
        };
        return Some((day, day));
    }
    let words = words(piece);
    let month_of = |word: &String| date::month_named(word);
    let year_of = |word: &String| word.parse().ok().filter(|_| word.len() == 4);
    let (month, year) = match words.as_slice() {
        [.., month, year] if month_of(month).is_some() => (month_of(month), year_of(year)?),
        _ => return None,
    };
    let month = month?;
    let first = date::day(year, month, 1)?;
    let next = if month == 12 {
        date::day(year + 1, 1, 1)
    } else {
        date::day(year, month + 1, 1)
    };
    Some((first, next?.pred_opt()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_year_comes_from_the_period_also_over_new_year() {
        for line in [
            "Periode : 25/12/2026 - 05/01/2027",
            "No. rekening : 771\nPeriode;25/12/2026;05/01/2027",
            "Period : 25-Dec-2026 to 05-Jan-2027",
            "Periode,25 Desember 2026 s/d 5 Januari 2027",
            "Periode : Desember 2026 - Januari 2027",
            "\"Periode\",\"25/12/2026-05/01/2027\"",
            "Statement period: 12/25/2026 - 01/05/2027",
            "Dari 25/12/2026 sampai 05/01/2027",
        ] {
            let (period, _) = Period::find(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(period.day(12, 29), Some(day("2026-12-29")), "{line}");
            assert_eq!(period.day(1, 2), Some(day("2027-01-02")), "{line}");
            assert_eq!(period.day(6, 2), None, "{line}");
        }
        let (month, _) = Period::find("Bulan : November 2026").unwrap();
        assert_eq!(month.day(11, 30), Some(day("2026-11-30")));
        for line in ["", "Tanggal cetak : 05/01/2027", "Periode : -"] {
            assert_eq!(Period::find(line), None, "{line}");
        }
    }
}

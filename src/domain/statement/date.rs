//! Dates as banks write them: the day first, or the year.

use chrono::NaiveDate;

/// The months by the first three letters of their names, in Indonesian and in English.
const MONTHS: [&[&str]; 12] = [
    &["jan"],
    &["feb", "peb"],
    &["mar"],
    &["apr"],
    &["mei", "may"],
    &["jun"],
    &["jul"],
    &["agu", "agt", "ags", "aug"],
    &["sep"],
    &["okt", "oct"],
    &["nov", "nop"],
    &["des", "dec"],
];

/// Reads a date; a time of day after it is left out of account.
pub(super) fn parse(text: &str) -> Option<NaiveDate> {
    let text = text.trim().trim_start_matches('\'');
    let parts: Vec<&str> = text
        .split(|c: char| matches!(c, '/' | '-' | '.' | ',') || c.is_whitespace())
        .filter(|part| !part.is_empty())
        .collect();
    let [first, second, third, time @ ..] = parts.as_slice() else {
        return None;
    };
    // `2025-10-01T08:00:00` has its time in the third part.
    let (third, glued) = third.split_once(['T', 't']).unwrap_or((third, "0:00"));
    if !time.iter().chain([&glued]).all(|part| is_time(part)) {
        return None;
    }
    let month = month(second)?;
    let (year, day) = if first.len() == 4 {
        (*first, third)
    } else {
        (third, *first)
    };
    if !(1..=2).contains(&day.len()) {
        return None;
    }
    let year = match year.len() {
        4 => number(year)?,
        2 => 2000 + number(year)?,
        _ => return None,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, number(day)?)
}

fn is_time(part: &str) -> bool {
    let mut characters = part.chars();
    characters.all(|c| c.is_ascii_digit() || matches!(c, ':' | '+' | 'Z')) || part == "WIB"
}

fn month(text: &str) -> Option<u32> {
    if text.len() <= 2 {
        return number(text);
    }
    let text = text.to_lowercase();
    let start = text.get(..3)?;
    let is_name = text.chars().all(char::is_alphabetic);
    let index = MONTHS.iter().position(|names| names.contains(&start))?;
    is_name.then_some(u32::try_from(index).ok()? + 1)
}

fn number(digits: &str) -> Option<u32> {
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_banks_write_them() {
        for text in [
            "05/10/2025",
            "5/10/2025",
            "05-10-2025",
            "05.10.2025",
            "05/10/25",
            "2025-10-05",
            "2025/10/05",
            "2025-10-05 13:45:10",
            "2025-10-05T13:45:10Z",
            "05/10/2025 13.45.10",
            "05 Okt 2025",
            "5 Oktober 2025",
            "05 Oct 2025",
            "05-Oct-25",
            "05 October 2025, 13:45 WIB",
            "'05/10/2025",
        ] {
            assert_eq!(parse(text), NaiveDate::from_ymd_opt(2025, 10, 5), "{text}");
        }
        for (text, month) in [("1 Mei 2025", 5), ("1 Agustus 2025", 8), ("1 Des 2025", 12)] {
            assert_eq!(
                parse(text),
                NaiveDate::from_ymd_opt(2025, month, 1),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_not_guessed_at() {
        for text in [
            "",
            "PEND",
            "05/10",
            "31/02/2025",
            "05/13/2025",
            "5 Foo 2025",
            "2025",
            "05/10/2025 Saldo",
            "1/1/20250",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

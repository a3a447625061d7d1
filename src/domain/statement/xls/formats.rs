//! Which numbers of an old workbook are days and times: by how they are shown.

use std::collections::HashMap;

use crate::domain::statement::xls::compound::u16_at;
use crate::domain::statement::xls::records::{Parts, Record};

/// How the numbers of a workbook are shown.
#[derive(Default)]
pub(super) struct Formats {
    /// Of each style the number of its format.
    styles: Vec<u16>,
    /// Of the formats that the file itself describes, whether they show a day or a time.
    own: HashMap<u16, bool>,
}

impl Formats {
    /// Takes a style; none when the record is too short.
    pub(super) fn add_style(&mut self, data: &[u8]) -> Option<()> {
        self.styles.push(u16_at(data, 2)?);
        Some(())
    }

    /// Takes the description of a format; none when the record is too short.
    pub(super) fn add_format(&mut self, record: Record<'_>) -> Option<()> {
        let number = u16_at(record.data, 0)?;
        let text = Parts::new(record.data.get(2..)?, record.more).text()?;
        self.own.insert(number, shows_time(&text));
        Some(())
    }

    /// Whether a style shows a number as a day or a time.
    pub(super) fn is_of_time(&self, style: u16) -> bool {
        let Some(format) = self.styles.get(usize::from(style)) else {
            return false;
        };
        let usual = matches!(format, 14..=22 | 27..=36 | 45..=47 | 50..=58);
        self.own.get(format).copied().unwrap_or(usual)
    }
}

/// Whether a format has a letter of days or times, outside quotation marks, brackets and what is escaped.
fn shows_time(format: &str) -> bool {
    let mut characters = format.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => while characters.next().is_some_and(|c| c != '"') {},
            '[' => while characters.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => {
                characters.next();
            }
            // Only the form of numbers above zero counts.
            ';' => return false,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::shows_time;

    #[test]
    fn days_and_times_are_told_by_their_letters() {
        for format in [
            "DD/MM/YYYY",
            "d-mmm-yy",
            "[$-421]dd mmmm yyyy;@",
            "hh:mm:ss",
            "yyyy\\-mm\\-dd",
        ] {
            assert!(shows_time(format), "{format}");
        }
        for format in [
            "General",
            "#,##0.00",
            "\"Rp\"#,##0",
            "#,##0_);[Red](#,##0)",
            "0.00E+00",
            "@",
            "[$Rp-421]#,##0;-[$Rp-421]#,##0",
            "0 \\m",
            "",
        ] {
            assert!(!shows_time(format), "{format}");
        }
    }
}

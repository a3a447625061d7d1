//! Cells of a table, so that no program that opens it takes one for a formula.

use std::borrow::Cow;

use crate::domain::time::Timestamp;

/// A cell.
#[derive(Debug)]
pub(super) enum Cell {
    /// A number that stays one.
    Number(i64),
    /// Something the program wrote: an id, a word, a time.
    Own(String),
    /// Something a person typed.
    Typed(String),
    /// Nothing.
    Empty,
}

impl Cell {
    /// A text that a person may have typed.
    pub(super) fn typed(text: Option<String>) -> Self {
        text.map_or(Self::Empty, Self::Typed)
    }

    /// A time that may be absent.
    pub(super) fn time(time: Option<Timestamp>) -> Self {
        time.map_or(Self::Empty, |time| Self::Own(time.to_string()))
    }

    /// The text of the cell, before it is quoted.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Own(text) => Cow::Borrowed(text),
            Self::Typed(text) => without_formula(text),
            Self::Empty => Cow::Borrowed(""),
        }
    }
}

/// The text with an apostrophe before it when a spreadsheet could take it for a formula. What a
/// spreadsheet may strip first (blanks, quotes, marks that are not seen) hides no sign, and neither does
/// the wide form of one.
fn without_formula(text: &str) -> Cow<'_, str> {
    let begins_a_formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let is_stripped = |c: char| {
        c.is_whitespace()
            || matches!(c, '"' | '\'' | '\u{ad}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
    };
    let shown = text.trim_start_matches(is_stripped);
    if text.starts_with(char::is_control) || shown.starts_with(begins_a_formula) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_as_a_formula_does() {
        for text in [
            "=1+1",
            "+62 812",
            "-5",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\nx",
            "  =1",
            "\"=1",
            "' =1",
            "\u{feff}=1",
            "\u{a0}=1",
            "\u{200b}+1",
            "＝1",
            "\"\" ' -1",
        ] {
            let safe = Cell::Typed(text.to_owned()).text().into_owned();
            assert_eq!(safe, format!("'{text}"), "{text:?}");
        }
    }

    #[test]
    fn every_other_text_and_every_number_stays_as_it_is() {
        for text in [
            "",
            "Jl. Melati No. 15",
            "0812-3456",
            "a=b",
            "\"Toko\" Arum",
            "'t",
            "5-",
        ] {
            assert_eq!(Cell::Typed(text.to_owned()).text(), text);
        }
        assert_eq!(Cell::Number(-5).text(), "-5");
    }
}

//! Cells of a table, so that no program that opens it takes a text for a formula or for a number.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::handle::is_hidden;
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
            Self::Typed(text) => as_text(text),
            Self::Empty => Cow::Borrowed(""),
        }
    }
}

/// The text with an apostrophe before it when a spreadsheet would take it for something else: for a formula, or
/// for a number, of which it keeps neither the zeros at the front nor more than fifteen digits.
fn as_text(text: &str) -> Cow<'_, str> {
    if text.starts_with(char::is_control) || begins_a_formula(text) || is_like_a_number(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether the first sign that is seen begins a formula. What a spreadsheet may strip first (blanks, quotes,
/// marks that are not seen) hides no sign, and neither does a wide, small, raised or lowered form of one.
fn begins_a_formula(text: &str) -> bool {
    let first = text.nfkc().find(|c| !is_stripped(*c));
    first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '\u{2212}' | '@'))
}

/// Whether it has digits and else only what stands in numbers, dates and times.
fn is_like_a_number(text: &str) -> bool {
    let mut has_digit = false;
    let is_of_one = text.nfkc().filter(|c| !is_stripped(*c)).all(|c| {
        has_digit |= c.is_ascii_digit();
        c.is_ascii_digit()
            || matches!(
                c,
                '.' | ',' | '-' | '/' | ':' | '(' | ')' | '%' | '+' | 'e' | 'E'
            )
    });
    is_of_one && has_digit
}

fn is_stripped(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'') || is_unseen(c)
}

/// Whether a character shows nothing by itself: also a mark that combines with what stands before it.
fn is_unseen(c: char) -> bool {
    c.is_control() || is_combining_mark(c) || is_hidden(c)
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
            // Small, raised, lowered and doubled forms.
            "\u{fe66}1",
            "\u{207c}1",
            "\u{208a}1",
            "\u{fe63}1",
            "\u{207b}1",
            "\u{2212}1",
            "\u{fe6b}SUM(A1)",
            "\u{2a75}1",
            // Behind what is not seen.
            "\u{2800}=1",
            "\u{202e}=1",
            "\u{2066}\u{fe0f}=1",
            "\u{e0041}=1",
            "\u{34f}@A1",
            "\u{301}+1",
            "\u{3164}=1",
            "\u{180e}\u{200b}=1",
            "\u{ff02}=1",
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
            "BCA 0123456789",
            "0812 a.n. Arum",
            "a=b",
            "\"Toko\" Arum",
            "'t",
            "e-e",
            "RT/RW 3",
        ] {
            assert_eq!(Cell::Typed(text.to_owned()).text(), text);
        }
        assert_eq!(Cell::Number(-5).text(), "-5");
    }

    #[test]
    fn accounts_and_phones_stay_text() {
        for text in [
            "0812-3456",
            "08123456789",
            "1234567890123456",
            "123-456-7890",
            "1e5",
            "3/4",
            "12:30",
            "(021) 555.123",
            "１２３４５",
            "5-",
            "\u{200b}007",
        ] {
            let kept = Cell::Typed(text.to_owned()).text().into_owned();
            assert_eq!(kept, format!("'{text}"), "{text:?}");
        }
    }
}

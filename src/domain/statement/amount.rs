//! Amounts as banks write them.

use crate::domain::money::Rupiah;
use crate::domain::statement::words::{Direction, DirectionWord, direction};

/// What stands beside the digits of an amount and may tell a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Nothing,
    Plus,
    /// A minus, before or behind, or parentheses.
    Minus,
    Word(Direction),
    /// A single letter, which is understood only beside others of its kind.
    Letter(u8),
}

/// An amount with its mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) mark: Mark,
    /// In hundredths of a rupiah, never less than nothing.
    pub(super) sen: i128,
}

impl Amount {
    /// The whole rupiah; none when there are sen, or when it is more than any amount that moves.
    pub(super) fn rupiah(self) -> Option<Rupiah> {
        let whole = i64::try_from(self.sen / 100).ok()?;
        let fits = self.sen % 100 == 0 && whole <= Rupiah::MAX_MOVED;
        fits.then(|| Rupiah::new(whole))
    }
}

/// Why a cell is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoAmount {
    /// Nothing stands there, or a dash.
    Empty,
    /// It is in another currency.
    Currency,
    Unreadable,
}

/// Reads an amount of rupiah, with the mark beside it.
pub(super) fn parse(cell: &str) -> Result<Amount, NoAmount> {
    // Most amounts are digits and their marks alone.
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = cell.as_bytes();
    let is_plain = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    if digit(bytes.first()) && digit(bytes.last()) && bytes.iter().all(is_plain) {
        let sen = number(cell).ok_or(NoAmount::Unreadable)?;
        return Ok(Amount {
            mark: Mark::Nothing,
            sen,
        });
    }
    let text: String = cell
        .chars()
        .map(|c| match c {
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' => ' ',
            '\u{2212}' | '\u{2013}' | '\u{2014}' => '-',
            '\u{2019}' | '`' => '\'',
            other => other.to_ascii_lowercase(),
        })
        .collect();
    let text = text.trim();
    if text.chars().all(|c| matches!(c, '-' | ' ')) {
        return Err(NoAmount::Empty);
    }
    let first = text.find(|c: char| c.is_ascii_digit());
    let first = first.ok_or(NoAmount::Unreadable)?;
    let last = text.rfind(|c: char| c.is_ascii_digit()).unwrap_or(first);
    // A point before the digits belongs to them: `.00`.
    let start = match text[..first].strip_suffix('.') {
        Some(before) if !before.ends_with(char::is_alphabetic) => first - 1,
        _ => first,
    };
    let mark = marks(&text[..start], &text[last + 1..])?;
    let sen = number(&text[start..=last]).ok_or(NoAmount::Unreadable)?;
    Ok(Amount { mark, sen })
}

/// The mark in what stands before the digits and behind them.
fn marks(before: &str, behind: &str) -> Result<Mark, NoAmount> {
    let behind = behind
        .strip_prefix(",-")
        .or_else(|| behind.strip_prefix(".-"))
        .unwrap_or(behind);
    let is_glued = behind.starts_with(char::is_alphabetic);
    let mut mark = Mark::Nothing;
    let is_enclosed = before.contains('(') && behind.contains(')') && !behind.contains('(');
    let mut add = |new: Mark| {
        let old = std::mem::replace(&mut mark, new);
        let of = |mark| match mark {
            Mark::Minus | Mark::Word(Direction::Out) => Some(Direction::Out),
            Mark::Plus | Mark::Word(Direction::In) => Some(Direction::In),
            Mark::Nothing | Mark::Letter(_) => None,
        };
        match (old, new) {
            (Mark::Nothing, _) => Ok(()),
            // `-150.000 DB` says one thing twice; the word says more than the sign.
            _ if of(old).is_some() && of(old) == of(new) => Ok(()),
            _ => Err(NoAmount::Unreadable),
        }
    };
    if is_enclosed {
        add(Mark::Minus)?;
    }
    for part in [before, behind] {
        let part = part.replace(['(', ')', '[', ']'], " ");
        for word in split_marks(&part) {
            match word {
                "-" => add(Mark::Minus)?,
                "+" => add(Mark::Plus)?,
                "rp" | "rp." | "idr" | "idr." | "rupiah" => {}
                other => match direction(other) {
                    Some(DirectionWord::Clear(direction)) => add(Mark::Word(direction))?,
                    // `150K` is a short form of thousands.
                    Some(DirectionWord::Letter(_)) if is_glued => {
                        return Err(NoAmount::Unreadable);
                    }
                    Some(DirectionWord::Letter(letter)) => add(Mark::Letter(letter))?,
                    None if is_currency(other) => return Err(NoAmount::Currency),
                    None => return Err(NoAmount::Unreadable),
                },
            }
        }
    }
    Ok(mark)
}

/// The words and signs of what stands beside the digits.
fn split_marks(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for word in text.split_whitespace() {
        let mut rest = word;
        while let Some(at) = rest.find(['-', '+']) {
            parts.push(&rest[..at]);
            parts.push(&rest[at..=at]);
            rest = &rest[at + 1..];
        }
        parts.push(rest);
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The codes and signs of other currencies that are met here.
pub(super) fn is_currency(word: &str) -> bool {
    const OTHERS: [&str; 32] = [
        "usd", "sgd", "eur", "myr", "aud", "jpy", "cny", "hkd", "gbp", "thb", "sar", "chf", "nzd",
        "cad", "krw", "inr", "php", "vnd", "twd", "aed", "bnd", "rm", "us$", "s$", "$", "€", "£",
        "¥", "cnh", "btc", "usdt", "inr.",
    ];
    OTHERS.contains(&word.to_lowercase().as_str())
}

/// Digits in groups of three with points, commas, blanks or apostrophes between them, and at most two digits
/// of sen, in sen.
fn number(text: &str) -> Option<i128> {
    let last = text.rfind(['.', ',']);
    let (whole, sen) = match last {
        // Three digits after the last mark are a group, one or two are sen.
        Some(at) if text.len() - at <= 3 => (&text[..at], &text[at + 1..]),
        _ => (text, ""),
    };
    let has_sen = whole.len() < text.len();
    if has_sen && !sen.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let mut marks = whole.chars().filter(|c| !c.is_ascii_digit());
    let mark = marks.next();
    if marks.any(|other| Some(other) != mark) {
        return None;
    }
    if mark.is_some_and(|mark| !matches!(mark, '.' | ',' | ' ' | '\'')) {
        return None;
    }
    // The mark of the groups is never that of the sen.
    let sen_mark = last
        .filter(|_| has_sen)
        .and_then(|at| text[at..].chars().next());
    if mark.is_some() && mark == sen_mark {
        return None;
    }
    let sen: i128 = match sen.len() {
        0 => 0,
        1 => sen.parse::<i128>().ok()? * 10,
        _ => sen.parse().ok()?,
    };
    if whole.is_empty() {
        return has_sen.then_some(sen);
    }
    let groups: Vec<&str> = whole.split(['.', ',', ' ', '\'']).collect();
    let (first, others) = groups.split_first()?;
    let is_grouped = others.iter().all(|group| group.len() == 3);
    // `00` is what is left of an amount that was cut at its comma.
    let is_cut = first.len() > 1 && first.starts_with('0');
    if first.is_empty() || is_cut || !is_grouped || (!others.is_empty() && first.len() > 3) {
        return None;
    }
    let amount: i64 = groups.concat().parse().ok()?;
    Some(i128::from(amount) * 100 + sen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_banks_write_them() {
        use Direction::{In, Out};
        for (text, mark, amount) in [
            ("150231", Mark::Nothing, 150_231),
            ("150.231", Mark::Nothing, 150_231),
            ("150,231.00", Mark::Nothing, 150_231),
            ("150.231,00", Mark::Nothing, 150_231),
            ("150'231.00", Mark::Nothing, 150_231),
            ("150 231,00", Mark::Nothing, 150_231),
            ("Rp\u{a0}150.231,00", Mark::Nothing, 150_231),
            ("Rp150.231", Mark::Nothing, 150_231),
            ("Rp. 150.231,-", Mark::Nothing, 150_231),
            ("IDR 1,150,231.00", Mark::Nothing, 1_150_231),
            ("150.231 IDR", Mark::Nothing, 150_231),
            ("150231.00 CR", Mark::Word(In), 150_231),
            ("CR 150.231", Mark::Word(In), 150_231),
            ("150.231,00 (CR)", Mark::Word(In), 150_231),
            ("150.231 K", Mark::Letter(b'k'), 150_231),
            ("150231.0", Mark::Nothing, 150_231),
            ("+150.231", Mark::Plus, 150_231),
            ("150,231.00+", Mark::Plus, 150_231),
            ("150,231.00 DB", Mark::Word(Out), 150_231),
            ("150.231DB", Mark::Word(Out), 150_231),
            ("-150.231 DB", Mark::Word(Out), 150_231),
            ("-150.231", Mark::Minus, 150_231),
            ("\u{2013}150.231", Mark::Minus, 150_231),
            ("Rp -150.231", Mark::Minus, 150_231),
            ("- Rp150.231", Mark::Minus, 150_231),
            ("150.231-", Mark::Minus, 150_231),
            ("(150.231,00)", Mark::Minus, 150_231),
            ("(Rp150.231)", Mark::Minus, 150_231),
            ("0", Mark::Nothing, 0),
            (".00", Mark::Nothing, 0),
            ("0,00", Mark::Nothing, 0),
        ] {
            let read = parse(text).unwrap();
            assert_eq!(read.mark, mark, "{text}");
            assert_eq!(read.rupiah(), Some(Rupiah::new(amount)), "{text}");
        }
        assert_eq!(parse("13.938.932,64").unwrap().sen, 1_393_893_264);
        assert_eq!(parse("13.938.932,64").unwrap().rupiah(), None);
    }

    #[test]
    fn what_is_no_whole_amount_is_not_guessed_at() {
        for text in ["", "-", "- -", "\u{2013}"] {
            assert_eq!(parse(text), Err(NoAmount::Empty), "{text}");
        }
        for text in ["USD 10.00", "10.00 EUR", "$5"] {
            assert_eq!(parse(text), Err(NoAmount::Currency), "{text}");
        }
        for text in [
            "Rp",
            "abc",
            "150.23.1",
            "1.50.231",
            "150,231,00",
            "150.231 XX",
            "1500.231",
            "12e3",
            "99999999999999999999",
            ".500",
            "00",
            "-150.231 CR",
            "150K",
            "1 2",
            "29/11/2026",
        ] {
            assert_eq!(parse(text), Err(NoAmount::Unreadable), "{text}");
        }
        assert_eq!(parse("150.231,50").unwrap().rupiah(), None);
    }
}

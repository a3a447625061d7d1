//! Amounts as banks write them.

use crate::domain::money::Rupiah;

/// Whether money came in or went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Credit,
    Debit,
}

/// Reads the word for a direction; none when it is none.
pub(super) fn direction(text: &str) -> Option<Direction> {
    match text.trim().trim_end_matches('.').to_lowercase().as_str() {
        "cr" | "k" | "kr" | "c" | "kredit" | "credit" | "masuk" | "uang masuk" | "dana masuk"
        | "transfer masuk" => Some(Direction::Credit),
        "db" | "dr" | "d" | "debit" | "debet" | "keluar" | "uang keluar" | "dana keluar"
        | "transfer keluar" => Some(Direction::Debit),
        _ => None,
    }
}

/// Reads an amount of whole rupiah, with its direction: credit unless a word, a minus or parentheses say
/// otherwise. None when it is no such amount: sen other than none are not.
pub(super) fn parse(text: &str) -> Option<(Direction, Rupiah)> {
    let mut rest = text
        .replace('\u{a0}', " ")
        .replace('\u{2212}', "-")
        .to_lowercase()
        .replace(" -", "-")
        .trim()
        .to_owned();
    let mut is_debit = false;
    if let Some(inner) = rest
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
    {
        is_debit = true;
        rest = inner.to_owned();
    }
    let (number, word) = split_word(&rest);
    if let Some(word) = word {
        is_debit |= direction(word)? == Direction::Debit;
    }
    let mut number = number.trim();
    for prefix in ["-", "+", "rp.", "rp", "idr", "-", "+"] {
        if let Some(rest) = number.strip_prefix(prefix) {
            is_debit |= prefix == "-";
            number = rest.trim_start();
        }
    }
    number = number.strip_suffix(",-").unwrap_or(number);
    if let Some(rest) = number.strip_suffix('-') {
        is_debit = true;
        number = rest.trim_end();
    }
    let direction = if is_debit {
        Direction::Debit
    } else {
        Direction::Credit
    };
    whole(number).map(|amount| (direction, amount))
}

/// The number and the word after it.
fn split_word(text: &str) -> (&str, Option<&str>) {
    let start = text
        .trim_end_matches(|c: char| c.is_ascii_alphabetic())
        .len();
    let (number, word) = text.split_at(start);
    if number.is_empty() || word.is_empty() {
        (text, None)
    } else {
        (number, Some(word))
    }
}

/// Digits in groups of three with points, commas or blanks between them, and sen of nothing after.
fn whole(number: &str) -> Option<Rupiah> {
    let last = number.rfind(['.', ',']);
    let (whole, sen) = match last {
        // Three digits after the last mark are a group, one or two are sen.
        Some(at) if number.len() - at <= 3 => (&number[..at], &number[at + 1..]),
        _ => (number, ""),
    };
    if !sen.bytes().all(|digit| digit == b'0') || (last.is_some() && number.ends_with(['.', ','])) {
        return None;
    }
    let mut marks = whole.chars().filter(|c| !c.is_ascii_digit());
    let mark = marks.next();
    if marks.any(|other| Some(other) != mark) {
        return None;
    }
    if mark.is_some_and(|mark| !matches!(mark, '.' | ',' | ' ')) {
        return None;
    }
    // The mark of the groups is never that of the sen.
    let sen_mark = last
        .filter(|at| *at == whole.len())
        .and_then(|at| number[at..].chars().next());
    if mark.is_some() && mark == sen_mark {
        return None;
    }
    let groups: Vec<&str> = whole.split(['.', ',', ' ']).collect();
    let (first, others) = groups.split_first()?;
    let is_grouped = others.iter().all(|group| group.len() == 3);
    if first.is_empty() || !is_grouped || (!others.is_empty() && first.len() > 3) {
        return None;
    }
    let amount: i64 = groups.concat().parse().ok()?;
    (amount <= Rupiah::MAX_MOVED).then_some(Rupiah::new(amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_banks_write_them() {
        use Direction::{Credit, Debit};
        for (text, direction, amount) in [
            ("150231", Credit, 150_231),
            ("150.231", Credit, 150_231),
            ("150,231", Credit, 150_231),
            ("150,231.00", Credit, 150_231),
            ("150.231,00", Credit, 150_231),
            ("Rp 150.231,00", Credit, 150_231),
            ("Rp150.231", Credit, 150_231),
            ("Rp. 150.231,-", Credit, 150_231),
            ("IDR 1,150,231.00", Credit, 1_150_231),
            ("150231.00 CR", Credit, 150_231),
            ("150231.0", Credit, 150_231),
            ("+150.231", Credit, 150_231),
            ("150,231.00 DB", Debit, 150_231),
            ("150.231DB", Debit, 150_231),
            ("-150.231", Debit, 150_231),
            ("Rp -150.231", Debit, 150_231),
            ("-Rp150.231", Debit, 150_231),
            ("150.231-", Debit, 150_231),
            ("(150.231,00)", Debit, 150_231),
            ("0", Credit, 0),
        ] {
            let expected = Some((direction, Rupiah::new(amount)));
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_amount_is_not_guessed_at() {
        for text in [
            "",
            "-",
            "Rp",
            "abc",
            "150.231,50",
            "150.23.1",
            "1.50.231",
            "150,231,00",
            "150.231 XX",
            "1500.231",
            "12e3",
            "150.",
            "99999999999999999999",
            ".500",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

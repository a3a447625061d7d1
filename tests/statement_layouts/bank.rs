//! Banks that do not exist: a ledger written as a table, in one of very many layouts.

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;

use crate::ledger::{Entry, State, TEXTS, days};
use crate::names::{
    AMOUNT_NAMES, BALANCE_NAMES, DATE_NAMES, DELIMITERS, MARKS, PAIRS, STATUS_NAMES, STATUSES,
    TEXT_NAMES, WORD_NAMES, WORDS, ZEROS,
};

/// How the direction is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Money {
    /// Two columns, by the names with this number, and what stands in the empty one.
    Pair { names: usize, zero: usize },
    /// A column with one of these words for each side, under one of these names.
    Words { words: usize, name: usize },
    /// Marks beside the amount.
    Marks(usize),
    /// Nothing but the balance.
    Balance,
    /// Nothing, for all of it came in.
    Bare,
    /// Nothing but the status.
    Merchant,
}

/// A layout.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) money: Money,
    pub(crate) has_balance: bool,
    pub(crate) status: Option<usize>,
    date_name: usize,
    date_style: usize,
    text_name: usize,
    amount_name: usize,
    number_style: usize,
    delimiter: usize,
    encoding: usize,
    end_of_line: usize,
    preface: usize,
    footer: bool,
    repeats_header: bool,
    newest_first: bool,
    extras: Vec<usize>,
    order: u64,
}

const NOISES: usize = 8;

pub(crate) fn layout() -> impl Strategy<Value = Layout> {
    let money = prop_oneof![
        4 => (0..PAIRS.len(), 0..ZEROS.len()).prop_map(|(names, zero)| Money::Pair { names, zero }),
        4 => (0..WORDS.len(), 0..WORD_NAMES.len())
            .prop_map(|(words, name)| Money::Words { words, name }),
        3 => (0..MARKS.len()).prop_map(Money::Marks),
        1 => Just(Money::Balance),
        1 => Just(Money::Bare),
        1 => Just(Money::Merchant),
    ];
    let status = proptest::option::weighted(0.4, 0..STATUSES.len() * STATUS_NAMES.len());
    let names = (
        0..DATE_NAMES.len(),
        0..12_usize,
        0..TEXT_NAMES.len(),
        0..AMOUNT_NAMES.len(),
        0..7_usize,
    );
    let file = (0..DELIMITERS.len(), 0..6_usize, 0..3_usize, 0..4_usize);
    let lines = (any::<bool>(), any::<bool>(), any::<bool>(), any::<u64>());
    let extras = proptest::collection::vec(0..NOISES, 0..4);
    (money, any::<bool>(), status, names, file, lines, extras).prop_map(
        |(money, has_balance, status, names, file, lines, mut extras)| {
            extras.sort_unstable();
            extras.dedup();
            let (date_name, date_style, text_name, amount_name, number_style) = names;
            let (delimiter, encoding, end_of_line, preface) = file;
            let (footer, repeats_header, newest_first, order) = lines;
            let is_bare = matches!(money, Money::Bare | Money::Merchant);
            Layout {
                money,
                has_balance: (has_balance || money == Money::Balance) && !is_bare,
                status: match money {
                    Money::Merchant => Some(status.unwrap_or(0)),
                    Money::Bare => None,
                    _ => status,
                },
                date_name,
                date_style,
                text_name,
                amount_name,
                number_style,
                delimiter,
                encoding,
                end_of_line,
                preface,
                footer,
                repeats_header,
                newest_first,
                extras,
                order,
            }
        },
    )
}

/// A written statement.
pub(crate) struct Paper {
    pub(crate) bytes: Vec<u8>,
    /// The line that each entry stands on, none when it is not in the statement.
    pub(crate) numbers: Vec<Option<u64>>,
}

impl Layout {
    /// Whether an entry can stand in such a statement at all.
    fn has(&self, entry: &Entry) -> bool {
        let is_income = entry.is_income || !matches!(self.money, Money::Bare | Money::Merchant);
        is_income && (self.status.is_some() || entry.state == State::Settled)
    }

    /// Whether hardly anything tells the directions: the balance alone, or single letters, signs and empty places
    /// that mean something only beside those of the other side.
    pub(crate) fn tells_little(&self, entries: &[Entry]) -> bool {
        let written = || entries.iter().filter(|entry| self.has(entry));
        let is_one_sided =
            written().all(|entry| entry.is_income) || written().all(|entry| !entry.is_income);
        match self.money {
            Money::Balance => true,
            Money::Words { words, .. } => is_one_sided && WORDS[words].0.len() == 1,
            Money::Marks(marks) => is_one_sided && matches!(marks, 0 | 3 | 6 | 7 | 8),
            Money::Pair { .. } | Money::Bare | Money::Merchant => false,
        }
    }

    /// Writes a ledger.
    pub(crate) fn write(&self, entries: &[Entry]) -> Paper {
        let dates = days(entries);
        let mut balance = 5_000_000_000_i64;
        let mut rows: Vec<(usize, Vec<(String, String)>)> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            if !self.has(entry) {
                continue;
            }
            if entry.state == State::Settled {
                balance += if entry.is_income {
                    entry.amount
                } else {
                    -entry.amount
                };
            }
            rows.push((index, self.row(rows.len(), entry, dates[index], balance)));
        }
        if self.newest_first {
            rows.reverse();
        }
        let names: Vec<String> = match rows.first() {
            Some((_, row)) => row.iter().map(|(name, _)| name.clone()).collect(),
            None => vec![
                "Tanggal".to_owned(),
                "Keterangan".to_owned(),
                "Jumlah".to_owned(),
            ],
        };
        let mut text = self.preface();
        let mut numbers = vec![None; entries.len()];
        let header = self.joined(&names);
        text.push(header.clone());
        for (place, (index, row)) in rows.iter().enumerate() {
            if self.repeats_header && place == 2 {
                text.push(header.clone());
            }
            numbers[*index] = Some(text.len() as u64 + 1);
            let cells: Vec<String> = row.iter().map(|(_, cell)| cell.clone()).collect();
            text.push(self.joined(&cells));
        }
        if self.footer {
            let delimiter = DELIMITERS[self.delimiter];
            text.push(format!("Saldo Awal{delimiter}1000"));
            text.push(format!("Total Kredit{delimiter}5000"));
        }
        Paper {
            bytes: self.encoded(&text),
            numbers,
        }
    }

    fn preface(&self) -> Vec<String> {
        let period = "Periode : 20/11/2026 - 31/03/2027".to_owned();
        match self.preface {
            0 if !self.is_yearless() => Vec::new(),
            1 => vec![
                "Mutasi Rekening".to_owned(),
                "No. rekening : 771200".to_owned(),
                period,
                String::new(),
            ],
            _ => vec![period],
        }
    }

    fn is_yearless(&self) -> bool {
        self.date_style == 9
    }

    fn row(
        &self,
        place: usize,
        entry: &Entry,
        date: NaiveDate,
        balance: i64,
    ) -> Vec<(String, String)> {
        let name = |text: &str| text.to_owned();
        let side = usize::from(!entry.is_income);
        let mut row = vec![
            (
                name(DATE_NAMES[self.date_name]),
                self.date(date, entry.minute),
            ),
            (name(TEXT_NAMES[self.text_name]), name(TEXTS[entry.text])),
        ];
        let amount = self.number(entry.amount);
        let amount_name = name(AMOUNT_NAMES[self.amount_name]);
        match self.money {
            Money::Pair { names, zero } => {
                let zero = name(ZEROS[zero]);
                let (credit, debit) = if entry.is_income {
                    (amount, zero)
                } else {
                    (zero, amount)
                };
                row.push((name(PAIRS[names].0), credit));
                row.push((name(PAIRS[names].1), debit));
            }
            Money::Words { words, name: named } => {
                let word = if entry.is_income {
                    WORDS[words].0
                } else {
                    WORDS[words].1
                };
                // A bank that writes M and K does not call the column D/K.
                let named = if WORDS[words].0 == "M" { 6 } else { named };
                row.push((name(WORD_NAMES[named]), name(word)));
                row.push((amount_name, amount));
            }
            Money::Marks(marks) => {
                let (before, behind) = MARKS[marks][side];
                row.push((amount_name, format!("{before}{amount}{behind}")));
            }
            Money::Balance | Money::Bare | Money::Merchant => row.push((amount_name, amount)),
        }
        if self.has_balance {
            let is_settled = entry.state == State::Settled;
            let cell = if is_settled {
                self.number(balance)
            } else {
                String::new()
            };
            row.push((name(BALANCE_NAMES[place_of(self.order, 3)]), cell));
        }
        if let Some(status) = self.status {
            let (names, words) = (status / STATUSES.len(), &STATUSES[status % STATUSES.len()]);
            row.push((name(STATUS_NAMES[names]), name(words[entry.state as usize])));
        }
        for noise in &self.extras {
            row.push(noise_of(*noise, place, entry));
        }
        shuffled(row, self.order)
    }

    /// A number in the style of the bank.
    fn number(&self, amount: i64) -> String {
        let plain = amount.to_string();
        let grouped = |mark: &str| {
            let mut text = String::new();
            for (index, digit) in plain.chars().enumerate() {
                if index > 0 && (plain.len() - index).is_multiple_of(3) {
                    text.push_str(mark);
                }
                text.push(digit);
            }
            text
        };
        match self.number_style {
            0 => plain,
            1 => format!("{plain}.00"),
            2 => format!("{},00", grouped(".")),
            3 => format!("{}.00", grouped(",")),
            4 => grouped("."),
            5 => format!("{},00", grouped(" ")),
            _ => grouped(","),
        }
    }

    fn date(&self, date: NaiveDate, minute: u32) -> String {
        const MONTHS: [&str; 12] = [
            "Januari",
            "Februari",
            "Maret",
            "April",
            "Mei",
            "Juni",
            "Juli",
            "Agustus",
            "September",
            "Oktober",
            "November",
            "Desember",
        ];
        let month = MONTHS[date.month0() as usize];
        let (hour, rest) = (minute / 60, minute % 60);
        match self.date_style {
            0 => date.format("%d/%m/%Y").to_string(),
            1 => date.format("%Y-%m-%d").to_string(),
            2 => date.format("%d-%b-%Y").to_string(),
            3 => format!("{} {month} {}", date.day(), date.year()),
            4 => date.format("%Y%m%d").to_string(),
            5 => date.format("%d.%m.%y").to_string(),
            6 => format!("{} {hour:02}:{rest:02} WIB", date.format("%d/%m/%Y")),
            7 => format!("{}T{hour:02}:{rest:02}:00+07:00", date.format("%Y-%m-%d")),
            8 => date.format("%b %d, %Y").to_string(),
            9 => date.format("%d/%m").to_string(),
            10 => {
                let start = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
                (date - start).num_days().to_string()
            }
            _ => date.format("%a, %d %b %Y").to_string(),
        }
    }

    fn joined(&self, cells: &[String]) -> String {
        let delimiter = DELIMITERS[self.delimiter];
        let cells = cells.iter().map(|cell| {
            if cell.contains([delimiter, '"']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        });
        cells.collect::<Vec<_>>().join(&delimiter.to_string())
    }

    fn encoded(&self, lines: &[String]) -> Vec<u8> {
        let end = ["\n", "\r\n", "\r"][self.end_of_line];
        let text: String = lines.iter().map(|line| format!("{line}{end}")).collect();
        let wide = |bytes_of: fn(u16) -> [u8; 2]| {
            let marked = format!("\u{feff}{text}");
            marked.encode_utf16().flat_map(bytes_of).collect()
        };
        match self.encoding {
            0 => format!("\u{feff}{text}").into_bytes(),
            1 => wide(u16::to_le_bytes),
            2 => wide(u16::to_be_bytes),
            // Of Windows-1252 the texts have only letters that Latin-1 has as well.
            3 => text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap())
                .collect(),
            _ => text.into_bytes(),
        }
    }
}

/// Columns that say nothing of a direction, and some that look as if they did.
fn noise_of(noise: usize, place: usize, entry: &Entry) -> (String, String) {
    let (name, cell) = match noise {
        0 => ("Cabang", "0000".to_owned()),
        1 => ("No", (place + 1).to_string()),
        2 => ("Referensi", format!("FT26{:06}", place * 7 + 1000)),
        3 => ("Biaya Admin", "2.500".to_owned()),
        4 => ("Mata Uang", "IDR".to_owned()),
        5 => ("Credit Limit", "10.000.000".to_owned()),
        6 => ("No. Rekening", "7712009931".to_owned()),
        _ => ("Nama", ["Arum", "Bayu", "Citra"][entry.text % 3].to_owned()),
    };
    (name.to_owned(), cell)
}

fn place_of(order: u64, most: usize) -> usize {
    usize::try_from(order % most as u64).unwrap()
}

/// The same columns in an order of their own, the same for each row.
fn shuffled(mut row: Vec<(String, String)>, order: u64) -> Vec<(String, String)> {
    let mut left = order;
    for index in (1..row.len()).rev() {
        let other = place_of(left, index + 1);
        row.swap(index, other);
        left = left / 7 + 0x9e37_79b9_7f4a_7c15 % (left | 1);
    }
    row
}

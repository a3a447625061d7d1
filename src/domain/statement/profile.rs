//! What the cells of a column have in common: the evidence for what the column is.

use std::collections::HashMap;

use crate::domain::statement::amount::{self, Mark, NoAmount};
use crate::domain::statement::date;
use crate::domain::statement::names::Name;
use crate::domain::statement::status::{Status, status};
use crate::domain::statement::words::{Direction, DirectionWord, direction};

/// So many different words of a column are remembered.
const MOST_WORDS: usize = 64;
/// Longer cells are texts.
const LONGEST_WORD: usize = 40;

/// What a short cell of letters says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) direction: Option<DirectionWord>,
    pub(super) status: Option<Status>,
    /// How often it stands in the column.
    pub(super) count: u32,
}

impl Word {
    pub(super) fn of(cell: &str) -> Self {
        Self {
            direction: direction(cell),
            status: status(cell),
            count: 0,
        }
    }
}

/// What the cells of a column have in common.
#[derive(Debug, Default)]
pub(super) struct Profile {
    /// Cells in which something stands.
    pub(super) filled: u32,
    /// Cells with letters.
    pub(super) lettered: u32,
    /// Cells that are amounts, or dashes in the place of one.
    pub(super) amounts: u32,
    /// Of them those that are more than nothing, by their marks.
    pub(super) marks: Marks,
    pub(super) dates: u32,
    pub(super) serials: u32,
    pub(super) order: OrderEvidence,
    /// The short cells of letters alone.
    pub(super) words: HashMap<String, Word>,
    /// Cells that are no such words, or one of too many.
    pub(super) other_cells: u32,
    /// Of them those that are a number below one hundred, and which numbers these are.
    small_numbers: (u32, u128),
    is_money: bool,
    is_date: bool,
    last_date: LastDate,
}

/// The cell of a date that was looked at last: lines of one day stand together.
#[derive(Debug, Default)]
struct LastDate {
    cell: String,
    is_date: bool,
    is_serial: bool,
    triple: Option<(u32, u32, Option<u32>)>,
}

impl LastDate {
    fn look_at(&mut self, cell: &str) {
        if self.cell != cell {
            self.is_date = date::parse(cell, date::Order::Unclear).is_some();
            self.is_serial = date::serial(cell).is_some();
            self.triple = date::triple(cell);
            cell.clone_into(&mut self.cell);
        }
    }
}

/// How the amounts of a column tell a direction.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Marks {
    pub(super) bare: u32,
    pub(super) plus: u32,
    pub(super) minus: u32,
    pub(super) credit: u32,
    pub(super) debit: u32,
    letters: u32,
    letter_d: u32,
}

impl Marks {
    fn add(&mut self, mark: Mark) {
        match mark {
            Mark::Nothing => self.bare += 1,
            Mark::Plus => self.plus += 1,
            Mark::Minus => self.minus += 1,
            Mark::Word(Direction::In) => self.credit += 1,
            Mark::Word(Direction::Out) => self.debit += 1,
            Mark::Letter(letter) => {
                self.letters += 1;
                self.letter_d += u32::from(letter == b'd');
            }
        }
    }

    /// Whether any cell has one.
    pub(super) const fn are_there(&self) -> bool {
        self.plus + self.minus + self.credit + self.debit + self.letters > 0
    }

    /// What an amount says. Signs beside words in one column are two ways that may say two things: of
    /// them only what went out counts. An amount without a mark is of the other side where all marks are of
    /// money that went out.
    pub(super) const fn tell(&self, mark: Mark) -> Option<Direction> {
        let words = self.credit + self.debit + self.letters;
        let is_mixed = self.plus + self.minus > 0 && words > 0;
        match mark {
            Mark::Minus | Mark::Word(Direction::Out) | Mark::Letter(b'd') => Some(Direction::Out),
            _ if is_mixed => None,
            Mark::Plus | Mark::Word(Direction::In) | Mark::Letter(b'c') => Some(Direction::In),
            Mark::Letter(b'k') if self.letter_d > 0 => Some(Direction::In),
            Mark::Letter(_) => None,
            Mark::Nothing if self.plus + self.credit > 0 => None,
            Mark::Nothing if self.letters > self.letter_d => None,
            Mark::Nothing if self.minus + self.debit + self.letter_d > 0 => Some(Direction::In),
            Mark::Nothing => None,
        }
    }
}

/// What tells in which order dates of three numbers have their parts.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct OrderEvidence {
    pub(super) first_is_no_month: u32,
    pub(super) second_is_no_month: u32,
    firsts: u32,
    seconds: u32,
    thirds: u128,
}

impl OrderEvidence {
    fn add(&mut self, (first, second, third): (u32, u32, Option<u32>)) {
        self.first_is_no_month += u32::from(first > 12);
        self.second_is_no_month += u32::from(second > 12);
        self.firsts |= 1_u32.checked_shl(first).unwrap_or(0);
        self.seconds |= 1_u32.checked_shl(second).unwrap_or(0);
        self.thirds |= third
            .and_then(|third| 1_u128.checked_shl(third))
            .unwrap_or(0);
    }

    /// Days change faster than months and years. A column whose first numbers stay while others change looks
    /// as if it had the day elsewhere.
    pub(super) const fn looks_turned(&self) -> bool {
        let seconds_change = self.first_is_no_month == 0 && self.seconds.count_ones() >= 3;
        self.firsts.count_ones() == 1 && (seconds_change || self.thirds.count_ones() >= 3)
    }
}

impl Profile {
    /// The profile of a column without cells yet.
    pub(super) fn of(name: &Name, is_money: bool) -> Self {
        Self {
            is_money,
            is_date: name.is_date(),
            ..Self::default()
        }
    }

    /// Looks for dates in it, though its name does not speak of them.
    pub(super) const fn expect_dates(&mut self) {
        self.is_date = true;
    }

    /// Takes a cell in.
    pub(super) fn add(&mut self, cell: &str) {
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        if self.is_money {
            match amount::parse(cell) {
                Ok(amount) => {
                    self.amounts += 1;
                    if amount.sen > 0 {
                        self.marks.add(amount.mark);
                    }
                }
                Err(NoAmount::Empty) => self.amounts += 1,
                Err(NoAmount::Currency | NoAmount::Unreadable) => {}
            }
        }
        if self.is_date {
            self.last_date.look_at(cell);
            self.dates += u32::from(self.last_date.is_date);
            self.serials += u32::from(self.last_date.is_serial);
            if let Some(triple) = self.last_date.triple {
                self.order.add(triple);
            }
        }
        self.add_word(cell);
    }

    fn add_word(&mut self, cell: &str) {
        if cell.len() > LONGEST_WORD {
            self.other_cells += 1;
            self.lettered += 1;
            return;
        }
        let (mut has_letters, mut has_digits) = (false, false);
        for byte in cell.bytes() {
            has_digits |= byte.is_ascii_digit();
            has_letters |= byte.is_ascii_alphabetic() || byte >= 0x80;
        }
        self.lettered += u32::from(has_letters);
        if has_digits {
            self.other_cells += 1;
            if let (1..=2, Ok(number)) = (cell.len(), cell.parse::<u32>()) {
                self.small_numbers.0 += 1;
                self.small_numbers.1 |= 1 << number;
            }
        } else if let Some(known) = self.words.get_mut(cell) {
            known.count += 1;
        } else if self.words.len() < MOST_WORDS {
            let word = Word {
                count: 1,
                ..Word::of(cell)
            };
            self.words.insert(cell.to_owned(), word);
        } else {
            self.other_cells += 1;
        }
    }

    /// What a cell of this column says.
    pub(super) fn word(&self, cell: &str) -> Word {
        let known = self.words.get(cell).copied();
        known.unwrap_or_else(|| {
            if cell.len() > LONGEST_WORD {
                return Word {
                    direction: None,
                    status: None,
                    count: 0,
                };
            }
            Word::of(cell)
        })
    }

    /// How many cells say what `is` asks for.
    pub(super) fn count(&self, is: impl Fn(&Word) -> bool) -> u32 {
        let words = self.words.values().filter(|word| is(word));
        words.map(|word| word.count).sum()
    }

    /// Whether nearly all cells are amounts.
    pub(super) const fn is_of_amounts(&self) -> bool {
        self.amounts * 2 >= self.filled && self.amounts > 0
    }

    /// Whether it has a few words that repeat: a code, and no text.
    pub(super) fn is_of_few_words(&self) -> bool {
        let different = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.filled >= 2
            && self.other_cells == 0
            && self.lettered > 0
            && different <= 8
            && different < self.filled
            && self
                .words
                .keys()
                .all(|word| word.split_whitespace().count() <= 3)
    }

    /// Whether it has a few small numbers that repeat, or noughts and ones: a code, and no count of lines.
    pub(super) const fn is_of_few_numbers(&self) -> bool {
        let (cells, numbers) = self.small_numbers;
        let different = numbers.count_ones();
        let is_of_flags = numbers == 0b01 || numbers == 0b11;
        cells > 0
            && cells == self.filled
            && (is_of_flags || 1 < different && different <= 8 && different < cells)
    }

    /// Whether nothing but dashes stands in it.
    pub(super) fn is_of_dashes(&self) -> bool {
        let is_dash = |word: &String| word.chars().all(|c| matches!(c, '-' | '\u{2013}' | ' '));
        self.filled > 0 && self.other_cells == 0 && self.words.keys().all(is_dash)
    }

    /// Whether it is a code rather than a text: short, of one word, and repeated.
    pub(super) fn is_of_codes(&self) -> bool {
        self.is_of_few_words()
            && self
                .words
                .keys()
                .all(|word| word.len() <= 6 && !word.contains(' '))
    }
}

//! One line: whether it is a payment, whether it is settled, how much it is, and what says in which direction.
//!
//! A pure decision. The balance is the only evidence that needs the lines around; [`balance`](super::balance)
//! weighs it afterwards.

use std::cell::RefCell;

use chrono::NaiveDate;

use crate::domain::money::Rupiah;
use crate::domain::statement::LineProblem;
use crate::domain::statement::amount::{self, Amount, Mark, NoAmount};
use crate::domain::statement::date::{self, Moment, Written};
use crate::domain::statement::header::Header;
use crate::domain::statement::layout::{Layout, is_rupiah};
use crate::domain::statement::line::Unsettled;
use crate::domain::statement::money::Money;
use crate::domain::statement::period::Period;
use crate::domain::statement::profile::Profile;
use crate::domain::statement::reading::Basis;
use crate::domain::statement::records::Record;
use crate::domain::statement::signals::{StatusUse, Told};
use crate::domain::statement::status::{Status, status};
use crate::domain::statement::totals;
use crate::domain::statement::words::{
    Direction, DirectionWord, List, direction, speaks_of_outgoing, speaks_of_sending, words,
};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// Money moved.
    Moved(Moved),
    /// No money moved, or only a balance is told, in sen.
    Balance(Option<i128>),
    /// A total of the bank, or the names of the columns again; it may tell a balance.
    Total(Option<i128>),
    Unsettled(Unsettled),
}

/// A line by which money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) date: NaiveDate,
    /// The time, in seconds of the day.
    pub(super) seconds: Option<u32>,
    pub(super) amount: Rupiah,
    /// What the line itself says.
    pub(super) told: Option<Direction>,
    /// The balance after it, in sen.
    pub(super) balance: Option<i128>,
}

/// What is needed to read the lines of a table.
pub(super) struct Lines<'a> {
    pub(super) header: &'a Header,
    pub(super) layout: &'a Layout,
    pub(super) profiles: &'a [Profile],
    pub(super) period: Option<Period>,
    /// The cell of a date that was read last, and what it says.
    pub(super) last_date: RefCell<(String, Option<Moment>)>,
}

impl Lines<'_> {
    /// Reads a line.
    ///
    /// # Errors
    /// What is not understood of it.
    pub(super) fn read(&self, record: &Record) -> Result<Read, LineProblem> {
        let layout = self.layout;
        let cell = record.cell(layout.date);
        let Some(moment) = self.moment(cell) else {
            return self.without_date(record, cell);
        };
        if (layout.width..record.len()).any(|index| !record.cell(index).is_empty()) {
            return Err(LineProblem::TooManyCells);
        }
        if totals::is_balance(record.cell(layout.description)) {
            return Ok(Read::Total(self.balance(record)));
        }
        if let Some(kind) = self.unsettled(record)? {
            return Ok(Read::Unsettled(kind));
        }
        let date = self.day(moment.date)?;
        self.is_whole(record)?;
        self.check_currency(record)?;
        let told = self.money(record)?;
        let Some((amount, told)) = told else {
            return Ok(Read::Balance(self.balance(record)));
        };
        if self.is_given_back(record)? {
            return Ok(Read::Unsettled(Unsettled::Refunded));
        }
        let told = self.direction(record, told)?;
        Ok(Read::Moved(Moved {
            date,
            seconds: moment.seconds,
            amount,
            told,
            balance: self.balance(record),
        }))
    }

    /// The date of a cell. Lines of one day stand together: a cell like the one before is not read again.
    fn moment(&self, cell: &str) -> Option<Moment> {
        let mut last = self.last_date.borrow_mut();
        if last.0 != cell {
            last.1 = date::parse(cell, self.layout.order);
            cell.clone_into(&mut last.0);
        }
        last.1
    }

    /// A line without a date that is read is no payment that can be recorded.
    fn without_date(&self, record: &Record, cell: &str) -> Result<Read, LineProblem> {
        if self.header.is_again(record) {
            return Ok(Read::Total(None));
        }
        if totals::is_total(record, self.layout.description) {
            return Ok(Read::Total(self.balance(record)));
        }
        let money = self.layout.money.columns();
        let is_continued = cell.is_empty()
            && money
                .iter()
                .all(|(_, index)| record.cell(*index).is_empty());
        if is_continued {
            return Ok(Read::Total(None));
        }
        if let Some(Status::Not(kind)) = status(cell) {
            return Ok(Read::Unsettled(kind));
        }
        if let Ok(Some(kind)) = self.unsettled(record) {
            return Ok(Read::Unsettled(kind));
        }
        Err(LineProblem::Date)
    }

    fn day(&self, written: Written) -> Result<NaiveDate, LineProblem> {
        match written {
            Written::Day(date) => Ok(date),
            Written::Ambiguous => Err(LineProblem::AmbiguousDate),
            Written::NoYear { month, day } => {
                let period = self.period.ok_or(LineProblem::Year)?;
                period.day(month, day).ok_or(LineProblem::Year)
            }
        }
    }

    /// Whether the line reaches all columns that are needed.
    fn is_whole(&self, record: &Record) -> Result<(), LineProblem> {
        let layout = self.layout;
        let money = layout.money.columns();
        let sure = layout.directions.iter().filter(|column| column.is_sure);
        let named = layout
            .statuses
            .iter()
            .filter(|column| column.used == StatusUse::Named);
        let needed = [layout.date, layout.description]
            .into_iter()
            .chain(money.iter().map(|(_, index)| *index))
            .chain(sure.map(|column| column.index))
            .chain(named.map(|column| column.index))
            .chain(layout.currencies.iter().copied());
        let last = needed.max().unwrap_or(0);
        if last < record.len() {
            Ok(())
        } else {
            Err(LineProblem::TooShort)
        }
    }

    /// Why the payment is not settled; none when it is, or when there is no word of a status.
    fn unsettled(&self, record: &Record) -> Result<Option<Unsettled>, LineProblem> {
        let mut problem = None;
        for (index, kind) in &self.layout.flags {
            match yes_or_no(record.cell(*index)) {
                Some(true) => return Ok(Some(*kind)),
                Some(false) => {}
                None => problem = Some(LineProblem::Status),
            }
        }
        for column in &self.layout.statuses {
            let cell = record.cell(column.index);
            let is_empty = cell.chars().all(|c| matches!(c, '-' | '\u{2013}' | ' '));
            let word = self.profiles[column.index].word(cell);
            match word.status {
                Some(Status::Not(kind)) if !is_empty => return Ok(Some(kind)),
                Some(Status::Settled) => {}
                _ if column.used == StatusUse::Watched => {}
                _ if column.used == StatusUse::Seen && is_empty => {}
                _ => problem = Some(LineProblem::Status),
            }
        }
        problem.map_or(Ok(None), Err)
    }

    fn check_currency(&self, record: &Record) -> Result<(), LineProblem> {
        let mut currencies = self.layout.currencies.iter();
        if currencies.all(|index| is_rupiah(record.cell(*index))) {
            Ok(())
        } else {
            Err(LineProblem::Currency)
        }
    }

    /// Whether something of the payment was given back.
    fn is_given_back(&self, record: &Record) -> Result<bool, LineProblem> {
        for index in &self.layout.refunds {
            match amount::parse(record.cell(*index)) {
                Ok(amount) if amount.sen > 0 => return Ok(true),
                Ok(_) | Err(NoAmount::Empty) => {}
                Err(_) => return Err(LineProblem::Amount),
            }
        }
        Ok(false)
    }

    /// The amount and what its column says of the direction; none when no money moved.
    fn money(&self, record: &Record) -> Result<Option<(Rupiah, Evidence)>, LineProblem> {
        let read = |index: usize| match amount::parse(record.cell(index)) {
            Ok(amount) if amount.sen > 0 => Ok(Some(amount)),
            Ok(_) | Err(NoAmount::Empty) => Ok(None),
            Err(NoAmount::Currency) => Err(LineProblem::Currency),
            Err(NoAmount::Unreadable) => Err(LineProblem::Amount),
        };
        let found = match self.layout.money {
            Money::Pair { credit, debit } => match (read(credit)?, read(debit)?) {
                (Some(_), Some(_)) => return Err(LineProblem::Contradiction),
                (Some(amount), None) => Some((amount, credited(amount)?)),
                (None, Some(amount)) => Some((amount, debited(amount)?)),
                (None, None) => None,
            },
            Money::Credit(index) => match read(index)? {
                Some(amount) => Some((amount, credited(amount)?)),
                None => None,
            },
            Money::Debit(index) => match read(index)? {
                Some(amount) => Some((amount, debited(amount)?)),
                None => None,
            },
            Money::Amount(index) => {
                let amount = read(index)?;
                let is_empty = || amount::parse(record.cell(index)) == Err(NoAmount::Empty);
                if amount.is_none() && is_empty() {
                    return Err(LineProblem::Amount);
                }
                amount.map(|amount| (amount, self.marked(amount.mark)))
            }
        };
        let Some((amount, evidence)) = found else {
            return Ok(None);
        };
        let rupiah = amount.rupiah().ok_or(LineProblem::Amount)?;
        Ok(Some((rupiah, evidence)))
    }

    fn marked(&self, mark: Mark) -> Evidence {
        Evidence {
            direction: self.layout.marks.tell(mark),
            // Nothing beside an amount says something only where others have a mark.
            is_weak: mark == Mark::Nothing,
        }
    }

    /// What everything of the line says of its direction; none when nothing does.
    fn direction(
        &self,
        record: &Record,
        amount: Evidence,
    ) -> Result<Option<Direction>, LineProblem> {
        let is_said = self.layout.basis == Basis::AllIncoming;
        let mut told = amount.direction.filter(|_| !amount.is_weak);
        for column in &self.layout.directions {
            let cell = record.cell(column.index);
            let word = self.profiles[column.index].word(cell);
            match column.tell(cell, word) {
                Told::Direction(direction) if told.is_some_and(|told| told != direction) => {
                    return Err(LineProblem::Contradiction);
                }
                Told::Direction(direction) => told = Some(direction),
                Told::Unknown if column.is_sure && !is_said => {
                    return Err(LineProblem::Direction);
                }
                Told::Unknown | Told::Nothing => {}
            }
        }
        if told.is_some() {
            return Ok(told);
        }
        // Where a column tells the directions, no sign beside an amount tells none.
        let is_told_elsewhere = self.layout.directions.iter().any(|column| column.is_sure);
        match self.layout.basis {
            Basis::Evidence if is_told_elsewhere => Ok(None),
            Basis::Evidence => Ok(amount.direction),
            Basis::AllIncoming => Ok(Some(Direction::In)),
            Basis::BareList | Basis::MerchantReport => self.assumed(record).map(Some),
        }
    }

    /// A list or report of what came in: a line that speaks of something else is not understood.
    fn assumed(&self, record: &Record) -> Result<Direction, LineProblem> {
        let layout = self.layout;
        let mut texts = layout.texts.iter().chain([&layout.description]);
        let is_out = |text: &str| speaks_of_outgoing(text) || speaks_of_sending(text);
        if texts.any(|index| is_out(record.cell(*index))) {
            return Err(LineProblem::Direction);
        }
        let is_sale = |cell: &str| {
            let clear = Some(DirectionWord::Clear(Direction::In));
            direction(cell) == clear || is_of_a_sale(cell, layout.is_of_a_merchant)
        };
        let mut types = layout.types.iter();
        if types.all(|index| record.cell(*index).is_empty() || is_sale(record.cell(*index))) {
            Ok(Direction::In)
        } else {
            Err(LineProblem::Direction)
        }
    }

    /// The balance after a line, in sen.
    fn balance(&self, record: &Record) -> Option<i128> {
        let cell = record.get(self.layout.balance?)?;
        let balance = amount::parse(cell).ok()?;
        Some(match balance.mark {
            Mark::Minus | Mark::Word(Direction::Out) | Mark::Letter(b'd') => -balance.sen,
            _ => balance.sen,
        })
    }
}

/// What the column of an amount says.
#[derive(Debug, Clone, Copy)]
struct Evidence {
    direction: Option<Direction>,
    is_weak: bool,
}

/// An amount in the column of what came in: a minus there is money that went out again.
const fn credited(amount: Amount) -> Result<Evidence, LineProblem> {
    let direction = match amount.mark {
        Mark::Nothing
        | Mark::Plus
        | Mark::Word(Direction::In)
        | Mark::Letter(b'k' | b'c' | b'h') => Direction::In,
        Mark::Minus => Direction::Out,
        Mark::Word(Direction::Out) | Mark::Letter(_) => return Err(LineProblem::Contradiction),
    };
    Ok(Evidence {
        direction: Some(direction),
        is_weak: false,
    })
}

/// An amount in the column of what went out: whatever its sign is, it is no money that came in.
const fn debited(amount: Amount) -> Result<Evidence, LineProblem> {
    match amount.mark {
        Mark::Word(Direction::In) => Err(LineProblem::Contradiction),
        _ => Ok(Evidence {
            direction: Some(Direction::Out),
            is_weak: false,
        }),
    }
}

/// What stands in a column of yes and no; nothing is no.
fn yes_or_no(cell: &str) -> Option<bool> {
    const YES: List = List("yes y ya true t 1 ja x");
    const NO: List = List("no n tidak tdk false f 0 nein none null nil");
    let words = words(&cell.to_lowercase());
    match words.as_slice() {
        [] if cell.chars().all(|c| matches!(c, '-' | '\u{2013}' | ' ')) => Some(false),
        [word] if NO.has(word) => Some(false),
        [word] if YES.has(word) => Some(true),
        _ => None,
    }
}

/// Whether a kind of lines is one of people who pay; in the report of a payment service a payment is one.
fn is_of_a_sale(cell: &str, is_of_a_merchant: bool) -> bool {
    const SALES: List = List("sale sales penjualan jual verkauf order");
    const PAYMENTS: List = List(
        "payment payments pembayaran qris charge transaksi transaction purchase pembelian bayar mpm cpm \
         virtual account va gopay ovo dana shopeepay linkaja ewallet wallet e bank transfer bca bni bri \
         mandiri permata cimb niaga bsi alfamart indomaret echannel cstore",
    );
    let words = words(&cell.to_lowercase());
    let is_known = |word: &String| {
        let word = word.as_str();
        SALES.has(word) || is_of_a_merchant && PAYMENTS.has(word)
    };
    !words.is_empty() && words.iter().all(is_known)
}

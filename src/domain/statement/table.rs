//! A table of text becomes a statement: twice over its lines, first to see what its columns are, then to read.

use std::cell::RefCell;
use std::sync::Arc;

use crate::domain::statement::amount::is_currency;
use crate::domain::statement::date;
use crate::domain::statement::drafts::{Drafts, account_of};
use crate::domain::statement::evidence::Lines;
use crate::domain::statement::header::Header;
use crate::domain::statement::layout::{Layout, is_rupiah};
use crate::domain::statement::names::Name;
use crate::domain::statement::options::Columns;
use crate::domain::statement::period::Period;
use crate::domain::statement::profile::Profile;
use crate::domain::statement::records::Records;
use crate::domain::statement::totals;
use crate::domain::statement::words::{List, Side, is_titled_outgoing, words};
use crate::domain::statement::{Basis, Statement, StatementError};

/// Reads a table of text.
///
/// # Errors
/// [`StatementError`] when it is not understood as a whole.
pub(super) fn read(text: &str, columns: &Columns) -> Result<Statement, StatementError> {
    read_as(text, columns, |_| {})
}

/// Reads a table of text with a fault, for the test that has to notice it.
///
/// # Errors
/// As [`read`].
#[cfg(feature = "broken-variants")]
pub(super) fn read_with_fault(
    text: &str,
    columns: &Columns,
    fault: super::Fault,
) -> Result<Statement, StatementError> {
    use super::Fault;
    use crate::domain::statement::money::Money;
    read_as(text, columns, |layout| match (fault, layout.money) {
        (Fault::IncomeByDefault, _) => layout.basis = Basis::AllIncoming,
        (Fault::StatusPassedOver, _) => layout.statuses.clear(),
        (Fault::SidesTurnedRound, Money::Pair { credit, debit }) => {
            layout.money = Money::Pair {
                credit: debit,
                debit: credit,
            };
        }
        (Fault::SidesTurnedRound, _) => {}
        (Fault::WordsPassedOver, _) => {
            layout.directions.clear();
            layout.basis = Basis::AllIncoming;
        }
    })
}

fn read_as(
    text: &str,
    columns: &Columns,
    spoil: impl FnOnce(&mut Layout),
) -> Result<Statement, StatementError> {
    let header = Header::find(text, columns)?;
    let records = Records::split(text, header.delimiter, None)?;
    let preface = records.text_before(header.end.saturating_sub(1));
    check_currency(preface)?;
    let period = Period::find(preface);
    let profiles = profiles(&header, &records, columns);
    let order = period.map(|(_, order)| order);
    let mut layout = Layout::decide(&header, &profiles, columns, order)?;
    let is_assumed = matches!(layout.basis, Basis::BareList | Basis::MerchantReport);
    if is_assumed && is_titled_outgoing(preface) {
        return Err(StatementError::NoDirection {
            seen: header.seen(),
        });
    }
    spoil(&mut layout);
    let lines = Lines {
        header: &header,
        layout: &layout,
        profiles: &profiles,
        period: period.map(|(period, _)| period),
        last_date: RefCell::default(),
    };
    let mut drafts = Drafts::new(layout.reading(&header), account(preface));
    records.each(header.end, |number, record| {
        match record.and_then(|record| Ok((record, lines.read(record)?))) {
            Ok((record, read)) => drafts.take(number, record, read, &layout),
            Err(problem) => drafts.note(number, problem),
        }
        true
    });
    drafts.finish(&header)
}

/// What the cells of each column have in common. Totals and names that are repeated are not of the table.
fn profiles(header: &Header, records: &Records<'_>, columns: &Columns) -> Vec<Profile> {
    let given = [&columns.amount, &columns.credit, &columns.debit];
    let is_given = |name: &Name| {
        let mut given = given.iter().filter_map(|given| given.as_deref());
        given.any(|given| Name::of(given).text == name.text)
    };
    let is_money = |name: &Name| {
        let may_be =
            name.may_be_money() && (name.amount_rank().is_some() || name.side() != Side::Neither);
        may_be || name.is_balance() || name.is_refund() || is_given(name)
    };
    let names = header.names.iter();
    let mut profiles: Vec<Profile> = names
        .map(|name| Profile::of(name, is_money(name)))
        .collect();
    let is_date = |name: &Name| {
        name.is_date()
            || columns
                .date
                .as_ref()
                .is_some_and(|given| Name::of(given).text == name.text)
    };
    let names = header.names.iter().enumerate();
    let dates: Vec<usize> = names
        .filter(|(_, name)| is_date(name))
        .map(|(index, _)| index)
        .collect();
    for index in &dates {
        profiles[*index].expect_dates();
    }
    records.each(header.end, |_, read| {
        let Ok(record) = read else { return true };
        let is_dated = || {
            let mut cells = dates.iter().map(|index| record.cell(*index));
            cells.any(|cell| date::parse(cell, date::Order::Unclear).is_some())
        };
        let is_of_the_bank =
            header.is_again(record) || totals::is_total(record, usize::MAX) && !is_dated();
        if !is_of_the_bank {
            for (index, profile) in profiles.iter_mut().enumerate() {
                profile.add(record.cell(index));
            }
        }
        true
    });
    profiles
}

/// The lines above the table may say that the account is kept in another currency.
fn check_currency(preface: &str) -> Result<(), StatementError> {
    const LABELS: List = List("currency uang ccy valuta waehrung währung rekening account valas");
    for line in preface.lines() {
        let words = words(&line.to_lowercase());
        let is_labelled = words.iter().take(5).any(|word| LABELS.has(word));
        let foreign = words
            .iter()
            .find(|word| word.len() == 3 && is_currency(word));
        if let Some(currency) = foreign
            && is_labelled
            && !words.iter().any(|word| is_rupiah(word))
        {
            return Err(StatementError::Currency(currency.to_uppercase()));
        }
    }
    Ok(())
}

/// The account that the lines above the table name.
fn account(preface: &str) -> Option<Arc<str>> {
    const LABELS: List = List("rekening rek account konto iban akaun norek");
    let line = preface.lines().find(|line| {
        let words = words(&line.to_lowercase());
        let is_labelled = words.iter().take(3).any(|word| LABELS.has(word));
        is_labelled && line.bytes().filter(u8::is_ascii_digit).count() >= 6
    })?;
    // The number is what has the most digits; a currency or a name may follow.
    let pieces = line.split([':', ',', ';', '\t', '|', '/', '"', '(']);
    let number = pieces.max_by_key(|piece| piece.bytes().filter(u8::is_ascii_digit).count())?;
    account_of(number)
}

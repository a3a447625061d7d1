//! Lines of a table that are no payments: the bank's own totals and balances.

use crate::domain::statement::records::Record;
use crate::domain::statement::words::words;

/// How the totals and balances of banks begin.
const LABELS: &[&[&str]] = &[
    &["saldo"],
    &["mutasi", "kredit"],
    &["mutasi", "debet"],
    &["mutasi", "debit"],
    &["total"],
    &["subtotal"],
    &["sub", "total"],
    &["grand", "total"],
    &["jumlah"],
    &["opening"],
    &["closing"],
    &["beginning", "balance"],
    &["ending", "balance"],
    &["starting", "balance"],
    &["balance"],
    &["brought", "forward"],
    &["carried", "forward"],
    &["anfangssaldo"],
    &["endsaldo"],
    &["summe"],
    &["kontostand"],
    &["alter", "kontostand"],
    &["neuer", "kontostand"],
    &["baki"],
    &["halaman"],
    &["page"],
    &["ledger", "balance"],
    &["available", "balance"],
];

/// What a balance is called on a line that has a date.
const BALANCES: &[&[&str]] = &[
    &["saldo", "awal"],
    &["saldo", "akhir"],
    &["saldo", "lalu"],
    &["saldo", "sebelumnya"],
    &["saldo", "pindahan"],
    &["saldo", "penutupan"],
    &["saldo", "pembukaan"],
    &["opening", "balance"],
    &["closing", "balance"],
    &["beginning", "balance"],
    &["ending", "balance"],
    &["previous", "balance"],
    &["balance", "brought", "forward"],
    &["balance", "carried", "forward"],
    &["balance", "b", "f"],
    &["balance", "c", "f"],
    &["balance", "bf"],
    &["balance", "cf"],
    &["brought", "forward"],
    &["carried", "forward"],
    &["anfangssaldo"],
    &["endsaldo"],
    &["alter", "kontostand"],
    &["neuer", "kontostand"],
    &["baki", "awal"],
    &["baki", "akhir"],
    &["baki", "bawa"],
    &["baki", "dibawa"],
    &["total", "kredit"],
    &["total", "debet"],
    &["total", "debit"],
    &["total", "credit"],
    &["total", "credits"],
    &["total", "debits"],
    &["total", "mutasi"],
    &["mutasi", "kredit"],
    &["mutasi", "debet"],
    &["mutasi", "debit"],
    &["jumlah", "mutasi"],
    &["grand", "total"],
];

/// Whether a line without a date is a total or a balance, by the first thing that stands in it.
pub(super) fn is_total(record: &Record, description: usize) -> bool {
    let first = record.iter().find(|cell| !cell.is_empty());
    let cells = [first.unwrap_or_default(), record.cell(description)];
    cells.into_iter().any(|cell| begins(cell, LABELS))
}

/// Whether the text of a line that has a date is the name of a balance and nothing else.
pub(super) fn is_balance(description: &str) -> bool {
    // Longer ones are what people write.
    description.len() <= 40 && begins(description, BALANCES)
}

fn begins(cell: &str, labels: &[&[&str]]) -> bool {
    if !cell.chars().next().is_some_and(char::is_alphabetic) || cell.len() > 200 {
        return false;
    }
    // Most texts begin as none of them does.
    let first = cell.split(|c: char| !c.is_ascii_alphanumeric()).next();
    let may_begin = |first: &str| {
        labels
            .iter()
            .any(|label| label[0].eq_ignore_ascii_case(first))
    };
    if cell.is_ascii() && !first.is_some_and(may_begin) {
        return false;
    }
    let words = words(&cell.to_lowercase());
    labels.iter().any(|label| {
        label.len() <= words.len() && label.iter().zip(&words).all(|(label, word)| label == word)
    })
}

//! What people do with the pages about money: what is to be transferred, statements, refunds.

use std::io::Write as _;

use serde_json::json;

use crate::harness::Visitor;
use crate::steps::Campaign;

/// The names of the columns of a statement.
pub(crate) const STATEMENT: &str = "Tanggal;Keterangan;Jumlah\n";

/// What stands beside a name in the facts of a page; nothing when they lack it.
pub(crate) fn fact(visitor: &Visitor, name: &str) -> String {
    let find = r"name => [...document.querySelectorAll('.facts dt')]
        .find(one => one.innerText.trim() === name)?.nextElementSibling.innerText ?? ''";
    let fact = visitor.evaluate(find, &[json!(name)]);
    fact.as_str().unwrap().trim().to_owned()
}

/// Looks at the own page again.
pub(crate) fn look_again(person: &Visitor) {
    let path = person.path();
    person.open(path.split(['#', '?']).next().unwrap());
}

/// What the own page asks somebody to transfer; nothing when it asks for nothing.
pub(crate) fn to_transfer(person: &Visitor) -> String {
    look_again(person);
    let fact = fact(person, "Transfer tepat sejumlah");
    fact.lines().next().unwrap_or_default().to_owned()
}

/// Chooses the file of a statement and has it looked at.
pub(crate) fn look_at_statement(organiser: &Visitor, statement: &str) {
    organiser.click_through("nav a[href='/organiser/payments']");
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all(statement.as_bytes()).unwrap();
    organiser.upload("#file", file.path());
    organiser.click_through("#statement-form button");
}

/// Records what was found.
pub(crate) fn record_statement(organiser: &Visitor) {
    organiser.click_through("main form button[name=apply]");
}

/// What became of each line of a statement, and whose it is; those that wait for a decision last.
pub(crate) fn outcomes(organiser: &Visitor) -> Vec<(String, String)> {
    let column = |number| organiser.texts(&format!("main tbody tr > :nth-child({number})"));
    let open = organiser.texts("main li[id^='line-'] > p:nth-of-type(3)");
    let open = open.into_iter().map(|outcome| (outcome, String::new()));
    column(4).into_iter().zip(column(5)).chain(open).collect()
}

/// Who takes part in a campaign, and how each stands with what their slots cost; nothing where they hold none.
pub(crate) fn standings(organiser: &Visitor, campaign: &Campaign) -> Vec<(String, String)> {
    organiser.open(&campaign.organisers);
    let read = r"() => [...document.querySelectorAll('.people tbody tr')].map(row => [
        row.querySelector('th').innerText.trim(),
        row.querySelector('.badge + .hint')?.innerText.trim() ?? '',
    ])";
    serde_json::from_value(organiser.evaluate(read, &[])).unwrap()
}

/// Whose the refunds of a campaign are, and how far each is.
pub(crate) fn refunds(organiser: &Visitor, campaign: &Campaign) -> Vec<(String, String)> {
    organiser.open(&campaign.organisers);
    organiser.click_through("main a.button[href$='/refunds']");
    let column = |number| organiser.texts(&format!("main tbody tr > :nth-child({number})"));
    column(1).into_iter().zip(column(3)).collect()
}

/// Pairs of texts, as the pages are read.
pub(crate) fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(one, other)| (one.into(), other.into())).into()
}

/// On the own page: says where a refund goes, and stays there.
pub(crate) fn give_account(person: &Visitor, account: &str) {
    person.fill("#f-account", account);
    person.click_through("form[action$='/payout-account'] button");
}

/// On the page of refunds: notes the first of them as sent, and stays there.
pub(crate) fn send_refund(organiser: &Visitor, reference: &str) {
    organiser.fill("main input[name=reference]", reference);
    organiser.click_through("main form[action='/organiser/refunds'] button");
}

/// The button by which somebody says that a refund has come.
pub(crate) const ACKNOWLEDGE: &str = "form[action$='/acknowledge'] button";

/// A table of the campaign whose page is open, as a spreadsheet gets it: its cells by the names of their
/// columns.
pub(crate) fn download_table(organiser: &Visitor, name: &str) -> Vec<Vec<(String, String)>> {
    let (file, bytes) = organiser.download(&format!("main a[href*='/{name}.csv']"));
    assert!(file.ends_with(".csv"), "{file}");
    // The page's links are for a spreadsheet.
    let table = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(table);
    let names = reader.headers().unwrap().clone();
    let named = |row: csv::StringRecord| {
        let cells = names.iter().zip(row.iter());
        cells
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .collect()
    };
    reader.records().map(|row| named(row.unwrap())).collect()
}

/// A cell of a row.
pub(crate) fn cell<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    let found = row.iter().find(|(column, _)| column == name);
    &found.unwrap_or_else(|| panic!("no {name} in {row:?}")).1
}

//! Which columns of a table say what: by their names, or by the names that are given.

use crate::domain::statement::StatementError;
use crate::domain::statement::options::{Column, Columns};
use crate::domain::statement::records::Records;

/// The names of the columns stand in one of the first lines; above them stand account and period.
const LINES_BEFORE: usize = 30;

/// How banks begin the name of a column, the surest first.
const fn known_names(column: Column) -> &'static [&'static str] {
    match column {
        Column::Date => &[
            "tanggal transaksi",
            "transaction date",
            "tanggal",
            "tgl",
            "date",
            "posting date",
            "post date",
            "postdate",
            "valdate",
            "waktu",
        ],
        Column::Amount => &[
            "kredit",
            "credit",
            "jumlah",
            "nominal",
            "amount",
            "mutasi",
            "nilai",
            "transaction amount",
            "uang masuk",
            "deposit",
        ],
        _ => &[
            "keterangan",
            "deskripsi",
            "description",
            "uraian",
            "berita",
            "remark",
            "details",
            "narrative",
            "transaksi",
            "transaction",
        ],
    }
}

/// Where the columns are.
pub(super) struct Found {
    pub(super) date: usize,
    pub(super) amount: usize,
    pub(super) description: usize,
    /// The columns that may say whether money came in or went out.
    pub(super) directions: Vec<DirectionColumn>,
    /// Whether an empty amount says that no money came in.
    pub(super) only_credits: bool,
    /// So many records end with the names.
    pub(super) header: usize,
}

/// A column that may say whether money came in or went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DirectionColumn {
    pub(super) index: usize,
    /// Whether its name says that it is one: then every word in it has to be understood.
    pub(super) is_sure: bool,
}

/// How banks name a column that tells the direction and nothing else.
const DIRECTION: [&str; 11] = [
    "db/cr",
    "cr/db",
    "d/k",
    "k/d",
    "d/c",
    "c/d",
    "dk",
    "db cr",
    "debit/kredit",
    "debit/credit",
    "debet/kredit",
];
/// How they name one that may tell something else.
const PERHAPS_DIRECTION: [&str; 8] = [
    "tipe",
    "type",
    "jenis",
    "jenis transaksi",
    "jenis mutasi",
    "tipe transaksi",
    "transaction type",
    "mutasi",
];

/// The columns that may tell the direction: by their names; those that have none, as in the statements of a
/// large bank; and the one right behind the amount.
fn directions(names: &[String], taken: [usize; 3]) -> Vec<DirectionColumn> {
    let amount = taken[1];
    let columns = names.iter().enumerate();
    let free = columns.filter(|(index, _)| !taken.contains(index));
    free.filter_map(|(index, name)| {
        let is_sure = DIRECTION.contains(&name.as_str());
        let may_be = PERHAPS_DIRECTION.contains(&name.as_str());
        let is_one = is_sure || may_be || name.is_empty() || index == amount + 1;
        is_one.then_some(DirectionColumn { index, is_sure })
    })
    .collect()
}

impl Columns {
    /// The delimiter that is given, or the one that most stands in one of the first lines.
    pub(super) fn delimiter_of(&self, bytes: &[u8]) -> u8 {
        if let Some(given) = self.delimiter {
            return given;
        }
        let most = |delimiter: &u8| {
            let lines = bytes.split(|byte| *byte == b'\n').take(LINES_BEFORE);
            let counts = lines.map(|line| line.iter().filter(|byte| *byte == delimiter).count());
            counts.max().unwrap_or(0)
        };
        // Of equals the last wins, and commas stand in amounts too.
        let known = [b'|', b',', b'\t', b';'];
        known.into_iter().max_by_key(most).unwrap_or(b',')
    }

    /// Finds the line that names the columns.
    ///
    /// # Errors
    /// [`StatementError`] with what is missing in the line that names most.
    pub(super) fn find(&self, records: &Records) -> Result<Found, StatementError> {
        let mut found = None;
        let mut missing = (
            0,
            StatementError::NoColumn {
                column: Column::Date,
                seen: Vec::new(),
            },
        );
        let mut header = 0;
        records.each(0, |_, read| {
            let Ok(record) = read else { return };
            header += 1;
            if header > LINES_BEFORE || found.is_some() {
                return;
            }
            let names: Vec<String> = record.iter().map(plain).collect();
            match self.in_names(&names, header) {
                Ok(columns) => found = Some(columns),
                Err((named, error)) if named > missing.0 => missing = (named, error),
                Err(_) => {}
            }
        });
        found.ok_or(missing.1)
    }

    /// The columns in a line of names, or how many there are and what is missing.
    fn in_names(&self, names: &[String], header: usize) -> Result<Found, (usize, StatementError)> {
        let wanted = [
            (Column::Date, &self.date),
            (Column::Amount, &self.amount),
            (Column::Description, &self.description),
        ];
        let places = wanted.map(|(column, given)| match given {
            Some(given) => names
                .iter()
                .position(|name| *name == plain(given.as_bytes())),
            None => guess(column, names),
        });
        let named = places.iter().flatten().count();
        let lack = |column| {
            (
                named,
                StatementError::NoColumn {
                    column,
                    seen: Vec::new(),
                },
            )
        };
        let date = places[0].ok_or_else(|| lack(Column::Date))?;
        let amount = places[1].ok_or_else(|| lack(Column::Amount))?;
        let description = places[2].ok_or_else(|| lack(Column::Description))?;
        if date == amount || amount == description || date == description {
            return Err((named, StatementError::SameColumn));
        }
        let only_credits = ["kredit", "credit", "uang masuk", "deposit"];
        Ok(Found {
            date,
            amount,
            description,
            directions: directions(names, [date, amount, description]),
            only_credits: only_credits
                .iter()
                .any(|name| names[amount].starts_with(name)),
            header,
        })
    }
}

/// The column whose name is one of the known ones, else begins with one.
fn guess(column: Column, names: &[String]) -> Option<usize> {
    let known = known_names(column);
    let same = |known: &&str| names.iter().position(|name| name == known);
    let begins = |known: &&str| names.iter().position(|name| name.starts_with(known));
    let guessed = known.iter().find_map(same);
    // `Tanggal Transaksi` is no description, so beginnings count only when no name fits.
    guessed.or_else(|| known.iter().find_map(begins))
}

fn plain(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name).to_lowercase();
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

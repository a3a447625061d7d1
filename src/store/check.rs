//! Checks a file against everything that must hold in it, also when something else has edited it.
//!
//! Owns the order and the bounds of the check; what must hold is in [`invariants`]. Changes nothing.

mod invariants;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::query::{Cell, Table, cells};
use crate::store::{row_seals, schema};

/// So many offending rows are kept of each invariant.
const ROWS: usize = 20;

/// Something that must hold, and a query for the rows where it does not.
struct Invariant {
    name: &'static str,
    sentence: &'static str,
    sql: &'static str,
}

/// How one invariant stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The invariant's name.
    pub name: &'static str,
    /// What must hold, as a sentence.
    pub sentence: &'static str,
    /// The first offending rows.
    pub offending: Table,
    /// How many rows offend.
    pub count: u64,
    /// Why it could not be checked, when it could not: that counts as broken.
    pub failure: Option<String>,
    /// What is to be known of it although it breaks nothing.
    pub notes: Vec<String>,
}

impl Finding {
    /// How an invariant stands before it is looked at.
    fn of(invariant: &Invariant) -> Self {
        Self {
            name: invariant.name,
            sentence: invariant.sentence,
            offending: Table::default(),
            count: 0,
            failure: None,
            notes: Vec::new(),
        }
    }

    /// Counts an offending row, and keeps it while there are few.
    fn add(&mut self, row: Vec<Cell>) {
        self.count += 1;
        if self.offending.rows.len() < ROWS {
            self.offending.rows.push(row);
        } else {
            self.offending.has_more = true;
        }
    }

    /// Whether the invariant holds.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.count == 0 && self.failure.is_none()
    }
}

/// Checks every invariant, all on one state of the file, also while others write it.
///
/// # Errors
/// What SQLite says when nothing can be read at all. What only one invariant meets is in its finding.
pub(crate) fn run(connection: &Connection) -> Result<Vec<Finding>, StoreError> {
    // Dropped and so rolled back at the end: there is nothing to commit.
    let _one_state = connection.unchecked_transaction()?;
    let examined = invariants::ALL
        .iter()
        .map(|invariant| examine(connection, invariant));
    Ok(std::iter::once(definitions(connection))
        .chain(examined)
        .chain(std::iter::once(seals(connection)))
        .collect())
}

/// Compares what the file defines with what this program makes.
fn definitions(connection: &Connection) -> Finding {
    let mut finding = Finding::of(&Invariant {
        name: "schema_is_as_made",
        sentence: "Every table, index, trigger and view is as this program makes it, and no trigger is there besides.",
        sql: "",
    });
    finding.offending.columns = ["kind", "name", "change"].map(str::to_owned).to_vec();
    match schema::differences(connection) {
        Ok(differences) => {
            for difference in differences {
                if difference.is_foreign() {
                    finding.notes.push(format!(
                        "not made by this program: {} {}",
                        difference.kind, difference.name
                    ));
                    continue;
                }
                let change = difference.change.words().to_owned();
                let row = [difference.kind, difference.name, change];
                finding.add(row.map(Cell::Text).to_vec());
            }
        }
        Err(error) => finding.failure = Some(error.to_string()),
    }
    finding
}

/// Compares the rows that no event tells of with their seals.
fn seals(connection: &Connection) -> Finding {
    let mut finding = Finding::of(&Invariant {
        name: "rows_fit_their_seals",
        sentence: "Every stored answer and every ban is as this program wrote it.",
        sql: "",
    });
    finding.offending.columns = ["table", "row"].map(str::to_owned).to_vec();
    let checked = row_seals::check(connection, |table, row| {
        finding.add(vec![Cell::Text(table.to_owned()), Cell::Text(row)]);
    });
    if let Err(error) = checked {
        finding.failure = Some(error.to_string());
    }
    finding
}

fn examine(connection: &Connection, invariant: &Invariant) -> Finding {
    let mut finding = Finding::of(invariant);
    if let Err(error) = gather(connection, invariant.sql, &mut finding) {
        finding.failure = Some(error.to_string());
    }
    finding
}

fn gather(connection: &Connection, sql: &str, finding: &mut Finding) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    finding.offending.columns = statement
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        finding.add(cells(row, finding.offending.columns.len())?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::open::{Durability, writer};

    #[test]
    fn a_new_file_breaks_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let connection = writer(&folder.path().join("a.db"), Durability::Off).unwrap();
        for finding in run(&connection).unwrap() {
            assert!(finding.holds(), "{finding:?}");
        }
    }

    #[test]
    fn every_invariant_has_a_name_of_its_own() {
        let names: std::collections::HashSet<_> =
            invariants::ALL.iter().map(|known| known.name).collect();
        assert_eq!(names.len(), invariants::ALL.len());
    }

    #[test]
    fn offending_rows_are_bounded_and_counted() {
        let connection = Connection::open_in_memory().unwrap();
        let finding = examine(
            &connection,
            &Invariant {
                name: "few",
                sentence: "There are few.",
                sql: "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 50) SELECT x FROM n",
            },
        );
        assert_eq!(finding.count, 50);
        assert_eq!(finding.offending.rows.len(), ROWS);
        assert!(finding.offending.has_more);
    }

    #[test]
    fn an_event_of_a_product_refers_to_no_campaign_also_where_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let connection = writer(&folder.path().join("a.db"), Durability::Off).unwrap();
        connection
            .execute_batch(
                "INSERT INTO sambatan_audit_logs (event, metadata, created_at, hash)
                 VALUES ('product_created', '{}', '2025-10-01 00:00:00.000', zeroblob(32))",
            )
            .unwrap();
        let findings = run(&connection).unwrap();
        let references = findings.iter().find(|it| it.name == "references_hold");
        assert!(references.unwrap().holds());
    }

    #[test]
    fn what_cannot_be_checked_is_broken() {
        let connection = Connection::open_in_memory().unwrap();
        let finding = examine(&connection, &invariants::ALL[2]);
        assert!(!finding.holds());
        assert!(finding.failure.unwrap().contains("no such table"));
    }
}

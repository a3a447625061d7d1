//! From version 1 to 2: the audit log gets its hashes.

use rusqlite::{Connection, Row, params};

use crate::domain::chain::{RowContent, RowHash};
use crate::store::error::StoreError;

/// Copies the audit log row by row, each with the hash that chains it to the one before.
///
/// # Errors
/// What SQLite says.
pub(super) fn chain_audit_log(connection: &Connection) -> Result<(), StoreError> {
    let mut rows = connection.prepare(
        "SELECT id, campaign_id, event, metadata, created_at FROM unchained_audit_logs ORDER BY id",
    )?;
    let mut insert = connection.prepare(
        "INSERT INTO sambatan_audit_logs (id, campaign_id, event, metadata, created_at, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut previous = RowHash::START;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let row = text_of(row)?;
        previous = previous.next(RowContent {
            number: row.0,
            campaign_id: row.1.as_deref(),
            event: &row.2,
            metadata: &row.3,
            created_at: &row.4,
        });
        insert.execute(params![
            row.0,
            row.1,
            row.2,
            row.3,
            row.4,
            previous.as_bytes()
        ])?;
    }
    Ok(())
}

type Texts = (i64, Option<String>, String, String, String);

fn text_of(row: &Row<'_>) -> rusqlite::Result<Texts> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
    ))
}

#[cfg(test)]
mod tests {
    use crate::store::migrate::{CURRENT, Schema};
    use crate::store::{check, verify};
    use rusqlite::Connection;

    const FIRST: Schema<'static> = Schema {
        whole: include_str!("version_1.sql"),
        steps: &[],
    };

    /// A campaign that went ahead, one that failed, and one with a reservation and one that was given up,
    /// as the first version wrote them.
    const FILLED: &str = include_str!("version_1_filled.sql");

    /// The columns, indexes, triggers and views, in one order and with single spaces.
    fn shape(connection: &Connection) -> Vec<String> {
        let sql = "
            SELECT concat_ws(' ', t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk)
              FROM sqlite_schema t, pragma_table_xinfo(t.name) c WHERE t.type = 'table'
             UNION ALL
            SELECT sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap();
        let mut shape: Vec<String> = rows
            .map(|text| {
                text.unwrap()
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        shape.sort();
        shape
    }

    #[test]
    fn a_file_of_the_first_version_becomes_what_a_new_one_is_and_fits_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let mut old = Connection::open(&path).unwrap();
        FIRST.apply(&mut old, &path).unwrap();
        old.execute_batch(FILLED).unwrap();
        CURRENT.apply(&mut old, &path).unwrap();

        let path = folder.path().join("new.db");
        let mut new = Connection::open(&path).unwrap();
        CURRENT.apply(&mut new, &path).unwrap();
        assert_eq!(shape(&old), shape(&new));

        for finding in check::run(&old).unwrap() {
            assert!(finding.holds(), "{finding:?}");
        }
        let verified = verify::run(&old).unwrap().unwrap();
        // More than there were: with each version, that it was brought up.
        assert_eq!((verified.events, verified.campaigns), (19, 3));
        assert_eq!(verified.participations, 5);
    }
}

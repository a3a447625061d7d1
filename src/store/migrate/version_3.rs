//! From version 2 to 3: every table is made anew as `schema.sql` has it and gets its rows back.
//!
//! SQLite can't change a CHECK of a table that is there, and this version changes several. Making all of
//! them anew gives an upgraded file the very definitions of a new one, to the letter, and leaves one place
//! to read them.

use rusqlite::{Connection, params};

use crate::store::error::StoreError;

/// What a table of before is called while its rows are copied.
const BEFORE: &str = "before_version_3_";

/// New columns that can't be left to their default: table, column, and what it says in a row of before, as
/// an expression over that row.
const NEW_COLUMNS: &[(&str, &str, &str)] = &[];

/// Makes every table, index, trigger and view as `schema.sql` has them, with the rows that were there.
///
/// # Errors
/// What SQLite says.
pub(super) fn rebuild(connection: &Connection) -> Result<(), StoreError> {
    let tables = named(connection, "table")?;
    for kind in ["trigger", "view", "index"] {
        for (name, _) in named(connection, kind)? {
            connection.execute_batch(&format!("DROP {kind} \"{name}\""))?;
        }
    }
    for (table, _) in &tables {
        let sql = format!("ALTER TABLE \"{table}\" RENAME TO \"{BEFORE}{table}\"");
        connection.execute_batch(&sql)?;
    }
    connection.execute_batch(super::CURRENT.whole)?;
    // The rows are as the triggers would make them; a second time would count them twice.
    let triggers = named(connection, "trigger")?;
    for (name, _) in &triggers {
        connection.execute_batch(&format!("DROP TRIGGER \"{name}\""))?;
    }
    for (table, _) in &tables {
        copy(connection, table)?;
        connection.execute_batch(&format!("DROP TABLE \"{BEFORE}{table}\""))?;
    }
    for (_, sql) in &triggers {
        connection.execute_batch(sql)?;
    }
    Ok(())
}

/// The names and definitions of all that somebody defined.
fn named(connection: &Connection, kind: &str) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_schema
          WHERE type = ?1 AND sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
    )?;
    let rows = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn copy(connection: &Connection, table: &str) -> Result<(), StoreError> {
    let mut statement = connection.prepare(
        "SELECT name FROM pragma_table_xinfo(?1)
         INTERSECT
         SELECT name FROM pragma_table_xinfo(?2)",
    )?;
    let names =
        statement.query_map(params![table, format!("{BEFORE}{table}")], |row| row.get(0))?;
    let mut columns = names.collect::<rusqlite::Result<Vec<String>>>()?;
    let mut values = columns.clone();
    for (_, column, value) in NEW_COLUMNS.iter().filter(|(of, ..)| *of == table) {
        columns.push((*column).to_owned());
        values.push((*value).to_owned());
    }
    let (columns, values) = (columns.join(", "), values.join(", "));
    // A new file has rows of its own in some tables.
    connection.execute_batch(&format!(
        "DELETE FROM \"{table}\";
         INSERT INTO \"{table}\" ({columns}) SELECT {values} FROM \"{BEFORE}{table}\";"
    ))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::store::migrate::{CURRENT, Part, Schema};
    use crate::store::{check, verify};
    use rusqlite::Connection;

    const SECOND: Schema<'static> = Schema {
        whole: include_str!("version_2_whole.sql"),
        steps: &[&[Part::Sql("")]],
    };

    /// Campaigns in every state with their money, as the second version wrote them.
    const FILLED: &str = include_str!("version_2_filled.sql");

    #[test]
    fn a_file_of_the_second_version_becomes_what_a_new_one_is_and_fits_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let mut old = Connection::open(&path).unwrap();
        SECOND.apply(&mut old, &path).unwrap();
        old.execute_batch(FILLED).unwrap();
        let counts = counts(&old);
        CURRENT.apply(&mut old, &path).unwrap();
        let kept = self::counts(&old);
        for (table, rows) in counts {
            assert!(kept.contains(&(table.clone(), rows)), "{table}: {rows}");
        }

        let path = folder.path().join("new.db");
        let mut new = Connection::open(&path).unwrap();
        CURRENT.apply(&mut new, &path).unwrap();
        assert_eq!(definitions(&old), definitions(&new));

        for finding in check::run(&old).unwrap() {
            assert!(finding.holds(), "{finding:?}");
        }
        let verified = verify::run(&old).unwrap().unwrap();
        assert!(verified.events > 100, "{}", verified.events);
    }

    fn definitions(connection: &Connection) -> Vec<(String, String)> {
        let sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().map(Result::unwrap).collect()
    }

    fn counts(connection: &Connection) -> Vec<(String, i64)> {
        let tables = super::named(connection, "table").unwrap();
        let count = |(table, _): (String, String)| {
            let sql = format!("SELECT count(*) FROM \"{table}\"");
            let rows = connection.query_row(&sql, [], |row| row.get(0));
            (table, rows.unwrap())
        };
        tables.into_iter().map(count).collect()
    }
}

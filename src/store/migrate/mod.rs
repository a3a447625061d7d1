//! Brings a file up to the schema of this program: a new file gets `schema.sql`, an older one its
//! missing migrations, in one transaction, after a backup beside it.

mod older;
mod rebuild;
mod version_2;
mod version_4;

use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::store::error::StoreError;
use crate::store::{copy, files, row_seals};
pub(crate) use older::require_untouched;

/// "Samb": tells our files from other programs' databases.
const APPLICATION_ID: i64 = 0x5361_6d62;

/// The schema of a program version: how a new file is made, and how an older one gets there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schema<'a> {
    /// The whole schema, for a new file.
    pub(crate) whole: &'a str,
    /// `steps[n]` brings version n + 1 to n + 2.
    pub(crate) steps: &'a [&'a [Part<'a>]],
}

/// A part of a migration.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    /// Statements.
    Sql(&'a str),
    /// What SQL alone can't say.
    Program(fn(&Connection) -> Result<(), StoreError>),
}

impl Part<'_> {
    fn run(self, connection: &Connection) -> Result<(), StoreError> {
        match self {
            Self::Sql(sql) => Ok(connection.execute_batch(sql)?),
            Self::Program(program) => program(connection),
        }
    }
}

/// The schema of this program.
pub(crate) const CURRENT: Schema<'static> = Schema {
    whole: include_str!("../../../schema.sql"),
    steps: &[
        &[
            Part::Sql(include_str!("version_2.sql")),
            Part::Program(version_2::chain_audit_log),
            Part::Sql(include_str!("version_2_chained.sql")),
        ],
        &[Part::Program(rebuild::to_third)],
        &[
            Part::Program(rebuild::to_fourth),
            Part::Program(row_seals::seal_all),
        ],
    ],
};

impl Schema<'_> {
    fn version(&self) -> i64 {
        1 + i64::try_from(self.steps.len()).expect("there are few migrations")
    }

    /// Brings the file behind `connection` to this schema.
    ///
    /// # Errors
    /// [`StoreError::TooNew`], [`StoreError::NotOurs`], or what SQLite says; the file is then as it was.
    pub(crate) fn apply(&self, connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
        let found = version(connection)?;
        if found == self.version() {
            return require_ours(connection, path);
        }
        if found > self.version() {
            require_ours(connection, path)?;
            return Err(StoreError::TooNew {
                path: path.to_owned(),
                found,
                known: self.version(),
            });
        }
        if found > 0 {
            require_ours(connection, path)?;
            back_up(connection, path, found)?;
        }
        // A table that is made anew is dropped while others refer to it. The pragma does nothing within a
        // transaction.
        connection.pragma_update(None, "foreign_keys", false)?;
        let migrated = self.migrate(connection, path);
        connection.pragma_update(None, "foreign_keys", true)?;
        migrated
    }

    fn migrate(&self, connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
        // Immediate: of two programs that start at once one migrates and the other finds it done.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = version(&transaction)?;
        if found == 0 {
            if !is_empty(&transaction)? {
                return Err(StoreError::NotOurs {
                    path: path.to_owned(),
                });
            }
            transaction.execute_batch(self.whole)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        } else {
            let done = usize::try_from(found - 1).unwrap_or(0);
            for step in self.steps.iter().skip(done) {
                step.iter().try_for_each(|part| part.run(&transaction))?;
            }
        }
        require_references(&transaction, path)?;
        transaction.pragma_update(None, "user_version", self.version())?;
        transaction.commit()?;
        log::info!(
            "database schema is now version {} (was {found})",
            self.version()
        );
        Ok(())
    }

    /// Asks that the file behind `connection` has this schema. Changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotOurs`], [`StoreError::TooNew`], [`StoreError::TooOld`], or what SQLite says.
    pub(crate) fn require(&self, connection: &Connection, path: &Path) -> Result<(), StoreError> {
        require_ours(connection, path)?;
        let (found, known) = (version(connection)?, self.version());
        let path = path.to_owned();
        match found.cmp(&known) {
            Ordering::Equal => Ok(()),
            Ordering::Greater => Err(StoreError::TooNew { path, found, known }),
            Ordering::Less => Err(StoreError::TooOld { path, found, known }),
        }
    }
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Asks that the file behind `connection` is one of this program, of any version.
///
/// # Errors
/// [`StoreError::NotOurs`], or what SQLite says.
pub(crate) fn require_ours(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if id == APPLICATION_ID {
        Ok(())
    } else {
        Err(StoreError::NotOurs {
            path: path.to_owned(),
        })
    }
}

/// Asks that no row refers to one that is not there.
fn require_references(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let broken: Option<String> = connection
        .query_row(
            "SELECT \"table\" FROM pragma_foreign_key_check",
            [],
            |row| row.get(0),
        )
        .optional()?;
    match broken {
        None => Ok(()),
        Some(table) => Err(StoreError::Dangling {
            path: path.to_owned(),
            table,
        }),
    }
}

fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    Ok(
        connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| {
            row.get(0)
        })?,
    )
}

fn back_up(connection: &Connection, path: &Path, version: i64) -> Result<(), StoreError> {
    let backup = backup_path(path, version);
    if backup.exists() {
        // An earlier attempt made it, from the same version: nothing has been written since.
        return Ok(());
    }
    // Under its name only when it is complete: a later attempt trusts it.
    let made = files::beside(&backup)?;
    copy::copy(connection, &made, &mut |_| ControlFlow::Continue(()))?;
    made.persist(&backup)
        .map_err(|error| StoreError::io(&backup, error.error))?;
    files::sync_folder_of(&backup)?;
    log::info!("kept the database as it was in {}", backup.display());
    Ok(())
}

/// Where the backup of a file of that schema version goes.
fn backup_path(path: &Path, version: i64) -> PathBuf {
    files::with_suffix(path, &format!(".v{version}.bak"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Schema<'static> = Schema {
        whole: "CREATE TABLE a (x) STRICT",
        steps: &[],
    };

    fn file() -> (tempfile::TempDir, PathBuf, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        (folder, path, connection)
    }

    fn first_file() -> (tempfile::TempDir, PathBuf, Connection) {
        let (folder, path, mut connection) = file();
        Schema {
            whole: "CREATE TABLE a (x INTEGER) STRICT",
            ..FIRST
        }
        .apply(&mut connection, &path)
        .unwrap();
        connection.execute("INSERT INTO a VALUES (7)", []).unwrap();
        (folder, path, connection)
    }

    #[test]
    fn an_older_file_is_upgraded_and_kept_as_it_was_beside_it() {
        let (_folder, path, mut connection) = first_file();
        let third = Schema {
            whole: "",
            steps: &[
                &[Part::Sql("ALTER TABLE a ADD COLUMN y INTEGER")],
                &[Part::Sql("UPDATE a SET y = x + 1")],
            ],
        };
        third.apply(&mut connection, &path).unwrap();
        let row: (i64, i64) = connection
            .query_row("SELECT x, y FROM a", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(row, (7, 8));
        assert_eq!(version(&connection).unwrap(), 3);

        let old = Connection::open(backup_path(&path, 1)).unwrap();
        assert_eq!(version(&old).unwrap(), 1);
        assert_eq!(
            old.query_row("SELECT x FROM a", [], |row| row.get::<_, i64>(0))
                .unwrap(),
            7
        );
        third.apply(&mut connection, &path).unwrap();
    }

    #[test]
    fn a_migration_that_fails_leaves_the_file_as_it_was() {
        let (_folder, path, mut connection) = first_file();
        let broken = Schema {
            whole: "",
            steps: &[
                &[Part::Sql("ALTER TABLE a ADD COLUMN y INTEGER")],
                &[Part::Sql("UPDATE missing SET y = 1")],
            ],
        };
        assert!(broken.apply(&mut connection, &path).is_err());
        assert_eq!(version(&connection).unwrap(), 1);
        assert!(connection.prepare("SELECT y FROM a").is_err());
    }

    #[test]
    fn a_newer_file_and_another_programs_file_are_refused_untouched() {
        let (_folder, path, mut connection) = first_file();
        connection.pragma_update(None, "user_version", 9).unwrap();
        let error = FIRST.apply(&mut connection, &path).unwrap_err();
        assert!(error.to_string().contains("newer version"), "{error}");

        let (_folder, path, mut connection) = file();
        connection.execute_batch("CREATE TABLE theirs (x)").unwrap();
        for version in [0, 1] {
            connection
                .pragma_update(None, "user_version", version)
                .unwrap();
            let error = CURRENT.apply(&mut connection, &path).unwrap_err();
            assert!(matches!(error, StoreError::NotOurs { .. }), "{error}");
        }
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .unwrap();
        assert_eq!(tables, 1);
    }

    #[test]
    fn the_whole_schema_applies_to_a_new_file() {
        let (_folder, path, mut connection) = file();
        CURRENT.apply(&mut connection, &path).unwrap();
        CURRENT.apply(&mut connection, &path).unwrap();
        assert_eq!(version(&connection).unwrap(), CURRENT.version());
    }
}

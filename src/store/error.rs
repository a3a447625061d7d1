//! What can go wrong with the file.

use std::path::{Path, PathBuf};

use crate::domain::seal::NoRandomness;
use crate::store::room::{Shortage, is_shortage};

/// Why the file could not be opened, read or written. Its text is for the person who runs the
/// service: it goes to the terminal and the log, never to a client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// SQLite refused.
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A row does not say what the program would have written.
    #[error("unexpected value in {table}.{column}: {value:?}; run `sambatan check`")]
    UnexpectedValue {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
    },
    /// The file belongs to a newer program.
    #[error(
        "{} was written by a newer version of sambatan (its schema is version {found}, this program knows {known}); use that version",
        path.display()
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The file belongs to an older program.
    #[error(
        "{} was written by an older version of sambatan (its schema is version {found}, this program knows {known}); `sambatan serve` or `sambatan sweep` brings it up to date",
        path.display()
    )]
    TooOld {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The version that this program knows.
        known: i64,
    },
    /// The file is of another program.
    #[error("{} is not a sambatan database but a file of another program; choose another file", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// Rows refer to others that are not there, so an older file can't be brought up to date.
    #[error(
        "{}: rows of {table} refer to rows that are not there, so it was left as it was; restore a backup, or run `sambatan check` of the version that wrote it",
        path.display()
    )]
    Dangling {
        /// The file.
        path: PathBuf,
        /// The table whose rows refer to others.
        table: String,
    },
    /// Somebody else changed what the file defines: rows could be written or read otherwise than they seem.
    #[error(
        "the definitions in {} were changed by something else than this program: {changes}; nothing was written. Restore a backup, or find out who did that and undo it (`sambatan check` lists what differs)",
        path.display()
    )]
    SchemaChanged {
        /// The file.
        path: PathBuf,
        /// What differs, by kind and name.
        changes: String,
    },
    /// There is no room on the disk of the file for what opening it takes.
    #[error(
        "the disk of {} is full: make room (1 MiB does; for an upgrade three times the size of the file) and start again. Nothing is lost",
        path.display()
    )]
    NoRoom {
        /// The file.
        path: PathBuf,
    },
    /// No read connection became free in time.
    #[error("no read connection: {0}")]
    Pool(#[from] r2d2::Error),
    /// Another program kept the file locked.
    #[error("another program holds the file locked")]
    Busy,
    /// The operating system gave no random bytes, for the key of a new file or for a salt.
    #[error("no random bytes: {0}")]
    Randomness(getrandom::Error),
    /// A folder or file could not be made, read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl From<NoRandomness> for StoreError {
    fn from(error: NoRandomness) -> Self {
        Self::Randomness(error.0)
    }
}

impl StoreError {
    /// What the system said about a folder or file.
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// The same, said about a file: what SQLite cannot read as a database is not ours.
    pub(crate) fn about(self, path: &Path) -> Self {
        match self {
            Self::Sqlite(error)
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) =>
            {
                Self::NotOurs {
                    path: path.to_owned(),
                }
            }
            Self::Sqlite(error) if Shortage::of(&error) == Shortage::Certain => Self::NoRoom {
                path: path.to_owned(),
            },
            Self::Io { source, .. } if is_shortage(&source) => Self::NoRoom {
                path: path.to_owned(),
            },
            other => other,
        }
    }
}

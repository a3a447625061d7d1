//! What can go wrong with the file.

use std::path::PathBuf;

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
    /// The file is a database of another program.
    #[error("{} is a database of another program; choose another file", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// No read connection became free in time.
    #[error("no read connection: {0}")]
    Pool(#[from] r2d2::Error),
    /// A folder or file could not be made.
    #[error("{}: {source}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

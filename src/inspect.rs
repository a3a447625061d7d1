//! Looks into a file without changing it: `sambatan check` and `sambatan sql`.
//!
//! Works on a file that a server is writing, and on one that nothing has open. Never migrates, never
//! makes a file.

use std::path::Path;

pub use crate::store::check::Finding;
pub use crate::store::query::{Cell, InspectError, QueryBounds, Table};
use crate::store::{check, migrate, query};

/// A file that is open for looking.
pub struct Inspector {
    opened: query::Opened,
}

impl Inspector {
    /// Opens a file for looking.
    ///
    /// # Errors
    /// [`InspectError::Missing`] when there is none; [`InspectError::Store`] when it belongs to another
    /// program or cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, InspectError> {
        let opened = query::open(path.as_ref())?;
        Ok(Self { opened })
    }

    /// Checks everything that must hold, all on one state of the file. While that takes, a server that
    /// writes the file cannot shrink its write-ahead log.
    ///
    /// # Errors
    /// [`InspectError::Store`] when the file has another version's schema or cannot be read. What is
    /// wrong inside is no error but a [`Finding`].
    pub fn check(&self) -> Result<Vec<Finding>, InspectError> {
        let query::Opened { connection, path } = &self.opened;
        migrate::CURRENT.require(connection, path)?;
        Ok(check::run(connection)?)
    }

    /// Runs one query that reads. A query that would do more is refused before it runs.
    ///
    /// # Errors
    /// Why it was refused, or what SQLite says about it.
    pub fn query(self, sql: &str, bounds: QueryBounds) -> Result<Table, InspectError> {
        query::run(&self.opened.connection, sql, bounds)
    }
}

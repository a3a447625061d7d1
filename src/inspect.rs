//! Looks into a file without changing it: `sambatan check`, `sambatan audit` and `sambatan sql`.
//!
//! Works on a file that a server is writing, and on one that nothing has open. Never migrates, never
//! makes a file.

use std::path::Path;

use crate::domain::verification::{Misfit, Verified};
pub use crate::store::check::Finding;
pub use crate::store::query::{Cell, InspectError, QueryBounds, Table};
use crate::store::{check, migrate, query, verify};

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

    /// Walks the audit log, replays it and compares what follows with the tables, all on one state of the
    /// file. Answers the first thing that does not fit.
    ///
    /// # Errors
    /// [`InspectError::Store`] when the file has another version's schema or cannot be read.
    pub fn verify(&self) -> Result<Result<Verified, Misfit>, InspectError> {
        let query::Opened { connection, path } = &self.opened;
        migrate::CURRENT.require(connection, path)?;
        Ok(verify::run(connection)?)
    }

    /// Hands over every event of the audit log as a line of JSON, oldest first, until one is refused.
    ///
    /// # Errors
    /// [`InspectError::Store`] when the file has another version's schema or cannot be read. Why a line was
    /// refused is the answer.
    pub fn export_log<E>(
        &self,
        take: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<Result<(), E>, InspectError> {
        let query::Opened { connection, path } = &self.opened;
        migrate::CURRENT.require(connection, path)?;
        Ok(verify::export(connection, take)?)
    }

    /// Has SQLite take at most so many bytes of memory. It holds for the whole process and for good, so this is
    /// for a process that does nothing else; [`InspectError::OutOfMemory`] is what a query says then.
    ///
    /// # Errors
    /// [`InspectError::Store`].
    pub fn limit_memory_of_the_process(&self, bytes: u32) -> Result<(), InspectError> {
        Ok(query::limit_memory(&self.opened.connection, bytes)?)
    }

    /// Runs one query that reads. A query that would do more is refused before it runs.
    ///
    /// # Errors
    /// Why it was refused, or what SQLite says about it.
    pub fn query(self, sql: &str, bounds: QueryBounds) -> Result<Table, InspectError> {
        query::run(&self.opened.connection, sql, bounds)
    }
}

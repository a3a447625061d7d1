//! Backups: a copy of the file made while it is served, and the way back.
//!
//! Owns the files around the database: temporary names, permissions, renames, what is kept. A copy gets
//! its name only after it is complete, checked and stored, so a file with that name is a good one. How
//! the pages are copied and what must hold in them is the store's.

mod folder;
mod restore;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::domain::verification::Misfit;
use crate::inspect::InspectError;
use crate::store::copy::{self, Completion};
pub use crate::store::copy::{Contents, Copied};
use crate::store::files::{beside, sync_folder_of};
use crate::store::{StoreError, check, migrate, query};
pub use restore::{Restored, restore};

/// How far a backup or a restore is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Pages are copied.
    Copying(Copied),
    /// The copy is complete and is being checked.
    Checking,
}

/// Is told how far it is, often, and answers whether to go on.
pub type Watch<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// A good copy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copy {
    /// Its size in bytes.
    pub bytes: u64,
    /// What it holds.
    pub contents: Contents,
}

/// Why there is no copy, or why it was not put in place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The file to copy is missing, of another program or version, or cannot be read.
    #[error(transparent)]
    Source(#[from] InspectError),
    /// There is a file of that name already.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// Both names are of one file.
    #[error("{} is that file itself", .0.display())]
    SameFile(PathBuf),
    /// Something in the copy does not hold, so it does not in the file that was copied.
    #[error("{} is damaged: {}", path.display(), broken.join(", "))]
    Damaged {
        /// The file that was copied.
        path: PathBuf,
        /// The names of the invariants that do not hold.
        broken: Vec<&'static str>,
    },
    /// The log of the file does not fit, or its tables do not fit the log.
    #[error("{} does not fit its log: {misfit}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// The first thing that does not fit.
        misfit: Box<Misfit>,
    },
    /// Another program has the file open.
    #[error("another program has {} open", .0.display())]
    InUse(PathBuf),
    /// It was told to stop.
    #[error("stopped")]
    Stopped,
    /// A file or folder could not be written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl BackupError {
    fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Io { path, source } => Self::Io { path, source },
            other => Self::Source(other.into()),
        }
    }
}

/// Copies the file at `source`, also while it is served, to `target`, where there must be none: the file
/// as it is when this begins, complete and checked, readable by its owner only.
///
/// Needs as much space again. Takes a time that depends on the size of the file alone, however busy the
/// server is.
///
/// # Errors
/// Why there is no backup. Nothing is left at `target` then.
pub fn back_up(source: &Path, target: &Path, watch: Watch<'_>) -> Result<Copy, BackupError> {
    // Said now, not after the work; the rename at the end makes sure.
    if folder::is_taken(target) {
        return Err(BackupError::Exists(target.to_owned()));
    }
    let (made, copy) = checked_copy(source, target, watch)?;
    made.persist_noclobber(target)
        .map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => BackupError::Exists(target.to_owned()),
            _ => BackupError::io(target)(error.error),
        })?;
    sync_folder_of(target)?;
    Ok(copy)
}

/// Copies `source` to a temporary name beside `target`, stored and checked.
fn checked_copy(
    source: &Path,
    target: &Path,
    watch: Watch<'_>,
) -> Result<(TempPath, Copy), BackupError> {
    let opened = query::open(source)?;
    migrate::CURRENT.require(&opened.connection, source)?;
    let made = beside(target)?;
    let completion = copy::copy(&opened.connection, &made, &mut |copied| {
        watch(Progress::Copying(copied))
    });
    // A server can shrink its log again while the copy is checked.
    drop(opened);
    if completion.map_err(|error| error.about(source))? == Completion::Stopped
        || watch(Progress::Checking).is_break()
    {
        return Err(BackupError::Stopped);
    }
    let contents = examine(&made, source)?;
    let bytes = std::fs::metadata(&made)
        .map_err(BackupError::io(&made))?
        .len();
    Ok((made, Copy { bytes, contents }))
}

/// Checks everything that must hold in a copy of `source`.
fn examine(made: &Path, source: &Path) -> Result<Contents, BackupError> {
    let damaged = |broken| BackupError::Damaged {
        path: source.to_owned(),
        broken,
    };
    let opened = query::open(made)?;
    let broken: Vec<&'static str> = check::run(&opened.connection)?
        .iter()
        .filter(|finding| !finding.holds())
        .map(|finding| finding.name)
        .collect();
    if !broken.is_empty() {
        return Err(damaged(broken));
    }
    Ok(copy::contents(&opened.connection)?)
}

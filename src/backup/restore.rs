//! The way back: a backup becomes the database.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::Utc;
use tempfile::TempPath;

use crate::backup::folder::{COMPANIONS, hand_over, is_same_file, is_taken};
use crate::backup::{BackupError, Copy, Watch, checked_copy};
use crate::store::files::{sync_folder_of, with_suffix};
use crate::store::seize::seize;
use crate::store::{StoreError, query, verify};

/// So many names are tried for what is kept, when several restores share a second.
const NAMES: u32 = 100;

/// What a restore has done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restored {
    /// What is now the database.
    pub copy: Copy,
    /// Where the file that was there before is now.
    pub kept: Option<PathBuf>,
}

/// Makes the file at `target` a copy of the one at `source`, which is only read: everything is copied and
/// checked first, then put in place by a rename. Where there was a file it is kept beside the new one,
/// under a name with the time in it, with what its write-ahead log held. Without `force` it is an error
/// that there is one.
///
/// No server may run on `target`, and none may be started on it meanwhile.
///
/// # Errors
/// Why nothing was restored. The file at `target` is as it was then, unless the error is one of renaming
/// files: then it may have been moved to its name with the time in it, and is complete there.
pub fn restore(
    source: &Path,
    target: &Path,
    force: bool,
    watch: Watch<'_>,
) -> Result<Restored, BackupError> {
    // SQLite too follows links, and keeps what belongs to a file beside the file itself.
    let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
    if is_same_file(source, &target) {
        return Err(BackupError::SameFile(source.to_owned()));
    }
    let there = first_there(&target);
    if let Some(there) = there.filter(|_| !force) {
        return Err(BackupError::Exists(there));
    }
    let (made, copy) = checked_copy(source, &target, watch)?;
    require_fitting(&made, source)?;
    hand_over(&made, &target).map_err(BackupError::io(&made))?;
    let kept = put_in_place(made, &target)?;
    Ok(Restored { copy, kept })
}

/// Asks that the tables of a copy of `source` say what its log says.
fn require_fitting(made: &Path, source: &Path) -> Result<(), BackupError> {
    let opened = query::open(made)?;
    let path = source.to_owned();
    verify::run(&opened.connection)?
        .map(drop)
        .map_err(|misfit| BackupError::Unfit {
            path,
            misfit: Box::new(misfit),
        })
}

/// The database, or else what is left of one: the log of a file that was removed would be applied to the
/// next file of its name.
fn first_there(target: &Path) -> Option<PathBuf> {
    std::iter::once(target.to_owned())
        .chain(COMPANIONS.map(|suffix| with_suffix(target, suffix)))
        .find(|path| is_taken(path))
}

fn put_in_place(made: TempPath, target: &Path) -> Result<Option<PathBuf>, BackupError> {
    let kept = first_there(target).map(|_| free_name(target));
    // Until the new file has its name nobody else gets at the old one.
    let _seized = if is_taken(target) {
        match seize(target) {
            Ok(seized) => Some(seized),
            Err(StoreError::Busy) => return Err(BackupError::InUse(target.to_owned())),
            Err(error) => {
                log::warn!("the old file is kept as it lies, with what is beside it: {error}");
                None
            }
        }
    } else {
        None
    };
    let placed = match &kept {
        Some(kept) => {
            keep(target, kept)?;
            // Over the old file, which by now has another name too: at no time is there none.
            made.persist(target)
        }
        None => made.persist_noclobber(target),
    };
    placed.map_err(|error| match error.error.kind() {
        ErrorKind::AlreadyExists => BackupError::Exists(target.to_owned()),
        _ => BackupError::io(target)(error.error),
    })?;
    sync_folder_of(target)?;
    Ok(kept)
}

/// Gives the old file its second name, and what lies beside it its new one.
fn keep(target: &Path, kept: &Path) -> Result<(), BackupError> {
    if is_taken(target) {
        match fs::hard_link(target, kept) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(BackupError::Exists(kept.to_owned()));
            }
            // A file system without links has to do without the file for a moment.
            Err(_) => fs::rename(target, kept).map_err(BackupError::io(kept))?,
            Ok(()) => {}
        }
    }
    for suffix in COMPANIONS {
        let (from, to) = (with_suffix(target, suffix), with_suffix(kept, suffix));
        if is_taken(&from) {
            fs::rename(&from, &to).map_err(BackupError::io(&to))?;
        }
    }
    // The old file must not be lost to a power cut that the new one survives.
    Ok(sync_folder_of(target)?)
}

/// A name beside `target` that says when it was replaced.
fn free_name(target: &Path) -> PathBuf {
    let time = Utc::now().format("%Y-%m-%dT%H%M%SZ");
    let name = |number: u32| match number {
        0 => with_suffix(target, &format!(".replaced-{time}")),
        _ => with_suffix(target, &format!(".replaced-{time}-{number}")),
    };
    (0..NAMES)
        .map(name)
        .find(|name| first_there(name).is_none())
        .unwrap_or_else(|| name(NAMES))
}

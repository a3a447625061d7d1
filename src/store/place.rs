//! Whether the file is still where it was opened and can be written.
//!
//! Only looks: opening and closing the file here would release the locks that SQLite holds on it for
//! this process (<https://www.sqlite.org/howtocorrupt.html>, 2.2).

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statvfs};
use rustix::io::Errno;

use crate::store::room::LEAST_ROOM;

/// What is wrong with the file. Its text is for the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Misplaced {
    /// Nothing is at its path: what is written now will be lost.
    #[error("the database file has been removed or moved; what is written now will be lost")]
    Gone,
    /// Another file is at its path.
    #[error(
        "another file has taken the place of the database file; what is written now will be lost"
    )]
    Replaced,
    /// It may not be written any more.
    #[error("the database file cannot be written: {0}")]
    ReadOnly(io::Error),
    /// Its disk is full.
    #[error("the disk of the database file is full ({left} bytes left)")]
    Full {
        /// So much room is left.
        left: u64,
    },
    /// The system does not say.
    #[error("the database file cannot be looked at: {0}")]
    Unknown(io::Error),
}

/// A file that was opened.
#[derive(Debug)]
pub(crate) struct Place {
    path: PathBuf,
    /// The device and the number of the file.
    identity: (u64, u64),
}

impl Place {
    /// The place of a file that is open.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: std::path::absolute(path)?,
            identity: identity(path)?,
        })
    }

    /// Whether the file is still there, may be written and has room.
    ///
    /// # Errors
    /// [`Misplaced`].
    pub(crate) fn check(&self) -> Result<(), Misplaced> {
        match identity(&self.path) {
            Ok(identity) if identity == self.identity => {}
            Ok(_) => return Err(Misplaced::Replaced),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Misplaced::Gone),
            Err(error) => return Err(Misplaced::Unknown(error)),
        }
        access(&self.path, Access::WRITE_OK).map_err(|error| Misplaced::ReadOnly(error.into()))?;
        has_room(statvfs(&self.path).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)))
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = std::fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

fn has_room(left: Result<u64, Errno>) -> Result<(), Misplaced> {
    match left {
        Ok(left) if left < LEAST_ROOM => Err(Misplaced::Full { left }),
        Ok(_) => Ok(()),
        Err(error) => Err(Misplaced::Unknown(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_removed_or_replaced_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        std::fs::write(&path, "first").unwrap();
        let place = Place::of(&path).unwrap();
        assert!(place.check().is_ok());
        let aside = folder.path().join("b.db");
        std::fs::rename(&path, &aside).unwrap();
        assert!(matches!(place.check(), Err(Misplaced::Gone)));
        std::fs::write(&path, "second").unwrap();
        assert!(matches!(place.check(), Err(Misplaced::Replaced)));
        std::fs::rename(&aside, &path).unwrap();
        assert!(place.check().is_ok());
    }

    #[test]
    fn a_file_that_may_not_be_written_is_noticed() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        std::fs::write(&path, "").unwrap();
        let place = Place::of(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
        // To root no permission matters.
        let may_write = rustix::process::geteuid().is_root();
        let noticed = matches!(place.check(), Err(Misplaced::ReadOnly(_)));
        assert_eq!(noticed, !may_write);
    }

    #[test]
    fn a_full_disk_is_noticed() {
        assert!(has_room(Ok(LEAST_ROOM)).is_ok());
        assert!(matches!(
            has_room(Ok(4096)),
            Err(Misplaced::Full { left: 4096 })
        ));
        assert!(matches!(
            has_room(Err(Errno::IO)),
            Err(Misplaced::Unknown(_))
        ));
    }
}

//! What lies in the folder of a database, and whose it is.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;

use crate::store::files::folder_of;

/// What SQLite keeps beside a database, by what is added to its name. Each belongs to exactly that
/// database: beside another one it would be taken for a part of that and ruin it.
pub(super) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Whether something has that name, be it a link that leads nowhere.
pub(super) fn is_taken(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether both are names of one file.
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

/// Gives a new file to whoever owns the file that it replaces, or else the folder: a service that runs
/// as its own user has to be able to open what an administrator restored. Only root can, and only for
/// root it matters.
pub(super) fn hand_over(made: &Path, replaces: &Path) -> io::Result<()> {
    let like = fs::metadata(replaces).or_else(|_| fs::metadata(folder_of(replaces)))?;
    let is = fs::metadata(made)?;
    if is.uid() == 0 && (like.uid(), like.gid()) != (is.uid(), is.gid()) {
        chown(made, Some(like.uid()), Some(like.gid()))?;
    }
    Ok(())
}

//! The files around a database: who may read them, temporary ones, and that the storage has their names.
//!
//! A database holds names and addresses, so whatever is made here is for its owner only.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::store::error::StoreError;

/// Read and write for the owner, nothing for anybody else. SQLite gives a file's `-wal` and `-shm` the
/// same mode as the file.
const OWNER_ONLY: u32 = 0o600;

/// Makes an empty file for its owner only where there is none; one that is there stays as it is. SQLite
/// by itself would make one that every user can read.
///
/// What goes wrong is left to SQLite, which meets it too and has to say it anyway.
pub(crate) fn make(path: &Path) {
    // To SQLite these two are no files.
    if path.as_os_str().is_empty() || path.as_os_str() == ":memory:" {
        return;
    }
    // Never opens what is there: closing a handle drops the locks that this process has on the file.
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(OWNER_ONLY)
        .open(path);
    drop(made);
}

/// Logs a warning about a file that every user of the machine can read.
pub(crate) fn warn_when_exposed(path: &Path) {
    let Ok(metadata) = std::fs::metadata(path) else {
        return;
    };
    if metadata.permissions().mode() & 0o004 != 0 {
        log::warn!(
            "every user of this machine can read {0}, and it holds names and addresses: chmod 600 {0}",
            path.display()
        );
    }
}

/// The path with something added to its name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A new empty file beside `path`; it goes away unless it is renamed.
///
/// # Errors
/// [`StoreError::Io`].
pub(crate) fn beside(path: &Path) -> Result<TempPath, StoreError> {
    let folder = folder_of(path);
    let mut prefix = OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    prefix.push(".");
    let made = tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(|error| StoreError::io(folder, error))?;
    Ok(made.into_temp_path())
}

/// Makes sure that the storage has the names in the folder of `path`.
///
/// # Errors
/// [`StoreError::Io`].
pub(crate) fn sync_folder_of(path: &Path) -> Result<(), StoreError> {
    let folder = folder_of(path);
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| StoreError::io(folder, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::open::{Durability, writer};

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_and_its_log_are_for_their_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = writer(&path, Durability::Off).unwrap();
        connection.execute("DELETE FROM products", []).unwrap();
        for name in ["a.db", "a.db-wal", "a.db-shm"] {
            assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
        }
    }

    #[test]
    fn the_mode_of_a_file_that_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        drop(writer(&path, Durability::Off).unwrap());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        drop(writer(&path, Durability::Off).unwrap());
        assert_eq!(mode(&path), 0o640);
    }

    #[test]
    fn no_file_is_made_for_a_database_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        make(Path::new(":memory:"));
        make(Path::new(""));
        assert!(!Path::new(":memory:").exists());
        make(&folder.path().join("missing").join("a.db"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

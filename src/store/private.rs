//! Keeps the file from other users of the machine: it holds names and addresses.

use std::fs::OpenOptions;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

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

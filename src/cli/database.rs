//! Opens the service's file, and says what to do when that does not work.

use std::path::Path;

use sambatan::inspect::InspectError;
use sambatan::{Options, Sambatan};

use crate::cli::Failure;
use crate::cli::output::visible;

/// Opens a file, or makes a new one.
///
/// # Errors
/// [`Failure::Failed`] with what to do about it.
pub(super) fn open(path: &Path, options: Options) -> Result<Sambatan, Failure> {
    require_place(path)?;
    Sambatan::open_with(path, options).map_err(|error| cannot_open(path, &error))
}

/// As [`open`], but a file that is missing is not made.
///
/// # Errors
/// As [`open`].
pub(super) fn open_existing(path: &Path, options: Options) -> Result<Sambatan, Failure> {
    if path.exists() {
        open(path, options)
    } else {
        Err(missing(path))
    }
}

/// There is no such file.
pub(super) fn missing(path: &Path) -> Failure {
    Failure::Failed(format!(
        "there is no file {}. Name the database with --db FILE, or make it with `sambatan serve`.",
        shown(path)
    ))
}

/// The file could not be opened or read.
pub(super) fn cannot_open(path: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::Failed(format!(
        "cannot open {}: {error}. Check that this user may write the file and its folder, and that no other program holds it locked.",
        shown(path)
    ))
}

/// A file could not be looked into, or a query was refused.
pub(super) fn cannot_inspect(path: &Path, error: InspectError) -> Failure {
    match error {
        InspectError::Missing { .. } => missing(path),
        InspectError::Store(error) => cannot_open(path, &error),
        refused => Failure::Failed(visible(&format!("{refused}.")).into_owned()),
    }
}

/// Asks that a file can be at `path`: its folder is there, and it is no folder itself.
///
/// # Errors
/// [`Failure::Failed`].
pub(super) fn require_place(path: &Path) -> Result<(), Failure> {
    // SQLite would take this for a database of its own for each connection, in memory.
    if path.as_os_str() == ":memory:" {
        return Err(Failure::Failed(
            ":memory: is no file. Name one with --db; for data that goes away use `sambatan demo`."
                .to_owned(),
        ));
    }
    if path.is_dir() {
        return Err(Failure::Failed(format!(
            "{} is a folder. Name a file in it with --db.",
            shown(path)
        )));
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            Err(Failure::Failed(format!(
                "cannot open {}: there is no folder {}. Make it first.",
                shown(path),
                shown(folder)
            )))
        }
        _ => Ok(()),
    }
}

/// A path for a person.
pub(super) fn shown(path: &Path) -> String {
    visible(&path.display().to_string()).into_owned()
}

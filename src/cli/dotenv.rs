//! The file `.env` in the working directory, read before the flags. What the environment says already
//! stays.

use std::path::Path;

use crate::cli::Failure;

const FILE: &str = ".env";

/// Reads the file, when there is one.
///
/// # Errors
/// [`Failure::Usage`] when it cannot be read. The message does not repeat the line: it may be a secret.
pub(super) fn load() -> Result<(), Failure> {
    match dotenvy::from_path(Path::new(FILE)) {
        Ok(()) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        Err(dotenvy::Error::LineParse(line, _)) => Err(Failure::Usage(format!(
            "{FILE}{} is not understood. Write NAME=value, and quotes around a value with blanks: NAME=\"two words\".",
            line_number(&line).map_or_else(String::new, |number| format!(", line {number},"))
        ))),
        Err(error) => Err(Failure::Usage(format!("{FILE} cannot be read: {error}"))),
    }
}

/// Where the line that was not understood is.
fn line_number(line: &str) -> Option<usize> {
    let first = line.lines().find(|part| !part.trim().is_empty())?.trim();
    let text = std::fs::read_to_string(FILE).ok()?;
    let index = text.lines().position(|known| known.trim() == first)?;
    Some(index + 1)
}

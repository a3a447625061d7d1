//! The file `.env` in the working directory, read before the flags. What the environment says already
//! stays.
//!
//! Whoever can write the file says what the program does, so it has to be the user's own. What is not
//! understood in it is passed over and told of by its line, never by its text, which may be a secret.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use clap::Command;

use crate::cli::Failure;

const FILE: &str = ".env";
/// The longest file.
const MAX_FILE: u64 = 64 * 1024;
/// Settings of this program begin like this; all others are somebody else's.
const PREFIX: &str = "SAMBATAN_";
/// What replaces data, or erases it by a time that nobody looked at, is said each time, never left lying in a file.
const DESTROYS: [&str; 2] = ["SAMBATAN_FORCE", "SAMBATAN_CLOCK_IS_RIGHT"];
/// Empty in the environment these are refused: whoever sets a token wants to be guarded, and open is the
/// opposite of that.
const NEVER_EMPTY: [&str; 2] = ["SAMBATAN_ORGANISER_TOKEN", "SAMBATAN_ORGANISER_TOKEN_FILE"];

/// What is to be said about the file, once it is known how things are said.
pub(super) type Warnings = Vec<String>;

/// Reads the file, when there is one. `command` knows what can be set.
///
/// # Errors
/// [`Failure::Usage`] when it cannot be read.
pub(super) fn load(command: &Command) -> Result<Warnings, Failure> {
    let mut warnings = Warnings::new();
    let Some(text) = read(Path::new(FILE), &mut warnings)? else {
        return Ok(warnings);
    };
    let mut settings = Vec::new();
    let mut seen = HashSet::new();
    let mut lines_done = 0;
    for entry in dotenvy::from_read_iter(text.as_bytes()) {
        let (name, value) = match entry {
            Ok(entry) => entry,
            Err(dotenvy::Error::LineParse(line, _)) => {
                warnings.push(not_understood(&text, &line, &mut lines_done));
                continue;
            }
            Err(error) => return Err(unreadable(&error)),
        };
        if !name.starts_with(PREFIX) || !seen.insert(name.clone()) {
            continue;
        }
        if DESTROYS.contains(&name.as_str()) {
            warnings.push(format!(
                "{name} in {FILE} is passed over: what replaces or erases data is said with the command, each time"
            ));
        } else if value.is_empty() {
            if NEVER_EMPTY.contains(&name.as_str()) {
                warnings.push(format!("{name} is empty in {FILE}, so it is not set"));
            }
        } else if !knows(command, &name) {
            warnings.push(format!(
                "{FILE} sets {name}, which is no setting of this program"
            ));
        } else if std::env::var_os(&name).is_none_or(|set| set.is_empty()) {
            settings.push((name, value));
        }
    }
    set(&settings)?;
    Ok(warnings)
}

/// The same command without the settings that are empty in the environment: empty is as if not set.
pub(super) fn without_empty(command: Command) -> Command {
    let names: Vec<_> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    let command = command.mut_args(|argument| {
        let is_empty = argument.get_env().is_some_and(|name| {
            let may_be = !NEVER_EMPTY.iter().any(|never| name == *never);
            may_be && std::env::var_os(name).is_some_and(|value| value.is_empty())
        });
        if is_empty {
            argument.env(None::<&'static str>)
        } else {
            argument
        }
    });
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, without_empty)
    })
}

/// The text of the file; none when there is no file, or none that may be believed.
fn read(path: &Path, warnings: &mut Warnings) -> Result<Option<String>, Failure> {
    // Of a link, whoever made it counts too.
    let named = match std::fs::symlink_metadata(path) {
        Ok(named) => named,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
    };
    if !std::fs::metadata(path).is_ok_and(|found| found.is_file()) {
        warnings.push(format!("{FILE} is passed over: it is no file"));
        return Ok(None);
    }
    let file = std::fs::File::open(path).map_err(|error| unreadable(&error))?;
    let found = file.metadata().map_err(|error| unreadable(&error))?;
    let user = rustix::process::geteuid().as_raw();
    if let Some(reason) = foreign(&named, user).or_else(|| distrusted(&found, user)) {
        warnings.push(format!("{FILE} is passed over: {reason}"));
        return Ok(None);
    }
    if found.len() > MAX_FILE {
        warnings.push(format!("{FILE} is passed over: it is larger than 64 KiB"));
        return Ok(None);
    }
    let mut text = String::new();
    let read = file.take(MAX_FILE).read_to_string(&mut text);
    read.map_err(|error| unreadable(&error))?;
    // A byte order mark is no part of the first name.
    Ok(Some(text.trim_start_matches('\u{feff}').to_owned()))
}

/// Root may do everything anyway.
fn foreign(found: &Metadata, user: u32) -> Option<&'static str> {
    let is_own = found.uid() == user || found.uid() == 0;
    (!is_own).then_some("it belongs to another user, who would say what this program does")
}

/// Why a file may not be believed.
fn distrusted(found: &Metadata, user: u32) -> Option<&'static str> {
    const OTHERS_WRITE: u32 = 0o002;
    foreign(found, user).or_else(|| {
        (found.mode() & OTHERS_WRITE != 0).then_some(
            "everybody on this machine can write it; make it yours with `chmod 600 .env`",
        )
    })
}

fn unreadable(error: &dyn std::error::Error) -> Failure {
    Failure::Usage(format!("{FILE} cannot be read: {error}"))
}

/// Says where a line is that was not understood. Lines come in their order, so that of two that read the same
/// each is named.
fn not_understood(text: &str, line: &str, done: &mut usize) -> String {
    let first = line.lines().map(str::trim).find(|part| !part.is_empty());
    let found = text
        .lines()
        .enumerate()
        .skip(*done)
        .find(|(_, known)| Some(known.trim()) == first);
    let place = found.map_or_else(String::new, |(index, _)| {
        *done = index + 1;
        format!(", line {},", index + 1)
    });
    format!(
        "{FILE}{place} is not understood and passed over. Write NAME=value, and quotes around a value with blanks: NAME=\"two words\""
    )
}

/// Whether a flag of the command or of one of its subcommands can be set by this name.
fn knows(command: &Command, name: &str) -> bool {
    let own = command
        .get_arguments()
        .filter_map(|argument| argument.get_env());
    own.into_iter().any(|known| known == name)
        || command.get_subcommands().any(|sub| knows(sub, name))
}

/// Puts settings into the environment. Only the crate that reads such files can do so safely this early, and it
/// does it for a whole file: so one is written that has these and no others.
fn set(settings: &[(String, String)]) -> Result<(), Failure> {
    let mut text = String::new();
    for (name, value) in settings {
        text.push_str(name);
        text.push_str("=\"");
        for character in value.chars() {
            if matches!(character, '"' | '\\' | '$') {
                text.push('\\');
            }
            text.push(character);
        }
        text.push_str("\"\n");
    }
    dotenvy::from_read_override(text.as_bytes()).map_err(|error| unreadable(&error))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_believed_when_it_is_ones_own_and_others_can_not_write_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let found = |mode| {
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(file.path(), mode).unwrap();
            std::fs::metadata(file.path()).unwrap()
        };
        let owner = found(0o600).uid();
        for (mode, user, is_believed) in [
            (0o600, owner, true),
            (0o664, owner, true),
            (0o666, owner, false),
            (0o602, owner, false),
            (0o600, owner.wrapping_add(1), owner == 0),
        ] {
            let believed = distrusted(&found(mode), user).is_none();
            assert_eq!(believed, is_believed, "{mode:o} {user}");
        }
    }
}

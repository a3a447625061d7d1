//! `sambatan backup`: a copy of the file while it is served.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indicatif::HumanBytes;
use sambatan::backup::{self, BackupError, Copy};

use crate::cli::database::shown;
use crate::cli::flags::Database;
use crate::cli::progress::Watcher;
use crate::cli::{Failure, Outcome, database, output};

/// Copy the database, also while a server runs on it
///
/// The copy is the file as it is now: complete, checked, for its owner only. It gets its name when all of
/// that is done; a file that is there already is never touched.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The file to make
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

pub(super) fn run(args: &Args) -> Outcome {
    let (source, target) = (&args.database.path, &args.file);
    database::require_place(target)?;
    let copied = {
        let watcher = Watcher::of_copy()?;
        backup::back_up(source, target, &mut |progress| watcher.watch(progress))
    };
    let copy = copied.map_err(|error| match error {
        BackupError::Exists(path) => Failure::Failed(format!(
            "{} exists already, and a backup never replaces a file. Choose another name, for instance one with the date.",
            shown(&path)
        )),
        other => failure(source, other),
    })?;
    output::print(&format!(
        "{} is a backup of {}: {}. Everything that must hold in it does.",
        shown(target),
        shown(source),
        in_words(&copy)
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Size and contents of a copy.
pub(super) fn in_words(copy: &Copy) -> String {
    let count = |number: u64, one: &str, many: &str| {
        format!("{number} {}", if number == 1 { one } else { many })
    };
    format!(
        "{}, {}, {}",
        HumanBytes(copy.bytes),
        count(copy.contents.campaigns, "campaign", "campaigns"),
        count(copy.contents.participants, "participant", "participants"),
    )
}

/// What a backup and a restore can both fail of.
pub(super) fn failure(source: &Path, error: BackupError) -> Failure {
    Failure::Failed(match error {
        BackupError::Source(error) => return database::cannot_inspect(source, error),
        BackupError::Damaged { path, broken } => format!(
            "{0} is damaged, so nothing was made of it. These do not hold: {1}. `sambatan check --db {0}` shows where.",
            shown(&path),
            broken.join(", ")
        ),
        BackupError::Unfit { path, misfit } => format!(
            "{0} does not fit its log, so it was not restored: {1}. `sambatan audit verify --db {0}` says so again.",
            shown(&path),
            output::visible(&misfit.to_string())
        ),
        BackupError::Stopped => {
            "stopped; nothing was changed and nothing is left behind.".to_owned()
        }
        other => format!("{}.", output::visible(&other.to_string())),
    })
}

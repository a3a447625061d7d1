//! `sambatan restore`: a backup becomes the database.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::FalseyValueParser;
use sambatan::backup::{self, BackupError};
use sambatan::inspect::InspectError;

use crate::cli::backup::{failure, in_words};
use crate::cli::database::shown;
use crate::cli::flags::Database;
use crate::cli::progress::Watcher;
use crate::cli::{Failure, Outcome, database, output};

/// Make a backup the database
///
/// The backup is copied and checked before anything is touched, and stays as it is. Stop the server first.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    database: Database,
    /// Replace a database that is there; it is kept beside the new one, with the time in its name
    #[arg(long, env = "SAMBATAN_FORCE", value_parser = FalseyValueParser::new())]
    force: bool,
}

pub(super) fn run(args: &Args) -> Outcome {
    let (source, target) = (&args.file, &args.database.path);
    database::require_place(target)?;
    let restored = {
        let watcher = Watcher::of_copy()?;
        backup::restore(source, target, args.force, &mut |progress| {
            watcher.watch(progress)
        })
    };
    let restored = restored.map_err(|error| refusal(args, error))?;
    let mut lines = vec![format!(
        "{} is now a copy of {}: {}. Everything that must hold in it does, and it fits its log.",
        shown(target),
        shown(source),
        in_words(&restored.copy)
    )];
    if let Some(kept) = &restored.kept {
        lines.push(format!("What was there before is kept in {}.", shown(kept)));
    }
    output::print(&lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn refusal(args: &Args, error: BackupError) -> Failure {
    Failure::Failed(match error {
        BackupError::Exists(path) => format!(
            "{} exists already. With --force it is replaced, and kept under another name; or name another file with --db.",
            shown(&path)
        ),
        BackupError::InUse(path) => format!(
            "another program has {} open. Stop the server (and whatever replicates or reads the file), restore, and start it again.",
            shown(&path)
        ),
        BackupError::SameFile(path) => format!(
            "{} is the database itself. Name the backup, and the database with --db.",
            shown(&path)
        ),
        BackupError::Source(InspectError::Missing { .. }) => {
            format!("there is no backup {}.", shown(&args.file))
        }
        other => return failure(&args.file, other),
    })
}

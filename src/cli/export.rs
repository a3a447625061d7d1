//! `sambatan export`: tables for a spreadsheet.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use sambatan::domain::id::CampaignId;
use sambatan::{Error, Export, ExportForm, ExportKind};

use crate::cli::flags::Database;
use crate::cli::{Failure, Outcome, database, output};

/// Write who takes part, what to pack or what to pay back as CSV
///
/// Works while a server runs on the file. The table has names and addresses: keep it as such. What somebody
/// typed that a spreadsheet could take for a formula or a number has an apostrophe before it.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The table
    table: Table,
    #[command(flatten)]
    database: Database,
    /// The campaign
    #[arg(long, value_name = "ID")]
    campaign: CampaignId,
    /// Write into this new file, not to stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Whom it is for: with semicolons and a byte order mark Excel opens it right as it is set up in Indonesia
    /// [default: programs, with commas]
    #[arg(long = "for", value_name = "PROGRAM")]
    reader: Option<Reader>,
}

/// Who reads a table.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Reader {
    /// Excel
    Excel,
}

#[derive(Clone, Copy, ValueEnum)]
enum Table {
    /// Every participation, in the order of joining
    Participants,
    /// What to pack for whom, by name: only who takes part
    Picklist,
    /// What is paid back
    Refunds,
}

pub(super) fn run(args: &Args) -> Outcome {
    let kind = match args.table {
        Table::Participants => ExportKind::Participants,
        Table::Picklist => ExportKind::Picklist,
        Table::Refunds => ExportKind::Refunds,
    };
    table(
        &args.database.path,
        args.campaign,
        kind,
        args.reader,
        args.out.as_deref(),
    )
}

/// Writes a table of a campaign into a new file, or to stdout.
///
/// # Errors
/// [`Failure::Failed`] with what to do about it.
pub(super) fn table(
    database: &Path,
    campaign: CampaignId,
    kind: ExportKind,
    reader: Option<Reader>,
    out: Option<&Path>,
) -> Outcome {
    let service = database::open_existing(database, sambatan::Options::default())?;
    let form = match reader {
        None => ExportForm::Plain,
        Some(Reader::Excel) => ExportForm::Excel,
    };
    let written = service
        .export(campaign, kind)
        .map(|export| export.in_form(form))
        .map_err(|error| in_words(&error))
        .and_then(|export| match out {
            Some(path) => write_file(export, path),
            None => write_parts(export, output::write),
        });
    service.close();
    written.map(|()| ExitCode::SUCCESS)
}

fn write_parts(
    mut export: Export,
    mut write: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    while let Some(part) = export.next_part().map_err(|error| in_words(&error))? {
        write(&part)?;
    }
    Ok(())
}

fn write_file(export: Export, path: &Path) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| {
        let advice = match error.kind() {
            ErrorKind::AlreadyExists => "it is there already; choose another name".to_owned(),
            _ => error.to_string(),
        };
        Failure::Failed(format!("cannot write {}: {advice}", database::shown(path)))
    };
    // It has names and addresses: for nobody else on this machine.
    let opened = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file: File = opened.map_err(cannot)?;
    write_parts(export, |part| file.write_all(part).map_err(cannot))?;
    file.sync_all().map_err(cannot)
}

/// What to do about an error of a command that names a campaign.
pub(super) fn in_words(error: &Error) -> Failure {
    Failure::Failed(match error {
        Error::CampaignNotFound => {
            "there is no such campaign; `sambatan sql \"SELECT id, title FROM sambatan_campaigns\"` shows all".to_owned()
        }
        other => other.to_string(),
    })
}

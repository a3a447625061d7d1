//! `sambatan audit`: proves the log of every change, and writes it out.

use std::fs::OpenOptions;
use std::io::{BufWriter, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sambatan::domain::verification::{Misfit, Verified};
use sambatan::inspect::Inspector;
use serde::Serialize;

use crate::cli::flags::{Database, Format};
use crate::cli::{Failure, Outcome, database, output};

/// Verify the log of every change, or write it out
///
/// Changes nothing and works while a server runs on the file.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Walk the chain of hashes, replay every event and compare what follows with the tables
    ///
    /// Exit code 1 and the first row that does not fit when something was changed behind the program's
    /// back.
    Verify {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        format: Format,
    },
    /// Write every event as a line of JSON, oldest first
    Export {
        #[command(flatten)]
        database: Database,
        /// Write into this new file, not to stdout
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

pub(super) fn run(args: &Args) -> Outcome {
    match &args.action {
        Action::Verify { database, format } => verify(&database.path, format.json),
        Action::Export { database, out } => export(&database.path, out.as_deref()),
    }
}

fn verify(path: &Path, json: bool) -> Outcome {
    let verification = Inspector::open(path)
        .and_then(|inspector| inspector.verify())
        .map_err(|error| database::cannot_inspect(path, error))?;
    let report = if json {
        output::to_json(&Report::new(path, &verification))
    } else {
        in_words(&database::shown(path), &verification)
    };
    let printed = output::print(&report);
    if verification.is_ok() {
        printed.map(|()| ExitCode::SUCCESS)
    } else {
        // Also when nobody reads it.
        Ok(ExitCode::FAILURE)
    }
}

#[derive(Serialize)]
struct Report {
    file: String,
    ok: bool,
    events: Option<u64>,
    campaigns: Option<u64>,
    participations: Option<u64>,
    transactions: Option<u64>,
    /// Of before the file told everything: compared as far as the events go.
    campaigns_in_part: Option<u64>,
    participations_in_part: Option<u64>,
    misfit: Option<Found>,
}

#[derive(Serialize)]
struct Found {
    kind: &'static str,
    number: Option<i64>,
    sentence: String,
}

impl Report {
    fn new(path: &Path, verification: &Result<Verified, Misfit>) -> Self {
        let verified = verification.as_ref().ok();
        Self {
            file: path.display().to_string(),
            ok: verified.is_some(),
            events: verified.map(|found| found.events),
            campaigns: verified.map(|found| found.campaigns),
            participations: verified.map(|found| found.participations),
            transactions: verified.map(|found| found.transactions),
            campaigns_in_part: verified.map(|found| found.campaigns_in_part),
            participations_in_part: verified.map(|found| found.participations_in_part),
            misfit: verification.as_ref().err().map(|misfit| Found {
                kind: misfit.word(),
                number: misfit.number(),
                sentence: misfit.to_string(),
            }),
        }
    }
}

fn in_words(file: &str, verification: &Result<Verified, Misfit>) -> String {
    match verification {
        Ok(fits) => format!(
            "{file}: the log and the tables fit: {} events, {} campaigns, {} participations, {} movements of money. {}",
            fits.events,
            fits.campaigns,
            fits.participations,
            fits.transactions,
            extent(fits)
        ),
        Err(misfit) => format!(
            "{file}: {}. Keep a copy of the file before anything else is done to it.",
            output::visible(&misfit.to_string())
        ),
    }
}

/// How far the rows were compared.
fn extent(fits: &Verified) -> String {
    let (campaigns, participations) = (fits.campaigns_in_part, fits.participations_in_part);
    if campaigns + participations == 0 {
        return "All were compared fully.".to_owned();
    }
    format!(
        "{} campaigns and {} participations were compared fully; {campaigns} campaigns and {participations} participations of before the file was brought to this version, as far as their events go.",
        fits.campaigns - campaigns,
        fits.participations - participations
    )
}

fn export(path: &Path, out: Option<&Path>) -> Outcome {
    let inspector = Inspector::open(path).map_err(|error| database::cannot_inspect(path, error))?;
    match out {
        None => {
            let mut lines = BufWriter::new(std::io::stdout().lock());
            write_lines(&inspector, path, &mut lines, &|error| {
                output::failed(&error)
            })
        }
        Some(out) => {
            let cannot = |error: std::io::Error| cannot_write(out, &error);
            let opened = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(out);
            let mut lines = BufWriter::new(opened.map_err(cannot)?);
            write_lines(&inspector, path, &mut lines, &cannot)?;
            lines.get_ref().sync_all().map_err(cannot)
        }
    }?;
    Ok(ExitCode::SUCCESS)
}

fn write_lines(
    inspector: &Inspector,
    path: &Path,
    lines: &mut impl Write,
    cannot: &dyn Fn(std::io::Error) -> Failure,
) -> Result<(), Failure> {
    inspector
        .export_log(|line| writeln!(lines, "{line}"))
        .map_err(|error| database::cannot_inspect(path, error))?
        .and_then(|()| lines.flush())
        .map_err(cannot)
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    let advice = match error.kind() {
        ErrorKind::AlreadyExists => "it is there already; choose another name".to_owned(),
        _ => error.to_string(),
    };
    Failure::Failed(format!("cannot write {}: {advice}", database::shown(path)))
}

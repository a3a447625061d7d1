//! `sambatan check`: everything that must hold in a file.

use std::process::ExitCode;

use sambatan::inspect::{Finding, Inspector};
use serde::Serialize;

use crate::cli::flags::{Database, Format};
use crate::cli::table::{JsonRows, align};
use crate::cli::{Outcome, database, output};

/// Verify everything that must hold in the file
///
/// Changes nothing and works while a server runs on the file. Exit code 1 and the offending rows when
/// something is broken.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Outcome {
    let path = &args.database.path;
    let findings = Inspector::open(path)
        .and_then(|inspector| inspector.check())
        .map_err(|error| database::cannot_inspect(path, error))?;
    let all_hold = findings.iter().all(Finding::holds);
    let report = if args.format.json {
        output::to_json(&Report {
            file: path.display().to_string(),
            ok: all_hold,
            invariants: findings.iter().map(Line::from).collect(),
        })
    } else {
        in_words(&database::shown(path), &findings)
    };
    let printed = output::print(&report);
    if all_hold {
        printed.map(|()| ExitCode::SUCCESS)
    } else {
        // Also when nobody reads it.
        Ok(ExitCode::FAILURE)
    }
}

#[derive(Serialize)]
struct Report<'a> {
    file: String,
    ok: bool,
    invariants: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'static str,
    sentence: &'static str,
    ok: bool,
    /// Why it could not be checked.
    failure: Option<&'a str>,
    /// What is to be known although it breaks nothing.
    notes: &'a [String],
    /// How many rows offend; `rows` has the first of them.
    count: u64,
    rows: JsonRows<'a>,
}

impl<'a> From<&'a Finding> for Line<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            name: finding.name,
            sentence: finding.sentence,
            ok: finding.holds(),
            failure: finding.failure.as_deref(),
            notes: &finding.notes,
            count: finding.count,
            rows: JsonRows(&finding.offending),
        }
    }
}

fn in_words(file: &str, findings: &[Finding]) -> String {
    let mut lines = Vec::new();
    for finding in findings {
        let mark = if finding.holds() { "ok    " } else { "BROKEN" };
        lines.push(format!("{mark}  {}: {}", finding.name, finding.sentence));
        if let Some(failure) = &finding.failure {
            lines.push(format!(
                "        could not be checked: {}",
                output::visible(failure)
            ));
        }
        let notes = finding.notes.iter();
        lines.extend(notes.map(|note| format!("        note: {}", output::visible(note))));
        if finding.count > 0 {
            let table = align(&finding.offending).text;
            lines.extend(table.lines().map(|line| format!("        {line}")));
            let more = finding.count - finding.offending.rows.len() as u64;
            if more > 0 {
                lines.push(format!("        … and {more} more"));
            }
        }
    }
    let broken = findings.iter().filter(|finding| !finding.holds()).count();
    lines.push(String::new());
    lines.push(if broken == 0 {
        format!("{file}: all {} invariants hold.", findings.len())
    } else {
        format!(
            "{file}: {broken} of {} invariants are broken. Keep a copy of the file before anything else is done to it.",
            findings.len()
        )
    });
    lines.join("\n")
}

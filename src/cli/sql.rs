//! `sambatan sql`: one query that reads, through the SQLite that is built in.

use std::process::ExitCode;
use std::time::Duration;

use sambatan::inspect::{Inspector, QueryBounds, Table};

use crate::cli::flags::{Database, Format};
use crate::cli::table::{JsonRows, align};
use crate::cli::{Failure, Outcome, database, output};

/// How long a query may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Run one query that only reads
///
/// Works while a server runs on the file, without a second SQLite touching it. Stops after 30 seconds.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The query, in quotes: "SELECT title, status FROM sambatan_campaigns"
    #[arg(value_name = "QUERY")]
    query: String,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    format: Format,
    /// The most rows that are printed
    #[arg(
        long,
        value_name = "ROWS",
        env = "SAMBATAN_LIMIT",
        default_value = "1000",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    limit: u32,
}

pub(super) fn run(args: &Args) -> Outcome {
    let bounds = QueryBounds {
        rows: usize::try_from(args.limit).unwrap_or(usize::MAX),
        time: PATIENCE,
    };
    let path = &args.database.path;
    let table = Inspector::open(path)
        .and_then(|inspector| inspector.query(&args.query, bounds))
        .map_err(|error| with_hint(database::cannot_inspect(path, error), &args.query))?;
    if args.format.json {
        output::print(&output::to_json(&JsonRows(&table)))?;
    } else {
        output::print(&in_words(&table))?;
    }
    if table.has_more {
        // Not on stdout, where it would become part of the rows.
        output::complain(&format!(
            "there are more than {} rows; --limit shows more of them.",
            args.limit
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn in_words(table: &Table) -> String {
    let aligned = align(table);
    let mut text = aligned.text;
    if table.rows.is_empty() {
        text.push_str("\n(no rows)");
    }
    if aligned.was_cut {
        text.push_str("\n(text that ends in … was cut; --json shows all of it)");
    }
    text
}

/// What people bring along from another database is named in SQLite's words.
fn with_hint(failure: Failure, query: &str) -> Failure {
    let Failure::Failed(mut message) = failure else {
        return failure;
    };
    let query = query.to_ascii_lowercase();
    for (word, hint) in [
        (
            "interval",
            "SQLite writes NOW() - INTERVAL '1 hour' as datetime('now', '-1 hour').",
        ),
        (
            "get_sambatan_campaign_progress",
            "Here it is a view: SELECT * FROM sambatan_campaign_progress WHERE campaign_id = '…'.",
        ),
    ] {
        if query.contains(word) {
            message.push(' ');
            message.push_str(hint);
        }
    }
    Failure::Failed(message)
}

//! `sambatan sql`: one query that reads, through the SQLite that is built in.

use std::process::ExitCode;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use sambatan::inspect::{InspectError, Inspector, QueryBounds, Table};

use crate::cli::flags::{Database, Format};
use crate::cli::table::{JsonRows, align};
use crate::cli::{Failure, Outcome, database, output};

/// How long a query may go on after its time is up. It is told so, but may be within one step that hears
/// nothing; then the process ends, which harms nobody, as it only reads.
const GRACE: Duration = Duration::from_secs(2);

/// How much memory SQLite may take, in bytes.
const MEMORY: u32 = 256 * 1024 * 1024;

/// Run one query that only reads
///
/// Works while a server runs on the file, without a second SQLite touching it. Stops after 30 seconds; a value may
/// have 1 MiB and the answer 64 MiB.
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
    /// How long the query may take
    #[arg(
        long,
        value_name = "SECONDS",
        env = "SAMBATAN_SQL_TIMEOUT",
        default_value = "30",
        value_parser = clap::value_parser!(u16).range(1..=3600)
    )]
    timeout: u16,
}

pub(super) fn run(args: &Args) -> Outcome {
    let bounds = QueryBounds {
        rows: usize::try_from(args.limit).unwrap_or(usize::MAX),
        time: Duration::from_secs(u64::from(args.timeout)),
    };
    let watchdog = Watchdog::start(bounds.time);
    let path = &args.database.path;
    let table = Inspector::open(path)
        .and_then(|inspector| {
            inspector.limit_memory_of_the_process(MEMORY)?;
            inspector.query(&args.query, bounds)
        })
        .map_err(|error| with_hint(database::cannot_inspect(path, error), &args.query))?;
    drop(watchdog);
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

/// Ends the process when a query goes on after its time, until it is dropped.
struct Watchdog {
    _running: Sender<()>,
}

impl Watchdog {
    fn start(time: Duration) -> Self {
        let (running, ended) = bounded(0);
        std::thread::spawn(move || {
            if ended.recv_timeout(time + GRACE) == Err(RecvTimeoutError::Timeout) {
                output::complain(&format!("{}.", InspectError::TimeUp(time)));
                std::process::exit(1);
            }
        });
        Self { _running: running }
    }
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

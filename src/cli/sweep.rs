//! `sambatan sweep`: what the scheduler does, once.

use std::process::ExitCode;

use clap::builder::FalseyValueParser;
use sambatan::Sambatan;
use sambatan::domain::audit::AuditEvent;
use sambatan::domain::reports::LifecycleReport;

use crate::cli::flags::{Database, Forgetting};
use crate::cli::output::visible;
use crate::cli::{Failure, Outcome, database, output};

/// Open, complete and settle what is due, once
///
/// Does what the scheduler does, also while a server runs on the same file, and prints what changed.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    forgetting: Forgetting,
    /// The clock is right, although it is far from the latest time in the file
    #[arg(long, env = "SAMBATAN_CLOCK_IS_RIGHT", value_parser = FalseyValueParser::new())]
    clock_is_right: bool,
}

pub(super) fn run(args: &Args) -> Outcome {
    let options = sambatan::Options {
        forget_after_days: args.forgetting.days,
        ..sambatan::Options::default()
    };
    let service = database::open_existing(&args.database.path, options)?;
    if args.clock_is_right {
        service.confirm_clock().map_err(|error| {
            Failure::Failed(format!(
                "that the clock is right could not be noted: {error}. Run it again."
            ))
        })?;
    }
    let belief = service.clock_belief();
    if !belief.lets_settle() {
        let now = service.now();
        service.close();
        return Err(Failure::Failed(format!(
            "nothing was done (clock_suspect): the clock shows {now}, which is more than half a year after the latest time in the file. If the clock is right, run it again with --clock-is-right; if it is not, set it."
        )));
    }
    let report = service.run_lifecycle();
    let printed = match &report {
        Ok(report) => print_report(&service, report).and_then(|()| {
            if belief.lets_erase() {
                return Ok(());
            }
            output::print(&format!(
                "Nothing was erased (clock_suspect): the clock shows {}, which is far behind the latest time in the file. Set it, or say that it is right with --clock-is-right.",
                service.now()
            ))
        }),
        Err(error) => Err(Failure::Failed(format!(
            "the sweep did not finish: {error}. What it had done stands; run it again."
        ))),
    };
    service.close();
    printed.map(|()| ExitCode::SUCCESS)
}

fn print_report(service: &Sambatan, report: &LifecycleReport) -> Result<(), Failure> {
    for event in &report.transitions {
        output::print(&describe(service, event))?;
    }
    let listed = report.transitions.len() as u64;
    match report.transition_count {
        0 => output::print("Nothing was due."),
        1 => output::print("1 transition."),
        count if count > listed => output::print(&format!(
            "{count} transitions, of which {listed} are listed."
        )),
        count => output::print(&format!("{count} transitions.")),
    }
}

fn describe(service: &Sambatan, event: &AuditEvent) -> String {
    let facts: Vec<String> = event
        .metadata
        .facts()
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let campaign = event
        .campaign_id
        .and_then(|id| service.get_campaign(id).ok());
    let (id, title) = campaign.map_or_else(Default::default, |campaign| {
        (campaign.id.to_string(), campaign.title)
    });
    format!(
        "{}  {}  {id}  {}  ({})",
        event.timestamp,
        event.kind.name(),
        visible(&title),
        facts.join(", ")
    )
}

//! `sambatan webhooks`: where events are sent.

use std::fmt::Write;
use std::process::ExitCode;

use sambatan::domain::field::Problem;
use sambatan::domain::id::WebhookId;
use sambatan::domain::webhook::WebhookReport;
use sambatan::{Error, Sambatan};

use crate::cli::flags::Database;
use crate::cli::output::visible;
use crate::cli::{Failure, Outcome, database, output};

/// Add, list and remove the receivers of events
///
/// Works on the file, also while a server runs on it: that begins or ends to deliver within a few seconds.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Send every event of a campaign to an address from now on
    ///
    /// Prints the id and the secret that the receiver checks signatures with.
    Add {
        #[command(flatten)]
        database: Database,
        /// Where the receiver is: http://… or https://…
        url: String,
    },
    /// Show where events are sent, and how that goes
    List {
        #[command(flatten)]
        database: Database,
        /// Show the secrets too
        #[arg(long)]
        secrets: bool,
    },
    /// Send no more events to an address
    Remove {
        #[command(flatten)]
        database: Database,
        /// The id, as `list` shows it
        id: WebhookId,
    },
}

pub(super) fn run(args: &Args) -> Outcome {
    match &args.action {
        Action::Add { database, url } => on(database, |service| add(service, url)),
        Action::List { database, secrets } => on(database, |service| list(service, *secrets)),
        Action::Remove { database, id } => on(database, |service| remove(service, *id)),
    }
}

/// Opens the file for an action and closes it after.
fn on(database: &Database, action: impl FnOnce(&Sambatan) -> Result<String, Error>) -> Outcome {
    let service = database::open_existing(&database.path, sambatan::Options::default())?;
    let done = action(&service);
    service.close();
    let text = done.map_err(|error| Failure::Failed(in_words(&error)))?;
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn add(service: &Sambatan, url: &str) -> Result<String, Error> {
    let id = service.add_webhook(url)?.webhook.id;
    let secret = service.webhook_secret(id);
    Ok(format!("id      {id}\nsecret  {}", secret.as_str()))
}

fn list(service: &Sambatan, secrets: bool) -> Result<String, Error> {
    let reports = service.list_webhooks()?;
    if reports.is_empty() {
        return Ok("There are no webhooks.".to_owned());
    }
    let texts: Vec<_> = reports
        .iter()
        .map(|report| {
            let mut text = describe(report);
            if secrets {
                let secret = service.webhook_secret(report.webhook.id);
                let _ = write!(text, "\n    secret: {}", secret.as_str());
            }
            text
        })
        .collect();
    Ok(texts.join("\n"))
}

fn describe(report: &WebhookReport) -> String {
    let WebhookReport { webhook, pending } = report;
    let mut text = format!("{}  {}\n    ", webhook.id, visible(&webhook.url));
    let _ = match webhook.last_delivered_at {
        Some(at) => write!(text, "last delivered {at}"),
        None => write!(text, "nothing delivered yet"),
    };
    let _ = write!(text, ", {pending} events before it");
    if webhook.failures > 0 {
        let answer = match (webhook.last_status, webhook.last_failure) {
            (Some(status), _) => format!("answered {status}"),
            (None, Some(failure)) => failure.word().to_owned(),
            (None, None) => "no answer".to_owned(),
        };
        let _ = write!(
            text,
            "; failed {} times in a row ({answer})",
            webhook.failures
        );
        if let Some(next) = webhook.next_attempt_at {
            let _ = write!(text, ", next attempt {next}");
        }
    }
    text
}

fn remove(service: &Sambatan, id: WebhookId) -> Result<String, Error> {
    service.remove_webhook(id)?;
    Ok(format!("Nothing more is sent to {id}."))
}

fn in_words(error: &Error) -> String {
    match error {
        Error::ValidationFailed(errors)
            if errors.iter().any(|it| it.problem == Problem::NeverSentTo) =>
        {
            "nothing is ever sent to this address: it is a link-local or metadata address, or no single host's".to_owned()
        }
        Error::ValidationFailed(_) => "this is no address of a receiver: write http:// or https://, a host, and perhaps a port and a path, without a user name and without #".to_owned(),
        Error::WebhookNotFound => {
            "there is no such webhook; `sambatan webhooks list` shows all".to_owned()
        }
        other => other.to_string(),
    }
}

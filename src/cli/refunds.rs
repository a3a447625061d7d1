//! `sambatan refunds`: what has to go back to participants, and noting that it was sent.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use clap::builder::FalseyValueParser;
use sambatan::domain::id::{CampaignId, TransactionId};
use sambatan::domain::ledger::{Refund, TransactionStatus};
use sambatan::domain::money::Rupiah;
use sambatan::domain::reports::{Limit, Page};
use sambatan::{Error, ExportKind, Sambatan};
use serde::Serialize;

use crate::cli::flags::Database;
use crate::cli::output::visible;
use crate::cli::{Failure, Outcome, database, export, output};

/// List what has to go back to participants, note what was sent, or write it as CSV
///
/// Works on the file, also while a server runs on it.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Show refunds, oldest first: those that are due, of all campaigns, unless something else is asked for
    List {
        #[command(flatten)]
        database: Database,
        /// Only those that are so far; all of a campaign, and else those that are due, when it is not said
        #[arg(long)]
        status: Option<Status>,
        /// Only those of this campaign
        #[arg(long, value_name = "ID")]
        campaign: Option<CampaignId>,
        /// Print JSON, one object a line
        #[arg(long, env = "SAMBATAN_JSON", value_parser = FalseyValueParser::new())]
        json: bool,
    },
    /// Note that a refund was sent
    Send {
        #[command(flatten)]
        database: Database,
        /// The id, as `list` shows it
        id: TransactionId,
        /// The bank's number of the transfer
        #[arg(long, value_name = "TEXT")]
        reference: String,
    },
    /// Write the refunds of a campaign as CSV, as `sambatan export refunds` does
    Export {
        #[command(flatten)]
        database: Database,
        /// The campaign
        #[arg(long, value_name = "ID")]
        campaign: CampaignId,
        /// Write into this new file, not to stdout
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Whom it is for: with semicolons and a byte order mark Excel opens it right as it is set up in
        /// Indonesia [default: programs, with commas]
        #[arg(long = "for", value_name = "PROGRAM")]
        reader: Option<export::Reader>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Status {
    /// To be sent
    Due,
    /// Sent, and not acknowledged yet
    Sent,
    /// The participant has got it
    Acknowledged,
}

impl Status {
    fn is_of(self, refund: &Refund) -> bool {
        let status = match self {
            Self::Due => TransactionStatus::Due,
            Self::Sent => TransactionStatus::Sent,
            Self::Acknowledged => TransactionStatus::Acknowledged,
        };
        refund.transaction.status == status
    }
}

pub(super) fn run(args: &Args) -> Outcome {
    match &args.action {
        Action::List {
            database,
            status,
            campaign,
            json,
        } => {
            if campaign.is_none() && status.is_some_and(|status| status != Status::Due) {
                return Err(Failure::Usage(
                    "of all campaigns only what is due can be listed; name one with --campaign ID"
                        .to_owned(),
                ));
            }
            on(database, |service| list(service, *status, *campaign, *json))
        }
        Action::Send {
            database,
            id,
            reference,
        } => on(database, |service| send(service, *id, reference)),
        Action::Export {
            database,
            campaign,
            out,
            reader,
        } => export::table(
            &database.path,
            *campaign,
            ExportKind::Refunds,
            *reader,
            out.as_deref(),
        ),
    }
}

/// Opens the file for an action and closes it after.
fn on(database: &Database, action: impl FnOnce(&Sambatan) -> Result<(), Failure>) -> Outcome {
    let service = database::open_existing(&database.path, sambatan::Options::default())?;
    let done = action(&service);
    service.close();
    done.map(|()| ExitCode::SUCCESS)
}

fn list(
    service: &Sambatan,
    status: Option<Status>,
    campaign: Option<CampaignId>,
    json: bool,
) -> Result<(), Failure> {
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let (mut count, mut sum) = (0_u64, Rupiah::default());
    let mut after = None;
    loop {
        let page = match campaign {
            Some(campaign) => service.list_refunds(campaign, after, limit),
            None => service.list_due_refunds(after, limit),
        };
        let Page { items, next } = page.map_err(|error| in_words(&error))?;
        let wanted = |refund: &&Refund| status.is_none_or(|status| status.is_of(refund));
        for refund in items.iter().filter(wanted) {
            count += 1;
            sum = sum
                .checked_add(refund.transaction.amount)
                .ok_or_else(|| Failure::Failed("the sum is too large".to_owned()))?;
            output::print(&if json {
                output::to_json_line(&Row::from(refund))
            } else {
                describe(refund)
            })?;
        }
        after = next;
        if after.is_none() {
            break;
        }
    }
    match count {
        _ if json => Ok(()),
        0 => output::print("There are no such refunds."),
        1 => output::print(&format!("1 refund, {sum}.")),
        _ => output::print(&format!("{count} refunds, {sum}.")),
    }
}

fn send(service: &Sambatan, id: TransactionId, reference: &str) -> Result<(), Failure> {
    let refund = service
        .send_refund(id, reference)
        .map_err(|error| in_words(&error))?;
    output::print(&format!(
        "{} is noted as sent to {}.",
        refund.transaction.amount,
        visible(refund.user_id.as_str())
    ))
}

fn describe(refund: &Refund) -> String {
    let Refund {
        transaction,
        user_id,
        payout_account,
        account_changed_at,
    } = refund;
    let whereto = payout_account
        .as_deref()
        .unwrap_or("(has not said where to)");
    let changed = account_changed_at.map_or_else(String::new, |at| {
        format!("  (another account before {at}: not confirmed)")
    });
    let reference = transaction
        .reference
        .as_deref()
        .map_or_else(String::new, |reference| format!("  {}", visible(reference)));
    format!(
        "{}  {:<12}  {}  {}  {}{changed}{reference}",
        transaction.id,
        transaction.status.word(),
        transaction.amount,
        visible(user_id.as_str()),
        visible(whereto)
    )
}

/// A refund as JSON, with the names that the HTTP interface gives its fields.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    campaign_id: String,
    participation_id: Option<String>,
    status: &'static str,
    amount: i64,
    user_id: &'a str,
    payout_account: Option<&'a str>,
    payout_account_changed_at: Option<String>,
    reference: Option<&'a str>,
    created_at: String,
    sent_at: Option<String>,
    acknowledged_at: Option<String>,
}

impl<'a> From<&'a Refund> for Row<'a> {
    fn from(refund: &'a Refund) -> Self {
        let row = &refund.transaction;
        Self {
            id: row.id.to_string(),
            campaign_id: row.campaign_id.to_string(),
            participation_id: row.participation_id.map(|id| id.to_string()),
            status: row.status.word(),
            amount: row.amount.get(),
            user_id: refund.user_id.as_str(),
            payout_account: refund.payout_account.as_deref(),
            payout_account_changed_at: refund.account_changed_at.map(|at| at.to_string()),
            reference: row.reference.as_deref(),
            created_at: row.created_at.to_string(),
            sent_at: row.sent_at.map(|at| at.to_string()),
            acknowledged_at: row.acknowledged_at.map(|at| at.to_string()),
        }
    }
}

fn in_words(error: &Error) -> Failure {
    Failure::Failed(match error {
        Error::ValidationFailed(_) => {
            "the reference is 1 to 120 characters, without line breaks".to_owned()
        }
        Error::RefundNotFound => {
            "there is no such refund; `sambatan refunds list` shows what is due".to_owned()
        }
        Error::PayoutAccountUnconfirmed { changed_at } => format!(
            "the account was changed on {changed_at}; ask the participant, and confirm it on the participant's page before the refund is noted"
        ),
        Error::RefundStateInvalid { status } => format!(
            "the refund is {} already, so nothing was changed",
            status.word()
        ),
        other => return export::in_words(other),
    })
}

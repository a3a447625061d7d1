//! Refunds and bank statements.

use askama::Template;

use crate::web::campaign::Notice;
use crate::web::card::Card;
use crate::web::frame::Frame;
use crate::web::text::Text;
use crate::web::values::Values;

/// A refund that is to be sent.
#[derive(Debug)]
pub(crate) struct RefundRow {
    /// Its id.
    pub(crate) id: String,
    /// Who gets it.
    pub(crate) handle: String,
    /// Their participation's page.
    pub(crate) path: String,
    /// How much.
    pub(crate) amount: String,
    /// Where it goes, as they said.
    pub(crate) account: Option<String>,
    /// That it took another one's place, and when: in words, and as its form says it.
    pub(crate) changed: Option<(String, String)>,
    /// What its field shows.
    pub(crate) values: Values,
}

/// A refund of a campaign, however far it is.
#[derive(Debug)]
pub(crate) struct RefundState {
    /// Who gets it.
    pub(crate) handle: String,
    /// Their participation's page.
    pub(crate) path: String,
    /// How much.
    pub(crate) amount: String,
    /// How far it is, in words.
    pub(crate) state: &'static str,
    /// When it came so far.
    pub(crate) at: String,
    /// What was noted when it was sent.
    pub(crate) reference: Option<String>,
}

/// The refunds of a campaign.
#[derive(Debug, Template)]
#[template(
    path = "organiser/campaign_refunds.html",
    config = "src/web/askama.toml"
)]
pub(crate) struct CampaignRefundsPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// The campaign.
    pub(crate) card: Card,
    /// Whether some are still to be sent.
    pub(crate) has_due: bool,
    /// The refunds, oldest first.
    pub(crate) refunds: Vec<RefundState>,
    /// Where the next page is.
    pub(crate) next: Option<String>,
}

/// The refunds that are to be sent.
#[derive(Debug, Template)]
#[template(path = "organiser/refunds.html", config = "src/web/askama.toml")]
pub(crate) struct RefundsPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// Why something was not done.
    pub(crate) notice: Option<Notice>,
    /// The refunds, oldest first.
    pub(crate) refunds: Vec<RefundRow>,
    /// Where the next page is.
    pub(crate) next: Option<String>,
    /// The token of its forms.
    pub(crate) form_token: String,
}

/// A line of a bank statement and what becomes of it.
#[derive(Debug)]
pub(crate) struct StatementRow {
    /// Its number.
    pub(crate) number: u64,
    /// The day.
    pub(crate) day: String,
    /// How much came in.
    pub(crate) amount: String,
    /// What becomes of it, in words.
    pub(crate) result: &'static str,
    /// What is missing or too much.
    pub(crate) difference: Option<String>,
    /// Whose it is.
    pub(crate) whose: Vec<Chosen>,
    /// What the bank and the sender wrote.
    pub(crate) description: String,
}

/// Somebody, or a refund of theirs, that a line can be matched to.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    /// The id that a form sends.
    pub(crate) value: String,
    /// Who it is.
    pub(crate) handle: String,
    /// An amount, or where they take part.
    pub(crate) more: String,
    /// Their participation's page.
    pub(crate) path: String,
}

/// A line that waits for the organiser's word.
#[derive(Debug)]
pub(crate) struct MatchLine {
    /// Its number.
    pub(crate) number: u64,
    /// What it is known by.
    pub(crate) fingerprint: String,
    /// The day, for the form.
    pub(crate) date: String,
    /// The day, for people.
    pub(crate) day: String,
    /// How much, for the form.
    pub(crate) value: i64,
    /// How much, for people.
    pub(crate) amount: String,
    /// What the bank and the sender wrote.
    pub(crate) description: String,
    /// Why it waits, in words.
    pub(crate) result: &'static str,
    /// Whom it may be of.
    pub(crate) choices: Vec<Chosen>,
    /// Whether it may be a payment of theirs that is recorded already.
    pub(crate) may_be_recorded: bool,
    /// The ids of all of them, when it may be of all together.
    pub(crate) all: Option<String>,
}

/// What came of a statement.
#[derive(Debug)]
pub(crate) struct StatementResult {
    /// The id of the statement that waits.
    pub(crate) file: String,
    /// How many lines can be recorded and their sum; none when there are none, or they are.
    pub(crate) record: Option<String>,
    /// How many lines came out how, with their sums.
    pub(crate) totals: Vec<(&'static str, String)>,
    /// Before the first of the lines shown that wait for the organiser's word there are so many.
    pub(crate) from: usize,
    /// Where more of them are.
    pub(crate) next: Option<String>,
    /// The lines that wait for the organiser's word.
    pub(crate) open: Vec<MatchLine>,
    /// The lines that may have sent a refund.
    pub(crate) refunds: Vec<MatchLine>,
    /// All other lines.
    pub(crate) settled: Vec<StatementRow>,
    /// Whether there are more lines than are shown.
    pub(crate) has_more: bool,
    /// Who has not paid: code and label.
    pub(crate) payable: Vec<(String, String)>,
}

/// What the organiser can say about the columns of a statement.
#[derive(Debug, Default)]
pub(crate) struct StatementChoices {
    /// The id of the statement that they are about.
    pub(crate) file: Option<String>,
    /// Whether they are asked for.
    pub(crate) is_open: bool,
    /// The names of its columns, as far as they were seen.
    pub(crate) seen: Vec<String>,
}

impl StatementChoices {
    /// The fields for names of columns, with their labels.
    fn columns(&self, t: &Text) -> [(&'static str, &'static str); 7] {
        [
            ("credit_column", t.credit_column),
            ("debit_column", t.debit_column),
            ("direction_column", t.direction_column),
            ("status_column", t.status_column),
            ("amount_column", t.amount_column),
            ("date_column", t.date_column),
            ("description_column", t.description_column),
        ]
    }

    /// The orders of a date, with an example each.
    fn date_formats(&self) -> [(&'static str, &'static str); 4] {
        [
            ("dmy", "31/12/2026"),
            ("mdy", "12/31/2026"),
            ("ymd", "2026-12-31"),
            ("excel", "46387 (Excel)"),
        ]
    }
}

/// Importing a bank statement.
#[derive(Debug, Template)]
#[template(path = "organiser/payments.html", config = "src/web/askama.toml")]
pub(crate) struct PaymentsPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// What was done, or why not.
    pub(crate) notice: Option<Notice>,
    /// Where the statement is that something was to be done with.
    pub(crate) back: Option<String>,
    /// What came of a statement.
    pub(crate) result: Option<StatementResult>,
    /// What was pasted and cannot be read.
    pub(crate) statement: String,
    /// What can be said about its columns.
    pub(crate) choices: StatementChoices,
    /// The token of its forms.
    pub(crate) form_token: String,
}

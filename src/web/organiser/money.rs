//! Refunds and bank statements.

use askama::Template;

use crate::web::campaign::Notice;
use crate::web::card::Card;
use crate::web::frame::Frame;
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
    /// That it took another one's place, and when.
    pub(crate) changed: Option<String>,
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
    pub(crate) handle: String,
    /// Their participation's page.
    pub(crate) path: Option<String>,
    /// What the bank and the sender wrote.
    pub(crate) description: String,
}

/// Importing a bank statement.
#[derive(Debug, Template)]
#[template(path = "organiser/payments.html", config = "src/web/askama.toml")]
pub(crate) struct PaymentsPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was done, or why not.
    pub(crate) notice: Option<Notice>,
    /// How many lines came out how, with their sums.
    pub(crate) totals: Vec<(&'static str, String)>,
    /// The lines.
    pub(crate) lines: Vec<StatementRow>,
    /// Whether there are more lines than are shown.
    pub(crate) has_more: bool,
    /// What was pasted.
    pub(crate) statement: String,
    /// Whether something of it can be recorded.
    pub(crate) can_record: bool,
    /// The token of its form.
    pub(crate) form_token: String,
}

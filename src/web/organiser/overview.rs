//! The overview.

use askama::Template;

use crate::web::card::Card;
use crate::web::frame::Frame;

/// A number with its name.
#[derive(Debug)]
pub(crate) struct Total {
    /// The number.
    pub(crate) count: u64,
    /// What is counted.
    pub(crate) label: &'static str,
    /// Where they are listed.
    pub(crate) path: String,
}

/// How the scheduler does.
#[derive(Debug)]
pub(crate) struct SchedulerView {
    /// Whether it runs.
    pub(crate) is_running: bool,
    /// More about it: names and values.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// Why its last sweep failed.
    pub(crate) last_error: Option<String>,
}

/// A campaign where somebody still owes.
#[derive(Debug)]
pub(crate) struct UnpaidRow {
    /// Its title.
    pub(crate) title: String,
    /// Where the reminders are.
    pub(crate) path: String,
    /// How many owe, in words.
    pub(crate) count: String,
}

/// Somebody who says that they have paid.
#[derive(Debug)]
pub(crate) struct ClaimRow {
    /// Their participation's page.
    pub(crate) path: String,
    /// The name that everybody sees.
    pub(crate) handle: String,
    /// What is to be looked for.
    pub(crate) amount: String,
    /// What they said.
    pub(crate) claims: String,
}

/// The overview.
#[derive(Debug, Template)]
#[template(path = "organiser/overview.html", config = "src/web/askama.toml")]
pub(crate) struct OverviewPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// Campaigns by status.
    pub(crate) totals: Vec<Total>,
    /// The slots that are taken in all of them.
    pub(crate) slots_taken: u64,
    /// Whether there are refunds to send.
    pub(crate) has_refunds_due: bool,
    /// Who says that they have paid.
    pub(crate) claims: Vec<ClaimRow>,
    /// Whether there are more of them.
    pub(crate) has_more_claims: bool,
    /// The campaigns that ask for money and have no account to send it to: their names and paths.
    pub(crate) without_account: Vec<(String, String)>,
    /// Where somebody still owes.
    pub(crate) unpaid: Vec<UnpaidRow>,
    /// The campaigns that run, the earliest deadline first.
    pub(crate) closing: Vec<Card>,
    /// The time, while it is not believed.
    pub(crate) suspect_time: Option<String>,
    /// How the scheduler does.
    pub(crate) scheduler: SchedulerView,
    /// The token of its forms.
    pub(crate) form_token: String,
}

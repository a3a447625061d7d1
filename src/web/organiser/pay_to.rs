//! Accounts that people pay to.

use askama::Template;

use crate::web::campaign::Notice;
use crate::web::frame::Frame;
use crate::web::values::Values;

/// An account in the list.
#[derive(Debug)]
pub(crate) struct AccountRow {
    /// Its id.
    pub(crate) id: String,
    /// The bank, the wallet, or the merchant.
    pub(crate) name: String,
    /// The number and the holder, or the merchant's id.
    pub(crate) about: String,
    /// The organiser's note.
    pub(crate) note: Option<String>,
    /// Since when it is retired.
    pub(crate) retired_at: Option<String>,
}

/// The organiser's accounts.
#[derive(Debug, Template)]
#[template(path = "organiser/pay_to.html", config = "src/web/askama.toml")]
pub(crate) struct PayToPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// Why something was not done.
    pub(crate) notice: Option<Notice>,
    /// The accounts, newest first.
    pub(crate) accounts: Vec<AccountRow>,
    /// Where the next page is.
    pub(crate) next: Option<String>,
    /// What the fields of the form show.
    pub(crate) values: Values,
    /// The token of its forms.
    pub(crate) form_token: String,
}

/// An account to choose for a campaign.
#[derive(Debug)]
pub(crate) struct AccountChoice {
    /// Its id.
    pub(crate) id: String,
    /// What it is.
    pub(crate) label: String,
    /// Whether it is chosen.
    pub(crate) is_chosen: bool,
}

//! A campaign's public page.

use askama::Template;

use crate::web::card::Card;
use crate::web::chart::Chart;
use crate::web::frame::Frame;
use crate::web::share::Share;
use crate::web::values::Values;

/// A campaign's public page. Of its participants it knows handles and numbers of slots, nothing else.
#[derive(Debug, Template)]
#[template(path = "campaign.html", config = "src/web/askama.toml")]
pub(crate) struct CampaignPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// Why the join that was just asked for did not happen.
    pub(crate) notice: Option<Notice>,
    /// The campaign.
    pub(crate) card: Card,
    /// What is bought.
    pub(crate) product_name: String,
    /// More about it.
    pub(crate) description: Option<String>,
    /// What people agree to, in plain sentences.
    pub(crate) deal: Vec<String>,
    /// How slots filled.
    pub(crate) chart: Option<Chart>,
    /// Why nobody can join.
    pub(crate) closed: Option<String>,
    /// Why the deadline was moved, as typed.
    pub(crate) extend_reason: Option<String>,
    /// Why the organiser called it off, as typed.
    pub(crate) reason: Option<String>,
    /// The form to join by, while one can.
    pub(crate) form: Option<JoinForm>,
    /// How to share it.
    pub(crate) share: Share,
    /// Who is in.
    pub(crate) handles: Vec<Handle>,
    /// The number of the first of them on this page.
    pub(crate) first_number: u32,
    /// Whether this is not the first page of them.
    pub(crate) is_later_page: bool,
    /// Where the next page of them is.
    pub(crate) next: Option<String>,
}

/// What happened to what somebody just did.
#[derive(Debug)]
pub(crate) struct Notice {
    /// `good` or `bad`.
    pub(crate) tone: &'static str,
    /// In a few words.
    pub(crate) title: String,
    /// What to do next.
    pub(crate) detail: String,
}

/// The form to join by.
#[derive(Debug)]
pub(crate) struct JoinForm {
    /// Makes the form one that counts once.
    pub(crate) nonce: String,
    /// Whether no slots are left, so that one can only wait for some.
    pub(crate) only_waits: bool,
    /// Whether whoever has joined already may show it, since each person may have so many slots and no more.
    pub(crate) asks_for_own_link: bool,
    /// What its fields show.
    pub(crate) values: Values,
    /// Whether the campaign asks for a code.
    pub(crate) asks_code: bool,
    /// What the field for the number of slots lets pass.
    pub(crate) quantity_attributes: String,
}

/// A participant, as everybody sees them.
#[derive(Debug)]
pub(crate) struct Handle {
    /// The name that they chose.
    pub(crate) name: String,
    /// Their slots, in words.
    pub(crate) slots: String,
}

/// The numbers of a campaign that a page asks for again and again.
#[derive(Debug, Template)]
#[template(path = "live.html", config = "src/web/askama.toml")]
pub(crate) struct LiveFragment {
    /// The campaign.
    pub(crate) card: Card,
}

//! A participant's own page, and the page before it.

use askama::Template;

use crate::web::campaign::Notice;
use crate::web::card::Card;
use crate::web::frame::Frame;
use crate::web::pay::Way;
use crate::web::values::Values;

/// A participant's own page.
#[derive(Debug, Template)]
#[template(path = "own.html", config = "src/web/askama.toml")]
pub(crate) struct OwnPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// Whether they joined just now.
    pub(crate) has_joined: bool,
    /// What became of what they just did.
    pub(crate) notice: Option<Notice>,
    /// The campaign.
    pub(crate) card: Card,
    /// The page's path.
    pub(crate) path: String,
    /// The participation's status in words.
    pub(crate) status: &'static str,
    /// The class of its badge.
    pub(crate) tone: &'static str,
    /// Why it ended.
    pub(crate) reason: Option<String>,
    /// The name that everybody sees.
    pub(crate) handle: String,
    /// The slots, in words.
    pub(crate) quantity: String,
    /// What they cost.
    pub(crate) amount: String,
    /// What is still to be transferred, and how.
    pub(crate) transfer: Option<Transfer>,
    /// Where they can pay to.
    pub(crate) ways: Vec<Way>,
    /// Whether they can say that they have paid.
    pub(crate) can_claim: bool,
    /// That they have said so, in words.
    pub(crate) claimed: Option<String>,
    /// What goes back to them.
    pub(crate) refunds: Vec<OwnRefund>,
    /// Whether the account for a refund is asked for.
    pub(crate) asks_for_account: bool,
    /// The place on the waiting list: 1 is next.
    pub(crate) queue_place: Option<u32>,
    /// Where to ship to.
    pub(crate) address: String,
    /// A word to the organiser.
    pub(crate) note: Option<String>,
    /// When they joined.
    pub(crate) joined_at: String,
    /// What to expect.
    pub(crate) next_step: String,
    /// Opens this page anywhere.
    pub(crate) secret_link: String,
    /// Whether it can be cancelled.
    pub(crate) can_cancel: bool,
    /// What cancelling does.
    pub(crate) cancel_warning: String,
    /// The token of its forms.
    pub(crate) form_token: String,
    /// What the fields of the form that cancels show.
    pub(crate) values: Values,
}

/// What a participant is to transfer.
#[derive(Debug)]
pub(crate) struct Transfer {
    /// The amount, with the tail that tells whose it is unless it is the rest.
    pub(crate) amount: String,
    /// The same in digits alone, as a bank's form takes it.
    pub(crate) digits: String,
    /// Whether it is what a smaller payment left to pay.
    pub(crate) is_rest: bool,
    /// What to write into the transfer.
    pub(crate) code: String,
    /// Until when.
    pub(crate) pay_by: Option<String>,
}

/// Money that goes back to a participant.
#[derive(Debug)]
pub(crate) struct OwnRefund {
    /// Its id.
    pub(crate) id: String,
    /// How much.
    pub(crate) amount: String,
    /// How far it is, in words.
    pub(crate) state: &'static str,
    /// What the organiser noted when sending it.
    pub(crate) reference: Option<String>,
    /// Why the organiser gives it back.
    pub(crate) reason: Option<String>,
    /// Whether the participant can say that it has come.
    pub(crate) can_acknowledge: bool,
}

/// Asks for the secret of a participant's page: without a script nothing tells it from the link.
#[derive(Debug, Template)]
#[template(path = "locked.html", config = "src/web/askama.toml")]
pub(crate) struct LockedPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// The path of the page behind it.
    pub(crate) path: String,
    /// What its field shows.
    pub(crate) values: Values,
}

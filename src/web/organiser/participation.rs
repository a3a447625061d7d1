//! A participation, as its organiser sees it.

use askama::Template;

use crate::web::campaign::Notice;
use crate::web::card::Card;
use crate::web::frame::Frame;
use crate::web::own::Transfer;
use crate::web::values::Values;

/// Money that moved.
#[derive(Debug)]
pub(crate) struct MovementRow {
    /// What it was, and how far it is.
    pub(crate) what: &'static str,
    /// How much.
    pub(crate) amount: String,
    /// When it was noted.
    pub(crate) at: String,
    /// Why the organiser gave it back.
    pub(crate) reason: Option<String>,
    /// What was noted with it.
    pub(crate) reference: Option<String>,
}

/// A participation, as its organiser sees it.
#[derive(Debug, Template)]
#[template(path = "organiser/participation.html", config = "src/web/askama.toml")]
pub(crate) struct ParticipationPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// Why something was not done.
    pub(crate) notice: Option<Notice>,
    /// What has come in, which its forms send along: a form that is sent twice counts once.
    pub(crate) paid: i64,
    /// The campaign.
    pub(crate) card: Card,
    /// The page's path.
    pub(crate) path: String,
    /// The name that everybody sees.
    pub(crate) handle: String,
    /// The status in words.
    pub(crate) status: &'static str,
    /// The class of its badge.
    pub(crate) tone: &'static str,
    /// The slots, in words.
    pub(crate) quantity: String,
    /// The place on the waiting list: 1 is next.
    pub(crate) queue_place: Option<u32>,
    /// What they cost.
    pub(crate) amount: String,
    /// Whether they are paid, while they are held.
    pub(crate) standing: Option<String>,
    /// What is still to be transferred, and how.
    pub(crate) transfer: Option<Transfer>,
    /// What they said of a payment that has not come.
    pub(crate) claims: Option<String>,
    /// The money that moved, oldest first.
    pub(crate) movements: Vec<MovementRow>,
    /// Where to ship to.
    pub(crate) address: String,
    /// A word of the participant.
    pub(crate) note: Option<String>,
    /// Why they cancelled.
    pub(crate) reason: Option<String>,
    /// Where a refund goes, as they said.
    pub(crate) account: Option<String>,
    /// That it took another one's place, and when: in words, and as its form says it.
    pub(crate) account_changed: Option<(String, String)>,
    /// When they joined.
    pub(crate) joined_at: String,
    /// When their time to pay ran out.
    pub(crate) expired_at: Option<String>,
    /// Whether they can be confirmed.
    pub(crate) can_confirm: bool,
    /// Whether a payment can be noted.
    pub(crate) can_pay: bool,
    /// Whether a payment would be due to go back at once.
    pub(crate) goes_back: bool,
    /// Whether something can be taken off what was noted.
    pub(crate) can_adjust: bool,
    /// Whether something can be given back.
    pub(crate) can_give_back: bool,
    /// Makes the form that gives back one that counts once.
    pub(crate) request_id: String,
    /// Whether they can have their slots again.
    pub(crate) can_revive: bool,
    /// Whether they wait for slots.
    pub(crate) waits: bool,
    /// Whether they can be released, since they have paid nothing in a campaign that goes ahead.
    pub(crate) can_let_go: bool,
    /// Whether they can be cancelled.
    pub(crate) can_cancel: bool,
    /// Whether it is known who they are, so that they can be kept from coming back.
    pub(crate) can_ban: bool,
    /// Whether their address is known.
    pub(crate) can_ban_address: bool,
    /// Opens their own page.
    pub(crate) secret_link: String,
    /// What the fields of its forms show.
    pub(crate) values: Values,
    /// The token of its forms.
    pub(crate) form_token: String,
}

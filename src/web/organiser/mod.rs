//! The organiser's pages.

use askama::Template;

use crate::web::campaign::Notice;
use crate::web::card::Card;
use crate::web::frame::Frame;
use crate::web::own::Transfer;
use crate::web::values::Values;

/// A choice among several views of one list.
#[derive(Debug)]
pub(crate) struct Tab {
    /// Where it is.
    pub(crate) path: String,
    /// Its words.
    pub(crate) label: String,
    /// Whether it is the one that is shown.
    pub(crate) is_current: bool,
}

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
    /// Where somebody still owes.
    pub(crate) unpaid: Vec<UnpaidRow>,
    /// The campaigns that run, the earliest deadline first.
    pub(crate) closing: Vec<Card>,
    /// How the scheduler does.
    pub(crate) scheduler: SchedulerView,
    /// The token of its forms.
    pub(crate) form_token: String,
}

/// A list of campaigns.
#[derive(Debug, Template)]
#[template(path = "organiser/campaigns.html", config = "src/web/askama.toml")]
pub(crate) struct CampaignsPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// The list by status.
    pub(crate) tabs: Vec<Tab>,
    /// The campaigns, newest first.
    pub(crate) cards: Vec<Card>,
    /// Where the next page is.
    pub(crate) next: Option<String>,
}

/// A product in short.
#[derive(Debug)]
pub(crate) struct ProductRow {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its usual price.
    pub(crate) price: String,
    /// Whether campaigns can be opened for it.
    pub(crate) is_enabled: bool,
}

/// The form of a new campaign.
#[derive(Debug, Template)]
#[template(path = "organiser/campaign_form.html", config = "src/web/askama.toml")]
pub(crate) struct CampaignFormPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// Why it was not opened.
    pub(crate) notice: Option<Notice>,
    /// The products to choose from.
    pub(crate) products: Vec<ProductRow>,
    /// What its fields show.
    pub(crate) values: Values,
    /// Whether the further terms are unfolded, since something is wrong with one of them.
    pub(crate) is_terms_open: bool,
    /// That times are of a zone.
    pub(crate) zone_hint: String,
    /// The token of the form.
    pub(crate) form_token: String,
}

/// The form that changes a campaign's texts.
#[derive(Debug, Template)]
#[template(path = "organiser/campaign_edit.html", config = "src/web/askama.toml")]
pub(crate) struct CampaignEditPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// The campaign.
    pub(crate) card: Card,
    /// What its fields show.
    pub(crate) values: Values,
    /// The token of the form.
    pub(crate) form_token: String,
}

/// A participant in a list.
#[derive(Debug)]
pub(crate) struct PersonRow {
    /// The participation's id.
    pub(crate) id: String,
    /// The name that everybody sees.
    pub(crate) handle: String,
    /// The slots, in words.
    pub(crate) quantity: String,
    /// What they cost.
    pub(crate) amount: String,
    /// The status in words.
    pub(crate) status: &'static str,
    /// The class of its badge.
    pub(crate) tone: &'static str,
    /// Whether they are paid, while they are held.
    pub(crate) standing: Option<String>,
    /// When they joined.
    pub(crate) joined_at: String,
    /// Whether they can be confirmed.
    pub(crate) can_confirm: bool,
}

/// A campaign, as its organiser sees it.
#[derive(Debug, Template)]
#[template(path = "organiser/campaign.html", config = "src/web/askama.toml")]
pub(crate) struct CampaignPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// The campaign.
    pub(crate) card: Card,
    /// More about it: names and values.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// Its id.
    pub(crate) id: String,
    /// Whether its texts can be changed.
    pub(crate) can_edit: bool,
    /// Whether any money has come in.
    pub(crate) has_money: bool,
    /// Whether its deadline can move.
    pub(crate) can_extend: bool,
    /// That times are of a zone.
    pub(crate) zone_hint: String,
    /// Whether it can be called off.
    pub(crate) can_call_off: bool,
    /// What is searched for; empty for everybody.
    pub(crate) query: String,
    /// The participants of this page.
    pub(crate) people: Vec<PersonRow>,
    /// Whether any of them can be confirmed.
    pub(crate) can_confirm: bool,
    /// Where the next page is.
    pub(crate) next: Option<String>,
    /// The words of the way there.
    pub(crate) next_label: &'static str,
    /// What the fields of the forms that move its deadline and call it off show.
    pub(crate) values: Values,
    /// The token of its forms.
    pub(crate) form_token: String,
}

/// Money that moved.
#[derive(Debug)]
pub(crate) struct MovementRow {
    /// What it was, and how far it is.
    pub(crate) what: &'static str,
    /// How much.
    pub(crate) amount: String,
    /// When it was noted.
    pub(crate) at: String,
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
    /// Whether they can have their slots again.
    pub(crate) can_revive: bool,
    /// Whether they can be cancelled.
    pub(crate) can_cancel: bool,
    /// Opens their own page.
    pub(crate) secret_link: String,
    /// What the fields of its forms show.
    pub(crate) values: Values,
    /// The token of its forms.
    pub(crate) form_token: String,
}

/// A reminder to one person.
#[derive(Debug)]
pub(crate) struct Reminder {
    /// Names the field that it stands in.
    pub(crate) id: String,
    /// Who is reminded.
    pub(crate) handle: String,
    /// Of how much.
    pub(crate) amount: String,
    /// The words.
    pub(crate) text: String,
    /// Opens WhatsApp with them.
    pub(crate) whatsapp: String,
}

/// Texts for the chat.
#[derive(Debug, Template)]
#[template(path = "organiser/rekap.html", config = "src/web/askama.toml")]
pub(crate) struct RekapPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// The campaign.
    pub(crate) card: Card,
    /// The texts' languages.
    pub(crate) tabs: Vec<Tab>,
    /// The summary.
    pub(crate) rekap: String,
    /// A reminder for each who has not paid.
    pub(crate) reminders: Vec<Reminder>,
    /// Where more of them are.
    pub(crate) next: Option<String>,
}

/// Something that happened.
#[derive(Debug)]
pub(crate) struct EventRow {
    /// Its number in the log.
    pub(crate) number: i64,
    /// What it was.
    pub(crate) name: &'static str,
    /// When, as people read it.
    pub(crate) time: String,
    /// When, for programs.
    pub(crate) iso: String,
    /// Its numbers.
    pub(crate) facts: String,
}

/// What happened to a campaign.
#[derive(Debug, Template)]
#[template(path = "organiser/log.html", config = "src/web/askama.toml")]
pub(crate) struct LogPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// The campaign.
    pub(crate) card: Card,
    /// Where the whole log ends, in words; none when nothing has happened yet.
    pub(crate) chain: Option<String>,
    /// The events, newest first.
    pub(crate) events: Vec<EventRow>,
    /// Where older ones are.
    pub(crate) next: Option<String>,
}

/// What verifying the log came to.
#[derive(Debug)]
pub(crate) struct CheckView {
    /// The class of its notice.
    pub(crate) tone: &'static str,
    /// In words.
    pub(crate) sentence: String,
    /// More about it, for who runs the server.
    pub(crate) detail: Option<String>,
}

/// The log as a whole.
#[derive(Debug, Template)]
#[template(path = "organiser/audit.html", config = "src/web/askama.toml")]
pub(crate) struct AuditPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// Where it ends, in words and as a hash; none when nothing has happened yet.
    pub(crate) end: Option<(String, String)>,
    /// What verifying it came to.
    pub(crate) check: Option<CheckView>,
    /// The token of its form.
    pub(crate) form_token: String,
}

/// Somebody to ship to.
#[derive(Debug)]
pub(crate) struct PickRow {
    /// The name that everybody sees.
    pub(crate) handle: String,
    /// The slots, in words.
    pub(crate) quantity: String,
    /// Where to ship to.
    pub(crate) address: String,
    /// A word of the participant.
    pub(crate) note: String,
}

/// What to pack for whom, to be printed.
#[derive(Debug, Template)]
#[template(path = "organiser/pick_list.html", config = "src/web/askama.toml")]
pub(crate) struct PickListPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// The campaign.
    pub(crate) card: Card,
    /// When it was made.
    pub(crate) printed_at: String,
    /// Live participations in order of joining.
    pub(crate) people: Vec<PickRow>,
    /// Where the next page is.
    pub(crate) next: Option<String>,
}

/// The list of products.
#[derive(Debug, Template)]
#[template(path = "organiser/products.html", config = "src/web/askama.toml")]
pub(crate) struct ProductsPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// The products, newest first.
    pub(crate) products: Vec<ProductRow>,
    /// Where the next page is.
    pub(crate) next: Option<String>,
}

/// The form of a product, new or to be changed.
#[derive(Debug, Template)]
#[template(path = "organiser/product_form.html", config = "src/web/askama.toml")]
pub(crate) struct ProductFormPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What it is for.
    pub(crate) heading: &'static str,
    /// Where it is sent to.
    pub(crate) action: String,
    /// The words of its button.
    pub(crate) button: &'static str,
    /// The page before it.
    pub(crate) back: String,
    /// What its fields show.
    pub(crate) values: Values,
    /// The token of the form.
    pub(crate) form_token: String,
}

/// A product.
#[derive(Debug, Template)]
#[template(path = "organiser/product.html", config = "src/web/askama.toml")]
pub(crate) struct ProductPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// Why a change was not made.
    pub(crate) notice: Option<Notice>,
    /// The product.
    pub(crate) product: ProductRow,
    /// More about it.
    pub(crate) description: Option<String>,
    /// Whether the box for group buying is ticked.
    pub(crate) is_ticked: bool,
    /// What the fields show.
    pub(crate) values: Values,
    /// That times are of a zone.
    pub(crate) zone_hint: String,
    /// The token of the form.
    pub(crate) form_token: String,
}

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

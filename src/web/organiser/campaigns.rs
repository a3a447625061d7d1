//! Campaigns: the list, the forms, one of them, its texts for the chat.

use askama::Template;

use crate::web::campaign::Notice;
use crate::web::card::Card;
use crate::web::frame::Frame;
use crate::web::organiser::products::ProductRow;
use crate::web::organiser::{AccountChoice, Tab};
use crate::web::values::Values;

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
    /// The accounts to choose from.
    pub(crate) accounts: Vec<AccountChoice>,
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
    /// The accounts to choose from.
    pub(crate) accounts: Vec<AccountChoice>,
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
    /// What they said of a payment that has not come.
    pub(crate) claims: Option<String>,
    /// When they joined.
    pub(crate) joined_at: String,
    /// Whether they can be confirmed.
    pub(crate) can_confirm: bool,
}

/// The code of a campaign, and what is shared with it.
#[derive(Debug)]
pub(crate) struct Coded {
    /// The code.
    pub(crate) code: String,
    /// The whole address of the campaign's page with it.
    pub(crate) url: String,
    /// Where the picture of that address is.
    pub(crate) qr: String,
}

/// A campaign, as its organiser sees it.
#[derive(Debug, Template)]
#[template(path = "organiser/campaign.html", config = "src/web/askama.toml")]
pub(crate) struct CampaignPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// Why something was not done.
    pub(crate) notice: Option<Notice>,
    /// The campaign.
    pub(crate) card: Card,
    /// More about it: names and values.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// Its id.
    pub(crate) id: String,
    /// Whether somebody waits for slots of it although it goes ahead.
    pub(crate) can_close_list: bool,
    /// Whether its texts can be changed.
    pub(crate) can_edit: bool,
    /// Whether any money goes or went back.
    pub(crate) has_refunds: bool,
    /// Whether its deadline can move.
    pub(crate) can_extend: bool,
    /// That times are of a zone.
    pub(crate) zone_hint: String,
    /// What calling it off would do, when it can be.
    pub(crate) call_off: Option<String>,
    /// Whether it cannot be because money of it was paid out.
    pub(crate) is_paid_out: bool,
    /// Whether its join code can be changed.
    pub(crate) can_code: bool,
    /// The code that its joins have to bring, with the link that has it.
    pub(crate) coded: Option<Coded>,
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

/// Somebody to ship to.
#[derive(Debug)]
pub(crate) struct PickRow {
    /// The name that everybody sees.
    pub(crate) handle: String,
    /// The slots, in words.
    pub(crate) quantity: String,
    /// Whether they are paid, in words.
    pub(crate) payment: String,
    /// Whether something is still to be paid.
    pub(crate) owes: bool,
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

//! Answers as they go over the wire: field names and their order are the contract.

pub(crate) mod audit;
pub(crate) mod bans;
pub(crate) mod money;
pub(crate) mod pay_to;
mod scheduler;
mod session;
mod shown;
mod webhook;

pub(crate) use scheduler::{SchedulerAnswer, TriggerAnswer};
pub(crate) use session::SessionAnswer;
pub(crate) use shown::Shown;
pub(crate) use webhook::WebhookAnswer;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::audit::AuditEvent;
use crate::domain::campaign::Campaign;
use crate::domain::id::{CampaignId, ParticipationId, ProductId};
use crate::domain::ledger::PaymentState;
use crate::domain::participation::Participation;
use crate::domain::payment_code::PaymentCode;
use crate::domain::product::Product;
use crate::domain::reports::{DashboardSummary, LifecycleReport, Progress};
use crate::domain::time::Timestamp;
use crate::http::dto::pay_to::WayToPayAnswer;
use crate::http::dto::shown::{
    CampaignWord, CompletesWord, EventWord, ParticipationWord, PaymentWord, ShortfallWord,
    TimingWord,
};

/// A product.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Product")]
pub(crate) struct ProductAnswer<'a> {
    /// Its id.
    id: Shown<ProductId>,
    /// What is bought together.
    name: &'a str,
    /// What else there is to say.
    description: Option<&'a str>,
    /// The price of one outside a campaign, in whole rupiah.
    base_price: i64,
    /// Whether campaigns can be opened for it.
    is_sambatan_enabled: bool,
    /// The slots suggested for a campaign.
    sambatan_total_slots: Option<u32>,
    /// The deadline suggested for a campaign.
    sambatan_deadline: Option<Shown<Timestamp>>,
    /// When it was created.
    created_at: Shown<Timestamp>,
    /// When it last changed.
    updated_at: Shown<Timestamp>,
}

impl<'a> From<&'a Product> for ProductAnswer<'a> {
    fn from(product: &'a Product) -> Self {
        Self {
            id: Shown(product.id),
            name: &product.name,
            description: product.description.as_deref(),
            base_price: product.base_price.get(),
            is_sambatan_enabled: product.is_sambatan_enabled,
            sambatan_total_slots: product.sambatan_total_slots.map(|slots| slots.get()),
            sambatan_deadline: product.sambatan_deadline.map(Shown),
            created_at: Shown(product.created_at),
            updated_at: Shown(product.updated_at),
        }
    }
}

/// A campaign.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Campaign")]
pub(crate) struct CampaignAnswer<'a> {
    /// Its id.
    id: Shown<CampaignId>,
    /// What is bought.
    product_id: Shown<ProductId>,
    /// Its title.
    title: &'a str,
    /// The slots it sells.
    total_slots: u32,
    /// The price of one slot, in whole rupiah.
    price_per_slot: i64,
    /// The last moment to join.
    deadline: Shown<Timestamp>,
    /// Its state.
    #[schemars(with = "CampaignWord")]
    status: &'static str,
    /// The slots that are taken.
    slots_taken: u32,
    /// How much is taken, 0 to 100, cut to two decimals.
    progress_percent: f64,
    /// The slots that are left.
    slots_remaining: u32,
    /// So many are enough at the deadline.
    minimum_slots: u32,
    /// When it opens, when that was set.
    opens_at: Option<Shown<Timestamp>>,
    /// The number of participations that hold slots.
    participant_count: u32,
    /// Why the organiser called it off.
    cancel_reason: Option<&'a str>,
    /// When it was created.
    created_at: Shown<Timestamp>,
    /// When it last changed.
    updated_at: Shown<Timestamp>,
    /// What else there is to say.
    description: Option<&'a str>,
    /// What happens at the deadline without enough slots.
    #[schemars(with = "ShortfallWord")]
    on_shortfall: &'static str,
    /// By how many days the deadline moves then.
    extend_days: Option<u32>,
    /// When it goes ahead once it is full.
    #[schemars(with = "CompletesWord")]
    completes: &'static str,
    /// The most slots that one handle may hold or wait for.
    max_slots_per_user: Option<u32>,
    /// When people pay.
    #[schemars(with = "TimingWord")]
    payment: &'static str,
    /// How long people have to pay.
    pay_within_hours: Option<u32>,
    /// How long a reservation is kept after that.
    grace_hours: u32,
    /// The number of participations that are confirmed.
    confirmed_count: u32,
    /// The number of participations that wait for slots.
    waitlist_count: u32,
    /// When the minimum was first reached.
    tipped_at: Option<Shown<Timestamp>>,
    /// When the deadline moved because of too few slots.
    extended_at: Option<Shown<Timestamp>>,
    /// Why the organiser moved the deadline, the last time.
    extend_reason: Option<&'a str>,
    /// When it was completed, failed or was called off.
    ended_at: Option<Shown<Timestamp>>,
    /// The most slots of one join.
    max_slots_per_join: Option<u32>,
    /// Whether a join has to bring a code.
    join_code_required: bool,
}

impl<'a> From<&'a Campaign> for CampaignAnswer<'a> {
    fn from(campaign: &'a Campaign) -> Self {
        Self {
            id: Shown(campaign.id),
            product_id: Shown(campaign.product_id),
            title: &campaign.title,
            total_slots: campaign.total_slots.get(),
            price_per_slot: campaign.price_per_slot.get(),
            deadline: Shown(campaign.deadline),
            status: campaign.status.api_name(),
            slots_taken: campaign.slots_taken.get(),
            progress_percent: campaign.progress_percent(),
            slots_remaining: campaign.slots_remaining().get(),
            minimum_slots: campaign.minimum_slots.get(),
            opens_at: campaign.opens_at.map(Shown),
            participant_count: campaign.participant_count,
            cancel_reason: campaign.cancel_reason.as_deref(),
            created_at: Shown(campaign.created_at),
            updated_at: Shown(campaign.updated_at),
            description: campaign.description.as_deref(),
            on_shortfall: campaign.terms.on_shortfall.word(),
            extend_days: campaign.terms.extend_days,
            completes: campaign.terms.completes.word(),
            max_slots_per_user: campaign.terms.max_slots_per_user.map(|slots| slots.get()),
            payment: campaign.terms.payment.word(),
            pay_within_hours: campaign.terms.pay_within_hours,
            grace_hours: campaign.terms.grace_hours,
            confirmed_count: campaign.confirmed_count,
            waitlist_count: campaign.waitlist_count,
            tipped_at: campaign.tipped_at.map(Shown),
            extended_at: campaign.extended_at.map(Shown),
            extend_reason: campaign.extend_reason.as_deref(),
            ended_at: campaign.ended_at.map(Shown),
            max_slots_per_join: campaign.terms.max_slots_per_join.map(|slots| slots.get()),
            // Which one is for the organiser to share.
            join_code_required: campaign.join_code.is_some(),
        }
    }
}

/// What joins of a campaign have to bring.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JoinCode")]
pub(crate) struct JoinCodeAnswer<'a> {
    /// The code; none when the campaign asks for none.
    pub(crate) join_code: Option<&'a str>,
}

/// The row of the view `sambatan_campaign_progress`.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Progress")]
pub(crate) struct ProgressAnswer {
    /// The campaign.
    campaign_id: Shown<CampaignId>,
    /// The slots it sells.
    total_slots: u32,
    /// The slots that are taken.
    filled_slots: u32,
    /// The slots that are left.
    available_slots: u32,
    /// How much is taken, 0 to 100, cut to two decimals.
    progress: f64,
    /// The number of participations that hold slots.
    participant_count: u32,
    /// What they cost together, in whole rupiah.
    total_contribution: i64,
    /// Its state.
    #[schemars(with = "CampaignWord")]
    status: &'static str,
}

impl From<&Progress> for ProgressAnswer {
    fn from(progress: &Progress) -> Self {
        Self {
            campaign_id: Shown(progress.campaign_id),
            total_slots: progress.total_slots.get(),
            filled_slots: progress.filled_slots.get(),
            available_slots: progress.available_slots.get(),
            progress: progress.progress,
            participant_count: progress.participant_count,
            total_contribution: progress.total_contribution.get(),
            status: progress.status.api_name(),
        }
    }
}

/// A participation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Participation")]
pub(crate) struct ParticipationAnswer<'a> {
    /// Its id.
    id: Shown<ParticipationId>,
    /// The campaign.
    campaign_id: Shown<CampaignId>,
    /// The handle of who takes part.
    user_id: &'a str,
    /// The slots it holds or held.
    quantity: u32,
    /// Its state.
    #[schemars(with = "ParticipationWord")]
    status: &'static str,
    /// Where the goods go.
    shipping_address: &'a str,
    /// For the organiser.
    note: Option<&'a str>,
    /// When it began.
    joined_at: Shown<Timestamp>,
    /// When it last changed.
    updated_at: Shown<Timestamp>,
    /// What its slots cost, in whole rupiah.
    contribution_amount: i64,
    /// Why it was given back.
    cancel_reason: Option<&'a str>,
    /// What to transfer: the price and a small tail by which the payment is recognised. None while it waits for slots.
    transfer_amount: Option<i64>,
    /// What has come in for it, in whole rupiah.
    paid_amount: i64,
    /// Until when it should be paid.
    pay_by: Option<Shown<Timestamp>>,
    /// When it is released unless it has been confirmed by then.
    expires_at: Option<Shown<Timestamp>>,
    /// When it was released because it had not been confirmed.
    expired_at: Option<Shown<Timestamp>>,
    /// Where a refund goes.
    payout_account: Option<&'a str>,
    /// When what the participant typed was erased.
    erased_at: Option<Shown<Timestamp>>,
    /// For the note of the transfer.
    payment_code: Shown<PaymentCode>,
    /// When the participant said that the money is on its way.
    claimed_at: Option<Shown<Timestamp>>,
    /// The day on which they have sent it, as they said.
    claimed_on: Option<Shown<NaiveDate>>,
    /// How its money stands.
    #[schemars(with = "PaymentWord")]
    payment_state: &'static str,
    /// What is to be sent back, in whole rupiah.
    refunds_due: i64,
    /// What was sent back, in whole rupiah.
    refunds_sent: i64,
    /// What came back, as the participant said, in whole rupiah.
    refunds_acknowledged: i64,
    /// When it got slots from the waiting list.
    promoted_at: Option<Shown<Timestamp>>,
    /// When it was released because nothing was paid in a campaign that goes ahead.
    released_at: Option<Shown<Timestamp>>,
}

impl<'a> From<&'a Participation> for ParticipationAnswer<'a> {
    fn from(participation: &'a Participation) -> Self {
        Self {
            id: Shown(participation.id),
            campaign_id: Shown(participation.campaign_id),
            user_id: participation.user_id.as_str(),
            quantity: participation.quantity.get(),
            status: participation.status.api_name(),
            shipping_address: &participation.shipping_address,
            note: participation.note.as_deref(),
            joined_at: Shown(participation.joined_at),
            updated_at: Shown(participation.updated_at),
            contribution_amount: participation.contribution_amount.get(),
            cancel_reason: participation.cancel_reason.as_deref(),
            transfer_amount: participation.transfer_amount.map(|amount| amount.get()),
            paid_amount: participation.paid_amount.get(),
            pay_by: participation.pay_by.map(Shown),
            expires_at: participation.expires_at.map(Shown),
            expired_at: participation.expired_at.map(Shown),
            payout_account: participation.payout_account.as_deref(),
            erased_at: participation.erased_at.map(Shown),
            payment_code: Shown(PaymentCode::of(participation.id)),
            claimed_at: participation.claimed_at.map(Shown),
            claimed_on: participation.claimed_on.map(Shown),
            payment_state: PaymentState::of(participation).word(),
            refunds_due: participation.refunds.due.get(),
            refunds_sent: participation.refunds.sent.get(),
            refunds_acknowledged: participation.refunds.acknowledged.get(),
            promoted_at: participation.promoted_at.map(Shown),
            released_at: participation.released_at.map(Shown),
        }
    }
}

/// A participation as its participant sees it: with its place if it waits for slots, and with where to pay if
/// it is asked for money.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WholeParticipation")]
pub(crate) struct PlacedParticipationAnswer<'a> {
    #[serde(flatten)]
    pub(crate) participation: ParticipationAnswer<'a>,
    /// 1 is next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) waitlist_position: Option<u32>,
    /// Empty when it is asked for no money.
    pub(crate) pay_to: Vec<WayToPayAnswer<'a>>,
}

/// A secret link that was made anew.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RenewedLink")]
pub(crate) struct RenewedLinkAnswer {
    /// The participation.
    pub(crate) id: Shown<ParticipationId>,
    /// The secret that holds from now on.
    pub(crate) manage_token: String,
}

/// An entry of a campaign's log, or a transition.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub(crate) struct EventAnswer<'a> {
    /// The campaign, when it is about one.
    campaign_id: Option<Shown<CampaignId>>,
    /// What happened.
    #[schemars(with = "EventWord")]
    event: &'static str,
    /// When.
    timestamp: Shown<Timestamp>,
    /// Ids, numbers and words about it; never what a person typed.
    metadata: &'a Map<String, Value>,
    /// Its place in the log.
    number: i64,
}

impl<'a> From<&'a AuditEvent> for EventAnswer<'a> {
    fn from(event: &'a AuditEvent) -> Self {
        Self {
            campaign_id: event.campaign_id.map(Shown),
            event: event.kind.name(),
            timestamp: Shown(event.timestamp),
            metadata: event.metadata.facts(),
            number: event.number,
        }
    }
}

/// Totals over all campaigns.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Dashboard")]
pub(crate) struct DashboardAnswer {
    /// All campaigns.
    total_campaigns: u64,
    /// Those that are open.
    active_campaigns: u64,
    /// Those whose slots are all taken.
    full_campaigns: u64,
    /// Those that went ahead.
    completed_campaigns: u64,
    /// Those that did not come about.
    failed_campaigns: u64,
    /// The slots that are taken in all of them.
    total_slots_taken: u64,
    /// Those that are not open yet.
    inactive_campaigns: u64,
    /// Those that were called off.
    cancelled_campaigns: u64,
}

impl From<&DashboardSummary> for DashboardAnswer {
    fn from(summary: &DashboardSummary) -> Self {
        Self {
            total_campaigns: summary.total_campaigns,
            active_campaigns: summary.active_campaigns,
            full_campaigns: summary.full_campaigns,
            completed_campaigns: summary.completed_campaigns,
            failed_campaigns: summary.failed_campaigns,
            total_slots_taken: summary.total_slots_taken,
            inactive_campaigns: summary.inactive_campaigns,
            cancelled_campaigns: summary.cancelled_campaigns,
        }
    }
}

/// What a sweep did.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Sweep")]
pub(crate) struct LifecycleAnswer<'a> {
    /// When.
    executed_at: Shown<Timestamp>,
    /// What changed, the first thousand.
    transitions: Vec<EventAnswer<'a>>,
    /// How many changes there were.
    transition_count: u64,
}

impl<'a> From<&'a LifecycleReport> for LifecycleAnswer<'a> {
    fn from(report: &'a LifecycleReport) -> Self {
        Self {
            executed_at: Shown(report.executed_at),
            transitions: report.transitions.iter().map(EventAnswer::from).collect(),
            transition_count: report.transition_count,
        }
    }
}

/// That the process lives, or is ready.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Health")]
pub(crate) struct HealthAnswer {
    /// `ok` or `ready`.
    pub(crate) status: &'static str,
    /// What somebody should look at all the same: `clock_suspect`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) warnings: Vec<&'static str>,
}

//! Answers as they go over the wire: field names and their order are the contract.

pub(crate) mod audit;
pub(crate) mod bans;
pub(crate) mod money;
pub(crate) mod pay_to;
mod session;

pub(crate) use session::SessionAnswer;

use std::fmt::Display;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::domain::audit::AuditEvent;
use crate::domain::campaign::Campaign;
use crate::domain::clock_trust::Belief;
use crate::domain::id::{CampaignId, ParticipationId, ProductId, WebhookId};
use crate::domain::ledger::PaymentState;
use crate::domain::participation::Participation;
use crate::domain::payment_code::PaymentCode;
use crate::domain::product::Product;
use crate::domain::reports::{DashboardSummary, LifecycleReport, Progress};
use crate::domain::time::Timestamp;
use crate::domain::webhook::{DeliveryFailure, WebhookReport};
use crate::domain::webhook_secret::WebhookSecret;
use crate::http::dto::pay_to::WayToPayAnswer;
use crate::timer::SchedulerStatus;

/// A value that goes out as its text: an id, or a time as RFC 3339 with `Z`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A product.
#[derive(Serialize)]
pub(crate) struct ProductAnswer<'a> {
    id: Shown<ProductId>,
    name: &'a str,
    description: Option<&'a str>,
    base_price: i64,
    is_sambatan_enabled: bool,
    sambatan_total_slots: Option<u32>,
    sambatan_deadline: Option<Shown<Timestamp>>,
    created_at: Shown<Timestamp>,
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
#[derive(Serialize)]
pub(crate) struct CampaignAnswer<'a> {
    id: Shown<CampaignId>,
    product_id: Shown<ProductId>,
    title: &'a str,
    total_slots: u32,
    price_per_slot: i64,
    deadline: Shown<Timestamp>,
    status: &'static str,
    slots_taken: u32,
    progress_percent: f64,
    slots_remaining: u32,
    minimum_slots: u32,
    opens_at: Option<Shown<Timestamp>>,
    participant_count: u32,
    cancel_reason: Option<&'a str>,
    created_at: Shown<Timestamp>,
    updated_at: Shown<Timestamp>,
    description: Option<&'a str>,
    on_shortfall: &'static str,
    extend_days: Option<u32>,
    completes: &'static str,
    max_slots_per_user: Option<u32>,
    payment: &'static str,
    pay_within_hours: Option<u32>,
    grace_hours: u32,
    confirmed_count: u32,
    waitlist_count: u32,
    tipped_at: Option<Shown<Timestamp>>,
    extended_at: Option<Shown<Timestamp>>,
    extend_reason: Option<&'a str>,
    ended_at: Option<Shown<Timestamp>>,
    max_slots_per_join: Option<u32>,
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

/// The row of the view `sambatan_campaign_progress`.
#[derive(Serialize)]
pub(crate) struct ProgressAnswer {
    campaign_id: Shown<CampaignId>,
    total_slots: u32,
    filled_slots: u32,
    available_slots: u32,
    progress: f64,
    participant_count: u32,
    total_contribution: i64,
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
#[derive(Serialize)]
pub(crate) struct ParticipationAnswer<'a> {
    id: Shown<ParticipationId>,
    campaign_id: Shown<CampaignId>,
    user_id: &'a str,
    quantity: u32,
    status: &'static str,
    shipping_address: &'a str,
    note: Option<&'a str>,
    joined_at: Shown<Timestamp>,
    updated_at: Shown<Timestamp>,
    contribution_amount: i64,
    cancel_reason: Option<&'a str>,
    transfer_amount: Option<i64>,
    paid_amount: i64,
    pay_by: Option<Shown<Timestamp>>,
    expires_at: Option<Shown<Timestamp>>,
    expired_at: Option<Shown<Timestamp>>,
    payout_account: Option<&'a str>,
    erased_at: Option<Shown<Timestamp>>,
    payment_code: Shown<PaymentCode>,
    claimed_at: Option<Shown<Timestamp>>,
    claimed_on: Option<Shown<NaiveDate>>,
    payment_state: &'static str,
    refunds_due: i64,
    refunds_sent: i64,
    refunds_acknowledged: i64,
    promoted_at: Option<Shown<Timestamp>>,
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
#[derive(Serialize)]
pub(crate) struct PlacedParticipationAnswer<'a> {
    #[serde(flatten)]
    pub(crate) participation: ParticipationAnswer<'a>,
    /// 1 is next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) waitlist_position: Option<u32>,
    /// Empty when it is asked for no money.
    pub(crate) pay_to: Vec<WayToPayAnswer<'a>>,
}

/// An entry of a campaign's log, or a transition.
#[derive(Serialize)]
pub(crate) struct EventAnswer<'a> {
    campaign_id: Option<Shown<CampaignId>>,
    event: &'static str,
    timestamp: Shown<Timestamp>,
    metadata: &'a Map<String, Value>,
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
#[derive(Serialize)]
pub(crate) struct DashboardAnswer {
    total_campaigns: u64,
    active_campaigns: u64,
    full_campaigns: u64,
    completed_campaigns: u64,
    failed_campaigns: u64,
    total_slots_taken: u64,
    inactive_campaigns: u64,
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
#[derive(Serialize)]
pub(crate) struct LifecycleAnswer<'a> {
    executed_at: Shown<Timestamp>,
    transitions: Vec<EventAnswer<'a>>,
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

/// That the timer has swept because it was asked to.
#[derive(Serialize)]
pub(crate) struct TriggerAnswer {
    status: &'static str,
    message: &'static str,
    triggered_at: Shown<Timestamp>,
    transition_count: u64,
}

impl TriggerAnswer {
    /// The answer for what the sweep did, with a message for a person.
    pub(crate) const fn new(report: &LifecycleReport, message: &'static str) -> Self {
        Self {
            status: "triggered",
            message,
            triggered_at: Shown(report.executed_at),
            transition_count: report.transition_count,
        }
    }
}

/// How the timer does.
#[derive(Serialize)]
pub(crate) struct SchedulerAnswer<'a> {
    is_running: bool,
    next_run_time: Option<Shown<Timestamp>>,
    interval_minutes: f64,
    last_run: Option<Shown<Timestamp>>,
    run_count: u64,
    failure_count: u64,
    last_error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_suspect: Option<ClockAnswer>,
}

/// What is held because of the clock.
#[derive(Serialize)]
struct ClockAnswer {
    /// By how many seconds it is ahead of what is believable of it; negative when it is behind.
    ahead_seconds: i64,
    /// In how many seconds campaigns are settled by it; 0 when they are.
    settles_in_seconds: i64,
    /// In how many seconds anything is erased by it.
    erases_in_seconds: i64,
}

impl ClockAnswer {
    fn of(belief: Belief) -> Option<Self> {
        match belief {
            Belief::Believed => None,
            Belief::Suspect {
                ahead,
                transitions_in,
                erasures_in,
            } => Some(Self {
                ahead_seconds: ahead.num_seconds(),
                settles_in_seconds: transitions_in.map_or(0, |left| left.num_seconds()),
                erases_in_seconds: erasures_in.num_seconds(),
            }),
        }
    }
}

impl<'a> From<&'a SchedulerStatus> for SchedulerAnswer<'a> {
    fn from(status: &'a SchedulerStatus) -> Self {
        Self {
            is_running: status.is_running,
            next_run_time: status.next_run_time.map(Shown),
            interval_minutes: status.interval_minutes,
            last_run: status.last_run.map(Shown),
            run_count: status.run_count,
            failure_count: status.failure_count,
            last_error: status.last_error.as_deref(),
            clock_suspect: ClockAnswer::of(status.clock),
        }
    }
}

/// That the process lives, or is ready.
#[derive(Serialize)]
pub(crate) struct HealthAnswer {
    /// `ok` or `ready`.
    pub(crate) status: &'static str,
    /// What somebody should look at all the same: `clock_suspect`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) warnings: Vec<&'static str>,
}

/// A webhook and how delivering to it goes.
#[derive(Serialize)]
pub(crate) struct WebhookAnswer<'a> {
    id: Shown<WebhookId>,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
    last_event: i64,
    pending: u64,
    failures: u32,
    last_status: Option<u16>,
    last_failure: Option<&'static str>,
    last_attempt_at: Option<Shown<Timestamp>>,
    next_attempt_at: Option<Shown<Timestamp>>,
    last_delivered_at: Option<Shown<Timestamp>>,
    created_at: Shown<Timestamp>,
}

impl<'a> From<&'a WebhookReport> for WebhookAnswer<'a> {
    fn from(report: &'a WebhookReport) -> Self {
        let webhook = &report.webhook;
        Self {
            id: Shown(webhook.id),
            url: &webhook.url,
            secret: None,
            last_event: webhook.last_event,
            pending: report.pending,
            failures: webhook.failures,
            last_status: webhook.last_status,
            last_failure: webhook.last_failure.map(DeliveryFailure::word),
            last_attempt_at: webhook.last_attempt_at.map(Shown),
            next_attempt_at: webhook.next_attempt_at.map(Shown),
            last_delivered_at: webhook.last_delivered_at.map(Shown),
            created_at: Shown(webhook.created_at),
        }
    }
}

impl<'a> WebhookAnswer<'a> {
    /// The same with the secret.
    pub(crate) fn with_secret(self, secret: &'a WebhookSecret) -> Self {
        Self {
            secret: Some(secret.as_str()),
            ..self
        }
    }
}

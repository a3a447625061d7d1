//! A campaign, its participations and its moments, as the tables of the rules need them.

use chrono::TimeDelta;
use sambatan::domain::audit::{AuditEventKind, NewAuditEvent};
use sambatan::domain::field;
use sambatan::domain::id::{CampaignId, ParticipationId, ProductId};
use sambatan::domain::ledger::RefundSums;
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{
    JoinCampaign, Participation, ParticipationChange, ParticipationStatus, release,
};
use sambatan::domain::slots::Slots;
use sambatan::domain::terms::{Completes, OnShortfall, PaymentTiming, Terms};
use sambatan::domain::time::Timestamp;
use sambatan::domain::waiting_list;
use sambatan::{Campaign, CampaignStatus, Error};
use serde_json::Value;

pub(crate) const PRICE: i64 = 210_000;
/// What people typed in these tests: nothing of it may reach an event.
pub(crate) const TYPED: [&str; 5] = [
    "Batch Oktober",
    "budi",
    "Jl. Melati",
    "titip satpam",
    "salah pilih",
];

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn deadline() -> Timestamp {
    time("2025-10-10T00:00:00Z")
}

/// The last moment before the deadline, the deadline itself, and the first moment after it.
pub(crate) fn moments() -> [Timestamp; 3] {
    [-1, 0, 1].map(|ms| deadline().saturating_add(TimeDelta::milliseconds(ms)))
}

pub(crate) fn created() -> Timestamp {
    time("2025-10-01T00:00:00Z")
}

pub(crate) fn campaign(status: CampaignStatus, taken: u32, minimum: u32, total: u32) -> Campaign {
    Campaign {
        id: CampaignId::new(),
        product_id: ProductId::new(),
        title: TYPED[0].to_owned(),
        description: None,
        total_slots: Slots::new(total),
        minimum_slots: Slots::new(minimum),
        price_per_slot: Rupiah::new(PRICE),
        slots_taken: Slots::new(taken),
        participant_count: u32::from(taken > 0),
        confirmed_count: 0,
        waitlist_count: 0,
        last_queue_number: 0,
        terms: Terms::default(),
        status,
        opens_at: None,
        deadline: deadline(),
        tipped_at: None,
        extended_at: None,
        extend_reason: None,
        cancel_reason: None,
        join_code: None,
        ended_at: None,
        pay_to: Vec::new(),
        erased_at: None,
        created_at: created(),
        updated_at: created(),
    }
}

/// A campaign of ten slots, with as many of them taken as its state asks for.
pub(crate) fn usual_campaign(status: CampaignStatus) -> Campaign {
    let taken = match status {
        CampaignStatus::Inactive | CampaignStatus::Failed | CampaignStatus::Cancelled => 0,
        CampaignStatus::Active => 4,
        CampaignStatus::Full | CampaignStatus::Completed => 10,
    };
    campaign(status, taken, 10, 10)
}

pub(crate) fn participation(
    campaign: &Campaign,
    status: ParticipationStatus,
    quantity: u32,
) -> Participation {
    Participation {
        id: ParticipationId::new(),
        campaign_id: campaign.id,
        user_id: field::user_id(TYPED[1]).unwrap(),
        quantity: Slots::new(quantity),
        contribution_amount: Rupiah::new(PRICE * i64::from(quantity)),
        transfer_amount: None,
        paid_amount: Rupiah::new(0),
        refunds: RefundSums::default(),
        status,
        queue_number: None,
        pay_by: None,
        expires_at: None,
        expired_at: None,
        promoted_at: None,
        released_at: None,
        account_changed_at: None,
        token_generation: 0,
        claimed_at: None,
        claimed_on: None,
        held_with: None,
        shipping_address: TYPED[2].to_owned(),
        note: Some(TYPED[3].to_owned()),
        payout_account: None,
        cancel_reason: None,
        erased_at: None,
        joined_at: created(),
        updated_at: created(),
    }
}

pub(crate) fn join(
    campaign: &Campaign,
    quantity: i64,
    now: Timestamp,
) -> Result<ParticipationChange, Error> {
    let join = JoinCampaign {
        note: Some(TYPED[3].to_owned()),
        ..JoinCampaign::new(campaign.id, TYPED[1], quantity, TYPED[2])
    };
    join.check()
        .unwrap()
        .join(campaign.clone(), ParticipationId::new(), now)
}

/// Gives a reservation of a campaign for which nobody waits back.
pub(crate) fn cancel(
    held: Participation,
    campaign: Campaign,
    reason: Option<String>,
    now: Timestamp,
) -> Result<ParticipationChange, Error> {
    let before = campaign.status;
    let mut change = release(held, campaign, reason, now)?;
    let settled = waiting_list::settle_status(&mut change.campaign, before, now);
    change.events.extend(settled);
    Ok(change)
}

/// The events are exactly these, of this campaign, at this time, with ids and numbers only.
#[track_caller]
pub(crate) fn assert_events(
    events: &[NewAuditEvent],
    campaign: &Campaign,
    now: Timestamp,
    expected: &[(AuditEventKind, Value)],
) {
    assert_eq!(events.len(), expected.len(), "{events:?}");
    for (event, (kind, facts)) in events.iter().zip(expected) {
        assert_eq!(event.kind, *kind);
        assert_eq!(event.campaign_id, Some(campaign.id));
        assert_eq!(event.timestamp, now);
        assert_eq!(&Value::Object(event.metadata.facts().clone()), facts);
        assert_no_text(event);
    }
}

#[track_caller]
pub(crate) fn assert_no_text(event: &NewAuditEvent) {
    for (name, value) in event.metadata.facts() {
        let is_plain = match value {
            Value::Number(_) | Value::Bool(_) | Value::Null => true,
            Value::String(text) => {
                let words = [OnShortfall::WORDS, Completes::WORDS, PaymentTiming::WORDS];
                text.parse::<CampaignId>().is_ok()
                    || text.parse::<Timestamp>().is_ok()
                    || words.concat().contains(&text.as_str())
            }
            _ => false,
        };
        assert!(is_plain, "{name} is {value}");
    }
    let json = event.metadata.to_json();
    for typed in TYPED {
        assert!(!json.contains(typed), "{json}");
    }
}

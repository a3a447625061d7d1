//! Replays the audit log into a fresh state: what the tables must say when nobody but the program wrote them.
//!
//! Owns what each event changes, said a second time and apart from the rules that decide. Trusts no event:
//! one that cannot have happened after those before is refused.

mod bans;
mod covered;
mod money;
mod pay_to;
mod stored;
mod told;

use std::collections::HashMap;

pub use bans::StoredBan;
pub use covered::{Covered, Told};
pub use stored::{StoredCampaign, StoredMoney, StoredParticipation, StoredTransaction};
pub use told::{Extent, StoredRow};

use crate::domain::audit::{AuditEvent, AuditEventKind as Kind};
use crate::domain::campaign::CampaignStatus;
use crate::domain::id::{BanId, CampaignId, ParticipationId, PayToId, TransactionId};
use crate::domain::ledger::CampaignMoney;
use crate::domain::participation::ParticipationStatus as Status;
use crate::domain::verification::Misfit;

/// Why an event cannot have happened.
type Why = &'static str;

const NO_CAMPAIGN: Why = "there is no such campaign";
const NO_PARTICIPATION: Why = "there is no such participation in its campaign";
const NO_FACT: Why = "a fact is missing";
const WRONG_STATE: Why = "the campaign or the participation is in another state";
const WRONG_SLOTS: Why = "the slots do not come out";
const WRONG_SUM: Why = "the numbers do not come out";

struct ReplayedCampaign {
    status: CampaignStatus,
    total_slots: i64,
    slots_taken: i64,
    participants: i64,
    confirmed: i64,
    waiting: i64,
    participations: Vec<ParticipationId>,
    money: CampaignMoney,
    pay_to: Vec<PayToId>,
}

struct ReplayedParticipation {
    campaign: CampaignId,
    status: Status,
    quantity: i64,
    contribution: i64,
    paid: i64,
    /// What of it is to be sent back, is on its way, and has arrived.
    refunds: [i64; 3],
    has_expired: bool,
    /// Whether they say that money is on its way, and none has come since.
    claims: bool,
    /// Payments with what of them does not go back yet.
    payments: Vec<(TransactionId, i64)>,
}

impl ReplayedParticipation {
    const fn refunded(&self) -> i64 {
        self.refunds[0] + self.refunds[1] + self.refunds[2]
    }
}

/// The state after the events so far.
#[derive(Default)]
pub struct Replay {
    campaigns: HashMap<CampaignId, ReplayedCampaign>,
    participations: HashMap<ParticipationId, ReplayedParticipation>,
    entries: HashMap<TransactionId, money::Entry>,
    /// Refunds by the payment that they send back.
    refunds: HashMap<TransactionId, Vec<money::Back>>,
    bans: HashMap<BanId, bans::Banned>,
    accounts: HashMap<PayToId, pay_to::Account>,
    /// What was told of columns by name.
    rows: told::Rows,
}

impl Replay {
    /// Applies the next event.
    ///
    /// # Errors
    /// [`Misfit::Impossible`].
    pub fn apply(&mut self, event: &AuditEvent) -> Result<(), Misfit> {
        let number = event.number;
        self.change(event)
            .and_then(|()| self.hear(event))
            .map_err(|why| Misfit::Impossible { number, why })
    }

    fn change(&mut self, event: &AuditEvent) -> Result<(), Why> {
        match event.kind {
            Kind::ProductCreated
            | Kind::ProductSambatanToggled
            | Kind::ProductEdited
            | Kind::WebhookAdded
            | Kind::WebhookRemoved
            | Kind::FileUpgraded
            | Kind::ClockConfirmed => Ok(()),
            Kind::BanAdded => self.ban(event),
            Kind::BanLifted => self.lift_ban(event),
            Kind::CampaignCreated => self.create(event),
            Kind::ParticipantJoined | Kind::ParticipantWaitlisted => self.join(event),
            Kind::ParticipantPromoted => self.take(event, Status::Waitlisted),
            Kind::ParticipantRevived => self.take(event, Status::Cancelled),
            Kind::ParticipantCancelled | Kind::ParticipantExpired => self.release(event),
            Kind::ParticipantReleased => self.let_go(event),
            Kind::WaitingListClosed => self.close_waiting_list(event),
            Kind::ParticipantConfirmed => self.confirm(event),
            Kind::PaymentClaimed => self.claim(event),
            Kind::CampaignCompleted | Kind::CampaignFailed | Kind::CampaignCancelled => {
                self.end(event)
            }
            Kind::CampaignOpened => {
                self.turn(event, CampaignStatus::Inactive, CampaignStatus::Active)
            }
            Kind::CampaignFull => self.turn(event, CampaignStatus::Active, CampaignStatus::Full),
            Kind::CampaignReopened => {
                self.turn(event, CampaignStatus::Full, CampaignStatus::Active)
            }
            Kind::CampaignTipped => {
                let (_, campaign) = self.campaign(event)?;
                slots_come_out(event, campaign)
            }
            Kind::PayToAdded | Kind::PayToRetired => self.keep_account(event),
            Kind::CampaignEdited => self.edit(event),
            Kind::CampaignExtended | Kind::CampaignErased | Kind::ReferenceErased => {
                self.campaign(event).map(|_| ())
            }
            Kind::PayoutAccountSet
            | Kind::ParticipantErased
            | Kind::PayoutAccountConfirmed
            | Kind::LinkRenewed => self.participation(event).map(|_| ()),
            Kind::PaymentRecorded
            | Kind::AdjustmentRecorded
            | Kind::PayoutRecorded
            | Kind::RefundDue
            | Kind::RefundSent
            | Kind::RefundAcknowledged => self.move_money(event),
        }
    }

    fn campaign(&mut self, event: &AuditEvent) -> Result<(CampaignId, &mut ReplayedCampaign), Why> {
        let id = event.campaign_id.ok_or(NO_CAMPAIGN)?;
        let campaign = self.campaigns.get_mut(&id).ok_or(NO_CAMPAIGN)?;
        Ok((id, campaign))
    }

    /// The participation that an event names, and its campaign.
    fn participation(
        &mut self,
        event: &AuditEvent,
    ) -> Result<(&mut ReplayedCampaign, &mut ReplayedParticipation), Why> {
        let id: ParticipationId = id_in(event, "participation_id")?;
        let campaign_id = event.campaign_id.ok_or(NO_CAMPAIGN)?;
        let campaign = self.campaigns.get_mut(&campaign_id).ok_or(NO_CAMPAIGN)?;
        let participation = self.participations.get_mut(&id);
        let participation = participation.ok_or(NO_PARTICIPATION)?;
        if participation.campaign == campaign_id {
            Ok((campaign, participation))
        } else {
            Err(NO_PARTICIPATION)
        }
    }

    fn create(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let id = event.campaign_id.ok_or(NO_CAMPAIGN)?;
        let open = event
            .metadata
            .facts()
            .get("open")
            .and_then(|open| open.as_bool());
        let status = if open.ok_or(NO_FACT)? {
            CampaignStatus::Active
        } else {
            CampaignStatus::Inactive
        };
        let campaign = ReplayedCampaign {
            status,
            total_slots: number_in(event, "total_slots")?,
            slots_taken: 0,
            participants: 0,
            confirmed: 0,
            waiting: 0,
            participations: Vec::new(),
            money: CampaignMoney::default(),
            pay_to: self.named_accounts(event)?.unwrap_or_default(),
        };
        match self.campaigns.insert(id, campaign) {
            None => Ok(()),
            Some(_) => Err("the campaign is there already"),
        }
    }

    fn join(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let id: ParticipationId = id_in(event, "participation_id")?;
        let quantity = number_in(event, "quantity")?;
        let contribution = number_in(event, "contribution_amount")?;
        let (campaign_id, campaign) = self.campaign(event)?;
        let waits = event.kind == Kind::ParticipantWaitlisted;
        let status = if waits {
            campaign.waiting += 1;
            Status::Waitlisted
        } else {
            campaign.slots_taken += quantity;
            campaign.participants += 1;
            slots_come_out(event, campaign)?;
            Status::Reserved
        };
        let is_open = campaign.status == CampaignStatus::Active
            || (waits && campaign.status == CampaignStatus::Full);
        if !is_open {
            return Err(WRONG_STATE);
        }
        campaign.participations.push(id);
        let participation = ReplayedParticipation {
            campaign: campaign_id,
            status,
            quantity,
            contribution,
            paid: 0,
            refunds: [0; 3],
            has_expired: false,
            claims: false,
            payments: Vec::new(),
        };
        match self.participations.insert(id, participation) {
            None => Ok(()),
            Some(_) => Err("the participation is there already"),
        }
    }

    /// Somebody who waited, or whose time to pay was over, gets slots.
    fn take(&mut self, event: &AuditEvent, from: Status) -> Result<(), Why> {
        let (campaign, participation) = self.participation(event)?;
        let is_revived = from == Status::Cancelled;
        if participation.status != from
            || participation.has_expired != is_revived
            || !(campaign.status.is_running()
                || !is_revived && campaign.status == CampaignStatus::Completed)
        {
            return Err(WRONG_STATE);
        }
        if !is_revived {
            campaign.waiting -= 1;
        }
        participation.status = Status::Reserved;
        participation.has_expired = false;
        participation.claims = false;
        campaign.participants += 1;
        campaign.slots_taken += participation.quantity;
        slots_come_out(event, campaign)
    }

    fn release(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let expires = event.kind == Kind::ParticipantExpired;
        let (campaign, participation) = self.participation(event)?;
        if !goes_on(campaign.status) {
            return Err(WRONG_STATE);
        }
        match participation.status {
            Status::Reserved => {
                campaign.slots_taken -= participation.quantity;
                campaign.participants -= 1;
            }
            Status::Waitlisted if !expires => campaign.waiting -= 1,
            _ => return Err(WRONG_STATE),
        }
        participation.status = Status::Cancelled;
        participation.has_expired = expires;
        slots_come_out(event, campaign)
    }

    /// Somebody who has paid nothing loses the slots of a campaign that goes ahead.
    fn let_go(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let (campaign, participation) = self.participation(event)?;
        let is_free = participation.status.is_live() && participation.paid == 0;
        if !is_free || campaign.status != CampaignStatus::Completed {
            return Err(WRONG_STATE);
        }
        campaign.confirmed -= i64::from(participation.status == Status::Confirmed);
        campaign.participants -= 1;
        campaign.slots_taken -= participation.quantity;
        participation.status = Status::Cancelled;
        participation.has_expired = false;
        slots_come_out(event, campaign)
    }

    fn close_waiting_list(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let (campaign_id, campaign) = self.campaign(event)?;
        if campaign.status != CampaignStatus::Completed {
            return Err(WRONG_STATE);
        }
        let told = number_in(event, "waitlist_closed")?;
        if told != std::mem::take(&mut campaign.waiting) || told == 0 {
            return Err(WRONG_SUM);
        }
        self.stop_waiting(campaign_id);
        Ok(())
    }

    fn stop_waiting(&mut self, campaign: CampaignId) {
        let all = self.participations.values_mut();
        let waiting =
            all.filter(|one| one.campaign == campaign && one.status == Status::Waitlisted);
        waiting.for_each(|one| one.status = Status::Cancelled);
    }

    fn confirm(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let (campaign, participation) = self.participation(event)?;
        if participation.status != Status::Reserved || !goes_on(campaign.status) {
            return Err(WRONG_STATE);
        }
        participation.status = Status::Confirmed;
        campaign.confirmed += 1;
        Ok(())
    }

    /// Somebody who holds slots says that money is on its way, for the first time.
    fn claim(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let (_, participation) = self.participation(event)?;
        if !participation.status.is_live() || participation.claims {
            return Err(WRONG_STATE);
        }
        participation.claims = true;
        Ok(())
    }

    fn turn(
        &mut self,
        event: &AuditEvent,
        from: CampaignStatus,
        to: CampaignStatus,
    ) -> Result<(), Why> {
        let (_, campaign) = self.campaign(event)?;
        let is_full = campaign.slots_taken == campaign.total_slots;
        if campaign.status != from || is_full != (to == CampaignStatus::Full) {
            return Err(WRONG_STATE);
        }
        campaign.status = to;
        slots_come_out(event, campaign)
    }

    /// The end of a campaign stands for what becomes of everybody in it.
    fn end(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let (campaign_id, campaign) = self.campaign(event)?;
        slots_come_out(event, campaign)?;
        // A campaign that goes ahead can still be called off, until money of it was paid out.
        let may_end = match campaign.status {
            CampaignStatus::Completed => {
                event.kind == Kind::CampaignCancelled && campaign.money.payouts.get() == 0
            }
            status => !status.has_ended(),
        };
        if !may_end {
            return Err(WRONG_STATE);
        }
        let goes_ahead = event.kind == Kind::CampaignCompleted;
        // One that goes ahead keeps its waiting list; it did not in older logs.
        let closed = number_or_zero(event, "waitlist_closed");
        if closed != campaign.waiting && !(goes_ahead && closed == 0) {
            return Err(WRONG_SUM);
        }
        let stops_waiting = closed == campaign.waiting;
        if stops_waiting {
            campaign.waiting = 0;
        }
        if goes_ahead {
            campaign.status = CampaignStatus::Completed;
            campaign.confirmed = campaign.participants;
        } else {
            campaign.status = match event.kind {
                Kind::CampaignFailed => CampaignStatus::Failed,
                _ => CampaignStatus::Cancelled,
            };
            (
                campaign.slots_taken,
                campaign.participants,
                campaign.confirmed,
            ) = (0, 0, 0);
        }
        let everybody = std::mem::take(&mut campaign.participations);
        let settled = everybody
            .iter()
            .filter_map(|id| {
                let participation = self.participations.get_mut(id)?;
                settle(participation, goes_ahead, stops_waiting)
            })
            .count();
        let told = number_in(event, if goes_ahead { "confirmed" } else { "refunded" })?;
        if i64::try_from(settled) != Ok(told) {
            return Err(WRONG_SUM);
        }
        if goes_ahead {
            let campaign = self.campaigns.get_mut(&campaign_id).ok_or(NO_CAMPAIGN)?;
            campaign.participations = everybody;
            return Ok(());
        }
        self.send_all_back(event, campaign_id, &everybody)
    }
}

/// What becomes of a participation at the end; nothing when it is not one that the end settles.
fn settle(
    participation: &mut ReplayedParticipation,
    goes_ahead: bool,
    stops_waiting: bool,
) -> Option<()> {
    participation.status = match participation.status {
        Status::Waitlisted if stops_waiting => {
            participation.status = Status::Cancelled;
            return None;
        }
        Status::Reserved if goes_ahead => Status::Confirmed,
        Status::Reserved | Status::Confirmed if !goes_ahead => Status::Refunded,
        _ => return None,
    };
    Some(())
}

/// Whether somebody may still get, pay for or give back slots: in one that goes ahead those of its waiting list.
const fn goes_on(status: CampaignStatus) -> bool {
    status.is_running() || matches!(status, CampaignStatus::Completed)
}

/// Asks that the slots are within their bounds, and what the event says they are.
fn slots_come_out(event: &AuditEvent, campaign: &ReplayedCampaign) -> Result<(), Why> {
    let told = match event.kind {
        // The slots of a campaign that opens say nothing.
        Kind::CampaignOpened => campaign.slots_taken,
        _ => number_in(event, "slots_taken")?,
    };
    if told == campaign.slots_taken && (0..=campaign.total_slots).contains(&told) {
        Ok(())
    } else {
        Err(WRONG_SLOTS)
    }
}

fn number_in(event: &AuditEvent, name: &str) -> Result<i64, Why> {
    let fact = event.metadata.facts().get(name);
    fact.and_then(serde_json::Value::as_i64).ok_or(NO_FACT)
}

/// A number that an event leaves out when it is none.
fn number_or_zero(event: &AuditEvent, name: &str) -> i64 {
    number_in(event, name).unwrap_or(0)
}

fn id_in<T: std::str::FromStr>(event: &AuditEvent, name: &str) -> Result<T, Why> {
    let fact = event.metadata.facts().get(name);
    let text = fact.and_then(serde_json::Value::as_str);
    text.and_then(|text| text.parse().ok()).ok_or(NO_FACT)
}

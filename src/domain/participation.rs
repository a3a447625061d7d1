//! Participations: taking slots, giving them back, confirming them.

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::error::Error;
use crate::domain::field::{self, Checker, bounds};
use crate::domain::id::{CampaignId, ParticipationId, UserId};
use crate::domain::money::Rupiah;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;

/// The state of a participation. Each has two names: the API's and SQL's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParticipationStatus {
    /// Slots are taken; not confirmed yet.
    Reserved,
    /// Confirmed, by the organiser or because the campaign goes ahead.
    Confirmed,
    /// Given back by the participant.
    Cancelled,
    /// Given back because the campaign failed or was called off.
    Refunded,
    /// Waits for slots.
    Waitlisted,
}

impl ParticipationStatus {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Reserved,
        Self::Confirmed,
        Self::Cancelled,
        Self::Refunded,
        Self::Waitlisted,
    ];

    /// The name over HTTP and in the library.
    #[must_use]
    pub const fn api_name(self) -> &'static str {
        self.names().0
    }

    /// The name in the database.
    #[must_use]
    pub const fn sql_name(self) -> &'static str {
        self.names().1
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Reserved => ("reserved", "pending_payment"),
            Self::Confirmed => ("confirmed", "confirmed"),
            Self::Cancelled => ("cancelled", "cancelled"),
            Self::Refunded => ("refunded", "refunded"),
            Self::Waitlisted => ("waitlisted", "waitlisted"),
        }
    }

    /// Reads the name over HTTP.
    #[must_use]
    pub fn from_api_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|status| status.api_name() == name)
    }

    /// Reads the name in the database.
    #[must_use]
    pub fn from_sql_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|status| status.sql_name() == name)
    }

    /// Whether it holds slots.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Reserved | Self::Confirmed)
    }
}

/// A participation: one join of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participation {
    /// Its id.
    pub id: ParticipationId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The participant.
    pub user_id: UserId,
    /// The slots it holds or held.
    pub quantity: Slots,
    /// Price of a slot × quantity.
    pub contribution_amount: Rupiah,
    /// What to transfer: the contribution and a small tail that tells it from every other open one.
    /// None while it waits for slots.
    pub transfer_amount: Option<Rupiah>,
    /// What has come in for it: payments and adjustments. What was sent back is not taken off.
    pub paid_amount: Rupiah,
    /// Its state.
    pub status: ParticipationStatus,
    /// Its place in the order of the waiting list, if it ever was on it.
    pub queue_number: Option<u32>,
    /// Until when it should be paid.
    pub pay_by: Option<Timestamp>,
    /// When it is released unless it has been confirmed by then.
    pub expires_at: Option<Timestamp>,
    /// When it was released because it had not been confirmed. Its state is then cancelled.
    pub expired_at: Option<Timestamp>,
    /// 5 to 240 characters.
    pub shipping_address: String,
    /// At most 160 characters.
    pub note: Option<String>,
    /// Where a refund goes, 5 to 120 characters.
    pub payout_account: Option<String>,
    /// Why the participant gave it back.
    pub cancel_reason: Option<String>,
    /// When what the participant typed was erased.
    pub erased_at: Option<Timestamp>,
    /// When the slots were taken.
    pub joined_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The input of `join_campaign`, as typed.
#[derive(Debug, Clone)]
pub struct JoinCampaign {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// 1 to 64 characters.
    pub user_id: String,
    /// At least 1.
    pub quantity: i64,
    /// 5 to 240 characters.
    pub shipping_address: String,
    /// At most 160 characters.
    pub note: Option<String>,
}

impl JoinCampaign {
    /// A join without a note.
    #[must_use]
    pub fn new(
        campaign_id: CampaignId,
        user_id: &str,
        quantity: i64,
        shipping_address: &str,
    ) -> Self {
        Self {
            campaign_id,
            user_id: user_id.to_owned(),
            quantity,
            shipping_address: shipping_address.to_owned(),
            note: None,
        }
    }

    /// Checks the input on its own, before any transaction.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn check(self) -> Result<CheckedJoin, Error> {
        let mut check = Checker::default();
        let user_id = check.take(field::user_id(&self.user_id));
        let quantity = check.take(field::slots("quantity", self.quantity));
        let shipping_address = check.take(field::text(
            "shipping_address",
            &self.shipping_address,
            &bounds::SHIPPING_ADDRESS,
        ));
        let note = check.take(field::optional_text(
            "note",
            self.note.as_deref(),
            &bounds::NOTE,
        ));
        let (Some(user_id), Some(quantity), Some(shipping_address), Some(note)) =
            (user_id, quantity, shipping_address, note)
        else {
            return Err(check.into_error());
        };
        Ok(CheckedJoin {
            campaign_id: self.campaign_id,
            user_id,
            quantity,
            shipping_address,
            note,
        })
    }
}

/// The input of `join_campaign`, within its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedJoin {
    /// The campaign.
    pub(crate) campaign_id: CampaignId,
    /// The participant.
    pub(crate) user_id: UserId,
    quantity: Slots,
    shipping_address: String,
    note: Option<String>,
}

/// What a join, a cancel or a confirm changes: to be written as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipationChange {
    /// The campaign afterwards.
    pub campaign: Campaign,
    /// The participation afterwards.
    pub participation: Participation,
    /// One event for each change.
    pub events: Vec<NewAuditEvent>,
}

impl CheckedJoin {
    /// Takes slots of a campaign. Filling the last one turns it full.
    ///
    /// # Errors
    /// [`Error::CampaignClosed`] unless the campaign is active and its deadline has not passed;
    /// [`Error::InsufficientSlots`] when fewer slots are left.
    pub fn join(
        self,
        mut campaign: Campaign,
        id: ParticipationId,
        now: Timestamp,
    ) -> Result<ParticipationChange, Error> {
        if campaign.status != CampaignStatus::Active || campaign.deadline_has_passed(now) {
            return Err(Error::CampaignClosed {
                status: campaign.status,
                deadline: campaign.deadline,
            });
        }
        let insufficient = Error::InsufficientSlots {
            requested: self.quantity,
            available: campaign.slots_remaining(),
        };
        let taken = campaign
            .slots_taken
            .checked_add(self.quantity)
            .filter(|taken| *taken <= campaign.total_slots)
            .ok_or(insufficient)?;
        let contribution_amount = campaign
            .price_per_slot
            .checked_times(self.quantity)
            .expect("a price and a number of slots within their bounds have a product");
        campaign.slots_taken = taken;
        campaign.participant_count += 1;
        campaign.updated_at = now;

        let facts = Metadata::new()
            .participation(id)
            .slots("quantity", self.quantity)
            .amount("contribution_amount", contribution_amount)
            .slots("slots_taken", taken);
        let mut events = vec![campaign.event(AuditEventKind::ParticipantJoined, facts, now)];
        if campaign.slots_remaining() == Slots::ZERO {
            campaign.status = CampaignStatus::Full;
            let facts = Metadata::new().slots("slots_taken", taken);
            events.push(campaign.event(AuditEventKind::CampaignFull, facts, now));
        }
        let participation = Participation {
            id,
            campaign_id: campaign.id,
            user_id: self.user_id,
            quantity: self.quantity,
            contribution_amount,
            transfer_amount: None,
            paid_amount: Rupiah::new(0),
            status: ParticipationStatus::Reserved,
            queue_number: None,
            pay_by: None,
            expires_at: None,
            expired_at: None,
            shipping_address: self.shipping_address,
            note: self.note,
            payout_account: None,
            cancel_reason: None,
            erased_at: None,
            joined_at: now,
            updated_at: now,
        };
        Ok(ParticipationChange {
            campaign,
            participation,
            events,
        })
    }
}

/// Gives a reservation back. A full campaign becomes active again.
///
/// Once the deadline has passed the outcome is settled by the numbers of that moment, whether or not
/// the timer has come to it yet: nothing can be given back any more.
///
/// # Errors
/// [`Error::ParticipationStateInvalid`] unless it is reserved and its campaign is still running.
pub fn cancel(
    mut participation: Participation,
    mut campaign: Campaign,
    reason: Option<String>,
    now: Timestamp,
) -> Result<ParticipationChange, Error> {
    let running = matches!(
        campaign.status,
        CampaignStatus::Active | CampaignStatus::Full
    ) && !campaign.deadline_has_passed(now);
    if participation.status != ParticipationStatus::Reserved || !running {
        return Err(state_invalid(&participation, &campaign));
    }
    participation.status = ParticipationStatus::Cancelled;
    participation.cancel_reason = reason;
    participation.updated_at = now;
    campaign.slots_taken = campaign.slots_taken.saturating_sub(participation.quantity);
    campaign.participant_count = campaign.participant_count.saturating_sub(1);
    campaign.updated_at = now;

    let facts = Metadata::new()
        .participation(participation.id)
        .slots("quantity", participation.quantity)
        .slots("slots_taken", campaign.slots_taken);
    let mut events = vec![campaign.event(AuditEventKind::ParticipantCancelled, facts, now)];
    if campaign.status == CampaignStatus::Full {
        campaign.status = CampaignStatus::Active;
        let facts = Metadata::new().slots("slots_taken", campaign.slots_taken);
        events.push(campaign.event(AuditEventKind::CampaignReopened, facts, now));
    }
    Ok(ParticipationChange {
        campaign,
        participation,
        events,
    })
}

/// Confirms a reservation.
///
/// # Errors
/// [`Error::ParticipationStateInvalid`] unless it is reserved.
pub fn confirm(
    mut participation: Participation,
    mut campaign: Campaign,
    now: Timestamp,
) -> Result<ParticipationChange, Error> {
    if participation.status != ParticipationStatus::Reserved || campaign.status.has_ended() {
        return Err(state_invalid(&participation, &campaign));
    }
    participation.status = ParticipationStatus::Confirmed;
    participation.updated_at = now;
    campaign.confirmed_count += 1;
    let facts = Metadata::new()
        .participation(participation.id)
        .slots("quantity", participation.quantity)
        .amount("contribution_amount", participation.contribution_amount);
    let events = vec![campaign.event(AuditEventKind::ParticipantConfirmed, facts, now)];
    Ok(ParticipationChange {
        campaign,
        participation,
        events,
    })
}

fn state_invalid(participation: &Participation, campaign: &Campaign) -> Error {
    Error::ParticipationStateInvalid {
        status: participation.status,
        campaign_status: campaign.status,
    }
}

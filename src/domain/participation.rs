//! Participations: taking slots, giving them back, confirming them.

use chrono::NaiveDate;

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::error::Error;
use crate::domain::field::{self, Checker, bounds};
use crate::domain::holder::Holder;
use crate::domain::id::{CampaignId, ParticipationId, UserId};
use crate::domain::join_code::JoinCode;
use crate::domain::ledger::RefundSums;
use crate::domain::money::Rupiah;
use crate::domain::payment_window;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;
use crate::domain::waiting_list;

/// A participant may give slots of a campaign back unless so many of theirs were given back that had been taken
/// earlier: whoever joins and cancels without end makes the file and the log grow without end. What was taken
/// later does not count, so nobody who joins under somebody's name keeps them from giving back what they have. The
/// organiser may cancel any number of times.
pub const MOST_GIVEN_BACK: u32 = 20;

/// The same for all participants of a campaign together.
#[must_use]
pub fn most_given_back(total: Slots) -> u32 {
    total.get().max(10_000)
}

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
    /// What of that goes back, or has gone back.
    pub refunds: RefundSums,
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
    /// When it got slots from the waiting list.
    pub promoted_at: Option<Timestamp>,
    /// When the organiser released it, because nothing was paid for it in a campaign that goes ahead. Its
    /// state is then cancelled.
    pub released_at: Option<Timestamp>,
    /// When the participant said that the money is on its way. Gone when money has come in.
    pub claimed_at: Option<Timestamp>,
    /// The day on which they have sent it, as they said.
    pub claimed_on: Option<NaiveDate>,
    /// The first participation of whoever joined, as far as they showed it; see [`crate::domain::holder`].
    pub held_with: Option<ParticipationId>,
    /// 5 to 240 characters.
    pub shipping_address: String,
    /// At most 160 characters.
    pub note: Option<String>,
    /// Where a refund goes, 5 to 120 characters.
    pub payout_account: Option<String>,
    /// When another account took the place of the one that a refund which is due was to go to, until the
    /// organiser has confirmed it.
    pub account_changed_at: Option<Timestamp>,
    /// How often its secret link was made anew.
    pub token_generation: u32,
    /// Why the participant gave it back.
    pub cancel_reason: Option<String>,
    /// When what the participant typed was erased.
    pub erased_at: Option<Timestamp>,
    /// When the slots were taken.
    pub joined_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Participation {
    /// What a person typed in it, by the names of the columns. What is typed is erased: see
    /// [`crate::domain::forgetting`].
    pub(crate) fn texts(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("user_id", Some(self.user_id.as_str())),
            ("shipping_address", Some(&self.shipping_address)),
            ("note", self.note.as_deref()),
            ("cancel_reason", self.cancel_reason.as_deref()),
            ("payout_account", self.payout_account.as_deref()),
        ]
    }

    /// Adds what is to be paid until when to the facts of an event that gives it slots.
    pub(crate) fn told_in(&self, facts: Metadata) -> Metadata {
        facts
            .amount_or_none("transfer_amount", self.transfer_amount)
            .time_or_none("pay_by", self.pay_by)
            .time_or_none("expires_at", self.expires_at)
    }

    /// The same for the event that it begins with, which leaves out what is none.
    pub(crate) fn first_told_in(&self, mut facts: Metadata) -> Metadata {
        if let Some(amount) = self.transfer_amount {
            facts = facts.amount("transfer_amount", amount);
        }
        if let Some(pay_by) = self.pay_by {
            facts = facts.time("pay_by", pay_by);
        }
        if let Some(expires_at) = self.expires_at {
            facts = facts.time("expires_at", expires_at);
        }
        match self.held_with {
            Some(first) => facts.held_with(first),
            None => facts,
        }
    }
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
    /// Whether to wait when too few slots are left.
    pub waitlist: bool,
    /// The code that the campaign asks for, if it does.
    pub join_code: Option<String>,
    /// The participation whose secret whoever joins has shown, as `verify_manage_token` found it: their limit then
    /// counts with it, and not by their name.
    pub shown: Option<ParticipationId>,
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
            waitlist: false,
            join_code: None,
            shown: None,
        }
    }

    /// Checks the input on its own, before any transaction.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn check(self) -> Result<CheckedJoin, Error> {
        let mut check = Checker::default();
        let user_id = check.take(field::new_user_id(&self.user_id));
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
            waitlist: self.waitlist,
            join_code: self.join_code,
            shown: self.shown,
            held_with: None,
            held: Slots::ZERO,
            is_banned: false,
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
    waitlist: bool,
    join_code: Option<String>,
    /// The participation whose secret was shown.
    pub(crate) shown: Option<ParticipationId>,
    held_with: Option<ParticipationId>,
    held: Slots,
    is_banned: bool,
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

impl ParticipationChange {
    /// Adds facts to the first event, which is about the participation.
    pub(crate) fn tell(&mut self, tell: impl FnOnce(&Participation, Metadata) -> Metadata) {
        if let Some(event) = self.events.first_mut() {
            let facts = std::mem::take(&mut event.metadata);
            event.metadata = tell(&self.participation, facts);
        }
    }
}

impl CheckedJoin {
    /// Says with whom it counts, and how many slots of the campaign they hold or wait for already.
    #[must_use]
    pub const fn holding(mut self, holder: &Holder, held: Slots) -> Self {
        self.held_with = holder.shown();
        self.held = held;
        self
    }

    /// Says whether the organiser has banned the user or the address.
    #[must_use]
    pub const fn banned(mut self, is_banned: bool) -> Self {
        self.is_banned = is_banned;
        self
    }

    /// The name and the address by which a ban knows a join.
    #[must_use]
    pub fn ban_texts(&self) -> [&str; 2] {
        [self.user_id.as_str(), &self.shipping_address]
    }

    /// Takes slots of a campaign, or a place on its waiting list when that is asked for and too few
    /// slots are left. Filling the last one turns it full.
    ///
    /// # Errors
    /// [`Error::JoinCodeRequired`] and [`Error::JoinCodeInvalid`] before anything else.
    /// [`Error::CampaignClosed`] unless the campaign is active and its deadline has not passed; a full
    /// one is closed only to those who would not wait. [`Error::JoinBanned`], [`Error::JoinLimitReached`], [`Error::UserLimitReached`];
    /// [`Error::InsufficientSlots`] when fewer slots are left; [`Error::WaitlistFull`].
    pub fn join(
        self,
        campaign: Campaign,
        id: ParticipationId,
        now: Timestamp,
    ) -> Result<ParticipationChange, Error> {
        // First: who has no code is told nothing else.
        JoinCode::check(campaign.join_code.as_ref(), self.join_code.as_deref())?;
        let is_open = campaign.status == CampaignStatus::Active
            || (self.waitlist && campaign.status == CampaignStatus::Full);
        if !is_open || campaign.deadline_has_passed(now) {
            return Err(Error::CampaignClosed {
                status: campaign.status,
                deadline: campaign.deadline,
            });
        }
        if self.is_banned {
            return Err(Error::JoinBanned);
        }
        check_join_limit(&campaign, self.quantity)?;
        check_limit(&campaign, self.held, self.quantity)?;
        if self.quantity <= campaign.slots_remaining() {
            return Ok(self.reserve(campaign, id, now));
        }
        // More than there is in all would wait for ever.
        if !self.waitlist || self.quantity > campaign.total_slots {
            return Err(insufficient(&campaign, self.quantity));
        }
        self.wait(campaign, id, now)
    }

    fn reserve(
        self,
        mut campaign: Campaign,
        id: ParticipationId,
        now: Timestamp,
    ) -> ParticipationChange {
        let before = campaign.status;
        campaign.take_slots(self.quantity, now);
        let mut participation =
            self.into_participation(&campaign, id, ParticipationStatus::Reserved, now);
        let facts = Metadata::new()
            .participation(id)
            .slots("quantity", participation.quantity)
            .amount("contribution_amount", participation.contribution_amount)
            .slots("slots_taken", campaign.slots_taken);
        let mut events = vec![campaign.event(AuditEventKind::ParticipantJoined, facts, now)];
        events.extend(waiting_list::settle_status(&mut campaign, before, now));
        payment_window::start(&mut participation, &campaign, now);
        ParticipationChange {
            campaign,
            participation,
            events,
        }
    }

    fn wait(
        self,
        mut campaign: Campaign,
        id: ParticipationId,
        now: Timestamp,
    ) -> Result<ParticipationChange, Error> {
        if campaign.waitlist_count >= waiting_list::MAX_WAITING {
            return Err(Error::WaitlistFull {
                waiting: campaign.waitlist_count,
            });
        }
        campaign.waitlist_count += 1;
        campaign.last_queue_number += 1;
        campaign.updated_at = now;
        let status = ParticipationStatus::Waitlisted;
        let mut participation = self.into_participation(&campaign, id, status, now);
        participation.queue_number = Some(campaign.last_queue_number);
        let facts = Metadata::new()
            .participation(id)
            .slots("quantity", participation.quantity)
            .amount("contribution_amount", participation.contribution_amount)
            .count("queue_number", u64::from(campaign.last_queue_number));
        let events = vec![campaign.event(AuditEventKind::ParticipantWaitlisted, facts, now)];
        Ok(ParticipationChange {
            campaign,
            participation,
            events,
        })
    }

    fn into_participation(
        self,
        campaign: &Campaign,
        id: ParticipationId,
        status: ParticipationStatus,
        now: Timestamp,
    ) -> Participation {
        let contribution_amount = campaign
            .price_per_slot
            .checked_times(self.quantity)
            .expect("a price and a number of slots within their bounds have a product");
        Participation {
            id,
            campaign_id: campaign.id,
            user_id: self.user_id,
            quantity: self.quantity,
            contribution_amount,
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
            claimed_at: None,
            claimed_on: None,
            held_with: self.held_with,
            shipping_address: self.shipping_address,
            note: self.note,
            payout_account: None,
            account_changed_at: None,
            token_generation: 0,
            cancel_reason: None,
            erased_at: None,
            joined_at: now,
            updated_at: now,
        }
    }
}

/// Whether one join may ask for so many slots, to have or to wait for.
fn check_join_limit(campaign: &Campaign, requested: Slots) -> Result<(), Error> {
    match campaign.terms.max_slots_per_join {
        Some(limit) if requested > limit => Err(Error::JoinLimitReached { requested, limit }),
        _ => Ok(()),
    }
}

/// Whether a user may have so many slots more, besides those that it holds or waits for.
fn check_limit(campaign: &Campaign, held: Slots, quantity: Slots) -> Result<(), Error> {
    let Some(limit) = campaign.terms.max_slots_per_user else {
        return Ok(());
    };
    let left = limit.saturating_sub(held);
    if quantity <= left {
        return Ok(());
    }
    Err(Error::UserLimitReached {
        requested: quantity,
        limit,
        left,
    })
}

const fn insufficient(campaign: &Campaign, requested: Slots) -> Error {
    Error::InsufficientSlots {
        requested,
        available: campaign.slots_remaining(),
    }
}

/// Whether a reservation or a place on the waiting list can be given back.
///
/// Once the deadline has passed the outcome is settled by the numbers of that moment, whether or not
/// the timer has come to it yet: nothing can be given back any more.
#[must_use]
pub fn can_be_released(participation: &Participation, campaign: &Campaign, now: Timestamp) -> bool {
    let is_held = matches!(
        participation.status,
        ParticipationStatus::Reserved | ParticipationStatus::Waitlisted
    );
    // What is held in a campaign that goes ahead came from its waiting list: no deadline settles it.
    is_held
        && (campaign.status == CampaignStatus::Completed
            || campaign.status.is_running() && !campaign.deadline_has_passed(now))
}

/// Gives a reservation back, or a place on the waiting list. The slots that it frees are for those who
/// wait; [`waiting_list::settle_status`] then says what became of the campaign.
///
/// # Errors
/// [`Error::ParticipationStateInvalid`] unless it [`can_be_released`].
pub fn release(
    mut participation: Participation,
    mut campaign: Campaign,
    reason: Option<String>,
    now: Timestamp,
) -> Result<ParticipationChange, Error> {
    if !can_be_released(&participation, &campaign, now) {
        return Err(state_invalid(&participation, &campaign));
    }
    if participation.status == ParticipationStatus::Waitlisted {
        campaign.waitlist_count = campaign.waitlist_count.saturating_sub(1);
        campaign.updated_at = now;
    } else {
        campaign.release_slots(participation.quantity, now);
    }
    participation.cancel_reason = reason;
    let kind = AuditEventKind::ParticipantCancelled;
    Ok(ended(participation, campaign, kind, now))
}

/// What becomes of a participation whose slots its campaign has back by now.
pub(crate) fn ended(
    mut participation: Participation,
    campaign: Campaign,
    kind: AuditEventKind,
    now: Timestamp,
) -> ParticipationChange {
    participation.status = ParticipationStatus::Cancelled;
    participation.updated_at = now;
    let facts = Metadata::new()
        .participation(participation.id)
        .slots("quantity", participation.quantity)
        .slots("slots_taken", campaign.slots_taken);
    let events = vec![campaign.event(kind, facts, now)];
    ParticipationChange {
        campaign,
        participation,
        events,
    }
}

/// Releases a reservation that was not confirmed in time; `None` when it is none. As for [`release`],
/// the slots that it frees are for those who wait.
#[must_use]
pub fn expire(
    mut participation: Participation,
    mut campaign: Campaign,
    now: Timestamp,
) -> Option<ParticipationChange> {
    if !payment_window::has_expired(&participation, &campaign, now) {
        return None;
    }
    campaign.release_slots(participation.quantity, now);
    participation.expired_at = Some(now);
    let kind = AuditEventKind::ParticipantExpired;
    Some(ended(participation, campaign, kind, now))
}

/// Gives an expired reservation its slots again, with a new time to pay. `held` is what counts with it, as
/// [`Holder::of_revived`] has it.
///
/// # Errors
/// [`Error::ParticipationStateInvalid`] unless it has expired and its campaign is still running;
/// [`Error::UserLimitReached`]; [`Error::InsufficientSlots`].
pub fn revive(
    mut participation: Participation,
    mut campaign: Campaign,
    held: Slots,
    now: Timestamp,
) -> Result<ParticipationChange, Error> {
    let before = campaign.status;
    let has_expired = participation.status == ParticipationStatus::Cancelled
        && participation.expired_at.is_some();
    // What came in since is due to go back, so it does not pay for these slots.
    let is_unpaid = participation.paid_amount == Rupiah::default();
    if !has_expired || !is_unpaid || !before.is_running() || campaign.deadline_has_passed(now) {
        return Err(state_invalid(&participation, &campaign));
    }
    check_limit(&campaign, held, participation.quantity)?;
    if participation.quantity > campaign.slots_remaining() {
        return Err(insufficient(&campaign, participation.quantity));
    }
    campaign.take_slots(participation.quantity, now);
    participation.status = ParticipationStatus::Reserved;
    participation.expired_at = None;
    participation.claimed_at = None;
    participation.claimed_on = None;
    participation.updated_at = now;
    let facts = Metadata::new()
        .participation(participation.id)
        .slots("quantity", participation.quantity)
        .slots("slots_taken", campaign.slots_taken);
    let mut events = vec![campaign.event(AuditEventKind::ParticipantRevived, facts, now)];
    events.extend(waiting_list::settle_status(&mut campaign, before, now));
    payment_window::start(&mut participation, &campaign, now);
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
    let is_off = matches!(
        campaign.status,
        CampaignStatus::Failed | CampaignStatus::Cancelled
    );
    if participation.status != ParticipationStatus::Reserved || is_off {
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

pub(crate) fn state_invalid(participation: &Participation, campaign: &Campaign) -> Error {
    Error::ParticipationStateInvalid {
        status: participation.status,
        campaign_status: campaign.status,
    }
}

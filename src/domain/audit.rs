//! Audit events: one for each change, with ids and numbers, never with what a person typed.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::domain::id::{
    BanId, CampaignId, ParticipationId, PayToId, ProductId, TransactionId, WebhookId,
};
use crate::domain::money::Rupiah;
use crate::domain::seal::Seal;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditEventKind {
    /// A product was created.
    ProductCreated,
    /// Group buying was enabled for a product, or disabled.
    ProductSambatanToggled,
    /// A campaign was created.
    CampaignCreated,
    /// A campaign that had waited for its opening time opened.
    CampaignOpened,
    /// A user took slots.
    ParticipantJoined,
    /// The last slot was taken.
    CampaignFull,
    /// A user gave slots back.
    ParticipantCancelled,
    /// A full campaign has a free slot again.
    CampaignReopened,
    /// The organiser confirmed a participation.
    ParticipantConfirmed,
    /// The campaign goes ahead; every reserved participation was confirmed.
    CampaignCompleted,
    /// The deadline passed without enough slots; every live participation was refunded.
    CampaignFailed,
    /// The organiser called the campaign off; every live participation was refunded.
    CampaignCancelled,
    /// A product's name, description or base price was changed.
    ProductEdited,
    /// A campaign's title or description was changed.
    CampaignEdited,
    /// The deadline moved: by the organiser, or because of too few slots.
    CampaignExtended,
    /// The minimum was reached for the first time.
    CampaignTipped,
    /// A user went on the waiting list.
    ParticipantWaitlisted,
    /// A user on the waiting list got slots.
    ParticipantPromoted,
    /// A reservation was not confirmed in time and was released.
    ParticipantExpired,
    /// The organiser released somebody who had paid nothing in a campaign that goes ahead.
    ParticipantReleased,
    /// The waiting list of a campaign that goes ahead was closed: nobody waits any more.
    WaitingListClosed,
    /// The organiser gave an expired reservation its slots again.
    ParticipantRevived,
    /// A participant said that the money is on its way.
    PaymentClaimed,
    /// Money came in for a participation.
    PaymentRecorded,
    /// What came in for a participation was corrected downwards.
    AdjustmentRecorded,
    /// Money came in for a participation that has no slots any more, so it has to go back; or the organiser
    /// gives money back.
    RefundDue,
    /// The organiser sent a refund.
    RefundSent,
    /// The participant has got the refund.
    RefundAcknowledged,
    /// A participant said where a refund goes.
    PayoutAccountSet,
    /// The organiser paid money out of a campaign.
    PayoutRecorded,
    /// What a campaign's participants had typed was erased.
    CampaignErased,
    /// The organiser added an account that people pay to.
    PayToAdded,
    /// The organiser retired an account that people pay to.
    PayToRetired,
    /// The organiser added a webhook.
    WebhookAdded,
    /// The organiser removed a webhook.
    WebhookRemoved,
    /// The organiser banned a name or an address.
    BanAdded,
    /// The organiser let one join again.
    BanLifted,
    /// What a participant had typed was erased: all of it, or all that no refund needs.
    ParticipantErased,
    /// What was noted about a movement of money was erased.
    ReferenceErased,
    /// The organiser confirmed that a refund goes to the account that took another one's place.
    PayoutAccountConfirmed,
    /// A participation's secret link was made anew; the one before opens nothing any more.
    LinkRenewed,
    /// A file of an older version was brought up to date: what came before tells less.
    FileUpgraded,
    /// The organiser said that the clock is right, although it was far from what was believable.
    ClockConfirmed,
}

impl AuditEventKind {
    /// Every kind.
    pub const ALL: [Self; 43] = [
        Self::ProductCreated,
        Self::ProductSambatanToggled,
        Self::CampaignCreated,
        Self::CampaignOpened,
        Self::ParticipantJoined,
        Self::CampaignFull,
        Self::ParticipantCancelled,
        Self::CampaignReopened,
        Self::ParticipantConfirmed,
        Self::CampaignCompleted,
        Self::CampaignFailed,
        Self::CampaignCancelled,
        Self::ProductEdited,
        Self::CampaignEdited,
        Self::CampaignExtended,
        Self::CampaignTipped,
        Self::ParticipantWaitlisted,
        Self::ParticipantPromoted,
        Self::ParticipantExpired,
        Self::ParticipantReleased,
        Self::WaitingListClosed,
        Self::ParticipantRevived,
        Self::PaymentClaimed,
        Self::PaymentRecorded,
        Self::AdjustmentRecorded,
        Self::RefundDue,
        Self::RefundSent,
        Self::RefundAcknowledged,
        Self::PayoutAccountSet,
        Self::PayoutRecorded,
        Self::CampaignErased,
        Self::PayToAdded,
        Self::PayToRetired,
        Self::WebhookAdded,
        Self::WebhookRemoved,
        Self::BanAdded,
        Self::BanLifted,
        Self::ParticipantErased,
        Self::ReferenceErased,
        Self::PayoutAccountConfirmed,
        Self::LinkRenewed,
        Self::FileUpgraded,
        Self::ClockConfirmed,
    ];

    /// The name, the same over HTTP and in SQL.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProductCreated => "product_created",
            Self::ProductSambatanToggled => "product_sambatan_toggled",
            Self::CampaignCreated => "campaign_created",
            Self::CampaignOpened => "campaign_opened",
            Self::ParticipantJoined => "participant_joined",
            Self::CampaignFull => "campaign_full",
            Self::ParticipantCancelled => "participant_cancelled",
            Self::CampaignReopened => "campaign_reopened",
            Self::ParticipantConfirmed => "participant_confirmed",
            Self::CampaignCompleted => "campaign_completed",
            Self::CampaignFailed => "campaign_failed",
            Self::CampaignCancelled => "campaign_cancelled",
            Self::ProductEdited => "product_edited",
            Self::CampaignEdited => "campaign_edited",
            Self::CampaignExtended => "campaign_extended",
            Self::CampaignTipped => "campaign_tipped",
            Self::ParticipantWaitlisted => "participant_waitlisted",
            Self::ParticipantPromoted => "participant_promoted",
            Self::ParticipantExpired => "participant_expired",
            Self::ParticipantReleased => "participant_released",
            Self::WaitingListClosed => "waiting_list_closed",
            Self::ParticipantRevived => "participant_revived",
            Self::PaymentClaimed => "payment_claimed",
            Self::PaymentRecorded => "payment_recorded",
            Self::AdjustmentRecorded => "adjustment_recorded",
            Self::RefundDue => "refund_due",
            Self::RefundSent => "refund_sent",
            Self::RefundAcknowledged => "refund_acknowledged",
            Self::PayoutAccountSet => "payout_account_set",
            Self::PayoutRecorded => "payout_recorded",
            Self::CampaignErased => "campaign_erased",
            Self::PayToAdded => "pay_to_added",
            Self::PayToRetired => "pay_to_retired",
            Self::WebhookAdded => "webhook_added",
            Self::WebhookRemoved => "webhook_removed",
            Self::BanAdded => "ban_added",
            Self::BanLifted => "ban_lifted",
            Self::ParticipantErased => "participant_erased",
            Self::ReferenceErased => "reference_erased",
            Self::PayoutAccountConfirmed => "payout_account_confirmed",
            Self::LinkRenewed => "link_renewed",
            Self::FileUpgraded => "file_upgraded",
            Self::ClockConfirmed => "clock_confirmed",
        }
    }

    /// Reads what [`Self::name`] writes.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The fact that is the seal of a row's texts.
pub(crate) const SEALED: &str = "sealed";

/// The facts of an event. Its methods are the only way to put something in, and none takes a text that
/// a person could have typed: that keeps personal data out of the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata(Map<String, Value>);

impl Metadata {
    /// No facts yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a product.
    #[must_use]
    pub fn product(self, id: ProductId) -> Self {
        self.with("product_id", id.to_string().into())
    }

    /// Adds a participation.
    #[must_use]
    pub fn participation(self, id: ParticipationId) -> Self {
        self.with("participation_id", id.to_string().into())
    }

    /// Adds the first participation of whoever joined, as far as they showed it.
    #[must_use]
    pub fn held_with(self, id: ParticipationId) -> Self {
        self.with("held_with", id.to_string().into())
    }

    /// Adds the campaign that this one was made from.
    #[must_use]
    pub fn cloned_from(self, id: CampaignId) -> Self {
        self.with("cloned_from", id.to_string().into())
    }

    /// Adds a movement of money.
    #[must_use]
    pub fn transaction(self, id: TransactionId) -> Self {
        self.with("transaction_id", id.to_string().into())
    }

    /// Adds the payment that a refund is taken from.
    #[must_use]
    pub fn payment(self, id: TransactionId) -> Self {
        self.with("payment_id", id.to_string().into())
    }

    /// Adds an account that people pay to.
    #[must_use]
    pub fn pay_to(self, id: PayToId) -> Self {
        self.with("pay_to_id", id.to_string().into())
    }

    /// Adds the accounts that a campaign uses; none: all that are in use.
    #[must_use]
    pub fn pay_to_named(self, ids: &[PayToId]) -> Self {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        self.with("pay_to", ids.into())
    }

    /// Adds a webhook.
    #[must_use]
    pub fn webhook(self, id: WebhookId) -> Self {
        self.with("webhook_id", id.to_string().into())
    }

    /// Adds a ban.
    #[must_use]
    pub fn ban(self, id: BanId) -> Self {
        self.with("ban_id", id.to_string().into())
    }

    /// Adds a word of the program's own: never a text that somebody typed.
    #[must_use]
    pub fn word(self, name: &'static str, word: &'static str) -> Self {
        self.with(name, word.into())
    }

    /// Adds a time.
    #[must_use]
    pub fn time(self, name: &'static str, time: Timestamp) -> Self {
        self.with(name, time.to_string().into())
    }

    /// Adds a number of slots.
    #[must_use]
    pub fn slots(self, name: &'static str, slots: Slots) -> Self {
        self.with(name, slots.get().into())
    }

    /// Adds an amount.
    #[must_use]
    pub fn amount(self, name: &'static str, amount: Rupiah) -> Self {
        self.with(name, amount.get().into())
    }

    /// Adds the seal of the texts of the row that the event is about: of all of them, as they are after it.
    #[must_use]
    pub fn sealed(self, seal: Seal) -> Self {
        self.with(SEALED, seal.to_string().into())
    }

    /// Adds a time that may be none.
    #[must_use]
    pub fn time_or_none(self, name: &'static str, time: Option<Timestamp>) -> Self {
        self.with(name, time.map(|time| time.to_string()).into())
    }

    /// Adds a day.
    #[must_use]
    pub fn day(self, name: &'static str, day: NaiveDate) -> Self {
        self.with(name, day.to_string().into())
    }

    /// Adds an amount that may be none.
    #[must_use]
    pub fn amount_or_none(self, name: &'static str, amount: Option<Rupiah>) -> Self {
        self.with(name, amount.map(Rupiah::get).into())
    }

    /// Adds a count that may be none.
    #[must_use]
    pub fn count_or_none(self, name: &'static str, count: Option<u32>) -> Self {
        self.with(name, count.into())
    }

    /// Adds a count.
    #[must_use]
    pub fn count(self, name: &'static str, count: u64) -> Self {
        self.with(name, count.into())
    }

    /// Adds a yes or no.
    #[must_use]
    pub fn flag(self, name: &'static str, flag: bool) -> Self {
        self.with(name, flag.into())
    }

    /// Whether it is about this movement of money.
    pub(crate) fn names(&self, id: TransactionId) -> bool {
        let named = self.0.get("transaction_id").and_then(Value::as_str);
        named.is_some_and(|named| named == id.to_string())
    }

    fn with(mut self, name: &'static str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// Reads the facts of a stored event.
    pub(crate) const fn trusted(facts: Map<String, Value>) -> Self {
        Self(facts)
    }

    /// The facts as a JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.0).expect("a map with text keys is JSON")
    }

    /// The facts by name.
    #[must_use]
    pub const fn facts(&self) -> &Map<String, Value> {
        &self.0
    }
}

/// A change that is about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuditEvent {
    /// The campaign it belongs to; none for a product's changes.
    pub campaign_id: Option<CampaignId>,
    /// What happened.
    pub kind: AuditEventKind,
    /// Ids and numbers.
    pub metadata: Metadata,
    /// When.
    pub timestamp: Timestamp,
}

/// A change as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its number: the order in which changes were committed.
    pub number: i64,
    /// The campaign it belongs to; none for a product's changes.
    pub campaign_id: Option<CampaignId>,
    /// What happened.
    pub kind: AuditEventKind,
    /// Ids and numbers.
    pub metadata: Metadata,
    /// When.
    pub timestamp: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in AuditEventKind::ALL {
            assert_eq!(AuditEventKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(AuditEventKind::from_name("campaign_lost"), None);
    }
}

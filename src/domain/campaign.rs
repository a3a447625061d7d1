//! Campaigns: what is sold, until when, and how much of it is taken.

use chrono::{DateTime, Utc};

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::error::Error;
use crate::domain::field::{self, Checker, Problem, bounds};
use crate::domain::id::{CampaignId, PayToId, ProductId};
use crate::domain::join_code::JoinCode;
use crate::domain::money::Rupiah;
use crate::domain::pay_to;
use crate::domain::product::Product;
use crate::domain::slots::Slots;
use crate::domain::terms::{NewTerms, PaymentTiming, Terms};
use crate::domain::time::Timestamp;

/// The state of a campaign. Each has two names: the API's and SQL's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CampaignStatus {
    /// Created, not open yet.
    Inactive,
    /// Open for joins.
    Active,
    /// Every slot taken.
    Full,
    /// Goes ahead.
    Completed,
    /// The deadline passed without enough slots.
    Failed,
    /// The organiser called it off.
    Cancelled,
}

impl CampaignStatus {
    /// Every state, in the order of a campaign's life.
    pub const ALL: [Self; 6] = [
        Self::Inactive,
        Self::Active,
        Self::Full,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The names over HTTP, in the order of [`Self::ALL`].
    pub const API_NAMES: [&'static str; 6] = [
        "inactive",
        "active",
        "full",
        "completed",
        "failed",
        "cancelled",
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
            Self::Inactive => ("inactive", "draft"),
            Self::Active => ("active", "active"),
            Self::Full => ("full", "locked"),
            Self::Completed => ("completed", "fulfilled"),
            Self::Failed => ("failed", "expired"),
            Self::Cancelled => ("cancelled", "cancelled"),
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

    /// Whether nothing can change any more.
    #[must_use]
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// Whether it has slots that are sold or were sold, and has not ended.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Active | Self::Full)
    }
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// What is bought.
    pub product_id: ProductId,
    /// 3 to 120 characters.
    pub title: String,
    /// At most 2000 characters.
    pub description: Option<String>,
    /// The slots it sells.
    pub total_slots: Slots,
    /// So many must be taken at the deadline for it to go ahead.
    pub minimum_slots: Slots,
    /// The price of one slot.
    pub price_per_slot: Rupiah,
    /// The slots of all live participations. Never more than `total_slots`.
    pub slots_taken: Slots,
    /// The number of live participations.
    pub participant_count: u32,
    /// So many of them are confirmed.
    pub confirmed_count: u32,
    /// The number of participations that wait for slots.
    pub waitlist_count: u32,
    /// The number that was last given out on the waiting list.
    pub last_queue_number: u32,
    /// What the organiser declared.
    pub terms: Terms,
    /// The accounts that its participants pay to, in the order of their ids; none: all that are in use.
    pub pay_to: Vec<PayToId>,
    /// Its state.
    pub status: CampaignStatus,
    /// When it opens, when that was set at its creation.
    pub opens_at: Option<Timestamp>,
    /// The last moment to join.
    pub deadline: Timestamp,
    /// When the minimum was first reached.
    pub tipped_at: Option<Timestamp>,
    /// When the deadline moved because of too few slots.
    pub extended_at: Option<Timestamp>,
    /// Why the organiser moved the deadline, the last time.
    pub extend_reason: Option<String>,
    /// Why the organiser called it off.
    pub cancel_reason: Option<String>,
    /// What every join has to bring, where the organiser asks for something.
    pub join_code: Option<JoinCode>,
    /// When it was completed, failed or was called off.
    pub ended_at: Option<Timestamp>,
    /// When what its participants typed was erased.
    pub erased_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Campaign {
    /// The slots that are left.
    #[must_use]
    pub const fn slots_remaining(&self) -> Slots {
        self.total_slots.saturating_sub(self.slots_taken)
    }

    /// How much is taken, 0 to 100, cut (not rounded) to two decimals: only a full campaign shows 100.
    #[must_use]
    pub fn progress_percent(&self) -> f64 {
        progress_percent(self.slots_taken, self.total_slots)
    }

    /// The money of all live participations. Every slot has the same price.
    #[must_use]
    pub fn total_contribution(&self) -> Rupiah {
        self.price_per_slot
            .checked_times(self.slots_taken)
            .expect("a price and a number of slots within their bounds have a product")
    }

    /// Whether the last moment to join is over.
    #[must_use]
    pub fn deadline_has_passed(&self, now: Timestamp) -> bool {
        now > self.deadline
    }

    /// Whether the minimum is reached for the first time, in a campaign for which that means something.
    pub(crate) fn tips(&self) -> bool {
        let matters = self.minimum_slots < self.total_slots
            || self.terms.payment == PaymentTiming::AfterTipping;
        matters && self.tipped_at.is_none() && self.slots_taken >= self.minimum_slots
    }

    /// Counts a participation in.
    pub(crate) fn take_slots(&mut self, quantity: Slots, now: Timestamp) {
        let taken = self.slots_taken.checked_add(quantity);
        self.slots_taken = taken.expect("slots that are left fit into the total");
        self.participant_count += 1;
        self.updated_at = now;
    }

    /// Counts a participation out.
    pub(crate) fn release_slots(&mut self, quantity: Slots, now: Timestamp) {
        self.slots_taken = self.slots_taken.saturating_sub(quantity);
        self.participant_count = self.participant_count.saturating_sub(1);
        self.updated_at = now;
    }

    /// What a person typed about it, by the names of the columns.
    pub(crate) fn texts(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("title", Some(&self.title)),
            ("description", self.description.as_deref()),
            ("extend_reason", self.extend_reason.as_deref()),
            ("cancel_reason", self.cancel_reason.as_deref()),
            ("join_code", self.join_code.as_ref().map(JoinCode::reveal)),
        ]
    }

    /// An event that says how many slots are taken.
    pub(crate) fn slots_event(&self, kind: AuditEventKind, now: Timestamp) -> NewAuditEvent {
        let facts = Metadata::new().slots("slots_taken", self.slots_taken);
        self.event(kind, facts, now)
    }

    pub(crate) fn event(
        &self,
        kind: AuditEventKind,
        metadata: Metadata,
        now: Timestamp,
    ) -> NewAuditEvent {
        NewAuditEvent {
            campaign_id: Some(self.id),
            kind,
            metadata,
            timestamp: now,
        }
    }
}

/// `taken` of `total` as a percentage cut to two decimals; the same formula as the SQL view.
#[must_use]
pub fn progress_percent(taken: Slots, total: Slots) -> f64 {
    let hundredths = u64::from(taken.get()) * 10_000 / u64::from(total.get().max(1));
    u32::try_from(hundredths).map_or(100.0, |hundredths| f64::from(hundredths) / 100.0)
}

/// The input of `create_campaign`, as typed.
#[derive(Debug, Clone)]
pub struct NewCampaign {
    /// A product with group buying enabled.
    pub product_id: ProductId,
    /// 3 to 120 characters.
    pub title: String,
    /// 1 to 1,000,000.
    pub total_slots: i64,
    /// Whole rupiah, 1 to 10^12.
    pub price_per_slot: i64,
    /// In the future.
    pub deadline: DateTime<Utc>,
    /// 1 to `total_slots`; `total_slots` when absent.
    pub minimum_slots: Option<i64>,
    /// Before the deadline; open at once when absent or past.
    pub opens_at: Option<DateTime<Utc>>,
    /// At most 2000 characters.
    pub description: Option<String>,
    /// The usual ones unless something else is declared.
    pub terms: NewTerms,
    /// What every join has to bring: 6 to 64 letters, digits, `-` and `_`. None: nothing.
    pub join_code: Option<String>,
    /// The accounts that its participants pay to, all of them in use; none: all that are in use.
    pub pay_to: Vec<PayToId>,
}

impl NewCampaign {
    /// A campaign that opens at once and must fill up to go ahead.
    #[must_use]
    pub fn new(
        product_id: ProductId,
        title: &str,
        total_slots: i64,
        price_per_slot: i64,
        deadline: DateTime<Utc>,
    ) -> Self {
        Self {
            product_id,
            title: title.to_owned(),
            total_slots,
            price_per_slot,
            deadline,
            minimum_slots: None,
            opens_at: None,
            description: None,
            terms: NewTerms::default(),
            join_code: None,
            pay_to: Vec::new(),
        }
    }

    /// Checks the input on its own, before any transaction.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn check(self) -> Result<CheckedCampaign, Error> {
        let mut check = Checker::default();
        let title = check.take(field::text("title", &self.title, &bounds::TITLE));
        let total_slots = check.take(field::slots("total_slots", self.total_slots));
        let price_per_slot = check.take(field::price("price_per_slot", self.price_per_slot));
        let deadline = check.take(field::time("deadline", self.deadline));
        let description = check.take(field::optional_text(
            "description",
            self.description.as_deref(),
            &bounds::DESCRIPTION,
        ));
        let terms = self.terms.check(&mut check);
        let join_code = self.join_code.as_deref();
        let join_code = join_code.and_then(|text| check.take(JoinCode::parse("join_code", text)));
        let minimum_slots = self
            .minimum_slots
            .map(|raw| check.take(field::slots("minimum_slots", raw)));
        let opens_at = self
            .opens_at
            .map(|raw| check.take(field::time("opens_at", raw)));
        let (
            Some(title),
            Some(total_slots),
            Some(price_per_slot),
            Some(deadline),
            Some(description),
        ) = (title, total_slots, price_per_slot, deadline, description)
        else {
            return Err(check.into_error());
        };
        let minimum_slots = minimum_slots.flatten().unwrap_or(total_slots);
        if minimum_slots > total_slots {
            check.refuse(
                "minimum_slots",
                Problem::OutOfRange(1, i64::from(total_slots.get())),
            );
        }
        let opens_at = opens_at.flatten();
        if opens_at.is_some_and(|opens_at| opens_at >= deadline) {
            check.refuse("opens_at", Problem::NotBeforeDeadline);
        }
        check.finish()?;
        Ok(CheckedCampaign {
            product_id: self.product_id,
            title,
            description,
            total_slots,
            minimum_slots,
            price_per_slot,
            deadline,
            opens_at,
            terms,
            join_code,
            pay_to: pay_to::in_order(self.pay_to),
        })
    }
}

/// The input of `create_campaign`, within its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedCampaign {
    product_id: ProductId,
    title: String,
    description: Option<String>,
    total_slots: Slots,
    minimum_slots: Slots,
    price_per_slot: Rupiah,
    deadline: Timestamp,
    opens_at: Option<Timestamp>,
    terms: Terms,
    join_code: Option<JoinCode>,
    pub(crate) pay_to: Vec<PayToId>,
}

impl CheckedCampaign {
    /// The product it asks for.
    #[must_use]
    pub const fn product_id(&self) -> ProductId {
        self.product_id
    }

    /// Opens the campaign for its product.
    ///
    /// # Errors
    /// [`Error::ProductNotEnabled`], [`Error::DeadlineInPast`].
    pub fn open(
        self,
        product: &Product,
        id: CampaignId,
        now: Timestamp,
    ) -> Result<(Campaign, NewAuditEvent), Error> {
        if !product.is_sambatan_enabled {
            return Err(Error::ProductNotEnabled);
        }
        if self.deadline <= now {
            return Err(Error::DeadlineInPast {
                deadline: self.deadline,
            });
        }
        let waits = self.opens_at.is_some_and(|opens_at| opens_at > now);
        let campaign = Campaign {
            id,
            product_id: product.id,
            title: self.title,
            description: self.description,
            total_slots: self.total_slots,
            minimum_slots: self.minimum_slots,
            price_per_slot: self.price_per_slot,
            slots_taken: Slots::ZERO,
            participant_count: 0,
            confirmed_count: 0,
            waitlist_count: 0,
            last_queue_number: 0,
            terms: self.terms,
            pay_to: self.pay_to,
            status: if waits {
                CampaignStatus::Inactive
            } else {
                CampaignStatus::Active
            },
            opens_at: self.opens_at,
            deadline: self.deadline,
            tipped_at: None,
            extended_at: None,
            extend_reason: None,
            cancel_reason: None,
            join_code: self.join_code,
            ended_at: None,
            erased_at: None,
            created_at: now,
            updated_at: now,
        };
        let facts = Metadata::new()
            .product(product.id)
            .slots("total_slots", campaign.total_slots)
            .slots("minimum_slots", campaign.minimum_slots)
            .amount("price_per_slot", campaign.price_per_slot)
            .flag("open", !waits)
            .time_or_none("opens_at", campaign.opens_at)
            .time("deadline", campaign.deadline);
        let facts = campaign.terms.told_in(facts);
        let facts = match &campaign.pay_to[..] {
            [] => facts,
            named => facts.pay_to_named(named),
        };
        let event = campaign.event(AuditEventKind::CampaignCreated, facts, now);
        Ok((campaign, event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_found_by_both_its_names() {
        for (status, api_name) in CampaignStatus::ALL
            .into_iter()
            .zip(CampaignStatus::API_NAMES)
        {
            assert_eq!(status.api_name(), api_name);
            assert_eq!(
                CampaignStatus::from_api_name(status.api_name()),
                Some(status)
            );
            assert_eq!(
                CampaignStatus::from_sql_name(status.sql_name()),
                Some(status)
            );
        }
        assert_eq!(CampaignStatus::from_api_name("locked"), None);
        assert_eq!(CampaignStatus::from_sql_name("full"), None);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "hundredths of a percent are exact here")]
    fn only_a_full_campaign_shows_a_hundred_percent() {
        for (taken, total, percent) in [
            (0, 10, 0.0),
            (3, 10, 30.0),
            (2, 3, 66.66),
            (999_999, 1_000_000, 99.99),
            (1_000_000, 1_000_000, 100.0),
        ] {
            assert_eq!(
                progress_percent(Slots::new(taken), Slots::new(total)),
                percent
            );
        }
    }
}

//! The invariants: everything that the service shows is what the model counts.

use std::collections::BTreeSet;

use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq};
use sambatan::domain::audit::AuditEvent;
use sambatan::domain::id::CampaignId;
use sambatan::domain::ledger::{
    PaymentState, TransactionKind, TransactionSource, TransactionStatus,
};
use sambatan::domain::money::Rupiah;
use sambatan::domain::reports::{CampaignFilter, DashboardSummary, Limit, Page};
use sambatan::{CampaignStatus, Error, Sambatan};

use super::{Model, is_live};
use crate::Checked;

/// Walks a list page by page.
fn all_pages<Item, Key: Copy>(
    read: impl Fn(Option<Key>, Limit) -> Result<Page<Item, Key>, Error>,
) -> Vec<Item> {
    let limit = Limit::new(7).unwrap();
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = read(after, limit).unwrap();
        all.extend(page.items);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

/// What events tell of columns by name, and the seals of texts, which have a salt that nobody foresees: that
/// they fit the tables is verified at the end of each run.
const TOLD: &[&str] = &[
    "sealed",
    "transfer_amount",
    "pay_by",
    "expires_at",
    "opens_at",
    "deadline",
    "claimed_on",
    "held_with",
    "on_shortfall",
    "extend_days",
    "completes",
    "max_slots_per_user",
    "max_slots_per_join",
    "payment",
    "pay_within_hours",
    "grace_hours",
    "total_slots",
    "statement_share",
    "request_part",
];

/// An event without facts that the model does not foresee.
pub(super) fn without_what_is_told(
    mut found: AuditEvent,
    expected: &AuditEvent,
) -> Result<AuditEvent, TestCaseError> {
    let known = expected.metadata.facts();
    for name in found.metadata.facts().keys() {
        let is_told = TOLD.contains(&name.as_str());
        prop_assert!(known.contains_key(name) || is_told, "{}: {:?}", name, found);
    }
    let same = known
        .iter()
        .all(|(name, value)| found.metadata.facts().get(name) == Some(value));
    if same {
        found.metadata = expected.metadata.clone();
    }
    Ok(found)
}

impl Model {
    /// Everything, whether or not it has changed.
    pub(crate) fn compare(&self, service: &Sambatan, users: &[&str]) -> Checked {
        for product in self.products.by_id.values() {
            prop_assert_eq!(&service.get_product(product.id).unwrap(), product);
        }
        for id in self.campaigns.by_id.keys() {
            self.compare_campaign(service, *id)?;
        }
        prop_assert_eq!(service.pay_to_in_use().unwrap(), self.accounts_in_use());
        self.compare_lists(service, users)?;
        self.compare_bans(service)?;
        self.compare_totals(service)
    }

    /// The campaigns that have changed since there were so many events, and the totals.
    pub(crate) fn compare_changed(&self, service: &Sambatan, since: usize) -> Checked {
        let changed = self.events[since..].iter();
        let changed: BTreeSet<_> = changed.filter_map(|event| event.campaign_id).collect();
        for id in changed {
            self.compare_campaign(service, id)?;
        }
        self.compare_totals(service)
    }

    pub(crate) fn compare_campaign(&self, service: &Sambatan, id: CampaignId) -> Checked {
        let campaign = service.get_campaign(id).unwrap();
        prop_assert_eq!(&campaign, &self.campaign(id));
        let (taken, total) = (campaign.slots_taken.get(), campaign.total_slots.get());
        prop_assert!(taken <= total, "oversold");
        let fits = match campaign.status {
            CampaignStatus::Inactive | CampaignStatus::Failed | CampaignStatus::Cancelled => {
                taken == 0
            }
            CampaignStatus::Active => taken < total,
            CampaignStatus::Full => taken == total,
            CampaignStatus::Completed => true,
        };
        prop_assert!(
            fits,
            "the status does not follow from the numbers: {campaign:?}"
        );

        let participations = all_pages(|after, limit| service.list_participants(id, after, limit));
        let all = self.participations_of(id);
        let expected: Vec<_> = all.map(|one| self.shown(one)).collect();
        prop_assert_eq!(&participations, &expected);
        for participation in &participations {
            let amount = campaign.price_per_slot.get() * i64::from(participation.quantity.get());
            prop_assert_eq!(participation.contribution_amount.get(), amount);
            let state = PaymentState::of(participation).word();
            prop_assert_eq!(state, self.payment_state(participation));
        }

        let money: i64 = self
            .live(id)
            .map(|live| live.contribution_amount.get())
            .sum();
        let progress = service.progress(id).unwrap();
        prop_assert_eq!(progress.total_contribution.get(), money);
        prop_assert_eq!(progress.filled_slots.get(), taken);
        prop_assert_eq!(progress.available_slots.get(), total - taken);
        prop_assert_eq!(progress.progress >= 100.0, taken == total);

        self.compare_waiting(service, id)?;
        self.compare_money(service, id)?;

        let mut events = all_pages(|before, limit| service.logs(id, before, limit));
        events.reverse();
        let expected = self.events.iter();
        let expected: Vec<_> = expected
            .filter(|event| event.campaign_id == Some(id))
            .cloned()
            .collect();
        prop_assert_eq!(events.len(), expected.len(), "{:?}\n{:?}", events, expected);
        for (found, expected) in events.into_iter().zip(expected) {
            prop_assert_eq!(without_what_is_told(found, &expected)?, expected);
        }
        Ok(())
    }

    fn compare_waiting(&self, service: &Sambatan, id: CampaignId) -> Checked {
        for (index, waiting) in self.waiting(id).enumerate() {
            let position = service.waitlist_position(waiting);
            prop_assert_eq!(position, Ok(Some(u32::try_from(index).unwrap() + 1)));
        }
        Ok(())
    }

    fn compare_money(&self, service: &Sambatan, id: CampaignId) -> Checked {
        let mut expected: Vec<_> = self.ledger_of(id).cloned().collect();
        expected.sort_by_key(|row| row.id);
        let found = all_pages(|after, limit| service.list_transactions(id, after, limit));
        prop_assert_eq!(&found, &expected);

        let money = service.campaign_money(id).unwrap();
        prop_assert_eq!(money, self.money(id));
        prop_assert!(
            money.balance() >= Rupiah::new(0),
            "more went out than came in"
        );
        let status = self.campaigns.by_id[&id].status;
        if status == CampaignStatus::Failed || status == CampaignStatus::Cancelled {
            prop_assert_eq!(money.balance(), Rupiah::new(0), "not everything goes back");
        }
        for payment in found
            .iter()
            .filter(|row| row.kind == TransactionKind::Payment)
        {
            let refunds = found.iter().filter(|row| row.refund_of == Some(payment.id));
            let sum: i64 = refunds.clone().map(|row| row.amount.get()).sum();
            prop_assert!(sum <= payment.amount.get(), "more goes back than came in");
            let itself = refunds.filter(|row| row.source == TransactionSource::Lifecycle);
            prop_assert!(itself.count() <= 1, "a payment goes back twice");
        }

        let refunds = all_pages(|after, limit| service.list_refunds(id, after, limit));
        let expected = expected.into_iter();
        let expected: Vec<_> = expected
            .filter(|row| row.refund_of.is_some())
            .map(|row| self.refund(row))
            .collect();
        prop_assert_eq!(refunds, expected);

        let unpaid = all_pages(|after, limit| service.list_unpaid(id, after, limit));
        let expected: Vec<_> = self
            .live(id)
            .filter(|live| live.paid_amount < live.contribution_amount)
            .map(|live| self.shown(live))
            .collect();
        prop_assert_eq!(unpaid, expected);
        Ok(())
    }

    fn compare_lists(&self, service: &Sambatan, users: &[&str]) -> Checked {
        for user in users {
            let found =
                all_pages(|after, limit| service.list_user_participations(user, after, limit));
            let newest_first = self.participations.by_id.values().rev();
            let expected: Vec<_> = newest_first
                .filter(|participation| participation.user_id.as_str() == *user)
                .map(|one| self.shown(one))
                .collect();
            prop_assert_eq!(found, expected);
        }
        let claims = all_pages(|after, limit| service.list_claims(after, limit));
        let all = self.participations.by_id.values();
        let expected: Vec<_> = all
            .filter(|one| is_live(one) && one.claimed_at.is_some())
            .map(|one| self.shown(one))
            .collect();
        prop_assert_eq!(claims, expected);
        let mut due: Vec<_> = self.ledger.iter().collect();
        due.retain(|row| row.status == TransactionStatus::Due);
        due.sort_by_key(|row| row.id);
        let expected: Vec<_> = due
            .into_iter()
            .map(|row| self.refund(row.clone()))
            .collect();
        let found = all_pages(|after, limit| service.list_due_refunds(after, limit));
        prop_assert_eq!(found, expected);

        for status in CampaignStatus::ALL.into_iter().map(Some).chain([None]) {
            let found = all_pages(|after, limit| {
                service.list_campaigns(CampaignFilter {
                    status,
                    after,
                    limit,
                })
            });
            let found: Vec<_> = found.iter().map(|campaign| campaign.id).collect();
            let newest_first = self.campaigns.by_id.values().rev();
            let expected: Vec<_> = newest_first
                .filter(|campaign| status.is_none_or(|status| campaign.status == status))
                .map(|campaign| campaign.id)
                .collect();
            prop_assert_eq!(found, expected);
        }
        Ok(())
    }

    fn compare_totals(&self, service: &Sambatan) -> Checked {
        let count = |status| self.in_order(&[status], |_| ()).len() as u64;
        let ids = self.campaigns.by_id.keys();
        let expected = DashboardSummary {
            total_campaigns: self.campaigns.by_id.len() as u64,
            inactive_campaigns: count(CampaignStatus::Inactive),
            active_campaigns: count(CampaignStatus::Active),
            full_campaigns: count(CampaignStatus::Full),
            completed_campaigns: count(CampaignStatus::Completed),
            failed_campaigns: count(CampaignStatus::Failed),
            cancelled_campaigns: count(CampaignStatus::Cancelled),
            total_slots_taken: ids.map(|id| u64::from(self.taken(*id))).sum(),
        };
        prop_assert_eq!(service.dashboard_summary().unwrap(), expected);
        Ok(())
    }
}

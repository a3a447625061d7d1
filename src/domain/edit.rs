//! Changing what the organiser wrote, and opening a campaign once more.
//!
//! Owns what may be changed later: texts, where people pay to, a product's price, never what people have agreed to by
//! joining (slots, price, terms). A change that changes nothing makes no event.

use chrono::{DateTime, Utc};

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::campaign::{Campaign, NewCampaign};
use crate::domain::error::Error;
use crate::domain::field::{self, Checker, bounds};
use crate::domain::id::PayToId;
use crate::domain::join_code::JoinCode;
use crate::domain::money::Rupiah;
use crate::domain::pay_to;
use crate::domain::product::Product;
use crate::domain::slots::Slots;
use crate::domain::terms::{NewTerms, Terms};
use crate::domain::time::Timestamp;

/// The input of `edit_campaign`, as typed. What is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct EditCampaign {
    /// 3 to 120 characters.
    pub title: Option<String>,
    /// At most 2000 characters; an empty one takes the description away.
    pub description: Option<String>,
    /// 6 to 64 letters, digits, `-` and `_`; an empty one takes the code away.
    pub join_code: Option<String>,
    /// The accounts that its participants pay to, all of them in use; an empty list: all that are in use.
    pub pay_to: Option<Vec<PayToId>>,
}

/// The input of `edit_product`, as typed. What is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct EditProduct {
    /// 3 to 200 characters.
    pub name: Option<String>,
    /// At most 2000 characters; an empty one takes the description away.
    pub description: Option<String>,
    /// Whole rupiah, 1 to 10^12. Campaigns that are there keep their own price.
    pub base_price: Option<i64>,
}

/// The input of `clone_campaign`, as typed. All but the times is taken from the campaign it is made
/// from when it is absent.
#[derive(Debug, Clone)]
pub struct CloneCampaign {
    /// In the future.
    pub deadline: DateTime<Utc>,
    /// Before the deadline; open at once when absent or past.
    pub opens_at: Option<DateTime<Utc>>,
    /// 3 to 120 characters.
    pub title: Option<String>,
    /// 1 to 1,000,000.
    pub total_slots: Option<i64>,
    /// 1 to `total_slots`. When absent, a campaign that had to fill up has to fill up again.
    pub minimum_slots: Option<i64>,
    /// Whole rupiah, 1 to 10^12.
    pub price_per_slot: Option<i64>,
}

/// New texts, within their bounds.
#[derive(Debug, Clone)]
pub struct CheckedEdit {
    title: Option<String>,
    description: Option<Option<String>>,
    join_code: Option<Option<JoinCode>>,
    base_price: Option<Rupiah>,
    pub(crate) pay_to: Option<Vec<PayToId>>,
}

impl EditCampaign {
    /// Checks the input on its own, before any transaction.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn check(self) -> Result<CheckedEdit, Error> {
        let mut check = Checker::default();
        let title = self
            .title
            .and_then(|raw| check.take(field::text("title", &raw, &bounds::TITLE)));
        let description = new_description(self.description, &mut check);
        let join_code = self.join_code.and_then(|raw| {
            if raw.trim().is_empty() {
                return Some(None);
            }
            check.take(JoinCode::parse("join_code", &raw)).map(Some)
        });
        check.finish()?;
        Ok(CheckedEdit {
            title,
            description,
            join_code,
            base_price: None,
            pay_to: self.pay_to.map(pay_to::in_order),
        })
    }
}

impl EditProduct {
    /// Checks the input on its own, before any transaction.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn check(self) -> Result<CheckedEdit, Error> {
        let mut check = Checker::default();
        let title = self
            .name
            .and_then(|raw| check.take(field::text("name", &raw, &bounds::NAME)));
        let description = new_description(self.description, &mut check);
        let base_price = self
            .base_price
            .and_then(|raw| check.take(field::price("base_price", raw)));
        check.finish()?;
        Ok(CheckedEdit {
            title,
            description,
            join_code: None,
            base_price,
            pay_to: None,
        })
    }
}

fn new_description(raw: Option<String>, check: &mut Checker) -> Option<Option<String>> {
    let raw = raw?;
    check.take(field::optional_text(
        "description",
        Some(&raw),
        &bounds::DESCRIPTION,
    ))
}

/// Puts a new value in the place of an old one; whether they differ.
fn replace<T: PartialEq>(place: &mut T, new: Option<T>) -> bool {
    match new {
        Some(new) if new != *place => {
            *place = new;
            true
        }
        _ => false,
    }
}

/// Changes a campaign's texts, its join code and where people pay to: also after its end, so that it can say how
/// it ended, until what people typed in it is erased. No event when nothing changes.
///
/// # Errors
/// [`Error::CampaignStateInvalid`] when it is erased.
pub fn edit_campaign(
    mut campaign: Campaign,
    edit: CheckedEdit,
    now: Timestamp,
) -> Result<(Campaign, Option<NewAuditEvent>), Error> {
    if campaign.erased_at.is_some() {
        let status = campaign.status;
        return Err(Error::CampaignStateInvalid { status });
    }
    let title = replace(&mut campaign.title, edit.title);
    let description = replace(&mut campaign.description, edit.description);
    let join_code = replace(&mut campaign.join_code, edit.join_code);
    let pay_to = replace(&mut campaign.pay_to, edit.pay_to);
    if !title && !description && !join_code && !pay_to {
        return Ok((campaign, None));
    }
    campaign.updated_at = now;
    let facts = Metadata::new()
        .flag("title_changed", title)
        .flag("description_changed", description)
        .flag("join_code_changed", join_code);
    let facts = if pay_to {
        facts.pay_to_named(&campaign.pay_to)
    } else {
        facts
    };
    let event = campaign.event(AuditEventKind::CampaignEdited, facts, now);
    Ok((campaign, Some(event)))
}

/// Changes a product's texts and its price. No event when nothing changes.
#[must_use]
pub fn edit_product(
    mut product: Product,
    edit: CheckedEdit,
    now: Timestamp,
) -> (Product, Option<NewAuditEvent>) {
    let previous_price = product.base_price;
    let name = replace(&mut product.name, edit.title);
    let description = replace(&mut product.description, edit.description);
    let price = replace(&mut product.base_price, edit.base_price);
    if !name && !description && !price {
        return (product, None);
    }
    product.updated_at = now;
    let facts = product
        .facts()
        .flag("name_changed", name)
        .flag("description_changed", description)
        .amount("previous_base_price", previous_price);
    let event = NewAuditEvent {
        campaign_id: None,
        kind: AuditEventKind::ProductEdited,
        metadata: facts,
        timestamp: now,
    };
    (product, Some(event))
}

impl CloneCampaign {
    /// The new campaign that it asks for, with everything else as in `source`.
    #[must_use]
    pub fn of(self, source: &Campaign) -> NewCampaign {
        let had_to_fill_up = source.minimum_slots == source.total_slots;
        let minimum_slots = Some(i64::from(source.minimum_slots.get())).filter(|_| !had_to_fill_up);
        NewCampaign {
            product_id: source.product_id,
            title: self.title.unwrap_or_else(|| source.title.clone()),
            total_slots: self
                .total_slots
                .unwrap_or_else(|| source.total_slots.get().into()),
            price_per_slot: self
                .price_per_slot
                .unwrap_or_else(|| source.price_per_slot.get()),
            deadline: self.deadline,
            minimum_slots: self.minimum_slots.or(minimum_slots),
            opens_at: self.opens_at,
            description: source.description.clone(),
            terms: source.terms.into(),
            // The next batch is for the same people.
            join_code: source
                .join_code
                .as_ref()
                .map(JoinCode::reveal)
                .map(str::to_owned),
            pay_to: source.pay_to.clone(),
        }
    }
}

impl From<Terms> for NewTerms {
    /// The terms, as an organiser would declare them.
    fn from(terms: Terms) -> Self {
        Self {
            on_shortfall: terms.on_shortfall,
            extend_days: terms.extend_days.map(i64::from),
            completes: terms.completes,
            max_slots_per_user: terms.max_slots_per_user.map(Slots::get).map(i64::from),
            max_slots_per_join: terms.max_slots_per_join.map(Slots::get).map(i64::from),
            payment: terms.payment,
            pay_within_hours: terms.pay_within_hours.map(i64::from),
            // Without a time to pay there can be none, and none is what it is then.
            grace_hours: terms.pay_within_hours.map(|_| terms.grace_hours.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::terms::{Completes, OnShortfall, PaymentTiming};

    #[test]
    fn terms_declared_again_are_the_same_terms() {
        let every = Terms {
            on_shortfall: OnShortfall::ExtendOnce,
            extend_days: Some(3),
            completes: Completes::AtDeadline,
            max_slots_per_user: Some(Slots::new(4)),
            max_slots_per_join: Some(Slots::new(2)),
            payment: PaymentTiming::AfterTipping,
            pay_within_hours: Some(24),
            grace_hours: 6,
        };
        for terms in [Terms::default(), every] {
            assert_eq!(NewTerms::from(terms).into_terms(), Ok(terms));
        }
    }
}

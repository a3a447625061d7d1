//! What the organiser writes: products, campaigns, changes of both, and a campaign once more.

use sambatan::domain::audit::{AuditEventKind as Kind, Metadata};
use sambatan::domain::edit::{CloneCampaign, EditCampaign, EditProduct};
use sambatan::domain::id::{CampaignId, ProductId};
use sambatan::domain::join_code::JoinCode;
use sambatan::domain::money::Rupiah;
use sambatan::domain::product::{Product, ToggleSambatan};
use sambatan::domain::slots::Slots;
use sambatan::domain::terms::NewTerms;
use sambatan::domain::time::Timestamp;
use sambatan::{Campaign, CampaignStatus, Error, NewCampaign};

use super::Model;

/// Which fields are refused, and why, is for the tables of the rules.
pub(crate) const fn refused() -> Error {
    Error::ValidationFailed(Vec::new())
}

fn is_too_short(title: &str) -> bool {
    title.chars().count() < 3
}

/// Nothing written is nothing there.
fn text_or_none(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn code(text: &str) -> JoinCode {
    JoinCode::parse("join_code", text).unwrap()
}

impl Model {
    pub(crate) fn product_created(&mut self, product: Product) {
        let facts = Metadata::new()
            .product(product.id)
            .amount("base_price", product.base_price)
            .flag("enabled", false);
        self.note(None, Kind::ProductCreated, facts);
        self.products.by_id.insert(product.id, product);
    }

    pub(crate) fn toggle(
        &mut self,
        id: ProductId,
        toggle: &ToggleSambatan,
    ) -> Result<Product, Error> {
        let now = self.now;
        let product = self.products.by_id.get_mut(&id);
        let product = product.ok_or(Error::ProductNotFound)?;
        let deadline = toggle.deadline.map(|time| Timestamp::new(time).unwrap());
        if let Some(deadline) = deadline {
            if toggle.enabled && deadline <= now {
                return Err(Error::DeadlineInPast { deadline });
            }
            product.sambatan_deadline = Some(deadline);
        }
        product.is_sambatan_enabled = toggle.enabled;
        product.updated_at = now;
        let product = product.clone();
        let facts = Metadata::new()
            .product(id)
            .amount("base_price", product.base_price)
            .flag("enabled", toggle.enabled);
        self.note(None, Kind::ProductSambatanToggled, facts);
        Ok(product)
    }

    pub(crate) fn create_campaign(&self, new: &NewCampaign) -> Result<(), Error> {
        let minimum = new.minimum_slots.unwrap_or(new.total_slots);
        let opens_late = new.opens_at.is_some_and(|opens| opens >= new.deadline);
        let no_title = is_too_short(&new.title);
        if no_title || new.total_slots == 0 || minimum > new.total_slots || opens_late {
            return Err(refused());
        }
        let product = self.products.by_id.get(&new.product_id);
        let deadline = Timestamp::new(new.deadline).unwrap();
        match product {
            None => Err(Error::ProductNotFound),
            Some(_) if self.named(&new.pay_to).is_err() => Err(refused()),
            Some(product) if !product.is_sambatan_enabled => Err(Error::ProductNotEnabled),
            Some(_) if deadline <= self.now => Err(Error::DeadlineInPast { deadline }),
            Some(_) => Ok(()),
        }
    }

    pub(crate) fn campaign_created(&mut self, new: &NewCampaign, id: CampaignId) {
        let slots = |count: i64| Slots::new(u32::try_from(count).unwrap());
        let opens_at = new.opens_at.map(|time| Timestamp::new(time).unwrap());
        let waits = opens_at.is_some_and(|opens_at| opens_at > self.now);
        let campaign = Campaign {
            id,
            product_id: new.product_id,
            title: new.title.clone(),
            description: new.description.clone(),
            total_slots: slots(new.total_slots),
            minimum_slots: slots(new.minimum_slots.unwrap_or(new.total_slots)),
            price_per_slot: Rupiah::new(new.price_per_slot),
            slots_taken: Slots::ZERO,
            participant_count: 0,
            confirmed_count: 0,
            waitlist_count: 0,
            last_queue_number: 0,
            terms: new.terms.into_terms().unwrap(),
            pay_to: self.named(&new.pay_to).unwrap(),
            status: if waits {
                CampaignStatus::Inactive
            } else {
                CampaignStatus::Active
            },
            opens_at,
            deadline: Timestamp::new(new.deadline).unwrap(),
            tipped_at: None,
            extended_at: None,
            extend_reason: None,
            cancel_reason: None,
            join_code: new.join_code.as_deref().map(code),
            ended_at: None,
            erased_at: None,
            created_at: self.now,
            updated_at: self.now,
        };
        let facts = Metadata::new()
            .product(new.product_id)
            .slots("total_slots", campaign.total_slots)
            .slots("minimum_slots", campaign.minimum_slots)
            .amount("price_per_slot", campaign.price_per_slot)
            .flag("open", !waits);
        let facts = match &campaign.pay_to[..] {
            [] => facts,
            named => facts.pay_to_named(named),
        };
        self.note(Some(id), Kind::CampaignCreated, facts);
        self.campaigns.by_id.insert(id, campaign);
    }

    /// The other campaign once more, but for what is said anew.
    pub(crate) fn clone_campaign(
        &self,
        id: CampaignId,
        clone: &CloneCampaign,
    ) -> Result<NewCampaign, Error> {
        let source = self.campaigns.by_id.get(&id);
        let source = source.ok_or(Error::CampaignNotFound)?;
        let (all, least) = (source.total_slots, source.minimum_slots);
        let least = (least < all).then_some(i64::from(least.get()));
        let new = NewCampaign {
            product_id: source.product_id,
            title: clone.title.clone().unwrap_or(source.title.clone()),
            description: source.description.clone(),
            total_slots: clone.total_slots.unwrap_or(i64::from(all.get())),
            minimum_slots: clone.minimum_slots.or(least),
            price_per_slot: clone.price_per_slot.unwrap_or(source.price_per_slot.get()),
            deadline: clone.deadline,
            opens_at: clone.opens_at,
            terms: NewTerms::default(),
            join_code: source
                .join_code
                .as_ref()
                .map(|code| code.reveal().to_owned()),
            pay_to: self.still_in_use(&source.pay_to),
        };
        self.create_campaign(&new).map(|()| new)
    }

    pub(crate) fn campaign_cloned(&mut self, from: CampaignId, new: &NewCampaign, id: CampaignId) {
        self.campaign_created(new, id);
        let terms = self.campaigns.by_id[&from].terms;
        self.campaigns.by_id.get_mut(&id).unwrap().terms = terms;
        let event = self.events.last_mut().unwrap();
        event.metadata = event.metadata.clone().cloned_from(from);
    }

    pub(crate) fn edit_campaign(
        &mut self,
        id: CampaignId,
        edit: &EditCampaign,
    ) -> Result<Campaign, Error> {
        if edit.title.as_deref().is_some_and(is_too_short) {
            return Err(refused());
        }
        if !self.campaigns.by_id.contains_key(&id) {
            return Err(Error::CampaignNotFound);
        }
        let now = self.now;
        let named = edit.pay_to.as_ref().map(|ids| self.named(ids));
        let named = named.transpose()?;
        let campaign = self.campaigns.by_id.get_mut(&id).unwrap();
        let status = campaign.status;
        if campaign.erased_at.is_some() {
            return Err(Error::CampaignStateInvalid { status });
        }
        let before = campaign.clone();
        if let Some(title) = &edit.title {
            campaign.title.clone_from(title);
        }
        if let Some(text) = &edit.description {
            campaign.description = text_or_none(text);
        }
        if let Some(text) = &edit.join_code {
            campaign.join_code = text_or_none(text).as_deref().map(code);
        }
        if let Some(named) = named {
            campaign.pay_to = named;
        }
        if *campaign != before {
            let facts = Metadata::new()
                .flag("title_changed", campaign.title != before.title)
                .flag(
                    "description_changed",
                    campaign.description != before.description,
                )
                .flag("join_code_changed", campaign.join_code != before.join_code);
            let facts = if campaign.pay_to == before.pay_to {
                facts
            } else {
                facts.pay_to_named(&campaign.pay_to)
            };
            campaign.updated_at = now;
            self.note(Some(id), Kind::CampaignEdited, facts);
        }
        Ok(self.campaign(id))
    }

    pub(crate) fn edit_product(
        &mut self,
        id: ProductId,
        edit: &EditProduct,
    ) -> Result<Product, Error> {
        if edit.name.as_deref().is_some_and(is_too_short) || edit.base_price == Some(0) {
            return Err(refused());
        }
        let now = self.now;
        let product = self.products.by_id.get_mut(&id);
        let product = product.ok_or(Error::ProductNotFound)?;
        let before = product.clone();
        if let Some(name) = &edit.name {
            product.name.clone_from(name);
        }
        if let Some(text) = &edit.description {
            product.description = text_or_none(text);
        }
        if let Some(price) = edit.base_price {
            product.base_price = Rupiah::new(price);
        }
        if *product != before {
            let facts = Metadata::new()
                .product(id)
                .flag("name_changed", product.name != before.name)
                .flag(
                    "description_changed",
                    product.description != before.description,
                )
                .amount("base_price", product.base_price)
                .amount("previous_base_price", before.base_price);
            product.updated_at = now;
            self.note(None, Kind::ProductEdited, facts);
        }
        Ok(self.products.by_id[&id].clone())
    }
}

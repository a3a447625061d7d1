//! Verbs that change what the organiser wrote, or open a campaign once more.

use crate::domain::campaign::Campaign;
use crate::domain::edit::{self, CloneCampaign, EditCampaign, EditProduct};
use crate::domain::error::Error;
use crate::domain::id::{CampaignId, ProductId};
use crate::domain::product::Product;
use crate::service::Sambatan;
use crate::service::pay_to::check_pay_to;
use crate::store::{campaigns, pay_to, products, seals};

impl Sambatan {
    /// Changes a campaign's title, its description or where people pay to, also after its end, until it
    /// is erased. Nothing is written when nothing changes.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::CampaignNotFound`], [`Error::CampaignStateInvalid`] when
    /// it is erased, or what every write can answer.
    pub fn edit_campaign(
        &self,
        campaign_id: CampaignId,
        edit: EditCampaign,
    ) -> Result<Campaign, Error> {
        let checked = edit.check()?;
        self.core.writer.call(move |transaction| {
            let campaign = campaigns::find_by_id(transaction.connection, campaign_id)?
                .ok_or(Error::CampaignNotFound)?;
            check_pay_to(transaction, checked.pay_to.as_deref().unwrap_or_default())?;
            let (campaign, event) = edit::edit_campaign(campaign, checked, transaction.now)?;
            if let Some(mut event) = event {
                campaigns::update(transaction.connection, &campaign)?;
                let seal = seals::campaign(transaction.connection, &campaign)?;
                event.metadata = event.metadata.sealed(seal);
                transaction.append(event)?;
            }
            Ok(campaign)
        })
    }

    /// Opens a campaign like another one: the same product, texts, slots, price and terms unless it
    /// says otherwise. Nobody has joined it.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], or as [`Self::create_campaign`].
    pub fn clone_campaign(
        &self,
        campaign_id: CampaignId,
        clone: CloneCampaign,
    ) -> Result<Campaign, Error> {
        let campaign = self.core.writer.call(move |transaction| {
            let connection = transaction.connection;
            let source =
                campaigns::find_by_id(connection, campaign_id)?.ok_or(Error::CampaignNotFound)?;
            let product = products::find_by_id(connection, source.product_id)?
                .ok_or(Error::ProductNotFound)?;
            let mut new = clone.of(&source);
            // What was retired since is not named again.
            let in_use = pay_to::in_use(connection)?;
            new.pay_to
                .retain(|id| in_use.iter().any(|known| known.id == *id));
            let checked = new.check()?;
            let (campaign, mut event) =
                checked.open(&product, CampaignId::new(), transaction.now)?;
            campaigns::insert(connection, &campaign)?;
            let seal = seals::campaign(connection, &campaign)?;
            event.metadata = event.metadata.cloned_from(source.id).sealed(seal);
            transaction.append(event)?;
            Ok(campaign)
        })?;
        self.core.wake_scheduler();
        Ok(campaign)
    }

    /// Changes a product's name, description or price; campaigns keep their own price. Nothing is
    /// written when nothing changes.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::ProductNotFound`], or what every write can answer.
    pub fn edit_product(&self, product_id: ProductId, edit: EditProduct) -> Result<Product, Error> {
        let checked = edit.check()?;
        self.core.writer.call(move |transaction| {
            let product = products::find_by_id(transaction.connection, product_id)?
                .ok_or(Error::ProductNotFound)?;
            let (product, event) = edit::edit_product(product, checked, transaction.now);
            if let Some(mut event) = event {
                products::update(transaction.connection, &product)?;
                let seal = seals::product(transaction.connection, &product)?;
                event.metadata = event.metadata.sealed(seal);
                transaction.append(event)?;
            }
            Ok(product)
        })
    }
}

//! Verbs that change what the organiser wrote, or open a campaign once more.

use crate::domain::campaign::Campaign;
use crate::domain::edit::{self, CloneCampaign, EditCampaign, EditProduct};
use crate::domain::error::Error;
use crate::domain::id::{CampaignId, ProductId};
use crate::domain::product::Product;
use crate::service::{Sambatan, join_codes};
use crate::store::{self, campaigns, products};

impl Sambatan {
    /// Changes a campaign's title or description, also after its end, until it is erased. Nothing is
    /// written when nothing changes.
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
            let (campaign, event) = edit::edit_campaign(campaign, checked, transaction.now)?;
            if let Some(event) = event {
                campaigns::update(transaction.connection, &campaign)?;
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
            let checked = clone.of(&source).check()?;
            let (campaign, mut event) =
                checked.open(&product, CampaignId::new(), transaction.now)?;
            event.metadata = event.metadata.cloned_from(source.id);
            campaigns::insert(connection, &campaign)?;
            transaction.append(event)?;
            // The next batch is for the same people.
            if let Some(code) = store::join_codes::find_by_campaign(connection, campaign_id)? {
                join_codes::write(transaction, campaign.id, Some(&code))?;
            }
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
            if let Some(event) = event {
                products::update(transaction.connection, &product)?;
                transaction.append(event)?;
            }
            Ok(product)
        })
    }
}

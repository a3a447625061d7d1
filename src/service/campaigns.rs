//! Verbs on campaigns.

use chrono::{DateTime, Utc};

use crate::domain::audit::AuditEvent;
use crate::domain::campaign::{Campaign, NewCampaign};
use crate::domain::error::Error;
use crate::domain::field::{self, bounds};
use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::lifecycle;
use crate::domain::participation::Participation;
use crate::domain::payment_window::PaymentWindow;
use crate::domain::reports::{CampaignFilter, Limit, Page, Progress};
use crate::service::pay_to::check_pay_to;
use crate::service::sweep::apply_transition;
use crate::service::{Sambatan, page};
use crate::store::{audit, campaigns, participants, products, seals, transactions};

impl Sambatan {
    /// Creates a campaign for a product, open at once or from `opens_at` on.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::ProductNotFound`], [`Error::ProductNotEnabled`],
    /// [`Error::DeadlineInPast`], or what every write can answer.
    pub fn create_campaign(&self, campaign: NewCampaign) -> Result<Campaign, Error> {
        let checked = campaign.check()?;
        let campaign = self.core.writer.call(move |transaction| {
            let product = products::find_by_id(transaction.connection, checked.product_id())?
                .ok_or(Error::ProductNotFound)?;
            check_pay_to(transaction, &checked.pay_to)?;
            let (campaign, mut event) =
                checked.open(&product, CampaignId::new(), transaction.now)?;
            campaigns::insert(transaction.connection, &campaign)?;
            let seal = seals::campaign(transaction.connection, &campaign)?;
            event.metadata = event.metadata.sealed(seal);
            transaction.append(event)?;
            Ok(campaign)
        })?;
        self.core.wake_scheduler();
        Ok(campaign)
    }

    /// Reads a campaign.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], or what every read can answer.
    pub fn get_campaign(&self, campaign_id: CampaignId) -> Result<Campaign, Error> {
        self.core
            .read(|connection| campaigns::find_by_id(connection, campaign_id))?
            .ok_or(Error::CampaignNotFound)
    }

    /// Lists campaigns, newest first.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn list_campaigns(
        &self,
        filter: CampaignFilter,
    ) -> Result<Page<Campaign, CampaignId>, Error> {
        let items = self
            .core
            .read(|connection| campaigns::page(connection, filter))?;
        Ok(page(items, filter.limit, |campaign| campaign.id))
    }

    /// A campaign's progress, as the view `sambatan_campaign_progress` shows it.
    ///
    /// # Errors
    /// As [`Self::get_campaign`].
    pub fn progress(&self, campaign_id: CampaignId) -> Result<Progress, Error> {
        self.get_campaign(campaign_id)
            .map(|campaign| Progress::from(&campaign))
    }

    /// Lists a campaign's participations in order of joining; `after` is where the page before ended.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], or what every read can answer.
    pub fn list_participants(
        &self,
        campaign_id: CampaignId,
        after: Option<ParticipationId>,
        limit: Limit,
    ) -> Result<Page<Participation, ParticipationId>, Error> {
        let items = self.core.read(|connection| {
            let known = campaigns::exists(connection, campaign_id)?;
            known
                .then(|| participants::page_of_campaign(connection, campaign_id, after, limit))
                .transpose()
        })?;
        Ok(page(
            items.ok_or(Error::CampaignNotFound)?,
            limit,
            |participation| participation.id,
        ))
    }

    /// A campaign's audit events, newest first; `before` is where the page before ended.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], or what every read can answer.
    pub fn logs(
        &self,
        campaign_id: CampaignId,
        before: Option<i64>,
        limit: Limit,
    ) -> Result<Page<AuditEvent, i64>, Error> {
        let items = self.core.read(|connection| {
            let known = campaigns::exists(connection, campaign_id)?;
            known
                .then(|| audit::page_of_campaign(connection, campaign_id, before, limit))
                .transpose()
        })?;
        Ok(page(
            items.ok_or(Error::CampaignNotFound)?,
            limit,
            |event| event.number,
        ))
    }

    /// The organiser moves a campaign's deadline forward.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::CampaignNotFound`], [`Error::CampaignStateInvalid`],
    /// [`Error::CampaignClosed`], [`Error::DeadlineNotLater`], or what every write can answer.
    pub fn extend_campaign(
        &self,
        campaign_id: CampaignId,
        deadline: DateTime<Utc>,
        reason: Option<&str>,
    ) -> Result<Campaign, Error> {
        let reason = field::optional_text("reason", reason, &bounds::REASON)?;
        let deadline = field::time("deadline", deadline)?;
        let campaign = self.core.writer.call(move |transaction| {
            let campaign = campaigns::find_by_id(transaction.connection, campaign_id)?
                .ok_or(Error::CampaignNotFound)?;
            let before = campaign.deadline;
            let (campaign, mut event) =
                lifecycle::extend(campaign, deadline, reason, transaction.now)?;
            if let Some(window) = PaymentWindow::after_moving(&campaign, transaction.now) {
                let connection = transaction.connection;
                participants::move_payment(
                    connection,
                    campaign_id,
                    before,
                    window,
                    transaction.now,
                )?;
                event.metadata = window.told_in(event.metadata, campaign.deadline);
            }
            campaigns::update(transaction.connection, &campaign)?;
            let seal = seals::campaign(transaction.connection, &campaign)?;
            event.metadata = event.metadata.sealed(seal);
            transaction.append(event)?;
            Ok(campaign)
        })?;
        self.core.wake_scheduler();
        Ok(campaign)
    }

    /// The organiser calls a campaign off; every live participation is refunded. A completed one too, as
    /// long as no money of it was paid out.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::CampaignNotFound`], [`Error::CampaignStateInvalid`],
    /// [`Error::MoneyPaidOut`], or what every write can answer.
    pub fn cancel_campaign(
        &self,
        campaign_id: CampaignId,
        reason: Option<&str>,
    ) -> Result<Campaign, Error> {
        let reason = field::optional_text("reason", reason, &bounds::REASON)?;
        self.core.writer.call(move |transaction| {
            let campaign = campaigns::find_by_id(transaction.connection, campaign_id)?
                .ok_or(Error::CampaignNotFound)?;
            let money = transactions::money_of(transaction.connection, campaign_id)?;
            let transition = lifecycle::call_off(campaign, reason, &money, transaction.now)?;
            let (campaign, _) = apply_transition(transaction, &transition)?;
            Ok(campaign)
        })
    }
}

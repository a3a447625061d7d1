//! What the lines of a statement so far have changed, or would have changed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::NaiveDate;

use crate::domain::campaign::Campaign;
use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::ledger::{self, CampaignMoney, MoneyChange, NewIds};
use crate::domain::participation::Participation;
use crate::domain::payment_import::{self as rules, Share};
use crate::domain::time::Timestamp;
use crate::store::{Connection, StoreError, campaigns, transactions};

/// The campaigns that lines have paid for, as they are after these: each is read once.
#[derive(Default)]
pub(super) struct Books(HashMap<CampaignId, Account>);

#[derive(Clone)]
struct Account {
    campaign: Campaign,
    money: CampaignMoney,
    is_changed: bool,
}

impl Books {
    /// What the parts of a line change beside their campaigns, which are kept here. None when a rule refuses one
    /// of them: then nothing has changed.
    pub(super) fn receive(
        &mut self,
        connection: &Connection,
        day: NaiveDate,
        shares: Vec<Share>,
        now: Timestamp,
    ) -> Result<Option<Vec<MoneyChange>>, StoreError> {
        let campaigns = shares.iter().map(|share| share.participation.campaign_id);
        let before: Vec<_> = campaigns.map(|id| (id, self.0.get(&id).cloned())).collect();
        let mut changes = Vec::with_capacity(shares.len());
        for share in shares {
            if let Some(change) = self.receive_share(connection, day, share, now)? {
                changes.push(change);
                continue;
            }
            for (id, account) in before {
                match account {
                    Some(account) => self.0.insert(id, account),
                    None => self.0.remove(&id),
                };
            }
            return Ok(None);
        }
        Ok(Some(changes))
    }

    fn receive_share(
        &mut self,
        connection: &Connection,
        day: NaiveDate,
        share: Share,
        now: Timestamp,
    ) -> Result<Option<MoneyChange>, StoreError> {
        let payer = share.participation;
        let account = match self.0.entry(payer.campaign_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => match read(connection, payer.campaign_id)? {
                Some(account) => place.insert(account),
                None => return Ok(None),
            },
        };
        let (campaign, money) = (account.campaign.clone(), &account.money);
        let (receipt, ids) = (rules::receipt(day, share.amount), NewIds::new());
        let Ok(mut change) = ledger::receive(payer, campaign, receipt, money, ids, now) else {
            return Ok(None);
        };
        account.money = money.with(&change.transactions);
        if let Some(campaign) = change.campaign.take() {
            account.campaign = campaign;
            account.is_changed = true;
        }
        Ok(Some(change))
    }

    /// Writes the campaigns that have changed, each once.
    pub(super) fn write(&self, connection: &Connection) -> Result<(), StoreError> {
        let changed = self.0.values().filter(|account| account.is_changed);
        for account in changed {
            campaigns::update_slots(connection, &account.campaign)?;
        }
        Ok(())
    }
}

fn read(connection: &Connection, id: CampaignId) -> Result<Option<Account>, StoreError> {
    let Some(campaign) = campaigns::find_by_id(connection, id)? else {
        return Ok(None);
    };
    Ok(Some(Account {
        campaign,
        money: transactions::money_of(connection, id)?,
        is_changed: false,
    }))
}

/// What a dry run would have changed, so that it says what recording would do.
#[derive(Default)]
pub(super) struct Paper {
    participations: HashMap<ParticipationId, Participation>,
    books: Books,
}

impl Paper {
    /// Whether a line so far would have paid for a participation.
    pub(super) fn has_paid(&self, id: ParticipationId) -> bool {
        self.participations.contains_key(&id)
    }

    /// A participation as it would be now.
    pub(super) fn now(&self, found: Participation) -> Participation {
        self.participations.get(&found.id).cloned().unwrap_or(found)
    }

    /// Takes a payment in, and says whether the rules let it.
    pub(super) fn receive(
        &mut self,
        connection: &Connection,
        day: NaiveDate,
        shares: Vec<Share>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(changes) = self.books.receive(connection, day, shares, now)? else {
            return Ok(false);
        };
        for change in changes {
            let participation = change.participation;
            self.participations.insert(participation.id, participation);
        }
        Ok(true)
    }
}

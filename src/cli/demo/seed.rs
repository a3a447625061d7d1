//! Makes the demo's past: every change goes through the service's own verbs, in the order of its time,
//! under a clock that is moved from one to the next.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::id::{CampaignId, ParticipationId, ProductId};
use sambatan::domain::ledger::NewPayment;
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::pay_to::NewPayTo;
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::domain::reports::Limit;
use sambatan::domain::time::Timestamp;
use sambatan::{Durability, Error, NewCampaign, Options, Sambatan};

use crate::cli::demo::data::{ACCOUNTS, CAMPAIGNS, DemoCampaign, MEMBERS, NOTES, PRODUCTS};
use crate::cli::demo::history::{Event, Then, What, history};
use crate::cli::demo::{Place, put_in_place};
use crate::cli::{Failure, database};

/// The campaign that is filled up when everything runs.
const FILLED_UP_LATER: usize = CAMPAIGNS.len() - 2;

/// Makes the file, and answers the join that is left for later: it fills a campaign.
///
/// # Errors
/// [`Failure::Failed`] when there can be no such file.
pub(super) fn make(place: &Place) -> Result<JoinCampaign, Failure> {
    // What is made up does not belong into the log.
    let level = log::max_level();
    log::set_max_level(level.min(log::LevelFilter::Warn));
    let made = match &place.folder {
        Some(_) => fill(&place.path),
        None => fill_beside(&place.path),
    };
    log::set_max_level(level);
    made
}

fn fill_beside(path: &Path) -> Result<JoinCampaign, Failure> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let made = tempfile::NamedTempFile::new_in(folder)
        .map_err(|error| database::cannot_open(path, &error))?;
    let last_join = fill(made.path())?;
    put_in_place(made, path)?;
    Ok(last_join)
}

fn fill(path: &Path) -> Result<JoinCampaign, Failure> {
    let clock = ManualClock::at(Clock::System.now());
    let options = Options {
        clock: Clock::Manual(clock.clone()),
        durability: Durability::Off,
        readers: 1,
        ..Options::default()
    };
    let service = database::open(path, options)?;
    let mut seeder = Seeder {
        now: clock.now(),
        clock,
        service: &service,
        products: Vec::new(),
        campaigns: Vec::new(),
        joins: 0,
    };
    let last_join = seeder
        .live_through(history())
        .map_err(|error| Failure::Failed(format!("the demo's data cannot be made: {error}")))?;
    service.close();
    Ok(last_join)
}

struct Seeder<'a> {
    service: &'a Sambatan,
    clock: ManualClock,
    now: Timestamp,
    products: Vec<ProductId>,
    campaigns: Vec<CampaignId>,
    joins: usize,
}

impl Seeder<'_> {
    fn live_through(&mut self, events: Vec<Event>) -> Result<JoinCampaign, Error> {
        for (number, event) in events.into_iter().enumerate() {
            self.clock
                .set(self.now.saturating_add(TimeDelta::minutes(event.at)));
            if number == 0 {
                self.open_accounts()?;
            }
            self.happen(event.what)?;
        }
        let campaign = &CAMPAIGNS[FILLED_UP_LATER];
        let missing = campaign.total_slots - campaign.taken;
        Ok(self.join_of(FILLED_UP_LATER, MEMBERS.len() - 1, missing))
    }

    fn happen(&mut self, what: What) -> Result<(), Error> {
        match what {
            What::ProductMade(number) => self.make_product(number),
            What::CampaignMade(number) => self.make_campaign(&CAMPAIGNS[number]),
            What::Joined {
                campaign,
                member,
                quantity,
                then,
            } => self.join(campaign, member, quantity, &then),
            What::Waits {
                campaign,
                member,
                quantity,
            } => {
                let join = JoinCampaign {
                    waitlist: true,
                    ..self.join_of(campaign, member, quantity)
                };
                self.service.join_campaign(join).map(|_| ())
            }
            What::AccountsGiven(campaign) => self.give_accounts(self.campaigns[campaign]),
            What::CalledOff(campaign, reason) => self
                .service
                .cancel_campaign(self.campaigns[campaign], Some(reason))
                .map(|_| ()),
            What::Swept => self.service.run_lifecycle().map(|_| ()),
        }
    }

    fn open_accounts(&self) -> Result<(), Error> {
        for account in &ACCOUNTS {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            let added = self.service.add_pay_to(NewPayTo {
                kind: account.kind,
                bank: owned(account.bank),
                number: owned(account.number),
                holder: owned(account.holder),
                payload: owned(account.payload),
                note: None,
            })?;
            if account.is_retired {
                self.service.retire_pay_to(added.id)?;
            }
        }
        Ok(())
    }

    fn make_product(&mut self, number: usize) -> Result<(), Error> {
        let product = &PRODUCTS[number];
        let made = self.service.create_product(NewProduct {
            name: product.name.to_owned(),
            description: Some(product.description.to_owned()),
            base_price: product.base_price,
        })?;
        self.products.push(made.id);
        Ok(())
    }

    fn make_campaign(&mut self, campaign: &DemoCampaign) -> Result<(), Error> {
        let product_id = self.products[campaign.product];
        let deadline = self.time(campaign.deadline);
        self.service.toggle_sambatan(
            product_id,
            ToggleSambatan {
                enabled: true,
                total_slots: Some(campaign.total_slots),
                deadline: Some(deadline),
            },
        )?;
        let made = self.service.create_campaign(NewCampaign {
            minimum_slots: Some(campaign.minimum_slots),
            opens_at: campaign.opens.map(|opens| self.time(opens)),
            ..NewCampaign::new(
                product_id,
                campaign.title,
                campaign.total_slots,
                campaign.price_per_slot,
                deadline,
            )
        })?;
        self.campaigns.push(made.id);
        Ok(())
    }

    fn join(
        &mut self,
        campaign: usize,
        member: usize,
        quantity: i64,
        then: &Then,
    ) -> Result<(), Error> {
        let mut join = self.join_of(campaign, member, quantity);
        self.joins += 1;
        if self.joins.is_multiple_of(4) {
            join.note = Some(NOTES[self.joins / 4 % NOTES.len()].to_owned());
        }
        let join_now = || -> Result<ParticipationId, Error> {
            Ok(self.service.join_campaign(join.clone())?.id)
        };
        let joined = join_now()?;
        match then {
            Then::IsShort => {
                let price = CAMPAIGNS[campaign].price_per_slot;
                let payment = NewPayment::of(price * quantity - 5_000);
                self.service.confirm_with_payment(joined, payment)?;
            }
            Then::Stays => {}
            Then::IsConfirmed => {
                self.service.confirm_participation(joined)?;
            }
            Then::IsGivenBackFirst => {
                let reason = Some("Salah alamat, daftar ulang");
                self.service.cancel_participation(joined, reason)?;
                join_now()?;
            }
        }
        Ok(())
    }

    fn give_accounts(&self, campaign: CampaignId) -> Result<(), Error> {
        let refunds = self
            .service
            .list_refunds(campaign, None, Limit::default())?;
        for refund in refunds.items {
            if let Some(participation) = refund.transaction.participation_id {
                let account = format!("Bank Rekaan 000123, a.n. {}", refund.user_id);
                self.service.set_payout_account(participation, &account)?;
            }
        }
        Ok(())
    }

    fn join_of(&self, campaign: usize, member: usize, quantity: i64) -> JoinCampaign {
        let member = &MEMBERS[member % MEMBERS.len()];
        JoinCampaign::new(
            self.campaigns[campaign],
            member.user_id,
            quantity,
            member.shipping_address,
        )
    }

    fn time(&self, minutes: i64) -> DateTime<Utc> {
        self.now
            .saturating_add(TimeDelta::minutes(minutes))
            .as_datetime()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sambatan::CampaignStatus;
    use sambatan::inspect::{Finding, Inspector};

    #[test]
    fn the_demo_shows_every_state_and_breaks_no_invariant() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.db");
        let Ok(last_join) = fill(&path) else {
            panic!("the demo cannot be made");
        };
        let service = Sambatan::open(&path).unwrap();
        assert_eq!(service.run_lifecycle().unwrap().transition_count, 0);
        let campaign = last_join.campaign_id;
        service.join_campaign(last_join).unwrap();
        assert_eq!(
            service.get_campaign(campaign).unwrap().status,
            CampaignStatus::Full
        );
        let summary = service.dashboard_summary().unwrap();
        for count in [
            summary.inactive_campaigns,
            summary.active_campaigns,
            summary.full_campaigns,
            summary.completed_campaigns,
            summary.failed_campaigns,
            summary.cancelled_campaigns,
        ] {
            assert!(count > 0, "{summary:?}");
        }
        let due = service.list_due_refunds(None, Limit::default()).unwrap();
        assert!(!due.items.is_empty(), "nobody gets money back");
        assert!(due.items.iter().all(|due| due.payout_account.is_some()));
        let campaigns = service
            .list_campaigns(sambatan::domain::reports::CampaignFilter::default())
            .unwrap();
        assert!(campaigns.items.iter().any(|one| one.waitlist_count > 0));
        let inspector = Inspector::open(&path).unwrap();
        inspector.verify().unwrap().unwrap();
        let findings = inspector.check().unwrap();
        let broken: Vec<_> = findings
            .iter()
            .filter(|finding| !Finding::holds(finding))
            .collect();
        assert!(broken.is_empty(), "{broken:?}");
    }
}

//! Makes the demo's past: every change goes through the service's own verbs, in the order of its time,
//! under a clock that is moved from one to the next.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::id::{CampaignId, ParticipationId, ProductId};
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::domain::time::Timestamp;
use sambatan::{Durability, Error, NewCampaign, Options, Sambatan};

use crate::cli::demo::data::{CAMPAIGNS, DAY, DemoCampaign, MEMBERS, NOTES, PRODUCTS};
use crate::cli::demo::{Place, put_in_place};
use crate::cli::{Failure, database};

/// How many slots people take at a time, over and over.
const QUANTITIES: [i64; 7] = [1, 2, 1, 1, 3, 2, 1];
/// In campaigns that are open, each so many-th participant gives back and joins again.
const CHANGES_MIND: usize = 6;
/// The campaign that is filled up when everything runs.
const FILLED_UP_LATER: usize = CAMPAIGNS.len() - 2;

/// Something that happened, so many minutes from now.
struct Event {
    at: i64,
    what: What,
}

enum What {
    ProductMade(usize),
    CampaignMade(usize),
    Joined {
        campaign: usize,
        member: usize,
        quantity: i64,
        then: Then,
    },
    CalledOff(usize, &'static str),
    Swept,
}

/// What becomes of a join before long.
enum Then {
    Stays,
    IsGivenBackFirst,
    IsConfirmed,
}

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

/// Everything that happened, oldest first.
fn history() -> Vec<Event> {
    let mut events = Vec::new();
    for number in 0..PRODUCTS.len() {
        let minutes = i64::try_from(number).unwrap_or(0);
        events.push(Event {
            at: -31 * DAY + minutes,
            what: What::ProductMade(number),
        });
    }
    for (number, campaign) in CAMPAIGNS.iter().enumerate() {
        events.push(Event {
            at: campaign.created,
            what: What::CampaignMade(number),
        });
        events.extend(joins(number, campaign));
        if let Some((at, reason)) = campaign.called_off {
            events.push(Event {
                at,
                what: What::CalledOff(number, reason),
            });
        }
        let sweeps = [
            campaign.opens,
            Some(campaign.filled_by + 1),
            Some(campaign.deadline + 1),
        ];
        events.extend(
            sweeps
                .into_iter()
                .flatten()
                .filter(|at| *at < 0)
                .map(|at| Event {
                    at,
                    what: What::Swept,
                }),
        );
    }
    events.sort_by_key(|event| event.at);
    events
}

/// A campaign's joins, spread over its time.
fn joins(number: usize, campaign: &DemoCampaign) -> Vec<Event> {
    let mut quantities = Vec::new();
    let mut left = campaign.taken;
    for quantity in QUANTITIES.iter().cycle().skip(number) {
        if left == 0 {
            break;
        }
        let quantity = left.min(*quantity);
        quantities.push(quantity);
        left -= quantity;
    }
    let first = campaign.opens.unwrap_or(campaign.created) + 2;
    let count = i64::try_from(quantities.len()).unwrap_or(1);
    (1..)
        .zip(quantities)
        .enumerate()
        .map(|(index, (nth, quantity))| {
            let then = match index % CHANGES_MIND {
                3 if campaign.deadline > 0 => Then::IsGivenBackFirst,
                1 if campaign.deadline > 0 => Then::IsConfirmed,
                _ => Then::Stays,
            };
            Event {
                at: first + (campaign.filled_by - first) * nth / count,
                what: What::Joined {
                    campaign: number,
                    member: number * 5 + index,
                    quantity,
                    then,
                },
            }
        })
        .collect()
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
        for event in events {
            self.clock
                .set(self.now.saturating_add(TimeDelta::minutes(event.at)));
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
            What::CalledOff(campaign, reason) => self
                .service
                .cancel_campaign(self.campaigns[campaign], Some(reason))
                .map(|_| ()),
            What::Swept => self.service.run_lifecycle().map(|_| ()),
        }
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
        let findings = Inspector::open(&path).unwrap().check().unwrap();
        let broken: Vec<_> = findings
            .iter()
            .filter(|finding| !Finding::holds(finding))
            .collect();
        assert!(broken.is_empty(), "{broken:?}");
    }
}

//! What overviews for people read beside the plain lists.

use std::sync::TryLockError;

use crate::domain::campaign::Campaign;
use crate::domain::chain::LogEnd;
use crate::domain::error::Error;
use crate::domain::id::CampaignId;
use crate::domain::reports::{Limit, Page, RunningCursor};
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;
use crate::domain::verification::LogCheck;
use crate::service::{Sambatan, page};
use crate::store::StoreError;
use crate::store::audit;
use crate::store::campaigns::running;
use crate::store::curve;
use crate::store::verify;

/// The most points of a curve. Each costs one look-up, however long the log is.
const MOST_POINTS: i64 = 96;
/// The longest log that is verified while people wait for other pages.
const MOST_VERIFIED: i64 = 100_000;

impl Sambatan {
    /// Lists the campaigns that run (open or full, their deadline not passed), the earliest deadline
    /// first; `after` is where the page before ended.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn list_running_campaigns(
        &self,
        after: Option<RunningCursor>,
        limit: Limit,
    ) -> Result<Page<Campaign, RunningCursor>, Error> {
        let now = self.now();
        let items = self
            .core
            .read(|connection| running::page_by_deadline(connection, now, after, limit))?;
        Ok(page(items, limit, |campaign| RunningCursor {
            deadline: campaign.deadline,
            id: campaign.id,
        }))
    }

    /// The last row of the audit log; none when nothing has happened yet. Says nothing of the rows before
    /// it: verifying them is [`crate::inspect::Inspector::verify`]'s work, and takes long in a long log.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn log_end(&self) -> Result<Option<LogEnd>, Error> {
        self.core.read(audit::log_end)
    }

    /// Walks the log, replays it and compares what follows with the tables, unless the log is longer than
    /// 100,000 events. One at a time.
    ///
    /// # Errors
    /// [`Error::Overloaded`] while another one does it, or what every read can answer.
    pub fn verify_log(&self) -> Result<LogCheck, Error> {
        let _alone = match self.core.verifying.try_lock() {
            Ok(alone) => alone,
            Err(TryLockError::WouldBlock) => return Err(Error::Overloaded),
            // One that panicked left nothing half done: it only reads.
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        };
        let events = self.log_end()?.map_or(0, |end| end.number);
        if events > MOST_VERIFIED {
            return Ok(LogCheck::TooLong(events));
        }
        Ok(match self.core.read(verify::run)? {
            Ok(verified) => LogCheck::Fits(verified),
            Err(misfit) => LogCheck::Broken(misfit),
        })
    }

    /// How many slots of a campaign were taken when, oldest first. Of a long log it reads points that
    /// lie evenly, and always the last.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn slots_over_time(
        &self,
        campaign_id: CampaignId,
    ) -> Result<Vec<(Timestamp, Slots)>, Error> {
        let points = self.core.read(|connection| -> Result<_, StoreError> {
            let first = curve::point_from(connection, campaign_id, 0)?;
            let last = curve::last_point(connection, campaign_id)?;
            let (Some(first), Some(last)) = (first, last) else {
                return Ok(Vec::new());
            };
            let step = ((last.number - first.number) / MOST_POINTS).max(1);
            let mut points = vec![first];
            let mut from = first.number + step;
            while let Some(point) = curve::point_from(connection, campaign_id, from)? {
                points.push(point);
                from = point.number + step;
            }
            points.push(last);
            Ok(points)
        })?;
        let told = points
            .iter()
            .filter_map(|point| Some((point.time, point.taken?)));
        Ok(told.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, ManualClock};
    use crate::domain::campaign::NewCampaign;
    use crate::domain::participation::JoinCampaign;
    use crate::domain::product::{NewProduct, ToggleSambatan};
    use crate::service::Options;
    use crate::store::open::Durability;

    fn service() -> (Sambatan, ManualClock, crate::domain::id::ProductId) {
        let clock = ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap());
        let options = Options {
            clock: Clock::Manual(clock.clone()),
            durability: Durability::Off,
            ..Options::default()
        };
        let service = Sambatan::ephemeral_with(options).unwrap();
        let product = NewProduct {
            name: "Rimba Embun".to_owned(),
            description: None,
            base_price: 1,
        };
        let product = service.create_product(product).unwrap();
        let enable = ToggleSambatan {
            enabled: true,
            ..ToggleSambatan::default()
        };
        service.toggle_sambatan(product.id, enable).unwrap();
        (service, clock, product.id)
    }

    #[test]
    fn running_campaigns_come_by_their_deadline_and_page_by_page() {
        let (service, clock, product) = service();
        let days = [5, 2, 9, 2];
        for (number, day) in days.into_iter().enumerate() {
            let deadline = service.now().as_datetime() + chrono::TimeDelta::days(day);
            let new = NewCampaign::new(product, &format!("Batch {number}"), 2, 1, deadline);
            service.create_campaign(new).unwrap();
        }
        let titles = || {
            let mut titles = Vec::new();
            let mut after = None;
            loop {
                let page = service
                    .list_running_campaigns(after, Limit::new(2).unwrap())
                    .unwrap();
                titles.extend(page.items.into_iter().map(|campaign| campaign.title));
                // A cursor goes through the address of the next page.
                after = page.next.map(|next| next.to_string().parse().unwrap());
                if after.is_none() {
                    return titles;
                }
            }
        };
        assert_eq!(titles(), ["Batch 1", "Batch 3", "Batch 0", "Batch 2"]);
        clock.advance(chrono::TimeDelta::days(4));
        assert_eq!(titles(), ["Batch 0", "Batch 2"]);
    }

    #[test]
    fn a_curve_has_every_point_of_a_short_log_and_few_of_a_long_one() {
        let (service, clock, product) = service();
        let deadline = service.now().as_datetime() + chrono::TimeDelta::days(50);
        let new = NewCampaign::new(product, "Batch", 1000, 1, deadline);
        let campaign = service.create_campaign(new).unwrap();
        let taken = || -> Vec<u32> {
            let curve = service.slots_over_time(campaign.id).unwrap();
            curve.iter().map(|(_, taken)| taken.get()).collect()
        };
        assert!(taken().is_empty());
        let join = |quantity| {
            clock.advance(chrono::TimeDelta::minutes(1));
            let join = JoinCampaign::new(campaign.id, "user", quantity, "Jl. Melati");
            service.join_campaign(join).unwrap()
        };
        join(2);
        let second = join(3);
        service.cancel_participation(second.id, None).unwrap();
        assert_eq!(taken(), [2, 5, 2, 2]);
        for _ in 0..500 {
            join(1);
        }
        let points = taken();
        assert!((50..=110).contains(&points.len()), "{}", points.len());
        assert_eq!(points.last(), Some(&502));
    }
}

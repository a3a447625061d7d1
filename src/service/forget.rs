//! Forgetting what participants typed, some days after their campaign has ended: in chunks, so that joins go
//! on between them. What a crash or the bound of a sweep leaves is done by the next one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::domain::error::Error;
use crate::domain::forgetting;
use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::money::Rupiah;
use crate::domain::time::Timestamp;
use crate::service::Core;
use crate::service::after_completion::close_waiting_list;
use crate::store::erase::Erased;
use crate::store::{Connection, campaigns, erase, transactions};
use crate::writer::{Failure, Transaction};

/// Campaigns looked up at once.
const LOOK_UP: u32 = 64;
/// Participations or references erased by one operation.
const AT_ONCE: u32 = 64;
/// The most operations of one sweep: no deadline waits longer for it, and the next sweep goes on.
const OPERATIONS: u32 = 128;
/// How long an operation waits for room in the writer's queue, and for its outcome.
const PATIENCE: Duration = Duration::from_secs(30);

impl Core {
    /// Forgets until nothing is to be forgotten any more, `stop` is set, or it is enough for one sweep.
    ///
    /// # Errors
    /// What the first campaign that could not be forgotten answered; the others were.
    pub(super) fn forget(&self, stop: &AtomicBool) -> Result<(), Error> {
        let now = self.clock.now();
        let Some(before) = forgetting::ended_before(now, self.forget_after_days) else {
            return Ok(());
        };
        let mut go = Go {
            core: self,
            stop,
            now,
            before,
            left: OPERATIONS,
        };
        let (mut after, mut failure) = (None, None);
        loop {
            let found = self
                .read(|connection| erase::campaigns(connection, before, after.as_ref(), LOOK_UP))?;
            for (_, id) in &found {
                if !go.goes_on() {
                    break;
                }
                if let Err(error) = go.forget_campaign(*id) {
                    log::error!("lifecycle sweep: campaign {id} could not be forgotten: {error}");
                    failure.get_or_insert(error);
                }
            }
            match found.into_iter().last() {
                Some(last) if go.goes_on() => after = Some(last),
                _ => return failure.map_or(Ok(()), Err),
            }
        }
    }
}

/// One go at forgetting.
struct Go<'a> {
    core: &'a Core,
    stop: &'a AtomicBool,
    /// The time by which something ended long ago.
    now: Timestamp,
    /// What happened since then is too new to be forgotten.
    before: Timestamp,
    left: u32,
}

impl Go<'_> {
    fn goes_on(&self) -> bool {
        // The clock may have been set since the time was read.
        self.left > 0
            && !self.stop.load(Ordering::Acquire)
            && self.core.watch.lets_erase_at(self.now)
    }

    fn forget_campaign(&mut self, id: CampaignId) -> Result<(), Error> {
        let (core, before) = (self.core, self.before);
        let found = core.read(|connection| campaigns::find_by_id(connection, id))?;
        if found.is_some_and(|campaign| campaign.waitlist_count > 0) {
            self.write(move |transaction| close_waiting_list(transaction, id, true).map(drop))?;
        }
        let seen = core.read(|connection| erase::last_change(connection, id))?;
        let erased = self.forget_people(id)?;
        self.forget_references(id)?;
        let money = core.read(|connection| transactions::money_of(connection, id))?;
        let is_needed = core.read(|connection| erase::is_anybody_needed(connection, id, before))?;
        if money.refunds_due > Rupiah::default() || is_needed || !self.goes_on() {
            // Refunds are still to be sent, somebody has slots for too short a time, or the next sweep goes on.
            return Ok(());
        }
        self.write(move |transaction| finish(transaction, id, seen.as_deref(), erased))
    }

    /// Forgets who takes part, but for what a refund needs, and says how many are forgotten as a whole.
    fn forget_people(&mut self, id: CampaignId) -> Result<u64, Error> {
        let (mut erased, before) = (0, self.before);
        let mut after = None;
        while self.goes_on() {
            let page = |connection: &Connection| {
                erase::participations(connection, id, before, after, AT_ONCE)
            };
            let found = self.core.read(page)?;
            let Some(last) = found.last() else {
                break;
            };
            after = Some(*last);
            erased += self.write(move |transaction| erase_all(transaction, id, &found))?;
        }
        Ok(erased)
    }

    fn forget_references(&mut self, id: CampaignId) -> Result<(), Error> {
        let mut after = None;
        while self.goes_on() {
            let page = |connection: &Connection| erase::movements(connection, id, after, AT_ONCE);
            let found = self.core.read(page)?;
            let Some(last) = found.last() else {
                break;
            };
            after = Some(*last);
            self.write(move |transaction| {
                for entry in &found {
                    let left = erase::reference(transaction.connection, *entry)?;
                    let (of, now) = (id, transaction.now);
                    transaction.append(forgetting::reference_erased(of, *entry, left, now))?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn write<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Error> {
        self.left = self.left.saturating_sub(1);
        self.core.writer.call_within(PATIENCE, work)
    }
}

/// Erases what these participants typed, and says of how many all.
fn erase_all(
    transaction: &Transaction<'_>,
    campaign: CampaignId,
    ids: &[ParticipationId],
) -> Result<u64, Failure> {
    let mut erased = 0;
    for id in ids {
        let now = transaction.now;
        let left = match erase::participation(transaction.connection, *id, now)? {
            Erased::Nothing => continue,
            Erased::InPart(seal) => Some(seal),
            Erased::Wholly => None,
        };
        erased += u64::from(left.is_none());
        transaction.append(forgetting::participant_erased(campaign, *id, left, now))?;
    }
    Ok(erased)
}

/// Notes that a campaign is forgotten, unless something was typed about it meanwhile: also the reference of a
/// refund, so that whoever waited for one is looked at once more.
fn finish(
    transaction: &Transaction<'_>,
    id: CampaignId,
    seen: Option<&str>,
    erased: u64,
) -> Result<(), Failure> {
    let connection = transaction.connection;
    let Some(campaign) = campaigns::find_by_id(connection, id)? else {
        return Ok(());
    };
    if seen != Some(campaign.updated_at.to_sql().as_str()) {
        return Ok(());
    }
    let (campaign, event) = forgetting::forgotten(campaign, erased, transaction.now);
    campaigns::update(connection, &campaign)?;
    transaction.append(event)?;
    Ok(())
}

//! Forgetting what participants typed, some days after their campaign has ended: in chunks, so that joins go
//! on between them, and all over again where a chunk was the last before a crash.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::domain::error::Error;
use crate::domain::forgetting;
use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::money::Rupiah;
use crate::service::Core;
use crate::store::{campaigns, erase, transactions};
use crate::writer::{Failure, Transaction};

/// Campaigns looked up at once.
const LOOK_UP: u32 = 64;
/// Participations or references erased by one operation.
const AT_ONCE: u32 = 64;
/// How long an operation waits for room in the writer's queue.
const PATIENCE: Duration = Duration::from_secs(30);

impl Core {
    /// Forgets until nothing is to be forgotten any more or `stop` is set.
    pub(super) fn forget(&self, stop: &AtomicBool) -> Result<(), Error> {
        let now = self.clock.now();
        let Some(before) = forgetting::ended_before(now, self.forget_after_days) else {
            return Ok(());
        };
        let mut after = None;
        loop {
            let found = self
                .read(|connection| erase::campaigns(connection, before, after.as_ref(), LOOK_UP))?;
            for (_, id) in &found {
                if stop.load(Ordering::Acquire) {
                    return Ok(());
                }
                self.forget_campaign(*id, stop)?;
            }
            match found.into_iter().last() {
                Some(last) => after = Some(last),
                None => return Ok(()),
            }
        }
    }

    fn forget_campaign(&self, id: CampaignId, stop: &AtomicBool) -> Result<(), Error> {
        let seen = self.read(|connection| erase::last_change(connection, id))?;
        let erased = self.forget_people(id, stop)?;
        self.forget_references(id, stop)?;
        let money = self.read(|connection| transactions::money_of(connection, id))?;
        if money.refunds_due > Rupiah::default() || stop.load(Ordering::Acquire) {
            // Refunds are still to be sent, or the next sweep goes on.
            return Ok(());
        }
        self.write(move |transaction| finish(transaction, id, seen.as_deref(), erased))
    }

    /// Forgets who takes part, but for what a refund needs, and says how many are forgotten as a whole.
    fn forget_people(&self, id: CampaignId, stop: &AtomicBool) -> Result<u64, Error> {
        let mut erased = 0;
        let mut after = None;
        while !stop.load(Ordering::Acquire) {
            let found =
                self.read(|connection| erase::participations(connection, id, after, AT_ONCE))?;
            let Some(last) = found.last() else {
                break;
            };
            after = Some(*last);
            erased += self.write(move |transaction| erase_all(transaction, &found))?;
        }
        Ok(erased)
    }

    fn forget_references(&self, id: CampaignId, stop: &AtomicBool) -> Result<(), Error> {
        let mut after = None;
        while !stop.load(Ordering::Acquire) {
            let found = self.read(|connection| erase::movements(connection, id, after, AT_ONCE))?;
            let Some(last) = found.last() else {
                break;
            };
            after = Some(*last);
            self.write(move |transaction| {
                for id in &found {
                    erase::reference(transaction.connection, *id)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, done) = crossbeam_channel::bounded(1);
        self.writer.submit_within(PATIENCE, work, move |found| {
            let _ = reply.send(found);
        })?;
        done.recv().unwrap_or(Err(Error::OutcomeUnknown))
    }
}

/// Erases what these participants typed, and says of how many all.
fn erase_all(transaction: &Transaction<'_>, ids: &[ParticipationId]) -> Result<u64, Failure> {
    let mut erased = 0;
    for id in ids {
        let is_whole = erase::participation(transaction.connection, *id, transaction.now)?;
        erased += u64::from(is_whole);
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

//! The lifecycle sweep: everything that time has brought, campaign by campaign.
//!
//! Each campaign is an operation of its own, so that joins go on between them and a campaign that
//! cannot be swept stops no other. A few are in flight at once and so share commits.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use crossbeam_channel::{Receiver, bounded};

use crate::domain::audit::{AuditEvent, AuditEventKind};
use crate::domain::campaign::Campaign;
use crate::domain::error::Error;
use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::idempotency::RETENTION;
use crate::domain::lifecycle::{Settlement, Transition, next_transition};
use crate::domain::participation;
use crate::domain::reports::LifecycleReport;
use crate::domain::time::Timestamp;
use crate::service::release::Before;
use crate::service::{Core, Sambatan, money, release};
use crate::store::campaigns::{self, Due, DueCursor};
use crate::store::{idempotency, participants, seals};
use crate::writer::{Failure, Transaction};

/// Campaigns looked up at once.
const LOOK_UP: u32 = 256;
/// Campaigns in the writer's hands at once: how far a join can be held up.
const IN_FLIGHT: usize = 8;
/// Stored answers deleted by one operation, and operations for each sweep.
const ANSWERS: u32 = 256;
const ANSWER_ROUNDS: usize = 64;
/// How long the sweep waits for one campaign.
const PATIENCE: Duration = Duration::from_secs(30);

impl Sambatan {
    /// Sweeps now, on the caller's thread: opens what is due, completes what is full, and settles
    /// what is past its deadline. Waits for a sweep that is under way.
    ///
    /// # Errors
    /// What the first campaign that could not be swept answered; the others were swept.
    pub fn run_lifecycle(&self) -> Result<LifecycleReport, Error> {
        self.core.sweep(&AtomicBool::new(false))
    }
}

impl Core {
    /// Sweeps until nothing is due or `stop` is set.
    pub(crate) fn sweep(&self, stop: &AtomicBool) -> Result<LifecycleReport, Error> {
        // A sweep that panicked left nothing half done: each campaign is its own transaction.
        let _one_at_a_time = self.sweeping.lock().unwrap_or_else(PoisonError::into_inner);
        let belief = self.watch.look();
        let mut sweep = Sweep {
            core: self,
            report: LifecycleReport {
                executed_at: self.clock.now(),
                transitions: Vec::new(),
                transition_count: 0,
            },
            failure: None,
            in_flight: VecDeque::with_capacity(IN_FLIGHT),
        };
        if let Err(error) = self.note_clock() {
            // The next start knows less of how long nothing ran: no reason to call what is swept a failure.
            log::warn!("until when the clock was believed could not be noted: {error}");
        }
        if !belief.lets_settle() {
            log::warn!("lifecycle sweep: nothing is settled or erased while the clock is suspect");
            return Ok(sweep.report);
        }
        // What expired before a deadline is counted out before the deadline settles the campaign.
        sweep.run_kind(Due::ToOpen, stop)?;
        sweep.release_expired(stop)?;
        sweep.run_kind(Due::Full, stop)?;
        sweep.run_kind(Due::PastDeadline, stop)?;
        if belief.lets_erase() {
            sweep.delete_expired_answers(stop)?;
            if let Err(error) = self.forget(stop) {
                sweep.failure.get_or_insert(error);
            }
        }
        log::info!(
            "lifecycle sweep: {} transitions",
            sweep.report.transition_count
        );
        sweep.failure.map_or(Ok(sweep.report), Err)
    }

    /// When the next campaign falls due; in the past when one was missed. With `swept`, what a sweep
    /// at that time has come to is left out, also what it could not sweep.
    pub(crate) fn next_due(&self, swept: Option<Timestamp>) -> Result<Option<Timestamp>, Error> {
        let (deadline, opening) =
            self.read(|connection| campaigns::next_times(connection, swept))?;
        // A deadline is the last moment to join: it has passed a millisecond later.
        let passed = deadline.map(|at| at.saturating_add(chrono::TimeDelta::milliseconds(1)));
        let expiry = self.read(|connection| participants::next_expiry(connection, swept))?;
        Ok([passed, opening, expiry].into_iter().flatten().min())
    }
}

/// What became of a campaign.
#[derive(Default)]
struct Settled {
    events: Vec<AuditEvent>,
    /// How long its deadline had passed, if it had.
    lag: Option<TimeDelta>,
}

type Swept = Receiver<Result<Settled, Error>>;

struct Sweep<'a> {
    core: &'a Core,
    report: LifecycleReport,
    failure: Option<Error>,
    in_flight: VecDeque<(String, Swept)>,
}

impl Sweep<'_> {
    fn run_kind(&mut self, kind: Due, stop: &AtomicBool) -> Result<(), Error> {
        let now = self.report.executed_at;
        let core = self.core;
        let mut cursor = DueCursor::default();
        self.run_pages(
            || core.read(|connection| campaigns::due(connection, kind, now, &mut cursor, LOOK_UP)),
            |id| format!("campaign {id}"),
            sweep_campaign,
            stop,
        )
    }

    fn release_expired(&mut self, stop: &AtomicBool) -> Result<(), Error> {
        let now = self.report.executed_at;
        let core = self.core;
        let mut after = (String::new(), String::new());
        self.run_pages(
            || {
                let due = core
                    .read(|connection| participants::expired(connection, now, &after, LOOK_UP))?;
                if let Some((expires_at, id)) = due.last() {
                    after = (expires_at.clone(), id.to_string());
                }
                Ok(due.into_iter().map(|(_, id)| id).collect())
            },
            |id| format!("participation {id}"),
            release_expired,
            stop,
        )
    }

    /// Has `work` done for all that `next_page` finds, page by page, until a page is not full.
    fn run_pages<Id: Copy + Send + 'static>(
        &mut self,
        mut next_page: impl FnMut() -> Result<Vec<Id>, Error>,
        label: fn(Id) -> String,
        work: fn(&Transaction<'_>, Id) -> Result<Settled, Failure>,
        stop: &AtomicBool,
    ) -> Result<(), Error> {
        loop {
            let page = next_page()?;
            let is_last = page.len() < usize::try_from(LOOK_UP).unwrap_or(usize::MAX);
            for id in page {
                if stop.load(Ordering::Acquire) {
                    break;
                }
                if self.in_flight.len() == IN_FLIGHT {
                    self.collect_oldest();
                }
                let watch = Arc::clone(&self.core.watch);
                self.submit(label(id), move |transaction| {
                    // The clock may have been set since this sweep began.
                    if watch.lets_settle_at(transaction.now) {
                        work(transaction, id)
                    } else {
                        Ok(Settled::default())
                    }
                })?;
            }
            while !self.in_flight.is_empty() {
                self.collect_oldest();
            }
            if is_last || stop.load(Ordering::Acquire) {
                return Ok(());
            }
        }
    }

    fn submit(
        &mut self,
        label: String,
        work: impl FnOnce(&Transaction<'_>) -> Result<Settled, Failure> + Send + 'static,
    ) -> Result<(), Error> {
        let (reply, swept) = bounded(1);
        // A burst of joins may fill the queue; a deadline is kept all the same.
        self.core
            .writer
            .submit_within(PATIENCE, work, move |found| {
                let _ = reply.send(found);
            })?;
        self.in_flight.push_back((label, swept));
        Ok(())
    }

    fn collect_oldest(&mut self) {
        let Some((label, swept)) = self.in_flight.pop_front() else {
            return;
        };
        match swept
            .recv_timeout(PATIENCE)
            .unwrap_or(Err(Error::OutcomeUnknown))
        {
            Ok(Settled { events, lag }) => {
                if let Some(lag) = lag {
                    self.core.counters.count_lag(lag);
                }
                self.report.transition_count += events.len() as u64;
                let room = LifecycleReport::MAX_LISTED - self.report.transitions.len();
                self.report
                    .transitions
                    .extend(events.into_iter().take(room));
            }
            Err(error) => {
                log::error!("lifecycle sweep: {label} could not be swept: {error}");
                self.failure.get_or_insert(error);
            }
        }
    }

    fn delete_expired_answers(&self, stop: &AtomicBool) -> Result<(), Error> {
        for _ in 0..ANSWER_ROUNDS {
            let deleted = self.core.writer.call(|transaction| {
                Ok(idempotency::delete_expired(
                    transaction.connection,
                    transaction.now,
                    ANSWERS,
                )?)
            })?;
            if deleted < ANSWERS || stop.load(Ordering::Acquire) {
                break;
            }
        }
        Ok(())
    }
}

/// Takes every step that a campaign owes, decided on what it is now.
fn sweep_campaign(transaction: &Transaction<'_>, id: CampaignId) -> Result<Settled, Failure> {
    let mut events = Vec::new();
    let mut lag = None;
    let Some(mut campaign) = campaigns::find_by_id(transaction.connection, id)? else {
        return Ok(Settled { events, lag });
    };
    while let Some(transition) = next_transition(&campaign, transaction.now) {
        if campaign.deadline_has_passed(transaction.now) {
            lag = Some(transaction.now.since(campaign.deadline));
        }
        let (after, happened) = apply_transition(transaction, &transition)?;
        events.extend(happened);
        campaign = after;
    }
    Ok(Settled { events, lag })
}

/// Releases a reservation that was not confirmed in time, decided on what it is now.
fn release_expired(transaction: &Transaction<'_>, id: ParticipationId) -> Result<Settled, Failure> {
    let mut events = Vec::new();
    let connection = transaction.connection;
    if let Some(participation) = participants::find_by_id(connection, id)?
        && let Some(campaign) = campaigns::find_by_id(connection, participation.campaign_id)?
    {
        let before = Before::of(&campaign);
        if let Some(change) = participation::expire(participation, campaign, transaction.now) {
            (_, events) = release::write_freed(transaction, before, change)?;
        }
    }
    Ok(Settled { events, lag: None })
}

/// Writes a step with all that belongs to it, and answers the campaign afterwards.
pub(super) fn apply_transition(
    transaction: &Transaction<'_>,
    transition: &Transition,
) -> Result<(Campaign, Vec<AuditEvent>), Failure> {
    let connection = transaction.connection;
    let mut campaign = transition.campaign.clone();
    let (id, now) = (campaign.id, transaction.now);
    let settled = match transition.settlement {
        Some(settlement) => participants::settle(connection, id, settlement, now)?,
        None => 0,
    };
    if transition.waiting_closed() > 0 {
        participants::close_waiting_list(connection, id, now)?;
    }
    let mut event = transition.event(settled);
    if transition.settlement == Some(Settlement::RefundLive) {
        let refunds = money::refund_all(transaction, id)?;
        event.metadata = refunds.told_in(event.metadata);
    }
    if event.kind == AuditEventKind::CampaignCancelled {
        // Why it was called off is a text of the campaign's.
        let seal = seals::campaign(connection, &campaign)?;
        event.metadata = event.metadata.sealed(seal);
    }
    let mut events = vec![event];
    // A deadline that moved: what became free after the old one may be taken again.
    let before = campaign.status;
    events.extend(release::promote(transaction, &mut campaign)?);
    events.extend(release::settle(transaction, &mut campaign, before)?);
    campaigns::update(connection, &campaign)?;
    if campaign.status.has_ended() {
        idempotency::campaign_ended(connection, id, now.saturating_add(RETENTION))?;
    }
    Ok((campaign, release::append_events(transaction, events)?))
}

//! The lifecycle sweep: everything that time has brought, campaign by campaign.
//!
//! Each campaign is an operation of its own, so that joins go on between them and a campaign that
//! cannot be swept stops no other. A few are in flight at once and so share commits.

use std::collections::VecDeque;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use crossbeam_channel::{Receiver, bounded};

use crate::domain::audit::AuditEvent;
use crate::domain::error::Error;
use crate::domain::id::CampaignId;
use crate::domain::lifecycle::{Settlement, Transition, next_transition};
use crate::domain::reports::LifecycleReport;
use crate::domain::time::Timestamp;
use crate::service::{Core, Sambatan, money};
use crate::store::campaigns::{self, Due, DueCursor};
use crate::store::{audit, idempotency, participants};
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
        for kind in [Due::ToOpen, Due::Full, Due::PastDeadline] {
            sweep.run_kind(kind, stop)?;
        }
        sweep.delete_expired_answers(stop)?;
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
        Ok([passed, opening].into_iter().flatten().min())
    }
}

/// What became of a campaign.
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
    in_flight: VecDeque<(CampaignId, Swept)>,
}

impl Sweep<'_> {
    fn run_kind(&mut self, kind: Due, stop: &AtomicBool) -> Result<(), Error> {
        let now = self.report.executed_at;
        let mut cursor = DueCursor::default();
        loop {
            let due = self
                .core
                .read(|connection| campaigns::due(connection, kind, now, &mut cursor, LOOK_UP))?;
            let last_page = due.len() < usize::try_from(LOOK_UP).unwrap_or(usize::MAX);
            for id in due {
                if stop.load(Ordering::Acquire) {
                    break;
                }
                if self.in_flight.len() == IN_FLIGHT {
                    self.collect_oldest();
                }
                self.submit(id)?;
            }
            while !self.in_flight.is_empty() {
                self.collect_oldest();
            }
            if last_page || stop.load(Ordering::Acquire) {
                return Ok(());
            }
        }
    }

    fn submit(&mut self, id: CampaignId) -> Result<(), Error> {
        let (reply, swept) = bounded(1);
        let work = move |transaction: &Transaction<'_>| sweep_campaign(transaction, id);
        // A burst of joins may fill the queue; a deadline is kept all the same.
        self.core
            .writer
            .submit_within(PATIENCE, work, move |found| {
                let _ = reply.send(found);
            })?;
        self.in_flight.push_back((id, swept));
        Ok(())
    }

    fn collect_oldest(&mut self) {
        let Some((id, swept)) = self.in_flight.pop_front() else {
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
                log::error!("lifecycle sweep: campaign {id} could not be swept: {error}");
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
        events.push(apply_transition(transaction, &transition)?);
        if campaign.deadline_has_passed(transaction.now) {
            lag = Some(transaction.now.since(campaign.deadline));
        }
        campaign = transition.campaign;
    }
    Ok(Settled { events, lag })
}

/// Writes a step with all that belongs to it.
pub(super) fn apply_transition(
    transaction: &Transaction<'_>,
    transition: &Transition,
) -> Result<AuditEvent, Failure> {
    let connection = transaction.connection;
    let settled = match transition.settlement {
        Some(settlement) => participants::settle(
            connection,
            transition.campaign.id,
            settlement,
            transaction.now,
        )?,
        None => 0,
    };
    campaigns::update(connection, &transition.campaign)?;
    let mut event = transition.event(settled);
    if transition.settlement == Some(Settlement::RefundLive) {
        let refunds = money::refund_all(transaction, transition.campaign.id)?;
        event.metadata = refunds.told_in(event.metadata);
    }
    Ok(audit::append(connection, event)?)
}

//! The lifecycle timer: a thread that sweeps when a deadline or an opening falls due, at an interval,
//! and when it is asked to.
//!
//! It sleeps in one `select` and never polls the file. Only one sweep runs at a time. A sweep that
//! fails is logged, counted, shown in the status and tried again, less and less often.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use crossbeam_channel::{
    Receiver, RecvTimeoutError, Sender, TrySendError, after, bounded, never, select,
};

use crate::domain::clock_trust::Belief;
use crate::domain::error::Error;
use crate::domain::reports::LifecycleReport;
use crate::domain::time::Timestamp;
use crate::service::Core;

/// However long the interval is, what falls due is looked up so often. A join that starts somebody's time to
/// pay, of an hour at least, tells the timer nothing, so that joins stay cheap.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(30);

/// Callers that may wait for a sweep; one more is answered with [`Error::Overloaded`].
const WAITING: usize = 64;
/// How long a caller waits for the sweep that it asked for; the sweep goes on without it.
const SWEEP_PATIENCE: Duration = Duration::from_secs(120);
/// How long the first pause after a failed sweep is; each further one is twice as long, up to
/// [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How the scheduler is doing.
#[derive(Debug, Clone, PartialEq)]
pub struct SchedulerStatus {
    /// Whether its thread runs.
    pub is_running: bool,
    /// When it will sweep next; none when it is not running.
    pub next_run_time: Option<Timestamp>,
    /// How often it sweeps when nothing falls due.
    pub interval_minutes: f64,
    /// When it swept last.
    pub last_run: Option<Timestamp>,
    /// Why the last sweep failed, when it did.
    pub last_error: Option<String>,
    /// Sweeps so far.
    pub run_count: u64,
    /// How many of them failed.
    pub failure_count: u64,
    /// Whether the time is believed, without which it settles or erases nothing.
    pub clock: Belief,
}

type Trigger = Sender<Result<LifecycleReport, Error>>;

/// The lifecycle scheduler of a [`crate::Sambatan`].
pub struct Scheduler {
    shared: Arc<Shared>,
    changes: Receiver<()>,
    running: Mutex<Option<Running>>,
}

struct Shared {
    core: Arc<Core>,
    interval: Duration,
    state: Mutex<State>,
    alive: AtomicBool,
}

#[derive(Default)]
struct State {
    next_run_time: Option<Timestamp>,
    last_run: Option<Timestamp>,
    last_error: Option<String>,
    run_count: u64,
    failure_count: u64,
}

struct Running {
    triggers: Sender<Trigger>,
    /// Disconnected to stop the thread.
    stop: Sender<()>,
    /// Ends a sweep that is under way between two campaigns.
    stopping: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Scheduler {
    /// `changes` brings a message when there may be an earlier deadline.
    pub(crate) fn new(core: Arc<Core>, changes: Receiver<()>, interval: Duration) -> Self {
        let shared = Shared {
            core,
            interval: interval.max(Duration::from_secs(1)),
            state: Mutex::default(),
            alive: AtomicBool::new(false),
        };
        Self {
            shared: Arc::new(shared),
            changes,
            running: Mutex::new(None),
        }
    }

    /// Whether its thread runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.shared.alive.load(Ordering::Acquire)
    }

    /// Starts the thread, which sweeps at once for what fell due while nothing ran. Does nothing when
    /// it runs already.
    ///
    /// # Errors
    /// [`Error::Internal`] when the system gives no thread.
    pub fn start(&self) -> Result<(), Error> {
        let mut running = self.lock_running();
        if self.is_running() {
            return Ok(());
        }
        let (triggers, triggered) = bounded(WAITING);
        let (stop, stopped) = bounded(0);
        let stopping = Arc::new(AtomicBool::new(false));
        let timer = Timer {
            shared: Arc::clone(&self.shared),
            changes: self.changes.clone(),
            triggered,
            stopped,
            stopping: Arc::clone(&stopping),
            pause: None,
        };
        self.shared.alive.store(true, Ordering::Release);
        let spawned = std::thread::Builder::new()
            .name("lifecycle".to_owned())
            .spawn(move || timer.run());
        match spawned {
            Ok(thread) => {
                *running = Some(Running {
                    triggers,
                    stop,
                    stopping,
                    thread,
                });
                Ok(())
            }
            Err(error) => {
                self.shared.alive.store(false, Ordering::Release);
                log::error!("the lifecycle scheduler cannot start: {error}");
                Err(Error::Internal)
            }
        }
    }

    /// Has the thread sweep now and waits for it.
    ///
    /// # Errors
    /// [`Error::SchedulerStopped`] when it is not running; [`Error::OutcomeUnknown`] when the sweep
    /// takes longer than two minutes (it goes on); what the sweep answers.
    pub fn run_now(&self) -> Result<LifecycleReport, Error> {
        let triggers = match &*self.lock_running() {
            Some(running) if self.is_running() => running.triggers.clone(),
            _ => return Err(Error::SchedulerStopped),
        };
        let (reply, report) = bounded(1);
        triggers.try_send(reply).map_err(|error| match error {
            TrySendError::Full(_) => Error::Overloaded,
            TrySendError::Disconnected(_) => Error::SchedulerStopped,
        })?;
        drop(triggers);
        match report.recv_timeout(SWEEP_PATIENCE) {
            Ok(report) => report,
            // The thread has ended and dropped the other end.
            Err(RecvTimeoutError::Disconnected) => Err(Error::SchedulerStopped),
            Err(RecvTimeoutError::Timeout) => Err(Error::OutcomeUnknown),
        }
    }

    /// Stops the thread, after the campaign that it is at. Does nothing when it is not running.
    pub fn stop(&self) {
        let Some(running) = self.lock_running().take() else {
            return;
        };
        running.stopping.store(true, Ordering::Release);
        drop(running.stop);
        if running.thread.join().is_err() {
            log::error!("the lifecycle scheduler's thread panicked");
        }
    }

    /// How it is doing.
    #[must_use]
    pub fn status(&self) -> SchedulerStatus {
        let is_running = self.is_running();
        let state = self.shared.lock_state();
        SchedulerStatus {
            is_running,
            next_run_time: state.next_run_time.filter(|_| is_running),
            interval_minutes: self.shared.interval.as_secs_f64() / 60.0,
            last_run: state.last_run,
            last_error: state.last_error.clone(),
            run_count: state.run_count,
            failure_count: state.failure_count,
            clock: self.shared.core.watch.look(),
        }
    }

    fn lock_running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn lock_state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread's side.
struct Timer {
    shared: Arc<Shared>,
    changes: Receiver<()>,
    triggered: Receiver<Trigger>,
    stopped: Receiver<()>,
    stopping: Arc<AtomicBool>,
    /// After a failed sweep: until when what it left is not tried again, and how long that was.
    pause: Option<(Instant, Duration)>,
}

impl Drop for Timer {
    fn drop(&mut self) {
        // Also when the thread panics: the status must not claim that it runs.
        self.shared.alive.store(false, Ordering::Release);
    }
}

enum Wake {
    Time,
    Changed,
    Trigger(Trigger),
    Stop,
}

impl Timer {
    fn run(mut self) {
        log::info!(
            "Sambatan lifecycle scheduler started (interval {:?})",
            self.shared.interval
        );
        // What fell due while nothing ran; a failure is in the status and tried again.
        let _ = self.sweep();
        let mut next = self.plan();
        loop {
            match self.sleep(next) {
                Wake::Time if self.is_due(next) => {
                    let _ = self.sweep();
                    next = self.plan();
                }
                Wake::Time | Wake::Changed => next = self.plan(),
                Wake::Trigger(reply) => {
                    // A caller that has given up needs no reply.
                    let _ = reply.send(self.sweep());
                    next = self.plan();
                }
                Wake::Stop => break,
            }
        }
        log::info!("Sambatan lifecycle scheduler stopped");
    }

    fn sleep(&self, next: Option<Timestamp>) -> Wake {
        let pause = self.pause.map_or_else(never, |(until, _)| {
            after(until.saturating_duration_since(Instant::now()))
        });
        let clock = &self.shared.core.clock;
        let look_again = clock.now().saturating_add(LOOK_AGAIN);
        let time = clock.wake_at(next.map(|next| next.min(look_again)));
        select! {
            recv(self.stopped) -> _ => Wake::Stop,
            recv(self.triggered) -> trigger => trigger.map_or(Wake::Stop, Wake::Trigger),
            // Without a sender the service is going away, and this thread with it.
            recv(self.changes) -> change => change.map_or(Wake::Stop, |()| Wake::Changed),
            recv(time) -> _ => Wake::Time,
            recv(pause) -> _ => Wake::Time,
        }
    }

    fn is_due(&self, next: Option<Timestamp>) -> bool {
        let pause_is_over = self.pause.is_some_and(|(until, _)| Instant::now() >= until);
        pause_is_over || next.is_some_and(|next| self.shared.core.clock.now() >= next)
    }

    /// When to sweep next: at the next deadline or opening, after the interval at the latest.
    fn plan(&mut self) -> Option<Timestamp> {
        let core = &self.shared.core;
        let interval = TimeDelta::from_std(self.shared.interval).unwrap_or(TimeDelta::MAX);
        let (now, last) = (core.clock.now(), self.shared.lock_state().last_run);
        // A clock that was set back must not put the next sweep off by as much.
        let regular = last
            .map_or(now, |last| last.min(now))
            .saturating_add(interval);
        // What a failed sweep could not do waits for its pause, and holds up nothing that falls due
        // later.
        let swept = self.pause.and(last);
        // What is due already waits until the time is believed; the clock is looked at each second.
        if let Belief::Suspect {
            transitions_in: Some(left),
            ..
        } = core.watch.look()
        {
            let next = now.saturating_add(left);
            self.shared.lock_state().next_run_time = Some(next);
            return Some(next);
        }
        let next = match core.next_due(swept) {
            Ok(due) => due.map_or(regular, |due| due.min(regular)),
            Err(error) => {
                self.note_failure(&error);
                regular
            }
        };
        self.shared.lock_state().next_run_time = Some(next);
        Some(next)
    }

    fn sweep(&mut self) -> Result<LifecycleReport, Error> {
        let core = &self.shared.core;
        let started = core.clock.now();
        let swept = catch_unwind(AssertUnwindSafe(|| core.sweep(&self.stopping)));
        let outcome = swept.unwrap_or(Err(Error::Internal));
        {
            let mut state = self.shared.lock_state();
            state.last_run = Some(started);
            state.run_count += 1;
            state.last_error = None;
        }
        match &outcome {
            Ok(_) => self.pause = None,
            Err(error) => self.note_failure(error),
        }
        outcome
    }

    fn note_failure(&mut self, error: &Error) {
        let length = self
            .pause
            .map_or(FIRST_PAUSE, |(_, length)| (length * 2).min(LONGEST_PAUSE));
        log::error!("lifecycle sweep failed, next try in {length:?}: {error}");
        self.pause = Some((Instant::now() + length, length));
        let mut state = self.shared.lock_state();
        state.failure_count += 1;
        state.last_error = Some(error.to_string());
    }
}

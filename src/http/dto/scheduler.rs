//! The timer, as it goes over the wire.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::clock_trust::Belief;
use crate::domain::reports::LifecycleReport;
use crate::domain::time::Timestamp;
use crate::http::dto::Shown;
use crate::timer::SchedulerStatus;

/// That the timer has swept because it was asked to.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Triggered")]
pub(crate) struct TriggerAnswer {
    /// Always `triggered`.
    status: &'static str,
    /// The same for people.
    message: &'static str,
    /// When.
    triggered_at: Shown<Timestamp>,
    /// How many changes there were.
    transition_count: u64,
}

impl TriggerAnswer {
    /// The answer for what the sweep did, with a message for a person.
    pub(crate) const fn new(report: &LifecycleReport, message: &'static str) -> Self {
        Self {
            status: "triggered",
            message,
            triggered_at: Shown(report.executed_at),
            transition_count: report.transition_count,
        }
    }
}

/// How the timer does.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Scheduler")]
pub(crate) struct SchedulerAnswer<'a> {
    /// Whether it runs.
    is_running: bool,
    /// When it sweeps next.
    next_run_time: Option<Shown<Timestamp>>,
    /// How often it sweeps when nothing falls due.
    interval_minutes: f64,
    /// When it swept last.
    last_run: Option<Shown<Timestamp>>,
    /// How often it has swept since the start.
    run_count: u64,
    /// How often that failed.
    failure_count: u64,
    /// Why, the last time.
    last_error: Option<&'a str>,
    /// What is held because the clock is not believable; absent while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_suspect: Option<ClockAnswer>,
}

/// What is held because of the clock.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SuspectClock")]
struct ClockAnswer {
    /// By how many seconds it is ahead of what is believable of it; negative when it is behind.
    ahead_seconds: i64,
    /// In how many seconds campaigns are settled by it; 0 when they are.
    settles_in_seconds: i64,
    /// In how many seconds anything is erased by it.
    erases_in_seconds: i64,
}

impl ClockAnswer {
    fn of(belief: Belief) -> Option<Self> {
        match belief {
            Belief::Believed => None,
            Belief::Suspect {
                ahead,
                transitions_in,
                erasures_in,
            } => Some(Self {
                ahead_seconds: ahead.num_seconds(),
                settles_in_seconds: transitions_in.map_or(0, |left| left.num_seconds()),
                erases_in_seconds: erasures_in.num_seconds(),
            }),
        }
    }
}

impl<'a> From<&'a SchedulerStatus> for SchedulerAnswer<'a> {
    fn from(status: &'a SchedulerStatus) -> Self {
        Self {
            is_running: status.is_running,
            next_run_time: status.next_run_time.map(Shown),
            interval_minutes: status.interval_minutes,
            last_run: status.last_run.map(Shown),
            run_count: status.run_count,
            failure_count: status.failure_count,
            last_error: status.last_error.as_deref(),
            clock_suspect: ClockAnswer::of(status.clock),
        }
    }
}

//! The lifecycle timer: deadlines are honoured without anybody asking, each campaign ends once, and
//! what fails is tried again.
//!
//! Nothing here waits for a fixed time: the clock is moved by hand, and [`eventually`] looks until
//! the thread has caught up.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/shop.rs"]
mod shop;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::audit::AuditEventKind;
use sambatan::domain::id::{CampaignId, ProductId};
use sambatan::domain::participation::{JoinCampaign, ParticipationStatus};
use sambatan::domain::reports::{LifecycleReport, Limit};
use sambatan::domain::time::Timestamp;
use sambatan::{CampaignStatus, Durability, Error, NewCampaign, Options, Sambatan};
use shop::enabled_product;
use tempfile::TempDir;

/// Nothing takes so long unless it hangs.
const PATIENCE: Duration = Duration::from_secs(30);

#[track_caller]
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        thread::park_timeout(Duration::from_millis(1));
    }
}

/// A file with a clock that is moved by hand.
struct Shop {
    clock: ManualClock,
    folder: TempDir,
}

impl Shop {
    fn new() -> Self {
        Self {
            clock: ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap()),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    fn open(&self) -> Sambatan {
        let options = Options {
            clock: Clock::Manual(self.clock.clone()),
            durability: Durability::Off,
            readers: 2,
            ..Options::default()
        };
        Sambatan::open_with(self.path(), options).unwrap()
    }

    /// A service whose scheduler has made its first sweep.
    fn open_running(&self) -> Sambatan {
        let service = self.open();
        service.scheduler().start().unwrap();
        swept(&service, 1);
        service
    }

    fn advance(&self, delta: TimeDelta) {
        self.clock.advance(delta);
    }

    fn after(&self, delta: TimeDelta) -> Timestamp {
        self.clock.now().saturating_add(delta)
    }
}

/// Waits until the scheduler has swept so often.
#[track_caller]
fn swept(service: &Sambatan, times: u64) {
    eventually("the scheduler sweeps", || {
        service.scheduler().status().run_count >= times
    });
}

/// A campaign of ten slots that ends so much later.
fn campaign(service: &Sambatan, ends_in: TimeDelta) -> CampaignId {
    let deadline = service.now().saturating_add(ends_in).as_datetime();
    let product = enabled_product(service);
    let new = NewCampaign::new(product, "Batch Oktober", 10, 210_000, deadline);
    service.create_campaign(new).unwrap().id
}

fn join(service: &Sambatan, campaign: CampaignId, quantity: i64) {
    let join = JoinCampaign::new(campaign, "budi", quantity, "Jl. Melati No. 15");
    service.join_campaign(join).unwrap();
}

fn status(service: &Sambatan, campaign: CampaignId) -> CampaignStatus {
    service.get_campaign(campaign).unwrap().status
}

#[track_caller]
fn reaches(service: &Sambatan, campaign: CampaignId, expected: CampaignStatus) {
    eventually("the campaign reaches its state", || {
        status(service, campaign) == expected
    });
}

/// The campaign's life in the log, oldest first.
fn life(service: &Sambatan, campaign: CampaignId) -> Vec<AuditEventKind> {
    let limit = Limit::new(Limit::MAX).unwrap();
    let events = service.logs(campaign, None, limit).unwrap().items;
    events.iter().rev().map(|event| event.kind).collect()
}

#[test]
fn a_deadline_is_honoured_without_anybody_asking() {
    let shop = Shop::new();
    let service = shop.open_running();
    let id = campaign(&service, TimeDelta::minutes(2));
    join(&service, id, 4);
    eventually("the scheduler plans for the deadline", || {
        let passed = shop.after(TimeDelta::minutes(2) + TimeDelta::milliseconds(1));
        service.scheduler().status().next_run_time == Some(passed)
    });
    shop.advance(TimeDelta::minutes(2));
    assert_eq!(
        status(&service, id),
        CampaignStatus::Active,
        "the last moment to join"
    );
    shop.advance(TimeDelta::milliseconds(1));
    reaches(&service, id, CampaignStatus::Failed);
    let participants = service
        .list_participants(id, None, Limit::default())
        .unwrap();
    assert_eq!(participants.items[0].status, ParticipationStatus::Refunded);
    assert_eq!(
        life(&service, id),
        [
            AuditEventKind::CampaignCreated,
            AuditEventKind::ParticipantJoined,
            AuditEventKind::CampaignFailed,
        ]
    );
}

#[test]
fn an_earlier_deadline_that_is_created_later_wakes_the_scheduler() {
    let shop = Shop::new();
    let service = shop.open_running();
    let late = campaign(&service, TimeDelta::minutes(4));
    let early = campaign(&service, TimeDelta::minutes(1));
    shop.advance(TimeDelta::seconds(61));
    reaches(&service, early, CampaignStatus::Failed);
    assert_eq!(status(&service, late), CampaignStatus::Active);
    shop.advance(TimeDelta::minutes(3));
    reaches(&service, late, CampaignStatus::Failed);
}

#[test]
fn a_campaign_opens_at_its_time_and_not_before() {
    let shop = Shop::new();
    let service = shop.open_running();
    let new = NewCampaign {
        opens_at: Some(shop.after(TimeDelta::minutes(2)).as_datetime()),
        ..NewCampaign::new(
            enabled_product(&service),
            "Batch November",
            10,
            210_000,
            shop.after(TimeDelta::hours(1)).as_datetime(),
        )
    };
    let id = service.create_campaign(new).unwrap().id;
    eventually("the scheduler plans for the opening", || {
        service.scheduler().status().next_run_time == Some(shop.after(TimeDelta::minutes(2)))
    });
    let early = JoinCampaign::new(id, "budi", 1, "Jl. Melati No. 15");
    assert!(matches!(
        service.join_campaign(early),
        Err(Error::CampaignClosed {
            status: CampaignStatus::Inactive,
            ..
        })
    ));
    shop.advance(TimeDelta::minutes(2));
    reaches(&service, id, CampaignStatus::Active);
    join(&service, id, 1);
}

#[test]
fn the_interval_brings_full_campaigns_to_their_end() {
    let shop = Shop::new();
    let service = shop.open_running();
    let id = campaign(&service, TimeDelta::days(3));
    join(&service, id, 10);
    let before = service.scheduler().status().run_count;
    shop.advance(TimeDelta::minutes(5));
    reaches(&service, id, CampaignStatus::Completed);
    swept(&service, before + 1);
    assert_eq!(
        service.scheduler().status().last_run,
        Some(shop.clock.now())
    );
}

#[test]
fn a_clock_that_was_set_back_does_not_put_off_the_next_sweep() {
    let shop = Shop::new();
    let service = shop.open_running();
    shop.clock.advance(TimeDelta::hours(2));
    service.scheduler().run_now().unwrap();
    shop.clock.set(shop.after(TimeDelta::hours(-1)));
    // Has the scheduler plan anew.
    let late = campaign(&service, TimeDelta::days(3));
    eventually("the scheduler plans by the clock as it is", || {
        service.scheduler().status().next_run_time == Some(shop.after(TimeDelta::minutes(5)))
    });
    assert_eq!(status(&service, late), CampaignStatus::Active);
}

#[test]
fn a_trigger_sweeps_at_once_and_says_what_it_did() {
    let shop = Shop::new();
    let service = shop.open_running();
    let id = campaign(&service, TimeDelta::days(3));
    join(&service, id, 10);
    let report = service.scheduler().run_now().unwrap();
    assert_eq!(report.executed_at, shop.clock.now());
    assert_eq!(report.transition_count, 1);
    assert_eq!(report.transitions[0].campaign_id, Some(id));
    assert_eq!(
        report.transitions[0].kind,
        AuditEventKind::CampaignCompleted
    );
    assert_eq!(service.scheduler().run_now().unwrap().transition_count, 0);
}

#[test]
fn what_fell_due_while_nothing_ran_is_caught_up_at_the_start() {
    let shop = Shop::new();
    let (failed, opened_and_failed, completed) = {
        let service = shop.open();
        let failed = campaign(&service, TimeDelta::minutes(1));
        let completed = campaign(&service, TimeDelta::minutes(1));
        join(&service, completed, 10);
        let new = NewCampaign {
            opens_at: Some(shop.after(TimeDelta::minutes(1)).as_datetime()),
            ..NewCampaign::new(
                enabled_product(&service),
                "Batch November",
                10,
                210_000,
                shop.after(TimeDelta::minutes(2)).as_datetime(),
            )
        };
        (failed, service.create_campaign(new).unwrap().id, completed)
    };
    shop.advance(TimeDelta::days(1));
    let service = shop.open_running();
    assert_eq!(status(&service, failed), CampaignStatus::Failed);
    assert_eq!(status(&service, completed), CampaignStatus::Completed);
    assert_eq!(
        life(&service, opened_and_failed),
        [
            AuditEventKind::CampaignCreated,
            AuditEventKind::CampaignOpened,
            AuditEventKind::CampaignFailed,
        ]
    );
}

#[test]
fn the_scheduler_stops_starts_and_tells_how_it_is() {
    let shop = Shop::new();
    let service = shop.open();
    let scheduler = service.scheduler();
    let idle = scheduler.status();
    assert!(!idle.is_running && !scheduler.is_running());
    assert_eq!((idle.next_run_time, idle.last_run), (None, None));
    assert_eq!((idle.run_count, idle.failure_count), (0, 0));
    assert_eq!(scheduler.run_now(), Err(Error::SchedulerStopped));

    scheduler.start().unwrap();
    scheduler.start().unwrap();
    let in_five_minutes = Some(shop.after(TimeDelta::minutes(5)));
    eventually("the scheduler has swept and planned", || {
        scheduler.status().next_run_time == in_five_minutes
    });
    let running = scheduler.status();
    assert!(running.is_running);
    assert!((running.interval_minutes - 5.0).abs() < f64::EPSILON);
    assert_eq!(running.last_run, Some(shop.clock.now()));
    assert_eq!(running.last_error, None);
    assert_eq!(running.run_count, 1, "starting twice starts one thread");

    scheduler.stop();
    scheduler.stop();
    assert!(!scheduler.status().is_running);
    assert_eq!(scheduler.status().next_run_time, None);
    assert_eq!(scheduler.run_now(), Err(Error::SchedulerStopped));
    let id = campaign(&service, TimeDelta::minutes(1));
    shop.advance(TimeDelta::minutes(2));
    assert_eq!(
        status(&service, id),
        CampaignStatus::Active,
        "nobody watches the clock"
    );

    scheduler.start().unwrap();
    reaches(&service, id, CampaignStatus::Failed);
    service.close();
    assert!(!scheduler.is_running());
}

/// Puts a value into a campaign's row that no program would write.
fn spoil(path: &Path, id: CampaignId, created_at: &str) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(PATIENCE).unwrap();
    connection
        .pragma_update(None, "ignore_check_constraints", true)
        .unwrap();
    let sql = "UPDATE sambatan_campaigns SET created_at = ?2 WHERE id = ?1";
    let rows = connection.execute(sql, [id.to_string(), created_at.to_owned()]);
    assert_eq!(rows, Ok(1));
}

#[test]
fn a_campaign_that_cannot_be_swept_stops_no_other_and_is_tried_again() {
    let shop = Shop::new();
    let service = shop.open();
    let campaigns: Vec<_> = (0..20)
        .map(|_| campaign(&service, TimeDelta::minutes(1)))
        .collect();
    let spoilt = campaigns[7];
    spoil(&shop.path(), spoilt, "kapan-kapan");
    shop.advance(TimeDelta::minutes(2));
    assert_eq!(service.run_lifecycle(), Err(Error::Internal));
    for id in campaigns.iter().filter(|id| **id != spoilt) {
        assert_eq!(status(&service, *id), CampaignStatus::Failed);
    }

    let scheduler = service.scheduler();
    scheduler.start().unwrap();
    eventually("the failure is in the status", || {
        let status = scheduler.status();
        status.failure_count > 0 && status.last_error == Some(Error::Internal.to_string())
    });
    spoil(&shop.path(), spoilt, "2025-10-01 00:00:00.000");
    reaches(&service, spoilt, CampaignStatus::Failed);
    eventually("the failure is over", || {
        let status = scheduler.status();
        status.last_error.is_none() && status.failure_count < status.run_count
    });
}

#[test]
fn a_campaign_that_cannot_be_swept_delays_no_deadline_that_comes_later() {
    let shop = Shop::new();
    let service = shop.open();
    let spoilt = campaign(&service, TimeDelta::minutes(1));
    let good = campaign(&service, TimeDelta::minutes(3));
    spoil(&shop.path(), spoilt, "kapan-kapan");
    shop.advance(TimeDelta::minutes(2));
    let scheduler = service.scheduler();
    scheduler.start().unwrap();
    // Each failure doubles the pause before the next try: make it longer than this test may take.
    eventually("the first sweep fails", || {
        scheduler.status().failure_count > 0
    });
    for _ in 0..6 {
        assert_eq!(scheduler.run_now(), Err(Error::Internal));
    }
    let started = Instant::now();
    shop.advance(TimeDelta::minutes(2));
    reaches(&service, good, CampaignStatus::Failed);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn with_the_systems_clock_a_deadline_is_honoured_within_a_second() {
    let service = Sambatan::ephemeral().unwrap();
    service.scheduler().start().unwrap();
    swept(&service, 1);
    let id = campaign(&service, TimeDelta::milliseconds(300));
    let deadline = service.get_campaign(id).unwrap().deadline;
    reaches(&service, id, CampaignStatus::Failed);
    let late = Utc::now() - deadline.as_datetime();
    assert!(late > TimeDelta::zero(), "not before its time");
    assert!(late < TimeDelta::seconds(1), "{late}");
}

/// Makes campaigns without going through the service, as fast as the file takes them.
fn many_campaigns(path: &Path, product: ProductId, count: u32, deadline: Timestamp) {
    let mut connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(PATIENCE).unwrap();
    let transaction = connection.transaction().unwrap();
    {
        let mut insert = transaction
            .prepare(
                "INSERT INTO sambatan_campaigns (id, product_id, title, total_slots, minimum_slots,
                     slot_price, filled_slots, participant_count, status, deadline, created_at, updated_at)
                 VALUES (?1, ?2, 'Batch', 2, 2, 1000, ?3, ?3, 'active', ?4, ?4, ?4)",
            )
            .unwrap();
        let mut join = transaction
            .prepare(
                "INSERT INTO sambatan_participants (id, campaign_id, user_id, quantity,
                     contribution_amount, status, shipping_address, joined_at, updated_at)
                 VALUES (?1, ?1, 'budi', 1, 1000, 'pending_payment', 'Jl. Melati', ?2, ?2)",
            )
            .unwrap();
        for number in 0..count {
            let id = CampaignId::new().to_string();
            let taken = u32::from(number % 10 == 0);
            let deadline = deadline.to_sql();
            insert
                .execute((&id, product.to_string(), taken, &deadline))
                .unwrap();
            if taken == 1 {
                join.execute((&id, &deadline)).unwrap();
            }
        }
    }
    transaction.commit().unwrap();
}

/// Reads one number from the file.
fn number(path: &Path, sql: &str) -> i64 {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

const ENDINGS: &str = "SELECT count(*) FROM sambatan_audit_logs WHERE event = 'campaign_failed'";
const ENDED_TWICE: &str = "SELECT count(*) FROM (
    SELECT 1 FROM sambatan_audit_logs WHERE event = 'campaign_failed'
     GROUP BY campaign_id HAVING count(*) > 1)";
const REFUNDED: &str = "SELECT count(*) FROM sambatan_participants WHERE status = 'refunded'";

#[test]
fn ten_thousand_due_campaigns_are_swept_each_once_and_the_report_stays_short() {
    let shop = Shop::new();
    let service = shop.open();
    let product = enabled_product(&service);
    many_campaigns(&shop.path(), product, 10_000, shop.clock.now());
    shop.advance(TimeDelta::seconds(1));
    let report = service.run_lifecycle().unwrap();
    assert_eq!(report.transition_count, 10_000);
    assert_eq!(report.transitions.len(), LifecycleReport::MAX_LISTED);
    let summary = service.dashboard_summary().unwrap();
    assert_eq!(summary.failed_campaigns, 10_000);
    assert_eq!(
        (summary.total_campaigns, summary.total_slots_taken),
        (10_000, 0)
    );
    assert_eq!(service.run_lifecycle().unwrap().transition_count, 0);
    assert_eq!(number(&shop.path(), ENDINGS), 10_000);
    assert_eq!(number(&shop.path(), ENDED_TWICE), 0);
    assert_eq!(number(&shop.path(), REFUNDED), 1_000);
}

#[test]
fn two_services_on_one_file_share_the_sweep_and_double_nothing() {
    let shop = Shop::new();
    let services = [shop.open(), shop.open()];
    let product = enabled_product(&services[0]);
    many_campaigns(&shop.path(), product, 1_000, shop.clock.now());
    shop.advance(TimeDelta::seconds(1));
    let counts: Vec<u64> = thread::scope(|scope| {
        let sweeps: Vec<_> = services
            .iter()
            .map(|service| scope.spawn(|| service.run_lifecycle().unwrap().transition_count))
            .collect();
        sweeps
            .into_iter()
            .map(|sweep| sweep.join().unwrap())
            .collect()
    });
    assert_eq!(counts.iter().sum::<u64>(), 1_000);
    assert_eq!(number(&shop.path(), ENDINGS), 1_000);
    assert_eq!(number(&shop.path(), ENDED_TWICE), 0);
}

#[test]
fn sweeps_that_are_asked_for_at_once_take_turns() {
    let shop = Shop::new();
    let service = Arc::new(shop.open_running());
    let product = enabled_product(&service);
    many_campaigns(&shop.path(), product, 500, shop.clock.now());
    shop.advance(TimeDelta::seconds(1));
    let total: u64 = thread::scope(|scope| {
        let sweeps: Vec<_> = (0..8)
            .map(|number| {
                let service = Arc::clone(&service);
                scope.spawn(move || {
                    let report = if number % 2 == 0 {
                        service.run_lifecycle()
                    } else {
                        service.scheduler().run_now()
                    };
                    report.unwrap().transition_count
                })
            })
            .collect();
        sweeps.into_iter().map(|sweep| sweep.join().unwrap()).sum()
    });
    assert_eq!(total, 500);
    assert_eq!(number(&shop.path(), ENDED_TWICE), 0);
}

#[test]
fn joins_go_on_while_a_long_sweep_runs() {
    let shop = Shop::new();
    let service = shop.open();
    let open = campaign(&service, TimeDelta::days(1));
    let product = enabled_product(&service);
    many_campaigns(&shop.path(), product, 2_000, shop.clock.now());
    shop.advance(TimeDelta::seconds(1));
    thread::scope(|scope| {
        let sweep = scope.spawn(|| service.run_lifecycle().unwrap());
        eventually("the sweep is under way", || {
            service.dashboard_summary().unwrap().failed_campaigns > 0
        });
        join(&service, open, 1);
        assert_eq!(sweep.join().unwrap().transition_count, 2_000);
    });
    assert_eq!(service.get_campaign(open).unwrap().slots_taken, 1);
    let joined = "SELECT count(*) FROM sambatan_audit_logs j
                   WHERE j.event = 'participant_joined'
                     AND EXISTS (SELECT 1 FROM sambatan_audit_logs f
                                  WHERE f.event = 'campaign_failed' AND f.id > j.id)";
    assert_eq!(
        number(&shop.path(), joined),
        1,
        "the join did not wait for the sweep's end"
    );
}

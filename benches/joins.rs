//! How fast slots are taken, in process, at `synchronous=FULL`, all in one run:
//!
//! * raw SQLite, one transaction for each join, one thread: what a careful program without group
//!   commit can do at best;
//! * raw SQLite, 64 joins for each transaction, one thread: what the storage gives when nobody waits;
//! * a pool of connections, one transaction for each request, 64 threads: the usual web service;
//! * `Sambatan::join_campaign` from 64 threads.
//!
//! The raw variants run the same four statements on the same schema. Absolute figures belong to the
//! machine; the ratios at the end are what to compare.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

mod support;

use std::sync::Barrier;
use std::time::{Duration, Instant};

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, TransactionBehavior, params};
use sambatan::domain::participation::JoinCampaign;
use sambatan::{Options, Sambatan};
use support::{Latencies, open_campaign, print_line};
use uuid::Uuid;

const THREADS: usize = 64;
const ROUNDS: usize = 3;
const ADDRESS: &str = "Jl. Melati No. 15, Jakarta Selatan";

/// A name, and what to run under it.
type Variant = (&'static str, fn() -> Measured);

struct Measured {
    joins: usize,
    took: Duration,
    latencies: Latencies,
}

impl Measured {
    fn per_second(&self) -> f64 {
        f64::from(u32::try_from(self.joins).unwrap()) / self.took.as_secs_f64()
    }
}

fn main() {
    // `cargo bench --bench joins -- join_campaign` runs that variant alone, for a profiler.
    let only = std::env::args()
        .nth(1)
        .filter(|argument| !argument.starts_with('-'));
    let variants: [Variant; 4] = [
        ("raw SQLite, one transaction a join", raw_single),
        ("raw SQLite, batches of 64", raw_batches),
        ("pool, one transaction a request, 64 threads", pool),
        ("join_campaign, 64 threads", ours),
    ];
    let mut rates = vec![Vec::new(); variants.len()];
    for round in 1..=ROUNDS {
        print_line(&format!("round {round} of {ROUNDS}"));
        for (index, (name, run)) in variants.iter().enumerate() {
            if only.as_ref().is_some_and(|only| !name.contains(only)) {
                continue;
            }
            let measured = run();
            rates[index].push(measured.per_second());
            print_line(&format!(
                "  {name:<46} {:>9.0} joins/s   p50 {:>8.2} ms   p99 {:>8.2} ms",
                measured.per_second(),
                measured.latencies.percentile_ms(50),
                measured.latencies.percentile_ms(99),
            ));
        }
    }
    if only.is_some() {
        return;
    }
    let median = |index: usize| {
        let mut rates = rates[index].clone();
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    };
    print_line("medians");
    for (index, (name, _)) in variants.iter().enumerate() {
        print_line(&format!("  {name:<46} {:>9.0} joins/s", median(index)));
    }
    print_line(&format!(
        "join_campaign / pool            {:.2}",
        median(3) / median(2)
    ));
    print_line(&format!(
        "join_campaign / batches of 64   {:.2}",
        median(3) / median(1)
    ));
    print_line(&format!(
        "join_campaign / one at a time   {:.2}",
        median(3) / median(0)
    ));
}

/// A fresh file with one large campaign, made by the service itself.
fn prepared() -> (tempfile::TempDir, std::path::PathBuf, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.db");
    let service = Sambatan::open(&path).unwrap();
    let campaign = open_campaign(&service, 1_000_000).to_string();
    (folder, path, campaign)
}

fn connect(path: &std::path::Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    tune(&connection).unwrap();
    connection
}

fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(60))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// The statements of one join, as a straightforward program writes them.
fn raw_join(connection: &Connection, campaign: &str) {
    let now = chrono::Utc::now()
        .format("%Y-%m-%d %H:%M:%S%.3f")
        .to_string();
    let (total, filled, price): (i64, i64, i64) = connection
        .prepare_cached(
            "SELECT total_slots, filled_slots, slot_price FROM sambatan_campaigns
              WHERE id = ?1 AND status = 'active' AND deadline >= ?2",
        )
        .unwrap()
        .query_row([campaign, &now], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert!(filled < total);
    let id = Uuid::now_v7().to_string();
    connection
        .prepare_cached(
            "INSERT INTO sambatan_participants (id, campaign_id, user_id, quantity, contribution_amount,
                                                transfer_amount, status, shipping_address, joined_at,
                                                updated_at)
             VALUES (?1, ?2, ?3, 1, ?4, ?5, 'pending_payment', ?6, ?7, ?7)",
        )
        .unwrap()
        .execute(params![id, campaign, "user-1", price, price + filled + 1, ADDRESS, now])
        .unwrap();
    connection
        .prepare_cached(
            "UPDATE sambatan_campaigns
                SET filled_slots = filled_slots + 1, participant_count = participant_count + 1, updated_at = ?2
              WHERE id = ?1",
        )
        .unwrap()
        .execute([campaign, &now])
        .unwrap();
    let metadata = format!(
        r#"{{"participation_id":"{id}","quantity":1,"contribution_amount":{price},"slots_taken":{}}}"#,
        filled + 1
    );
    connection
        .prepare_cached(
            "INSERT INTO sambatan_audit_logs (campaign_id, event, metadata, created_at, hash)
             VALUES (?1, 'participant_joined', ?2, ?3, zeroblob(32))",
        )
        .unwrap()
        .execute([campaign, &metadata, &now])
        .unwrap();
}

fn raw_single() -> Measured {
    raw(1, 1_000)
}

fn raw_batches() -> Measured {
    raw(64, 200)
}

fn raw(batch: usize, commits: usize) -> Measured {
    let (_folder, path, campaign) = prepared();
    let mut connection = connect(&path);
    let mut latencies = Latencies::default();
    let started = Instant::now();
    for _ in 0..commits {
        let begun = Instant::now();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .unwrap();
        for _ in 0..batch {
            raw_join(&transaction, &campaign);
        }
        transaction.commit().unwrap();
        latencies.add(begun.elapsed());
    }
    Measured {
        joins: batch * commits,
        took: started.elapsed(),
        latencies,
    }
}

fn pool() -> Measured {
    let (_folder, path, campaign) = prepared();
    let manager = SqliteConnectionManager::file(&path).with_init(|connection| tune(connection));
    let pool = r2d2::Pool::builder().max_size(8).build(manager).unwrap();
    from_threads(20, || {
        let mut connection = pool.get().unwrap();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .unwrap();
        raw_join(&transaction, &campaign);
        transaction.commit().unwrap();
    })
}

fn ours() -> Measured {
    let folder = tempfile::tempdir().unwrap();
    let service = Sambatan::open_with(folder.path().join("bench.db"), Options::default()).unwrap();
    let campaign = open_campaign(&service, 1_000_000);
    from_threads(300, || {
        service
            .join_campaign(JoinCampaign::new(campaign, "user-1", 1, ADDRESS))
            .unwrap();
    })
}

/// Has every thread join so many times, all starting at once.
fn from_threads(joins_each: usize, join: impl Fn() + Sync) -> Measured {
    let barrier = Barrier::new(THREADS + 1);
    let mut latencies = Latencies::default();
    let mut took = Duration::ZERO;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    let mut latencies = Latencies::default();
                    barrier.wait();
                    for _ in 0..joins_each {
                        let begun = Instant::now();
                        join();
                        latencies.add(begun.elapsed());
                    }
                    latencies
                })
            })
            .collect();
        barrier.wait();
        let started = Instant::now();
        for thread in threads {
            latencies.merge(thread.join().unwrap());
        }
        took = started.elapsed();
    });
    Measured {
        joins: THREADS * joins_each,
        took,
        latencies,
    }
}

//! 10,000 campaigns of 100 participants each that fall due at the same second, swept while 64 clients join
//! another campaign: what that does to the joins, and that each campaign ends exactly once.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use rusqlite::{Connection, Transaction, params};
use sambatan::Sambatan;
use sambatan::domain::id::CampaignId;
use sambatan::domain::participation::JoinCampaign;
use support::{Latencies, open_campaign, print_line};
use uuid::Uuid;

const CAMPAIGNS: u32 = 10_000;
const PARTICIPANTS: u32 = 100;
/// So many of them have paid: their money goes back.
const PAID: u32 = 10;
const CLIENTS: usize = 64;
/// How long the joins alone are measured.
const ALONE: Duration = Duration::from_secs(5);

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sweep.db");
    let campaign = fill(&path);
    let service = Sambatan::open(&path).unwrap();
    let (alone, _) = while_joining(&service, campaign, || std::thread::sleep(ALONE));
    print_joins("joins alone", &alone, ALONE);
    let (beside, took) = while_joining(&service, campaign, || {
        let report = service.run_lifecycle().unwrap();
        assert_eq!(report.transition_count, u64::from(CAMPAIGNS));
    });
    print_joins("joins beside the sweep", &beside, took);
    let seconds = took.as_secs_f64();
    print_line(&format!(
        "{CAMPAIGNS} campaigns of {PARTICIPANTS} swept in {seconds:.1} s, {:.0} a second",
        f64::from(CAMPAIGNS) / seconds
    ));
    let ratio = beside.percentile_ms(99) / alone.percentile_ms(99);
    print_line(&format!("p99 beside the sweep / alone   {ratio:.2}"));
    service.close();
    check(&path);
}

fn print_joins(name: &str, joins: &Latencies, took: Duration) {
    print_line(&format!(
        "{name:<24} p50 {:>7.2} ms   p99 {:>7.2} ms   highest {:>7.2} ms   {:>6.0} a second",
        joins.percentile_ms(50),
        joins.percentile_ms(99),
        joins.percentile_ms(100),
        joins.count() / took.as_secs_f64()
    ));
}

/// Does something while 64 clients join, and says how long each join took and how long that did.
fn while_joining(
    service: &Sambatan,
    campaign: CampaignId,
    work: impl FnOnce(),
) -> (Latencies, Duration) {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let is_over = &is_over;
                scope.spawn(move || {
                    let mut joins = Latencies::default();
                    let user = format!("u{client}");
                    while !is_over.load(Ordering::Relaxed) {
                        let join = JoinCampaign::new(campaign, &user, 1, "Jl. Melati No. 15");
                        let start = Instant::now();
                        service.join_campaign(join).unwrap();
                        joins.add(start.elapsed());
                    }
                    joins
                })
            })
            .collect();
        let start = Instant::now();
        work();
        let took = start.elapsed();
        is_over.store(true, Ordering::Relaxed);
        let mut joins = Latencies::default();
        for client in clients {
            joins.merge(client.join().unwrap());
        }
        (joins, took)
    })
}

/// Makes a file with campaigns that are due, and one that people can join.
fn fill(path: &Path) -> CampaignId {
    let service = Sambatan::open(path).unwrap();
    let campaign = open_campaign(&service, 1_000_000);
    drop(service);
    let mut file = Connection::open(path).unwrap();
    file.pragma_update(None, "synchronous", "OFF").unwrap();
    let transaction = file.transaction().unwrap();
    let product: String = transaction
        .query_row("SELECT id FROM products", [], |row| row.get(0))
        .unwrap();
    let (created, deadline) = (sql_time(-86_400), sql_time(-1));
    for number in 0..CAMPAIGNS {
        let id = Uuid::now_v7().to_string();
        transaction
            .prepare_cached(
                "INSERT INTO sambatan_campaigns (id, product_id, title, total_slots, minimum_slots, slot_price,
                                                 status, deadline, created_at, updated_at, filled_slots,
                                                 participant_count, confirmed_count)
                 VALUES (?1, ?2, 'Batch', 1000, 1000, 150000, 'active', ?3, ?4, ?4, ?5, ?5, ?6)",
            )
            .unwrap()
            .execute(params![id, product, deadline, created, PARTICIPANTS, PAID])
            .unwrap();
        for participant in 0..PARTICIPANTS {
            let amount = 150_001 + i64::from(number * PARTICIPANTS + participant);
            participate(&transaction, &id, amount, participant < PAID, &created);
        }
    }
    transaction.commit().unwrap();
    campaign
}

fn participate(file: &Transaction<'_>, campaign: &str, amount: i64, has_paid: bool, at: &str) {
    let id = Uuid::now_v7().to_string();
    let (status, paid) = if has_paid {
        ("confirmed", amount)
    } else {
        ("pending_payment", 0)
    };
    file.prepare_cached(
        "INSERT INTO sambatan_participants (id, campaign_id, user_id, quantity, contribution_amount,
                                            transfer_amount, paid_amount, status, shipping_address,
                                            joined_at, updated_at)
         VALUES (?1, ?2, ?3, 1, 150000, ?4, ?5, ?6, 'Jl. Melati No. 15, Jakarta Selatan', ?7, ?7)",
    )
    .unwrap()
    .execute(params![id, campaign, format!("u{amount}"), amount, paid, status, at])
    .unwrap();
    if has_paid {
        file.prepare_cached(
            "INSERT INTO sambatan_transactions (id, campaign_id, participation_id, kind, amount, status, source,
                                                created_at)
             VALUES (?1, ?2, ?3, 'payment', ?4, 'recorded', 'organiser', ?5)",
        )
        .unwrap()
        .execute(params![Uuid::now_v7().to_string(), campaign, id, amount, at])
        .unwrap();
    }
}

/// Each campaign has ended once, with all its participants, and each payment goes back once.
fn check(path: &Path) {
    let file = Connection::open(path).unwrap();
    let count = |sql: &str| -> u32 { file.query_row(sql, [], |row| row.get(0)).unwrap() };
    for (sql, expected) in [
        (
            "SELECT count(*) FROM sambatan_campaigns WHERE status = 'expired'",
            CAMPAIGNS,
        ),
        (
            "SELECT count(*) FROM sambatan_audit_logs WHERE event = 'campaign_failed'",
            CAMPAIGNS,
        ),
        (
            "SELECT count(DISTINCT campaign_id) FROM sambatan_audit_logs WHERE event = 'campaign_failed'",
            CAMPAIGNS,
        ),
        (
            "SELECT count(*) FROM sambatan_participants WHERE status = 'refunded'",
            CAMPAIGNS * PARTICIPANTS,
        ),
        (
            "SELECT count(*) FROM sambatan_transactions WHERE kind = 'refund'",
            CAMPAIGNS * PAID,
        ),
    ] {
        assert_eq!(count(sql), expected, "{sql}");
    }
    print_line("each campaign ended once, and each payment goes back once");
}

fn sql_time(seconds: i64) -> String {
    let time = Utc::now() + TimeDelta::seconds(seconds);
    time.format("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

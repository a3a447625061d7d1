//! Whether the cost of a request grows with the file: the same requests on a small file and on one
//! with 100,000 campaigns and a million participants in one of them, in one run.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

mod support;

use std::path::Path;
use std::time::Instant;

use chrono::{TimeDelta, Utc};
use rusqlite::{Connection, params};
use sambatan::domain::id::CampaignId;
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::reports::{CampaignFilter, Limit};
use sambatan::{CampaignStatus, Sambatan};
use support::{Latencies, open_campaign, print_line};
use uuid::Uuid;

const ROUNDS: usize = 400;
const ADDRESS: &str = "Jl. Melati No. 15, Jakarta Selatan";

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (small, large) = (
        folder.path().join("small.db"),
        folder.path().join("large.db"),
    );
    let small_campaign = fill(&small, 100, 100);
    let large_campaign = fill(&large, 100_000, 999_000);
    let small = measure(&small, small_campaign);
    let large = measure(&large, large_campaign);
    print_line("median of each request, milliseconds     small     large     ratio");
    for ((name, small), (_, large)) in small.iter().zip(&large) {
        let (small, large) = (small.percentile_ms(50), large.percentile_ms(50));
        print_line(&format!(
            "{name:<38} {small:>8.3}  {large:>8.3}  {:>8.2}",
            large / small
        ));
    }
}

/// Makes a file with so many campaigns, one of them with so many participants.
fn fill(path: &Path, campaigns: u32, participants: u32) -> CampaignId {
    let service = Sambatan::open(path).unwrap();
    let campaign = open_campaign(&service, 1_000_000);
    drop(service);
    let mut connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "synchronous", "OFF")
        .unwrap();
    let transaction = connection.transaction().unwrap();
    let product: String = transaction
        .query_row("SELECT id FROM products", [], |row| row.get(0))
        .unwrap();
    let now = sql_time(0);
    for number in 1..campaigns {
        transaction
            .prepare_cached(
                "INSERT INTO sambatan_campaigns (id, product_id, title, total_slots, minimum_slots, slot_price,
                                                 status, deadline, created_at, updated_at)
                 VALUES (?1, ?2, 'Batch lain', 20, 20, 150000, 'active', ?3, ?4, ?4)",
            )
            .unwrap()
            .execute(params![Uuid::now_v7().to_string(), product, sql_time(i64::from(number)), now])
            .unwrap();
    }
    for number in 0..participants {
        transaction
            .prepare_cached(
                "INSERT INTO sambatan_participants (id, campaign_id, user_id, quantity, contribution_amount,
                                                    status, shipping_address, joined_at, updated_at)
                 VALUES (?1, ?2, ?3, 1, 210000, 'pending_payment', ?4, ?5, ?5)",
            )
            .unwrap()
            .execute(params![
                Uuid::now_v7().to_string(),
                campaign.to_string(),
                format!("user-{number}"),
                ADDRESS,
                now
            ])
            .unwrap();
        transaction
            .prepare_cached(
                "INSERT INTO sambatan_audit_logs (campaign_id, event, metadata, created_at, hash)
                 VALUES (?1, 'participant_joined', '{}', ?2, zeroblob(32))",
            )
            .unwrap()
            .execute(params![campaign.to_string(), now])
            .unwrap();
    }
    transaction
        .execute(
            "UPDATE sambatan_campaigns SET filled_slots = ?2, participant_count = ?2 WHERE id = ?1",
            params![campaign.to_string(), participants],
        )
        .unwrap();
    transaction.commit().unwrap();
    campaign
}

/// Times every request on the file, warm.
fn measure(path: &Path, campaign: CampaignId) -> Vec<(&'static str, Latencies)> {
    let service = Sambatan::open(path).unwrap();
    let limit = Limit::default();
    let newest = CampaignFilter::default();
    let active = CampaignFilter {
        status: Some(CampaignStatus::Active),
        ..newest
    };
    vec![
        (
            "read a campaign",
            time(|| drop(service.get_campaign(campaign).unwrap())),
        ),
        ("progress", time(|| _ = service.progress(campaign).unwrap())),
        (
            "list campaigns",
            time(|| drop(service.list_campaigns(newest).unwrap())),
        ),
        (
            "list active campaigns",
            time(|| drop(service.list_campaigns(active).unwrap())),
        ),
        (
            "list participants",
            time(|| drop(service.list_participants(campaign, None, limit).unwrap())),
        ),
        ("list a user's participations", {
            time(|| {
                drop(
                    service
                        .list_user_participations("user-42", None, limit)
                        .unwrap(),
                )
            })
        }),
        (
            "logs",
            time(|| drop(service.logs(campaign, None, limit).unwrap())),
        ),
        (
            "dashboard",
            time(|| _ = service.dashboard_summary().unwrap()),
        ),
        (
            "sweep with nothing due",
            time(|| drop(service.run_lifecycle().unwrap())),
        ),
        (
            "join",
            time(|| drop(service.join_campaign(join(campaign)).unwrap())),
        ),
    ]
}

fn join(campaign: CampaignId) -> JoinCampaign {
    JoinCampaign::new(campaign, "user-new", 1, ADDRESS)
}

fn time(mut request: impl FnMut()) -> Latencies {
    let mut latencies = Latencies::default();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        request();
        latencies.add(begun.elapsed());
    }
    latencies
}

/// A time as the database holds it, so many seconds after tomorrow.
fn sql_time(seconds: i64) -> String {
    (Utc::now() + TimeDelta::days(1) + TimeDelta::seconds(seconds))
        .format("%Y-%m-%d %H:%M:%S%.3f")
        .to_string()
}

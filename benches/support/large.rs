//! A file as it is after years: many campaigns, and one with many participants.

use std::path::Path;

use chrono::{TimeDelta, Utc};
use rusqlite::{Connection, params};
use sambatan::Sambatan;
use sambatan::domain::id::CampaignId;
use uuid::Uuid;

use super::open_campaign;

/// Where everybody lives.
pub(crate) const ADDRESS: &str = "Jl. Melati No. 15, Jakarta Selatan";

/// Makes a file with so many campaigns, one of them with so many participants.
pub(crate) fn fill(path: &Path, campaigns: u32, participants: u32) -> CampaignId {
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

/// A time as the database holds it, so many seconds after tomorrow.
fn sql_time(seconds: i64) -> String {
    (Utc::now() + TimeDelta::days(1) + TimeDelta::seconds(seconds))
        .format("%Y-%m-%d %H:%M:%S%.3f")
        .to_string()
}

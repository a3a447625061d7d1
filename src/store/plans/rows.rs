//! What the functions are called with, and a file that is full.

use rusqlite::Connection;

use crate::domain::ban::{Ban, BanKind, NewBan};
use crate::domain::campaign::{Campaign, NewCampaign};
use crate::domain::id::{
    BanId, CampaignId, ParticipationId, PayToId, ProductId, TransactionId, WebhookId,
};
use crate::domain::idempotency::{Fingerprint, IdempotencyKey};
use crate::domain::ledger::{Transaction, TransactionKind, TransactionSource, TransactionStatus};
use crate::domain::manage_token::InstallationKey;
use crate::domain::participation::{JoinCampaign, Participation};
use crate::domain::pay_to::{NewPayTo, PayTo};
use crate::domain::product::{NewProduct, Product};
use crate::domain::time::Timestamp;
use crate::domain::webhook::Webhook;
/// A product, its campaign and a participation, with what the calls below need.
pub(super) struct Rows {
    pub(super) product: Product,
    pub(super) campaign: Campaign,
    pub(super) participation: Participation,
    pub(super) payment: Transaction,
    pub(super) webhook: Webhook,
    pub(super) ban: Ban,
    pub(super) installation: InstallationKey,
    pub(super) account: PayTo,
    pub(super) key: IdempotencyKey,
    pub(super) fingerprint: Fingerprint,
    pub(super) now: Timestamp,
}

impl Rows {
    pub(super) fn new() -> Self {
        let now: Timestamp = "2025-10-01T00:00:00Z".parse().unwrap();
        let product = NewProduct {
            name: "Rimba Embun".to_owned(),
            description: None,
            base_price: 420_000,
        };
        let mut product = product.into_product(ProductId::new(), now).unwrap();
        product.is_sambatan_enabled = true;
        let deadline = now.saturating_add(chrono::TimeDelta::days(1)).as_datetime();
        let new = NewCampaign::new(product.id, "Batch Oktober", 10, 210_000, deadline);
        let (campaign, _) = new
            .check()
            .unwrap()
            .open(&product, CampaignId::new(), now)
            .unwrap();
        let join = JoinCampaign::new(campaign.id, "budi", 1, "Jl. Melati");
        let join = join.check().unwrap();
        let change = join
            .join(campaign.clone(), ParticipationId::new(), now)
            .unwrap();
        let payment = Transaction {
            id: TransactionId::new(),
            campaign_id: campaign.id,
            participation_id: Some(change.participation.id),
            kind: TransactionKind::Payment,
            amount: change.participation.contribution_amount,
            status: TransactionStatus::Recorded,
            source: TransactionSource::Organiser,
            refund_of: None,
            reason: None,
            reference: None,
            created_at: now,
            sent_at: None,
            acknowledged_at: None,
        };
        let account = NewPayTo {
            bank: Some("BCA".to_owned()),
            number: Some("1234567890".to_owned()),
            holder: Some("Siti".to_owned()),
            ..NewPayTo::default()
        };
        let (account, _) = account
            .check()
            .unwrap()
            .add(PayToId::new(), 0, now)
            .unwrap();
        Self {
            product,
            campaign,
            payment,
            installation: InstallationKey::new([7; 32]),
            ban: ban(change.participation.id, now),
            participation: change.participation,
            account,
            webhook: Webhook::new(WebhookId::new(), "http://127.0.0.1/".to_owned(), 0, now),
            key: IdempotencyKey::parse("k").unwrap(),
            fingerprint: Fingerprint::of("POST", "/", "{}"),
            now,
        }
    }
}

fn ban(whose: ParticipationId, now: Timestamp) -> Ban {
    let new = NewBan {
        kind: BanKind::Handle,
        value: "budi".to_owned(),
    };
    let digest = InstallationKey::new([7; 32]).ban_digest(new.kind, &new.value);
    Ban::new(new, digest, Some(whose), BanId::new(), now).0
}

/// Thousands of campaigns in every state, with participations, events and answers.
pub(super) fn fill(connection: &Connection) {
    connection.execute_batch(FILL).unwrap();
}

const FILL: &str = "
    CREATE TEMP TABLE numbers AS
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000)
        SELECT n, printf('00000000-0000-7000-8000-%012x', n) AS id,
               datetime('2025-10-01', n || ' minutes') || '.000' AS time FROM numbers;
    INSERT INTO products (id, name, description, base_price, is_sambatan_enabled, sambatan_total_slots,
                          sambatan_deadline, created_at, updated_at)
        SELECT id, 'Rimba Embun ' || n, NULL, 420000, 1, NULL, NULL, time, time
          FROM numbers WHERE n <= 500;
    INSERT INTO sambatan_campaigns (id, product_id, title, total_slots, minimum_slots, slot_price,
                                    filled_slots, participant_count, status, opens_at, deadline,
                                    created_at, updated_at)
        SELECT id, printf('00000000-0000-7000-8000-%012x', 1 + n % 500), 'Batch ' || n, 10, 5, 1000,
               CASE WHEN n % 6 IN (2, 3) THEN 10 ELSE 0 END,
               CASE WHEN n % 6 IN (2, 3) THEN 1 ELSE 0 END,
               CASE n % 6 WHEN 0 THEN 'draft' WHEN 1 THEN 'active' WHEN 2 THEN 'locked'
                          WHEN 3 THEN 'fulfilled' WHEN 4 THEN 'expired' ELSE 'cancelled' END,
               CASE WHEN n % 6 = 0 THEN time END, '2026-01-01 00:00:00.000', time, time
          FROM numbers WHERE n <= 6000;
    INSERT INTO sambatan_participants (id, campaign_id, user_id, quantity, contribution_amount,
                                       transfer_amount, paid_amount, status, shipping_address, joined_at,
                                       updated_at, user_key, held_with)
        SELECT id, printf('00000000-0000-7000-8000-%012x', 1 + n % 6000), 'user-' || (n % 700), 1, 1000,
               1000 + n, CASE WHEN n % 4 > 1 THEN 1000 ELSE 0 END,
               CASE n % 4 WHEN 0 THEN 'pending_payment' WHEN 1 THEN 'confirmed'
                          WHEN 2 THEN 'cancelled' ELSE 'refunded' END,
               'Jl. Melati', time, time, 'user-' || (n % 700),
               CASE WHEN n % 9 = 0 THEN printf('00000000-0000-7000-8000-%012x', n - 1) END
          FROM numbers;
    INSERT INTO sambatan_transactions (id, campaign_id, participation_id, kind, amount, status, source,
                                       created_at)
        SELECT id, printf('00000000-0000-7000-8000-%012x', 1 + n % 6000), id, 'payment', 1000, 'recorded',
               'organiser', time
          FROM numbers;
    INSERT INTO sambatan_transactions (id, campaign_id, participation_id, kind, amount, status, source,
                                       refund_of, created_at)
        SELECT printf('00000000-0000-7000-8001-%012x', n),
               printf('00000000-0000-7000-8000-%012x', 1 + n % 6000), id, 'refund', 1000,
               CASE n % 3 WHEN 0 THEN 'due' ELSE 'sent' END, 'lifecycle', id, time
          FROM numbers WHERE n % 4 > 1;
    INSERT INTO sambatan_audit_logs (campaign_id, event, metadata, created_at, hash)
        SELECT printf('00000000-0000-7000-8000-%012x', 1 + n % 6000), 'participant_joined', '{}', time,
               zeroblob(32)
          FROM numbers;
    INSERT INTO idempotency_keys (scope, key, fingerprint, status, body, expires_at)
        SELECT 'user-' || (n % 700), 'key-' || n, zeroblob(32), 201, '{}', time FROM numbers WHERE n <= 5000;
    DROP TABLE numbers;";

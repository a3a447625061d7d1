//! Walks the audit log from its first row to its last, and holds the tables against it.

mod told;

use rusqlite::{Connection, Row};

use crate::domain::audit::{AuditEvent, AuditEventKind, Metadata};
use crate::domain::ban::BanKind;
use crate::domain::campaign::CampaignStatus;
use crate::domain::chain::RowContent;
use crate::domain::id::UserId;
use crate::domain::ledger::{CampaignMoney, TransactionKind, TransactionStatus};
use crate::domain::participation::ParticipationStatus;
use crate::domain::replay::{
    Replay, StoredBan, StoredCampaign, StoredMoney, StoredParticipation, StoredTransaction,
};
use crate::domain::time::Timestamp;
use crate::domain::verification::{Misfit, Verified, Walk};
use crate::store::campaigns;
use crate::store::error::StoreError;
use crate::store::rows::TableRow;
use crate::store::schema;

/// A row of the log as it stands.
struct LogRow {
    number: i64,
    campaign_id: Option<String>,
    event: String,
    metadata: String,
    created_at: String,
    hash: Vec<u8>,
}

impl LogRow {
    fn content(&self) -> RowContent<'_> {
        RowContent {
            number: self.number,
            campaign_id: self.campaign_id.as_deref(),
            event: &self.event,
            metadata: &self.metadata,
            created_at: &self.created_at,
        }
    }

    /// What the row says; none when the program would not have written it.
    fn event(&self) -> Option<AuditEvent> {
        let campaign_id = self.campaign_id.as_deref().map(str::parse);
        Some(AuditEvent {
            number: self.number,
            campaign_id: campaign_id.transpose().ok()?,
            kind: AuditEventKind::from_name(&self.event)?,
            metadata: Metadata::trusted(serde_json::from_str(&self.metadata).ok()?),
            timestamp: Timestamp::from_sql(&self.created_at).ok()?,
        })
    }
}

/// What verification ended with.
pub(crate) type Verification = Result<Verified, Misfit>;

/// Verifies the log and the tables, all on one state of the file, also while others write it.
///
/// # Errors
/// What SQLite says. What does not fit is the answer.
pub(crate) fn run(connection: &Connection) -> Result<Verification, StoreError> {
    // Dropped and so rolled back at the end: there is nothing to commit.
    let _one_state = connection.unchecked_transaction()?;
    let fits = rows(connection);
    // A changed definition may be why a row could not be read, and matters when every row fits.
    let mut changed = schema::differences(connection)?;
    changed.retain(|difference| !difference.is_foreign());
    if changed.is_empty() || matches!(fits, Ok(Err(_))) {
        return fits;
    }
    Ok(Err(Misfit::Schema {
        changes: schema::in_words(&changed),
    }))
}

/// Verifies what the tables say.
fn rows(connection: &Connection) -> Result<Verification, StoreError> {
    let mut verified = Verified::default();
    let mut replay = Replay::default();
    let mut fits = walk(connection, &mut replay, &mut verified.events)?;
    // Money before campaigns: a campaign's sums are taken off as they are found.
    for compare in [
        transactions,
        participations,
        money,
        each_campaign,
        bans,
        told::compare,
    ] {
        if fits.is_ok() {
            fits = compare(connection, &mut replay, &mut verified)?;
        }
    }
    Ok(fits
        .and_then(|()| replay.end_comparison())
        .map(|()| verified))
}

/// Whether what was looked at fits.
type Fits = Result<(), Misfit>;

/// Walks the chain and replays it on the way.
fn walk(
    connection: &Connection,
    replay: &mut Replay,
    events: &mut u64,
) -> Result<Fits, StoreError> {
    let mut walk = Walk::START;
    let fits = each_row(connection, |row| {
        *events += 1;
        walk.step(row.content(), &row.hash)?;
        let event = row.event().ok_or(Misfit::Impossible {
            number: row.number,
            why: "it is no event of this program",
        })?;
        replay.apply(&event)
    })?;
    if fits.is_err() {
        return Ok(fits);
    }
    let assigned = connection.query_row(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'sambatan_audit_logs'",
        [],
        |row| row.get(0),
    )?;
    Ok(walk.end(assigned))
}

fn transactions(
    connection: &Connection,
    replay: &mut Replay,
    verified: &mut Verified,
) -> Result<Fits, StoreError> {
    let table = Reading {
        table: "sambatan_transactions",
        sql: "SELECT id, campaign_id, participation_id, kind, amount, status, refund_of, created_at
                FROM sambatan_transactions ORDER BY id",
    };
    let map = |row: &TableRow<'_>| {
        Ok(StoredTransaction {
            id: row.id(0)?,
            campaign: row.id(1)?,
            participation: row.optional_id(2)?,
            kind: row.parse(3, TransactionKind::from_word)?,
            amount: row.get(4)?,
            status: row.parse(5, TransactionStatus::from_word)?,
            refund_of: row.optional_id(6)?,
            created_at: row.time(7)?,
        })
    };
    table.each(connection, map, |stored| {
        verified.transactions += 1;
        replay.compare_transaction(stored)
    })
}

fn participations(
    connection: &Connection,
    replay: &mut Replay,
    verified: &mut Verified,
) -> Result<Fits, StoreError> {
    let table = Reading {
        table: "sambatan_participants",
        sql: "SELECT id, campaign_id, status, quantity, contribution_amount, paid_amount,
                     refunds_due, refunds_sent, refunds_acknowledged, claimed_at IS NOT NULL,
                     user_id, user_key
                FROM sambatan_participants ORDER BY id",
    };
    let map = |row: &TableRow<'_>| {
        Ok(StoredParticipation {
            id: row.id(0)?,
            campaign: row.id(1)?,
            status: row.parse(2, ParticipationStatus::from_sql_name)?,
            numbers: [
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
                row.get(7)?,
                row.get(8)?,
            ],
            claims: row.get(9)?,
            is_keyed: {
                let key: Option<String> = row.get(11)?;
                key.as_deref() == Some(UserId::trusted(row.get(10)?).key().as_str())
            },
        })
    };
    table.each(connection, map, |stored| {
        verified.participations += 1;
        replay.compare_participation(stored)
    })
}

fn money(
    connection: &Connection,
    replay: &mut Replay,
    _: &mut Verified,
) -> Result<Fits, StoreError> {
    let table = Reading {
        table: "sambatan_money",
        sql: "SELECT campaign_id, payments, adjustments, payouts, refunds_due, refunds_sent,
                     refunds_acknowledged
                FROM sambatan_money ORDER BY campaign_id",
    };
    let map = |row: &TableRow<'_>| {
        let money = CampaignMoney {
            payments: row.rupiah(1)?,
            adjustments: row.rupiah(2)?,
            payouts: row.rupiah(3)?,
            refunds_due: row.rupiah(4)?,
            refunds_sent: row.rupiah(5)?,
            refunds_acknowledged: row.rupiah(6)?,
        };
        Ok(StoredMoney {
            id: row.id(0)?,
            money,
        })
    };
    table.each(connection, map, |stored| replay.compare_money(stored))
}

fn each_campaign(
    connection: &Connection,
    replay: &mut Replay,
    verified: &mut Verified,
) -> Result<Fits, StoreError> {
    let table = Reading {
        table: "sambatan_campaigns",
        sql: "SELECT id, status, total_slots, filled_slots, participant_count, confirmed_count,
                     waitlist_count, pay_to
                FROM sambatan_campaigns ORDER BY id",
    };
    let map = |row: &TableRow<'_>| {
        let numbers = [
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
            row.get(5)?,
            row.get(6)?,
        ];
        Ok(StoredCampaign {
            id: row.id(0)?,
            status: row.parse(1, CampaignStatus::from_sql_name)?,
            numbers,
            pay_to: campaigns::pay_to(row, 7)?,
        })
    };
    table.each(connection, map, |stored| {
        verified.campaigns += 1;
        replay.compare_campaign(stored)
    })
}

fn bans(
    connection: &Connection,
    replay: &mut Replay,
    _: &mut Verified,
) -> Result<Fits, StoreError> {
    let table = Reading {
        table: "bans",
        sql: "SELECT id, kind, participation_id FROM bans ORDER BY id",
    };
    let map = |row: &TableRow<'_>| {
        Ok(StoredBan {
            id: row.id(0)?,
            kind: row.parse(1, BanKind::from_word)?,
            participation: row.optional_id(2)?,
        })
    };
    table.each(connection, map, |stored| replay.compare_ban(stored))
}

/// How a table is read from its first row to its last.
struct Reading {
    table: &'static str,
    sql: &'static str,
}

impl Reading {
    fn each<T>(
        &self,
        connection: &Connection,
        map: impl Fn(&TableRow<'_>) -> Result<T, StoreError>,
        mut compare: impl FnMut(&T) -> Fits,
    ) -> Result<Fits, StoreError> {
        let mut statement = connection.prepare(self.sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let table = self.table;
            let fits = compare(&map(&TableRow { table, row })?);
            if fits.is_err() {
                return Ok(fits);
            }
        }
        Ok(Ok(()))
    }
}

/// Hands over every row of the log in the order of its numbers, until one is refused.
fn each_row<E>(
    connection: &Connection,
    mut take: impl FnMut(&LogRow) -> Result<(), E>,
) -> Result<Result<(), E>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT id, campaign_id, event, metadata, created_at, hash FROM sambatan_audit_logs ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Err(refused) = take(&log_row(row)?) {
            return Ok(Err(refused));
        }
    }
    Ok(Ok(()))
}

fn log_row(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    Ok(LogRow {
        number: row.get(0)?,
        campaign_id: row.get(1)?,
        event: row.get(2)?,
        metadata: row.get(3)?,
        created_at: row.get(4)?,
        hash: row.get(5)?,
    })
}

/// Hands over every row of the log as a line of JSON, on one state of the file, until one is refused.
///
/// # Errors
/// What SQLite says; what refused a line is the answer.
pub(crate) fn export<E>(
    connection: &Connection,
    mut take: impl FnMut(&str) -> Result<(), E>,
) -> Result<Result<(), E>, StoreError> {
    let _one_state = connection.unchecked_transaction()?;
    each_row(connection, |row| take(&json_line(row)))
}

/// The metadata goes in byte for byte, so that its hash can be computed again from the line.
fn json_line(row: &LogRow) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let campaign = row.campaign_id.as_deref().map_or("null".to_owned(), text);
    let hash: String = row.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{{\"number\":{},\"campaign_id\":{campaign},\"event\":{},\"metadata\":{},\"created_at\":{},\"hash\":\"{hash}\"}}",
        row.number,
        text(&row.event),
        row.metadata,
        text(&row.created_at),
    )
}

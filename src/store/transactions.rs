//! The tables `sambatan_transactions` and `sambatan_money`.

use rusqlite::{Connection, Row, params};

use crate::domain::id::{CampaignId, ParticipationId, TransactionId, UserId};
use crate::domain::ledger::{
    CampaignMoney, Refund, Refundable, Transaction, TransactionKind, TransactionSource,
    TransactionStatus, Unrefunded,
};
use crate::domain::money::Rupiah;
use crate::domain::payment_import::RecordedPayment;
use crate::domain::reports::Limit;
use crate::domain::seal::Seal;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, change_one, collect, find};
use crate::store::seals;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, campaign_id, participation_id, kind, amount, status, source, refund_of, reference,
                    created_at, sent_at, acknowledged_at, reason
               FROM sambatan_transactions ",
            $rest
        )
    };
}

macro_rules! select_refunds {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, t.campaign_id, t.participation_id, t.kind, t.amount, t.status, t.source,
                    t.refund_of, t.reference, t.created_at, t.sent_at, t.acknowledged_at,
                    t.reason, p.user_id, p.payout_account, p.account_changed_at
               FROM sambatan_transactions t CROSS JOIN sambatan_participants p ON p.id = t.participation_id ",
            $rest
        )
    };
}

const TABLE: &str = "sambatan_transactions";

fn map(row: &Row<'_>) -> Result<Transaction, StoreError> {
    let row = TableRow { table: TABLE, row };
    Ok(Transaction {
        id: row.id(0)?,
        campaign_id: row.id(1)?,
        participation_id: row.optional_id(2)?,
        kind: row.parse(3, TransactionKind::from_word)?,
        amount: row.rupiah(4)?,
        status: row.parse(5, TransactionStatus::from_word)?,
        source: row.parse(6, TransactionSource::from_word)?,
        refund_of: row.optional_id(7)?,
        reference: row.get(8)?,
        created_at: row.time(9)?,
        sent_at: row.optional_time(10)?,
        acknowledged_at: row.optional_time(11)?,
        reason: row.get(12)?,
    })
}

fn map_refund(row: &Row<'_>) -> Result<Refund, StoreError> {
    Ok(Refund {
        transaction: map(row)?,
        user_id: UserId::trusted(row.get(13)?),
        payout_account: row.get(14)?,
        account_changed_at: TableRow { table: TABLE, row }.optional_time(15)?,
    })
}

/// Finds a refund. A row of another kind is none.
pub(crate) fn find_refund(
    connection: &Connection,
    id: TransactionId,
) -> Result<Option<Refund>, StoreError> {
    let sql = select_refunds!("WHERE t.id = ?1 AND t.kind = 'refund'");
    find(connection, sql, [id.to_string()], map_refund)
}

/// The rows of a campaign after `after`, oldest first.
pub(crate) fn page_of_campaign(
    connection: &Connection,
    campaign: CampaignId,
    after: Option<TransactionId>,
    limit: Limit,
) -> Result<Vec<Transaction>, StoreError> {
    let sql = select!("WHERE campaign_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
    page(connection, sql, &campaign.to_string(), after, limit, map)
}

/// The rows of a participation after `after`, oldest first.
pub(crate) fn page_of_participation(
    connection: &Connection,
    participation: ParticipationId,
    after: Option<TransactionId>,
    limit: Limit,
) -> Result<Vec<Transaction>, StoreError> {
    let sql = select!("WHERE participation_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
    page(
        connection,
        sql,
        &participation.to_string(),
        after,
        limit,
        map,
    )
}

/// The refunds of a campaign after `after`, oldest first.
pub(crate) fn page_of_refunds(
    connection: &Connection,
    campaign: CampaignId,
    after: Option<TransactionId>,
    limit: Limit,
) -> Result<Vec<Refund>, StoreError> {
    let sql = select_refunds!(
        "WHERE t.campaign_id = ?1 AND t.id > ?2 AND t.kind = 'refund' ORDER BY t.id LIMIT ?3"
    );
    page(
        connection,
        sql,
        &campaign.to_string(),
        after,
        limit,
        map_refund,
    )
}

/// The refunds to be sent after `after`, of all campaigns, oldest first.
pub(crate) fn page_of_due(
    connection: &Connection,
    after: Option<TransactionId>,
    limit: Limit,
) -> Result<Vec<Refund>, StoreError> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let sql = select_refunds!(
        "WHERE t.id > ?1 AND t.kind = 'refund' AND t.status = 'due' ORDER BY t.id LIMIT ?2"
    );
    collect(connection, sql, params![after, limit.get() + 1], map_refund)
}

fn page<T>(
    connection: &Connection,
    sql: &str,
    of: &str,
    after: Option<TransactionId>,
    limit: Limit,
    map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    collect(connection, sql, params![of, after, limit.get() + 1], map)
}

/// Up to `limit` payments of a participation of which something can go back, oldest first.
pub(crate) fn refundable_payments(
    connection: &Connection,
    participation: ParticipationId,
    limit: u32,
) -> Result<Vec<Refundable>, StoreError> {
    let sql = "SELECT id, amount - refunded FROM sambatan_transactions
                WHERE participation_id = ?1 AND kind = 'payment' AND refunded < amount
                ORDER BY id LIMIT ?2";
    let map = |row: &Row<'_>| {
        let row = TableRow { table: TABLE, row };
        Ok(Refundable {
            payment: row.id(0)?,
            left: row.rupiah(1)?,
        })
    };
    collect(
        connection,
        sql,
        params![participation.to_string(), limit],
        map,
    )
}

/// The refunds of a request by which the organiser gave money back.
pub(crate) fn refunds_of_request(
    connection: &Connection,
    request_id: &str,
) -> Result<Vec<Transaction>, StoreError> {
    let sql = select!("WHERE request_id = ?1 ORDER BY request_part");
    collect(connection, sql, [request_id], map)
}

/// Up to `limit` payments of a campaign after `after` that have not gone back as a whole, oldest first.
pub(crate) fn unrefunded_payments(
    connection: &Connection,
    campaign: CampaignId,
    after: Option<TransactionId>,
    limit: u32,
) -> Result<Vec<Unrefunded>, StoreError> {
    let sql = "
        SELECT t.id, t.participation_id, t.amount - t.refunded, p.paid_amount,
               p.refunds_due + p.refunds_sent + p.refunds_acknowledged
          FROM sambatan_transactions t CROSS JOIN sambatan_participants p ON p.id = t.participation_id
         WHERE t.campaign_id = ?1 AND t.id > ?2 AND t.kind = 'payment' AND t.refunded < t.amount
         ORDER BY t.id LIMIT ?3";
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let map = |row: &Row<'_>| {
        let row = TableRow { table: TABLE, row };
        Ok(Unrefunded {
            payment: row.id(0)?,
            participation_id: row.id(1)?,
            left: row.rupiah(2)?,
            paid: row.rupiah(3)?,
            refunded: row.rupiah(4)?,
        })
    };
    collect(
        connection,
        sql,
        params![campaign.to_string(), after, limit],
        map,
    )
}

/// The most payments of an amount that a line is held against.
const MOST_OF_AMOUNT: u32 = 64;

macro_rules! select_recorded {
    ($rest:literal) => {
        concat!(
            "SELECT participation_id, source, reference, statement_line, created_at
               FROM sambatan_transactions ",
            $rest
        )
    };
}

fn map_recorded(row: &Row<'_>) -> Result<RecordedPayment, StoreError> {
    let line = row.get(3)?;
    let row = TableRow { table: TABLE, row };
    Ok(RecordedPayment {
        participation_id: row.id(0)?,
        source: row.parse(1, TransactionSource::from_word)?,
        reference: row.get(2)?,
        line,
        created_at: row.time(4)?,
    })
}

/// The newest payments of this amount, of all campaigns.
pub(crate) fn payments_of_amount(
    connection: &Connection,
    amount: Rupiah,
) -> Result<Vec<RecordedPayment>, StoreError> {
    let sql = select_recorded!(
        "INDEXED BY payments_by_amount
          WHERE kind = 'payment' AND amount = ?1 ORDER BY id DESC LIMIT ?2"
    );
    collect(
        connection,
        sql,
        params![amount.get(), MOST_OF_AMOUNT],
        map_recorded,
    )
}

/// The newest payments of this amount for a participation.
pub(crate) fn payments_of_amount_for(
    connection: &Connection,
    amount: Rupiah,
    participation: ParticipationId,
) -> Result<Vec<RecordedPayment>, StoreError> {
    let sql = select_recorded!(
        "INDEXED BY transactions_by_participation
          WHERE participation_id = ?1 AND kind = 'payment' AND amount = ?2 ORDER BY id DESC LIMIT ?3"
    );
    let of = params![participation.to_string(), amount.get(), MOST_OF_AMOUNT];
    collect(connection, sql, of, map_recorded)
}

/// Whether any refund is to be sent.
pub(crate) fn is_refund_due(connection: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM sambatan_transactions
                WHERE id > '' AND kind = 'refund' AND status = 'due' LIMIT 1";
    Ok(connection.prepare_cached(sql)?.exists([])?)
}

/// Up to `limit` refunds of exactly this amount that are to be sent, oldest first.
pub(crate) fn due_of_amount(
    connection: &Connection,
    amount: Rupiah,
    limit: u32,
) -> Result<Vec<Refund>, StoreError> {
    let sql = select_refunds!(
        "WHERE t.amount = ?1 AND t.kind = 'refund' AND t.status = 'due' ORDER BY t.id LIMIT ?2"
    );
    collect(connection, sql, params![amount.get(), limit], map_refund)
}

/// Up to `limit` refunds of a participation that are to be sent, oldest first.
pub(crate) fn due_of_participation(
    connection: &Connection,
    participation: ParticipationId,
    limit: u32,
) -> Result<Vec<Refund>, StoreError> {
    let sql = select_refunds!(
        "WHERE t.participation_id = ?1 AND t.kind = 'refund' AND t.status = 'due' ORDER BY t.id LIMIT ?2"
    );
    let of = params![participation.to_string(), limit];
    collect(connection, sql, of, map_refund)
}

/// The line of a bank statement that a row comes of, and which of its rows it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfLine {
    /// What the line is known by.
    pub(crate) fingerprint: [u8; 32],
    /// Counted from 0.
    pub(crate) share: u32,
}

/// What a row comes of, which names it once and for all.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// Nothing of that kind.
    Nothing,
    /// The line of a bank statement that it was read from.
    Line(OfLine),
    /// The organiser's request to give money back: its id, and which of its refunds this is.
    Request(&'a str, u32),
}

/// Adds a row, and answers the seal of its texts.
pub(crate) fn insert(
    connection: &Connection,
    transaction: &Transaction,
    origin: Origin<'_>,
) -> Result<Option<Seal>, StoreError> {
    let (line, request) = match origin {
        Origin::Nothing => (None, None),
        Origin::Line(line) => (Some(line), None),
        Origin::Request(id, part) => (None, Some((id, part))),
    };
    let line_text = line.map(|line| seals::hex(&line.fingerprint));
    let request_id = request.map(|(id, _)| id);
    let sealed = seals::of(&transaction.texts(line_text.as_deref(), request_id))?;
    change_one(
        connection,
        "INSERT INTO sambatan_transactions (id, campaign_id, participation_id, kind, amount, status, source,
                                            refund_of, reference, statement_line, statement_share, created_at,
                                            reason, request_id, request_part, salt)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        params![
            transaction.id.to_string(),
            transaction.campaign_id.to_string(),
            transaction.participation_id.map(|id| id.to_string()),
            transaction.kind.word(),
            transaction.amount.get(),
            transaction.status.word(),
            transaction.source.word(),
            transaction.refund_of.map(|id| id.to_string()),
            transaction.reference,
            line.map(|line| line.fingerprint),
            line.map_or(0, |line| line.share),
            transaction.created_at.to_sql(),
            transaction.reason,
            request_id,
            request.map(|(_, part)| part),
            sealed.map(|(salt, _)| *salt.as_bytes()),
        ],
    )?;
    Ok(sealed.map(|(_, seal)| seal))
}

/// Notes the line of a bank statement by which a refund was sent.
pub(crate) fn note_line(
    connection: &Connection,
    refund: TransactionId,
    of_line: OfLine,
) -> Result<(), StoreError> {
    let sql =
        "UPDATE sambatan_transactions SET statement_line = ?2, statement_share = ?3 WHERE id = ?1";
    let OfLine { fingerprint, share } = of_line;
    change_one(
        connection,
        sql,
        params![refund.to_string(), fingerprint, share],
    )
}

/// Whether a payment was read from the line of a bank statement with this fingerprint, or a refund sent by it.
pub(crate) fn is_line_known(connection: &Connection, line: &[u8; 32]) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM sambatan_transactions WHERE statement_line = ?1";
    Ok(connection.prepare_cached(sql)?.exists([line])?)
}

/// Writes how far a refund is.
pub(crate) fn update_refund(
    connection: &Connection,
    refund: &Transaction,
) -> Result<(), StoreError> {
    change_one(
        connection,
        "UPDATE sambatan_transactions
            SET status = ?2, reference = ?3, sent_at = ?4, acknowledged_at = ?5
          WHERE id = ?1",
        params![
            refund.id.to_string(),
            refund.status.word(),
            refund.reference,
            refund.sent_at.map(Timestamp::to_sql),
            refund.acknowledged_at.map(Timestamp::to_sql),
        ],
    )
}

/// The money of a campaign.
pub(crate) fn money_of(
    connection: &Connection,
    campaign: CampaignId,
) -> Result<CampaignMoney, StoreError> {
    let sql =
        "SELECT payments, adjustments, payouts, refunds_due, refunds_sent, refunds_acknowledged
                 FROM sambatan_money WHERE campaign_id = ?1";
    let map = |row: &Row<'_>| {
        let row = TableRow {
            table: "sambatan_money",
            row,
        };
        Ok(CampaignMoney {
            payments: row.rupiah(0)?,
            adjustments: row.rupiah(1)?,
            payouts: row.rupiah(2)?,
            refunds_due: row.rupiah(3)?,
            refunds_sent: row.rupiah(4)?,
            refunds_acknowledged: row.rupiah(5)?,
        })
    };
    Ok(find(connection, sql, [campaign.to_string()], map)?.unwrap_or_default())
}

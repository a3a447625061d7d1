//! The ledger, read from the file without the program.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// A row of the ledger.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) campaign: String,
    pub(crate) participation: String,
    pub(crate) kind: String,
    pub(crate) amount: u64,
    pub(crate) status: String,
    pub(crate) reference: String,
    pub(crate) refund_of: Option<String>,
    pub(crate) request: Option<String>,
}

/// The ledger, read without the program.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) rows: HashMap<String, Row>,
    /// The ids of the rows with a reference.
    pub(crate) by_reference: HashMap<String, Vec<String>>,
    /// What went back by each request.
    pub(crate) by_request: HashMap<String, u64>,
    /// Campaigns and their states.
    pub(crate) campaigns: HashMap<String, String>,
}

impl Books {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        Self::try_read(path).map_err(|error| format!("the file cannot be read: {error}"))
    }

    fn try_read(path: &Path) -> rusqlite::Result<Self> {
        // A reader of a write-ahead log writes the log's index, so this cannot be read-only.
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update(None, "query_only", true)?;
        let snapshot = connection.unchecked_transaction()?;
        let mut books = Self::default();
        let mut statement = snapshot.prepare(
            "SELECT id, campaign_id, participation_id, kind, amount, status, ifnull(reference, ''), refund_of,
                    request_id
               FROM sambatan_transactions",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            let amount: i64 = row.get(4)?;
            let entry = Row {
                campaign: row.get(1)?,
                participation: row.get(2)?,
                kind: row.get(3)?,
                amount: u64::try_from(amount).unwrap_or(0),
                status: row.get(5)?,
                reference: row.get(6)?,
                refund_of: row.get(7)?,
                request: row.get(8)?,
            };
            if let Some(request) = &entry.request {
                // What a broken variant adds to a request does not make it another one.
                let request = request.split('~').next().unwrap_or_default();
                *books.by_request.entry(request.to_owned()).or_default() += entry.amount;
            }
            let same = books.by_reference.entry(entry.reference.clone());
            same.or_default().push(id.clone());
            books.rows.insert(id, entry);
        }
        let mut statement = snapshot.prepare("SELECT id, status FROM sambatan_campaigns")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            books.campaigns.insert(row.get(0)?, row.get(1)?);
        }
        Ok(books)
    }

    /// What the organiser has given back to somebody, by whatever request.
    pub(crate) fn given_back_to(&self, participation: &str) -> u64 {
        let rows = self.rows.values();
        let rows = rows.filter(|row| row.participation == participation && row.request.is_some());
        rows.map(|row| row.amount).sum()
    }

    pub(crate) fn with_reference(&self, kind: &str, reference: &str) -> Vec<&Row> {
        let ids = self.by_reference.get(reference).into_iter().flatten();
        ids.filter_map(|id| self.rows.get(id))
            .filter(|row| row.kind == kind)
            .collect()
    }

    /// Every payment of a campaign that ended without success goes back as a whole, and by itself once; of any
    /// other only what was given back does. Nobody here gives slots back, and nothing is corrected.
    pub(crate) fn check(&self, problems: &mut Vec<String>) {
        let mut refunds: HashMap<&str, Vec<&Row>> = HashMap::new();
        for row in self.rows.values() {
            if let Some(payment) = &row.refund_of {
                refunds.entry(payment).or_default().push(row);
            }
        }
        for (id, payment) in self.rows.iter().filter(|(_, row)| row.kind == "payment") {
            let status = self.campaigns.get(&payment.campaign).map(String::as_str);
            let goes_back = matches!(status, Some("expired" | "cancelled"));
            let found = refunds.remove(id.as_str()).unwrap_or_default();
            let itself = found.iter().filter(|row| row.request.is_none()).count();
            let sum: u64 = found.iter().map(|row| row.amount).sum();
            let is_right = if goes_back {
                sum == payment.amount && itself <= 1
            } else {
                sum <= payment.amount && itself == 0
            };
            if !is_right {
                problems.push(format!("{id}: {payment:?} goes back as {found:?}"));
            }
            for refund in found {
                if refund.participation != payment.participation {
                    problems.push(format!("{payment:?} goes back as {refund:?}"));
                }
            }
        }
        if !refunds.is_empty() {
            problems.push(format!("refunds of nothing: {refunds:?}"));
        }
    }
}

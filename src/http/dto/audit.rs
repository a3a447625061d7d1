//! The answer about the audit log as a whole.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::chain::{LogEnd, RowHash};
use crate::domain::time::Timestamp;
use crate::http::dto::Shown;

/// Where the log ends.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LogEnd")]
pub(crate) struct LogEndAnswer {
    /// 0 when nothing has happened yet.
    last_number: i64,
    /// The hash of the last row.
    last_hash: Option<Shown<RowHash>>,
    /// When the last event happened.
    last_event_at: Option<Shown<Timestamp>>,
}

impl From<Option<LogEnd>> for LogEndAnswer {
    fn from(end: Option<LogEnd>) -> Self {
        Self {
            last_number: end.map_or(0, |end| end.number),
            last_hash: end.map(|end| Shown(end.hash)),
            last_event_at: end.map(|end| Shown(end.timestamp)),
        }
    }
}

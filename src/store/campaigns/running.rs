//! The campaigns that run, by their deadline: what people can still join, and what closes soon.

use rusqlite::{Connection, params};

use crate::domain::campaign::Campaign;
use crate::domain::reports::{Limit, RunningCursor};
use crate::domain::time::Timestamp;
use crate::store::campaigns::map;
use crate::store::error::StoreError;
use crate::store::rows::collect;

/// A page of the open and the full campaigns whose deadline has not passed, the earliest first. The
/// states are named as the partial index names them.
pub(crate) const PAGE: &str = select!(
    "INDEXED BY campaigns_by_deadline
      WHERE status IN ('active', 'locked') AND (deadline, id) > (?1, ?2)
      ORDER BY deadline, id LIMIT ?3"
);

/// A page of the campaigns that run, from a time or from where the page before ended.
pub(crate) fn page_by_deadline(
    connection: &Connection,
    now: Timestamp,
    after: Option<RunningCursor>,
    limit: Limit,
) -> Result<Vec<Campaign>, StoreError> {
    let (deadline, id) = match after {
        Some(after) => (after.deadline.max(now), after.id.to_string()),
        None => (now, String::new()),
    };
    collect(
        connection,
        PAGE,
        params![deadline.to_sql(), id, limit.get() + 1],
        map,
    )
}

//! The table `sambatan_totals`, which triggers keep.

use rusqlite::Connection;

use crate::domain::campaign::CampaignStatus;
use crate::domain::reports::DashboardSummary;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, collect};

/// The totals of all campaigns.
pub(crate) fn summary(connection: &Connection) -> Result<DashboardSummary, StoreError> {
    let rows = collect(
        connection,
        "SELECT status, campaigns, filled_slots FROM sambatan_totals",
        [],
        |row| {
            let row = TableRow {
                table: "sambatan_totals",
                row,
            };
            let status = row.parse(0, CampaignStatus::from_sql_name)?;
            // CHECK constraints keep both from being negative.
            let count = |column| {
                row.get::<i64>(column)
                    .map(|count| u64::try_from(count).unwrap_or(0))
            };
            Ok((status, count(1)?, count(2)?))
        },
    )?;
    let mut summary = DashboardSummary::default();
    for (status, campaigns, slots) in rows {
        *match status {
            CampaignStatus::Inactive => &mut summary.inactive_campaigns,
            CampaignStatus::Active => &mut summary.active_campaigns,
            CampaignStatus::Full => &mut summary.full_campaigns,
            CampaignStatus::Completed => &mut summary.completed_campaigns,
            CampaignStatus::Failed => &mut summary.failed_campaigns,
            CampaignStatus::Cancelled => &mut summary.cancelled_campaigns,
        } += campaigns;
        summary.total_campaigns += campaigns;
        summary.total_slots_taken += slots;
    }
    Ok(summary)
}

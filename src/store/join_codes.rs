//! The table `join_codes`.

use rusqlite::{Connection, Row, params};

use crate::domain::id::CampaignId;
use crate::domain::join_code::JoinCode;
use crate::store::error::StoreError;
use crate::store::rows::find;

/// The code of a campaign, if it asks for one.
pub(crate) fn find_by_campaign(
    connection: &Connection,
    campaign: CampaignId,
) -> Result<Option<JoinCode>, StoreError> {
    let sql = "SELECT code FROM join_codes WHERE campaign_id = ?1";
    let map = |row: &Row<'_>| Ok(JoinCode::trusted(row.get(0)?));
    find(connection, sql, [campaign.to_string()], map)
}

/// Writes a campaign's code, or takes it away.
pub(crate) fn write(
    connection: &Connection,
    campaign: CampaignId,
    code: Option<&JoinCode>,
) -> Result<(), StoreError> {
    let id = campaign.to_string();
    match code {
        Some(code) => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO join_codes (campaign_id, code) VALUES (?1, ?2)",
            )?
            .execute(params![id, code.reveal()])?,
        None => connection
            .prepare_cached("DELETE FROM join_codes WHERE campaign_id = ?1")?
            .execute([id])?,
    };
    Ok(())
}

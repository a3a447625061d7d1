//! What lists and overviews answer.

use std::fmt;
use std::str::FromStr;

use chrono::DateTime;

use crate::domain::audit::AuditEvent;
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::id::{CampaignId, InvalidId};
use crate::domain::ledger::Refunds;
use crate::domain::money::Rupiah;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;

/// How many rows a page of a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// The largest page.
    pub const MAX: u32 = 200;

    /// A limit of 1 to [`Self::MAX`]; `None` otherwise.
    #[must_use]
    pub const fn new(rows: u32) -> Option<Self> {
        if rows >= 1 && rows <= Self::MAX {
            Some(Self(rows))
        } else {
            None
        }
    }

    /// The number of rows.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<Item, Key> {
    /// The rows, in the list's order.
    pub items: Vec<Item>,
    /// Where the next page starts: after this row. `None` on the last page.
    pub next: Option<Key>,
}

/// What calling a campaign off would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallingOff {
    /// So many participants would lose their slots.
    pub participants: u32,
    /// So many would wait no longer.
    pub waiting: u32,
    /// What would be due to go back.
    pub refunds: Refunds,
    /// Whether there are more refunds than were counted; their sum is whole.
    pub are_more: bool,
}

/// Which campaigns a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CampaignFilter {
    /// Only those in this state.
    pub status: Option<CampaignStatus>,
    /// Only those created before this one: where the page before ended.
    pub after: Option<CampaignId>,
    /// How many.
    pub limit: Limit,
}

/// A row of the view `sambatan_campaign_progress`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The slots it sells.
    pub total_slots: Slots,
    /// The slots that are taken.
    pub filled_slots: Slots,
    /// The slots that are left.
    pub available_slots: Slots,
    /// 0 to 100, cut to two decimals.
    pub progress: f64,
    /// Live participations.
    pub participant_count: u32,
    /// The money of live participations.
    pub total_contribution: Rupiah,
    /// The campaign's state.
    pub status: CampaignStatus,
}

impl From<&Campaign> for Progress {
    fn from(campaign: &Campaign) -> Self {
        Self {
            campaign_id: campaign.id,
            total_slots: campaign.total_slots,
            filled_slots: campaign.slots_taken,
            available_slots: campaign.slots_remaining(),
            progress: campaign.progress_percent(),
            participant_count: campaign.participant_count,
            total_contribution: campaign.total_contribution(),
            status: campaign.status,
        }
    }
}

/// Totals over all campaigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DashboardSummary {
    /// All campaigns.
    pub total_campaigns: u64,
    /// Not open yet.
    pub inactive_campaigns: u64,
    /// Open for joins.
    pub active_campaigns: u64,
    /// Every slot taken.
    pub full_campaigns: u64,
    /// Went ahead.
    pub completed_campaigns: u64,
    /// Did not.
    pub failed_campaigns: u64,
    /// Called off.
    pub cancelled_campaigns: u64,
    /// The slots of all live participations.
    pub total_slots_taken: u64,
}

/// What a sweep did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleReport {
    /// The time the sweep went by.
    pub executed_at: Timestamp,
    /// The first [`Self::MAX_LISTED`] transitions, oldest first.
    pub transitions: Vec<AuditEvent>,
    /// How many there were.
    pub transition_count: u64,
}

impl LifecycleReport {
    /// The longest list of transitions in a report.
    pub const MAX_LISTED: usize = 1000;
}

/// Where a page of the campaigns that run ended: they come by their deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunningCursor {
    /// The deadline of the last campaign of the page.
    pub deadline: Timestamp,
    /// Its id.
    pub id: CampaignId,
}

impl fmt::Display for RunningCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.deadline.as_datetime().timestamp_millis();
        write!(f, "{milliseconds}.{}", self.id)
    }
}

impl FromStr for RunningCursor {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (milliseconds, id) = text.split_once('.').ok_or(InvalidId)?;
        let deadline = milliseconds
            .parse()
            .ok()
            .and_then(DateTime::from_timestamp_millis)
            .and_then(|time| Timestamp::new(time).ok());
        Ok(Self {
            deadline: deadline.ok_or(InvalidId)?,
            id: id.parse()?,
        })
    }
}

/// How the storage of the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageHealth {
    /// The file is where it was opened, may be written and has room.
    Sound,
    /// There is no room, or hardly any: writes are refused and change nothing, reads go on.
    Full,
    /// The file was moved or replaced, or may not be written; the log says which.
    Unsound,
}

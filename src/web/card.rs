//! A campaign in short: the same on the front page, on its own page and in the organiser's lists.

use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::time::Timestamp;
use crate::web::say::Say as _;
use crate::web::slug;
use crate::words::Reader;

/// The class of a badge. The words on it say the same.
#[derive(Debug)]
pub(crate) struct Tone;

impl Tone {
    /// Of a campaign.
    pub(crate) const fn of_campaign(status: CampaignStatus) -> &'static str {
        match status {
            CampaignStatus::Active => "open",
            CampaignStatus::Full | CampaignStatus::Completed => "good",
            CampaignStatus::Inactive => "calm",
            CampaignStatus::Failed | CampaignStatus::Cancelled => "bad",
        }
    }
}

/// A campaign in short.
#[derive(Debug)]
pub(crate) struct Card {
    /// Its title.
    pub(crate) title: String,
    /// Its public page.
    pub(crate) path: String,
    /// Its organiser's page.
    pub(crate) organiser_path: String,
    /// The price of a slot.
    pub(crate) price: String,
    /// The slots that are taken.
    pub(crate) taken: u32,
    /// All slots.
    pub(crate) total: u32,
    /// Both in words.
    pub(crate) filled: String,
    /// The slots that are left, in words.
    pub(crate) left: String,
    /// Its status in words.
    pub(crate) status: &'static str,
    /// The class of its badge.
    pub(crate) tone: &'static str,
    /// Its deadline as people read it.
    pub(crate) deadline: String,
    /// The same for programs.
    pub(crate) deadline_iso: String,
    /// How much time is left, while it runs.
    pub(crate) time_left: Option<String>,
}

impl Card {
    /// A campaign in short.
    pub(crate) fn of(campaign: &Campaign, reader: Reader, now: Timestamp) -> Self {
        let runs = matches!(
            campaign.status,
            CampaignStatus::Active | CampaignStatus::Full
        );
        Self {
            title: campaign.title.clone(),
            path: slug::campaign_path(campaign),
            organiser_path: format!("/organiser/campaigns/{}", campaign.id),
            price: campaign.price_per_slot.to_string(),
            taken: campaign.slots_taken.get(),
            total: campaign.total_slots.get(),
            filled: reader.filled(campaign.slots_taken, campaign.total_slots),
            left: reader.slots_left(campaign.slots_remaining()),
            status: reader.campaign_status(campaign.status),
            tone: Tone::of_campaign(campaign.status),
            deadline: reader.weekday_date_time(campaign.deadline),
            deadline_iso: campaign.deadline.to_string(),
            time_left: reader.time_left(campaign.deadline, now).filter(|_| runs),
        }
    }
}

//! How slots filled, as the line of a small picture.

use std::fmt::Write as _;

use crate::domain::campaign::Campaign;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;
use crate::web::say::Say as _;
use crate::words::Reader;

/// The picture's size in its own units; below the line of the time there is room for two labels.
const WIDTH: i64 = 320;
const HEIGHT: i64 = 100;

/// A picture of how slots filled.
#[derive(Debug)]
pub(crate) struct Chart {
    /// The line, as an SVG path.
    pub(crate) line: String,
    /// The area below it.
    pub(crate) area: String,
    /// The height of the minimum, where that is not all slots.
    pub(crate) minimum_y: Option<i64>,
    /// What that height says.
    pub(crate) goal: Option<String>,
    /// Where the time begins.
    pub(crate) first: String,
    /// Where it ends.
    pub(crate) last: String,
    /// What it shows, in words.
    pub(crate) label: String,
}

impl Chart {
    /// The picture of a campaign, from its creation until now or its last change after the deadline;
    /// none before the first join.
    pub(crate) fn of(
        campaign: &Campaign,
        points: &[(Timestamp, Slots)],
        reader: Reader,
        now: Timestamp,
    ) -> Option<Self> {
        let last_point = points.last()?;
        let start = campaign.opens_at.map_or(campaign.created_at, |opens_at| {
            opens_at.max(campaign.created_at)
        });
        let start = start.min(points.first()?.0);
        let end = now.min(campaign.deadline).max(last_point.0);
        let span = end.since(start).num_milliseconds().max(1);
        let total = i64::from(campaign.total_slots.get().max(1));
        let x = |time: Timestamp| {
            let passed = time.since(start).num_milliseconds().clamp(0, span);
            // The product stays far inside an i64: spans are centuries at most.
            passed.saturating_mul(WIDTH) / span
        };
        let y = |taken: Slots| HEIGHT - i64::from(taken.get()).min(total) * (HEIGHT - 4) / total;
        let mut line = format!("M0 {HEIGHT}");
        for (time, taken) in points {
            // Slots change at a moment, so the line goes in steps.
            let _ = write!(line, "H{}V{}", x(*time), y(*taken));
        }
        let _ = write!(line, "H{WIDTH}");
        Some(Self {
            area: format!("{line}V{HEIGHT}Z"),
            line,
            minimum_y: (campaign.minimum_slots < campaign.total_slots)
                .then(|| y(campaign.minimum_slots)),
            goal: (campaign.minimum_slots < campaign.total_slots)
                .then(|| reader.at_least(campaign.minimum_slots)),
            first: reader.short_date_time(start),
            last: reader.short_date_time(end),
            label: reader.curve(start, end, last_point.1, campaign.total_slots),
        })
    }
}

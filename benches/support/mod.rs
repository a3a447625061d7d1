//! What the benchmarks share. Each uses a part of it.
#![allow(
    dead_code,
    reason = "every benchmark is a crate of its own and uses what it needs"
)]

pub(crate) mod http;
pub(crate) mod large;

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use sambatan::domain::id::CampaignId;
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::{NewCampaign, Sambatan};

/// Prints a line of the result.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
pub(crate) fn print_line(line: &str) {
    println!("{line}");
}

/// Makes a product and a campaign for it that is open for a week.
pub(crate) fn open_campaign(service: &Sambatan, total_slots: i64) -> CampaignId {
    let deadline = Utc::now() + TimeDelta::days(7);
    let product = NewProduct {
        name: "Rimba Embun".to_owned(),
        base_price: 420_000,
        ..NewProduct::default()
    };
    let product = service.create_product(product).unwrap();
    let toggle = ToggleSambatan {
        enabled: true,
        ..ToggleSambatan::default()
    };
    service.toggle_sambatan(product.id, toggle).unwrap();
    let campaign = NewCampaign::new(product.id, "Batch Oktober", total_slots, 210_000, deadline);
    service.create_campaign(campaign).unwrap().id
}

/// How long each of many things took.
#[derive(Debug, Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    /// Notes one.
    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// Takes over what another thread noted.
    pub(crate) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many they are.
    #[expect(
        clippy::cast_precision_loss,
        reason = "nobody counts so many that it would matter"
    )]
    pub(crate) fn count(&self) -> f64 {
        self.0.len() as f64
    }

    /// The time within which so many percent of them were done, in milliseconds.
    pub(crate) fn percentile_ms(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted
            .get(rank)
            .map_or(0.0, |took| took.as_secs_f64() * 1000.0)
    }
}

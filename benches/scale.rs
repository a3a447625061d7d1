//! Whether the cost of a request grows with the file: the same requests on a small file and on one
//! with 100,000 campaigns and a million participants in one of them, in one run.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

mod support;

use std::path::Path;
use std::time::Instant;

use sambatan::domain::id::CampaignId;
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::reports::{CampaignFilter, Limit};
use sambatan::{CampaignStatus, Sambatan};
use support::large::{ADDRESS, fill};
use support::{Latencies, print_line};

const ROUNDS: usize = 400;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (small, large) = (
        folder.path().join("small.db"),
        folder.path().join("large.db"),
    );
    let small_campaign = fill(&small, 100, 100);
    let large_campaign = fill(&large, 100_000, 999_000);
    let small = measure(&small, small_campaign);
    let large = measure(&large, large_campaign);
    print_line("median of each request, milliseconds     small     large     ratio");
    for ((name, small), (_, large)) in small.iter().zip(&large) {
        let (small, large) = (small.percentile_ms(50), large.percentile_ms(50));
        print_line(&format!(
            "{name:<38} {small:>8.3}  {large:>8.3}  {:>8.2}",
            large / small
        ));
    }
}

/// Times every request on the file, warm.
fn measure(path: &Path, campaign: CampaignId) -> Vec<(&'static str, Latencies)> {
    let service = Sambatan::open(path).unwrap();
    let limit = Limit::default();
    let newest = CampaignFilter::default();
    let active = CampaignFilter {
        status: Some(CampaignStatus::Active),
        ..newest
    };
    vec![
        (
            "read a campaign",
            time(|| drop(service.get_campaign(campaign).unwrap())),
        ),
        ("progress", time(|| _ = service.progress(campaign).unwrap())),
        (
            "list campaigns",
            time(|| drop(service.list_campaigns(newest).unwrap())),
        ),
        (
            "list active campaigns",
            time(|| drop(service.list_campaigns(active).unwrap())),
        ),
        (
            "list participants",
            time(|| drop(service.list_participants(campaign, None, limit).unwrap())),
        ),
        ("list a user's participations", {
            time(|| {
                drop(
                    service
                        .list_user_participations("user-42", None, limit)
                        .unwrap(),
                )
            })
        }),
        (
            "logs",
            time(|| drop(service.logs(campaign, None, limit).unwrap())),
        ),
        (
            "dashboard",
            time(|| _ = service.dashboard_summary().unwrap()),
        ),
        (
            "sweep with nothing due",
            time(|| drop(service.run_lifecycle().unwrap())),
        ),
        (
            "join",
            time(|| drop(service.join_campaign(join(campaign)).unwrap())),
        ),
    ]
}

fn join(campaign: CampaignId) -> JoinCampaign {
    JoinCampaign::new(campaign, "user-new", 1, ADDRESS)
}

fn time(mut request: impl FnMut()) -> Latencies {
    let mut latencies = Latencies::default();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        request();
        latencies.add(begun.elapsed());
    }
    latencies
}

//! How long each page takes and how much it weighs with 100,000 campaigns in the file, over HTTP against a
//! real `sambatan serve`: the campaign that is looked at has 1,000 participants.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

mod support;

use std::time::Instant;

use sambatan::Sambatan;
use sambatan::domain::reports::Limit;
use support::http::{self, Client, ServerProcess};
use support::large::fill;
use support::{Latencies, print_line};

const ROUNDS: usize = 200;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("pages.db");
    let campaign = fill(&database, 100_000, 1_000);
    let service = Sambatan::open(&database).unwrap();
    let people = service
        .list_participants(campaign, None, Limit::default())
        .unwrap();
    let participation = people.items[0].id;
    let product = service.get_campaign(campaign).unwrap().product_id;
    drop(service);

    let server = ServerProcess::start(&database);
    let public = format!("/c/{campaign}");
    let organisers = format!("/organiser/campaigns/{campaign}");
    print_line("page                             p50 ms    p99 ms     bytes");
    for (name, path) in [
        ("front page", "/".to_owned()),
        ("campaign", public.clone()),
        ("campaign's numbers", format!("{public}/live")),
        ("participant's own page", format!("/p/{participation}")),
        ("overview", "/organiser".to_owned()),
        ("campaigns", "/organiser/campaigns".to_owned()),
        ("new campaign", "/organiser/campaigns/new".to_owned()),
        ("organiser's campaign", organisers.clone()),
        ("search", format!("{organisers}?q=user-999")),
        ("pick list", format!("{organisers}/pick-list")),
        ("rekap and reminders", format!("{organisers}/rekap")),
        ("what happened", format!("{organisers}/log")),
        (
            "participation",
            format!("/organiser/participations/{participation}"),
        ),
        ("products", "/organiser/products".to_owned()),
        ("product", format!("/organiser/products/{product}")),
        ("bank statement", "/organiser/payments".to_owned()),
        ("refunds", "/organiser/refunds".to_owned()),
        ("log of changes", "/organiser/audit".to_owned()),
    ] {
        let (latencies, bytes) = measure(&server, &path);
        print_line(&format!(
            "{name:<30} {:>8.2}  {:>8.2}  {bytes:>8}",
            latencies.percentile_ms(50),
            latencies.percentile_ms(99),
        ));
    }
}

/// Asks for a page again and again on one connection.
fn measure(server: &ServerProcess, path: &str) -> (Latencies, usize) {
    let mut client = Client::connect(&server.address);
    let request = http::get(path);
    let mut latencies = Latencies::default();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let status = client.exchange(&request);
        latencies.add(begun.elapsed());
        assert_eq!(status, 200, "{path}: {}", client.body());
    }
    (latencies, client.body().len())
}

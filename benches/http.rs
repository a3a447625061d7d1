//! Requests per second over HTTP, against a real `sambatan serve` on a real file, with 1, 16 and 64
//! kept-alive connections: joins, and reads of a campaign. The load generator runs on the same
//! machine and takes its share of it.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

mod support;

use sambatan::Sambatan;
use support::http::{self, ServerProcess};
use support::{open_campaign, print_line};

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("bench.db");
    let campaign = open_campaign(&Sambatan::open(&database).unwrap(), 1_000_000);
    let server = ServerProcess::start(&database);
    let path = format!("/api/sambatan/campaigns/{campaign}");
    let body = r#"{"user_id":"user-1","quantity":1,"shipping_address":"Jl. Melati No. 15, Jakarta Selatan"}"#;
    let join = http::post(&format!("{path}/join"), body);
    let read = http::get(&path);

    // `cargo bench --bench http -- join` sends these alone, for a profiler.
    let only = std::env::args()
        .nth(1)
        .filter(|argument| !argument.starts_with('-'));
    for (name, request, status, requests) in [
        ("join", &join, 201, 12_000),
        ("read a campaign", &read, 200, 24_000),
    ] {
        if only.as_ref().is_some_and(|only| !name.contains(only)) {
            continue;
        }
        for clients in [1, 16, 64] {
            // One connection waits for one commit at a time: fewer requests say as much.
            let each = if clients == 1 {
                requests / 12
            } else {
                requests / clients
            };
            let load = http::load(&server.address, clients, each, request, status);
            print_line(&format!(
                "{name:<16} {clients:>3} connections {:>9.0} req/s   p50 {:>7.2} ms   p99 {:>7.2} ms   {} errors",
                load.per_second,
                load.latencies.percentile_ms(50),
                load.latencies.percentile_ms(99),
                load.errors,
            ));
        }
    }
}

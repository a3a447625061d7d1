//! What the front door costs: the same service on the same file, once behind the door and once with
//! `tiny_http` facing the clients itself, in one run and in alternating rounds.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

mod support;

use std::net::TcpListener;
use std::sync::Arc;

use sambatan::Sambatan;
use sambatan::http::{Server, ServerOptions};
use support::http::{self, Load};
use support::{open_campaign, print_line};

const ROUNDS: usize = 5;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let service = Arc::new(Sambatan::open(folder.path().join("bench.db")).unwrap());
    let campaign = open_campaign(&service, 1_000_000);
    let start = |options: &ServerOptions| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Server::start(listener, Arc::clone(&service), options).unwrap()
    };
    let behind = ServerOptions::default();
    let bare = ServerOptions {
        door: None,
        ..ServerOptions::default()
    };
    let (behind, bare) = (start(&behind), start(&bare));

    let path = format!("/api/sambatan/campaigns/{campaign}");
    let body = r#"{"user_id":"user-1","quantity":1,"shipping_address":"Jl. Melati No. 15, Jakarta Selatan"}"#;
    let join = http::post(&format!("{path}/join"), body);
    let read = http::get(&path);
    for (name, request, status, requests) in [
        ("join", &join, 201, 6_000),
        ("read a campaign", &read, 200, 12_000),
    ] {
        for clients in [1, 16, 64] {
            let each = if clients == 1 {
                requests / 12
            } else {
                requests / clients
            };
            let run = |server: &Server| {
                http::load(
                    &server.address().to_string(),
                    clients,
                    each,
                    request,
                    status,
                )
            };
            let (mut with, mut without) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                without.push(run(&bare));
                with.push(run(&behind));
            }
            report(name, clients, &with, &without);
        }
    }
}

fn report(name: &str, clients: usize, with: &[Load], without: &[Load]) {
    let mut ratios: Vec<f64> = with
        .iter()
        .zip(without)
        .map(|(with, without)| with.per_second / without.per_second)
        .collect();
    ratios.sort_by(f64::total_cmp);
    let errors: usize = with.iter().chain(without).map(|load| load.errors).sum();
    print_line(&format!(
        "{name:<16} {clients:>3} connections   bare {:>7.0} req/s (p99 {:>6.2} ms)   door {:>7.0} req/s (p99 {:>6.2} ms)   door/bare {:.2} ({:.2} to {:.2})   {errors} errors",
        median(without, |load| load.per_second),
        median(without, |load| load.latencies.percentile_ms(99)),
        median(with, |load| load.per_second),
        median(with, |load| load.latencies.percentile_ms(99)),
        ratios[ratios.len() / 2],
        ratios[0],
        ratios[ratios.len() - 1],
    ));
}

fn median(loads: &[Load], figure: impl Fn(&Load) -> f64) -> f64 {
    let mut figures: Vec<f64> = loads.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

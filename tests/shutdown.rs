//! SIGTERM under load: what was answered is in the file, and the file is left tidy.

#![allow(
    clippy::print_stdout,
    reason = "what a test prints is shown when it fails"
)]

#[path = "support/promises/mod.rs"]
mod promises;

use std::path::PathBuf;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use promises::client::Client;
use promises::{Actor, Campaign, FileState, Random, Served, check_ledgers, serve};

const CLIENTS: usize = 32;

#[test]
fn stopping_under_load_answers_or_refuses_but_loses_nothing_and_leaves_no_log_behind() {
    let mut random = Random::announced("shutdown");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stop.db");
    let mut actors = Vec::new();
    let mut campaigns = Vec::new();
    for round in 0..3 {
        let served = Served::start(serve(&path, None));
        campaigns.push(Campaign::create(
            &mut Client::new(served.address),
            1_000_000,
        ));
        for client in 0..CLIENTS {
            actors.push(Actor::new(&format!("r{round}-{client}"), served.address));
        }
        let working = actors.len() - CLIENTS;
        stop_under_load(
            served,
            &mut actors[working..],
            &campaigns[round],
            &mut random,
        );

        let log: PathBuf = folder.path().join("stop.db-wal");
        assert!(!log.exists(), "the write-ahead log is still there");
        let file = FileState::read(&path).unwrap();
        check_ledgers(&actors, &campaigns, &file).unwrap();
    }
    let acknowledged: usize = actors.iter().map(|actor| actor.acknowledged().0).sum();
    println!("{acknowledged} joins acknowledged");
    assert!(acknowledged > 100);
}

fn stop_under_load(served: Served, actors: &mut [Actor], campaign: &Campaign, random: &mut Random) {
    let start = Barrier::new(actors.len() + 1);
    std::thread::scope(|scope| {
        for actor in actors {
            let start = &start;
            scope.spawn(move || {
                actor.connect();
                start.wait();
                while actor.join(campaign, 1, true, 1).is_ok() {
                    if let Some(last) = actor.cancellable().last().filter(|last| **last % 3 == 0)
                        && actor.cancel(*last).is_err()
                    {
                        break;
                    }
                }
            });
        }
        start.wait();
        // Not a wait for anything: the random moment of the signal.
        std::thread::sleep(Duration::from_millis(random.within(50..=400)));
        let asked = Instant::now();
        served.ask_to_stop();
        let (ended, log) = served.wait(Duration::from_secs(10));
        let status = ended.unwrap_or_else(|| panic!("it did not stop: {log}"));
        assert_eq!(status.code(), Some(0), "{log}");
        let took = asked.elapsed();
        assert!(took < Duration::from_secs(6), "stopping took {took:?}");
    });
}

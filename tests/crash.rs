//! No acknowledged join or cancel is lost, doubled or oversold by `kill -9`.
//!
//! Each round starts the real process on the same file, lets clients join, cancel and retry, kills the
//! process at a random moment, starts it again, and holds what every client was told against the file.

#![allow(
    clippy::print_stdout,
    reason = "what a test prints is shown when it fails"
)]

#[path = "support/promises/mod.rs"]
mod promises;

use std::io;
use std::path::Path;
use std::sync::Barrier;
use std::time::Duration;

use promises::client::Client;
use promises::{Actor, Campaign, FileState, Random, Served, check_ledgers, serve};
use sambatan::inspect::Inspector;

const CLIENTS: usize = 32;
const ROUNDS: u32 = 50;

/// What a run has seen, to show that it was not for nothing.
#[derive(Debug, Default)]
struct Seen {
    joins: usize,
    cancels: usize,
    replays: u64,
    in_doubt: usize,
    resolved: u64,
}

/// What lives longer than a server.
struct Community {
    actors: Vec<Actor>,
    campaigns: Vec<Campaign>,
}

impl Community {
    /// Has the clients work until the server is gone.
    fn work_until_killed(&mut self, served: Served, random: &mut Random) {
        let start = Barrier::new(self.actors.len() + 1);
        let campaigns = &self.campaigns;
        std::thread::scope(|scope| {
            for actor in &mut self.actors {
                actor.move_to(served.address);
                let mut random = random.fork();
                let start = &start;
                scope.spawn(move || {
                    actor.connect();
                    start.wait();
                    // Ends with an error when the server is gone, which is what it waits for.
                    while step(actor, campaigns, &mut random).is_ok() {}
                });
            }
            start.wait();
            // Not a wait for anything: the random moment of the kill.
            std::thread::sleep(Duration::from_millis(random.within(20..=300)));
            served.kill();
        });
    }

    /// New campaigns, most of them soon full; one of the first has slots for everybody.
    fn open_campaigns(&mut self, served: &Served, random: &mut Random) {
        let mut client = Client::new(served.address);
        if self.campaigns.is_empty() {
            self.campaigns
                .push(Campaign::create(&mut client, 1_000_000));
        }
        for _ in 0..4 {
            let slots = random.within(1..=40);
            self.campaigns.push(Campaign::create(&mut client, slots));
        }
    }

    fn check(&self, path: &Path) -> Result<(), String> {
        check_ledgers(&self.actors, &self.campaigns, &FileState::read(path)?)
    }

    fn seen(&self, resolved: u64) -> Seen {
        let mut seen = Seen {
            resolved,
            ..Seen::default()
        };
        for actor in &self.actors {
            let (joins, cancels) = actor.acknowledged();
            seen.joins += joins;
            seen.cancels += cancels;
            seen.replays += actor.replays;
            seen.in_doubt += actor.unanswered();
        }
        seen
    }
}

fn step(actor: &mut Actor, campaigns: &[Campaign], random: &mut Random) -> io::Result<()> {
    // The campaigns of this round and the one with slots for everybody.
    let recent = &campaigns[campaigns.len().saturating_sub(6)..];
    let campaign = if random.percent(40) {
        &campaigns[0]
    } else {
        random.pick(recent)
    };
    let quantity = random.within(1..=3);
    match random.within(1..=100) {
        1..=35 => actor.join(campaign, quantity, true, 1),
        36..=50 => actor.join(campaign, quantity, true, 3),
        51..=65 => actor.join(campaign, quantity, false, 1),
        66..=80 => match actor.repeatable().as_slice() {
            [] => Ok(()),
            joins => actor.repeat(*random.pick(joins), 1),
        },
        _ => match actor.cancellable().as_slice() {
            [] => Ok(()),
            joins => actor.cancel(*random.pick(joins)),
        },
    }
}

fn kill_again_and_again(variant: Option<&str>, rounds: u32) -> Result<Seen, String> {
    let mut random = Random::announced("crash");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("crash.db");
    let mut community = Community {
        actors: Vec::new(),
        campaigns: Vec::new(),
    };
    let mut served = Served::start(serve(&path, variant));
    for client in 0..CLIENTS {
        let actor = Actor::new(&format!("client-{client}"), served.address);
        community.actors.push(actor);
    }
    let mut resolved = 0;
    for round in 1..=rounds {
        community.open_campaigns(&served, &mut random);
        community.work_until_killed(served, &mut random);
        served = Served::start(serve(&path, variant));
        // This also holds the retries after the kill before against the file.
        let found = community.check(&path);
        found.map_err(|problem| format!("after kill {round}: {problem}"))?;
        for actor in &mut community.actors {
            actor.move_to(served.address);
            resolved += actor.resolve();
            actor.move_to(served.address);
        }
    }
    let found = community.check(&path);
    found.map_err(|problem| format!("after the last retries: {problem}"))?;
    let verified = Inspector::open(&path).and_then(|file| file.verify());
    match verified {
        Ok(Ok(_)) => {}
        Ok(Err(misfit)) => return Err(format!("the audit log does not replay: {misfit:?}")),
        Err(error) => return Err(format!("the audit log cannot be read: {error}")),
    }
    Ok(community.seen(resolved))
}

#[test]
fn fifty_kills_lose_double_and_oversell_nothing_that_was_acknowledged() {
    let seen = kill_again_and_again(None, ROUNDS).unwrap();
    println!("{seen:?}");
    // A run that never hurt anything would prove nothing.
    assert!(
        seen.joins > 500 && seen.cancels > 100 && seen.replays > 100,
        "{seen:?}"
    );
    assert!(seen.in_doubt > 100 && seen.resolved > 50, "{seen:?}");
}

#[cfg(feature = "broken-variants")]
#[test]
fn a_server_that_replies_before_it_commits_does_not_survive_the_kills() {
    let found = kill_again_and_again(Some("reply-before-commit"), ROUNDS).unwrap_err();
    println!("{found}");
    assert!(
        found.starts_with("after kill") && found.contains("is lost"),
        "{found}"
    );
}

#[cfg(feature = "broken-variants")]
#[test]
fn a_server_that_checks_outside_the_transaction_does_not_survive_the_kills() {
    let found = kill_again_and_again(Some("check-outside-transaction"), 20).unwrap_err();
    println!("{found}");
    assert!(found.contains("live participations hold"), "{found}");
}

#[cfg(feature = "broken-variants")]
#[test]
fn a_server_that_forgets_keys_does_not_survive_the_retries_after_the_kills() {
    let found = kill_again_and_again(Some("forget-idempotency-keys"), 20).unwrap_err();
    println!("{found}");
    assert!(found.contains("and then"), "{found}");
}

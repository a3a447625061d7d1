//! When COMMIT itself fails the process says so and ends, and what its clients could not learn is
//! resolved after the next start by sending it again with the same key.

#![allow(
    clippy::print_stdout,
    reason = "what a test prints is shown when it fails"
)]

#[path = "support/promises/mod.rs"]
mod promises;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use promises::client::Client;
use promises::process::serve_under;
use promises::{Actor, Campaign, FileState, Served, check_ledgers, serve};

const CLIENTS: usize = 16;
/// How long the process may take to end by itself after its commit failed.
const END: Duration = Duration::from_secs(10);

/// Makes a file with a campaign, by a server that ends in an orderly way.
fn new_file(path: &Path) -> Campaign {
    let served = Served::start(serve(path, None));
    let campaign = Campaign::create(&mut Client::new(served.address), 1_000_000);
    served.ask_to_stop();
    let (ended, log) = served.wait(END);
    assert!(ended.is_some_and(|status| status.success()), "{log}");
    campaign
}

/// Joins from many clients until the server is gone, and says how it ended.
fn join_until_it_ends(served: Served, campaign: &Campaign) -> Vec<Actor> {
    let actors: Vec<Actor> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let address = served.address;
                scope.spawn(move || {
                    let mut actor = Actor::new(&format!("client-{number}"), address);
                    actor.connect();
                    // Bounded: a limit that is never reached must not look like a pass.
                    for _ in 0..2000 {
                        if actor.join(campaign, 1, true, 2).is_err() {
                            break;
                        }
                    }
                    actor
                })
            })
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined
            .map(|actor| actor.expect("no client panics"))
            .collect()
    });
    let (ended, log) = served.wait(END);
    let status = ended.unwrap_or_else(|| panic!("it goes on after a failed commit: {log}"));
    assert!(
        status.code().is_some_and(|code| code != 0),
        "{status}: {log}"
    );
    assert!(log.contains("COMMIT failed"), "{log}");
    actors
}

/// Starts the server again where writing works, and holds the clients' story against the file.
fn resolve(mut actors: Vec<Actor>, campaign: Campaign, path: &Path) -> Result<(), String> {
    let served = Served::start(serve(path, None));
    let campaigns = [campaign];
    check_ledgers(&actors, &campaigns, &FileState::read(path)?)?;
    let (mut acknowledged, mut unknown, mut in_doubt, mut resolved) = (0, 0, 0, 0);
    for actor in &mut actors {
        acknowledged += actor.acknowledged().0;
        unknown += actor.outcomes_unknown;
        in_doubt += actor.unanswered();
        actor.move_to(served.address);
        resolved += actor.resolve();
        actor.move_to(served.address);
    }
    println!(
        "{acknowledged} acknowledged, {unknown} answered outcome_unknown, {in_doubt} in doubt, {resolved} resolved"
    );
    if acknowledged == 0 || unknown == 0 || resolved == 0 {
        return Err("the failure did not come in the middle of the work".to_owned());
    }
    let file = FileState::read(path)?;
    check_ledgers(&actors, &campaigns, &file)?;
    let joined: usize = actors.iter().map(|actor| actor.joins.len()).sum();
    if file.participations.len() != joined {
        return Err(format!(
            "{joined} joins, {} participations",
            file.participations.len()
        ));
    }
    Ok(())
}

/// Whether system calls can be made to fail here. Where the tests are the gate they must be.
fn can_trace() -> bool {
    let traced = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .output();
    let can = traced.as_ref().is_ok_and(|output| output.status.success());
    assert!(
        can || std::env::var_os("CI").is_none(),
        "strace is missing or not permitted: {traced:?}"
    );
    can
}

/// What a sync that failed has done nobody knows, whatever the system calls the reason: also one that has no
/// room ends the process.
#[test]
fn a_commit_that_cannot_be_synced_ends_the_process_and_every_join_resolves_to_one() {
    if !can_trace() {
        println!("skipped: strace is missing or not permitted");
        return;
    }
    for error in ["EIO", "ENOSPC"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("unsynced.db");
        let campaign = new_file(&path);
        let fails = format!("inject=fsync,fdatasync:error={error}:when=25+");
        let calls = ["-e", "trace=fsync,fdatasync", "-e", &fails];
        let wrapper = [&["strace", "-f", "-qq", "-o", "/dev/null"][..], &calls].concat();
        let served = Served::start(serve_under(&wrapper, &path, None));
        let actors = join_until_it_ends(served, &campaign);
        resolve(actors, campaign, &path).unwrap();
    }
}

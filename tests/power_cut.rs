//! No acknowledged join is lost by a power cut: an answer leaves only after the storage has the join.
//!
//! The server runs under `strace`, which records every write, sync and answer. From that the files are
//! put together as a power cut at the moment of each answer would leave them: what was synced is there,
//! what was not is gone or torn. Each of these files must open, be sound, and hold every join that was
//! acknowledged until then.

#![cfg(target_os = "linux")]
#![allow(
    clippy::print_stdout,
    reason = "what a test prints is shown when it fails"
)]

#[path = "support/promises/mod.rs"]
mod promises;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use promises::client::Client;
use promises::power::{Disk, replay};
use promises::process::{serve_under, signal};
use promises::trace::{Action, CALLS, Call, Trace, first_process};
use promises::{Actor, Campaign, FileState, Random, Served, serve};
use sambatan::inspect::Inspector;

/// A traced run: the files before it, its calls, and the joins that it acknowledged.
struct Recording {
    disk: Disk,
    trace: Trace,
    log: PathBuf,
    /// The participations, each with the moment when its answer left, in the order of these moments.
    answers: Vec<(usize, String)>,
}

/// Whether system calls can be traced here. Where the tests are the gate they must be.
fn can_trace() -> bool {
    let traced = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .output();
    let can = traced.as_ref().is_ok_and(|output| output.status.success());
    if !can {
        assert!(
            std::env::var_os("CI").is_none(),
            "strace is missing or not permitted: {traced:?}"
        );
        println!("skipped: strace is missing or not permitted: {traced:?}");
    }
    can
}

/// Ends the traced process also when the test fails.
struct Traced<'a>(&'a Path);

impl Traced<'_> {
    fn end(&self, name: &str) -> bool {
        let text = std::fs::read_to_string(self.0).unwrap_or_default();
        first_process(&text).is_some_and(|process| signal(name, process))
    }
}

impl Drop for Traced<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.end("KILL");
        }
    }
}

/// How much is recorded.
#[derive(Debug, Clone, Copy)]
enum Length {
    /// So many clients at once, and so many joins by each; then the process is killed.
    Joins(usize, usize),
    /// One client, until the log was carried over into the file, and then some; then the process is
    /// stopped in an orderly way.
    PastACheckpoint,
}

impl Length {
    const fn clients(self) -> usize {
        match self {
            Self::Joins(clients, _) => clients,
            Self::PastACheckpoint => 1,
        }
    }
}

/// More joins than any sensible log takes before it is carried over.
const FAR_PAST_A_CHECKPOINT: usize = 5000;

/// Has one client join as often as the recording takes.
fn join_for(actor: &mut Actor, campaign: &Campaign, path: &Path, length: Length) {
    let changed = || {
        std::fs::metadata(path)
            .and_then(|file| file.modified())
            .expect("a time")
    };
    let mut join = || {
        actor
            .join(campaign, 1, true, 1)
            .expect("the server answers")
    };
    let more = match length {
        Length::Joins(_, joins) => joins,
        Length::PastACheckpoint => {
            // Nothing else writes to the file itself.
            let before = changed();
            let mut joins = 0..FAR_PAST_A_CHECKPOINT;
            while changed() == before && joins.next().is_some() {
                join();
            }
            30
        }
    };
    (0..more).for_each(|_| join());
}

/// Has the clients of a recording join, all at once.
fn let_them_join(
    address: SocketAddr,
    campaign: &Campaign,
    path: &Path,
    length: Length,
) -> Vec<Actor> {
    let connect = |number| {
        // With its answer here, each client has a connection that is served before the next one connects.
        let mut actor = Actor::new(&format!("client-{number}"), address);
        actor
            .join(campaign, 1, true, 1)
            .expect("the server answers");
        actor
    };
    let mut actors: Vec<_> = (0..length.clients()).map(connect).collect();
    std::thread::scope(|scope| {
        for actor in &mut actors {
            scope.spawn(move || join_for(actor, campaign, path, length));
        }
    });
    actors
}

/// Records joins.
fn record(variant: Option<&str>, length: Length) -> Recording {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder");
    let path = data.join("cut.db");
    let campaign = new_file(&path);
    let disk = Disk::with_files_of(&data).expect("the files can be read");

    let trace = folder.path().join("trace");
    let trace_name = trace.to_str().expect("a temporary path is UTF-8");
    let wrapper = [
        "strace",
        "-f",
        "-y",
        "-xx",
        "-s",
        "1000000",
        "-e",
        CALLS,
        "-e",
        "signal=none",
        "-o",
        trace_name,
    ];
    let served = Served::start(serve_under(&wrapper, &path, variant));
    let traced = Traced(&trace);
    let actors = let_them_join(served.address, &campaign, &path, length);
    let how = match length {
        Length::Joins(..) => "KILL",
        Length::PastACheckpoint => "TERM",
    };
    assert!(traced.end(how), "the server still runs");
    let (ended, log) = served.wait(Duration::from_secs(30));
    assert!(ended.is_some(), "{log}");
    let text = std::fs::read_to_string(&trace).expect("strace has written it");
    let trace = Trace::parse(&text, &data).expect("the trace can be followed");
    let answers = find_answers(&trace, &actors);
    let joins: usize = actors.iter().map(|actor| actor.joins.len()).sum();
    assert_eq!(answers.len(), joins, "every join was acknowledged");
    Recording {
        disk,
        trace,
        log: data.join("cut.db-wal"),
        answers,
    }
}

/// A file with a campaign, closed in an orderly way: what the storage has of it is all of it.
fn new_file(path: &Path) -> Campaign {
    let served = Served::start(serve(path, None));
    let campaign = Campaign::create(&mut Client::new(served.address), 1_000_000);
    served.ask_to_stop();
    let (ended, log) = served.wait(Duration::from_secs(10));
    assert!(ended.is_some_and(|status| status.success()), "{log}");
    campaign
}

/// When the answer of each acknowledged join began to leave.
fn find_answers(trace: &Trace, actors: &[Actor]) -> Vec<(usize, String)> {
    let mut sends: Vec<(usize, i64, String)> = Vec::new();
    for call in &trace.calls {
        if let Action::Send(bytes) = &call.action {
            let text = String::from_utf8_lossy(bytes).into_owned();
            sends.push((call.start, call.descriptor, text));
        }
    }
    let joins = actors.iter().flat_map(|actor| &actor.joins);
    let ids = joins
        .filter_map(|join| join.answer.as_ref())
        .map(|answer| answer.text("id"));
    let mut answers: Vec<_> = ids
        .map(|id| {
            let with_id = sends
                .iter()
                .position(|(_, _, text)| text.contains(&id))
                .expect("the answer was sent");
            // Its first bytes may have left in a call before.
            let descriptor = sends[with_id].1;
            let first = sends[..=with_id]
                .iter()
                .rfind(|(_, other, text)| *other == descriptor && text.starts_with("HTTP/1.1 "))
                .expect("an answer has a beginning");
            (first.0, id)
        })
        .collect();
    answers.sort();
    answers
}

impl Recording {
    /// For one client whose joins follow each other: each is written to the log and synced before its
    /// answer leaves.
    fn check_syncs(&self) -> Result<(), String> {
        let mut before = 0;
        for (moment, id) in &self.answers {
            let calls = self.trace.calls.iter();
            let of_this_join = calls.filter(|call| call.start > before && call.start < *moment);
            let mut written = None;
            let mut synced = None;
            for call in of_this_join {
                match &call.action {
                    Action::Write(path, ..) if *path == self.log => written = Some(call.end),
                    Action::Sync(path) if *path == self.log && call.end < *moment => {
                        synced = Some(call.start);
                    }
                    _ => {}
                }
            }
            let written = written.ok_or(format!("{id} was answered before it was written"))?;
            if synced.is_none_or(|synced| synced < written) {
                return Err(format!("{id} was answered before it was synced"));
            }
            before = *moment;
        }
        Ok(())
    }

    /// Syncs of anything but the log: it is made, or carried over into the file and begun again.
    fn turning_points(&self) -> impl Iterator<Item = &Call> {
        let calls = self.trace.calls.iter();
        calls.filter(|call| matches!(&call.action, Action::Sync(path) if *path != self.log))
    }

    /// Cuts the power at each answer, before and after each sync, and at the end, and looks at what is
    /// left. Answers how often.
    fn cut_the_power_everywhere(&self, random: &mut Random) -> Result<usize, String> {
        self.cut_the_power(&self.moments(), random)
    }

    /// The same only around the turning points, for a recording that is too long for all of it.
    fn cut_the_power_at_turning_points(&self, random: &mut Random) -> Result<usize, String> {
        // Lines of the trace: some ten joins.
        const AROUND: usize = 300;
        let mut moments = self.moments();
        let file = self.log.with_extension("db");
        let calls = self.trace.calls.iter();
        let writes =
            calls.filter(|call| matches!(&call.action, Action::Write(path, ..) if *path == file));
        moments.extend(writes.step_by(16).map(|call| call.end));
        moments.sort_unstable();
        moments.dedup();
        moments.retain(|moment| {
            *moment == usize::MAX
                || self.turning_points().any(|sync| {
                    (sync.start.saturating_sub(AROUND)..=sync.end + AROUND).contains(moment)
                })
        });
        self.cut_the_power(&moments, random)
    }

    fn moments(&self) -> Vec<usize> {
        let mut moments: Vec<usize> = self.answers.iter().map(|(moment, _)| *moment).collect();
        let syncs = self.trace.calls.iter();
        let syncs = syncs.filter(|call| matches!(call.action, Action::Sync(_)));
        moments.extend(syncs.flat_map(|call| [call.start, call.end]));
        moments.push(usize::MAX);
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    fn cut_the_power(&self, moments: &[usize], random: &mut Random) -> Result<usize, String> {
        let mut cuts = 0;
        replay(self.disk.clone(), &self.trace, moments, |index, disk| {
            let moment = moments[index];
            let answered = self.answers.partition_point(|(left, _)| *left <= moment);
            let acknowledged = &self.answers[..answered];
            cuts += 1;
            look_at(acknowledged, |into| disk.worst_case(into))?;
            if disk.is_in_between() {
                cuts += 1;
                look_at(acknowledged, |into| disk.some_case(into, random))?;
            }
            Ok(())
        })?;
        Ok(cuts)
    }
}

/// Opens what a power cut left.
fn look_at(
    acknowledged: &[(usize, String)],
    write: impl FnOnce(&Path) -> std::io::Result<()>,
) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path()).expect("the files can be written");
    let path = folder.path().join("cut.db");
    let file = FileState::read(&path)?;
    file.check()?;
    let verified = Inspector::open(&path).and_then(|file| file.verify());
    verified
        .map_err(|error| format!("the log cannot be verified: {error}"))?
        .map_err(|misfit| misfit.to_string())?;
    match acknowledged
        .iter()
        .find(|(_, id)| !file.participations.contains_key(id))
    {
        Some((_, id)) => Err(format!("{id} was acknowledged and is lost")),
        None => Ok(()),
    }
}

#[test]
fn an_answer_leaves_only_after_its_join_was_written_and_synced() {
    if !can_trace() {
        return;
    }
    let mut random = Random::announced("power cut, one client");
    let recording = record(None, Length::Joins(1, 30));
    recording.check_syncs().unwrap();
    let cuts = recording.cut_the_power_everywhere(&mut random).unwrap();
    println!("{cuts} power cuts");
}

#[test]
fn a_power_cut_while_the_log_is_carried_over_loses_no_acknowledged_join() {
    if !can_trace() {
        return;
    }
    let mut random = Random::announced("power cut");
    let recording = record(None, Length::PastACheckpoint);
    recording.check_syncs().unwrap();
    let file = recording.log.with_extension("db");
    let last_answer = recording.answers[recording.answers.len() - 1].0;
    let syncs_of_the_file =
        |sync: &&Call| matches!(&sync.action, Action::Sync(path) if *path == file);
    let turns = recording.turning_points().filter(syncs_of_the_file);
    let (during, at_the_end): (Vec<_>, Vec<_>) = turns.partition(|sync| sync.end < last_answer);
    assert!(
        !during.is_empty() && !at_the_end.is_empty(),
        "{} joins",
        recording.answers.len()
    );
    let cuts = recording
        .cut_the_power_at_turning_points(&mut random)
        .unwrap();
    println!("{cuts} power cuts in {} joins", recording.answers.len());
}

#[test]
fn a_power_cut_at_any_answer_or_sync_loses_no_acknowledged_join_of_clients_that_share_commits() {
    if !can_trace() {
        return;
    }
    let mut random = Random::announced("power cut, many clients");
    let recording = record(None, Length::Joins(8, 15));
    let cuts = recording.cut_the_power_everywhere(&mut random).unwrap();
    println!("{cuts} power cuts");
}

/// The same recordings of servers that are broken on purpose.
#[cfg(feature = "broken-variants")]
mod twins {
    use super::{Length, Random, can_trace, record};

    fn is_caught(variant: &str, complaint: &str) {
        if !can_trace() {
            return;
        }
        let mut random = Random::announced(variant);
        let recording = record(Some(variant), Length::Joins(1, 10));
        let unsynced = recording
            .check_syncs()
            .expect_err("a variant that is caught");
        assert!(unsynced.contains(complaint), "{unsynced}");
        let lost = recording.cut_the_power_everywhere(&mut random);
        let lost = lost.expect_err("a variant that is caught");
        println!("{variant}: {unsynced}; {lost}");
        assert!(lost.contains("acknowledged and is lost"), "{lost}");
    }

    #[test]
    fn a_commit_that_does_not_wait_for_the_storage_is_caught() {
        is_caught("commit-without-sync", "answered before it was synced");
    }

    #[test]
    fn a_reply_before_the_commit_is_caught() {
        is_caught("reply-before-commit", "answered before it was written");
    }
}

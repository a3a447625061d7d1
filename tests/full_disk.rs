//! A full disk refuses writes, and nothing else: the process lives, pages are read, nothing is lost, what was
//! refused never comes to life, and writes go on by themselves when there is room.

#![allow(
    clippy::print_stdout,
    reason = "what a test prints is shown when it fails"
)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/promises/mod.rs"]
mod promises;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use promises::client::{Client, Reply};
use promises::process::serve_under;
use promises::{Campaign, FileState, Served, serve};
use serde_json::json;

const CLIENTS: usize = 8;
const END: Duration = Duration::from_secs(20);

/// What a client was told of one join.
struct Told {
    user: String,
    status: u16,
    code: String,
}

/// A join with an idempotency key, so that it can be sent again.
fn join(client: &mut Client, campaign: &Campaign, user: &str) -> Option<Reply> {
    let path = format!("/api/sambatan/campaigns/{}/join", campaign.id);
    let body = json!({"user_id": user, "quantity": 1, "shipping_address": "Jl. Melati No. 15"});
    client.post(&path, &body, Some(&format!("key-{user}"))).ok()
}

/// Joins from several clients, each until `enough` says so of what it was told.
fn join_all(
    served: &Served,
    campaign: &Campaign,
    round: &str,
    enough: impl Fn(&[Told]) -> bool + Sync,
) -> Vec<Told> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let (address, enough) = (served.address, &enough);
                scope.spawn(move || {
                    let mut client = Client::new(address);
                    let mut told = Vec::new();
                    // Bounded: what is never reached must not look like a pass.
                    while told.len() < 4000 && !enough(&told) {
                        let user = format!("{round}-{number}-{}", told.len());
                        let reply = join(&mut client, campaign, &user).expect("it answers");
                        let (status, code) = (reply.status, reply.text("code"));
                        told.push(Told { user, status, code });
                    }
                    assert!(enough(&told), "{round}: not after {} joins", told.len());
                    told
                })
            })
            .collect();
        let told = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap());
        told.collect()
    })
}

/// Every answer is a join that is stored or one that was refused for lack of room, and the file has exactly the
/// former.
fn assert_exact(told: &[Told], path: &Path) {
    for told in told {
        let is_expected = told.status == 201 || (told.status == 503 && told.code == "storage_full");
        assert!(is_expected, "{}: {} {}", told.user, told.status, told.code);
    }
    let joined: BTreeSet<&str> = told
        .iter()
        .filter(|told| told.status == 201)
        .map(|told| told.user.as_str())
        .collect();
    let file = FileState::read(path).unwrap();
    let stored: BTreeSet<&str> = file.by_user.keys().map(String::as_str).collect();
    assert!(
        stored == joined,
        "{:?}",
        stored.symmetric_difference(&joined)
    );
}

/// `check` and `audit verify` have nothing to object.
fn assert_sound(path: &Path) {
    for arguments in [&["check"][..], &["audit", "verify"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_sambatan"))
            .args(arguments)
            .arg("--db")
            .arg(path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{arguments:?}: {said} {output:?}");
    }
}

fn get(served: &Served, path: &str) -> Reply {
    Client::new(served.address).get(path).expect("it answers")
}

/// Pages and lists are read, the process says what is wrong, and a join is refused definitely.
fn assert_refuses_and_reads(served: &mut Served, campaign: &Campaign) {
    let page = get(served, &format!("/c/{}", campaign.id));
    assert!([200, 303, 308].contains(&page.status), "{page:?}");
    for path in ["/", "/healthz", "/api/sambatan/campaigns"] {
        assert_eq!(get(served, path).status, 200, "{path}");
    }
    let refused = join(&mut Client::new(served.address), campaign, "refused").unwrap();
    assert_eq!(
        (refused.status, refused.text("code").as_str()),
        (503, "storage_full")
    );
    assert!(
        refused.text("detail").contains("tidak ada yang berubah"),
        "{}",
        refused.body
    );
    // The form comes back with what was typed, and says why.
    let form = "nonce=0123456789abcdef0123456789abcdef&user_id=refused-by-form&quantity=1\
                &shipping_address=Jl.+Kenanga+No.+7&note=titip+di+pos";
    let path = format!("/c/{}/join", campaign.id);
    let page = Client::new(served.address).post_form(&path, form).unwrap();
    assert_eq!(page.status, 503, "{}", page.body);
    for kept in [
        "Penyimpanan penuh",
        "tidak ada yang berubah",
        "value=\"refused-by-form\"",
        "Jl. Kenanga No. 7",
        "value=\"titip di pos\"",
    ] {
        assert!(page.body.contains(kept), "{kept}: {}", page.body);
    }
    // Where the storage is not full but limited, somebody else may free some of it at any moment: then the next
    // write is tried, and is refused again.
    let says_so = (0..50).any(|_| {
        let refused = join(&mut Client::new(served.address), campaign, "refused").unwrap();
        assert_eq!(refused.status, 503, "{}", refused.body);
        let ready = get(served, "/readyz");
        let metrics = get(served, "/metrics").body;
        (ready.status, ready.json()["reasons"].clone()) == (503, json!(["storage_full"]))
            && metrics.contains("sambatan_storage_full 1")
    });
    assert!(says_so, "{}", served.log());
    assert!(served.is_alive(), "{}", served.log());
}

fn assert_works_again(served: &mut Served, campaign: &Campaign) {
    let joined = join(&mut Client::new(served.address), campaign, "refused").unwrap();
    assert_eq!(joined.status, 201, "with the same key: {}", joined.body);
    let ready = get(served, "/readyz");
    assert_eq!(ready.status, 200, "{}", ready.body);
    assert!(
        get(served, "/metrics")
            .body
            .contains("sambatan_storage_full 0")
    );
    assert!(served.is_alive(), "{}", served.log());
}

/// A small storage of its own; it goes away with the test.
struct SmallStorage(PathBuf);

impl SmallStorage {
    fn mount(at: &Path) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
            .arg(at)
            .output();
        let is_mounted = mounted.is_ok_and(|output| output.status.success());
        if !is_mounted {
            println!("skipped: mounting a small storage takes the rights of root");
        }
        is_mounted.then(|| Self(at.to_owned()))
    }

    /// Leaves not a byte.
    fn fill(&self) {
        let filler = File::options()
            .create(true)
            .append(true)
            .open(self.filler());
        let mut filler = filler.unwrap();
        for piece in [4096, 1] {
            while filler.write_all(&vec![1; piece]).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for SmallStorage {
    fn drop(&mut self) {
        // Lazily, so that it also goes away while a failed test still has it open.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_refuses_joins_reads_go_on_and_joins_come_back_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let Some(storage) = SmallStorage::mount(folder.path()) else {
        return;
    };
    let path = folder.path().join("full.db");
    let mut served = Served::start(serve(&path, None));
    let campaign = Campaign::create(&mut Client::new(served.address), 1_000_000);
    let mut told = join_all(&served, &campaign, "before", |told| told.len() == 5);

    storage.fill();
    told.extend(join_all(&served, &campaign, "full", |told| told.len() == 5));
    assert!(told[CLIENTS * 5..].iter().all(|told| told.status == 503));
    assert_refuses_and_reads(&mut served, &campaign);
    assert_exact(&told, &path);

    // However it ends while the disk is full, it reads again after the next start.
    served.kill();
    let mut served = Served::start(serve(&path, None));
    assert_refuses_and_reads(&mut served, &campaign);
    assert_exact(&told, &path);
    served.ask_to_stop();
    let (ended, log) = served.wait(END);
    assert!(ended.is_some_and(|status| status.success()), "{log}");
    let mut served = Served::start(serve(&path, None));
    assert_refuses_and_reads(&mut served, &campaign);
    served.ask_to_stop();
    assert!(served.wait(END).0.is_some_and(|status| status.success()));

    // Now somebody else takes what it would need to read.
    // The index of the log is made anew by whoever opens the file first.
    let index = path.with_file_name("full.db-shm");
    if index.exists() {
        fs::remove_file(&index).unwrap();
    }
    storage.fill();
    let output = Command::new("timeout")
        .arg("20")
        .arg(env!("CARGO_BIN_EXE_sambatan"))
        .args(["serve", "--listen", "127.0.0.1:0", "--db"])
        .arg(&path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("is full: make room"), "{said}");

    storage.free();
    let mut served = Served::start(serve(&path, None));
    assert_works_again(&mut served, &campaign);
    served.ask_to_stop();
    let (ended, log) = served.wait(END);
    assert!(ended.is_some_and(|status| status.success()), "{log}");
    told.push(Told {
        user: "refused".to_owned(),
        status: 201,
        code: String::new(),
    });
    assert_exact(&told, &path);
    assert_sound(&path);
}

#[test]
fn joins_that_race_for_the_last_room_are_stored_or_refused_and_nothing_between() {
    let folder = tempfile::tempdir().unwrap();
    let Some(storage) = SmallStorage::mount(folder.path()) else {
        return;
    };
    let path = folder.path().join("full.db");
    let mut served = Served::start(serve(&path, None));
    let campaign = Campaign::create(&mut Client::new(served.address), 1_000_000);
    let refused = |told: &[Told]| told.iter().filter(|told| told.status == 503).count() >= 3;
    let mut told = join_all(&served, &campaign, "first", refused);
    assert!(told.iter().filter(|told| told.status == 201).count() > 20);
    storage.fill();
    assert_refuses_and_reads(&mut served, &campaign);
    storage.free();
    assert_exact(&told, &path);
    // Its own log fills the disk now, and moving it into the file takes room as well.
    told.extend(join_all(&served, &campaign, "second", |told| {
        told.len() == 3
    }));
    served.kill();
    assert_exact(&told, &path);
    assert_sound(&path);
}

/// Whether the limits of another process can be changed here.
fn can_change_limits() -> bool {
    let can = Command::new("prlimit").arg("--version").output();
    let can = can.is_ok_and(|output| output.status.success());
    if !can {
        println!("skipped: there is no prlimit");
    }
    can
}

/// Serves under a soft limit on the size of files, in blocks of 512 bytes. To a process it is what a quota is:
/// the disk has room, and yet it may not write.
fn serve_limited(path: &Path, variant: Option<&str>) -> Served {
    let limit = "ulimit -S -f 1000; exec \"$@\"";
    Served::start(serve_under(&["sh", "-c", limit, "sh"], path, variant))
}

/// Joins from several clients, and then one by one: a small commit may still fit where a large one did not.
fn join_until_refused(served: &Served, campaign: &Campaign) -> Vec<Told> {
    let is_refused = |told: &[Told]| told.last().is_some_and(|told| told.status == 503);
    let mut told = join_all(served, campaign, "limited", is_refused);
    let mut client = Client::new(served.address);
    for number in 0..1000 {
        let user = format!("alone-{number}");
        let reply = join(&mut client, campaign, &user).expect("it answers");
        let (status, code) = (reply.status, reply.text("code"));
        told.push(Told { user, status, code });
        if is_refused(&told) {
            return told;
        }
    }
    panic!("it is never refused");
}

#[test]
fn a_limit_that_only_the_commit_meets_refuses_too_and_joins_come_back_when_it_is_lifted() {
    if !can_change_limits() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("limited.db");
    let mut served = serve_limited(&path, None);
    let campaign = Campaign::create(&mut Client::new(served.address), 1_000_000);
    let told = join_until_refused(&served, &campaign);
    assert_refuses_and_reads(&mut served, &campaign);
    assert_exact(&told, &path);
    let lifted = Command::new("prlimit")
        .args(["--fsize=unlimited:", "--pid", &served.process().to_string()])
        .status();
    assert!(lifted.unwrap().success());
    assert_works_again(&mut served, &campaign);
    served.kill();
    assert_sound(&path);
}

#[cfg(feature = "broken-variants")]
#[test]
fn a_reply_before_the_commit_that_finds_no_room_is_caught() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("limited.db");
    let served = serve_limited(&path, Some("reply-before-commit"));
    let campaign = Campaign::create(&mut Client::new(served.address), 1_000_000);
    let told = join_all(&served, &campaign, "limited", |told| told.len() == 150);
    served.kill();
    let caught = std::panic::catch_unwind(|| assert_exact(&told, &path));
    assert!(
        caught.is_err(),
        "an acknowledged join is lost, and nobody notices"
    );
}

/// Every few writes fail as they do on a full disk, wherever in a commit that is, and then the process is
/// killed: what was refused must not be there afterwards.
#[test]
fn what_was_refused_never_comes_to_life() {
    let strace = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .output();
    if !strace.as_ref().is_ok_and(|output| output.status.success()) {
        assert!(
            std::env::var_os("CI").is_none(),
            "strace is missing or not permitted: {strace:?}"
        );
        println!("skipped: strace is missing or not permitted");
        return;
    }
    for (error, every) in [("ENOSPC", 7), ("ENOSPC", 11), ("EDQUOT", 1)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("failing.db");
        let served = Served::start(serve(&path, None));
        let campaign = Campaign::create(&mut Client::new(served.address), 1_000_000);
        served.kill();
        let fails = format!("inject=pwrite64:error={error}:when=40+{every}");
        let calls = ["-e", "trace=pwrite64", "-e", &fails];
        let trace = folder.path().join("trace");
        let to = ["-o", trace.to_str().unwrap()];
        let wrapper = [&["strace", "-f", "-qq"][..], &to, &calls].concat();
        let served = Served::start(serve_under(&wrapper, &path, None));
        let told = join_all(&served, &campaign, "failing", |told| told.len() == 25);
        let traced = fs::read_to_string(&trace).unwrap();
        let process = promises::trace::first_process(&traced).unwrap();
        assert!(
            promises::process::signal("KILL", process),
            "{}",
            served.log()
        );
        let (ended, log) = served.wait(END);
        assert!(ended.is_some(), "{log}");
        let refused = told.iter().filter(|told| told.status == 503).count();
        println!(
            "{error} each {every}: {} joins, {refused} refused",
            told.len()
        );
        assert!(0 < refused && refused < told.len(), "{refused}");
        assert_exact(&told, &path);
        assert_sound(&path);
    }
}

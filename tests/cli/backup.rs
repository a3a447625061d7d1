//! `backup`: complete, checked, private, and never over another file.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rusqlite::{Connection, OpenFlags};
use serde_json::json;

use crate::client::{Call, Client};
use crate::harness::{Place, damage, edit};

/// Clients that join while a backup is made. Fewer than the server's library answers at once.
const CLIENTS: usize = 3;

/// So many backups have to be made while somebody joins, out of so many at most.
const DISTURBED: usize = 3;
const MOST: usize = 30;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

pub(crate) fn number(path: &Path, sql: &str) -> i64 {
    // A connection that could not write would leave the log of the file behind.
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .unwrap()
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}

/// A campaign with room for everybody, on a server.
fn campaign(client: &mut Client) -> String {
    let deadline = "2999-01-01T00:00:00Z";
    let product = client
        .send(&Call::post("/api/products").json(&json!({"name": "Rimba Embun", "base_price": 1})))
        .created();
    let id = product["id"].as_str().unwrap();
    client
        .send(
            &Call::post(&format!("/api/products/{id}/sambatan"))
                .json(&json!({"enabled": true, "total_slots": 10, "deadline": deadline})),
        )
        .ok();
    let new = json!({
        "product_id": id, "title": "Batch", "total_slots": 1_000_000,
        "price_per_slot": 1000, "deadline": deadline,
    });
    let created = client
        .send(&Call::post("/api/sambatan/campaigns").json(&new))
        .created();
    created["id"].as_str().unwrap().to_owned()
}

fn join(client: &mut Client, campaign: &str, user: &str) {
    let body = json!({
        "user_id": user, "quantity": 1, "shipping_address": "Jl. Melati No. 15, Kota Rekaan",
    });
    client
        .send(&Call::post(&format!("/api/sambatan/campaigns/{campaign}/join")).json(&body))
        .created();
}

/// Sets a flag at the end, also at the end by a failed assertion: else the clients would never end.
struct Ended<'a>(&'a AtomicBool);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_backup_under_load_has_all_that_was_stored_when_it_began_and_breaks_nothing() {
    let place = Place::new();
    let served = place.serve(&["serve"]);
    let address = served.address();
    let campaign = campaign(&mut Client::connect(address));
    let (joined, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut names = Vec::new();
    std::thread::scope(|scope| {
        let _ended = Ended(&is_over);
        for client in 0..CLIENTS {
            let (campaign, joined, is_over) = (&campaign, &joined, &is_over);
            scope.spawn(move || {
                let mut connection = Client::connect(address);
                for number in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    join(&mut connection, campaign, &format!("u{client}-{number}"));
                    joined.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        // A backup of a small file can be quicker than a join, so not every one has had company.
        let mut disturbed = 0;
        while disturbed < DISTURBED {
            assert!(names.len() < MOST, "{disturbed} of {MOST} had company");
            let name = format!("backup-{}.db", names.len() + 1);
            let before = joined.load(Ordering::SeqCst);
            let printed = place.run(&["backup", &name]).ok();
            let after = joined.load(Ordering::SeqCst);
            let copied = number(
                &place.path(&name),
                "SELECT count(*) FROM sambatan_participants",
            );
            let copied = usize::try_from(copied).unwrap();
            // A join can be stored before its client has counted it.
            assert!(
                (before..=after + CLIENTS).contains(&copied),
                "{before} {copied} {after}"
            );
            assert!(
                printed.contains(&format!("1 campaign, {copied} participant")),
                "{printed}"
            );
            disturbed += usize::from(after > before);
            names.push(name);
        }
    });
    assert_eq!(served.stop().code, Some(0));
    // Only now: each check takes the longer the more have joined, and they would join on meanwhile.
    for name in &names {
        place.run(&["check", "--db", name]).ok();
    }
    names.push("sambatan.db".to_owned());
    names.sort();
    assert_eq!(
        place.names(),
        names,
        "each is one file and nothing else is left"
    );
}

#[test]
fn only_its_owner_can_read_a_backup_and_a_new_database() {
    let place = Place::new();
    let served = place.serve(&["serve"]);
    for name in ["sambatan.db", "sambatan.db-wal", "sambatan.db-shm"] {
        assert_eq!(mode(&place.path(name)), 0o600, "{name}");
    }
    place.run(&["backup", "copy.db"]).ok();
    assert_eq!(mode(&place.path("copy.db")), 0o600);
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn a_database_that_every_user_can_read_is_warned_of_and_left_so() {
    let place = Place::new();
    let file = place.demo_file();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let ended = place.run(&["sweep", "--db", "demo.db"]);
    assert!(ended.stderr.contains("chmod 600"), "{ended:?}");
    ended.ok();
    assert_eq!(mode(&file), 0o644);
}

#[test]
fn an_existing_file_is_never_replaced() {
    let place = Place::new();
    place.demo_file();
    std::fs::write(place.path("mine.txt"), "precious").unwrap();
    std::os::unix::fs::symlink("nowhere", place.path("link")).unwrap();
    for name in ["mine.txt", "link", "demo.db"] {
        place
            .run(&["backup", name, "--db", "demo.db"])
            .failed(1, "exists already");
    }
    assert_eq!(std::fs::read(place.path("mine.txt")).unwrap(), b"precious");
    assert_eq!(place.names(), ["demo.db", "link", "mine.txt"]);
}

#[test]
fn a_damaged_file_gives_no_backup_and_what_is_wrong_is_said() {
    let place = Place::new();
    let file = place.demo_file();
    edit(
        &file,
        "UPDATE sambatan_totals SET campaigns = campaigns + 1",
    );
    let ended = place.run(&["backup", "copy.db", "--db", "demo.db"]);
    ended.failed(1, "demo.db is damaged");
    ended.failed(1, "totals_are_sums");

    damage(&file);
    place
        .run(&["backup", "copy.db", "--db", "demo.db"])
        .failed(1, "file_is_intact");
    assert_eq!(place.names(), ["demo.db"]);
}

#[test]
fn what_is_no_database_of_ours_gives_no_backup() {
    let place = Place::new();
    std::fs::write(place.path("notes.txt"), "not a database ".repeat(500)).unwrap();
    place
        .run(&["backup", "copy.db", "--db", "notes.txt"])
        .failed(1, "another program");
    place
        .run(&["backup", "copy.db"])
        .failed(1, "there is no file sambatan.db");
    place.demo_file();
    place
        .run(&["backup", "missing/copy.db", "--db", "demo.db"])
        .failed(1, "there is no folder missing");
    place
        .run(&["backup", ".", "--db", "demo.db"])
        .failed(1, "is a folder");
    assert_eq!(place.names(), ["demo.db", "notes.txt"]);
}

#[test]
fn a_backup_can_be_read_where_nothing_can_be_written() {
    let place = Place::new();
    place.demo_file();
    place.run(&["backup", "copy.db", "--db", "demo.db"]).ok();
    // Bytes 18 and 19 of a database say whether it has a write-ahead log: 1 is no, 2 is yes.
    let bytes = std::fs::read(place.path("copy.db")).unwrap();
    assert_eq!(bytes[18..20], [1, 1]);
}

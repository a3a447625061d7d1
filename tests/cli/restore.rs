//! `restore`: checks first, keeps what was there, and keeps its hands off a file that is open.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::backup::number;
use crate::client::{Call, Client};
use crate::harness::{Place, edit};

const CAMPAIGNS: &str = "SELECT count(*) FROM sambatan_campaigns";

/// A backup of the demo's file in a folder where nothing else is.
fn place_with_backup() -> Place {
    let place = Place::new();
    place.demo_file();
    place.run(&["backup", "backup.db", "--db", "demo.db"]).ok();
    std::fs::remove_file(place.path("demo.db")).unwrap();
    assert_eq!(place.names(), ["backup.db"]);
    place
}

/// What was kept of the old file, without what lies beside it.
fn kept(place: &Place) -> PathBuf {
    let names: Vec<String> = place
        .names()
        .into_iter()
        .filter(|name| name.starts_with("sambatan.db.replaced-") && name.ends_with('Z'))
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    place.path(&names[0])
}

#[test]
fn where_nothing_is_the_backup_becomes_the_database() {
    let place = place_with_backup();
    let before = std::fs::read(place.path("backup.db")).unwrap();
    let printed = place.run(&["restore", "backup.db"]).ok();
    assert!(
        printed.contains("sambatan.db is now a copy of backup.db"),
        "{printed}"
    );
    assert!(!printed.contains("kept"), "{printed}");
    let metadata = std::fs::metadata(place.path("sambatan.db")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert_eq!(place.names(), ["backup.db", "sambatan.db"]);
    assert_eq!(std::fs::read(place.path("backup.db")).unwrap(), before);

    let served = place.serve(&["serve"]);
    let reply = Client::connect(served.address()).send(&Call::get("/api/sambatan/campaigns"));
    assert!(!reply.ok().as_array().unwrap().is_empty());
    assert_eq!(served.stop().code, Some(0));
    place.run(&["check"]).ok();
}

#[test]
fn a_database_that_is_there_is_replaced_only_when_forced_and_is_kept() {
    let place = place_with_backup();
    assert_eq!(place.serve(&["serve"]).stop().code, Some(0));
    place
        .run(&["restore", "backup.db"])
        .failed(1, "With --force");
    assert_eq!(number(&place.path("sambatan.db"), CAMPAIGNS), 0);

    let printed = place.run(&["restore", "backup.db", "--force"]).ok();
    let kept = kept(&place);
    assert!(
        printed.contains(&kept.file_name().unwrap().display().to_string()),
        "{printed}"
    );
    assert_eq!(place.names().len(), 3, "{:?}", place.names());
    assert_eq!(number(&kept, CAMPAIGNS), 0);
    assert!(number(&place.path("sambatan.db"), CAMPAIGNS) > 0);
    place.run(&["check"]).ok();
}

#[test]
fn what_a_killed_server_left_in_its_log_is_kept_too() {
    let place = place_with_backup();
    let served = place.serve(&["serve"]);
    Client::connect(served.address())
        .send(&Call::post("/api/products").json_text(r#"{"name": "Rimba Embun", "base_price": 1}"#))
        .created();
    served.signal("KILL");
    served.end();
    assert!(place.names().contains(&"sambatan.db-wal".to_owned()));
    place.run(&["restore", "backup.db", "--force"]).ok();
    assert_eq!(
        number(
            &kept(&place),
            "SELECT count(*) FROM products WHERE name = 'Rimba Embun'"
        ),
        1
    );
    assert_eq!(place.names().len(), 3, "{:?}", place.names());
    place.run(&["check"]).ok();
}

#[test]
fn an_unreadable_database_is_kept_as_it_lies_with_what_is_beside_it() {
    let place = place_with_backup();
    std::fs::write(place.path("sambatan.db"), "ruined ".repeat(2000)).unwrap();
    std::fs::write(place.path("sambatan.db-wal"), "its log").unwrap();
    place.run(&["restore", "backup.db", "--force"]).ok();
    let kept = kept(&place);
    assert!(std::fs::read(&kept).unwrap().starts_with(b"ruined"));
    let log = format!("{}-wal", kept.display());
    assert_eq!(std::fs::read(log).unwrap(), b"its log");
    place.run(&["check"]).ok();
}

#[test]
fn a_log_without_its_database_is_not_taken_for_one_of_the_new_file() {
    let place = place_with_backup();
    std::fs::write(place.path("sambatan.db-wal"), "of another time").unwrap();
    place
        .run(&["restore", "backup.db"])
        .failed(1, "sambatan.db-wal exists already");
    place.run(&["restore", "backup.db", "--force"]).ok();
    assert!(!place.path("sambatan.db-wal").exists());
    place.run(&["check"]).ok();
}

#[test]
fn a_running_server_is_noticed_and_goes_on_undisturbed() {
    let place = place_with_backup();
    let served = place.serve(&["serve"]);
    let before = place.names();
    place
        .run(&["restore", "backup.db", "--force"])
        .failed(1, "Stop the server");
    assert_eq!(place.names(), before);
    Client::connect(served.address())
        .send(&Call::post("/api/products").json_text(r#"{"name": "Rimba Embun", "base_price": 1}"#))
        .created();
    assert_eq!(served.stop().code, Some(0));
    place.run(&["restore", "backup.db", "--force"]).ok();
}

#[test]
fn newer_foreign_and_damaged_backups_are_refused_and_nothing_is_touched() {
    let place = place_with_backup();
    assert_eq!(place.serve(&["serve"]).stop().code, Some(0));
    let before = std::fs::read(place.path("sambatan.db")).unwrap();
    let copy = |name: &str| {
        std::fs::copy(place.path("backup.db"), place.path(name)).unwrap();
        place.path(name)
    };
    edit(&copy("newer.db"), "PRAGMA user_version = 99");
    edit(
        &copy("wrong.db"),
        "UPDATE sambatan_campaigns SET filled_slots = 0",
    );
    let half = std::fs::read(place.path("backup.db")).unwrap();
    std::fs::write(place.path("half.db"), &half[..half.len() / 2]).unwrap();
    std::fs::write(place.path("notes.txt"), "not a database ".repeat(500)).unwrap();
    std::fs::write(place.path("empty.db"), "").unwrap();
    for (name, word) in [
        ("newer.db", "newer version"),
        ("wrong.db", "slots_are_the_sum_of_participations"),
        ("half.db", ""),
        ("notes.txt", "another program"),
        ("empty.db", "another program"),
        ("missing.db", "there is no backup missing.db"),
        ("sambatan.db", "is the database itself"),
    ] {
        let names = place.names();
        place.run(&["restore", name, "--force"]).failed(1, word);
        assert_eq!(
            std::fs::read(place.path("sambatan.db")).unwrap(),
            before,
            "{name}"
        );
        assert_eq!(place.names(), names, "{name}");
    }
}

#[test]
fn a_link_to_the_database_stays_one() {
    let place = place_with_backup();
    std::fs::create_dir(place.path("data")).unwrap();
    std::os::unix::fs::symlink("data/real.db", place.path("sambatan.db")).unwrap();
    std::fs::copy(place.path("backup.db"), place.path("data/real.db")).unwrap();
    place.run(&["restore", "backup.db", "--force"]).ok();
    assert!(place.path("sambatan.db").is_symlink());
    place.run(&["check", "--db", "data/real.db"]).ok();
    assert_eq!(std::fs::read_dir(place.path("data")).unwrap().count(), 2);
}

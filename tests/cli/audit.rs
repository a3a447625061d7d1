//! `audit`: what was changed behind the program's back is found, by its number.

use std::path::Path;

use serde_json::Value;

use crate::harness::{Place, edit};

const UNLOCKED: &str =
    "DROP TRIGGER audit_rows_are_never_updated; DROP TRIGGER audit_rows_are_never_deleted;";

/// What is done to the log, and what must be found: its kind and its number.
const DAMAGES: &[(&str, &str, i64)] = &[
    (
        "UPDATE sambatan_audit_logs SET metadata = '{}' WHERE id = 7",
        "hash",
        7,
    ),
    (
        "UPDATE sambatan_audit_logs SET created_at = '2020-01-01 00:00:00.000' WHERE id = 1",
        "hash",
        1,
    ),
    (
        "UPDATE sambatan_audit_logs SET campaign_id = (SELECT max(id) FROM sambatan_campaigns) WHERE id = 30",
        "hash",
        30,
    ),
    ("DELETE FROM sambatan_audit_logs WHERE id = 40", "gap", 40),
    ("DELETE FROM sambatan_audit_logs WHERE id = 1", "gap", 1),
    (
        "DELETE FROM sambatan_audit_logs WHERE id = 12;
         UPDATE sambatan_audit_logs SET id = id - 1 WHERE id > 12;
         UPDATE sqlite_sequence SET seq = seq - 1 WHERE name = 'sambatan_audit_logs'",
        "hash",
        12,
    ),
    (
        "INSERT INTO sambatan_audit_logs SELECT 0, campaign_id, event, metadata, created_at, hash
           FROM sambatan_audit_logs WHERE id = 20",
        "hash",
        0,
    ),
    (
        "UPDATE sambatan_audit_logs SET id = -id WHERE id > 20;
         UPDATE sambatan_audit_logs SET id = 1 - id WHERE id < -20;
         INSERT INTO sambatan_audit_logs SELECT 21, campaign_id, event, metadata, created_at, hash
           FROM sambatan_audit_logs WHERE id = 20",
        "hash",
        21,
    ),
    (
        "UPDATE sambatan_audit_logs SET id = 0 WHERE id = 33;
         UPDATE sambatan_audit_logs SET id = 33 WHERE id = 34;
         UPDATE sambatan_audit_logs SET id = 34 WHERE id = 0",
        "hash",
        33,
    ),
];

fn verified(place: &Place, file: &Path) -> Value {
    let ended = place.run(&["audit", "verify", "--json", "--db", file.to_str().unwrap()]);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"));
    let expected = i32::from(report["ok"] != true);
    assert_eq!(ended.code, Some(expected), "{ended:?}");
    report
}

#[test]
fn a_row_of_the_log_that_was_changed_removed_put_in_or_moved_is_found_by_its_number() {
    let place = Place::new();
    let sound = place.demo_file();
    let report = verified(&place, &sound);
    assert_eq!(report["ok"], true, "{report}");
    assert!(report["events"].as_i64().unwrap() > 40, "{report}");
    let damaged = place.path("damaged.db");
    for (damage, kind, number) in DAMAGES {
        std::fs::copy(&sound, &damaged).unwrap();
        edit(&damaged, &format!("{UNLOCKED} {damage}"));
        let misfit = &verified(&place, &damaged)["misfit"];
        assert_eq!(misfit["kind"], *kind, "{damage}: {misfit}");
        assert_eq!(misfit["number"], *number, "{damage}: {misfit}");
    }
}

#[test]
fn an_end_that_was_cut_off_is_found() {
    let place = Place::new();
    let file = place.demo_file();
    let events = verified(&place, &file)["events"].clone();
    let cut =
        "DELETE FROM sambatan_audit_logs WHERE id = (SELECT max(id) FROM sambatan_audit_logs)";
    edit(&file, &format!("{UNLOCKED} {cut}"));
    let report = verified(&place, &file);
    assert_eq!(report["misfit"]["kind"], "gap", "{report}");
    assert_eq!(report["misfit"]["number"], events, "{report}");
    let said = place.run(&["audit", "verify", "--db", "demo.db"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stdout.contains("at the end of the log"), "{said:?}");
}

#[test]
fn the_log_is_written_as_a_line_of_json_for_each_event_oldest_first() {
    let place = Place::new();
    let file = place.demo_file();
    let events = verified(&place, &file)["events"].as_u64().unwrap();
    let printed = place.run(&["audit", "export", "--db", "demo.db"]).ok();
    let mut count = 0;
    for line in printed.lines() {
        count += 1;
        let event: Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["number"], count);
        assert!(event["metadata"].is_object());
        assert_eq!(event["hash"].as_str().unwrap().len(), 64);
    }
    assert_eq!(count, events);
    let to_file = ["audit", "export", "--db", "demo.db", "--out", "log.jsonl"];
    assert_eq!(place.run(&to_file).ok(), "");
    let written = std::fs::read_to_string(place.path("log.jsonl")).unwrap();
    assert_eq!(written, printed);
    place.run(&to_file).failed(1, "it is there already");
}

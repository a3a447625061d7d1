//! What the file's own definitions say: a file whose schema somebody changed is neither served nor restored,
//! and `check` and `audit verify` name what differs. What somebody put beside ours is warned of.

use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use crate::harness::Place;

/// Changes what `sqlite_schema` says of an object, as `PRAGMA writable_schema` lets anybody do.
fn rewrite(path: &Path, name: &str, from: &str, to: &str) {
    let connection = Connection::open(path).unwrap();
    let version: i64 = connection
        .query_row("PRAGMA schema_version", [], |row| row.get(0))
        .unwrap();
    connection
        .execute_batch("PRAGMA writable_schema = ON")
        .unwrap();
    let changed = connection
        .execute(
            "UPDATE sqlite_schema SET sql = replace(sql, ?2, ?3) WHERE name = ?1 AND instr(sql, ?2) > 0",
            [name, from, to],
        )
        .unwrap();
    assert_eq!(changed, 1, "{name}: {from}");
    connection
        .execute_batch(&format!("PRAGMA schema_version = {}", version + 1))
        .unwrap();
}

fn run(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

type Change = fn(&Path);

/// What is done, and the name of the object that differs.
const CHANGES: &[(&str, Change, &str)] = &[
    (
        "an extra trigger",
        |path| {
            run(
                path,
                "CREATE TRIGGER helpful AFTER INSERT ON sambatan_transactions
                 BEGIN UPDATE sambatan_participants SET payout_account = 'BCA 666'; END",
            );
        },
        "helpful",
    ),
    (
        "a trigger on a table that is not ours",
        |path| {
            run(
                path,
                "CREATE TABLE theirs (x); CREATE TRIGGER quiet AFTER INSERT ON theirs
                 BEGIN DELETE FROM webhooks; END",
            );
        },
        "quiet",
    ),
    (
        "an emptied trigger of the log",
        |path| {
            run(
                path,
                "DROP TRIGGER audit_rows_are_never_deleted;
                 CREATE TRIGGER audit_rows_are_never_deleted BEFORE DELETE ON sambatan_audit_logs
                 BEGIN SELECT 1; END",
            );
        },
        "audit_rows_are_never_deleted",
    ),
    (
        "a trigger that is gone",
        |path| run(path, "DROP TRIGGER transactions_keep_their_amount"),
        "transactions_keep_their_amount",
    ),
    (
        "a CHECK that is gone",
        |path| {
            rewrite(
                path,
                "sambatan_campaigns",
                " CHECK (filled_slots BETWEEN 0 AND total_slots)",
                "",
            );
        },
        "sambatan_campaigns",
    ),
    (
        "a table that is no longer STRICT",
        |path| {
            rewrite(
                path,
                "sambatan_participants",
                "STRICT, WITHOUT ROWID",
                "WITHOUT ROWID",
            );
        },
        "sambatan_participants",
    ),
    (
        "a unique index that is plain",
        |path| {
            run(
                path,
                "DROP INDEX statement_lines; CREATE INDEX statement_lines
                     ON sambatan_transactions (statement_line) WHERE statement_line IS NOT NULL",
            );
        },
        "statement_lines",
    ),
    (
        "a unique index too many",
        |path| {
            run(
                path,
                "CREATE UNIQUE INDEX once ON sambatan_participants (user_id, id)",
            );
        },
        "once",
    ),
    (
        "an index whose rule refuses writes",
        |path| {
            run(
                path,
                "CREATE INDEX some_rows ON sambatan_participants (note)
                  WHERE json(CASE WHEN user_id = 'not-there' THEN '-' ELSE '1' END)",
            );
        },
        "some_rows",
    ),
    (
        "an index of an expression, which refuses writes",
        |path| {
            run(
                path,
                "CREATE INDEX worked_out ON sambatan_participants
                     (json(CASE WHEN user_id = 'not-there' THEN '-' ELSE '1' END))",
            );
        },
        "worked_out",
    ),
    (
        "a table that keeps ours from changing",
        |path| {
            run(
                path,
                "CREATE TABLE keeps (x REFERENCES Sambatan_Campaigns (filled_slots))",
            );
        },
        "keeps",
    ),
    (
        "a table with a known name that keeps ours from changing",
        |path| {
            run(
                path,
                "CREATE TABLE _litestream_keeps (x, FOREIGN KEY (x) REFERENCES \"bans\" (id))",
            );
        },
        "_litestream_keeps",
    ),
    (
        "a view that lies",
        |path| {
            run(
                path,
                "DROP VIEW sambatan_campaign_progress; CREATE VIEW sambatan_campaign_progress AS
                 SELECT id AS campaign_id, total_slots, 0 AS filled_slots, total_slots AS available_slots,
                        0.0 AS progress, 0 AS participant_count, 0 AS total_contribution, status
                   FROM sambatan_campaigns",
            );
        },
        "sambatan_campaign_progress",
    ),
    (
        "a table that is a view",
        |path| {
            run(
                path,
                "ALTER TABLE webhooks RENAME TO hidden;
                 CREATE VIEW webhooks AS SELECT * FROM hidden",
            );
        },
        "webhooks",
    ),
    (
        "a column that computes",
        |path| {
            run(
                path,
                "ALTER TABLE products ADD COLUMN cheap INTEGER GENERATED ALWAYS AS (base_price / 2)",
            );
        },
        "products",
    ),
    (
        "a column too many",
        |path| run(path, "ALTER TABLE webhooks ADD COLUMN copy_to TEXT"),
        "webhooks",
    ),
];

fn report(place: &Place, command: &[&str], path: &Path) -> (Option<i32>, Value) {
    let path = path.to_str().unwrap();
    let ended = place.run(&[command, &["--json", "--db", path]].concat());
    let report = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"));
    (ended.code, report)
}

#[test]
fn a_changed_schema_is_neither_served_nor_restored_and_is_found_by_name() {
    let place = Place::new();
    let sound = place.demo_file();
    let changed = place.path("changed.db");
    for (what, change, name) in CHANGES {
        std::fs::copy(&sound, &changed).unwrap();
        change(&changed);
        let bytes = std::fs::read(&changed).unwrap();

        let (code, found) = report(&place, &["check"], &changed);
        assert_eq!(code, Some(1), "{what}");
        let invariants = found["invariants"].as_array().unwrap();
        let schema = invariants
            .iter()
            .find(|invariant| invariant["name"] == "schema_is_as_made")
            .unwrap();
        assert_eq!(schema["ok"], false, "{what}: {schema}");
        assert!(
            schema["rows"].to_string().contains(name),
            "{what}: {schema}"
        );

        let (code, found) = report(&place, &["audit", "verify"], &changed);
        assert_eq!(code, Some(1), "{what}: {found}");
        assert_eq!(found["misfit"]["kind"], "schema", "{what}: {found}");
        let sentence = found["misfit"]["sentence"].as_str().unwrap();
        assert!(sentence.contains(name), "{what}: {sentence}");

        let refused = place.run(&["sweep", "--db", "changed.db"]);
        refused.failed(1, name);
        let refused = place.run(&["restore", "changed.db", "--db", "new.db"]);
        refused.failed(1, "schema_is_as_made");
        assert!(!place.path("new.db").exists(), "{what}");
        assert!(
            bytes == std::fs::read(&changed).unwrap(),
            "{what}: it was written"
        );
    }
}

#[test]
fn what_somebody_put_beside_ours_is_warned_of_and_what_is_known_is_not() {
    let place = Place::new();
    let file = place.demo_file();
    run(
        &file,
        "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER);
         CREATE TABLE _litestream_lock (id INTEGER); ANALYZE",
    );
    let noted = |place: &Place| -> Vec<String> {
        let (code, found) = report(place, &["check"], &place.path("demo.db"));
        assert_eq!(code, Some(0), "{found}");
        let invariants = found["invariants"].as_array().unwrap();
        let notes = invariants.iter().flat_map(|invariant| {
            let notes = invariant["notes"].as_array().unwrap();
            notes.iter().map(|note| note.as_str().unwrap().to_owned())
        });
        notes.collect()
    };
    assert_eq!(noted(&place), [""; 0]);
    run(
        &file,
        "CREATE TABLE mine (x PRIMARY KEY, y REFERENCES mine (x)); CREATE INDEX mine_by_y ON mine (y || x);
         CREATE VIEW my_view AS SELECT title FROM sambatan_campaigns;
         CREATE INDEX my_index ON sambatan_campaigns (title, \"slot_price\" DESC)",
    );
    let notes = noted(&place);
    for name in ["mine", "mine_by_y", "my_view", "my_index"] {
        let named = |note: &&String| note.ends_with(&format!(" {name}"));
        assert_eq!(notes.iter().filter(named).count(), 1, "{name}: {notes:?}");
    }
    assert_eq!(notes.len(), 4, "{notes:?}");
    let swept = place.run(&["sweep", "--db", "demo.db"]);
    assert_eq!(swept.code, Some(0), "{swept:?}");
    for name in ["mine", "my_view", "my_index"] {
        assert!(swept.stderr.contains(name), "{swept:?}");
    }
    place.run(&["audit", "verify", "--db", "demo.db"]).ok();
    place.run(&["restore", "demo.db", "--db", "new.db"]).ok();
}

#[test]
fn a_backup_whose_tables_are_not_what_its_log_says_is_not_restored() {
    let place = Place::new();
    let file = place.demo_file();
    // No invariant asks what a campaign's total was when it was created.
    run(
        &file,
        "UPDATE sambatan_campaigns SET total_slots = total_slots + 1 WHERE status = 'active'",
    );
    place.run(&["check", "--db", "demo.db"]).ok();
    let refused = place.run(&["restore", "demo.db", "--db", "new.db"]);
    refused.failed(1, "total_slots");
    assert!(!place.path("new.db").exists());
}

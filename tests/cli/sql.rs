//! `sql`.

use std::process::Stdio;

use crate::harness::{Place, edit};

fn place() -> Place {
    let place = Place::new();
    place.demo_file();
    std::fs::rename(place.path("demo.db"), place.path("sambatan.db")).unwrap();
    place
}

#[test]
fn rows_are_a_table_or_json() {
    let place = place();
    let query =
        "SELECT title, total_slots, opens_at FROM sambatan_campaigns WHERE title LIKE 'Rimba%';";
    let table = place.run(&["sql", query]).ok();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[0],
        "title                          total_slots  opens_at"
    );
    assert_eq!(lines[2], "Rimba Embun, patungan pertama           20  NULL");
    let json = place.run(&["sql", query, "--json"]).ok();
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        rows,
        serde_json::json!([{"title": "Rimba Embun, patungan pertama", "total_slots": 20, "opens_at": null}])
    );
    assert!(
        place
            .run(&["sql", "SELECT id FROM products WHERE 0"])
            .ok()
            .contains("(no rows)")
    );
}

#[test]
fn everything_but_reading_is_refused() {
    let place = place();
    let before = std::fs::read(place.path("sambatan.db")).unwrap();
    for query in [
        "DELETE FROM products",
        "UPDATE products SET name = 'mine' RETURNING id",
        "INSERT INTO sambatan_totals VALUES ('a', 1, 1)",
        "DROP TABLE products",
        "ATTACH 'other.db' AS other",
        "PRAGMA user_version = 7",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "VACUUM",
        "VACUUM INTO 'copy.db'",
        "BEGIN IMMEDIATE",
        "SELECT load_extension('evil')",
        "SELECT 1; DELETE FROM products",
    ] {
        place
            .run(&["sql", query])
            .failed(1, "only reading is allowed");
    }
    place
        .run(&["sql", "SELECT 1; SELECT 2"])
        .failed(1, "one statement");
    place.run(&["sql", " -- nothing"]).failed(1, "no query");
    assert_eq!(place.names(), ["sambatan.db"]);
    assert_eq!(std::fs::read(place.path("sambatan.db")).unwrap(), before);
}

#[test]
fn rows_that_are_left_out_are_mentioned() {
    let place = place();
    let ended = place.run(&["sql", "SELECT id FROM products", "--limit", "5"]);
    assert!(ended.stderr.contains("more than 5 rows"), "{ended:?}");
    assert_eq!(ended.ok().lines().count(), 2 + 5);
    let ended = place.run(&["sql", "SELECT id FROM products", "--limit", "12"]);
    assert_eq!(ended.stderr, "");
}

#[test]
fn stored_text_plays_no_tricks_on_the_terminal() {
    let place = place();
    edit(
        &place.path("sambatan.db"),
        "UPDATE products SET name = 'a' || char(27) || '[2J' || char(10) || 'b' || char(155) || char(8238)",
    );
    for format in [&[][..], &["--json"]] {
        let arguments = [&["sql", "SELECT name FROM products LIMIT 1"], format].concat();
        let printed = place.run(&arguments).ok();
        let unsafe_characters = |text: &str| {
            text.chars()
                .filter(|character| {
                    (character.is_control() && *character != '\n') || *character == '\u{202e}'
                })
                .count()
        };
        assert_eq!(unsafe_characters(&printed), 0, "{printed:?}");
    }
}

#[test]
fn words_of_another_database_are_translated() {
    let place = place();
    place
        .run(&[
            "sql",
            "SELECT * FROM sambatan_audit_logs WHERE created_at > NOW() - INTERVAL '1 hour'",
        ])
        .failed(1, "datetime('now', '-1 hour')");
    place
        .run(&["sql", "SELECT * FROM get_sambatan_campaign_progress('x')"])
        .failed(1, "sambatan_campaign_progress WHERE campaign_id");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = place();
    let query = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100000)
                 SELECT x, 'so much that no pipe holds it' FROM n";
    let mut child = place
        .command(&["sql", query, "--limit", "100000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_missing_file_is_not_made() {
    let place = Place::new();
    place
        .run(&["sql", "SELECT 1"])
        .failed(1, "there is no file sambatan.db");
    place
        .run(&["check"])
        .failed(1, "there is no file sambatan.db");
    assert!(place.names().is_empty());
}

#[test]
fn what_would_take_too_long_or_too_much_is_an_error_and_no_abort() {
    let place = place();
    // One function over one value takes minutes, and nothing can stop it but the end of the process.
    let slow = "SELECT instr(hex(zeroblob(500000)), hex(zeroblob(250000)) || '1')
                     + instr(hex(zeroblob(500001)), hex(zeroblob(250000)) || '1')
                     + instr(hex(zeroblob(500002)), hex(zeroblob(250000)) || '1')
                     + instr(hex(zeroblob(500003)), hex(zeroblob(250000)) || '1')";
    let started = std::time::Instant::now();
    place
        .run(&["sql", slow, "--timeout", "1"])
        .failed(1, "stopped after 1 seconds");
    assert!(started.elapsed() < std::time::Duration::from_secs(20));
    let rows = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)";
    for query in [
        "SELECT zeroblob(1000000000)",
        "SELECT hex(randomblob(900000))",
        &format!("{rows} SELECT hex(zeroblob(500000)) FROM n"),
        &format!("{rows} SELECT x, x, x FROM n"),
    ] {
        place
            .run(&["sql", query, "--limit", "1000000"])
            .failed(1, "the whole answer 64 MiB");
    }
}

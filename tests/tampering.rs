//! The principle: whatever one value of a file is changed to behind the program's back, as far as SQLite takes
//! it, `check` or `audit verify` finds it. What they cannot find stands in a list, with the reason why not.
//!
//! The columns are read from the schema as it is: a new one fails this test until it is told by its events,
//! sealed, compared by an invariant, or listed.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers may fail as the test may"
)]

#[path = "tampering/fill.rs"]
mod fill;
#[path = "support/shop.rs"]
mod shop;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use sambatan::clock::{Clock, ManualClock};
use sambatan::inspect::Inspector;
use sambatan::{Durability, Options, Sambatan};

/// What nobody finds, and why that is so.
const UNSEEN: &[(&str, &str)] = &[
    (
        "installation.clock_believed_at",
        "until when the clock was believed: noted each hour, and the clock is looked at again at each start",
    ),
    ("products.updated_at", TIME_OF_CHANGE),
    ("sambatan_campaigns.updated_at", TIME_OF_CHANGE),
    ("sambatan_participants.updated_at", TIME_OF_CHANGE),
    ("webhooks.last_event", DELIVERY),
    ("webhooks.failures", DELIVERY),
    ("webhooks.last_attempt_at", DELIVERY),
    ("webhooks.last_status", DELIVERY),
    ("webhooks.last_failure", DELIVERY),
    ("webhooks.last_delivered_at", DELIVERY),
    ("webhooks.next_attempt_at", DELIVERY),
    (
        "idempotency_keys.expires_at",
        "until when an answer is kept decides nothing about what it says",
    ),
];

/// What SQLite itself takes no other value of: constraints tie it to other columns.
const REFUSED: &[&str] = &[
    "bans.kind",
    "installation.only_row",
    "sambatan_transactions.kind",
];

const TIME_OF_CHANGE: &str = "shown and nothing else: no rule asks for it";
const DELIVERY: &str =
    "how far deliveries are: an event for each would be delivered in its turn, without end";

/// A file with something in every column.
fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let clock = ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap());
    let options = Options {
        clock: Clock::Manual(clock.clone()),
        durability: Durability::Off,
        forget_after_days: 30,
        ..Options::default()
    };
    let service = Sambatan::open_with(&path, options).unwrap();
    fill::fill(&service, &clock);
    service.close();
    (folder, path)
}

/// What a value could be changed to, by what stands in its column elsewhere.
fn candidates(value: &Value, others: &[Value]) -> Vec<Value> {
    let mut candidates: Vec<Value> = others
        .iter()
        .filter(|other| *other != value)
        .take(3)
        .cloned()
        .collect();
    match value {
        Value::Null => {
            candidates.extend([
                Value::Integer(1),
                Value::Integer(404),
                Value::Text("tls".to_owned()),
                Value::Text("Mandiri 666".to_owned()),
                Value::Text("2025-10-03 00:00:00.000".to_owned()),
                Value::Text("2025-10-03".to_owned()),
                Value::Blob(vec![7; 16]),
                Value::Blob(vec![7; 32]),
            ]);
        }
        Value::Integer(number) => {
            candidates.extend([number + 1, number - 1, 0].map(Value::Integer));
            candidates.push(Value::Null);
        }
        Value::Real(number) => candidates.push(Value::Real(number + 1.0)),
        Value::Text(text) => {
            candidates.push(Value::Text(format!("{text}x")));
            candidates.push(Value::Text("2025-10-02 03:04:05.678".to_owned()));
            candidates.push(Value::Text("2025-10-02".to_owned()));
            // An id that nothing has.
            candidates.push(Value::Text(
                "0199a0b2-c3d4-7e5f-8a1b-2c3d4e5f6001".to_owned(),
            ));
            candidates.push(Value::Text("(erased)".to_owned()));
            candidates.push(Value::Null);
        }
        Value::Blob(bytes) => {
            let mut other = bytes.clone();
            other[0] ^= 1;
            candidates.extend([Value::Blob(other), Value::Null]);
        }
    }
    candidates.retain(|candidate| candidate != value);
    candidates
}

/// A table of the file, with the columns that tell its rows apart.
struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<String>,
}

fn tables(connection: &Connection) -> Vec<Table> {
    let names: Vec<String> = strings(
        connection,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
          ORDER BY name",
    );
    names
        .into_iter()
        .map(|name| {
            let of = |more: &str| {
                let sql = format!("SELECT name FROM pragma_table_info('{name}') {more}");
                strings(connection, &sql)
            };
            Table {
                columns: of(""),
                key: of("WHERE pk > 0 ORDER BY pk"),
                name,
            }
        })
        .collect()
}

fn strings(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The values of a column, each with where it stands: one row of each value, and few of many.
fn places(connection: &Connection, table: &Table, column: &str) -> Vec<(Vec<Value>, Value)> {
    let sql = format!(
        "SELECT {}, {column} FROM {} GROUP BY {column} ORDER BY count(*) DESC LIMIT 6",
        table.key.join(", "),
        table.name
    );
    let width = table.key.len();
    let mut statement = connection.prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| {
        let key = (0..width).map(|column| row.get(column));
        Ok((key.collect::<Result<_, _>>()?, row.get(width)?))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Changes one value, past every trigger, and says whether SQLite took it.
fn tamper(path: &Path, table: &Table, column: &str, key: &[Value], value: &Value) -> bool {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF")
        .unwrap();
    let triggers = {
        let sql = "SELECT sql FROM sqlite_schema WHERE type = 'trigger'";
        strings(&connection, sql)
    };
    for name in strings(
        &connection,
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
    ) {
        connection
            .execute_batch(&format!("DROP TRIGGER {name}"))
            .unwrap();
    }
    let which: Vec<String> = table
        .key
        .iter()
        .enumerate()
        .map(|(index, name)| format!("{name} IS ?{}", index + 2))
        .collect();
    let sql = format!(
        "UPDATE {} SET {column} = ?1 WHERE {}",
        table.name,
        which.join(" AND ")
    );
    let values: Vec<&Value> = std::iter::once(value).chain(key).collect();
    let changed = connection.execute(&sql, rusqlite::params_from_iter(values));
    for trigger in triggers {
        connection.execute_batch(&trigger).unwrap();
    }
    changed.is_ok_and(|rows| rows == 1)
}

fn is_found(path: &Path) -> bool {
    let Ok(inspector) = Inspector::open(path) else {
        return true;
    };
    // A value that cannot be read is found, too.
    if !inspector.verify().is_ok_and(|verified| verified.is_ok()) {
        return true;
    }
    let findings = inspector.check();
    !findings.is_ok_and(|findings| findings.iter().all(sambatan::inspect::Finding::holds))
}

#[test]
fn one_value_changed_by_hand_is_found_wherever_it_stands_or_it_is_said_why_not() {
    let (folder, path) = file();
    assert!(!is_found(&path), "the file is sound before");
    let connection = Connection::open(&path).unwrap();
    let tables = tables(&connection);
    let work = folder.path().join("tampered.db");
    let (mut unseen, mut untried) = (BTreeMap::new(), BTreeSet::new());
    for table in &tables {
        for column in &table.columns {
            let name = format!("{}.{column}", table.name);
            let places = places(&connection, table, column);
            let others: Vec<Value> = places.iter().map(|(_, value)| value.clone()).collect();
            let mut tried = 0;
            for (key, value) in &places {
                for candidate in candidates(value, &others) {
                    std::fs::copy(&path, &work).unwrap();
                    if !tamper(&work, table, column, key, &candidate) {
                        continue;
                    }
                    tried += 1;
                    if !is_found(&work) {
                        unseen
                            .entry(name.clone())
                            .or_insert_with(|| format!("{value:?} → {candidate:?}"));
                    }
                }
            }
            if tried == 0 {
                untried.insert(name);
            }
        }
    }
    let listed: BTreeSet<String> = UNSEEN.iter().map(|(name, _)| (*name).to_owned()).collect();
    let missed: Vec<_> = unseen
        .iter()
        .filter(|(name, _)| !listed.contains(*name))
        .collect();
    assert!(missed.is_empty(), "changed unseen: {missed:#?}");
    let seen: Vec<_> = listed
        .iter()
        .filter(|name| !unseen.contains_key(*name))
        .collect();
    assert!(seen.is_empty(), "listed, but found: {seen:?}");
    let refused: BTreeSet<String> = REFUSED.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(untried, refused, "never changed");
}

/// Each is done to the whole file, and must be found.
#[test]
fn an_erasure_that_the_log_does_not_know_is_found() {
    let (folder, path) = file();
    let work = folder.path().join("tampered.db");
    for sql in [
        "UPDATE sambatan_participants
            SET user_id = 'erased-' || substr(id, -12), shipping_address = '(erased)', note = NULL,
                cancel_reason = NULL, payout_account = NULL, salt = NULL, erased_at = updated_at
          WHERE user_id = 'fajar'",
        "UPDATE sambatan_participants SET shipping_address = '(erased)', note = NULL
          WHERE user_id = 'fajar'",
        "UPDATE sambatan_transactions SET reference = NULL, salt = NULL WHERE reference = 'TRX 10'",
        "DELETE FROM webhooks",
    ] {
        std::fs::copy(&path, &work).unwrap();
        let connection = Connection::open(&work).unwrap();
        assert_eq!(connection.execute(sql, params![]).unwrap(), 1, "{sql}");
        drop(connection);
        assert!(is_found(&work), "{sql}");
    }
}

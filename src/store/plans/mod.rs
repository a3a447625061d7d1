//! How SQLite finds the rows of each statement: by an index, in the order that is asked for.
//!
//! The statements are not listed here: each function of `store` is called and SQLite says what it ran.
//! The plans must be the same in a new file, in a full one, and when SQLite knows how full it is.

mod calls;
mod rows;

use std::cell::RefCell;
use std::fmt::Write as _;

use calls::{CALLS, Call, PICKLIST};
use rows::{Rows, fill};
use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use crate::store::open::{self, Durability};

thread_local! {
    static RAN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "rusqlite asks for a function of this type"
)]
fn note(event: TraceEvent<'_>) {
    if let TraceEvent::Stmt(_, sql) = event {
        // What a trigger runs is told as a comment.
        if !sql.starts_with("--") {
            RAN.with_borrow_mut(|ran| ran.push(sql.to_owned()));
        }
    }
}

fn plans(connection: &Connection, call: Call, rows: &Rows) -> Vec<String> {
    RAN.with_borrow_mut(Vec::clear);
    connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note));
    call(connection, rows);
    connection.trace_v2(TraceEventCodes::empty(), None);
    let ran = RAN.with_borrow_mut(std::mem::take);
    ran.iter().map(|sql| plan(connection, sql)).collect()
}

/// What SQLite would do, in its own words.
fn plan(connection: &Connection, sql: &str) -> String {
    let mut statement = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    let mut steps = statement.raw_query();
    let mut plan = Vec::new();
    while let Some(step) = steps.next().unwrap() {
        plan.push(step.get::<_, String>("detail").unwrap());
    }
    plan.join("; ")
}

fn new_file() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let connection = open::writer(&folder.path().join("a.db"), Durability::Off).unwrap();
    (folder, connection)
}

#[track_caller]
fn assert_plans(connection: &Connection) {
    let rows = Rows::new();
    let mut differences = String::new();
    for (name, call, expected) in CALLS {
        let found = plans(connection, *call, &rows);
        if found != *expected {
            writeln!(differences, "{name}: {found:#?}").unwrap();
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
fn a_new_file_is_read_by_its_indexes() {
    let (_folder, connection) = new_file();
    assert_plans(&connection);
}

#[test]
fn a_full_file_is_read_by_its_indexes() {
    let (_folder, connection) = new_file();
    fill(&connection);
    assert_plans(&connection);
}

#[test]
fn a_full_file_with_statistics_is_read_by_its_indexes() {
    let (_folder, connection) = new_file();
    fill(&connection);
    connection.execute_batch("ANALYZE").unwrap();
    assert_plans(&connection);
}

#[test]
fn no_plan_looks_at_every_row_or_sorts() {
    for (name, _, plans) in CALLS {
        for plan in *plans {
            // The totals of six states, ten webhooks and twenty accounts in use at most, and as many
            // bans as a person keeps.
            let few = [
                "SCAN sambatan_totals",
                "SCAN webhooks",
                "SCAN pay_to USING INDEX pay_to_in_use",
                "SCAN bans USING COVERING INDEX bans_by_digest",
            ];
            let few_rows = few.contains(plan);
            assert!(few_rows || !plan.contains("SCAN"), "{name}: {plan}");
            // A pick list is sorted when it is asked for, within bounds: no join keeps it in order.
            let sorts = plan.contains("TEMP B-TREE") && *plan != PICKLIST;
            assert!(!sorts, "{name}: {plan}");
        }
    }
}

#[test]
fn every_function_that_runs_a_statement_has_its_plan_checked() {
    for (module, source) in [
        ("products", include_str!("../products.rs")),
        ("campaigns", include_str!("../campaigns.rs")),
        ("running", include_str!("../campaigns/running.rs")),
        ("curve", include_str!("../curve.rs")),
        ("participants", include_str!("../participants.rs")),
        ("audit", include_str!("../audit.rs")),
        ("idempotency", include_str!("../idempotency.rs")),
        ("exports", include_str!("../exports.rs")),
        ("seals", include_str!("../seals.rs")),
        ("totals", include_str!("../totals.rs")),
        ("transactions", include_str!("../transactions.rs")),
        ("webhooks", include_str!("../webhooks.rs")),
        ("bans", include_str!("../bans.rs")),
        ("pay_to", include_str!("../pay_to.rs")),
    ] {
        for function in source.split("pub(crate) fn ").skip(1) {
            // Without a connection there is nothing to run.
            let (signature, _) = function.split_once('{').unwrap_or((function, ""));
            if !signature.contains("&Connection") {
                continue;
            }
            let name = function.split('(').next().unwrap_or_default();
            let known = format!("{module}::{name}");
            let is_checked = CALLS.iter().any(|(call, ..)| call.starts_with(&known));
            assert!(is_checked, "the plan of {known} is not checked");
        }
    }
}

//! A bank statement of 50,000 lines: looked at, recorded, and imported once more, in one run.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

mod support;

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::time::Instant;

use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::payment_import::ImportReport;
use sambatan::domain::statement::{Columns, Statement};
use sambatan::{ImportMode, Sambatan};
use support::{open_campaign, print_line};

/// Lines of the statement.
const LINES: usize = 50_000;

fn main() {
    // As many lines of somebody else, and none.
    for paying in [LINES / 2, LINES] {
        measure(paying);
    }
}

fn measure(paying: usize) {
    let folder = tempfile::tempdir().unwrap();
    let service = Sambatan::open(folder.path().join("import.db")).unwrap();
    let table = statement(&service, paying);
    print_line(&format!("{LINES} lines, of which {paying} pay"));
    for (name, mode) in [
        ("looked at", ImportMode::DryRun),
        ("recorded", ImportMode::Apply),
        ("imported again", ImportMode::Apply),
    ] {
        let start = Instant::now();
        let report = import(&service, &table, mode);
        let seconds = start.elapsed().as_secs_f64();
        let (matched, _) = report.total("matched");
        let (known, _) = report.total("known");
        print_line(&format!(
            "  {name:<16} {seconds:>6.2} s  {matched:>6} matched  {known:>6} known"
        ));
    }
}

/// Joins, and the statement in which they pay, among the lines of others.
fn statement(service: &Sambatan, paying: usize) -> String {
    let campaign = open_campaign(service, 1_000_000);
    let mut table = "Tanggal,Keterangan,Jumlah\n".to_owned();
    let today = service.now().as_datetime().date_naive();
    std::thread::scope(|scope| {
        let joining: Vec<_> = (0..50)
            .map(|client| {
                scope.spawn(move || {
                    let join = |n| {
                        let user = format!("u{client}-{n}");
                        let join = JoinCampaign::new(campaign, &user, 1, "Jl. Melati No. 15");
                        service.join_campaign(join).unwrap()
                    };
                    (0..paying / 50).map(join).collect::<Vec<_>>()
                })
            })
            .collect();
        for joined in joining
            .into_iter()
            .flat_map(|client| client.join().unwrap())
        {
            let amount = joined.transfer_amount.unwrap();
            writeln!(
                table,
                "{today},TRSF E-BANKING CR {},{}",
                joined.user_id,
                amount.get()
            )
            .unwrap();
            if paying == LINES {
                continue;
            }
            writeln!(
                table,
                "{today},BI-FAST CR {},{}.00",
                joined.id,
                amount.get() * 2
            )
            .unwrap();
        }
    });
    table
}

fn import(service: &Sambatan, table: &str, mode: ImportMode) -> ImportReport {
    let statement = Statement::read(table.as_bytes(), &Columns::default()).unwrap();
    let mut go_on = |_, _| ControlFlow::Continue(());
    service
        .import_payments(statement, mode, &mut go_on)
        .unwrap()
}

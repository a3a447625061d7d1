//! What the executable weighs: its size, how soon it answers, and what it holds in memory while idle.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

mod support;

use std::time::Instant;

use support::http::{self, Client, ServerProcess};
use support::print_line;

fn main() {
    let size = std::fs::metadata(env!("CARGO_BIN_EXE_sambatan"))
        .unwrap()
        .len();
    print_line(&format!(
        "executable                  {:>8.2} MB",
        megabytes(size)
    ));

    let mut first_answers = Vec::new();
    for round in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let started = Instant::now();
        let server = ServerProcess::start(&folder.path().join("bench.db"));
        let mut client = Client::connect(&server.address);
        assert_eq!(client.exchange(&http::get("/healthz")), 200);
        first_answers.push(started.elapsed());
        if round == 4 {
            print_line(&format!(
                "start to \"listening\"        {:>8.2?}",
                server.ready_after
            ));
            if let (Some(resident), Some(threads)) =
                (server.status_kib("VmRSS"), server.status_kib("Threads"))
            {
                print_line(&format!(
                    "idle memory (VmRSS)         {:>8.2} MiB, {threads} threads",
                    mebibytes(resident)
                ));
            }
        }
    }
    first_answers.sort_unstable();
    print_line(&format!(
        "start to first answer       {:>8.2?} (median of 5, new file)",
        first_answers[2]
    ));
}

fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1000).unwrap()) / 1000.0
}

fn mebibytes(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap()) / 1024.0
}

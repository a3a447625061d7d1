//! The log: one line for each event on stderr, `2025-10-10T05:00:00.000Z INFO: what happened`.

use std::io::Write;

/// `tiny_http` logs an error at every orderly end; what is one indeed is logged by our server.
const UNLESS_ASKED: &str = "tiny_http=off";

/// Starts logging. Only the first call counts.
pub(super) fn start(filter: &str) {
    let started = env_logger::Builder::new()
        .parse_filters(&format!("{UNLESS_ASKED},{filter}"))
        .format(|line, record| {
            let time = line.timestamp_millis();
            writeln!(line, "{time} {}: {}", record.level(), record.args())
        })
        .try_init();
    if started.is_err() {
        log::debug!("logging had been started before");
    }
}

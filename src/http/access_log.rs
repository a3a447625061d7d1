//! The access log: one line for each request, with no personal data in it.
//!
//! The route's name stands for the path, which may name a user. Nothing that a client sent is in the
//! line: no address, no query, no header, no text of a body. Where the operator asks for it there is a name of
//! the client, which only the installation's key makes of its address.

use std::time::Duration;

use crate::http::access::Caller;
use crate::http::request::Request;

/// The target of the lines, to filter by.
pub(crate) const TARGET: &str = "access";

/// What a line tells.
pub(crate) struct Line<'a> {
    /// Its id and its method are told.
    pub(crate) request: &'a Request,
    /// The name of the route.
    pub(crate) route: &'static str,
    /// Who asked; the class is told.
    pub(crate) caller: Caller,
    /// The status of the answer.
    pub(crate) status: u16,
    /// The bytes of its body as sent.
    pub(crate) bytes: usize,
    /// From the complete request to the answer.
    pub(crate) took: Duration,
    /// What stands for the client, where it is told.
    pub(crate) client: Option<String>,
}

/// Writes a line.
pub(crate) fn write(line: &Line<'_>) {
    let Line {
        route,
        status,
        bytes,
        ..
    } = *line;
    let (method, caller) = (line.request.method.name(), line.caller.class());
    let milliseconds = (line.took.as_secs_f64() * 1e6).round() / 1e3;
    let request_id = line.request.id.as_str();
    match line.client.as_deref() {
        None => log::info!(
            target: TARGET,
            method, route, status, bytes, duration_ms = milliseconds, caller, request_id;
            "{method} {route} {status} {bytes} B {milliseconds} ms {caller} {request_id}"
        ),
        Some(client) => log::info!(
            target: TARGET,
            method, route, status, bytes, duration_ms = milliseconds, caller, request_id, client;
            "{method} {route} {status} {bytes} B {milliseconds} ms {caller} {request_id} client={client}"
        ),
    }
}

//! The access log: one line for each request, with no personal data in it.
//!
//! The route's name stands for the path, which may name a user. Nothing that a client sent is in the
//! line: no address, no query, no header, no text of a body.

use std::time::Duration;

use crate::http::request::Request;
use crate::http::router::Answer;

/// The target of the lines, to filter by.
pub(crate) const TARGET: &str = "access";

/// Writes the line of an answer whose body has so many bytes as sent.
pub(crate) fn write(request: &Request, answer: &Answer, bytes: usize, took: Duration) {
    let (method, route) = (request.method.name(), answer.route);
    let (status, caller) = (answer.response.status, answer.caller.class());
    let milliseconds = (took.as_secs_f64() * 1e6).round() / 1e3;
    let request_id = request.id.as_str();
    log::info!(
        target: TARGET,
        method, route, status, bytes, duration_ms = milliseconds, caller, request_id;
        "{method} {route} {status} {bytes} B {milliseconds} ms {caller} {request_id}"
    );
}

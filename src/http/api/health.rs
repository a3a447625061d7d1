//! What a supervisor asks: does it live, can it serve, how does it do.

use std::sync::atomic::Ordering;

use crate::http::context::Context;
use crate::http::dto::HealthAnswer;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::router::Params;

/// The process answers.
pub(crate) fn alive(_: &Context, _: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    Ok(Response::json(&HealthAnswer { status: "ok" }))
}

/// Everything that serving needs is there: the file can be written, the timer runs, new connections
/// are accepted.
pub(crate) fn ready(context: &Context, _: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    let mut reasons = Vec::new();
    if context.service.is_writable().is_err() {
        reasons.push("storage");
    }
    if !context.service.scheduler().is_running() {
        reasons.push("scheduler");
    }
    if !context.accepting.load(Ordering::Relaxed) {
        reasons.push("listener");
    }
    if reasons.is_empty() {
        Ok(Response::json(&HealthAnswer { status: "ready" }))
    } else {
        Err(Refusal::NotReady(reasons))
    }
}

/// Counters for Prometheus.
pub(crate) fn metrics(context: &Context, _: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    let status = context.service.scheduler().status();
    let text = context.metrics.render(&status).into_bytes();
    let media_type = "text/plain; version=0.0.4; charset=utf-8";
    Ok(Response::new(200, media_type, text))
}

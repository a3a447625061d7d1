//! What a supervisor asks: does it live, can it serve, how does it do.

use std::sync::atomic::Ordering;

use crate::domain::error::Error;
use crate::domain::reports::StorageHealth;
use crate::http::context::Context;
use crate::http::dto::HealthAnswer;
use crate::http::metrics::Format;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// The process answers.
pub(crate) fn alive(_: &Context, _: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    Ok(Response::json(&HealthAnswer {
        status: "ok",
        warnings: Vec::new(),
    }))
}

/// Everything that serving needs is there: the writer takes writes, the file is in its place and its disk has
/// room (`storage_full` while it has not: reads go on), the timer runs, new connections are accepted.
pub(crate) fn ready(context: &Context, _: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    let mut reasons = Vec::new();
    match context.service.is_writable() {
        Ok(()) | Err(Error::StorageFull) => {}
        Err(_) => reasons.push("writer"),
    }
    match context.service.storage_health() {
        StorageHealth::Sound => {}
        StorageHealth::Full => reasons.push("storage_full"),
        StorageHealth::Unsound => reasons.push("storage"),
    }
    if !context.service.scheduler().is_running() {
        reasons.push("scheduler");
    }
    if !context.accepting.load(Ordering::Relaxed) {
        reasons.push("listener");
    }
    if reasons.is_empty() {
        // People join as ever, so this is no reason to send them elsewhere or to start again.
        let is_suspect = context.service.clock_belief().is_suspect();
        Ok(Response::json(&HealthAnswer {
            status: "ready",
            warnings: is_suspect.then_some("clock_suspect").into_iter().collect(),
        }))
    } else {
        Err(Refusal::NotReady(reasons))
    }
}

/// Counters for Prometheus, in the format that is asked for.
pub(crate) fn metrics(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let format = Format::negotiate(request.headers.all("accept"));
    let text = context.metrics.render(format).into_bytes();
    let response = Response::new(200, format.media_type(), text);
    Ok(response.with_header("Vary", "Accept".to_owned()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::http::access::Mode;
    use crate::http::download::Downloads;
    use crate::http::gate::Gate;
    use crate::http::metrics::Metrics;
    use crate::http::rate_limit::RateLimits;
    use crate::http::request::Method;
    use crate::http::routes::DESCRIPTION;
    use crate::service::Sambatan;
    use crate::words::Zone;

    #[test]
    fn a_server_that_takes_no_more_connections_is_not_ready() {
        let service = Arc::new(Sambatan::ephemeral().unwrap());
        service.scheduler().start().unwrap();
        let context = Context {
            metrics: Metrics::new(Arc::clone(&service), None),
            service,
            gate: Arc::new(Gate::new(Mode::Open, RateLimits::default())),
            behind_door: false,
            zone: Zone::default(),
            log_clients: false,
            description: &DESCRIPTION,
            downloads: Downloads::default(),
            staged: crate::http::staged::Staged::default(),
            accepting: AtomicBool::new(true),
            stopping: AtomicBool::new(false),
        };
        let request = Request::new(String::new(), Method::Get, "/readyz");
        let asked = || ready(&context, &request, &Params::default());
        assert_eq!(asked().unwrap().status, 200);
        context.accepting.store(false, Ordering::Relaxed);
        assert_eq!(asked(), Err(Refusal::NotReady(vec!["listener"])));
    }
}

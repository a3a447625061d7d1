//! The lifecycle: a sweep by hand, and the timer that sweeps by itself.

use crate::http::context::Context;
use crate::http::dto::{LifecycleAnswer, SchedulerAnswer, TriggerAnswer};
use crate::http::json::Object;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::words::Words;

const TRIGGERED: Words = Words {
    id: "Siklus kampanye sudah dijalankan.",
    en: "The lifecycle sweep has been run.",
};

const HELD: Words = Words {
    id: "Tidak ada kampanye yang diselesaikan: jam server tidak wajar (clock_suspect). Periksa jamnya; bila memang benar, konfirmasi dengan POST /api/sambatan/scheduler/confirm-clock.",
    en: "No campaign was settled: the server's clock is not believable (clock_suspect). Check it; if it is right, confirm it with POST /api/sambatan/scheduler/confirm-clock.",
};

/// Sweeps, whether or not the timer runs.
pub(crate) fn run_lifecycle(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    Object::read_optional(request)?;
    let report = context.service.run_lifecycle()?;
    Ok(Response::json(&LifecycleAnswer::from(&report)))
}

/// Shows how the timer does.
pub(crate) fn status(context: &Context, _: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    let status = context.service.scheduler().status();
    Ok(Response::json(&SchedulerAnswer::from(&status)))
}

/// Has the timer sweep now, and waits for it.
pub(crate) fn trigger(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    Object::read_optional(request)?;
    let report = context.service.scheduler().run_now()?;
    let language = context.reader(request).language;
    let message = if context.service.clock_belief().lets_settle() {
        TRIGGERED
    } else {
        HELD
    };
    let answer = TriggerAnswer::new(&report, message.in_language(language));
    Ok(Response::json(&answer)
        .with_header("Content-Language", language.tag().to_owned())
        .with_header("Vary", "Accept-Language".to_owned()))
}

/// Says that the clock is right, so that what falls due by it is done.
pub(crate) fn confirm_clock(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    Object::read_optional(request)?;
    context.service.confirm_clock()?;
    status(context, request, &Params::default())
}

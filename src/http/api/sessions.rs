//! The organiser's open sessions: listing, ending.

use crate::http::context::Context;
use crate::http::dto::SessionAnswer;
use crate::http::json::Object;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// Lists the sessions that are open, the one that was used last first.
pub(crate) fn list(context: &Context, _: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    let open = context.gate.sessions().list(None, context.service.now());
    let answers: Vec<_> = open.iter().map(SessionAnswer::from).collect();
    Ok(Response::json(&answers))
}

/// Ends one.
pub(crate) fn end(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    Object::read_optional(request)?;
    let sessions = context.gate.sessions();
    if sessions.end_by_id(params.get("id"), context.service.now()) {
        Ok(Response::empty(204))
    } else {
        Err(Refusal::SessionNotFound)
    }
}

//! The audit log as a whole.

use crate::http::context::Context;
use crate::http::dto::audit::LogEndAnswer;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// Shows where the log ends.
pub(crate) fn status(context: &Context, _: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    let end = context.service.log_end()?;
    Ok(Response::json(&LogEndAnswer::from(end)))
}

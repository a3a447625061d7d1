//! What the service says it is.

use crate::http::context::Context;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// Shows the OpenAPI document.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let document = context.description.document().as_bytes().to_owned();
    Ok(Response::new(200, "application/json", document).with_entity_tag(request, "no-cache"))
}

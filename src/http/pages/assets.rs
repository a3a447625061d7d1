//! The style sheet, the script and the icon.

use crate::http::context::Context;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::find_asset;

/// Shows an asset. Its name changes with its content, so it may be kept for ever.
pub(crate) fn show(
    _: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let asset = find_asset(params.get("name")).ok_or(Refusal::NotFound)?;
    let body = asset.content().as_bytes().to_owned();
    Ok(Response::new(200, asset.media_type(), body)
        .with_entity_tag(request, "public, max-age=31536000, immutable"))
}

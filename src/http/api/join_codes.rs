//! The code that a campaign's joins have to bring: showing and changing it.

use serde::Serialize;

use crate::domain::join_code::JoinCode;
use crate::http::api::campaign_id;
use crate::http::context::Context;
use crate::http::input;
use crate::http::json::Object;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::router::Params;

#[derive(Serialize)]
struct Answer<'a> {
    join_code: Option<&'a str>,
}

/// Shows the code.
pub(crate) fn show(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let code = context.service.join_code(campaign_id(params)?)?;
    Ok(answer(code.as_ref()))
}

/// Changes it, or takes it away.
pub(crate) fn change(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let code = input::join_code(&Object::read(request)?)?;
    let code = context.service.set_join_code(id, code.as_deref())?;
    Ok(answer(code.as_ref()))
}

fn answer(code: Option<&JoinCode>) -> Response {
    let join_code = code.map(JoinCode::reveal);
    Response::json(&Answer { join_code }).with_header("Cache-Control", "no-store".to_owned())
}

//! Forms of a campaign that goes ahead: releasing who has not paid, and closing the waiting list.

use crate::domain::error::Error;
use crate::http::context::Context;
use crate::http::form::Form;
use crate::http::pages::organiser::campaign_id;
use crate::http::pages::organiser::participation::{page, participation_id, refused};
use crate::http::pages::see_other;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// Releases somebody who has paid nothing.
pub(crate) fn release(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    let reader = context.reader(request);
    match context
        .service
        .release_participation(id, Some(form.get("reason")))
    {
        Ok(_) => Ok(see_other(&format!(
            "/organiser/participations/{id}?done=released"
        ))),
        Err(Error::ValidationFailed(errors)) => {
            let values = form.values(&["reason"], &errors, reader);
            page(context, request, id, 422, values.into())
        }
        Err(error) => {
            let values = form.values(&["reason"], &[], reader);
            refused(context, request, id, error, values)
        }
    }
}

/// Closes the waiting list of a campaign that goes ahead.
pub(crate) fn close_waiting_list(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    context.service.close_waiting_list(id)?;
    Ok(see_other(&format!(
        "/organiser/campaigns/{id}?done=list-closed"
    )))
}

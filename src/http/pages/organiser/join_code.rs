//! The code that a campaign's joins have to bring, as its organiser sets it.

use crate::domain::edit::EditCampaign;
use crate::domain::error::Error;
use crate::domain::field::{FieldError, Problem};
use crate::http::context::Context;
use crate::http::form::Form;
use crate::http::pages::organiser::{campaign, campaign_id};
use crate::http::pages::see_other;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::http::sessions;

/// So many digits of a code that we make: more than anybody can try.
const MADE: usize = 12;

/// Changes the code to what was typed, to a new one, or to none.
pub(crate) fn change(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let form = Form::read(request)?;
    let code = match form.get("how") {
        "new" => sessions::nonce().chars().take(MADE).collect(),
        // An empty one takes the code away.
        "none" => String::new(),
        _ => form.get("join_code").to_owned(),
    };
    let is_forgotten = code.trim().is_empty() && form.get("how") != "none";
    let edit = EditCampaign {
        join_code: Some(code),
        ..EditCampaign::default()
    };
    let edited = if is_forgotten {
        // Nothing typed must not take a protection away.
        Err(Error::ValidationFailed(vec![FieldError {
            field: "join_code",
            problem: Problem::Missing,
        }]))
    } else {
        context.service.edit_campaign(id, edit)
    };
    match edited {
        Ok(_) => Ok(see_other(&format!("/organiser/campaigns/{id}?done=saved"))),
        Err(Error::ValidationFailed(errors)) => {
            let values = form.values(&["join_code"], &errors, context.reader(request));
            let shown = context.service.get_campaign(id)?;
            campaign::page(context, request, &shown, 422, values.into())
        }
        Err(error) => {
            let values = form.values(&["join_code"], &[], context.reader(request));
            campaign::refused(context, request, id, error, values)
        }
    }
}

//! Webhooks: adding, listing, showing, removing.

use crate::domain::error::Error;
use crate::domain::id::WebhookId;
use crate::http::context::Context;
use crate::http::dto::WebhookAnswer;
use crate::http::input;
use crate::http::json::Object;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// Adds a webhook. The answer has the secret that its receiver checks signatures with.
pub(crate) fn create(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let url = input::webhook(&Object::read(request)?)?;
    let report = context.service.add_webhook(&url)?;
    let id = report.webhook.id;
    let secret = context.service.webhook_secret(id);
    let answer = WebhookAnswer::from(&report).with_secret(&secret);
    let location = format!("/api/sambatan/webhooks/{id}");
    Ok(Response::created(&answer, location).with_header("Cache-Control", "no-store".to_owned()))
}

/// Lists all webhooks, without their secrets.
pub(crate) fn list(context: &Context, _: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    let reports = context.service.list_webhooks()?;
    let answers: Vec<_> = reports.iter().map(WebhookAnswer::from).collect();
    Ok(Response::json(&answers))
}

/// Shows a webhook with its secret.
pub(crate) fn show(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = webhook_id(params)?;
    let report = context.service.get_webhook(id)?;
    let secret = context.service.webhook_secret(id);
    let answer = WebhookAnswer::from(&report).with_secret(&secret);
    Ok(Response::json(&answer).with_header("Cache-Control", "no-store".to_owned()))
}

/// Removes a webhook.
pub(crate) fn remove(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = webhook_id(params)?;
    Object::read_optional(request)?;
    context.service.remove_webhook(id)?;
    Ok(Response::empty(204))
}

/// The webhook that a path names. A text that is no id names none.
fn webhook_id(params: &Params<'_>) -> Result<WebhookId, Error> {
    let id = params.get("id").parse();
    id.map_err(|_| Error::WebhookNotFound)
}

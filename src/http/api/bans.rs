//! Bans: who may not join again, and throwing somebody out.

use crate::domain::error::Error;
use crate::domain::id::BanId;
use crate::http::api::participation_id;
use crate::http::context::Context;
use crate::http::dto::ParticipationAnswer;
use crate::http::dto::bans::BanAnswer;
use crate::http::input;
use crate::http::json::Object;
use crate::http::page::{self, Wanted};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// Bans a name or an address.
pub(crate) fn create(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let new = input::ban(&Object::read(request)?)?;
    let ban = context.service.ban(new)?;
    let location = format!("/api/sambatan/bans/{}", ban.id);
    Ok(Response::created(&BanAnswer::from(&ban), location))
}

/// Lists the bans, newest first.
pub(crate) fn list(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let wanted = Wanted::only(request)?;
    let page = context.service.list_bans(wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, BanAnswer<'_>>(request, &page))
}

/// Lets somebody join again.
pub(crate) fn lift(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = ban_id(params)?;
    Object::read_optional(request)?;
    context.service.lift_ban(id)?;
    Ok(Response::empty(204))
}

/// Gives a participant's slots back, and bans what the body says of them.
pub(crate) fn throw_out(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let (reason, what) = input::throw_out(&Object::read_optional(request)?)?;
    let participation = context.service.throw_out(id, reason.as_deref(), what)?;
    Ok(Response::json(&ParticipationAnswer::from(&participation)))
}

/// Bans what the body says of a participant, who stays what they are.
pub(crate) fn ban_participant(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let what = input::ban_participant(&Object::read(request)?)?;
    let bans = context.service.ban_participant(id, what)?;
    let answers: Vec<_> = bans.iter().map(BanAnswer::from).collect();
    Ok(Response::json(&answers))
}

/// The ban that a path names. A text that is no id names none.
fn ban_id(params: &Params<'_>) -> Result<BanId, Error> {
    let id = params.get("id").parse();
    id.map_err(|_| Error::BanNotFound)
}

//! Campaigns: creating, showing, listing, changing, calling off; their participants and their log.

use crate::domain::campaign::CampaignStatus;
use crate::domain::field::{Checker, Problem};
use crate::domain::join_code::JoinCode;
use crate::domain::reports::CampaignFilter;
use crate::http::api::campaign_id;
use crate::http::context::Context;
use crate::http::dto::{
    CampaignAnswer, EventAnswer, JoinCodeAnswer, ParticipationAnswer, ProgressAnswer,
};
use crate::http::input;
use crate::http::json::Object;
use crate::http::page::{self, Wanted};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// Creates a campaign.
pub(crate) fn create(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let input = input::new_campaign(&Object::read(request)?)?;
    let campaign = context.service.create_campaign(input)?;
    let location = format!("/api/sambatan/campaigns/{}", campaign.id);
    Ok(Response::created(
        &CampaignAnswer::from(&campaign),
        location,
    ))
}

/// Lists campaigns, newest first, perhaps only those in one state.
pub(crate) fn list(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let mut check = Checker::default();
    let wanted = Wanted::read(request, &mut check);
    let status = request.query.get("status").and_then(|name| {
        let status = CampaignStatus::from_api_name(name);
        if status.is_none() {
            check.refuse("status", Problem::NotOneOf(&CampaignStatus::API_NAMES));
        }
        status
    });
    check.finish()?;
    let page = context.service.list_campaigns(CampaignFilter {
        status,
        after: wanted.after,
        limit: wanted.limit,
    })?;
    Ok(page::answer::<_, _, CampaignAnswer<'_>>(request, &page))
}

/// Shows a campaign.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let campaign = context.service.get_campaign(campaign_id(params)?)?;
    Ok(Response::json(&CampaignAnswer::from(&campaign)).with_entity_tag(request, "no-cache"))
}

/// Shows the code that joins of a campaign have to bring, to whoever may share it.
pub(crate) fn show_join_code(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let campaign = context.service.get_campaign(campaign_id(params)?)?;
    let join_code = campaign.join_code.as_ref().map(JoinCode::reveal);
    Ok(Response::json(&JoinCodeAnswer { join_code }))
}

/// Shows how far a campaign is.
pub(crate) fn progress(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let progress = context.service.progress(campaign_id(params)?)?;
    Ok(Response::json(&ProgressAnswer::from(&progress)).with_entity_tag(request, "no-cache"))
}

/// Lists a campaign's participations in the order of joining.
pub(crate) fn participants(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let wanted = Wanted::only(request)?;
    let service = &context.service;
    let page = service.list_participants(id, wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, ParticipationAnswer<'_>>(
        request, &page,
    ))
}

/// Lists what happened to a campaign, newest first.
pub(crate) fn logs(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let wanted = Wanted::only(request)?;
    let page = context.service.logs(id, wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, EventAnswer<'_>>(request, &page))
}

/// Moves a campaign's deadline forward.
pub(crate) fn extend(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let (deadline, reason) = input::extension(&Object::read(request)?)?;
    let campaign = context
        .service
        .extend_campaign(id, deadline, reason.as_deref())?;
    Ok(Response::json(&CampaignAnswer::from(&campaign)))
}

/// Changes a campaign's texts.
pub(crate) fn edit(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let input = input::edit_campaign(&Object::read(request)?)?;
    let campaign = context.service.edit_campaign(id, input)?;
    Ok(Response::json(&CampaignAnswer::from(&campaign)))
}

/// Opens a campaign like this one.
pub(crate) fn clone(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let input = input::clone_campaign(&Object::read(request)?)?;
    let campaign = context.service.clone_campaign(id, input)?;
    let location = format!("/api/sambatan/campaigns/{}", campaign.id);
    Ok(Response::created(
        &CampaignAnswer::from(&campaign),
        location,
    ))
}

/// Calls a campaign off.
pub(crate) fn cancel(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let reason = input::reason(&Object::read_optional(request)?)?;
    let campaign = context.service.cancel_campaign(id, reason.as_deref())?;
    Ok(Response::json(&CampaignAnswer::from(&campaign)))
}

/// Closes the waiting list of a campaign that goes ahead.
pub(crate) fn close_waiting_list(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    Object::read_optional(request)?;
    let campaign = context.service.close_waiting_list(id)?;
    Ok(Response::json(&CampaignAnswer::from(&campaign)))
}

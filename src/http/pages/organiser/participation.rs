//! A participation, as its organiser sees it: everything that was typed, confirming, cancelling.

use crate::domain::campaign::CampaignStatus;
use crate::domain::error::Error;
use crate::domain::id::ParticipationId;
use crate::domain::participation::ParticipationStatus;
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::form::Form;
use crate::http::pages::organiser::campaign::can_confirm;
use crate::http::pages::organiser::flash;
use crate::http::pages::{Keep, form_token, html, organisers_frame, own, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::router::Params;
use crate::web::organiser::ParticipationPage;
use crate::web::{Card, Say as _, Tone, Values, render};

fn participation_id(params: &Params<'_>) -> Result<ParticipationId, Error> {
    let id = params.get("id").parse();
    id.map_err(|_| Error::ParticipationNotFound)
}

/// Shows a participation.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    page(context, request, id, 200, Values::default())
}

fn page(
    context: &Context,
    request: &Request,
    id: ParticipationId,
    status: u16,
    values: Values,
) -> Result<Response, Refusal> {
    let service = &context.service;
    let participation = service.get_participation(id)?;
    let campaign = service.get_campaign(participation.campaign_id)?;
    let (reader, now) = (context.reader(request), service.now());
    let runs = matches!(
        campaign.status,
        CampaignStatus::Active | CampaignStatus::Full
    ) && !campaign.deadline_has_passed(now);
    let handle = participation.user_id.as_str().to_owned();
    let path = format!("/organiser/participations/{id}");
    let mut frame = organisers_frame(context, request, handle.clone());
    frame.path.clone_from(&path);
    let view = ParticipationPage {
        frame,
        flash: flash(request, reader),
        card: Card::of(&campaign, reader, now),
        path,
        handle,
        status: reader.participation_status(participation.status),
        tone: Tone::of_participation(participation.status),
        quantity: reader.slots(participation.quantity),
        amount: participation.contribution_amount.to_string(),
        joined_at: reader.weekday_date_time(participation.joined_at),
        can_confirm: can_confirm(&participation, &campaign),
        can_cancel: participation.status == ParticipationStatus::Reserved && runs,
        secret_link: own::secret_link(context, request, id),
        address: participation.shipping_address,
        note: participation.note,
        reason: participation.cancel_reason,
        values,
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(status, reader, Keep::Nobody, render(&view)))
}

/// Confirms a participation.
pub(crate) fn confirm(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    context.service.confirm_participation(id)?;
    Ok(see_other(&format!(
        "/organiser/participations/{id}?done=confirmed"
    )))
}

/// Gives the slots back in the participant's place.
pub(crate) fn cancel(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    match context
        .service
        .cancel_participation(id, Some(form.get("reason")))
    {
        Ok(_) => Ok(see_other(&format!(
            "/organiser/participations/{id}?done=cancelled"
        ))),
        Err(Error::ValidationFailed(errors)) => {
            let values = form.values(&["reason"], &errors, context.reader(request));
            page(context, request, id, 422, values)
        }
        Err(error) => Err(error.into()),
    }
}

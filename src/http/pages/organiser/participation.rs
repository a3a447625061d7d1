//! A participation, as its organiser sees it: everything that was typed, the money that
//! moved, confirming, reviving, cancelling.

use crate::domain::after_completion::can_be_let_go;
use crate::domain::error::Error;
use crate::domain::forgetting::ERASED_ADDRESS;
use crate::domain::id::{ParticipationId, TransactionId};
use crate::domain::ledger::Transaction;
use crate::domain::money::Rupiah;
use crate::domain::participation::{Participation, ParticipationStatus, can_be_released};
use crate::domain::reports::Limit;
use crate::domain::time::Timestamp;
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::form::Form;
use crate::http::pages::organiser::campaign::can_confirm;
use crate::http::pages::organiser::{Shown, bans, flash, notice};
use crate::http::pages::{Keep, form_token, html, organisers_frame, own, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{MovementRow, ParticipationPage};
use crate::web::{Card, Say as _, SayState as _, Text, Values, render};
use crate::words::Reader;

/// The participation that a path names.
pub(super) fn participation_id(params: &Params<'_>) -> Result<ParticipationId, Error> {
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
    page(context, request, id, 200, Shown::default())
}

/// The page after a refusal that depends on how things stand: with what was typed, and as they stand now.
///
/// # Errors
/// Any other refusal.
pub(super) fn refused(
    context: &Context,
    request: &Request,
    id: ParticipationId,
    error: Error,
    values: Values,
) -> Result<Response, Refusal> {
    match error {
        Error::ParticipationStateInvalid { .. }
        | Error::InsufficientSlots { .. }
        | Error::PayoutAccountUnconfirmed { .. }
        | Error::UserLimitReached { .. } => {
            let reader = context.reader(request);
            let confirmed = matches!(
                error,
                Error::ParticipationStateInvalid {
                    status: ParticipationStatus::Confirmed,
                    ..
                }
            );
            let mut notice = notice(error, reader);
            if confirmed {
                // The API's words send people to the organiser.
                Text::of(reader.language)
                    .already_confirmed
                    .clone_into(&mut notice.detail);
            }
            let shown = Shown {
                values,
                notice: Some(notice),
            };
            page(context, request, id, 409, shown)
        }
        error => Err(error.into()),
    }
}

/// The page.
pub(super) fn page(
    context: &Context,
    request: &Request,
    id: ParticipationId,
    status: u16,
    shown: Shown,
) -> Result<Response, Refusal> {
    let service = &context.service;
    let participation = service.get_participation(id)?;
    let campaign = service.get_campaign(participation.campaign_id)?;
    let (reader, now) = (context.reader(request), service.now());
    let runs = campaign.status.is_running() && !campaign.deadline_has_passed(now);
    let has_paid = participation.paid_amount > Rupiah::default();
    let has_expired = participation.expired_at.is_some();
    let is_live = participation.status.is_live();
    let handle = participation.user_id.as_str().to_owned();
    let path = format!("/organiser/participations/{id}");
    let mut frame = organisers_frame(context, request, handle.clone());
    frame.path.clone_from(&path);
    let (state, tone) = reader.state(&participation, &campaign);
    let view = ParticipationPage {
        frame,
        flash: flash(request, reader),
        notice: shown.notice,
        paid: participation.paid_amount.get(),
        card: Card::of(&campaign, reader, now),
        path,
        handle,
        status: state,
        tone,
        request_id: TransactionId::new().to_string(),
        queue_place: service.waitlist_position(&participation)?,
        quantity: reader.slots(participation.quantity),
        amount: participation.contribution_amount.to_string(),
        standing: is_live.then(|| reader.standing(&participation)),
        transfer: own::transfer(&participation, &campaign, reader),
        claims: reader.claims(&participation),
        reason: own::reason(&participation, &campaign),
        movements: movements(context, &participation, reader)?,
        joined_at: reader.weekday_date_time(participation.joined_at),
        expired_at: participation
            .expired_at
            .map(|at| reader.weekday_date_time(at)),
        can_confirm: can_confirm(&participation, &campaign),
        can_pay: participation.status != ParticipationStatus::Waitlisted,
        goes_back: !is_live,
        can_adjust: has_paid,
        can_give_back: participation.refunds.total() < participation.paid_amount,
        can_revive: has_expired
            && !has_paid
            && runs
            && participation.quantity <= campaign.slots_remaining(),
        waits: participation.status == ParticipationStatus::Waitlisted,
        can_let_go: can_be_let_go(&participation, &campaign),
        can_cancel: can_be_released(&participation, &campaign, now),
        can_ban: participation.erased_at.is_none(),
        can_ban_address: participation.shipping_address != ERASED_ADDRESS,
        secret_link: own::secret_link(context, request, &participation),
        account_changed: account_changed(reader, participation.account_changed_at),
        address: participation.shipping_address,
        note: participation.note,
        account: participation.payout_account,
        values: shown.values,
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(status, reader, Keep::Nobody, render(&view)))
}

/// The money that moved for a participation, oldest first.
fn movements(
    context: &Context,
    participation: &Participation,
    reader: Reader,
) -> Result<Vec<MovementRow>, Error> {
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let moved = context
        .service
        .list_participation_transactions(participation.id, None, limit)?;
    let row = |moved: Transaction| MovementRow {
        what: reader.movement(&moved),
        amount: moved.amount.to_string(),
        at: reader.short_date_time(moved.created_at),
        reason: moved.reason,
        reference: moved.reference,
    };
    Ok(moved.items.into_iter().map(row).collect())
}

/// Confirms a participation.
pub(crate) fn confirm(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    match context.service.confirm_participation(id) {
        Ok(_) => Ok(see_other(&format!(
            "/organiser/participations/{id}?done=confirmed"
        ))),
        Err(error) => refused(context, request, id, error, Values::default()),
    }
}

/// That another account took the place of the one for a refund, in words and as the form to confirm it says it.
pub(super) fn account_changed(reader: Reader, at: Option<Timestamp>) -> Option<(String, String)> {
    let (at, form) = at.map(|at| (reader.weekday_date_time(at), at.to_string()))?;
    let words = reader.choose(
        || format!("Rekening diganti pada {at}; sebelumnya tertulis rekening lain."),
        || format!("The account was changed on {at}; before, another one stood there."),
    );
    Some((words, form))
}

/// Confirms the account that took another one's place.
pub(crate) fn confirm_account(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let Ok(seen) = Form::read(request)?.get("changed_at").parse() else {
        // No form of ours: it has to be looked at first.
        return Ok(see_other(&format!("/organiser/participations/{id}")));
    };
    match context.service.confirm_payout_account(id, seen) {
        Ok(_) => Ok(see_other(&format!(
            "/organiser/participations/{id}?done=account"
        ))),
        Err(error) => refused(context, request, id, error, Values::default()),
    }
}

/// Makes the participant's secret link anew.
pub(crate) fn renew_link(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    context.service.renew_link(id)?;
    let path = format!("/organiser/participations/{id}?done=renewed");
    Ok(see_other(&path))
}

/// The fields of the form that gives slots back.
const CANCEL_FIELDS: [&str; 3] = ["reason", "ban_handle", "ban_address"];

/// Gives the slots back in the participant's place, and keeps them from coming back where that is ticked.
pub(crate) fn cancel(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    let what = bans::ticked(&form);
    let reason = Some(form.get("reason"));
    match context.service.throw_out(id, reason, what) {
        Ok(_) => {
            let done = if what.is_nothing() {
                "cancelled"
            } else {
                "thrown-out"
            };
            Ok(see_other(&format!(
                "/organiser/participations/{id}?done={done}"
            )))
        }
        Err(Error::ValidationFailed(errors)) => {
            let values = form.values(&CANCEL_FIELDS, &errors, context.reader(request));
            page(context, request, id, 422, values.into())
        }
        Err(error) => {
            let values = form.values(&CANCEL_FIELDS, &[], context.reader(request));
            refused(context, request, id, error, values)
        }
    }
}

/// Gives a participation whose time to pay ran out its slots again.
pub(crate) fn revive(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    match context.service.revive_participation(id) {
        Ok(_) => Ok(see_other(&format!(
            "/organiser/participations/{id}?done=revived"
        ))),
        Err(error) => refused(context, request, id, error, Values::default()),
    }
}

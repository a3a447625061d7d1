//! A participant's own page: opened by a secret, kept open by a cookie that goes to this page alone.

use crate::domain::campaign::Campaign;
use crate::domain::claim::can_be_claimed;
use crate::domain::error::Error;
use crate::domain::field::FieldError;
use crate::domain::id::ParticipationId;
use crate::domain::ledger::{RefundSums, Transaction, TransactionKind, TransactionStatus};
use crate::domain::money::Rupiah;
use crate::domain::participation::{Participation, ParticipationStatus, can_be_released};
use crate::domain::pay_to;
use crate::domain::payment_code::PaymentCode;
use crate::domain::reports::Limit;
use crate::http::access::{Access, Caller};
use crate::http::context::Context;
use crate::http::cookies::{self, Cookie};
use crate::http::form::{Form, FormFields};
use crate::http::pages::{Keep, base, form_token, frame, html, pay, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Face;
use crate::http::route::Params;
use crate::web::{
    Card, Frame, LockedPage, Notice, OwnPage, OwnRefund, Say as _, SayState as _, Text, Transfer,
    Values, render,
};
use crate::words::Reader;

/// How long the page stays open in a browser: longer than campaigns take.
pub(super) const COOKIE_LASTS: u32 = 180 * 24 * 3600;

/// The path of a participant's own page.
pub(super) fn path(id: ParticipationId) -> String {
    format!("/p/{id}")
}

pub(super) fn participation_id(params: &Params<'_>) -> Result<ParticipationId, Error> {
    let id = params.get("id").parse();
    id.map_err(|_| Error::ParticipationNotFound)
}

/// Shows a participant their participation.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    page(context, request, id, 200, None)
}

/// What was asked of the page and not done.
struct Refused {
    errors: Vec<FieldError>,
    notice: Option<Notice>,
}

fn page(
    context: &Context,
    request: &Request,
    id: ParticipationId,
    status: u16,
    refused: Option<(&Form, Refused)>,
) -> Result<Response, Refusal> {
    let service = &context.service;
    let participation = service.get_participation(id)?;
    let campaign = service.get_campaign(participation.campaign_id)?;
    let (reader, now) = (context.reader(request), service.now());
    let t = Text::of(reader.language);
    let path = path(id);
    let mut frame = frame(context, request, t.your_participation).private();
    frame.path.clone_from(&path);
    let (values, notice) = match refused {
        Some((form, refused)) => (
            form.values(&["reason", "account", "date"], &refused.errors, reader),
            refused.notice,
        ),
        None => {
            let account = participation.payout_account.clone().unwrap_or_default();
            (Values::default().with("account", account), None)
        }
    };
    let refunds = refunds(context, &participation)?;
    let (state, tone) = reader.state(&participation, &campaign);
    let view = OwnPage {
        has_joined: request.query.get("joined").is_some()
            && participation.status == ParticipationStatus::Reserved,
        notice,
        card: Card::of(&campaign, reader, now),
        status: state,
        tone,
        reason: reason(&participation, &campaign),
        handle: participation.user_id.as_str().to_owned(),
        quantity: reader.slots(participation.quantity),
        amount: participation.contribution_amount.to_string(),
        transfer: transfer(&participation, &campaign, reader),
        ways: pay::ways(context, &participation, &campaign, reader)?,
        can_claim: can_be_claimed(&participation, &campaign),
        claimed: reader.claimed(&participation),
        asks_for_account: refunds
            .iter()
            .any(|refund| refund.status == TransactionStatus::Due),
        refunds: refunds
            .into_iter()
            .map(|refund| own_refund(refund, t))
            .collect(),
        queue_place: service.waitlist_position(&participation)?,
        joined_at: reader.weekday_date_time(participation.joined_at),
        next_step: reader.next_step(&participation, &campaign),
        secret_link: secret_link(context, request, &participation),
        can_cancel: can_be_released(&participation, &campaign, now),
        cancel_warning: reader.cancel_warning(&participation),
        form_token: form_token(context, request, Access::Participant),
        values,
        address: participation.shipping_address,
        note: participation.note,
        path,
        frame,
    };
    Ok(html(status, reader, Keep::Nobody, render(&view)))
}

/// Why a participation ended, as the organiser or the participant typed it.
pub(super) fn reason(participation: &Participation, campaign: &Campaign) -> Option<String> {
    let of_campaign = match participation.status {
        ParticipationStatus::Refunded => campaign.cancel_reason.clone(),
        _ => None,
    };
    participation.cancel_reason.clone().or(of_campaign)
}

/// The money of a participation that goes back: mostly none does, and nothing is looked up.
fn refunds(context: &Context, participation: &Participation) -> Result<Vec<Transaction>, Error> {
    if participation.refunds == RefundSums::default() {
        return Ok(Vec::new());
    }
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let page = context
        .service
        .list_participation_transactions(participation.id, None, limit)?;
    let is_refund = |entry: &Transaction| entry.kind == TransactionKind::Refund;
    Ok(page.items.into_iter().filter(is_refund).collect())
}

fn own_refund(refund: Transaction, t: &Text) -> OwnRefund {
    OwnRefund {
        id: refund.id.to_string(),
        amount: refund.amount.to_string(),
        state: match refund.status {
            TransactionStatus::Acknowledged => t.refund_is_acknowledged,
            TransactionStatus::Sent => t.refund_is_sent,
            TransactionStatus::Due | TransactionStatus::Recorded => t.refund_is_due,
        },
        can_acknowledge: refund.status == TransactionStatus::Sent,
        reason: refund.reason,
        reference: refund.reference,
    }
}

/// What is still to be transferred. Who pays after tipping is not asked before.
pub(super) fn transfer(
    participation: &Participation,
    campaign: &Campaign,
    reader: Reader,
) -> Option<Transfer> {
    let amount = pay_to::asked(participation, campaign)?;
    Some(Transfer {
        amount: amount.to_string(),
        digits: amount.get().to_string(),
        is_rest: participation.paid_amount != Rupiah::default(),
        code: PaymentCode::of(participation.id).to_string(),
        // Who is confirmed keeps the slots, whatever is missing.
        pay_by: participation
            .pay_by
            .filter(|_| participation.status == ParticipationStatus::Reserved)
            .map(|at| reader.weekday_date_time(at)),
    })
}

/// The link that opens a participant's own page anywhere.
pub(super) fn secret_link(
    context: &Context,
    request: &Request,
    participation: &Participation,
) -> String {
    let token = context.service.manage_token_now(participation);
    format!("{}{}#{token}", base(request), path(participation.id))
}

/// The page before a participant's own: the same whoever they may be, and whether or not they exist.
pub(super) fn locked(request: &Request, reader: Reader) -> Response {
    locked_page(request, reader, 200, Values::default())
}

fn locked_page(request: &Request, reader: Reader, status: u16, values: Values) -> Response {
    let t = Text::of(reader.language);
    let path = request.encoded_path();
    let path = path.strip_suffix("/open").unwrap_or(&path);
    let view = LockedPage {
        frame: Frame::new(reader, t.your_participation, path).private(),
        path: path.to_owned(),
        values,
    };
    html(status, reader, Keep::Nobody, render(&view))
}

/// The secret that somebody typed, alone or as the whole link.
pub(super) fn secret_in(typed: &str) -> &str {
    typed.rsplit('#').next().unwrap_or(typed).trim()
}

/// Opens the page for whoever shows its secret, given alone or as the whole link.
pub(crate) fn open(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    let token = secret_in(form.get("token").trim());
    let is_right = context.service.verify_manage_token(token) == Some(id);
    if !context.gate.try_secret(request, token, is_right)? {
        let reader = context.reader(request);
        let mut values = Values::default();
        let message = Text::of(reader.language).secret_is_wrong;
        values.refuse("token", message.to_owned());
        return Ok(locked_page(request, reader, 422, values));
    }
    let path = path(id);
    let cookie = Cookie {
        name: cookies::OWN,
        value: token,
        path: &path,
        seconds: Some(COOKIE_LASTS),
    };
    Ok(see_other(&path).with_header("Set-Cookie", cookie.header(request)))
}

/// Where everybody may do everything there is nobody who is only a participant.
fn cancel_as(
    context: &Context,
    request: &Request,
    id: ParticipationId,
    reason: &str,
) -> Result<Participation, Error> {
    let service = &context.service;
    match context.gate.identify(service, request, Face::Page) {
        Caller::Participant(_) => service.cancel_own_participation(id, Some(reason)),
        _ => service.cancel_participation(id, Some(reason)),
    }
}

/// Makes the secret link anew: the one before opens nothing any more, here and anywhere else.
pub(crate) fn renew_link(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let participation = context.service.renew_link(id)?;
    let token = context.service.manage_token_now(&participation);
    let path = path(id);
    let cookie = Cookie {
        name: cookies::OWN,
        value: &token,
        path: &path,
        seconds: Some(COOKIE_LASTS),
    };
    let opened = see_other(&format!("{path}#{token}"));
    Ok(opened.with_header("Set-Cookie", cookie.header(request)))
}

/// Gives the slots back.
pub(crate) fn cancel(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    let reader = context.reader(request);
    let refused = match cancel_as(context, request, id, form.get("reason")) {
        Ok(_) => return Ok(see_other(&path(id))),
        Err(Error::ValidationFailed(errors)) => Refused {
            errors,
            notice: None,
        },
        Err(error) => refused(error, reader)?,
    };
    let status = if refused.notice.is_some() { 409 } else { 422 };
    page(context, request, id, status, Some((&form, refused)))
}

/// What the page shows of a refusal that depends on how things stand.
fn refused(error: Error, reader: Reader) -> Result<Refused, Refusal> {
    match error {
        Error::ParticipationStateInvalid { .. } => {
            let refusal = Refusal::from(error);
            Ok(Refused {
                errors: Vec::new(),
                notice: Some(Notice {
                    tone: "bad",
                    title: refusal.title(reader).to_owned(),
                    detail: refusal.detail(reader),
                }),
            })
        }
        error => Err(error.into()),
    }
}

/// Takes down that the participant says they have paid.
pub(crate) fn claim_payment(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    let reader = context.reader(request);
    let mut fields = FormFields::of(&form, reader.zone);
    let day = fields.optional_day("date");
    let claimed = fields
        .finish(day, |_| Ok(()))
        .and_then(|day| context.service.claim_payment(id, day));
    let (status, refused) = match claimed {
        Ok(_) => return Ok(see_other(&format!("{}#claimed", path(id)))),
        Err(Error::ValidationFailed(errors)) => {
            let notice = None;
            (422, Refused { errors, notice })
        }
        Err(error) => (409, refused(error, reader)?),
    };
    page(context, request, id, status, Some((&form, refused)))
}

/// Takes down where a refund goes.
pub(crate) fn set_payout_account(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    match context.service.set_payout_account(id, form.get("account")) {
        Ok(_) => Ok(see_other(&path(id))),
        Err(Error::ValidationFailed(errors)) => {
            let refused = Refused {
                errors,
                notice: None,
            };
            page(context, request, id, 422, Some((&form, refused)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Notes that a refund has come.
pub(crate) fn acknowledge(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    let refund = form.get("refund").parse();
    let refund = refund.map_err(|_| Error::RefundNotFound)?;
    match context.service.acknowledge_refund(refund, Some(id)) {
        // Said twice is said.
        Ok(_)
        | Err(Error::RefundStateInvalid {
            status: TransactionStatus::Acknowledged,
        }) => Ok(see_other(&path(id))),
        Err(error) => Err(error.into()),
    }
}

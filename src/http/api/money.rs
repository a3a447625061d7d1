//! Money: payments, adjustments, payouts, refunds, and who still owes.

use crate::domain::error::Error;
use crate::domain::field::{Checker, Problem};
use crate::http::api::{campaign_id, participation_id, refund_id};
use crate::http::context::Context;
use crate::http::dto::ParticipationAnswer;
use crate::http::dto::money::{MoneyAnswer, RefundAnswer, TransactionAnswer};
use crate::http::input;
use crate::http::json::Object;
use crate::http::page::{self, Wanted};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Face;
use crate::http::route::Params;

/// Records money that came in for a participation.
pub(crate) fn record_payment(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let payment = input::payment(&Object::read(request)?)?;
    let recorded = context.service.record_payment(id, payment)?;
    let location = format!("/api/sambatan/participations/{id}/transactions");
    let answer = TransactionAnswer::from(&recorded);
    Ok(Response::created(&answer, location))
}

/// Takes off what was recorded too much.
pub(crate) fn adjust(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let adjustment = input::adjustment(&Object::read(request)?)?;
    let recorded = context.service.adjust_payment(id, adjustment)?;
    let location = format!("/api/sambatan/participations/{id}/transactions");
    let answer = TransactionAnswer::from(&recorded);
    Ok(Response::created(&answer, location))
}

/// Gives some of what somebody has paid back, or all of it.
pub(crate) fn give_back(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let refund = input::giving_back(&Object::read(request)?)?;
    let refunds = context.service.give_back(id, refund)?;
    let location = format!("/api/sambatan/participations/{id}/transactions");
    let answer: Vec<_> = refunds.iter().map(TransactionAnswer::from).collect();
    Ok(Response::created(&answer, location))
}

/// Takes down where a refund goes.
pub(crate) fn set_payout_account(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let account = input::payout_account(&Object::read(request)?)?;
    let participation = context.service.set_payout_account(id, &account)?;
    Ok(Response::json(&ParticipationAnswer::from(&participation)))
}

/// Confirms the account that took another one's place.
pub(crate) fn confirm_payout_account(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let changed_at = input::account_changed_at(&Object::read(request)?)?;
    let participation = context.service.confirm_payout_account(id, changed_at)?;
    Ok(Response::json(&ParticipationAnswer::from(&participation)))
}

/// Lists a participation's movements of money, oldest first.
pub(crate) fn of_participation(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let wanted = Wanted::only(request)?;
    let service = &context.service;
    let page = service.list_participation_transactions(id, wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, TransactionAnswer<'_>>(request, &page))
}

/// Shows a campaign's money in sums.
pub(crate) fn of_campaign(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let money = context.service.campaign_money(id)?;
    Ok(Response::json(&MoneyAnswer::new(id, &money)))
}

/// Lists a campaign's movements of money, oldest first.
pub(crate) fn transactions(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let wanted = Wanted::only(request)?;
    let service = &context.service;
    let page = service.list_transactions(id, wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, TransactionAnswer<'_>>(request, &page))
}

/// Lists a campaign's participations that still owe, in the order of joining.
pub(crate) fn unpaid(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let wanted = Wanted::only(request)?;
    let service = &context.service;
    let page = service.list_unpaid(id, wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, ParticipationAnswer<'_>>(
        request, &page,
    ))
}

/// Lists who says, in any campaign, that the money is on its way, in the order of joining.
pub(crate) fn claims(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let wanted = Wanted::only(request)?;
    let service = &context.service;
    let page = service.list_claims(wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, ParticipationAnswer<'_>>(
        request, &page,
    ))
}

/// Records money that was paid out of a campaign.
pub(crate) fn pay_out(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let payout = input::payout(&Object::read(request)?)?;
    let recorded = context.service.pay_out(id, payout)?;
    let location = format!("/api/sambatan/campaigns/{id}/transactions");
    let answer = TransactionAnswer::from(&recorded);
    Ok(Response::created(&answer, location))
}

/// Lists a campaign's refunds, oldest first.
pub(crate) fn refunds(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let wanted = Wanted::only(request)?;
    let service = &context.service;
    let page = service.list_refunds(id, wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, RefundAnswer<'_>>(request, &page))
}

/// Lists the refunds of all campaigns that are to be sent, oldest first.
pub(crate) fn due_refunds(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let mut check = Checker::default();
    let wanted = Wanted::read(request, &mut check);
    if request
        .query
        .get("status")
        .is_some_and(|name| name != "due")
    {
        check.refuse("status", Problem::NotOneOf(&["due"]));
    }
    check.finish()?;
    let service = &context.service;
    let page = service.list_due_refunds(wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, RefundAnswer<'_>>(request, &page))
}

/// Takes down that a refund was sent.
pub(crate) fn send_refund(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = refund_id(params)?;
    let reference = input::reference(&Object::read(request)?)?;
    let refund = context.service.send_refund(id, &reference)?;
    Ok(Response::json(&RefundAnswer::from(&refund)))
}

/// Takes down that a refund was sent by a line of a bank statement.
pub(crate) fn match_refund(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = refund_id(params)?;
    let line = input::refund_line(&Object::read(request)?)?;
    let sent = context.service.match_refund_line(line, vec![id])?;
    let refund = sent.first().ok_or(Error::Internal)?;
    Ok(Response::json(&RefundAnswer::from(refund)))
}

/// Takes down that several refunds were sent by one line of a bank statement.
pub(crate) fn match_refunds(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let (line, refunds) = input::refunds_line(&Object::read(request)?)?;
    let sent = context.service.match_refund_line(line, refunds)?;
    let answer: Vec<_> = sent.iter().map(RefundAnswer::from).collect();
    Ok(Response::json(&answer))
}

/// Takes down that a refund has arrived: by whom it is for, or by the organiser.
pub(crate) fn acknowledge_refund(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = refund_id(params)?;
    Object::read_optional(request)?;
    let caller = context.gate.identify(&context.service, request, Face::Api);
    let owner = caller.participation();
    let refund = context.service.acknowledge_refund(id, owner)?;
    Ok(Response::json(&RefundAnswer::from(&refund)))
}

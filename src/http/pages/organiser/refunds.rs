//! Refunds: those that are to be sent, of all campaigns, and all those of one campaign.

use crate::domain::error::Error;
use crate::domain::id::TransactionId;
use crate::domain::ledger::{Refund, Transaction, TransactionStatus};
use crate::domain::reports::Limit;
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::form::Form;
use crate::http::page::Wanted;
use crate::http::pages::organiser::participation::account_changed;
use crate::http::pages::organiser::{campaign_id, flash, notice};
use crate::http::pages::{Keep, form_token, html, organisers_frame, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{CampaignRefundsPage, RefundRow, RefundState, RefundsPage};
use crate::web::{Card, Notice, Say as _, Text, Values, render};
use crate::words::Reader;

/// So many refunds are on a page, each with a form.
const ROWS: u32 = 25;
/// So many are on a page of a campaign's.
const ROWS_OF_CAMPAIGN: u32 = 50;

/// Shows the refunds that are to be sent, oldest first.
pub(crate) fn list(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    page(context, request, 200, Refused::default())
}

/// What was asked of the page and not done.
#[derive(Default)]
struct Refused {
    notice: Option<Notice>,
    /// Of which refund, and what its field shows.
    field: Option<(TransactionId, Values)>,
}

fn page(
    context: &Context,
    request: &Request,
    status: u16,
    refused: Refused,
) -> Result<Response, Refusal> {
    let reader = context.reader(request);
    let wanted: Wanted<_> = Wanted::only(request)?;
    let limit = Limit::new(ROWS).unwrap_or_default();
    let due = context.service.list_due_refunds(wanted.after, limit)?;
    let mut frame = organisers_frame(context, request, Text::of(reader.language).refunds);
    "/organiser/refunds".clone_into(&mut frame.path);
    let Refused { notice, mut field } = refused;
    let mut values = |id| {
        let of_this = field.take_if(|(refused, _)| *refused == id);
        of_this.map_or_else(Values::default, |(_, values)| values)
    };
    let view = RefundsPage {
        frame,
        flash: flash(request, reader),
        notice,
        refunds: due
            .items
            .into_iter()
            .map(|refund| {
                let values = values(refund.transaction.id);
                row(refund, values, reader)
            })
            .collect(),
        next: due
            .next
            .map(|next| format!("/organiser/refunds?cursor={next}")),
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(status, reader, Keep::Nobody, render(&view)))
}

/// Shows a campaign's refunds, however far they are, oldest first.
pub(crate) fn of_campaign(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let service = &context.service;
    let (reader, now) = (context.reader(request), service.now());
    let campaign = service.get_campaign(campaign_id(params)?)?;
    let wanted: Wanted<_> = Wanted::only(request)?;
    let limit = Limit::new(ROWS_OF_CAMPAIGN).unwrap_or_default();
    let refunds = service.list_refunds(campaign.id, wanted.after, limit)?;
    let is_due = |refund: &Refund| refund.transaction.status == TransactionStatus::Due;
    let card = Card::of(&campaign, reader, now);
    let view = CampaignRefundsPage {
        frame: organisers_frame(context, request, Text::of(reader.language).refunds),
        has_due: refunds.items.iter().any(is_due),
        refunds: refunds
            .items
            .into_iter()
            .map(|refund| state(refund, reader))
            .collect(),
        next: refunds
            .next
            .map(|next| format!("{}/refunds?cursor={next}", card.organiser_path)),
        card,
    };
    Ok(html(200, reader, Keep::Nobody, render(&view)))
}

fn state(refund: Refund, reader: Reader) -> RefundState {
    let Refund {
        transaction: moved,
        user_id,
        ..
    } = refund;
    let since = moved.acknowledged_at.or(moved.sent_at);
    RefundState {
        handle: user_id.as_str().to_owned(),
        path: participation_path(&moved),
        amount: moved.amount.to_string(),
        state: reader.movement(&moved),
        at: reader.short_date_time(since.unwrap_or(moved.created_at)),
        reference: moved.reference,
    }
}

fn participation_path(moved: &Transaction) -> String {
    let participation = moved.participation_id;
    participation.map_or_else(String::new, |id| format!("/organiser/participations/{id}"))
}

fn row(refund: Refund, values: Values, reader: Reader) -> RefundRow {
    RefundRow {
        id: refund.transaction.id.to_string(),
        handle: refund.user_id.as_str().to_owned(),
        path: participation_path(&refund.transaction),
        amount: refund.transaction.amount.to_string(),
        account: refund.payout_account,
        changed: account_changed(reader, refund.account_changed_at),
        values,
    }
}

/// Notes that a refund was sent.
pub(crate) fn send(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let form = Form::read(request)?;
    let refund = form.get("refund").parse();
    let refund: TransactionId = refund.map_err(|_| Error::RefundNotFound)?;
    match context.service.send_refund(refund, form.get("reference")) {
        Ok(_) => Ok(see_other("/organiser/refunds?done=sent")),
        Err(Error::ValidationFailed(errors)) => {
            let values = form.values(&["reference"], &errors, context.reader(request));
            let refused = Refused {
                field: Some((refund, values)),
                ..Refused::default()
            };
            page(context, request, 422, refused)
        }
        Err(
            error @ (Error::RefundStateInvalid { .. } | Error::PayoutAccountUnconfirmed { .. }),
        ) => {
            let refused = Refused {
                notice: Some(notice(error, context.reader(request))),
                ..Refused::default()
            };
            page(context, request, 409, refused)
        }
        Err(error) => Err(error.into()),
    }
}

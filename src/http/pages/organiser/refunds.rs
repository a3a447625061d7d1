//! The refunds that are to be sent, of all campaigns.

use crate::domain::error::Error;
use crate::domain::ledger::Refund;
use crate::domain::reports::Limit;
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::form::Form;
use crate::http::page::Wanted;
use crate::http::pages::organiser::{flash, notice};
use crate::http::pages::{Keep, form_token, html, organisers_frame, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::router::Params;
use crate::web::organiser::{RefundRow, RefundsPage};
use crate::web::{Notice, Text, render};

/// So many refunds are on a page.
const ROWS: u32 = 25;

/// Shows the refunds that are to be sent, oldest first.
pub(crate) fn list(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    page(context, request, 200, None)
}

fn page(
    context: &Context,
    request: &Request,
    status: u16,
    notice: Option<Notice>,
) -> Result<Response, Refusal> {
    let reader = context.reader(request);
    let wanted: Wanted<_> = Wanted::only(request)?;
    let limit = Limit::new(ROWS).unwrap_or_default();
    let due = context.service.list_due_refunds(wanted.after, limit)?;
    let mut frame = organisers_frame(context, request, Text::of(reader.language).refunds);
    "/organiser/refunds".clone_into(&mut frame.path);
    let view = RefundsPage {
        frame,
        flash: flash(request, reader),
        notice,
        refunds: due.items.into_iter().map(row).collect(),
        next: due
            .next
            .map(|next| format!("/organiser/refunds?cursor={next}")),
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(status, reader, Keep::Nobody, render(&view)))
}

fn row(refund: Refund) -> RefundRow {
    let participation = refund.transaction.participation_id;
    let path =
        participation.map_or_else(String::new, |id| format!("/organiser/participations/{id}"));
    RefundRow {
        id: refund.transaction.id.to_string(),
        handle: refund.user_id.as_str().to_owned(),
        path,
        amount: refund.transaction.amount.to_string(),
        account: refund.payout_account,
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
    let refund = refund.map_err(|_| Error::RefundNotFound)?;
    match context.service.send_refund(refund, form.get("reference")) {
        Ok(_) => Ok(see_other("/organiser/refunds?done=sent")),
        Err(error @ Error::ValidationFailed(_)) => {
            let notice = notice(error, context.reader(request));
            page(context, request, 422, Some(notice))
        }
        Err(error @ Error::RefundStateInvalid { .. }) => {
            let notice = notice(error, context.reader(request));
            page(context, request, 409, Some(notice))
        }
        Err(error) => Err(error.into()),
    }
}

//! The refunds that are to be sent, of all campaigns.

use crate::domain::error::Error;
use crate::domain::id::TransactionId;
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
use crate::web::{Notice, Text, Values, render};

/// So many refunds are on a page.
const ROWS: u32 = 25;

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
                row(refund, values)
            })
            .collect(),
        next: due
            .next
            .map(|next| format!("/organiser/refunds?cursor={next}")),
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(status, reader, Keep::Nobody, render(&view)))
}

fn row(refund: Refund, values: Values) -> RefundRow {
    let participation = refund.transaction.participation_id;
    let path =
        participation.map_or_else(String::new, |id| format!("/organiser/participations/{id}"));
    RefundRow {
        id: refund.transaction.id.to_string(),
        handle: refund.user_id.as_str().to_owned(),
        path,
        amount: refund.transaction.amount.to_string(),
        account: refund.payout_account,
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
        Err(error @ Error::RefundStateInvalid { .. }) => {
            let refused = Refused {
                notice: Some(notice(error, context.reader(request))),
                ..Refused::default()
            };
            page(context, request, 409, refused)
        }
        Err(error) => Err(error.into()),
    }
}

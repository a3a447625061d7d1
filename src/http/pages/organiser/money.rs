//! Money that came in for a participation, and corrections of it, as the organiser notes them.

use crate::domain::error::Error;
use crate::domain::field::{FieldError, Problem};
use crate::domain::ledger::{NewAdjustment, NewPayment, NewRefund};
use crate::domain::money::Rupiah;
use crate::http::context::Context;
use crate::http::form::{Form, FormFields};
use crate::http::pages::organiser::notice;
use crate::http::pages::organiser::participation::{page, participation_id, refused};
use crate::http::pages::see_other;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// Notes a payment, of whatever amount.
pub(crate) fn record_payment(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    let (reader, service) = (context.reader(request), &context.service);
    let mut fields = FormFields::of(&form, reader.zone);
    let payment = NewPayment {
        amount: fields.optional_integer("amount"),
        reference: fields.optional_text("reference"),
        only_if_paid: fields.optional_integer("seen").map(Rupiah::new),
    };
    let recorded = fields
        .finish(payment, |payment| payment.check().map(drop))
        .and_then(|payment| service.record_payment(id, payment));
    let names = ["amount", "reference"];
    match recorded {
        Ok(_) => Ok(see_other(&format!(
            "/organiser/participations/{id}?done=paid"
        ))),
        Err(Error::ValidationFailed(errors)) => {
            let values = form.values(&names, &errors, reader);
            page(context, request, id, 422, values.into())
        }
        Err(error @ (Error::PaymentExceedsLimit { .. } | Error::PaymentsChanged { .. })) => {
            let mut values = form.values(&names, &[], reader);
            values.refuse("amount", notice(error, reader).detail);
            page(context, request, id, 409, values.into())
        }
        Err(error) => refused(
            context,
            request,
            id,
            error,
            form.values(&names, &[], reader),
        ),
    }
}

/// Takes off what was noted too much, or was given back by hand.
pub(crate) fn adjust(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    let (reader, service) = (context.reader(request), &context.service);
    let mut fields = FormFields::of(&form, reader.zone);
    let adjustment = NewAdjustment {
        amount: fields.integer("less").saturating_neg(),
        reference: fields.text("less_reference"),
        only_if_paid: fields.optional_integer("seen").map(Rupiah::new),
    };
    let adjusted = fields
        .finish(adjustment, |adjustment| adjustment.check().map(drop))
        .and_then(|adjustment| service.adjust_payment(id, adjustment));
    let names = ["less", "less_reference"];
    match adjusted {
        Ok(_) => Ok(see_other(&format!(
            "/organiser/participations/{id}?done=adjusted"
        ))),
        Err(Error::ValidationFailed(errors)) => {
            let errors: Vec<_> = errors.into_iter().map(as_typed).collect();
            let values = form.values(&names, &errors, reader);
            page(context, request, id, 422, values.into())
        }
        Err(
            error @ (Error::AdjustmentExceedsPayments { .. }
            | Error::InsufficientBalance { .. }
            | Error::PaymentsChanged { .. }),
        ) => {
            let mut values = form.values(&names, &[], reader);
            values.refuse("less", notice(error, reader).detail);
            page(context, request, id, 409, values.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives some of what was paid back, or all of it.
pub(crate) fn give_back(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    let (reader, service) = (context.reader(request), &context.service);
    let mut fields = FormFields::of(&form, reader.zone);
    let refund = NewRefund {
        amount: fields.integer("back"),
        reason: fields.text("back_reason"),
        request_id: form.get("request_id").to_owned(),
    };
    let given = fields
        .finish(refund, |refund| refund.check().map(drop))
        .and_then(|refund| service.give_back(id, refund));
    let names = ["back", "back_reason"];
    match given {
        Ok(_) => Ok(see_other(&format!(
            "/organiser/participations/{id}?done=given-back"
        ))),
        Err(Error::ValidationFailed(errors)) => {
            let errors: Vec<_> = errors.into_iter().map(as_given).collect();
            let values = form.values(&names, &errors, reader);
            page(context, request, id, 422, values.into())
        }
        // Sent again with something else in it: the page has a new form for that.
        Err(
            error @ (Error::RefundExceedsPayments { .. }
            | Error::InsufficientBalance { .. }
            | Error::IdempotencyConflict),
        ) => {
            let mut values = form.values(&names, &[], reader);
            values.refuse("back", notice(error, reader).detail);
            page(context, request, id, 409, values.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with a refund, said of the fields of its form.
fn as_given(error: FieldError) -> FieldError {
    let field = match error.field {
        "amount" => "back",
        "reason" | "request_id" => "back_reason",
        field => field,
    };
    FieldError { field, ..error }
}

/// What is wrong with an adjustment, said of the fields of its form: these ask how much less it is, while
/// the ledger has a negative amount.
fn as_typed(error: FieldError) -> FieldError {
    match (error.field, error.problem) {
        ("amount", _) => FieldError {
            field: "less",
            problem: Problem::OutOfRange(1, Rupiah::MAX_MOVED),
        },
        ("reference", problem) => FieldError {
            field: "less_reference",
            problem,
        },
        (field, problem) => FieldError { field, problem },
    }
}

//! Importing a bank statement: a file that is chosen or a text that is pasted, looked at, recorded, and what is
//! left over matched by the organiser. Between the steps the statement waits in [`crate::http::staged`].

mod result;
mod sent;

use std::ops::ControlFlow;

use crate::domain::error::Error;
use crate::domain::id::{ParticipationId, TransactionId};
use crate::domain::payment_import::StatementLine;
use crate::domain::statement::{Statement, StatementError};
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::form::Form;
use crate::http::pages::organiser::{flash, notice};
use crate::http::pages::{Keep, form_token, html, organisers_frame, see_other};
use crate::http::problem::Refusal;
use crate::http::request::{Request, percent_encode};
use crate::http::response::Response;
use crate::http::route::Params;
use crate::http::staged;
use crate::service::import::ImportMode;
use crate::web::organiser::{PaymentsPage, StatementChoices};
use crate::web::{Notice, Text, render};
use result::{Asked, fill};
use sent::Sent;

const PATH: &str = "/organiser/payments";

/// Shows the form, and what is in a statement that waits.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let mut view = empty(context, request);
    view.flash = flash(request, context.reader(request));
    let Some(id) = request.query.get("file") else {
        return Ok(answer(context, request, 200, &view));
    };
    match context
        .staged
        .find(&view.form_token, id, context.service.now())
    {
        Some(statement) => {
            let asked = Asked::of(request);
            look(
                context,
                request,
                view,
                (id, &statement),
                ImportMode::DryRun,
                &asked,
            )
        }
        None => Ok(gone(context, request, view)),
    }
}

/// Shows what matches, and records it when that is asked for.
pub(crate) fn import(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let form = Form::read(request)?;
    let mut view = empty(context, request);
    let now = context.service.now();
    let statement = match sent::read(context, request, &form, &view.form_token) {
        Sent::Statement(statement) => statement,
        Sent::Gone => return Ok(gone(context, request, view)),
        Sent::Refused(status, title, detail) => {
            view.notice = Some(bad(title, detail));
            return Ok(answer(context, request, status, &view));
        }
    };
    let mode = if form.get("apply") == "yes" {
        ImportMode::Apply
    } else {
        ImportMode::DryRun
    };
    form.get("statement").clone_into(&mut view.statement);
    let known = form.get("file_id");
    let id = if known.is_empty() || form.has("choices") {
        context.staged.put(&view.form_token, statement.clone(), now)
    } else {
        known.to_owned()
    };
    look(
        context,
        request,
        view,
        (&id, &statement),
        mode,
        &Asked::default(),
    )
}

/// Records a line as the payment of whom the organiser names, or notes a refund as sent by it.
pub(crate) fn match_line(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let form = Form::read(request)?;
    let line = sent::line(&form).ok_or(Refusal::FormOutdated)?;
    let file = form.get("file_id");
    let back = back(&form);
    if form.has("same") {
        let (view, now) = (empty(context, request), context.service.now());
        let fingerprint = line.fingerprint;
        return Ok(
            if context
                .staged
                .leave(&view.form_token, file, fingerprint, now)
            {
                see_other(&format!("{back}&done=left"))
            } else {
                gone(context, request, view)
            },
        );
    }
    let refunds: Result<Vec<TransactionId>, _> =
        form.get("refund").split(',').map(str::parse).collect();
    let done = match refunds {
        Ok(refunds) => context
            .service
            .match_refund_line(line, refunds)
            .map(|_| "sent"),
        Err(_) => match whose(context, &form)? {
            Whose::These(to) => pay(context, line, to),
            Whose::Unclear => {
                let mut path = format!("{back}&line={}&who=", form.get("line"));
                percent_encode(form.get("who"), &mut path);
                return Ok(see_other(&path));
            }
        },
    };
    match done {
        Ok(done) => Ok(see_other(&format!("{back}&done={done}"))),
        Err(
            error @ (Error::StatementLineKnown
            | Error::LineAmountDoesNotFit { .. }
            | Error::ParticipationStateInvalid { .. }
            | Error::RefundStateInvalid { .. }
            | Error::PaymentExceedsLimit { .. }),
        ) => {
            let mut view = empty(context, request);
            view.notice = Some(notice(error, context.reader(request)));
            view.back = Some(back);
            Ok(answer(context, request, 409, &view))
        }
        Err(error) => Err(error.into()),
    }
}

/// Where the line stands that a form is about.
fn back(form: &Form) -> String {
    let mut path = format!("{PATH}?file=");
    percent_encode(form.get("file_id"), &mut path);
    match form.get("from").parse::<usize>() {
        Ok(from) if from > 0 => format!("{path}&from={from}"),
        _ => path,
    }
}

fn pay(
    context: &Context,
    line: StatementLine,
    to: Vec<ParticipationId>,
) -> Result<&'static str, Error> {
    context
        .service
        .match_statement_line(line, to)
        .map(|_| "paid")
}

/// Whom a form names.
enum Whose {
    These(Vec<ParticipationId>),
    /// Nobody, or several who have the same name.
    Unclear,
}

fn whose(context: &Context, form: &Form) -> Result<Whose, Refusal> {
    let named = form.get("to");
    if !named.is_empty() {
        let ids: Result<Vec<_>, _> = named.split(',').map(str::parse).collect();
        return Ok(Whose::These(ids.map_err(|_| Refusal::FormOutdated)?));
    }
    let found = context.service.find_payers(form.get("who"))?;
    Ok(match found.as_slice() {
        [one] => Whose::These(vec![one.id]),
        _ => Whose::Unclear,
    })
}

/// Reads a statement, imports it in a mode and shows what came of it.
fn look(
    context: &Context,
    request: &Request,
    mut view: PaymentsPage,
    (id, statement): (&str, &staged::Statement),
    mode: ImportMode,
    asked: &Asked<'_>,
) -> Result<Response, Refusal> {
    let read = match Statement::read(&statement.bytes, &statement.columns) {
        Ok(read) => read,
        Err(error) => {
            refuse(context, request, &mut view, id, error);
            return Ok(answer(context, request, 422, &view));
        }
    };
    let mut go_on = |_, _| ControlFlow::Continue(());
    let report = context.service.import_payments(read, mode, &mut go_on)?;
    view.statement.clear();
    let left = &statement.left;
    fill(context, request, &mut view, (id, &report, left), asked)?;
    Ok(answer(context, request, 200, &view))
}

/// Says why a statement cannot be read, and asks for what settles it.
fn refuse(
    context: &Context,
    request: &Request,
    view: &mut PaymentsPage,
    id: &str,
    error: StatementError,
) {
    let (reader, t) = (context.reader(request), view.frame.t);
    view.choices.seen = match &error {
        StatementError::NoColumn { seen, .. } | StatementError::NoDirection { seen } => {
            seen.clone()
        }
        StatementError::Ambiguous(seen) => seen.clone(),
        _ => Vec::new(),
    };
    let asks_for_choices = matches!(
        error,
        StatementError::NoSuchColumn { .. }
            | StatementError::Ambiguous(_)
            | StatementError::NoDirection { .. }
            | StatementError::AgainstBalance { .. }
    );
    let detail = match &error {
        StatementError::NoColumn { .. } | StatementError::SameColumn => {
            t.statement_unreadable.to_owned()
        }
        _ if asks_for_choices => t.statement_needs_choices.to_owned(),
        _ => Refusal::StatementUnreadable(error.clone()).detail(reader),
    };
    let title = Refusal::StatementUnreadable(error).title(reader);
    view.notice = Some(bad(title.to_owned(), detail));
    view.choices.file = Some(id.to_owned());
    view.choices.is_open = true;
}

fn gone(context: &Context, request: &Request, mut view: PaymentsPage) -> Response {
    let t = view.frame.t;
    view.notice = Some(bad(
        t.file_is_gone.to_owned(),
        t.file_is_gone_next.to_owned(),
    ));
    answer(context, request, 410, &view)
}

const fn bad(title: String, detail: String) -> Notice {
    Notice {
        tone: "bad",
        title,
        detail,
    }
}

fn answer(context: &Context, request: &Request, status: u16, view: &PaymentsPage) -> Response {
    html(status, context.reader(request), Keep::Nobody, render(view))
}

fn empty(context: &Context, request: &Request) -> PaymentsPage {
    let t = Text::of(context.reader(request).language);
    let mut frame = organisers_frame(context, request, t.payments);
    PATH.clone_into(&mut frame.path);
    PaymentsPage {
        frame,
        flash: None,
        notice: None,
        back: None,
        result: None,
        statement: String::new(),
        choices: StatementChoices::default(),
        form_token: form_token(context, request, Access::Organiser),
    }
}

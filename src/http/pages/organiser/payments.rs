//! Importing a bank statement: pasted, looked at, recorded. The text travels with the form, so that nothing of
//! it is kept in between.

use std::ops::ControlFlow;

use crate::domain::payment_import::{ImportReport, ImportedLine, Outcome};
use crate::domain::statement::{Columns, Statement};
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::form::Form;
use crate::http::pages::{Keep, form_token, html, organisers_frame};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::service::import::ImportMode;
use crate::web::organiser::{PaymentsPage, StatementRow};
use crate::web::{Notice, Text, render};

/// So many lines are shown: the report of a longer one is for the command line.
const ROWS: usize = 200;

/// Shows the form.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let view = empty(context, request);
    Ok(answer(context, request, 200, &view))
}

/// Shows what matches, and records it when that is asked for.
pub(crate) fn import(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let form = Form::read(request)?;
    let pasted = form.get("statement");
    let mode = if form.get("apply") == "yes" {
        ImportMode::Apply
    } else {
        ImportMode::DryRun
    };
    let mut view = empty(context, request);
    pasted.clone_into(&mut view.statement);
    let statement = match Statement::read(pasted.as_bytes(), &Columns::default()) {
        Ok(statement) => statement,
        Err(error) => {
            let reader = context.reader(request);
            let refusal = Refusal::StatementUnreadable(error);
            view.notice = Some(Notice {
                tone: "bad",
                title: refusal.title(reader).to_owned(),
                detail: view.frame.t.statement_unreadable.to_owned(),
            });
            return Ok(answer(context, request, 422, &view));
        }
    };
    let mut go_on = |_, _| ControlFlow::Continue(());
    let report = context
        .service
        .import_payments(statement, mode, &mut go_on)?;
    fill(&mut view, &report);
    Ok(answer(context, request, 200, &view))
}

fn answer(context: &Context, request: &Request, status: u16, view: &PaymentsPage) -> Response {
    html(status, context.reader(request), Keep::Nobody, render(view))
}

fn empty(context: &Context, request: &Request) -> PaymentsPage {
    let t = Text::of(context.reader(request).language);
    let mut frame = organisers_frame(context, request, t.payments);
    "/organiser/payments".clone_into(&mut frame.path);
    PaymentsPage {
        frame,
        notice: None,
        totals: Vec::new(),
        lines: Vec::new(),
        has_more: false,
        statement: String::new(),
        can_record: false,
        form_token: form_token(context, request, Access::Organiser),
    }
}

fn fill(view: &mut PaymentsPage, report: &ImportReport) {
    let t = view.frame.t;
    let title = if report.applied {
        t.recorded
    } else {
        t.nothing_recorded
    };
    view.notice = Some(Notice {
        tone: "good",
        title: title.to_owned(),
        detail: String::new(),
    });
    for word in ImportReport::WORDS {
        let (lines, sum) = report.total(word);
        if lines > 0 {
            view.totals
                .push((words(word, t), format!("{lines} · {sum}")));
        }
    }
    if report.error_count > 0 {
        let numbers: Vec<_> = report
            .errors
            .iter()
            .map(|error| error.number.to_string())
            .collect();
        let text = format!("{} ({} {})", report.error_count, t.line, numbers.join(", "));
        view.totals.push((t.line_unreadable, text));
    }
    view.has_more = report.lines.len() > ROWS;
    view.lines = report
        .lines
        .iter()
        .take(ROWS)
        .map(|line| row(line, t))
        .collect();
    let finds = report.lines.iter().any(|line| line.outcome.is_recorded());
    view.can_record = finds && !report.applied;
}

fn row(found: &ImportedLine, t: &Text) -> StatementRow {
    let ImportedLine { line, outcome } = found;
    let payer = outcome.payer();
    StatementRow {
        number: line.number,
        day: line.date.to_string(),
        amount: line.amount.to_string(),
        result: words(outcome.word(), t),
        difference: difference(outcome),
        handle: payer.map_or_else(String::new, |payer| payer.user_id.clone()),
        path: payer.map(|payer| format!("/organiser/participations/{}", payer.participation_id)),
        description: line.description.clone(),
    }
}

fn difference(outcome: &Outcome) -> Option<String> {
    outcome
        .difference()
        .map(|difference| difference.to_string())
}

/// What becomes of a line, by its word in [`ImportReport::WORDS`].
fn words(word: &str, t: &Text) -> &'static str {
    match word {
        "matched" => t.line_matched,
        "short" => t.line_short,
        "over" => t.line_over,
        "given_up" => t.line_given_up,
        "suggested" => t.line_suggested,
        "maybe_recorded" => t.line_maybe_recorded,
        "known" => t.line_known,
        "duplicate" => t.line_duplicate,
        _ => t.line_left_over,
    }
}

//! Bank statements.

use std::ops::ControlFlow;

use crate::domain::field::{Checker, Problem};
use crate::domain::statement::{Columns, DateFormat, Statement};
use crate::http::context::Context;
use crate::http::dto::money::TransactionAnswer;
use crate::http::input;
use crate::http::json::{self, Object};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::service::import::ImportMode;

/// The most bytes of lines in an answer: beside it stands what is counted.
const MOST_OF_LINES: usize = 4 * 1024 * 1024;

/// Matches the lines of a statement with those who have to pay, and with `apply=true` records what it finds.
pub(crate) fn import(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let mut check = Checker::default();
    let mode = mode(request, &mut check);
    let columns = columns(request, &mut check);
    check.finish()?;
    let body = json::statement_body(request)?;
    let statement = Statement::read(body, &columns).map_err(Refusal::StatementUnreadable)?;
    let mut go_on = |_, _| ControlFlow::Continue(());
    let report = context
        .service
        .import_payments(statement, mode, &mut go_on)?;
    Ok(Response::json(&report.to_json_within(MOST_OF_LINES)))
}

/// Records a line of a statement as the payment of those whom the organiser names.
pub(crate) fn match_line(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let (line, participations) = input::matched_line(&Object::read(request)?)?;
    let payments = context.service.match_statement_line(line, participations)?;
    let answer: Vec<_> = payments.iter().map(TransactionAnswer::from).collect();
    Ok(Response::json(&answer))
}

fn mode(request: &Request, check: &mut Checker) -> ImportMode {
    if flag("apply", request, check) {
        ImportMode::Apply
    } else {
        ImportMode::DryRun
    }
}

fn columns(request: &Request, check: &mut Checker) -> Columns {
    let name = |parameter| request.query.get(parameter).map(str::to_owned);
    let delimiter = match request.query.get("delimiter") {
        None => None,
        Some(",") => Some(b','),
        Some(";") => Some(b';'),
        Some("|") => Some(b'|'),
        Some("tab") => Some(b'\t'),
        Some(_) => {
            check.refuse("delimiter", Problem::NotOneOf(&[",", ";", "|", "tab"]));
            None
        }
    };
    let date_format = request.query.get("date_format").and_then(|word| {
        let format = DateFormat::of_word(word);
        if format.is_none() {
            check.refuse("date_format", Problem::NotOneOf(&DateFormat::WORDS));
        }
        format
    });
    Columns {
        date: name("date_column"),
        amount: name("amount_column"),
        credit: name("credit_column"),
        debit: name("debit_column"),
        direction: name("direction_column"),
        status: name("status_column"),
        description: name("description_column"),
        delimiter,
        date_format,
        all_incoming: flag("all_incoming", request, check),
    }
}

/// A choice that is made by `true`.
fn flag(parameter: &'static str, request: &Request, check: &mut Checker) -> bool {
    match request.query.get(parameter) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            check.refuse(parameter, Problem::NotOneOf(&["true", "false"]));
            false
        }
    }
}

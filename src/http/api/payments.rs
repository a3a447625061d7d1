//! Bank statements.

use std::ops::ControlFlow;

use crate::domain::field::{Checker, Problem};
use crate::domain::statement::{Columns, Statement};
use crate::http::context::Context;
use crate::http::json;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::router::Params;
use crate::service::import::ImportMode;

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
    let body = json::csv_body(request)?;
    let statement = Statement::read(body, &columns).map_err(Refusal::StatementUnreadable)?;
    let mut go_on = |_, _| ControlFlow::Continue(());
    let report = context
        .service
        .import_payments(statement, mode, &mut go_on)?;
    Ok(Response::json(&report.to_json()))
}

fn mode(request: &Request, check: &mut Checker) -> ImportMode {
    match request.query.get("apply") {
        None | Some("false") => ImportMode::DryRun,
        Some("true") => ImportMode::Apply,
        Some(_) => {
            check.refuse("apply", Problem::NotOneOf(&["true", "false"]));
            ImportMode::DryRun
        }
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
    Columns {
        date: name("date_column"),
        amount: name("amount_column"),
        description: name("description_column"),
        delimiter,
    }
}

//! Tables of a campaign for spreadsheets.

use crate::domain::field::{Checker, Problem};
use crate::http::api::campaign_id;
use crate::http::context::Context;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::service::export::{Export, ExportForm, ExportKind};

/// Who takes part.
pub(crate) fn participants(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<(Response, Export), Refusal> {
    begin(context, request, params, ExportKind::Participants)
}

/// What to pack.
pub(crate) fn picklist(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<(Response, Export), Refusal> {
    begin(context, request, params, ExportKind::Picklist)
}

/// What is paid back.
pub(crate) fn refunds(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<(Response, Export), Refusal> {
    begin(context, request, params, ExportKind::Refunds)
}

fn begin(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
    kind: ExportKind,
) -> Result<(Response, Export), Refusal> {
    let mut check = Checker::default();
    let form = form(request, &mut check);
    check.finish()?;
    let export = context
        .service
        .export(campaign_id(params)?, kind)?
        .in_form(form);
    let disposition = format!("attachment; filename=\"{}\"", export.file_name());
    let response = Response::new(200, "text/csv; charset=utf-8", Vec::new())
        .with_header("Content-Disposition", disposition)
        .with_header("Cache-Control", "no-store".to_owned());
    Ok((response, export))
}

/// Whom it is for: programs, or `?for=excel`.
fn form(request: &Request, check: &mut Checker) -> ExportForm {
    match request.query.get("for") {
        None => ExportForm::Plain,
        Some("excel") => ExportForm::Excel,
        Some(_) => {
            check.refuse("for", Problem::NotOneOf(&["excel"]));
            ExportForm::Plain
        }
    }
}

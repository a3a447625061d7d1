//! Tables of a campaign for spreadsheets.

use crate::http::api::campaign_id;
use crate::http::context::Context;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::router::Params;
use crate::service::export::{Export, ExportKind};

/// Who takes part.
pub(crate) fn participants(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<(Response, Export), Refusal> {
    begin(context, params, ExportKind::Participants)
}

/// What to pack.
pub(crate) fn picklist(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<(Response, Export), Refusal> {
    begin(context, params, ExportKind::Picklist)
}

/// What is paid back.
pub(crate) fn refunds(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<(Response, Export), Refusal> {
    begin(context, params, ExportKind::Refunds)
}

fn begin(
    context: &Context,
    params: &Params<'_>,
    kind: ExportKind,
) -> Result<(Response, Export), Refusal> {
    let export = context.service.export(campaign_id(params)?, kind)?;
    let disposition = format!("attachment; filename=\"{}\"", export.file_name());
    let response = Response::new(200, "text/csv; charset=utf-8", Vec::new())
        .with_header("Content-Disposition", disposition)
        .with_header("Cache-Control", "no-store".to_owned());
    Ok((response, export))
}

//! Totals over all campaigns.

use crate::http::context::Context;
use crate::http::dto::DashboardAnswer;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// Shows the totals.
pub(crate) fn summary(context: &Context, _: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    let summary = context.service.dashboard_summary()?;
    Ok(Response::json(&DashboardAnswer::from(&summary)))
}

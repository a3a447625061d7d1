//! Accounts that people pay to: adding, listing, showing, retiring, and which a campaign uses.

use crate::domain::error::Error;
use crate::domain::id::PayToId;
use crate::domain::pay_to::used_by;
use crate::http::api::campaign_id;
use crate::http::context::Context;
use crate::http::dto::Shown;
use crate::http::dto::pay_to::{CampaignPayToAnswer, PayToAnswer};
use crate::http::input;
use crate::http::json::Object;
use crate::http::page::{self, Wanted};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// Adds an account.
pub(crate) fn create(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let input = input::new_pay_to(&Object::read(request)?)?;
    let account = context.service.add_pay_to(input)?;
    let location = format!("/api/sambatan/pay-to/{}", account.id);
    Ok(Response::created(&PayToAnswer::from(&account), location))
}

/// Lists all accounts, newest first.
pub(crate) fn list(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let wanted = Wanted::only(request)?;
    let page = context.service.list_pay_to(wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, PayToAnswer<'_>>(request, &page))
}

/// Shows an account.
pub(crate) fn show(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let account = context.service.get_pay_to(pay_to_id(params)?)?;
    Ok(Response::json(&PayToAnswer::from(&account)))
}

/// Retires an account.
pub(crate) fn retire(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = pay_to_id(params)?;
    Object::read_optional(request)?;
    let account = context.service.retire_pay_to(id)?;
    Ok(Response::json(&PayToAnswer::from(&account)))
}

/// Shows which accounts a campaign uses.
pub(crate) fn of_campaign(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let campaign = context.service.get_campaign(campaign_id(params)?)?;
    let in_use = context.service.pay_to_in_use()?;
    Ok(Response::json(&CampaignPayToAnswer {
        named: campaign.pay_to.iter().copied().map(Shown).collect(),
        used: used_by(&campaign, &in_use).map(PayToAnswer::from).collect(),
    }))
}

/// The account that a path names. A text that is no id names none.
pub(crate) fn pay_to_id(params: &Params<'_>) -> Result<PayToId, Error> {
    let id = params.get("id").parse();
    id.map_err(|_| Error::PayToNotFound)
}

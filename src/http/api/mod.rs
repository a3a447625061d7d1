//! The handlers, one file for each resource: read the request, call the service, write the answer.

pub(crate) mod audit;
pub(crate) mod bans;
pub(crate) mod campaigns;
pub(crate) mod dashboard;
pub(crate) mod exports;
pub(crate) mod health;
pub(crate) mod money;
pub(crate) mod openapi;
pub(crate) mod participations;
pub(crate) mod pay_to;
pub(crate) mod payments;
pub(crate) mod products;
pub(crate) mod scheduler;
pub(crate) mod sessions;
pub(crate) mod webhooks;

use crate::domain::error::Error;
use crate::domain::id::{CampaignId, ParticipationId, ProductId, TransactionId};
use crate::http::route::Params;

/// The product that a path names. A text that is no id names none.
fn product_id(params: &Params<'_>) -> Result<ProductId, Error> {
    let id = params.get("id").parse();
    id.map_err(|_| Error::ProductNotFound)
}

/// The campaign that a path names. A text that is no id names none.
fn campaign_id(params: &Params<'_>) -> Result<CampaignId, Error> {
    let id = params.get("id").parse();
    id.map_err(|_| Error::CampaignNotFound)
}

/// The participation that a path names. A text that is no id names none.
fn participation_id(params: &Params<'_>) -> Result<ParticipationId, Error> {
    let id = params.get("id").parse();
    id.map_err(|_| Error::ParticipationNotFound)
}

/// The refund that a path names. A text that is no id names none.
fn refund_id(params: &Params<'_>) -> Result<TransactionId, Error> {
    let id = params.get("id").parse();
    id.map_err(|_| Error::RefundNotFound)
}

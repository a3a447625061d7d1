//! Answers about where to pay.

use serde::Serialize;

use crate::domain::id::PayToId;
use crate::domain::pay_to::{PayTo, WayToPay};
use crate::domain::time::Timestamp;
use crate::http::dto::Shown;

/// An account as somebody sees it who is asked for money.
#[derive(Serialize)]
pub(crate) struct WayToPayAnswer<'a> {
    id: Shown<PayToId>,
    kind: &'static str,
    bank: Option<&'a str>,
    number: Option<&'a str>,
    holder: Option<&'a str>,
    merchant: Option<&'a str>,
    nmid: Option<String>,
    /// With the exact amount in it.
    payload: Option<String>,
}

impl<'a> From<&WayToPay<'a>> for WayToPayAnswer<'a> {
    fn from(way: &WayToPay<'a>) -> Self {
        let payload = way.code.as_ref().map(ToString::to_string);
        Self::new(way.account, payload)
    }
}

impl<'a> WayToPayAnswer<'a> {
    fn new(account: &'a PayTo, payload: Option<String>) -> Self {
        let code = account.code.as_ref();
        Self {
            id: Shown(account.id),
            kind: account.kind.word(),
            bank: account.bank.as_deref(),
            number: account.number.as_deref(),
            holder: account.holder.as_deref(),
            merchant: code.map(|code| code.merchant()),
            nmid: code.and_then(|code| code.nmid()),
            payload,
        }
    }
}

/// An account as its organiser sees it: the payload is the static one.
#[derive(Serialize)]
pub(crate) struct PayToAnswer<'a> {
    #[serde(flatten)]
    account: WayToPayAnswer<'a>,
    note: Option<&'a str>,
    created_at: Shown<Timestamp>,
    retired_at: Option<Shown<Timestamp>>,
}

impl<'a> From<&'a PayTo> for PayToAnswer<'a> {
    fn from(account: &'a PayTo) -> Self {
        let payload = account.code.as_ref().map(ToString::to_string);
        Self {
            account: WayToPayAnswer::new(account, payload),
            note: account.note.as_deref(),
            created_at: Shown(account.created_at),
            retired_at: account.retired_at.map(Shown),
        }
    }
}

/// The accounts of a campaign.
#[derive(Serialize)]
pub(crate) struct CampaignPayToAnswer<'a> {
    /// The ones that it names, also those that were retired since; none: all that are in use.
    pub(crate) named: Vec<Shown<PayToId>>,
    /// The ones that its participants are shown.
    pub(crate) used: Vec<PayToAnswer<'a>>,
}

//! Answers about where to pay.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::id::PayToId;
use crate::domain::pay_to::{PayTo, WayToPay};
use crate::domain::time::Timestamp;
use crate::http::dto::Shown;
use crate::http::dto::shown::PayToWord;

/// An account as somebody sees it who is asked for money.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WayToPay")]
pub(crate) struct WayToPayAnswer<'a> {
    /// Its id.
    id: Shown<PayToId>,
    /// What kind of account it is.
    #[schemars(with = "PayToWord")]
    kind: &'static str,
    /// The bank or the wallet.
    bank: Option<&'a str>,
    /// The number.
    number: Option<&'a str>,
    /// In whose name it is.
    holder: Option<&'a str>,
    /// The merchant of a QRIS code.
    merchant: Option<&'a str>,
    /// The merchant's national id.
    nmid: Option<String>,
    /// What its QR code says: for who is to pay with the exact amount in it.
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
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PayTo")]
pub(crate) struct PayToAnswer<'a> {
    #[serde(flatten)]
    account: WayToPayAnswer<'a>,
    /// For the organiser alone.
    note: Option<&'a str>,
    /// When it was added.
    created_at: Shown<Timestamp>,
    /// Since when it is not used any more.
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
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CampaignPayTo")]
pub(crate) struct CampaignPayToAnswer<'a> {
    /// The ones that it names, also those that were retired since; none: all that are in use.
    pub(crate) named: Vec<Shown<PayToId>>,
    /// The ones that its participants are shown.
    pub(crate) used: Vec<PayToAnswer<'a>>,
}

//! Where a participant can pay to: on their own page, and the pictures of the codes.

use crate::domain::campaign::Campaign;
use crate::domain::error::Error;
use crate::domain::money::Rupiah;
use crate::domain::participation::Participation;
use crate::domain::pay_to::{PayToKind, WayToPay, asked, ways_to_pay};
use crate::http::context::Context;
use crate::http::pages::own;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::qr;
use crate::web::{Merchant, Way};
use crate::words::Reader;

/// Where somebody can pay to; nothing is looked up when they are asked for nothing.
pub(super) fn ways(
    context: &Context,
    participation: &Participation,
    campaign: &Campaign,
    reader: Reader,
) -> Result<Vec<Way>, Error> {
    let Some(amount) = asked(participation, campaign) else {
        return Ok(Vec::new());
    };
    let in_use = context.service.pay_to_in_use()?;
    let path = own::path(participation.id);
    let ways = ways_to_pay(participation, campaign, &in_use);
    let shown = ways.iter().map(|way| shown(way, &path, amount, reader));
    Ok(shown.collect())
}

fn shown(way: &WayToPay<'_>, path: &str, amount: Rupiah, reader: Reader) -> Way {
    let account = way.account;
    let code = account.code.as_ref();
    let merchant = code.map(|code| Merchant {
        nmid: code.nmid(),
        code: way
            .code
            .is_some()
            .then(|| format!("{path}/qris/{}.svg", account.id)),
        label: reader.choose(
            || format!("Kode QRIS {amount} untuk {}", code.merchant()),
            || format!("QRIS code of {amount} for {}", code.merchant()),
        ),
    });
    let name = match (account.kind, code) {
        (PayToKind::Qris, Some(code)) => format!("QRIS · {}", code.merchant()),
        _ => account.bank.clone().unwrap_or_default(),
    };
    Way {
        id: account.id.to_string(),
        name,
        number: account.number.clone(),
        holder: account.holder.clone(),
        merchant,
    }
}

/// Draws the code of an account with the exact amount, or with `amount=none` as it is shown at the counter. It is gone
/// as soon as nothing is asked for any more.
pub(crate) fn code(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let service = &context.service;
    let participation = service.get_participation(own::participation_id(params)?)?;
    let campaign = service.get_campaign(participation.campaign_id)?;
    let in_use = service.pay_to_in_use()?;
    let name = params.get("code");
    let ways = ways_to_pay(&participation, &campaign, &in_use);
    let way = ways.iter().find(|way| {
        name.strip_suffix(".svg")
            .is_some_and(|id| id.parse() == Ok(way.account.id))
    });
    let with_amount = way.and_then(|way| way.code.as_ref());
    let wanted = match request.query.get("amount") {
        // Where there is none with the amount, none without it could pay it either.
        Some("none") => with_amount
            .and(way)
            .and_then(|way| way.account.code.as_ref()),
        _ => with_amount,
    };
    let payload = wanted.ok_or(Refusal::NotFound)?.to_string();
    let drawing = qr::svg(&payload).ok_or(Refusal::NotFound)?;
    Ok(Response::new(200, "image/svg+xml", drawing.into_bytes())
        .with_header("Cache-Control", "no-store".to_owned()))
}

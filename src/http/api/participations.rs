//! Participations: joining, showing, cancelling, confirming.

use serde::Deserialize;

use crate::domain::error::Error;
use crate::domain::id::ParticipationId;
use crate::domain::idempotency::{Fingerprint, IdempotencyKey, OnceAnswer, StoredAnswer};
use crate::domain::participation::{JoinCampaign, Participation};
use crate::http::api::{campaign_id, participation_id};
use crate::http::context::Context;
use crate::http::dto::{ParticipationAnswer, PlacedParticipationAnswer};
use crate::http::input;
use crate::http::json::Object;
use crate::http::page::{self, Wanted};
use crate::http::problem::{self, Refusal};
use crate::http::request::Request;
use crate::http::response::{Response, to_json};
use crate::http::route::{Begin, Params};
use crate::words::Reader;

/// Takes slots of a campaign; with an `Idempotency-Key` at most once.
pub(crate) fn join(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Begin, Refusal> {
    let campaign_id = campaign_id(params)?;
    let object = Object::read(request)?;
    let key = idempotency_key(request)?;
    let input = input::join_campaign(campaign_id, &object)?;
    if let Some(key) = key {
        // The id is written again, so that every spelling of it is the same request.
        let path = format!("/api/sambatan/campaigns/{campaign_id}/join");
        let fingerprint = Fingerprint::of("POST", &path, &object.canonical());
        return Ok(join_once(input, key, fingerprint, context.reader(request)));
    }
    Ok(Box::new(move |context, settle| {
        context.service.submit_join(input, move |outcome| {
            settle(Box::new(move |context, _| {
                let participation = outcome?;
                let body = to_json(&ParticipationAnswer::from(&participation));
                Ok(joined(context, participation.id, body))
            }));
        });
    }))
}

fn join_once(
    input: JoinCampaign,
    key: IdempotencyKey,
    fingerprint: Fingerprint,
    reader: Reader,
) -> Begin {
    let stored = move |outcome: &_| stored_answer(outcome, reader);
    Box::new(move |context, settle| {
        let service = &context.service;
        service.submit_join_once(input, key, fingerprint, stored, move |outcome| {
            settle(Box::new(move |context, _| {
                Ok(joined_once(context, outcome?, reader))
            }));
        });
    })
}

fn joined_once(context: &Context, once: OnceAnswer, reader: Reader) -> Response {
    let StoredAnswer { status, body } = once.answer;
    let response = if status != StoredAnswer::JOINED {
        let document = body.into_bytes();
        let language = (!once.replayed).then_some(reader.language);
        problem::stored(status, document, language)
    } else if let Some(id) = id_in(&body) {
        joined(context, id, body)
    } else {
        Response::new(status, "application/json", body.into_bytes())
    };
    if once.replayed {
        response.with_header("Idempotent-Replayed", "true".to_owned())
    } else {
        response
    }
}

/// Writes the answer that is stored: a participation, or the problem document of a refusal.
fn stored_answer(outcome: &Result<Participation, Error>, reader: Reader) -> StoredAnswer {
    match outcome {
        Ok(participation) => StoredAnswer {
            status: StoredAnswer::JOINED,
            body: to_json(&ParticipationAnswer::from(participation)),
        },
        Err(error) => {
            let refusal = Refusal::from(error.clone());
            StoredAnswer {
                status: refusal.status(),
                // No answer that is stored names its request: it will be given to others too.
                body: refusal.document(reader, ""),
            }
        }
    }
}

/// The answer to a join: the participation, where it is, and its manage token. The token is made anew
/// each time, also for an answer that was stored: it is stored nowhere.
fn joined(context: &Context, id: ParticipationId, mut body: String) -> Response {
    if body.pop() == Some('}') {
        let token = context.service.manage_token(id);
        body.push_str(",\"manage_token\":\"");
        body.push_str(&token);
        body.push_str("\"}");
    }
    let mut response = Response::new(201, "application/json", body.into_bytes());
    let location = format!("/api/sambatan/participations/{id}");
    response.headers.push(("Location", location));
    response
}

/// The id of a participation that was written as JSON.
fn id_in(body: &str) -> Option<ParticipationId> {
    #[derive(Deserialize)]
    struct Named<'a> {
        id: &'a str,
    }
    let named: Named<'_> = serde_json::from_str(body).ok()?;
    named.id.parse().ok()
}

fn idempotency_key(request: &Request) -> Result<Option<IdempotencyKey>, Refusal> {
    let header = request.headers.single("idempotency-key");
    let text = header.map_err(|_| Refusal::IdempotencyKeyRepeated)?;
    let key = text.map(IdempotencyKey::parse).transpose();
    key.map_err(|_| Refusal::IdempotencyKeyInvalid)
}

/// Shows a participation.
pub(crate) fn show(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let participation = context.service.get_participation(id)?;
    let position = context.service.waitlist_position(&participation)?;
    Ok(Response::json(&PlacedParticipationAnswer {
        participation: ParticipationAnswer::from(&participation),
        waitlist_position: position,
    }))
}

/// Gives slots back. The reason may be in the body or in the query; the body's counts first.
pub(crate) fn cancel(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let reason = input::reason(&Object::read_optional(request)?)?;
    let reason = reason.as_deref().or_else(|| request.query.get("reason"));
    let participation = context.service.cancel_participation(id, reason)?;
    Ok(Response::json(&ParticipationAnswer::from(&participation)))
}

/// Gives a reservation that expired its slots again.
pub(crate) fn revive(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    Object::read_optional(request)?;
    let participation = context.service.revive_participation(id)?;
    Ok(Response::json(&ParticipationAnswer::from(&participation)))
}

/// Takes down that somebody says they have paid.
pub(crate) fn claim_payment(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let day = input::claim(&Object::read_optional(request)?)?;
    let participation = context.service.claim_payment(id, day)?;
    Ok(Response::json(&ParticipationAnswer::from(&participation)))
}

/// Confirms a participation by the payment in the body, or by the amount it was told to transfer.
pub(crate) fn confirm(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let payment = input::confirmation(&Object::read_optional(request)?)?;
    let participation = context.service.confirm_with_payment(id, payment)?;
    Ok(Response::json(&ParticipationAnswer::from(&participation)))
}

/// Lists a user's participations, newest first.
pub(crate) fn of_user(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let user_id = params.get("user_id");
    let wanted = Wanted::only(request)?;
    let service = &context.service;
    let page = service.list_user_participations(user_id, wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, ParticipationAnswer<'_>>(
        request, &page,
    ))
}

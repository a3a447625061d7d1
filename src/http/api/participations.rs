//! Participations: joining, showing, cancelling, confirming.

use serde::Deserialize;

use crate::domain::error::Error;
use crate::domain::id::ParticipationId;
use crate::domain::idempotency::{Fingerprint, IdempotencyKey, StoredAnswer};
use crate::domain::participation::{JoinCampaign, Participation};
use crate::http::api::{campaign_id, participation_id};
use crate::http::context::Context;
use crate::http::dto::ParticipationAnswer;
use crate::http::input;
use crate::http::json::Object;
use crate::http::page::{self, Wanted};
use crate::http::problem::{self, Refusal};
use crate::http::request::Request;
use crate::http::response::{Response, to_json};
use crate::http::router::Params;
use crate::words::Reader;

/// Takes slots of a campaign; with an `Idempotency-Key` at most once.
pub(crate) fn join(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let campaign_id = campaign_id(params)?;
    let object = Object::read(request)?;
    let key = idempotency_key(request)?;
    let input = input::join_campaign(campaign_id, &object)?;
    if let Some(key) = key {
        // The id is written again, so that every spelling of it is the same request.
        let path = format!("/api/sambatan/campaigns/{campaign_id}/join");
        let fingerprint = Fingerprint::of("POST", &path, &object.canonical());
        return join_once(context, request, input, key, fingerprint);
    }
    let participation = context.service.join_campaign(input)?;
    Ok(joined(
        context,
        to_json(&ParticipationAnswer::from(&participation)),
    ))
}

fn join_once(
    context: &Context,
    request: &Request,
    input: JoinCampaign,
    key: IdempotencyKey,
    fingerprint: Fingerprint,
) -> Result<Response, Refusal> {
    let reader = context.reader(request);
    let once = context
        .service
        .join_campaign_once(input, key, fingerprint, move |outcome| {
            render(outcome, reader)
        })?;
    let StoredAnswer { status, body } = once.answer;
    let mut response = if status == StoredAnswer::JOINED {
        joined(context, body)
    } else {
        problem::stored(
            status,
            body.into_bytes(),
            (!once.replayed).then_some(reader.language),
        )
    };
    if once.replayed {
        response = response.with_header("Idempotent-Replayed", "true".to_owned());
    }
    Ok(response)
}

/// Writes the answer that is stored: a participation, or the problem document of a refusal.
fn render(outcome: &Result<Participation, Error>, reader: Reader) -> StoredAnswer {
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
fn joined(context: &Context, mut body: String) -> Response {
    let Some(id) = id_in(&body) else {
        return Response::new(201, "application/json", body.into_bytes());
    };
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
    Ok(Response::json(&ParticipationAnswer::from(&participation)))
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

/// Confirms a participation.
pub(crate) fn confirm(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    Object::read_optional(request)?;
    let participation = context.service.confirm_participation(id)?;
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

//! Participations: joining, showing, cancelling, confirming.

use serde::Deserialize;

use crate::domain::error::Error;
use crate::domain::field::{self, bounds};
use crate::domain::id::ParticipationId;
use crate::domain::idempotency::{Fingerprint, IdempotencyKey, OnceAnswer, StoredAnswer};
use crate::domain::participation::{JoinCampaign, Participation};
use crate::domain::pay_to::ways_to_pay;
use crate::http::access::{self, Caller};
use crate::http::api::{campaign_id, participation_id};
use crate::http::context::Context;
use crate::http::dto::pay_to::WayToPayAnswer;
use crate::http::dto::{ParticipationAnswer, PlacedParticipationAnswer, RenewedLinkAnswer, Shown};
use crate::http::input;
use crate::http::json::Object;
use crate::http::page::{self, Wanted};
use crate::http::problem::{self, Refusal};
use crate::http::request::Request;
use crate::http::response::{Response, to_json};
use crate::http::route::Face;
use crate::http::route::{Begin, Params};
use crate::service::participations::Joined;
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
    let shown = access::shown_participation(&context.service, request);
    let input = input::join_campaign(campaign_id, &object, shown)?;
    if let Some(key) = key {
        let caller = context.gate.identify(&context.service, request, Face::Api);
        let proof = Proof::of(context, caller, &key);
        let key = match proof {
            Proof::Complete if !context.gate.is_guarded() => key,
            _ => key.used_by(context.gate.name_caller(&context.service, request, caller)),
        };
        // The id is written again, so that every spelling of it is the same request.
        let path = format!("/api/sambatan/campaigns/{campaign_id}/join");
        let fingerprint = Fingerprint::of("POST", &path, &object.canonical());
        let reader = context.reader(request);
        return Ok(join_once(input, key, fingerprint, proof, reader));
    }
    Ok(Box::new(move |context, settle| {
        context.service.submit_join(input, move |outcome| {
            settle(Box::new(move |context, _| {
                let new = outcome?;
                let body = to_json(&answer(&new));
                Ok(joined(context, new.participation.id, body))
            }));
        });
    }))
}

fn join_once(
    input: JoinCampaign,
    key: IdempotencyKey,
    fingerprint: Fingerprint,
    proof: Proof,
    reader: Reader,
) -> Begin {
    let stored = move |outcome: &_| stored_answer(outcome, reader);
    Box::new(move |context, settle| {
        let service = &context.service;
        service.submit_join_once(input, key, fingerprint, stored, move |outcome| {
            settle(Box::new(move |context, _| {
                Ok(joined_once(context, outcome?, proof, reader))
            }));
        });
    })
}

/// What shows that whoever sends a join again is who sent it first. Without it the answer comes without the
/// secret: a key that could be guessed must not give somebody's participation away.
#[derive(Debug, Clone, Copy)]
enum Proof {
    /// They may act on every participation, or nobody guesses their key.
    Complete,
    /// They hold the secret of this participation.
    Of(ParticipationId),
    /// Nothing does.
    None,
}

impl Proof {
    fn of(context: &Context, caller: Caller, key: &IdempotencyKey) -> Self {
        match caller {
            _ if key.proves_its_caller() || !context.gate.is_guarded() => Self::Complete,
            Caller::Organiser => Self::Complete,
            Caller::Participant(own) => Self::Of(own),
            Caller::Anonymous | Caller::Unknown => Self::None,
        }
    }

    fn is_for(self, id: ParticipationId) -> bool {
        match self {
            Self::Complete => true,
            Self::Of(own) => own == id,
            Self::None => false,
        }
    }
}

fn joined_once(context: &Context, once: OnceAnswer, proof: Proof, reader: Reader) -> Response {
    let StoredAnswer { status, body } = once.answer;
    let response = if status != StoredAnswer::JOINED {
        let document = body.into_bytes();
        let language = (!once.replayed).then_some(reader.language);
        problem::stored(status, document, language)
    } else if let Some(id) = id_in(&body) {
        if once.replayed && !proof.is_for(id) {
            located(id, body)
        } else {
            joined(context, id, body)
        }
    } else {
        Response::new(status, "application/json", body.into_bytes())
    };
    if once.replayed {
        response.with_header("Idempotent-Replayed", "true".to_owned())
    } else {
        response
    }
}

/// The answer to a join, which is also what is stored of it: where to pay as it was said then is said again.
fn answer(new: &Joined) -> PlacedParticipationAnswer<'_> {
    let ways = ways_to_pay(&new.participation, &new.campaign, &new.in_use);
    PlacedParticipationAnswer {
        participation: ParticipationAnswer::from(&new.participation),
        waitlist_position: None,
        pay_to: ways.iter().map(WayToPayAnswer::from).collect(),
    }
}

/// Writes the answer that is stored: a participation, or the problem document of a refusal.
fn stored_answer(outcome: &Result<Joined, Error>, reader: Reader) -> StoredAnswer {
    match outcome {
        Ok(new) => StoredAnswer {
            status: StoredAnswer::JOINED,
            body: to_json(&answer(new)),
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
    located(id, body)
}

/// A participation as the answer to a join, and where it is.
fn located(id: ParticipationId, body: String) -> Response {
    let mut response = Response::new(201, "application/json", body.into_bytes());
    let location = format!("/api/sambatan/participations/{id}");
    response.headers.push(("Location", location));
    response
}

/// Makes a participation's secret link anew, and answers the token that holds from now on.
pub(crate) fn renew_link(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let participation = context.service.renew_link(participation_id(params)?)?;
    Ok(Response::json(&RenewedLinkAnswer {
        id: Shown(participation.id),
        manage_token: context.service.manage_token_now(&participation),
    }))
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
    whole(context, &context.service.get_participation(id)?)
}

/// All that a participant sees of a participation.
pub(crate) fn whole(context: &Context, participation: &Participation) -> Result<Response, Refusal> {
    let service = &context.service;
    let campaign = service.get_campaign(participation.campaign_id)?;
    let in_use = service.pay_to_in_use()?;
    let ways = ways_to_pay(participation, &campaign, &in_use);
    Ok(Response::json(&PlacedParticipationAnswer {
        participation: ParticipationAnswer::from(participation),
        waitlist_position: service.waitlist_position(participation)?,
        pay_to: ways.iter().map(WayToPayAnswer::from).collect(),
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
    // What is in both has to be right in both.
    let in_query = field::optional_text("reason", request.query.get("reason"), &bounds::REASON);
    let in_query = in_query.map_err(Error::from)?;
    let reason = reason.as_deref().or(in_query.as_deref());
    let participation = match context.gate.identify(&context.service, request, Face::Api) {
        Caller::Participant(_) => context.service.cancel_own_participation(id, reason)?,
        _ => context.service.cancel_participation(id, reason)?,
    };
    whole(context, &participation)
}

/// Gives a reservation that expired its slots again.
pub(crate) fn revive(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    Object::read_optional(request)?;
    whole(context, &context.service.revive_participation(id)?)
}

/// Releases somebody who has paid nothing in a campaign that goes ahead.
pub(crate) fn release(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let reason = input::reason(&Object::read_optional(request)?)?;
    let participation = context
        .service
        .release_participation(id, reason.as_deref())?;
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
    whole(context, &context.service.claim_payment(id, day)?)
}

/// Confirms a participation by the payment in the body, or by the amount it was told to transfer.
pub(crate) fn confirm(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let payment = input::confirmation(&Object::read_optional(request)?)?;
    whole(context, &context.service.confirm_with_payment(id, payment)?)
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

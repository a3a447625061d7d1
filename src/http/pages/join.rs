//! Joining by a form: sent twice it takes slots once.

use serde::{Deserialize, Serialize};

use crate::domain::campaign::Campaign;
use crate::domain::error::Error;
use crate::domain::field::{FieldError, Problem};
use crate::domain::id::ParticipationId;
use crate::domain::idempotency::{Fingerprint, IdempotencyKey, StoredAnswer};
use crate::domain::participation::{JoinCampaign, Participation};
use crate::http::context::Context;
use crate::http::cookies::{self, Cookie};
use crate::http::form::{Form, FormFields};
use crate::http::pages::campaign::{self, Attempt};
use crate::http::pages::{own, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::{Response, to_json};
use crate::http::route::Params;
use crate::web::Notice;
use crate::words::{Reader, Words};

/// What is kept of the answer to a form, so that the same form gets it again.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    /// The participation.
    Joined {
        /// Its id.
        participation_id: String,
    },
    /// Why there is none.
    Refused {
        /// In a few words.
        title: String,
        /// What to do next.
        detail: String,
    },
}

/// The field for the secret link of whoever has joined already.
const OWN_LINK: &str = "own_link";

const SENT: Words = Words {
    id: "Formulir ini sudah dikirim",
    en: "This form was sent already",
};

const SENT_BEFORE: Words = Words {
    id: "Tadi formulir ini dikirim dengan isian lain. Ini formulir baru: periksa isinya, lalu kirim lagi bila memang ingin ikut sekali lagi.",
    en: "It was sent before with other values. Here is a new one: check it, and send it if you want to join once more.",
};

/// Takes slots and leads to the participant's own page. Unlike the API's join it holds its worker while the
/// join is being stored: a refusal becomes a whole page, which is more than the one thread that answers
/// what was stored should make.
pub(crate) fn join(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let campaign = campaign::find(context, params)?;
    let form = Form::read(request)?;
    let reader = context.reader(request);
    let again = |status: u16, errors, notice| {
        // What is shown is how it stands after what was tried.
        let campaign = context.service.get_campaign(campaign.id)?;
        let attempt = Attempt {
            form: Some(&form),
            errors,
            notice,
        };
        campaign::page(context, request, &campaign, status, attempt)
    };
    let key = key(&form)?;
    let shown = match shown(context, request, &form, &campaign)? {
        Ok(shown) => shown,
        Err(error) => return again(422, vec![error], None),
    };
    let input = match read(&form, &campaign.id, shown, reader) {
        Ok(input) => input,
        Err(Error::ValidationFailed(errors)) => return again(422, errors, None),
        Err(error) => return Err(error.into()),
    };
    let fingerprint = fingerprint(&input);
    let once = context
        .service
        .join_campaign_once(input, key, fingerprint, move |outcome| {
            keep(outcome, reader)
        });
    let kept = match once {
        Ok(once) => serde_json::from_str(&once.answer.body).map_err(|_| Error::Internal)?,
        Err(Error::ValidationFailed(errors)) => return again(422, errors, None),
        Err(Error::IdempotencyConflict) => {
            return again(422, Vec::new(), Some(sent_before(reader)));
        }
        // Nothing was changed, so the form comes back with what was typed, to be sent again.
        Err(
            error @ (Error::JoinBanned
            | Error::JoinCodeRequired
            | Error::JoinCodeInvalid
            | Error::StorageFull
            | Error::Overloaded),
        ) => {
            let refusal = Refusal::from(error);
            let notice = Some(notice(&refusal, reader));
            let page = again(refusal.status(), Vec::new(), notice)?;
            return Ok(refusal.with_hints(page));
        }
        Err(error) => return Err(error.into()),
    };
    match kept {
        Kept::Joined { participation_id } => {
            let id = participation_id.parse().map_err(|_| Error::Internal)?;
            Ok(welcome(context, request, id))
        }
        Kept::Refused { title, detail } => again(409, Vec::new(), Some(bad(title, detail))),
    }
}

fn notice(refusal: &Refusal, reader: Reader) -> Notice {
    bad(refusal.title(reader).to_owned(), refusal.detail(reader))
}

fn sent_before(reader: Reader) -> Notice {
    bad(
        reader.say(SENT).to_owned(),
        reader.say(SENT_BEFORE).to_owned(),
    )
}

const fn bad(title: String, detail: String) -> Notice {
    Notice {
        tone: "bad",
        title,
        detail,
    }
}

/// The key of a form: what it carries once, 128 bits that nobody guesses, since a form that is sent again opens
/// the participation. One without it is not as we made it.
fn key(form: &Form) -> Result<IdempotencyKey, Refusal> {
    let nonce = form.get("nonce");
    let is_nonce =
        (32..=64).contains(&nonce.len()) && nonce.bytes().all(|byte| byte.is_ascii_hexdigit());
    let key = IdempotencyKey::parse(&format!("form-{nonce}"));
    key.ok().filter(|_| is_nonce).ok_or(Refusal::FormOutdated)
}

/// The participation whose secret link somebody typed, so that their limit counts with it; none when they typed
/// nothing.
fn shown(
    context: &Context,
    request: &Request,
    form: &Form,
    campaign: &Campaign,
) -> Result<Result<Option<ParticipationId>, FieldError>, Refusal> {
    let typed = form.get(OWN_LINK).trim();
    if typed.is_empty() {
        return Ok(Ok(None));
    }
    let token = own::secret_in(typed);
    let is_here = |id: &ParticipationId| {
        let found = context.service.get_participation(*id);
        found.is_ok_and(|found| found.campaign_id == campaign.id)
    };
    let shown = context.service.verify_manage_token(token).filter(is_here);
    let is_right = context.gate.try_secret(request, token, shown.is_some())?;
    Ok(if is_right {
        Ok(shown)
    } else {
        Err(FieldError {
            field: OWN_LINK,
            problem: Problem::NotASecretLink,
        })
    })
}

fn read(
    form: &Form,
    campaign_id: &crate::domain::id::CampaignId,
    shown: Option<ParticipationId>,
    reader: Reader,
) -> Result<JoinCampaign, Error> {
    let mut fields = FormFields::of(form, reader.zone);
    let input = JoinCampaign {
        campaign_id: *campaign_id,
        user_id: fields.text("user_id"),
        quantity: fields.integer("quantity"),
        shipping_address: fields.text("shipping_address"),
        note: fields.optional_text("note"),
        waitlist: form.get("waitlist") == "yes",
        join_code: fields.optional_text("join_code"),
        shown,
    };
    fields.finish(input, |input| input.check().map(drop))
}

/// What makes two sendings of a form the same. Its path is that of the page, so that no request of the
/// API is ever taken for one.
fn fingerprint(input: &JoinCampaign) -> Fingerprint {
    let path = format!("/c/{}/join", input.campaign_id);
    let values = (
        &input.user_id,
        input.quantity,
        &input.shipping_address,
        &input.note,
        input.waitlist,
    );
    let values = match input.shown {
        None => to_json(&values),
        Some(shown) => to_json(&(values, shown.to_string())),
    };
    Fingerprint::of("POST", &path, &values)
}

/// What is kept of an outcome. The same form gets it again in the language that it was sent in.
fn keep(outcome: &Result<Participation, Error>, reader: Reader) -> StoredAnswer {
    let (status, kept) = match outcome {
        Ok(participation) => (
            StoredAnswer::JOINED,
            Kept::Joined {
                participation_id: participation.id.to_string(),
            },
        ),
        Err(error) => {
            let refusal = Refusal::from(error.clone());
            let kept = Kept::Refused {
                title: refusal.title(reader).to_owned(),
                detail: refusal.detail(reader),
            };
            (refusal.status(), kept)
        }
    };
    StoredAnswer {
        status,
        body: to_json(&kept),
    }
}

/// Leads to the participant's own page, opened: by a cookie here, and anywhere else by the address that
/// the browser shows from now on.
fn welcome(context: &Context, request: &Request, id: ParticipationId) -> Response {
    let token = context.service.manage_token(id);
    let path = own::path(id);
    let cookie = Cookie {
        name: cookies::OWN,
        value: &token,
        path: &path,
        seconds: Some(own::COOKIE_LASTS),
    };
    see_other(&format!("{path}?joined=1#{token}")).with_header("Set-Cookie", cookie.header(request))
}

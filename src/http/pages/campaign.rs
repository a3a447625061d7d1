//! A campaign's public page, its numbers, and its QR code.

use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::error::Error;
use crate::domain::field::{Checker, FieldError};
use crate::domain::id::ParticipationId;
use crate::domain::join_code::JoinCode;
use crate::domain::participation::Participation;
use crate::domain::reports::{Limit, Page};
use crate::http::context::Context;
use crate::http::form::Form;
use crate::http::page::Wanted;
use crate::http::pages::{Keep, base, frame, html};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::http::sessions;
use crate::qr;
use crate::web::{
    CampaignPage, Card, Chart, Handle, JoinForm, LiveFragment, Notice, Say as _, Share, Values,
    campaign_id, deal, render,
};
use crate::words::Reader;

/// So many handles are on a page.
const HANDLES: u32 = 100;

/// What a join that did not happen leaves to show.
#[derive(Default)]
pub(super) struct Attempt<'a> {
    /// What was typed.
    pub(super) form: Option<&'a Form>,
    /// What is wrong with it.
    pub(super) errors: Vec<FieldError>,
    /// Why it did not happen.
    pub(super) notice: Option<Notice>,
}

/// The fields of the form to join by.
const FIELDS: [&str; 6] = [
    "user_id",
    "quantity",
    "shipping_address",
    "note",
    "waitlist",
    "join_code",
];

/// The campaign that a path names.
pub(super) fn find(context: &Context, params: &Params<'_>) -> Result<Campaign, Error> {
    let id = campaign_id(params.get("slug")).ok_or(Error::CampaignNotFound)?;
    context.service.get_campaign(id)
}

/// Shows a campaign.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let campaign = find(context, params)?;
    page(context, request, &campaign, 200, Attempt::default())
}

/// A campaign's page, perhaps after a join that did not happen.
pub(super) fn page(
    context: &Context,
    request: &Request,
    campaign: &Campaign,
    status: u16,
    attempt: Attempt<'_>,
) -> Result<Response, Refusal> {
    let mut check = Checker::default();
    let wanted: Wanted<ParticipationId> = Wanted::read(request, &mut check);
    check.finish()?;
    let service = &context.service;
    let (reader, now) = (context.reader(request), service.now());
    let product = service.get_product(campaign.product_id)?;
    let limit = Limit::new(HANDLES).unwrap_or_default();
    let participants = service.list_participants(campaign.id, wanted.after, limit)?;
    let points = service.slots_over_time(campaign.id)?;
    let asks_code = campaign.join_code.is_some();
    let code = brought_code(request, attempt.form).filter(|_| asks_code);
    let card = Card::of(campaign, reader, now);
    let closed = reader.why_closed(campaign, now);
    let only_waits = campaign.status == CampaignStatus::Full && !campaign.deadline_has_passed(now);
    let form = (closed.is_none() || only_waits).then(|| JoinForm {
        only_waits,
        nonce: sessions::nonce(),
        asks_for_own_link: campaign.terms.max_slots_per_user.is_some(),
        values: match attempt.form {
            Some(form) => form.values(&FIELDS, &attempt.errors, reader),
            None => Values::default()
                .with("quantity", "1")
                .with("join_code", code.clone().unwrap_or_default()),
        },
        asks_code,
        quantity_attributes: "required inputmode=numeric maxlength=12 autocomplete=off".to_owned(),
    });
    let handles = handles(&participants, reader);
    let first_number = first_number(request);
    let next = participants.next.map(|next| {
        let shown = u32::try_from(handles.len()).unwrap_or(u32::MAX);
        let from = first_number.saturating_add(shown);
        let code = code.as_ref();
        let code = code.map_or_else(String::new, |code| format!("&code={code}"));
        format!("{}?cursor={next}&from={from}{code}#who", card.path)
    });
    let mut frame = frame(context, request, campaign.title.clone());
    // Also after a form was sent, the switch of the language leads to the page.
    frame.path = with_code(&card.path, code.as_deref());
    let view = CampaignPage {
        frame,
        notice: attempt.notice,
        product_name: product.name,
        description: campaign.description.clone().or(product.description),
        deal: deal(reader, campaign),
        chart: Chart::of(campaign, &points, reader, now),
        closed,
        extend_reason: campaign.extend_reason.clone(),
        reason: campaign.cancel_reason.clone(),
        form,
        share: Share::of(campaign, &base(request), code.as_deref(), reader),
        handles,
        first_number,
        is_later_page: wanted.after.is_some(),
        next,
        card,
    };
    Ok(html(status, reader, Keep::Browser, render(&view)))
}

fn with_code(path: &str, code: Option<&str>) -> String {
    match code {
        Some(code) => format!("{path}?code={code}"),
        None => path.to_owned(),
    }
}

/// The code that the visitor brings, by the link or by the form: it goes back to nobody but them, so whether it
/// is right is not asked. Nothing that is none goes into an address.
fn brought_code(request: &Request, form: Option<&Form>) -> Option<String> {
    let typed = form.map(|form| form.get("join_code"));
    let text = typed.or_else(|| request.query.get("code"))?;
    let code = JoinCode::parse("join_code", text).ok()?;
    Some(code.reveal().to_owned())
}

/// The number of the first handle of a page, which the page before knew.
fn first_number(request: &Request) -> u32 {
    let number = request.query.get("from").and_then(|text| text.parse().ok());
    number.unwrap_or(1)
}

/// Who holds slots, by the name that they chose.
fn handles(page: &Page<Participation, ParticipationId>, reader: Reader) -> Vec<Handle> {
    let live = page.items.iter().filter(|person| person.status.is_live());
    live.map(|person| Handle {
        name: person.user_id.as_str().to_owned(),
        slots: reader.slots(person.quantity),
    })
    .collect()
}

/// Shows a campaign's numbers alone: one row is read, and nothing is sent while they stay the same.
pub(crate) fn live(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let campaign = find(context, params)?;
    let (reader, now) = (context.reader(request), context.service.now());
    let view = LiveFragment {
        card: Card::of(&campaign, reader, now),
    };
    let body = render(&view).into_bytes();
    Ok(Response::new(200, "text/html; charset=utf-8", body)
        .with_entity_tag(request, "private, no-cache")
        .with_header("Content-Language", reader.language.tag().to_owned())
        .with_header("Vary", "Accept-Language, Cookie".to_owned()))
}

/// Shows the address of a campaign's page as a QR code.
pub(crate) fn qr_code(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let campaign = find(context, params)?;
    let code = brought_code(request, None);
    let reader = context.reader(request);
    let url = Share::of(&campaign, &base(request), code.as_deref(), reader).url;
    // A host can be longer than any code holds.
    let body = qr::svg(&url).ok_or(Refusal::NotFound)?.into_bytes();
    Ok(Response::new(200, "image/svg+xml", body).with_entity_tag(request, "private, no-cache"))
}

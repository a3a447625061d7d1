//! A campaign, as its organiser sees it: participants with search, confirming several, calling it off.

use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::error::Error;
use crate::domain::field::{Checker, FieldError};
use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::ledger::CampaignMoney;
use crate::domain::money::Rupiah;
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::domain::reports::Limit;
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::form::{Form, FormFields};
use crate::http::page::Wanted;
use crate::http::pages::organiser::{Shown, campaign_id, counted, flash, notice};
use crate::http::pages::{Keep, base, form_token, html, organisers_frame, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{CampaignPage, Coded, PersonRow, calling_off};
use crate::web::{Card, Say as _, SayState as _, Share, Text, Values, render};
use crate::words::Reader;

/// So many participants are on a page.
const ROWS: u32 = 50;
/// So many pages of the file are looked through for one page of a search: a search of a large campaign
/// goes on when the organiser asks for more, so that no request takes long.
const SEARCHED_PAGES: usize = 10;

/// Shows a campaign.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let campaign = context.service.get_campaign(campaign_id(params)?)?;
    page(context, request, &campaign, 200, Shown::default())
}

pub(super) fn page(
    context: &Context,
    request: &Request,
    campaign: &Campaign,
    status: u16,
    shown: Shown,
) -> Result<Response, Refusal> {
    let service = &context.service;
    let (reader, now) = (context.reader(request), service.now());
    let t = Text::of(reader.language);
    let query = request.query.get("q").unwrap_or_default().trim();
    let found = find(context, request, campaign, query)?;
    let money = service.campaign_money(campaign.id)?;
    let card = Card::of(campaign, reader, now);
    let confirmed = request.query.get("confirmed").is_some();
    let mut frame = organisers_frame(context, request, campaign.title.clone());
    frame.path.clone_from(&card.organiser_path);
    let people: Vec<_> = found
        .people
        .iter()
        .map(|person| row(person, campaign, reader))
        .collect();
    let next = found.next.map(|next| {
        let mut address = format!("{}?cursor={next}", card.organiser_path);
        if !query.is_empty() {
            address.push_str("&q=");
            crate::http::request::percent_encode(query, &mut address);
        }
        address
    });
    let view = CampaignPage {
        frame,
        flash: if confirmed {
            let (done, refused) = (counted(request, "confirmed"), counted(request, "refused"));
            Some(reader.confirmed_some(done, refused))
        } else {
            flash(request, reader)
        },
        notice: shown.notice,
        facts: facts(campaign, &card, &money, reader),
        id: campaign.id.to_string(),
        can_close_list: campaign.status == CampaignStatus::Completed && campaign.waitlist_count > 0,
        can_edit: campaign.erased_at.is_none(),
        has_refunds: has_refunds(&money),
        can_extend: !campaign.status.has_ended() && !campaign.deadline_has_passed(now),
        zone_hint: reader.zone_hint(),
        call_off: service
            .calling_off(campaign.id)?
            .map(|effect| calling_off::warning(reader, &effect)),
        is_paid_out: campaign.status == CampaignStatus::Completed
            && money.payouts > Rupiah::default(),
        can_code: !campaign.status.has_ended(),
        coded: code_view(request, campaign, reader),
        query: query.to_owned(),
        can_confirm: people.iter().any(|person| person.can_confirm),
        people,
        next,
        next_label: if query.is_empty() {
            t.next_page
        } else {
            t.search_further
        },
        values: shown.values,
        form_token: form_token(context, request, Access::Organiser),
        card,
    };
    Ok(html(status, reader, Keep::Nobody, render(&view)))
}

/// What the organiser shares of a campaign that asks for a code.
fn code_view(request: &Request, campaign: &Campaign, reader: Reader) -> Option<Coded> {
    let code = campaign.join_code.as_ref()?.reveal();
    let share = Share::of(campaign, &base(request), Some(code), reader);
    Some(Coded {
        code: code.to_owned(),
        qr: share.qr,
        url: share.url,
    })
}

fn has_refunds(money: &CampaignMoney) -> bool {
    let refunds = [
        money.refunds_due,
        money.refunds_sent,
        money.refunds_acknowledged,
    ];
    refunds.iter().any(|sum| *sum != Rupiah::default())
}

fn facts(
    campaign: &Campaign,
    card: &Card,
    money: &CampaignMoney,
    reader: Reader,
) -> Vec<(&'static str, String)> {
    let t = Text::of(reader.language);
    let mut facts = vec![
        (t.price_per_slot, card.price.clone()),
        (t.deadline, card.deadline.clone()),
        (t.minimum_fact, reader.slots(campaign.minimum_slots)),
        (t.participants_fact, campaign.participant_count.to_string()),
        (t.collected, campaign.total_contribution().to_string()),
    ];
    let sent = money
        .refunds_sent
        .checked_add(money.refunds_acknowledged)
        .unwrap_or(money.refunds_sent);
    let received = money.payments.checked_add(money.adjustments);
    let sums = [
        (t.received, received.unwrap_or(money.payments)),
        (t.to_send_back, money.refunds_due),
        (t.sent_back, sent),
        (t.paid_out, money.payouts),
        (t.balance, money.balance()),
    ];
    let sums = sums
        .into_iter()
        .filter(|(_, sum)| *sum != Rupiah::default());
    facts.extend(sums.map(|(name, sum)| (name, sum.to_string())));
    if campaign.waitlist_count > 0 {
        facts.push((t.waiting_fact, campaign.waitlist_count.to_string()));
    }
    if let Some(opens_at) = campaign.opens_at {
        facts.push((t.opens_fact, reader.weekday_date_time(opens_at)));
    }
    facts
}

struct Found {
    people: Vec<Participation>,
    next: Option<ParticipationId>,
}

/// A page of participants, or of those among them who match.
fn find(
    context: &Context,
    request: &Request,
    campaign: &Campaign,
    query: &str,
) -> Result<Found, Refusal> {
    let mut check = Checker::default();
    let wanted: Wanted<ParticipationId> = Wanted::read(request, &mut check);
    check.finish()?;
    let service = &context.service;
    if query.is_empty() {
        let limit = Limit::new(ROWS).unwrap_or_default();
        let page = service.list_participants(campaign.id, wanted.after, limit)?;
        return Ok(Found {
            people: page.items,
            next: page.next,
        });
    }
    let needle = query.to_lowercase();
    let mut found = Found {
        people: Vec::new(),
        next: wanted.after,
    };
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    for _ in 0..SEARCHED_PAGES {
        let page = service.list_participants(campaign.id, found.next, limit)?;
        for person in page.items {
            if matches(&person, &needle) {
                found.next = Some(person.id);
                found.people.push(person);
                if found.people.len() >= ROWS as usize {
                    return Ok(found);
                }
            }
        }
        found.next = page.next;
        if page.next.is_none() {
            break;
        }
    }
    Ok(found)
}

fn matches(person: &Participation, needle: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(needle);
    has(person.user_id.as_str())
        || has(&person.shipping_address)
        || person.note.as_deref().is_some_and(has)
}

fn row(person: &Participation, campaign: &Campaign, reader: Reader) -> PersonRow {
    let (status, tone) = reader.state(person, campaign);
    PersonRow {
        id: person.id.to_string(),
        handle: person.user_id.as_str().to_owned(),
        quantity: reader.slots(person.quantity),
        amount: person.contribution_amount.to_string(),
        status,
        tone,
        standing: person.status.is_live().then(|| reader.standing(person)),
        claims: reader.claims(person),
        joined_at: reader.short_date_time(person.joined_at),
        can_confirm: can_confirm(person, campaign),
    }
}

/// Whether a participation waits for the organiser's word.
pub(super) fn can_confirm(person: &Participation, campaign: &Campaign) -> bool {
    let is_off = matches!(
        campaign.status,
        CampaignStatus::Failed | CampaignStatus::Cancelled
    );
    person.status == ParticipationStatus::Reserved && !is_off
}

/// Confirms everybody who was ticked. One that has changed meanwhile does not keep the others from it.
pub(crate) fn confirm(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let form = Form::read(request)?;
    // A page ticks no more; a longer list is not ours.
    let mut chosen = Vec::new();
    for picked in form.all("pick").take(ROWS as usize) {
        let participation: ParticipationId =
            picked.parse().map_err(|_| Error::ParticipationNotFound)?;
        let known = context.service.get_participation(participation)?;
        if known.campaign_id != id {
            return Err(Error::ParticipationNotFound.into());
        }
        chosen.push(participation);
    }
    let (mut confirmed, mut refused) = (0_u32, 0_u32);
    for participation in chosen {
        match context.service.confirm_participation(participation) {
            Ok(_) => confirmed += 1,
            Err(Error::ParticipationStateInvalid { .. }) => refused += 1,
            Err(error) => return Err(error.into()),
        }
    }
    let outcome = if confirmed + refused == 0 {
        "done=nobody".to_owned()
    } else {
        format!("confirmed={confirmed}&refused={refused}")
    };
    Ok(see_other(&format!(
        "/organiser/campaigns/{id}?{outcome}#people"
    )))
}

/// Moves the deadline.
pub(crate) fn extend(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let form = Form::read(request)?;
    let reader = context.reader(request);
    let mut fields = FormFields::of(&form, reader.zone);
    let deadline = fields.time("deadline");
    let reason = fields.optional_text("extend_reason");
    let extended = fields.finish(deadline, |_| Ok(())).and_then(|deadline| {
        let service = &context.service;
        service.extend_campaign(id, deadline, reason.as_deref())
    });
    let values = |errors: &[FieldError]| {
        let names = ["deadline", "extend_reason"];
        form.values(&names, errors, reader)
    };
    match extended {
        Ok(_) => Ok(see_other(&format!(
            "/organiser/campaigns/{id}?done=extended"
        ))),
        Err(Error::ValidationFailed(mut errors)) => {
            // The page has a second reason: that of calling off.
            for error in errors.iter_mut().filter(|error| error.field == "reason") {
                error.field = "extend_reason";
            }
            let campaign = context.service.get_campaign(id)?;
            page(context, request, &campaign, 422, values(&errors).into())
        }
        Err(error @ Error::DeadlineNotLater { .. }) => {
            let mut values = values(&[]);
            values.refuse("deadline", notice(error, reader).detail);
            let campaign = context.service.get_campaign(id)?;
            page(context, request, &campaign, 422, values.into())
        }
        Err(error) => refused(context, request, id, error, values(&[])),
    }
}

/// Calls the campaign off.
pub(crate) fn call_off(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let form = Form::read(request)?;
    let values = |errors: &[FieldError]| form.values(&["reason"], errors, context.reader(request));
    match context
        .service
        .cancel_campaign(id, Some(form.get("reason")))
    {
        Ok(_) => Ok(see_other(&format!(
            "/organiser/campaigns/{id}?done=called-off"
        ))),
        Err(Error::ValidationFailed(errors)) => {
            let campaign = context.service.get_campaign(id)?;
            page(context, request, &campaign, 422, values(&errors).into())
        }
        Err(error) => refused(context, request, id, error, values(&[])),
    }
}

/// The page after a refusal that depends on how things stand: with what was typed, and as they stand now.
pub(super) fn refused(
    context: &Context,
    request: &Request,
    id: CampaignId,
    error: Error,
    values: Values,
) -> Result<Response, Refusal> {
    match error {
        Error::CampaignStateInvalid { .. }
        | Error::CampaignClosed { .. }
        | Error::MoneyPaidOut { .. } => {
            let campaign = context.service.get_campaign(id)?;
            let shown = Shown {
                values,
                notice: Some(notice(error, context.reader(request))),
            };
            page(context, request, &campaign, 409, shown)
        }
        error => Err(error.into()),
    }
}

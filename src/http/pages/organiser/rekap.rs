//! The rekap and the reminders: texts for the chat, in either language.

use crate::domain::campaign::Campaign;
use crate::domain::error::Error;
use crate::domain::field::Checker;
use crate::domain::id::ParticipationId;
use crate::domain::join_code::JoinCode;
use crate::domain::ledger::Standing;
use crate::domain::participation::Participation;
use crate::domain::pay_to::{PayTo, ways_to_pay};
use crate::domain::payment_window::is_asked;
use crate::domain::reports::{Limit, Page};
use crate::domain::time::Timestamp;
use crate::http::context::Context;
use crate::http::page::Wanted;
use crate::http::pages::organiser::campaign_id;
use crate::http::pages::{Keep, base, html, organisers_frame};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{RekapPage, Reminder, Tab};
use crate::web::{Card, Share, Text, rekap, reminder, render, whatsapp};
use crate::words::{Language, Reader};

/// So many participants are in the rekap; a chat takes no longer message.
const LISTED: usize = 200;
/// So many reminders are on a page.
const REMINDERS: u32 = 10;

/// Shows the texts.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let service = &context.service;
    let campaign = service.get_campaign(campaign_id(params)?)?;
    let (reader, now) = (context.reader(request), service.now());
    let t = Text::of(reader.language);
    let chosen = request.query.get("language").and_then(Language::from_tag);
    // The chat need not speak the organiser's language.
    let texts = Reader {
        language: chosen.unwrap_or(reader.language),
        ..reader
    };
    let mut check = Checker::default();
    let wanted: Wanted<ParticipationId> = Wanted::read(request, &mut check);
    check.finish()?;
    let limit = Limit::new(REMINDERS).unwrap_or_default();
    let unpaid = if is_asked(&campaign) {
        service.list_unpaid(campaign.id, wanted.after, limit)?
    } else {
        Page {
            items: Vec::new(),
            next: None,
        }
    };
    let in_use = service.pay_to_in_use()?;
    let card = Card::of(&campaign, reader, now);
    let path = format!("{}/rekap", card.organiser_path);
    let people = listed(context, &campaign)?;
    let more = campaign
        .participant_count
        .saturating_sub(u32::try_from(people.len()).unwrap_or(u32::MAX));
    let code = campaign.join_code.as_ref().map(JoinCode::reveal);
    let link = Share::of(&campaign, &base(request), code, texts).url;
    let tab = |language: Language, label: &str| Tab {
        path: format!("{path}?language={}", language.tag()),
        label: label.to_owned(),
        is_current: texts.language == language,
    };
    let view = RekapPage {
        frame: organisers_frame(context, request, t.rekap_and_reminders),
        tabs: vec![
            tab(Language::Indonesian, "Bahasa Indonesia"),
            tab(Language::English, "English"),
        ],
        rekap: rekap(&campaign, &people, more, &link, texts, now),
        reminders: unpaid
            .items
            .iter()
            // Who says they have paid is looked for, not reminded.
            .filter(|person| person.claimed_at.is_none())
            .filter_map(|person| remind(&campaign, person, &in_use, texts, now))
            .collect(),
        next: unpaid.next.map(|next| {
            let language = texts.language.tag();
            format!("{path}?language={language}&cursor={next}#reminders")
        }),
        card,
    };
    Ok(html(200, reader, Keep::Nobody, render(&view)))
}

/// Live participations in order of joining, as many as a message holds. Few are cancelled, so twice as
/// many rows are looked at and no more.
fn listed(context: &Context, campaign: &Campaign) -> Result<Vec<Participation>, Error> {
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let mut people = Vec::new();
    let mut after = None;
    for _ in 0..2 {
        let page = context
            .service
            .list_participants(campaign.id, after, limit)?;
        let live = page
            .items
            .into_iter()
            .filter(|person| person.status.is_live());
        people.extend(live);
        after = page.next;
        if after.is_none() || people.len() >= LISTED {
            break;
        }
    }
    people.truncate(LISTED);
    Ok(people)
}

fn remind(
    campaign: &Campaign,
    person: &Participation,
    in_use: &[PayTo],
    reader: Reader,
    now: Timestamp,
) -> Option<Reminder> {
    let amount = Standing::owed(person)?;
    let ways = ways_to_pay(person, campaign, in_use);
    let text = reminder(campaign, person, amount, &ways, reader, now);
    Some(Reminder {
        id: format!("r-{}", person.id),
        handle: person.user_id.as_str().to_owned(),
        amount: amount.to_string(),
        whatsapp: whatsapp(&text),
        text,
    })
}

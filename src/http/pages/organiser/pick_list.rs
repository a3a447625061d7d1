//! What to pack for whom, and who has not paid for it: to be printed.

use crate::domain::field::Checker;
use crate::domain::id::ParticipationId;
use crate::domain::ledger::Standing;
use crate::domain::reports::Limit;
use crate::http::context::Context;
use crate::http::page::Wanted;
use crate::http::pages::organiser::campaign_id;
use crate::http::pages::{Keep, html, organisers_frame};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{PickListPage, PickRow};
use crate::web::{Card, Say as _, SayState as _, Text, render};

/// So many participants are on a page.
const PICKS: u32 = 100;

/// Shows the list.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let service = &context.service;
    let campaign = service.get_campaign(campaign_id(params)?)?;
    let mut check = Checker::default();
    let wanted: Wanted<ParticipationId> = Wanted::read(request, &mut check);
    check.finish()?;
    let limit = Limit::new(PICKS).unwrap_or_default();
    let page = service.list_participants(campaign.id, wanted.after, limit)?;
    let (reader, now) = (context.reader(request), service.now());
    let card = Card::of(&campaign, reader, now);
    let live = page
        .items
        .into_iter()
        .filter(|person| person.status.is_live());
    let view = PickListPage {
        frame: organisers_frame(context, request, Text::of(reader.language).pick_list),
        printed_at: reader.date_time(now),
        people: live
            .map(|person| PickRow {
                handle: person.user_id.as_str().to_owned(),
                quantity: reader.slots(person.quantity),
                payment: reader.standing(&person),
                owes: Standing::owed(&person).is_some(),
                address: person.shipping_address,
                note: person.note.unwrap_or_default(),
            })
            .collect(),
        next: page
            .next
            .map(|next| format!("{}/pick-list?cursor={next}", card.organiser_path)),
        card,
    };
    Ok(html(200, reader, Keep::Nobody, render(&view)))
}

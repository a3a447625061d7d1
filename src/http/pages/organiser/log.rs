//! What happened to a campaign.

use serde_json::{Map, Value};

use crate::domain::field::Checker;
use crate::domain::money::Rupiah;
use crate::domain::reports::Limit;
use crate::http::context::Context;
use crate::http::page::Wanted;
use crate::http::pages::organiser::campaign_id;
use crate::http::pages::{Keep, html, organisers_frame};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{EventRow, LogPage};
use crate::web::{Card, Say as _, Text, render};
use crate::words::{Reader, Words};

/// So many events are on a page.
const ROWS: u32 = 50;

/// Shows a campaign's log, the newest event first.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let service = &context.service;
    let campaign = service.get_campaign(campaign_id(params)?)?;
    let mut check = Checker::default();
    let wanted: Wanted<i64> = Wanted::read(request, &mut check);
    check.finish()?;
    let limit = Limit::new(ROWS).unwrap_or_default();
    let page = service.logs(campaign.id, wanted.after, limit)?;
    let (reader, now) = (context.reader(request), service.now());
    let card = Card::of(&campaign, reader, now);
    let view = LogPage {
        frame: organisers_frame(context, request, Text::of(reader.language).what_happened),
        chain: service.log_end()?.map(|end| reader.chain_end(&end)),
        events: page
            .items
            .iter()
            .map(|event| EventRow {
                number: event.number,
                name: reader.event(event.kind),
                time: reader.weekday_date_time(event.timestamp),
                iso: event.timestamp.to_string(),
                facts: facts(event.metadata.facts(), reader),
            })
            .collect(),
        next: page
            .next
            .map(|next| format!("{}/log?cursor={next}", card.organiser_path)),
        card,
    };
    Ok(html(200, reader, Keep::Nobody, render(&view)))
}

/// The numbers of an event that people can read; ids are for programs.
fn facts(facts: &Map<String, Value>, reader: Reader) -> String {
    let told = facts.iter().filter_map(|(name, value)| {
        let number = value.as_i64()?;
        let words = match name.as_str() {
            "quantity" => Words {
                id: "slot",
                en: "slots",
            },
            "slots_taken" => Words {
                id: "slot terisi sesudahnya",
                en: "slots taken afterwards",
            },
            "total_slots" => Words {
                id: "slot seluruhnya",
                en: "slots in all",
            },
            "minimum_slots" => Words {
                id: "slot paling sedikit",
                en: "slots at least",
            },
            "contribution_amount" | "price_per_slot" => {
                return Some(Rupiah::new(number).to_string());
            }
            _ => return None,
        };
        Some(format!("{number} {}", reader.say(words)))
    });
    told.collect::<Vec<_>>().join(" · ")
}

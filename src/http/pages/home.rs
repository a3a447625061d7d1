//! The front page.

use crate::domain::field::Checker;
use crate::domain::reports::{Limit, RunningCursor};
use crate::http::context::Context;
use crate::http::page::Wanted;
use crate::http::pages::{Keep, frame, html};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::{Card, HomePage, Text, render};

/// So many cards are on a page.
const CARDS: u32 = 24;

/// Shows what one can join, the earliest deadline first.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let mut check = Checker::default();
    let wanted: Wanted<RunningCursor> = Wanted::read(request, &mut check);
    check.finish()?;
    let service = &context.service;
    let limit = Limit::new(CARDS).unwrap_or_default();
    let page = service.list_running_campaigns(wanted.after, limit)?;
    let (reader, now) = (context.reader(request), service.now());
    let title = Text::of(reader.language).open_group_buys;
    let view = HomePage {
        frame: frame(context, request, title),
        cards: page
            .items
            .iter()
            .map(|campaign| Card::of(campaign, reader, now))
            .collect(),
        next: page.next.map(|next| format!("/?cursor={next}")),
    };
    Ok(html(200, reader, Keep::Browser, render(&view)))
}

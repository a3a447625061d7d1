//! Who may not join again: the list, adding to it, taking off it.

use crate::domain::ban::{Ban, BanKind, BanWhat, NewBan};
use crate::domain::error::Error;
use crate::domain::id::BanId;
use crate::domain::reports::Limit;
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::form::{Form, FormFields};
use crate::http::page::Wanted;
use crate::http::pages::organiser::participation::{self, participation_id};
use crate::http::pages::organiser::{flash, notice};
use crate::http::pages::{Keep, form_token, html, organisers_frame, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{BanRow, BansPage};
use crate::web::{Notice, Text, Values, render};
use crate::words::Reader;

/// So many bans are on a page.
const ROWS: u32 = 50;

/// Shows the list, newest first.
pub(crate) fn list(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    page(context, request, 200, Values::default(), None)
}

fn page(
    context: &Context,
    request: &Request,
    status: u16,
    values: Values,
    notice: Option<Notice>,
) -> Result<Response, Refusal> {
    let reader = context.reader(request);
    let wanted: Wanted<BanId> = Wanted::only(request)?;
    let limit = Limit::new(ROWS).unwrap_or_default();
    let bans = context.service.list_bans(wanted.after, limit)?;
    let mut frame = organisers_frame(context, request, Text::of(reader.language).bans);
    "/organiser/bans".clone_into(&mut frame.path);
    let view = BansPage {
        frame,
        flash: flash(request, reader),
        notice,
        bans: bans.items.into_iter().map(|ban| row(ban, reader)).collect(),
        next: bans
            .next
            .map(|next| format!("/organiser/bans?cursor={next}")),
        values,
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(status, reader, Keep::Nobody, render(&view)))
}

fn row(ban: Ban, reader: Reader) -> BanRow {
    let path = |id| format!("/organiser/participations/{id}");
    BanRow {
        id: ban.id.to_string(),
        handle: ban.handle,
        path: ban.participation_id.map(path),
        since: reader.date_time(ban.created_at),
    }
}

/// Bans what was typed.
pub(crate) fn create(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let form = Form::read(request)?;
    let reader = context.reader(request);
    let mut fields = FormFields::of(&form, reader.zone);
    let input = NewBan {
        kind: fields.word("kind", BanKind::WORDS, BanKind::from_word),
        value: fields.text("value"),
    };
    let checked = fields.finish(input, |input| input.check().map(drop));
    match checked.and_then(|input| context.service.ban(input)) {
        Ok(_) => Ok(see_other("/organiser/bans?done=banned")),
        Err(Error::ValidationFailed(errors)) => {
            let values = form.values(&["kind", "value"], &errors, reader);
            page(context, request, 422, values, None)
        }
        Err(error @ Error::TooManyBans { .. }) => {
            let values = form.values(&["kind", "value"], &[], reader);
            page(context, request, 409, values, Some(notice(error, reader)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a ban off the list.
pub(crate) fn lift(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id: BanId = params.get("id").parse().map_err(|_| Error::BanNotFound)?;
    match context.service.lift_ban(id) {
        // Sent twice it is lifted all the same.
        Ok(()) | Err(Error::BanNotFound) => Ok(see_other("/organiser/bans?done=lifted")),
        Err(error) => Err(error.into()),
    }
}

/// What was ticked in a form about a participant.
pub(super) fn ticked(form: &Form) -> BanWhat {
    BanWhat {
        handle: form.get("ban_handle") == "yes",
        address: form.get("ban_address") == "yes",
    }
}

/// Bans what was ticked of a participant.
pub(crate) fn ban_participant(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = participation_id(params)?;
    let form = Form::read(request)?;
    match context.service.ban_participant(id, ticked(&form)) {
        Ok(_) => Ok(see_other(&format!(
            "/organiser/participations/{id}?done=banned"
        ))),
        Err(Error::ValidationFailed(errors)) => {
            let values = form.values(
                &["ban_handle", "ban_address"],
                &errors,
                context.reader(request),
            );
            participation::page(context, request, id, 422, values.into())
        }
        Err(error) => participation::refused(context, request, id, error, Values::default()),
    }
}

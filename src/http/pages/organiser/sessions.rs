//! The organiser's open sessions.

use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::cookies;
use crate::http::pages::organiser::flash;
use crate::http::pages::{Keep, form_token, html, organisers_frame, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{SessionRow, SessionsPage};
use crate::web::{Text, render};

/// Shows which browsers are signed in.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let reader = context.reader(request);
    let own = cookies::session(request);
    let open = context.gate.sessions().list(own, context.service.now());
    let rows = open.into_iter().map(|session| SessionRow {
        began: reader.date_time(session.began_at),
        used: reader.date_time(session.used_at),
        ends: reader.date_time(session.ends_at),
        is_own: session.is_own,
        id: session.id,
    });
    let view = SessionsPage {
        frame: organisers_frame(context, request, Text::of(reader.language).sessions),
        flash: flash(request, reader),
        rows: rows.collect(),
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(200, reader, Keep::Nobody, render(&view)))
}

/// Ends one. One that has ended by itself meanwhile has ended all the same.
pub(crate) fn end(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let sessions = context.gate.sessions();
    sessions.end_by_id(params.get("id"), context.service.now());
    Ok(see_other("/organiser/sessions?done=ended"))
}

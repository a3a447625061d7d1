//! Signing in and out.

use crate::http::context::Context;
use crate::http::cookies::{self, Cookie};
use crate::http::form::Form;
use crate::http::pages::{Keep, html, own_path, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::{Frame, SignInPage, Text, Values, render};
use crate::words::Reader;

/// The front page of whoever has signed in.
const PATH: &str = "/organiser";

/// Shows the form to sign in by.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    if !context.gate.is_guarded() {
        return Ok(see_other(PATH));
    }
    let reader = context.reader(request);
    let next = request.query.get("next").unwrap_or_default();
    Ok(page(reader, 200, next, Values::default()))
}

fn page(reader: Reader, status: u16, next: &str, values: Values) -> Response {
    let next = own_path(next).filter(|next| next.starts_with(PATH));
    let view = SignInPage {
        frame: Frame::new(
            reader,
            Text::of(reader.language).sign_in,
            "/organiser/sign-in",
        )
        .private(),
        next: next.unwrap_or(PATH).to_owned(),
        values,
    };
    html(status, reader, Keep::Nobody, render(&view))
}

/// Begins a session for whoever knows the organiser's token.
pub(crate) fn sign_in(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    if !context.gate.is_guarded() {
        return Ok(see_other(PATH));
    }
    let form = Form::read(request)?;
    let token = form.get("token").trim();
    let now = context.service.now();
    let Some(secret) = context.gate.sign_in(request, token, now)? else {
        let reader = context.reader(request);
        let mut values = Values::default();
        let message = Text::of(reader.language).token_is_wrong;
        values.refuse("token", message.to_owned());
        return Ok(page(reader, 422, form.get("next"), values));
    };
    let cookie = Cookie::session(request, &secret);
    let next = own_path(form.get("next")).filter(|next| next.starts_with(PATH));
    Ok(see_other(next.unwrap_or(PATH)).with_header("Set-Cookie", cookie.header(request)))
}

/// Ends the session, and has the browser forget what it kept of its pages. Cookies are not among it: a browser
/// would forget those of participations, and of other services under the same domain, as well.
pub(crate) fn sign_out(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    if let Some(secret) = cookies::session(request) {
        context.gate.sessions().end(secret);
    }
    let gone = Cookie {
        seconds: Some(0),
        ..Cookie::session(request, "")
    };
    Ok(see_other("/")
        .with_header("Set-Cookie", gone.header(request))
        .with_header("Clear-Site-Data", "\"cache\", \"storage\"".to_owned()))
}

//! The handlers of pages, one file for each: read the request, ask the service, fill the view.
//!
//! Owns what every page's answer has, the tokens of forms, and nothing of how a page looks: that is
//! `web`'s.

pub(crate) mod assets;
pub(crate) mod campaign;
pub(crate) mod docs;
pub(crate) mod home;
pub(crate) mod join;
pub(crate) mod language;
pub(crate) mod organiser;
pub(crate) mod own;
pub(crate) mod pay;
pub(crate) mod refusal;

use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::cookies;
use crate::http::form::Form;
use crate::http::problem::Refusal;
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::web::Frame;
use crate::words::Reader;

/// A page loads its own style sheet, script and pictures, talks to its own server, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Who may keep a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The browser, so that going back finds the form as it was; it asks before it shows it anew.
    Browser,
    /// Nobody: it is somebody's own.
    Nobody,
}

/// A page as an answer.
pub(crate) fn html(status: u16, reader: Reader, keep: Keep, body: String) -> Response {
    let cache = match keep {
        Keep::Browser => "private, no-cache",
        Keep::Nobody => "no-store",
    };
    Response::new(status, "text/html; charset=utf-8", body.into_bytes())
        .with_header("Cache-Control", cache.to_owned())
        .with_header("Content-Language", reader.language.tag().to_owned())
        .with_header("Content-Security-Policy", POLICY.to_owned())
        // With none at all a browser would not say where a form comes from either.
        .with_header("Referrer-Policy", "same-origin".to_owned())
        .with_header("Vary", "Accept-Language, Cookie".to_owned())
}

/// Sends the browser on to another page of ours.
pub(crate) fn see_other(path: &str) -> Response {
    Response::empty(303).with_header("Location", path.to_owned())
}

/// The frame of the page that a request asks for.
pub(crate) fn frame(context: &Context, request: &Request, title: impl Into<String>) -> Frame {
    Frame::new(context.reader(request), title, here(request))
}

/// The frame of one of the organiser's pages.
pub(crate) fn organisers_frame(
    context: &Context,
    request: &Request,
    title: impl Into<String>,
) -> Frame {
    let mut frame = frame(context, request, title).private();
    if context.gate.is_guarded() {
        frame.sign_out = Some(form_token(context, request, Access::Organiser));
    }
    frame
}

/// Where a request asks, with its query.
pub(crate) fn here(request: &Request) -> String {
    let path = request.encoded_path();
    let query = request.query.text();
    if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    }
}

/// Where this service is found, as the browser called it: for links that are shared.
pub(crate) fn base(request: &Request) -> String {
    let scheme = if request.is_https { "https" } else { "http" };
    let host = request.headers.single("host").ok().flatten();
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}

/// The token of the forms of a page.
pub(crate) fn form_token(context: &Context, request: &Request, access: Access) -> String {
    let sessions = context.gate.sessions();
    sessions.form_token(form_secret(context, request, access))
}

/// What the token of a form is made of: what only its sender and we know.
fn form_secret<'a>(context: &Context, request: &'a Request, access: Access) -> Option<&'a str> {
    if !context.gate.is_guarded() {
        return None;
    }
    match access {
        Access::Anyone => None,
        Access::Participant | Access::SomeParticipant => cookies::find(request, cookies::OWN),
        Access::Organiser => cookies::session(request),
    }
}

/// Asks that a form which changes something in somebody's name was shown to them by us.
///
/// # Errors
/// [`Refusal::FormOutdated`], and those of a body that can't be read.
pub(crate) fn check_form(
    context: &Context,
    request: &Request,
    access: Access,
) -> Result<(), Refusal> {
    if request.method != Method::Post || access == Access::Anyone {
        return Ok(());
    }
    let form = Form::read(request)?;
    let secret = form_secret(context, request, access);
    let sessions = context.gate.sessions();
    if sessions.is_form_token(secret, form.get("form_token")) {
        Ok(())
    } else {
        Err(Refusal::FormOutdated)
    }
}

/// A path of ours that a form asks to be led to; none for anything else, so that nobody can be led away.
pub(crate) fn own_path(text: &str) -> Option<&str> {
    let visible = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_ours = text.starts_with('/') && !text.starts_with("//");
    (visible && is_ours && text.len() <= 2000).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_away() {
        for (text, is_ours) in [
            ("/", true),
            ("/c/batch?x=1", true),
            ("", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("c/batch", false),
            ("/a\r\nSet-Cookie: a=b", false),
            ("/a b", false),
        ] {
            assert_eq!(own_path(text).is_some(), is_ours, "{text}");
        }
    }
}

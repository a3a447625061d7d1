//! The switch of the language.

use crate::http::context::Context;
use crate::http::cookies::{self, Cookie};
use crate::http::form::Form;
use crate::http::pages::{own_path, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::words::Language;

/// A year.
const LASTS: u32 = 365 * 24 * 3600;

/// Keeps the chosen language in a cookie and leads back.
pub(crate) fn choose(_: &Context, request: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    let form = Form::read(request)?;
    let language = Language::from_tag(form.get("to")).unwrap_or_default();
    let cookie = Cookie {
        name: cookies::LANGUAGE,
        value: language.tag(),
        path: "/",
        seconds: Some(LASTS),
    };
    let back = own_path(form.get("back")).unwrap_or("/");
    Ok(see_other(back).with_header("Set-Cookie", cookie.header(request)))
}

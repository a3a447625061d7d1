//! The way from a request to its answer.

use crate::domain::id::CampaignId;
use crate::http::access::Access::Anyone;
use crate::http::access::Caller;
use crate::http::context::Context;
use crate::http::context::reader;
use crate::http::gate::Intent;
use crate::http::metrics::NO_ROUTE;
use crate::http::pages::{self, refusal};
use crate::http::problem::Refusal;
use crate::http::rate_limit::Kind::{Join, Read, Write};
use crate::http::request::{Body, Method, Request, encode_path};
use crate::http::response::Response;
use crate::http::route::{Begin, Face, Handler, Params, Route};
use crate::http::routes::ROUTES;
use crate::service::export::Export;
use crate::web;
use crate::words::Zone;

/// An answer, the route that makes it, and who asked.
pub(crate) struct Answer {
    /// The answer.
    pub(crate) reply: Reply,
    /// The route, where there is one.
    pub(crate) route: Option<&'static Route>,
    /// Who asked.
    pub(crate) caller: Caller,
    /// The campaign for which it counts as a join.
    pub(crate) joins: Option<CampaignId>,
}

/// An answer, or what must be done first.
pub(crate) enum Reply {
    /// Here it is.
    Now(Response),
    /// It is made when the writer has replied.
    Later(Begin),
    /// Its head is here, and its body comes in parts.
    Parts(Response, Export),
}

/// Answers a request, whatever it asks; what it asks has been [chosen](choose).
pub(crate) fn answer(
    context: &Context,
    request: &Request,
    choice: Result<Choice<'_>, Refusal>,
) -> Answer {
    let route = choice.as_ref().ok().and_then(Choice::route);
    let intent = intent(request, choice.as_ref().ok());
    let caller = context
        .gate
        .identify(&context.service, request, intent.face);
    let admitted = context
        .gate
        .admit(request, caller, &intent, &context.service);
    let joins = intent.joins.filter(|_| admitted.is_ok());
    let reply = admitted
        .and(choice)
        .and_then(|choice| reply(context, request, choice));
    Answer {
        reply: reply
            .unwrap_or_else(|refusal| Reply::Now(refuse(request, route, context.zone, &refusal))),
        route,
        caller,
        joins,
    }
}

fn reply(context: &Context, request: &Request, choice: Choice<'_>) -> Result<Reply, Refusal> {
    match choice {
        // The method stays (RFC 9110, 15.4.9).
        Choice::Elsewhere { location } => {
            let response = Response::empty(308).with_header("Location", location);
            Ok(Reply::Now(response))
        }
        Choice::Options { allow } => {
            let response = Response::empty(204).with_header("Allow", allow);
            Ok(Reply::Now(response))
        }
        Choice::Route(route, params) => {
            match &request.body {
                Body::TooLarge => return Err(Refusal::BodyTooLarge),
                Body::Unreadable => return Err(Refusal::BodyUnreadable),
                Body::Complete(_) => {}
            }
            if route.face == Face::Page {
                pages::check_form(context, request, route.access)?;
            }
            match &route.handler {
                Handler::Answering(handler) => handler(context, request, &params).map(Reply::Now),
                Handler::Submitting(handler) => {
                    handler(context, request, &params).map(Reply::Later)
                }
                Handler::Streaming(handler) => {
                    let (response, export) = handler(context, request, &params)?;
                    Ok(Reply::Parts(response, export))
                }
            }
        }
    }
}

/// What a request is going to do. One without a route does nothing, but it counts.
fn intent(request: &Request, choice: Option<&Choice<'_>>) -> Intent {
    match choice {
        Some(Choice::Route(route, params)) => Intent {
            access: route.access,
            kind: route.kind,
            participation: params.get("id").parse().ok(),
            joins: (route.kind == Join).then(|| joined(params)).flatten(),
            face: route.face,
        },
        Some(Choice::Elsewhere { .. } | Choice::Options { .. }) | None => Intent {
            access: Anyone,
            kind: match request.method {
                Method::Get | Method::Head | Method::Options => Read,
                Method::Post | Method::Other => Write,
            },
            participation: None,
            joins: None,
            face: face_of_strangers(request),
        },
    }
}

/// The campaign that the path of a join names, in either of its forms.
fn joined(params: &Params<'_>) -> Option<CampaignId> {
    let id = params.get("id").parse().ok();
    id.or_else(|| web::campaign_id(params.get("slug")))
}

/// Whether somebody looks for a page where there is no route: a browser says that it reads HTML.
fn face_of_strangers(request: &Request) -> Face {
    let is_api = request
        .path
        .as_ref()
        .and_then(|path| path.first())
        .is_some_and(|first| first == "api");
    let reads_html = request
        .headers
        .all("accept")
        .any(|accept| accept.to_ascii_lowercase().contains("text/html"));
    if reads_html && !is_api {
        Face::Page
    } else {
        Face::Api
    }
}

/// The answer to a request that is refused: a problem document, or a page for people. What the client
/// can't mend goes to the log.
pub(crate) fn refuse(
    request: &Request,
    route: Option<&'static Route>,
    zone: Zone,
    refusal: &Refusal,
) -> Response {
    let (face, access) = match route {
        Some(route) => (route.face, route.access),
        None => (face_of_strangers(request), Anyone),
    };
    let route = name(route);
    let (status, code, id) = (refusal.status(), refusal.code(), &request.id);
    match status {
        500 => log::error!("request {id} ({route}) answered {status} {code}"),
        503 => log::debug!("request {id} ({route}) answered {status} {code}"),
        _ => {}
    }
    let reader = reader(request, zone);
    match face {
        Face::Api => refusal.response(reader, id),
        Face::Page => refusal::page(request, reader, access, refusal),
    }
}

/// The name of a route, or [`NO_ROUTE`]: for the log and the counters.
pub(crate) fn name(route: Option<&'static Route>) -> &'static str {
    route.map_or(NO_ROUTE, |route| route.name)
}

/// What a request asks.
pub(crate) enum Choice<'a> {
    /// Something of a route, and what its path names.
    Route(&'static Route, Params<'a>),
    /// What is found without the slashes at the end of its path.
    Elsewhere {
        /// Where.
        location: String,
    },
    /// Which methods there are.
    Options {
        /// As the `Allow` header lists them.
        allow: String,
    },
}

impl Choice<'_> {
    /// The route, where there is one.
    pub(crate) const fn route(&self) -> Option<&'static Route> {
        match self {
            Self::Route(route, _) => Some(*route),
            Self::Elsewhere { .. } | Self::Options { .. } => None,
        }
    }
}

/// Finds out what a request asks.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::MethodNotAllowed`].
pub(crate) fn choose(request: &Request) -> Result<Choice<'_>, Refusal> {
    let path = request.path.as_deref().ok_or(Refusal::NotFound)?;
    match choose_at(path, request.method) {
        Err(Refusal::NotFound) => {
            let location = without_slashes(request).ok_or(Refusal::NotFound)?;
            Ok(Choice::Elsewhere { location })
        }
        choice => choice,
    }
}

/// Where a request would find a route if its path did not end with slashes.
fn without_slashes(request: &Request) -> Option<String> {
    let path = request.path.as_deref()?;
    let named = path.iter().rposition(|segment| !segment.is_empty())?;
    let shorter = path.get(..=named)?;
    if shorter.len() == path.len()
        || matches!(choose_at(shorter, request.method), Err(Refusal::NotFound))
    {
        return None;
    }
    let mut location = encode_path(shorter);
    let query = request.query.text();
    if !query.is_empty() {
        location.push('?');
        location.push_str(&query);
    }
    Some(location)
}

fn choose_at(path: &[String], method: Method) -> Result<Choice<'_>, Refusal> {
    let mut allowed = Vec::new();
    for route in ROUTES {
        let Some(params) = Params::of(route.pattern, path) else {
            continue;
        };
        let takes_head = method == Method::Head && route.method == Method::Get;
        if method == route.method || takes_head {
            return Ok(Choice::Route(route, params));
        }
        allowed.push(route.method);
    }
    if allowed.is_empty() {
        return Err(Refusal::NotFound);
    }
    let allow = allow(&allowed);
    if method == Method::Options {
        Ok(Choice::Options { allow })
    } else {
        Err(Refusal::MethodNotAllowed { allow })
    }
}

fn allow(methods: &[Method]) -> String {
    let head = methods.contains(&Method::Get).then_some(Method::Head);
    let names: Vec<_> = methods
        .iter()
        .copied()
        .chain(head)
        .chain([Method::Options])
        .map(Method::name)
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_too_many_leads_to_where_there_is_something() {
        for (target, location) in [
            ("/api/products/", Some("/api/products")),
            ("/api/products//?limit=2", Some("/api/products?limit=2")),
            ("/api/products/a%2Fb/", Some("/api/products/a%2Fb")),
            ("/organiser/", Some("/organiser")),
            ("/api/nothing/", None),
            ("/", None),
            ("//", None),
            ("//evil.example/", None),
            ("/api//products/", None),
        ] {
            let request = Request::new(String::new(), Method::Get, target);
            let found = match choose(&request) {
                Ok(Choice::Elsewhere { location }) => Some(location),
                _ => None,
            };
            assert_eq!(found.as_deref(), location, "{target}");
        }
    }

    #[test]
    fn what_no_route_takes_is_refused_for_its_own_reason() {
        let refusal = |method, target: &str| {
            let request = Request::new(String::new(), method, target);
            choose(&request).err()
        };
        let allow = |text: &str| {
            Some(Refusal::MethodNotAllowed {
                allow: text.to_owned(),
            })
        };
        assert_eq!(
            refusal(Method::Get, "/api/nothing"),
            Some(Refusal::NotFound)
        );
        assert_eq!(refusal(Method::Options, "*"), Some(Refusal::NotFound));
        assert_eq!(
            refusal(Method::Other, "/api/products"),
            allow("POST, GET, HEAD, OPTIONS")
        );
        assert_eq!(
            refusal(Method::Get, "/api/sambatan/scheduler/trigger"),
            allow("POST, OPTIONS")
        );
        assert_eq!(
            refusal(Method::Post, "/api/products/7"),
            allow("GET, HEAD, OPTIONS")
        );
        assert_eq!(refusal(Method::Head, "/api/products"), None);
        assert_eq!(refusal(Method::Options, "/api/products"), None);
    }
}

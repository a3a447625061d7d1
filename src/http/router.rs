//! The one table of routes, and the way from a request to its answer.

use crate::http::api::{campaigns, dashboard, health, participations, products, scheduler};
use crate::http::context::Context;
use crate::http::language::Language;
use crate::http::metrics::NO_ROUTE;
use crate::http::origin;
use crate::http::problem::Refusal;
use crate::http::request::{Body, Method, Request};
use crate::http::response::Response;

/// Answers the requests of a route.
pub(crate) type Handler = fn(&Context, &Request, &Params<'_>) -> Result<Response, Refusal>;

/// A row of the table.
pub(crate) struct Route {
    /// The method; `HEAD` goes where `GET` goes.
    method: Method,
    /// The path; a segment in braces takes any text.
    pattern: &'static str,
    /// Names the route, in metrics and logs. Stable.
    name: &'static str,
    /// Answers it.
    handler: Handler,
}

const fn get(pattern: &'static str, name: &'static str, handler: Handler) -> Route {
    Route {
        method: Method::Get,
        pattern,
        name,
        handler,
    }
}

const fn post(pattern: &'static str, name: &'static str, handler: Handler) -> Route {
    Route {
        method: Method::Post,
        pattern,
        name,
        handler,
    }
}

/// Every route, in the order of the contract.
#[rustfmt::skip]
const ROUTES: [Route; 23] = [
    post("/api/products", "create_product", products::create),
    get("/api/products", "list_products", products::list),
    get("/api/products/{id}", "get_product", products::show),
    post("/api/products/{id}/sambatan", "toggle_sambatan", products::toggle),
    post("/api/sambatan/campaigns", "create_campaign", campaigns::create),
    get("/api/sambatan/campaigns", "list_campaigns", campaigns::list),
    get("/api/sambatan/campaigns/{id}", "get_campaign", campaigns::show),
    get("/api/sambatan/campaigns/{id}/progress", "progress", campaigns::progress),
    post("/api/sambatan/campaigns/{id}/join", "join_campaign", participations::join),
    get("/api/sambatan/campaigns/{id}/participants", "list_participants", campaigns::participants),
    get("/api/sambatan/campaigns/{id}/logs", "logs", campaigns::logs),
    post("/api/sambatan/campaigns/{id}/cancel", "cancel_campaign", campaigns::cancel),
    get("/api/sambatan/participations/{id}", "get_participation", participations::show),
    post("/api/sambatan/participations/{id}/cancel", "cancel_participation", participations::cancel),
    post("/api/sambatan/participations/{id}/confirm", "confirm_participation", participations::confirm),
    get("/api/sambatan/users/{user_id}/participations", "list_user_participations", participations::of_user),
    get("/api/sambatan/dashboard/summary", "dashboard_summary", dashboard::summary),
    post("/api/sambatan/lifecycle/run", "run_lifecycle", scheduler::run_lifecycle),
    get("/api/sambatan/scheduler/status", "scheduler_status", scheduler::status),
    post("/api/sambatan/scheduler/trigger", "trigger_scheduler", scheduler::trigger),
    get("/healthz", "healthz", health::alive),
    get("/readyz", "readyz", health::ready),
    get("/metrics", "metrics", health::metrics),
];

/// The names of all routes.
pub(crate) fn route_names() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().map(|route| route.name)
}

/// The texts that the braces of a pattern took.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Params<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Params<'a> {
    /// The text of one pair of braces; empty when the pattern has no such name.
    pub(crate) fn get(&self, name: &str) -> &'a str {
        self.0
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }
}

/// An answer, and the route that made it.
pub(crate) struct Answer {
    /// The answer.
    pub(crate) response: Response,
    /// The name of the route, or [`NO_ROUTE`].
    pub(crate) route: &'static str,
}

/// Answers a request, whatever it asks.
pub(crate) fn answer(context: &Context, request: &Request) -> Answer {
    let (route, result) = match choose(request) {
        Ok(Choice::Route(route, params)) => {
            (route.name, (route.handler)(context, request, &params))
        }
        Ok(Choice::Options { allow }) => {
            let response = Response::empty(204).with_header("Allow", allow);
            (NO_ROUTE, Ok(response))
        }
        Err(refusal) => (NO_ROUTE, Err(refusal)),
    };
    let response = result.unwrap_or_else(|refusal| refuse(request, route, &refusal));
    Answer { response, route }
}

/// The answer to a request that is refused. What the client can't mend goes to the log.
pub(crate) fn refuse(request: &Request, route: &'static str, refusal: &Refusal) -> Response {
    let (status, code, id) = (refusal.status(), refusal.code(), &request.id);
    match status {
        500 => log::error!("request {id} ({route}) answered {status} {code}"),
        503 => log::debug!("request {id} ({route}) answered {status} {code}"),
        _ => {}
    }
    refusal.response(language(request), id)
}

/// The language of a request's sender.
pub(crate) fn language(request: &Request) -> Language {
    Language::negotiate(request.headers.all("accept-language"))
}

enum Choice<'a> {
    Route(&'static Route, Params<'a>),
    Options { allow: String },
}

fn choose(request: &Request) -> Result<Choice<'_>, Refusal> {
    origin::check(request)?;
    match request.body {
        Body::TooLarge => return Err(Refusal::BodyTooLarge),
        Body::Unreadable => return Err(Refusal::BodyUnreadable),
        Body::Complete(_) => {}
    }
    let path = request.path.as_deref().ok_or(Refusal::NotFound)?;
    let mut allowed = Vec::new();
    for route in &ROUTES {
        let Some(params) = params(route.pattern, path) else {
            continue;
        };
        let takes_head = request.method == Method::Head && route.method == Method::Get;
        if request.method == route.method || takes_head {
            return Ok(Choice::Route(route, params));
        }
        allowed.push(route.method);
    }
    if allowed.is_empty() {
        return Err(Refusal::NotFound);
    }
    let allow = allow(&allowed);
    if request.method == Method::Options {
        Ok(Choice::Options { allow })
    } else {
        Err(Refusal::MethodNotAllowed { allow })
    }
}

/// What the braces of a pattern take of a path, when the path has its form. An empty segment fills no
/// braces.
fn params<'a>(pattern: &'static str, path: &'a [String]) -> Option<Params<'a>> {
    let mut segments = path.iter();
    let mut params = Params::default();
    for part in pattern.split('/').skip(1) {
        let segment = segments.next()?;
        match part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'))
        {
            Some(name) if !segment.is_empty() => params.0.push((name, segment)),
            None if part == segment => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(params)
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
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_has_its_own_name_and_its_own_place() {
        let names: BTreeSet<_> = route_names().collect();
        assert_eq!(names.len(), ROUTES.len());
        assert!(!names.contains(NO_ROUTE));
        let places: BTreeSet<_> = ROUTES
            .iter()
            .map(|route| (route.method.name(), route.pattern))
            .collect();
        assert_eq!(places.len(), ROUTES.len());
    }

    #[test]
    fn a_path_takes_its_pattern_apart() {
        let pattern = "/api/products/{id}/sambatan";
        for (path, id) in [
            ("/api/products/7/sambatan", Some("7")),
            ("/api/products/a%2Fb/sambatan", Some("a/b")),
            ("/api/products//sambatan", None),
            ("/api/products/7/sambatan/", None),
            ("/api/products/7", None),
            ("/api/products/7/Sambatan", None),
            ("/", None),
        ] {
            let request = Request::new(String::new(), Method::Post, path);
            let path = request.path.unwrap();
            let found = params(pattern, &path);
            assert_eq!(found.as_ref().map(|params| params.get("id")), id);
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

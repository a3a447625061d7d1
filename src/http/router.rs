//! The one table of routes, and the way from a request to its answer.

use crate::domain::id::CampaignId;
use crate::http::access::Access::{self, Anyone, Organiser, Participant, SomeParticipant};
use crate::http::access::Caller;
use crate::http::api::{
    audit, campaigns, dashboard, exports, health, money, participations, payments, products,
    scheduler, sessions, webhooks,
};
use crate::http::context::Context;
use crate::http::context::reader;
use crate::http::gate::{Face, Intent};
use crate::http::metrics::NO_ROUTE;
use crate::http::pages::organiser::{self, overview, rekap, session};
use crate::http::pages::{self, assets, campaign, home, join, language, own, refusal};
use crate::http::problem::Refusal;
use crate::http::rate_limit::Kind::{self, Free, Join, Read, Secret, Write};
use crate::http::request::{Body, Method, Request};
use crate::http::response::Response;
use crate::service::export::Export;
use crate::web;
use crate::words::Zone;

/// Answers the requests of a route.
type Answering = fn(&Context, &Request, &Params<'_>) -> Result<Response, Refusal>;

/// Checks the requests of a route, whose answer then waits for the writer.
type Submitting = fn(&Context, &Request, &Params<'_>) -> Result<Begin, Refusal>;

/// Submits to the writer what an answer waits for. It settles what it gets exactly once, on whatever
/// thread; when it drops it instead, the client hears that the outcome is not known.
pub(crate) type Begin = Box<dyn FnOnce(&Context, Settle)>;

/// Takes what makes the answer, and blocks for nothing.
pub(crate) type Settle = Box<dyn FnOnce(Render) + Send>;

/// Begins a table that is sent part by part.
type Streaming = fn(&Context, &Request, &Params<'_>) -> Result<(Response, Export), Refusal>;

/// Makes the answer of the outcome.
pub(crate) type Render = Box<dyn FnOnce(&Context, &Request) -> Result<Response, Refusal> + Send>;

/// How a route answers.
enum Handler {
    /// On the worker, which waits for what it needs.
    Answering(Answering),
    /// Once the writer has replied, while the worker does other things.
    Submitting(Submitting),
    /// Part by part, on a thread of its own.
    Streaming(Streaming),
}

/// A row of the table.
pub(crate) struct Route {
    /// The method; `HEAD` goes where `GET` goes.
    method: Method,
    /// The path; a segment in braces takes any text.
    pattern: &'static str,
    /// Names the route, in metrics and logs. Stable.
    name: &'static str,
    /// Who may use it in guarded mode.
    access: Access,
    /// What it counts as.
    kind: Kind,
    /// Whether it is for programs or for people.
    face: Face,
    /// Answers them.
    handler: Handler,
}

const fn get(
    pattern: &'static str,
    name: &'static str,
    access: Access,
    kind: Kind,
    handler: Answering,
) -> Route {
    Route {
        method: Method::Get,
        pattern,
        name,
        access,
        kind,
        face: Face::Api,
        handler: Handler::Answering(handler),
    }
}

const fn post(
    pattern: &'static str,
    name: &'static str,
    access: Access,
    kind: Kind,
    handler: Answering,
) -> Route {
    let route = get(pattern, name, access, kind, handler);
    Route {
        method: Method::Post,
        ..route
    }
}

/// A page that is looked at.
const fn page(
    pattern: &'static str,
    name: &'static str,
    access: Access,
    handler: Answering,
) -> Route {
    let route = get(pattern, name, access, Read, handler);
    Route {
        face: Face::Page,
        ..route
    }
}

/// A form that a page sends.
const fn form(
    pattern: &'static str,
    name: &'static str,
    access: Access,
    kind: Kind,
    handler: Answering,
) -> Route {
    let route = post(pattern, name, access, kind, handler);
    Route {
        face: Face::Page,
        ..route
    }
}

const fn submit(
    pattern: &'static str,
    name: &'static str,
    access: Access,
    kind: Kind,
    handler: Submitting,
) -> Route {
    Route {
        method: Method::Post,
        pattern,
        name,
        access,
        kind,
        face: Face::Api,
        handler: Handler::Submitting(handler),
    }
}

const fn table(pattern: &'static str, name: &'static str, handler: Streaming) -> Route {
    Route {
        method: Method::Get,
        pattern,
        name,
        access: Organiser,
        kind: Read,
        face: Face::Api,
        handler: Handler::Streaming(handler),
    }
}

/// A table that a page links to.
const fn page_table(pattern: &'static str, name: &'static str, handler: Streaming) -> Route {
    let route = table(pattern, name, handler);
    Route {
        face: Face::Page,
        ..route
    }
}

/// Every route, in the order of the contract.
#[rustfmt::skip]
const ROUTES: [Route; 109] = [
    post("/api/products", "create_product", Organiser, Write, products::create),
    get("/api/products", "list_products", Organiser, Read, products::list),
    get("/api/products/{id}", "get_product", Organiser, Read, products::show),
    post("/api/products/{id}/sambatan", "toggle_sambatan", Organiser, Write, products::toggle),
    post("/api/products/{id}/edit", "edit_product", Organiser, Write, products::edit),
    post("/api/sambatan/campaigns", "create_campaign", Organiser, Write, campaigns::create),
    get("/api/sambatan/campaigns", "list_campaigns", Anyone, Read, campaigns::list),
    get("/api/sambatan/campaigns/{id}", "get_campaign", Anyone, Read, campaigns::show),
    get("/api/sambatan/campaigns/{id}/progress", "progress", Anyone, Read, campaigns::progress),
    submit("/api/sambatan/campaigns/{id}/join", "join_campaign", Anyone, Join, participations::join),
    get("/api/sambatan/campaigns/{id}/participants", "list_participants", Organiser, Read, campaigns::participants),
    get("/api/sambatan/campaigns/{id}/logs", "logs", Organiser, Read, campaigns::logs),
    post("/api/sambatan/campaigns/{id}/extend", "extend_campaign", Organiser, Write, campaigns::extend),
    post("/api/sambatan/campaigns/{id}/edit", "edit_campaign", Organiser, Write, campaigns::edit),
    post("/api/sambatan/campaigns/{id}/clone", "clone_campaign", Organiser, Write, campaigns::clone),
    post("/api/sambatan/campaigns/{id}/cancel", "cancel_campaign", Organiser, Write, campaigns::cancel),
    get("/api/sambatan/participations/{id}", "get_participation", Participant, Read, participations::show),
    post("/api/sambatan/participations/{id}/cancel", "cancel_participation", Participant, Write, participations::cancel),
    post("/api/sambatan/participations/{id}/confirm", "confirm_participation", Organiser, Write, participations::confirm),
    post("/api/sambatan/participations/{id}/revive", "revive_participation", Organiser, Write, participations::revive),
    post("/api/sambatan/participations/{id}/claim-payment", "claim_payment", Participant, Write, participations::claim_payment),
    post("/api/sambatan/participations/{id}/payments", "record_payment", Organiser, Write, money::record_payment),
    post("/api/sambatan/participations/{id}/adjustments", "adjust_payment", Organiser, Write, money::adjust),
    post("/api/sambatan/participations/{id}/payout-account", "set_payout_account", Participant, Write, money::set_payout_account),
    get("/api/sambatan/participations/{id}/transactions", "list_participation_transactions", Participant, Read, money::of_participation),
    get("/api/sambatan/campaigns/{id}/money", "campaign_money", Organiser, Read, money::of_campaign),
    get("/api/sambatan/campaigns/{id}/transactions", "list_transactions", Organiser, Read, money::transactions),
    get("/api/sambatan/campaigns/{id}/unpaid", "list_unpaid", Organiser, Read, money::unpaid),
    post("/api/sambatan/campaigns/{id}/payouts", "pay_out", Organiser, Write, money::pay_out),
    get("/api/sambatan/campaigns/{id}/refunds", "list_refunds", Organiser, Read, money::refunds),
    get("/api/sambatan/refunds", "list_due_refunds", Organiser, Read, money::due_refunds),
    post("/api/sambatan/refunds/{id}/send", "send_refund", Organiser, Write, money::send_refund),
    post("/api/sambatan/refunds/{id}/acknowledge", "acknowledge_refund", SomeParticipant, Write, money::acknowledge_refund),
    post("/api/sambatan/payments/import", "import_payments", Organiser, Write, payments::import),
    post("/api/sambatan/payments/match", "match_statement_line", Organiser, Write, payments::match_line),
    post("/api/sambatan/refunds/{id}/match", "match_refund_line", Organiser, Write, money::match_refund),
    get("/api/sambatan/users/{user_id}/participations", "list_user_participations", Organiser, Read, participations::of_user),
    get("/api/sambatan/dashboard/summary", "dashboard_summary", Organiser, Read, dashboard::summary),
    get("/api/sambatan/audit/status", "audit_status", Organiser, Read, audit::status),
    post("/api/sambatan/lifecycle/run", "run_lifecycle", Organiser, Write, scheduler::run_lifecycle),
    get("/api/sambatan/scheduler/status", "scheduler_status", Organiser, Read, scheduler::status),
    post("/api/sambatan/scheduler/trigger", "trigger_scheduler", Organiser, Write, scheduler::trigger),
    post("/api/sambatan/webhooks", "create_webhook", Organiser, Write, webhooks::create),
    get("/api/sambatan/webhooks", "list_webhooks", Organiser, Read, webhooks::list),
    get("/api/sambatan/webhooks/{id}", "get_webhook", Organiser, Read, webhooks::show),
    post("/api/sambatan/webhooks/{id}/remove", "remove_webhook", Organiser, Write, webhooks::remove),
    get("/api/sambatan/sessions", "list_sessions", Organiser, Read, sessions::list),
    post("/api/sambatan/sessions/{id}/end", "end_session", Organiser, Write, sessions::end),
    table("/api/sambatan/campaigns/{id}/participants.csv", "export_participants", exports::participants),
    table("/api/sambatan/campaigns/{id}/picklist.csv", "export_picklist", exports::picklist),
    table("/api/sambatan/campaigns/{id}/refunds.csv", "export_refunds", exports::refunds),
    get("/healthz", "healthz", Anyone, Free, health::alive),
    get("/readyz", "readyz", Anyone, Free, health::ready),
    get("/metrics", "metrics", Organiser, Free, health::metrics),
    page("/", "home_page", Anyone, home::show),
    page("/assets/{name}", "asset", Anyone, assets::show),
    form("/language", "choose_language", Anyone, Read, language::choose),
    page("/c/{slug}", "campaign_page", Anyone, campaign::show),
    page("/c/{slug}/live", "campaign_numbers", Anyone, campaign::live),
    page("/c/{slug}/qr.svg", "campaign_qr", Anyone, campaign::qr_code),
    form("/c/{slug}/join", "join_form", Anyone, Join, join::join),
    page("/p/{id}", "own_page", Participant, own::show),
    form("/p/{id}/open", "open_own_page", Anyone, Secret, own::open),
    form("/p/{id}/cancel", "cancel_own", Participant, Write, own::cancel),
    form("/p/{id}/claim-payment", "claim_form", Participant, Write, own::claim_payment),
    form("/p/{id}/payout-account", "payout_account_form", Participant, Write, own::set_payout_account),
    form("/p/{id}/acknowledge", "acknowledge_form", Participant, Write, own::acknowledge),
    page("/organiser/sign-in", "sign_in_page", Anyone, session::show),
    form("/organiser/sign-in", "sign_in", Anyone, Secret, session::sign_in),
    form("/organiser/sign-out", "sign_out", Organiser, Write, session::sign_out),
    page("/organiser/sessions", "sessions_page", Organiser, organiser::sessions::show),
    form("/organiser/sessions/{id}/end", "end_session_form", Organiser, Write, organiser::sessions::end),
    page("/organiser", "overview_page", Organiser, overview::show),
    form("/organiser/scheduler/run", "run_scheduler", Organiser, Write, overview::run),
    page("/organiser/audit", "audit_page", Organiser, organiser::audit::show),
    form("/organiser/audit", "verify_form", Organiser, Write, organiser::audit::verify),
    page("/organiser/products", "products_page", Organiser, organiser::products::list),
    form("/organiser/products", "create_product_form", Organiser, Write, organiser::products::create),
    page("/organiser/products/new", "new_product_page", Organiser, organiser::products::new),
    page("/organiser/products/{id}", "product_page", Organiser, organiser::products::show),
    page("/organiser/products/{id}/edit", "edit_product_page", Organiser, organiser::edits::product),
    form("/organiser/products/{id}/edit", "edit_product_form", Organiser, Write, organiser::edits::edit_product),
    form("/organiser/products/{id}/sambatan", "toggle_sambatan_form", Organiser, Write, organiser::products::toggle),
    page("/organiser/payments", "payments_page", Organiser, organiser::payments::show),
    form("/organiser/payments", "import_form", Organiser, Write, organiser::payments::import),
    page("/organiser/refunds", "refunds_page", Organiser, organiser::refunds::list),
    form("/organiser/refunds", "send_refund_form", Organiser, Write, organiser::refunds::send),
    page("/organiser/campaigns", "campaigns_page", Organiser, organiser::campaigns::list),
    form("/organiser/campaigns", "create_campaign_form", Organiser, Write, organiser::campaigns::create),
    page("/organiser/campaigns/new", "new_campaign_page", Organiser, organiser::campaigns::new),
    page("/organiser/campaigns/{id}", "organisers_campaign_page", Organiser, organiser::campaign::show),
    page("/organiser/campaigns/{id}/edit", "edit_campaign_page", Organiser, organiser::edits::campaign),
    form("/organiser/campaigns/{id}/edit", "edit_campaign_form", Organiser, Write, organiser::edits::edit_campaign),
    page("/organiser/campaigns/{id}/refunds", "campaign_refunds_page", Organiser, organiser::refunds::of_campaign),
    form("/organiser/campaigns/{id}/confirm", "confirm_chosen", Organiser, Write, organiser::campaign::confirm),
    form("/organiser/campaigns/{id}/extend", "extend_form", Organiser, Write, organiser::campaign::extend),
    form("/organiser/campaigns/{id}/call-off", "call_off", Organiser, Write, organiser::campaign::call_off),
    page("/organiser/campaigns/{id}/pick-list", "pick_list_page", Organiser, organiser::campaign::pick_list),
    page_table("/organiser/campaigns/{id}/participants.csv", "participants_download", exports::participants),
    page_table("/organiser/campaigns/{id}/picklist.csv", "picklist_download", exports::picklist),
    page_table("/organiser/campaigns/{id}/refunds.csv", "refunds_download", exports::refunds),
    page("/organiser/campaigns/{id}/rekap", "rekap_page", Organiser, rekap::show),
    page("/organiser/campaigns/{id}/log", "log_page", Organiser, organiser::log::show),
    page("/organiser/participations/{id}", "participation_page", Organiser, organiser::participation::show),
    form("/organiser/participations/{id}/confirm", "confirm_form", Organiser, Write, organiser::participation::confirm),
    form("/organiser/participations/{id}/payments", "payment_form", Organiser, Write, organiser::money::record_payment),
    form("/organiser/participations/{id}/adjustments", "adjustment_form", Organiser, Write, organiser::money::adjust),
    form("/organiser/participations/{id}/revive", "revive_form", Organiser, Write, organiser::participation::revive),
    form("/organiser/participations/{id}/cancel", "cancel_form", Organiser, Write, organiser::participation::cancel),
];

/// The method, the pattern and the name of every route: for tests that must miss none.
#[doc(hidden)]
pub fn route_table() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    ROUTES
        .iter()
        .map(|route| (route.method.name(), route.pattern, route.name))
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

/// An answer, the route that makes it, and who asked.
pub(crate) struct Answer {
    /// The answer.
    pub(crate) reply: Reply,
    /// The name of the route, or [`NO_ROUTE`].
    pub(crate) route: &'static str,
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

/// Answers a request, whatever it asks.
pub(crate) fn answer(context: &Context, request: &Request) -> Answer {
    let choice = choose(request);
    let route = match &choice {
        Ok(Choice::Route(route, _)) => route.name,
        _ => NO_ROUTE,
    };
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
        reply: reply.unwrap_or_else(|refusal| Reply::Now(refuse(request, context.zone, &refusal))),
        route,
        caller,
        joins,
    }
}

fn reply(context: &Context, request: &Request, choice: Choice<'_>) -> Result<Reply, Refusal> {
    match choice {
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
        Some(Choice::Options { .. }) | None => Intent {
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
pub(crate) fn refuse(request: &Request, zone: Zone, refusal: &Refusal) -> Response {
    let (face, access, route) = match choose(request) {
        Ok(Choice::Route(route, _)) => (route.face, route.access, route.name),
        _ => (face_of_strangers(request), Anyone, NO_ROUTE),
    };
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

enum Choice<'a> {
    Route(&'static Route, Params<'a>),
    Options { allow: String },
}

fn choose(request: &Request) -> Result<Choice<'_>, Refusal> {
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
        let names: BTreeSet<_> = ROUTES.iter().map(|route| route.name).collect();
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

//! What a route may answer: the one answer when all goes well, and every refusal by its status and codes.

use std::collections::BTreeMap;

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use crate::http::access::Access;
use crate::http::door;
use crate::http::openapi::operation::{Body, Content, Operation};
use crate::http::openapi::{described, kind_of, only_looks, pascal, plain};
use crate::http::problem;
use crate::http::rate_limit::Kind;
use crate::http::route::Route;

/// The codes of refusals by their statuses.
type Codes = BTreeMap<u16, Vec<&'static str>>;

const PROBLEM: &str = "#/components/schemas/Problem";

/// What every route may answer with: who asks is not let in, there are too many of them, the service can't.
const EVERYWHERE: [&str; 9] = [
    "body_unreadable",
    "body_too_large",
    "forbidden",
    "client_banned",
    "proxy_needs_token",
    "rate_limited",
    "internal",
    "overloaded",
    "stopping",
];

fn everywhere() -> Codes {
    let mut codes = Codes::new();
    for code in EVERYWHERE {
        add(&mut codes, code);
    }
    for refusal in door::Refusal::ALL {
        // Of a method that is none of the route's there is nothing to describe.
        if refusal.status() != 405 {
            codes.entry(refusal.status()).or_default();
        }
    }
    codes
}

/// Adds a code under its status. One that is not known comes under 0, which a test finds.
fn add(codes: &mut Codes, code: &'static str) {
    let known = problem::codes().find(|known| known.code == code);
    let of_status = codes
        .entry(known.map_or(0, |known| known.status))
        .or_default();
    if !of_status.contains(&code) {
        of_status.push(code);
    }
}

/// The codes that a route may refuse with, besides those of the door.
pub(super) fn codes(route: &Route, operation: &Operation) -> Codes {
    let mut codes = everywhere();
    let mut add = |code| add(&mut codes, code);
    if route.access != Access::Anyone {
        add("token_required");
        add("invalid_token");
    }
    if !only_looks(route) {
        add("storage_full");
        add("outcome_unknown");
    }
    if matches!(operation.body, Body::Json { .. } | Body::Ignored) {
        add("json_invalid");
        add("unsupported_media_type");
        add("validation_failed");
    }
    if operation.cursor.is_some() || !operation.query.is_empty() {
        add("validation_failed");
    }
    if operation.idempotent {
        add("idempotency_key_invalid");
        add("idempotency_conflict");
    }
    if route.pattern.contains('{') {
        add("not_found");
    }
    for known in problem::codes() {
        let named = known.code.strip_suffix("_not_found");
        if named.is_some() && named == kind_of(route.pattern) {
            add(known.code);
        }
    }
    for code in operation.problems {
        add(code);
    }
    if route.kind == Kind::Free {
        codes.remove(&429);
    }
    codes
}

/// The answers of a route.
pub(super) fn of(
    route: &'static Route,
    operation: &'static Operation,
    routes: &'static [Route],
    generator: &mut SchemaGenerator,
) -> Value {
    let mut answers = Map::new();
    let status = operation.success.status.to_string();
    answers.insert(status, success(route, operation, routes, generator));
    if operation.success.tagged {
        answers.insert(
            "304".to_owned(),
            json!({
                "description": "What is there already is what there is.",
                "headers": headers(&["X-Request-Id", "ETag"]),
            }),
        );
    }
    for (status, codes) in codes(route, operation) {
        let reference = format!("#/components/responses/{}", name(status, &codes));
        answers.insert(status.to_string(), json!({"$ref": reference}));
    }
    Value::Object(answers)
}

fn success(
    route: &'static Route,
    operation: &'static Operation,
    routes: &'static [Route],
    generator: &mut SchemaGenerator,
) -> Value {
    let success = operation.success;
    let mut names = vec!["X-Request-Id"];
    let mut answer = json!({});
    match success.content {
        Content::Empty => answer["description"] = "Done.".into(),
        Content::Json(schema) => {
            let schema = plain(schema(generator));
            answer["description"] = match success.status {
                201 => "It is there now.",
                _ => "Here it is.",
            }
            .into();
            answer["content"] = json!({"application/json": {"schema": schema}});
        }
        Content::Page(schema) => {
            let schema = plain(schema(generator));
            answer["description"] = "A page; a `Link` header leads to the next.".into();
            answer["content"] = json!({
                "application/json": {"schema": {"type": "array", "items": schema}},
            });
            names.push("Link");
        }
        Content::Text(media_types) => {
            answer["description"] = "Here it is.".into();
            for media_type in media_types {
                answer["content"][media_type] = json!({"schema": {"type": "string"}});
            }
        }
    }
    if success.status == 201 {
        names.push("Location");
    }
    if success.tagged {
        names.push("ETag");
    }
    if operation.idempotent {
        names.push("Idempotent-Replayed");
    }
    answer["headers"] = headers(&names);
    // What is new leads on, and what is to be done.
    let leads =
        success.status == 201 || ["list_due_refunds", "list_sessions"].contains(&route.name);
    let links = if leads {
        links(route, &answer, routes)
    } else {
        Map::new()
    };
    if !links.is_empty() {
        answer["links"] = links.into();
    }
    answer
}

/// What can be done next with what an answer names.
fn links(route: &'static Route, answer: &Value, routes: &'static [Route]) -> Map<String, Value> {
    let mut links = Map::new();
    let schema = &answer["content"]["application/json"]["schema"];
    let (schema, place) = match schema.get("items") {
        Some(items) => (items, "#/0/id"),
        None => (schema, "#/id"),
    };
    let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    else {
        return links;
    };
    let name = name.to_ascii_lowercase();
    let is_of =
        |kind: &str| name.starts_with(kind) || kind == "refund" && route.name == "give_back";
    for (next, _) in described(routes) {
        let kind = kind_of(next.pattern).filter(|kind| is_of(kind));
        if kind.is_some() && next.name != route.name {
            links.insert(
                next.name.to_owned(),
                json!({
                    "operationId": next.name,
                    "parameters": {"id": format!("$response.body{place}")},
                }),
            );
        }
    }
    links
}

fn headers(names: &[&str]) -> Value {
    let headers = names.iter().map(|name| {
        let reference = json!({"$ref": format!("#/components/headers/{name}")});
        ((*name).to_owned(), reference)
    });
    Value::Object(headers.collect())
}

/// A refusal of a status.
fn refused(status: u16, own: &[&'static str]) -> Value {
    let at_door: Vec<_> = door::Refusal::ALL
        .iter()
        .filter(|refusal| refusal.status() == status)
        .map(|refusal| refusal.code())
        .collect();
    let code = match (own.is_empty(), at_door.is_empty()) {
        (_, true) => json!({"enum": own}),
        (true, false) => json!({"$ref": connection_code(status)}),
        (false, false) => json!({"anyOf": [{"enum": own}, {"$ref": connection_code(status)}]}),
    };
    let schema = json!({
        "allOf": [{"$ref": PROBLEM}, {"type": "object", "properties": {"code": code}}],
    });
    let mut content = json!({"schema": schema});
    let titles = own.iter().filter_map(|code| {
        let known = problem::codes().find(|known| known.code == *code)?;
        Some(format!("`{code}`: {}.", known.title.en))
    });
    let mut about: Vec<_> = titles.collect();
    if !at_door.is_empty() {
        about.push("The connection or the request itself is not right or was too slow.".to_owned());
    }
    if let Some(known) = own
        .first()
        .and_then(|code| problem::codes().find(|known| known.code == *code))
    {
        content["example"] = json!({
            "detail": known.detail.en, "title": known.title.en, "status": status, "code": known.code,
        });
    }
    let mut names = vec!["X-Request-Id"];
    match status {
        401 => names.push("WWW-Authenticate"),
        429 | 503 => names.push("Retry-After"),
        _ => {}
    }
    if own.contains(&"campaign_closed") {
        names.push("Idempotent-Replayed");
    }
    json!({
        "description": about.join(" "),
        "headers": headers(&names),
        "content": {"application/problem+json": content},
    })
}

fn connection_code(status: u16) -> String {
    format!("#/components/schemas/ConnectionCode{status}")
}

/// The codes of the door by their statuses, as schemas.
pub(super) fn connection_codes() -> Map<String, Value> {
    let mut codes: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for refusal in door::Refusal::ALL {
        codes
            .entry(refusal.status())
            .or_default()
            .push(refusal.code());
    }
    let schema = |(status, codes)| {
        let schema = json!({
            "type": "string", "enum": codes,
            "description": "What the service refuses before it reads what is asked.",
        });
        (format!("ConnectionCode{status}"), schema)
    };
    codes.into_iter().map(schema).collect()
}

/// The name of a refusal: its status, and the codes that not every route has.
fn name(status: u16, codes: &[&'static str]) -> String {
    let own = codes.iter().filter(|code| !EVERYWHERE.contains(code));
    let own: String = own.map(|code| pascal(code)).collect();
    format!("Refused{status}{own}")
}

/// The refusals of all routes. Many routes have the same.
pub(super) fn refusals(routes: &'static [Route]) -> Map<String, Value> {
    let described = described(routes).flat_map(|(route, operation)| codes(route, operation));
    described
        .map(|(status, codes)| (name(status, &codes), refused(status, &codes)))
        .collect()
}

/// The headers of answers.
pub(super) fn headers_of_answers() -> Value {
    let text = |about: &str, example: &str| json!({"description": about, "schema": {"type": "string"}, "example": example});
    json!({
        "X-Request-Id": text("Names the request in the service's log.", "0199a3f05f3e7cc19d3a3b1f6a2c8e10"),
        "Link": text("Where the next page is, when there is one (RFC 8288).", "</api/products?cursor=0199a3f0-5f3e-7cc1-9d3a-3b1f6a2c8e10>; rel=\"next\""),
        "Location": text("Where it is.", "/api/products/0199a3f0-5f3e-7cc1-9d3a-3b1f6a2c8e10"),
        "ETag": text("Changes with what is answered (RFC 9110).", "\"44136fa355b3678a1146ad16f7e8649e\""),
        "WWW-Authenticate": text("How to show a token.", "Bearer realm=\"sambatan\""),
        "Idempotent-Replayed": {
            "description": "`true` when the answer is the one that the same request got before.",
            "schema": {"type": "string", "const": "true"},
        },
        "Retry-After": {
            "description": "When to try again, in seconds.",
            "schema": {"type": "integer", "minimum": 1},
            "example": 5,
        },
    })
}

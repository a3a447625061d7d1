//! Holds every refusal that a test sees to the description of its route.

use std::sync::OnceLock;

use serde_json::Value;

use super::client::{Call, Reply};

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(sambatan::http::openapi_document()).unwrap())
}

/// Asks that a refusal of a route for programs is one that is said of it: its status and its code.
pub(crate) fn hold(call: &Call, reply: &Reply) {
    let kind = reply.header("Content-Type").unwrap_or_default();
    if reply.status < 400 || !kind.starts_with("application/problem+json") || reply.body.is_empty()
    {
        return;
    }
    let path = call.path().split('?').next().unwrap();
    let method = call.method().to_ascii_lowercase();
    let Some((pattern, operation)) = operation(path, &method) else {
        return;
    };
    let (status, code) = (reply.status.to_string(), reply.json()["code"].clone());
    let said = resolve(&operation["responses"][&status]);
    let schema = &said["content"]["application/problem+json"]["schema"]["allOf"][1];
    let is_said = allows(&schema["properties"]["code"], &code);
    let add = "add it to its row in src/http/openapi/operations";
    assert!(
        is_said,
        "{method} {pattern} answers {status} {code}, which is not said of it: {add}"
    );
}

/// The operation that a request asks for, and its path.
fn operation(path: &str, method: &str) -> Option<(&'static str, &'static Value)> {
    let paths = document()["paths"].as_object()?;
    let segments: Vec<_> = path.split('/').collect();
    let fits = |pattern: &str| {
        let parts: Vec<_> = pattern.split('/').collect();
        parts.len() == segments.len()
            && parts.iter().zip(&segments).all(|(part, segment)| {
                part == segment || part.starts_with('{') && !segment.is_empty()
            })
    };
    let (pattern, operations) = paths.iter().find(|(pattern, _)| fits(pattern))?;
    Some((pattern, operations.get(method)?))
}

fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => document()
            .pointer(reference.strip_prefix('#').unwrap())
            .unwrap(),
        None => value,
    }
}

/// Whether a schema of words has this one.
fn allows(schema: &'static Value, word: &Value) -> bool {
    let schema = resolve(schema);
    let any = schema["anyOf"].as_array().into_iter().flatten();
    let words = schema["enum"].as_array();
    words.is_some_and(|words| words.contains(word)) || any.into_iter().any(|one| allows(one, word))
}

//! What is said of inputs is so: every field that is described is read, and every bound is the program's.

use sambatan::http::route_table;
use serde_json::{Value, json};

use super::scene::Scene;
use crate::support::NO_LIMITS;
use crate::support::{Call, ORGANISER, Reply, TestServer};

/// The properties of the input of an operation; none when it takes no object of its own.
fn properties(document: &Value, pattern: &str, method: &str) -> Option<(Value, Value)> {
    let body = &document["paths"][pattern][method.to_ascii_lowercase()]["requestBody"];
    let reference = body["content"]["application/json"]["schema"]["$ref"].as_str()?;
    let schema = document.pointer(reference.strip_prefix('#')?)?;
    Some((schema["properties"].clone(), schema["required"].clone()))
}

/// Values of a field that its description allows, at its bounds, and values just beyond them.
fn values(property: &Value) -> (Vec<Value>, Vec<Value>) {
    let (mut allowed, mut forbidden) = (Vec::new(), vec![json!({}), json!([[]])]);
    if let (Some(least), Some(most)) = (property["minimum"].as_i64(), property["maximum"].as_i64())
    {
        allowed.extend([json!(least), json!(most)]);
        forbidden.extend([json!(least - 1), json!(most + 1)]);
    }
    let length = &property["x-characters"];
    if let (Some(least), Some(most)) = (length["minimum"].as_u64(), length["maximum"].as_u64()) {
        let text = |length: u64| json!("x".repeat(usize::try_from(length).unwrap()));
        allowed.extend([text(least.max(1)), text(most)]);
        forbidden.push(text(most + 1));
        forbidden.push(json!(format!("x\u{7}{}", "x".repeat(5))));
        if least > 0 {
            forbidden.push(text(least - 1));
        }
    }
    for word in property["enum"].as_array().into_iter().flatten() {
        allowed.push(word.clone());
        forbidden.push(json!("another"));
    }
    (allowed, forbidden)
}

fn blames(reply: &Reply, field: &str) -> bool {
    let errors = reply.json()["errors"].clone();
    let mut errors = errors.as_array().into_iter().flatten();
    reply.status == 422 && errors.any(|error| error["field"] == field)
}

#[test]
fn every_described_field_is_read_within_the_bounds_that_are_said() {
    let document: Value = serde_json::from_str(sambatan::http::openapi_document()).unwrap();
    let server = TestServer::start_guarded(NO_LIMITS);
    server.service.scheduler().start().unwrap();
    let mut tried = 0;
    for (method, pattern, name) in route_table() {
        let Some((properties, required)) = properties(&document, pattern, method) else {
            continue;
        };
        let mut scene = Scene::new(&server);
        scene.prepare(&server, name);
        let usual = scene.call(method, pattern, name);
        let path = usual.path().to_owned();
        let body = usual.json_body().unwrap_or_else(|| json!({}));
        let send = |field: &str, value: Value| {
            let mut body = body.clone();
            body[field] = value;
            server.send(&Call::new(method, &path).bearer(ORGANISER).json(&body))
        };
        for (field, property) in properties.as_object().unwrap() {
            let (allowed, forbidden) = values(property);
            for value in forbidden {
                let reply = send(field, value.clone());
                let text = reply.text();
                assert!(
                    blames(&reply, field),
                    "{name}.{field} may be {value}: {text}"
                );
                tried += 1;
            }
            for value in allowed {
                let reply = send(field, value.clone());
                let text = reply.text();
                let blamed = blames(&reply, field) && !depends(field);
                assert!(!blamed, "{name}.{field} may not be {value}: {text}");
                tried += 1;
            }
            let is_required = required
                .as_array()
                .is_some_and(|all| all.contains(&json!(field)));
            let missing = blames(&send(field, Value::Null), field);
            if is_required || !depends(field) {
                assert_eq!(missing, is_required, "{name}.{field} is required");
            }
        }
    }
    assert!(tried > 300, "{tried}");
}

/// Whether what a field may be depends on other fields, which its description says in words.
fn depends(field: &str) -> bool {
    [
        "ban_handle",
        "bank",
        "extend_days",
        "grace_hours",
        "holder",
        "minimum_slots",
        "number",
        "value",
    ]
    .contains(&field)
}

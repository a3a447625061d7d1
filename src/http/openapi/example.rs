//! Examples of answers, put together from their schemas.

use serde_json::{Map, Value, json};

use crate::http::openapi::{EXAMPLE_ID, fields};

/// Puts an example into every answer of JSON that has none.
pub(super) fn fill_in(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    let operations = paths.values_mut().filter_map(Value::as_object_mut);
    let operations = operations.flat_map(|path| path.values_mut());
    let answers = operations.filter_map(|operation| operation["responses"].as_object_mut());
    for answer in answers.flat_map(|answers| answers.values_mut()) {
        let content = answer.pointer_mut("/content/application~1json");
        if let Some(content) = content {
            let example = of("", &content["schema"], &schemas);
            content["example"] = example;
        }
    }
}

/// An example of a schema; `name` is the field that it is of.
fn of(name: &str, schema: &Value, schemas: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let called = reference.rsplit('/').next().unwrap_or_default();
        return of(name, &schemas[called], schemas);
    }
    if let Some(example) = schema["examples"].get(0) {
        return example.clone();
    }
    // What may be absent is absent in an example, so that it is none of a state that can't be.
    let kind = match &schema["type"] {
        Value::Array(kinds) if kinds.iter().any(|kind| kind == "null") => return Value::Null,
        Value::String(kind) => kind.as_str(),
        _ => return alternatives(name, schema, schemas),
    };
    if let Some(word) = schema["enum"].get(0) {
        return word.clone();
    }
    match kind {
        "object" => object(schema, schemas),
        "array" => json!([of(name, &schema["items"], schemas)]),
        "string" => string(name, schema),
        "integer" => integer(name, schema),
        "number" => json!(50.0),
        "boolean" => json!(true),
        _ => Value::Null,
    }
}

fn alternatives(name: &str, schema: &Value, schemas: &Value) -> Value {
    let any = schema["anyOf"]
        .as_array()
        .or_else(|| schema["oneOf"].as_array());
    let is_null = |schema: &&Value| schema["type"] == "null";
    match any {
        Some(any) if any.iter().any(|schema| is_null(&schema)) => Value::Null,
        Some(any) => any
            .first()
            .map_or(Value::Null, |one| of(name, one, schemas)),
        None => json!({}),
    }
}

fn object(schema: &Value, schemas: &Value) -> Value {
    let mut example = Map::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        example.insert(name.clone(), of(name, property, schemas));
    }
    Value::Object(example)
}

fn string(name: &str, schema: &Value) -> Value {
    let known = fields::example(name).filter(Value::is_string);
    match schema["format"].as_str() {
        Some("uuid") => return json!(EXAMPLE_ID),
        Some("date-time") => return known.unwrap_or_else(|| json!("2026-11-24T03:15:00Z")),
        Some("date") => return json!("2026-11-24"),
        _ => {}
    }
    known.unwrap_or_else(|| json!("text"))
}

fn integer(name: &str, schema: &Value) -> Value {
    let known = fields::example(name).filter(Value::is_i64);
    known.unwrap_or_else(|| schema.get("minimum").cloned().unwrap_or_else(|| json!(1)))
}

use std::collections::BTreeSet;

use super::*;
use crate::http::json::Object;
use crate::http::routes::ROUTES;

fn programs() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.face == Face::Api)
}

#[test]
fn every_route_for_programs_is_described_and_nothing_else_is() {
    let described: Vec<_> = operations::ALL
        .into_iter()
        .flatten()
        .map(|row| row.route)
        .collect();
    let names: BTreeSet<_> = described.iter().copied().collect();
    assert_eq!(names.len(), described.len(), "a route is described twice");
    let routes: BTreeSet<_> = programs().map(|route| route.name).collect();
    let missing: Vec<_> = routes.difference(&names).collect();
    assert!(
        missing.is_empty(),
        "not described in src/http/openapi/operations: {missing:?}"
    );
    let gone: Vec<_> = names.difference(&routes).collect();
    assert!(
        gone.is_empty(),
        "described and no route for programs: {gone:?}"
    );
}

#[test]
fn every_field_that_a_reader_looks_for_is_explained() {
    for (route, operation) in described(ROUTES) {
        let Body::Json {
            reader, example, ..
        } = operation.body
        else {
            continue;
        };
        let asked = Object::asking(reader);
        for asked in &asked {
            let said = fields::is_said(route.name, asked.field);
            assert!(
                said,
                "src/http/openapi/fields.rs says nothing of {}.{}",
                route.name, asked.field
            );
        }
        let example: Map<String, Value> = serde_json::from_str(example)
            .unwrap_or_else(|error| panic!("the example of {}: {error}", route.name));
        for name in example.keys() {
            let known = asked.iter().any(|asked| asked.field == name);
            assert!(known, "the example of {} has {name}", route.name);
        }
        for asked in asked.iter().filter(|asked| asked.required) {
            let is_there = example.contains_key(asked.field);
            assert!(
                is_there,
                "the example of {} has no {}",
                route.name, asked.field
            );
        }
    }
}

#[test]
fn every_code_that_a_route_refuses_with_is_known() {
    for (route, operation) in described(ROUTES) {
        for code in operation.problems {
            let known = problem::codes().any(|known| known.code == *code);
            assert!(
                known,
                "{} refuses with {code}, which is no code",
                route.name
            );
        }
        assert!(
            !responses::codes(route, operation).contains_key(&0),
            "{}",
            route.name
        );
    }
}

#[test]
fn every_field_of_an_answer_is_explained() {
    let document = build(ROUTES);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    assert!(schemas.len() > 30);
    for (name, schema) in schemas {
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let about = property["description"].as_str().unwrap_or_default();
            assert!(!about.is_empty(), "{name}.{field} is not explained");
        }
    }
}

#[test]
fn the_document_is_ascii_and_points_nowhere_else() {
    let text = document(ROUTES);
    assert!(text.is_ascii());
    let whole: Value = serde_json::from_str(&text).unwrap();
    let mut references = BTreeSet::new();
    collect(&whole, &mut references);
    assert!(references.len() > 40);
    for reference in references {
        let place = reference.strip_prefix('#').unwrap();
        assert!(whole.pointer(place).is_some(), "{reference} leads nowhere");
    }
}

fn collect(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                references.insert(reference.clone());
            }
            object.values().for_each(|value| collect(value, references));
        }
        Value::Array(array) => array.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

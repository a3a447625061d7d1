//! What the service says it is: one OpenAPI document of every route for programs.
//!
//! Made of what serves: methods, paths and access of the table of routes; names, types and obligations
//! of inputs from their readers; answers from the types that are written; codes, statuses and words from
//! the table of refusals. Only what none of these knows is said here.

mod example;
mod fields;
mod operation;
mod operations;
mod responses;

use std::sync::OnceLock;

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::http::access::Access;
use crate::http::json::Object;
use crate::http::problem;
use crate::http::request::Method;
use crate::http::route::{Face, Route};

pub(crate) use operation::{Body, Group, Operation};
use operation::{Parameter, Values};

/// A route and what is said of it.
pub(crate) type Described = (&'static Route, &'static Operation);

/// What is said of a route for programs; none for pages.
fn find(route: &Route) -> Option<&'static Operation> {
    let mut all = operations::ALL.into_iter().flatten();
    all.find(|operation| operation.route == route.name)
}

/// The routes for programs of a table, and what is said of each, in the table's order.
fn described(routes: &'static [Route]) -> impl Iterator<Item = Described> {
    let programs = routes.iter().filter(|route| route.face == Face::Api);
    programs.filter_map(|route| Some((route, find(route)?)))
}

/// The document of a table of routes, as JSON in ASCII.
fn document(routes: &'static [Route]) -> String {
    serde_json::to_string_pretty(&build(routes)).unwrap_or_default() + "\n"
}

fn build(routes: &'static [Route]) -> Value {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut generator = settings.into_generator();
    problem::schema(&mut generator);
    let mut paths = Map::new();
    let mut components = Map::new();
    for (route, operation) in described(routes) {
        let described = describe(route, operation, routes, &mut generator);
        let path = paths.entry(route.pattern).or_insert_with(|| json!({}));
        path[route.method.name().to_ascii_lowercase()] = described;
        if let Some((name, schema)) = input(operation) {
            components.insert(name, schema);
        }
    }
    let definitions = generator.take_definitions(true);
    components.extend(definitions);
    components.extend(responses::connection_codes());
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sambatan",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Group buying for communities: campaigns, slots and deadlines.",
            "description": ABOUT,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The service that shows this document."}],
        "tags": Group::ALL.map(|group| json!({
            "name": group.tag(), "description": group.heading().en,
        })),
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": responses::refusals(routes),
            "headers": responses::headers_of_answers(),
            "securitySchemes": {
                "organiser": {
                    "type": "http", "scheme": "bearer",
                    "description": "The organiser's token. In open mode, on the machine itself, none is needed.",
                },
                "participant": {
                    "type": "http", "scheme": "bearer",
                    "description": "The `manage_token` that a join answered: for that participation alone. In open mode none is needed.",
                },
            },
        },
    });
    example::fill_in(&mut document);
    document
}

const ABOUT: &str = "Money is whole rupiah. Times are RFC 3339 in UTC; one that is sent without an offset is UTC. \
Ids are UUIDs. Texts are cut at the blanks around them, and what is counted in characters is counted after that. \
Fields that are not known are passed over; null is the same as absent, and so is an empty parameter of a query. \
Refusals are problem documents (RFC 9457) with a `detail` for people and a `code` for programs, in Indonesian or, \
where `Accept-Language` prefers it, in English. Every answer has an `X-Request-Id`. \
New fields, codes and routes may come at any time; what goes is announced: see docs/api.md.";

/// The input that a body is read as: its name among the schemas, and its schema.
fn input(operation: &Operation) -> Option<(String, Value)> {
    let Body::Json { reader, .. } = operation.body else {
        return None;
    };
    let asked = Object::asking(reader);
    let schema = fields::input(operation.route, &asked);
    Some((input_name(operation.route), schema))
}

/// `create_product` as `CreateProductInput`.
fn input_name(route: &str) -> String {
    pascal(route) + "Input"
}

/// `create_product` as `CreateProduct`.
fn pascal(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

fn describe(
    route: &'static Route,
    operation: &'static Operation,
    routes: &'static [Route],
    generator: &mut SchemaGenerator,
) -> Value {
    let mut described = json!({
        "operationId": operation.route,
        "tags": [operation.group.tag()],
        "summary": operation.summary.en,
        "security": security(route.access),
        "responses": responses::of(route, operation, routes, generator),
    });
    if let Some(note) = operation.note {
        described["description"] = note.en.into();
    }
    let mut parameters = path_parameters(route);
    parameters.extend(query_and_headers(operation));
    if !parameters.is_empty() {
        described["parameters"] = parameters.into();
    }
    if let Some(body) = body(operation) {
        described["requestBody"] = body;
    }
    described
}

fn security(access: Access) -> Value {
    match access {
        Access::Anyone => json!([]),
        Access::Organiser => json!([{"organiser": []}]),
        Access::Participant | Access::SomeParticipant => {
            json!([{"participant": []}, {"organiser": []}])
        }
    }
}

/// An id of the documentation: every example has the same.
pub(crate) const EXAMPLE_ID: &str = "0199a3f0-5f3e-7cc1-9d3a-3b1f6a2c8e10";

fn path_parameters(route: &Route) -> Vec<Value> {
    let names = names_in_path(route.pattern);
    names
        .map(|name| {
            let (schema, about, example) = match name {
                "user_id" => (
                    fields::handle(),
                    "The handle of a participant.".to_owned(),
                    "arum",
                ),
                _ if kind_of(route.pattern) == Some("session") => (
                    json!({"type": "string", "minLength": 1}),
                    "The session's id.".to_owned(),
                    "9f86d081884c7d65",
                ),
                _ => (
                    json!({"type": "string", "format": "uuid"}),
                    format!(
                        "The id: {}.",
                        kind_of(route.pattern).unwrap_or("thing").replace('_', " ")
                    ),
                    EXAMPLE_ID,
                ),
            };
            json!({
                "name": name, "in": "path", "required": true, "description": about,
                "schema": schema, "example": example,
            })
        })
        .collect()
}

/// The names in the braces of a pattern.
fn names_in_path(pattern: &'static str) -> impl Iterator<Item = &'static str> {
    let parts = pattern.split('/');
    parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// What the `{id}` of a pattern names: `campaign` in `/campaigns/{id}`.
fn kind_of(pattern: &'static str) -> Option<&'static str> {
    let (before, _) = pattern.split_once("/{id}")?;
    match before.rsplit('/').next()? {
        "pay-to" => Some("pay_to"),
        several => several.strip_suffix('s'),
    }
}

/// A pattern in which the name of an id says whose it is: `{campaign_id}` for `/campaigns/{id}`.
pub(crate) fn with_names(pattern: &'static str) -> String {
    match kind_of(pattern) {
        Some(kind) => pattern.replace("{id}", &format!("{{{kind}_id}}")),
        None => pattern.to_owned(),
    }
}

fn query_and_headers(operation: &Operation) -> Vec<Value> {
    let mut all = Vec::new();
    if operation.cursor.is_some() {
        all.push(parameter(&LIMIT));
    }
    if let Some(values) = operation.cursor {
        all.push(parameter(&Parameter {
            name: "cursor",
            about: "Where the list goes on: as the `Link` header of the page before has it.",
            values,
        }));
    }
    all.extend(operation.query.iter().map(parameter));
    if operation.idempotent {
        all.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Chosen by whoever sends the request, a new one for each: sent again, the same answer comes and nothing happens twice. Kept until 24 hours after the campaign's end.",
            // Bare, or as a string of RFC 8941.
            "schema": {
                "type": "string", "minLength": 1,
                "pattern": r#"^(?:[!#-~][!-~]{0,254}|"(?:[!#-\[\]-~]|\\["\\]){1,255}")$"#,
            },
            "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
        }));
    }
    if operation.success.tagged {
        all.push(json!({
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "The `ETag` of what is there already.",
            "schema": {"type": "string"},
            "example": "\"44136fa355b3678a1146ad16f7e8649e\"",
        }));
    }
    all
}

const LIMIT: Parameter = Parameter {
    name: "limit",
    about: "The most rows of a page.",
    values: Values::Number(1, crate::domain::reports::Limit::MAX, 50),
};

fn parameter(parameter: &Parameter) -> Value {
    let (mut schema, example) = match parameter.values {
        Values::Words(words) => (
            json!({"type": "string", "enum": words}),
            words.first().map_or(Value::Null, |word| json!(word)),
        ),
        Values::Number(least, most, _) => (
            json!({"type": "integer", "minimum": least, "maximum": most}),
            json!(most),
        ),
        Values::Id => (
            json!({"type": "string", "format": "uuid"}),
            json!(EXAMPLE_ID),
        ),
        Values::EventNumber => (json!({"type": "integer", "format": "int64"}), json!(1)),
        Values::Text(most) => (fields::text(most), json!("Berubah pikiran")),
        Values::Any => (json!({"type": "string"}), json!("Tanggal")),
    };
    // A form sends what was left empty; it is the same as absent.
    if !matches!(parameter.values, Values::Text(_) | Values::Any) {
        schema = json!({"anyOf": [schema, {"const": ""}]});
    }
    if let Values::Number(_, _, usual) = parameter.values {
        schema["default"] = usual.into();
    }
    json!({
        "name": parameter.name, "in": "query", "required": false,
        "description": parameter.about, "schema": schema, "example": example,
    })
}

fn body(operation: &Operation) -> Option<Value> {
    match operation.body {
        Body::None | Body::Ignored => None,
        Body::Json {
            example, required, ..
        } => {
            let schema = format!("#/components/schemas/{}", input_name(operation.route));
            let schema = json!({"$ref": schema});
            let example: Value = serde_json::from_str(example).unwrap_or_default();
            Some(json!({
                "required": required,
                "content": {"application/json": {"schema": schema, "example": example}},
            }))
        }
        Body::Statement => Some(json!({
            "required": true,
            "description": "The table as the bank gives it, at most 4 MiB.",
            "content": {
                "text/csv": {"schema": {"type": "string"}, "example": STATEMENT},
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {},
            },
        })),
    }
}

/// A bank statement of one line.
pub(crate) const STATEMENT: &str =
    "Tanggal,Keterangan,Jumlah\n24/11/2025,TRSF E-BANKING CR ARUM,150231.00\n";

/// A schema of one's own as JSON.
fn plain(schema: Schema) -> Value {
    schema.to_value()
}

/// The description of a table of routes. Its document is made once.
pub(crate) struct Description {
    routes: &'static [Route],
    document: OnceLock<String>,
}

impl Description {
    /// The description of a table.
    pub(crate) const fn of(routes: &'static [Route]) -> Self {
        Self {
            routes,
            document: OnceLock::new(),
        }
    }

    /// The routes for programs, and what is said of each, in the order of the table.
    pub(crate) fn operations(&self) -> impl Iterator<Item = Described> {
        described(self.routes)
    }

    /// The OpenAPI document, as JSON in ASCII.
    pub(crate) fn document(&self) -> &str {
        self.document.get_or_init(|| document(self.routes))
    }
}

/// Whether a route only looks.
pub(crate) fn only_looks(route: &Route) -> bool {
    route.method == Method::Get
}

#[cfg(test)]
mod tests;

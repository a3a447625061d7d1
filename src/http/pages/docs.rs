//! What the API says it is, for people.

use serde_json::Value;

use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::openapi::{self, Body, Described, Group};
use crate::http::pages::{Keep, base, frame, html};
use crate::http::problem::Refusal;
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::{DocsGroup, DocsOperation, DocsPage, Text, render};
use crate::words::Reader;

/// Shows what one can do by a program, each with a line to paste.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let reader = context.reader(request);
    let base = base(request);
    let is_guarded = context.gate.is_guarded();
    let all: Vec<_> = context.description.operations().collect();
    let of_group = |group: Group| {
        let its = all.iter().filter(|(_, row)| row.group == group);
        DocsGroup {
            tag: group.tag(),
            heading: reader.say(group.heading()),
            operations: its
                .map(|described| operation(*described, &base, is_guarded, reader))
                .collect(),
        }
    };
    let view = DocsPage {
        frame: frame(context, request, Text::of(reader.language).docs),
        is_guarded,
        groups: Group::ALL.map(of_group).into(),
    };
    Ok(html(200, reader, Keep::Browser, render(&view)))
}

fn operation(
    (route, row): Described,
    base: &str,
    is_guarded: bool,
    reader: Reader,
) -> DocsOperation {
    let text = Text::of(reader.language);
    DocsOperation {
        name: route.name,
        summary: reader.say(row.summary),
        note: row.note.map(|note| reader.say(note)),
        method: route.method.name(),
        path: route.pattern,
        access: match route.access {
            Access::Anyone => text.docs_for_everybody,
            Access::Organiser => text.docs_for_organiser,
            Access::Participant | Access::SomeParticipant => text.docs_for_participant,
        },
        curl: curl((route, row), base, is_guarded),
        codes: row.problems.to_vec(),
    }
}

/// A line for a shell that asks this very server. What stands in braces is an id to be put in its place.
fn curl((route, row): Described, base: &str, is_guarded: bool) -> String {
    let mut line = "curl".to_owned();
    if route.method == Method::Post {
        line.push_str(" -X POST");
    }
    line.push_str(&format!(" '{base}{}'", openapi::with_names(route.pattern)));
    if is_guarded && route.access != Access::Anyone {
        line.push_str(" \\\n  -H \"Authorization: Bearer $TOKEN\"");
    }
    if row.idempotent {
        line.push_str(" \\\n  -H 'Idempotency-Key: 8e03978e-40d5-43e8-bc93-6894a57f9324'");
    }
    match row.body {
        Body::None | Body::Ignored | Body::Json { example: "{}", .. } => {}
        Body::Json { example, .. } => {
            line.push_str(" \\\n  -H 'Content-Type: application/json' \\\n  -d '");
            line.push_str(&named_ids(example));
            line.push('\'');
        }
        Body::Statement => {
            line.push_str(" \\\n  -H 'Content-Type: text/csv' \\\n  --data-binary '");
            line.push_str(openapi::STATEMENT.trim_end());
            line.push('\'');
        }
    }
    line
}

/// An example whose ids are the names of their fields in braces.
fn named_ids(example: &str) -> String {
    let fields: Value = serde_json::from_str(example).unwrap_or_default();
    let mut text = example.to_owned();
    for (name, value) in fields.as_object().into_iter().flatten() {
        let id = value.as_str().or_else(|| value.get(0)?.as_str());
        if id == Some(openapi::EXAMPLE_ID) {
            let name = name.trim_end_matches('s');
            text = text.replace(openapi::EXAMPLE_ID, &format!("{{{name}}}"));
        }
    }
    text
}

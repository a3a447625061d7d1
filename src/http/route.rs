//! What a row of the table of routes is: the types that the router, the table and the handlers share.
//!
//! Knows neither the table nor a handler, so that handlers know only this.

use crate::http::access::Access::{self, Organiser};
use crate::http::context::Context;
use crate::http::problem::Refusal;
use crate::http::rate_limit::Kind::{self, Read};
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::service::export::Export;

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
pub(crate) enum Handler {
    /// On the worker, which waits for what it needs.
    Answering(Answering),
    /// Once the writer has replied, while the worker does other things.
    Submitting(Submitting),
    /// Part by part, on a thread of its own.
    Streaming(Streaming),
}

/// What a route is for: programs show tokens in a header, browsers in cookies, and never the other way
/// round, so that no page of somebody else can have a browser use the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// JSON for programs.
    Api,
    /// HTML for people.
    Page,
}

/// A row of the table.
pub(crate) struct Route {
    /// The method; `HEAD` goes where `GET` goes.
    pub(crate) method: Method,
    /// The path; a segment in braces takes any text.
    pub(crate) pattern: &'static str,
    /// Names the route, in metrics and logs. Stable.
    pub(crate) name: &'static str,
    /// Who may use it in guarded mode.
    pub(crate) access: Access,
    /// What it counts as.
    pub(crate) kind: Kind,
    /// Whether it is for programs or for people.
    pub(crate) face: Face,
    /// Answers them.
    pub(crate) handler: Handler,
}

/// What programs read.
pub(crate) const fn get(
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

/// What programs change.
pub(crate) const fn post(
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
pub(crate) const fn page(
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
pub(crate) const fn form(
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

/// A change whose answer waits for the writer.
pub(crate) const fn submit(
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

/// A table for programs.
pub(crate) const fn table(pattern: &'static str, name: &'static str, handler: Streaming) -> Route {
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
pub(crate) const fn page_table(
    pattern: &'static str,
    name: &'static str,
    handler: Streaming,
) -> Route {
    let route = table(pattern, name, handler);
    Route {
        face: Face::Page,
        ..route
    }
}

/// The texts that the braces of a pattern took.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Params<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Params<'a> {
    /// What the braces of a pattern take of a path, when the path has its form. An empty segment fills no
    /// braces.
    pub(crate) fn of(pattern: &'static str, path: &'a [String]) -> Option<Self> {
        let mut segments = path.iter();
        let mut params = Self::default();
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

    /// The text of one pair of braces; empty when the pattern has no such name.
    pub(crate) fn get(&self, name: &str) -> &'a str {
        self.0
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let found = Params::of(pattern, &path);
            assert_eq!(found.as_ref().map(|params| params.get("id")), id);
        }
    }
}

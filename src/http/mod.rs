//! The service over HTTP: JSON for programs, pages for people.
//!
//! A request goes through these layers, each of which knows only the next:
//!
//! | | owns |
//! |---|---|
//! | `door` | the public listener: limits, deadlines, and only whole and canonical requests behind it |
//! | `server` | the worker threads, starting and stopping |
//! | `desk` | exchanges that wait for the writer while the workers go on |
//! | `exchange`, `wire` | one exchange with tiny_http: reading a request within bounds, writing an answer |
//! | `download` | tables that are sent part by part |
//! | `request`, `response` | what a request and an answer are, without tiny_http |
//! | `route`, `routes` | what a route is, and the table of them all: what each asks for and counts as, and who answers |
//! | `router` | the way from a request to the handler of its route |
//! | `gate` | who is let in: `origin` keeps foreign web pages out, `rate_limit` counts, `access` decides |
//! | `sessions`, `cookies` | how a browser shows who its person is, and what its forms carry |
//! | `api`, `pages` | the handlers; what a page shows is `web`'s |
//! | `json`, `fields`, `form`, `input`, `dto`, `page` | bodies to the domain's inputs, the domain's types to answers, lists in pages |
//! | `clients` | what stands for a client in the log, and who is banned by it |
//! | `metrics`, `access_log`, `common_headers` | what is counted, what is logged, what every answer has |
//! | `openapi` | what is said of each route, and the document made of it |
//! | `problem` | every refusal to a status, a code and words, in two languages |
//!
//! No text that came from a client is logged: a body, a query, a header and an address can each be
//! personal data.

mod access;
mod access_log;
mod api;
mod clients;
mod common_headers;
mod context;
mod cookies;
mod date;
mod desk;
pub mod door;
mod download;
mod dto;
mod exchange;
mod fields;
mod form;
mod gate;
mod input;
mod json;
mod metrics;
mod multipart;
mod openapi;
mod origin;
mod page;
mod pages;
mod problem;
mod rate_limit;
mod request;
mod response;
mod route;
mod router;
mod routes;
mod server;
mod sessions;
mod staged;
mod wire;

pub use access::{InvalidOrganiserToken, Mode, OrganiserToken};
pub use rate_limit::RateLimits;
pub use routes::openapi_document;
#[doc(hidden)]
pub use routes::route_table;
pub use server::{Server, ServerOptions, StillBusy};

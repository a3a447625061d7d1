//! The service over HTTP: JSON in, JSON out.
//!
//! A request goes through these layers, each of which knows only the next:
//!
//! | | owns |
//! |---|---|
//! | `door` | the public listener: limits, deadlines, and only whole and canonical requests behind it |
//! | `server` | the worker threads, starting and stopping |
//! | `exchange`, `wire` | one exchange with tiny_http: reading a request within bounds, writing an answer |
//! | `request`, `response` | what a request and an answer are, without tiny_http |
//! | `router` | the table of routes, and `origin`, which keeps foreign web pages out |
//! | `api` | the handlers |
//! | `json`, `fields`, `input`, `dto`, `page` | bodies to the domain's inputs, the domain's types to answers, pages |
//! | `problem`, `language` | every refusal to a status, a code and words, in two languages |
//!
//! No text that came from a client is logged: a body, a query, a header and an address can each be
//! personal data.

mod api;
mod context;
mod date;
pub mod door;
mod dto;
mod exchange;
mod fields;
mod input;
mod json;
mod language;
mod metrics;
mod origin;
mod page;
mod problem;
mod request;
mod response;
mod router;
mod server;
mod wire;

pub use server::{Server, ServerOptions, StillBusy};

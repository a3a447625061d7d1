//! The page of a request that was not done: what happened, and what to do next.

use askama::Template;

use crate::web::frame::Frame;

/// The page of a request that was not done.
#[derive(Debug, Template)]
#[template(path = "problem.html", config = "src/web/askama.toml")]
pub(crate) struct ProblemPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What happened, in a few words.
    pub(crate) heading: String,
    /// What to do next.
    pub(crate) detail: String,
    /// Names the request in the log, where the log knows more.
    pub(crate) request_id: Option<String>,
    /// Ways on.
    pub(crate) links: Vec<Link>,
}

/// A way to another page.
#[derive(Debug)]
pub(crate) struct Link {
    /// Where to.
    pub(crate) path: String,
    /// Its words.
    pub(crate) label: &'static str,
}

//! What the API says it is, for people.

use askama::Template;

use crate::web::frame::Frame;

/// One thing that a program can do.
#[derive(Debug)]
pub(crate) struct DocsOperation {
    /// A name without blanks.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) summary: &'static str,
    /// What else is worth knowing.
    pub(crate) note: Option<&'static str>,
    /// The method.
    pub(crate) method: &'static str,
    /// The path, with names in braces.
    pub(crate) path: &'static str,
    /// Who may.
    pub(crate) access: &'static str,
    /// A line for a shell.
    pub(crate) curl: String,
    /// The codes of its own refusals.
    pub(crate) codes: Vec<&'static str>,
}

/// What belongs together.
#[derive(Debug)]
pub(crate) struct DocsGroup {
    /// A name without blanks.
    pub(crate) tag: &'static str,
    /// What one wants to do.
    pub(crate) heading: &'static str,
    /// How.
    pub(crate) operations: Vec<DocsOperation>,
}

/// What the API says it is.
#[derive(Debug, Template)]
#[template(path = "docs.html", config = "src/web/askama.toml")]
pub(crate) struct DocsPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// Whether tokens are asked for.
    pub(crate) is_guarded: bool,
    /// Everything, by what one wants to do.
    pub(crate) groups: Vec<DocsGroup>,
}

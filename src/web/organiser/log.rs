//! What happened to a campaign, and the log as a whole.

use askama::Template;

use crate::web::card::Card;
use crate::web::frame::Frame;

/// Something that happened.
#[derive(Debug)]
pub(crate) struct EventRow {
    /// Its number in the log.
    pub(crate) number: i64,
    /// What it was.
    pub(crate) name: &'static str,
    /// When, as people read it.
    pub(crate) time: String,
    /// When, for programs.
    pub(crate) iso: String,
    /// Its numbers.
    pub(crate) facts: String,
}

/// What happened to a campaign.
#[derive(Debug, Template)]
#[template(path = "organiser/log.html", config = "src/web/askama.toml")]
pub(crate) struct LogPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// The campaign.
    pub(crate) card: Card,
    /// Where the whole log ends, in words; none when nothing has happened yet.
    pub(crate) chain: Option<String>,
    /// The events, newest first.
    pub(crate) events: Vec<EventRow>,
    /// Where older ones are.
    pub(crate) next: Option<String>,
}

/// What verifying the log came to.
#[derive(Debug)]
pub(crate) struct CheckView {
    /// The class of its notice.
    pub(crate) tone: &'static str,
    /// In words.
    pub(crate) sentence: String,
    /// More about it, for who runs the server.
    pub(crate) detail: Option<String>,
}

/// The log as a whole.
#[derive(Debug, Template)]
#[template(path = "organiser/audit.html", config = "src/web/askama.toml")]
pub(crate) struct AuditPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// Where it ends, in words and as a hash; none when nothing has happened yet.
    pub(crate) end: Option<(String, String)>,
    /// What verifying it came to.
    pub(crate) check: Option<CheckView>,
    /// The token of its form.
    pub(crate) form_token: String,
}

//! The front page: what one can join.

use askama::Template;

use crate::web::card::Card;
use crate::web::frame::Frame;

/// The front page.
#[derive(Debug, Template)]
#[template(path = "home.html", config = "src/web/askama.toml")]
pub(crate) struct HomePage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// The campaigns that run, the earliest deadline first.
    pub(crate) cards: Vec<Card>,
    /// Where the next page is.
    pub(crate) next: Option<String>,
}

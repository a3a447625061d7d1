//! Which browsers are signed in.

use askama::Template;

use crate::web::frame::Frame;

/// An open session.
#[derive(Debug)]
pub(crate) struct SessionRow {
    /// Its id, which opens nothing.
    pub(crate) id: String,
    /// When somebody signed in, as people read it.
    pub(crate) began: String,
    /// When it was last used.
    pub(crate) used: String,
    /// When it ends.
    pub(crate) ends: String,
    /// Whether it is that of the browser that shows the page.
    pub(crate) is_own: bool,
}

/// Which browsers are signed in.
#[derive(Debug, Template)]
#[template(path = "organiser/sessions.html", config = "src/web/askama.toml")]
pub(crate) struct SessionsPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// The open sessions, the one that was used last first.
    pub(crate) rows: Vec<SessionRow>,
    /// The token of its forms.
    pub(crate) form_token: String,
}

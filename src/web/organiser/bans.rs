//! Who may not join again.

use askama::Template;

use crate::web::campaign::Notice;
use crate::web::frame::Frame;
use crate::web::values::Values;

/// A name or an address that may not join again.
#[derive(Debug)]
pub(crate) struct BanRow {
    /// Its id.
    pub(crate) id: String,
    /// The name; none for an address, which is not known.
    pub(crate) handle: Option<String>,
    /// The participation that it came of.
    pub(crate) path: Option<String>,
    /// Since when.
    pub(crate) since: String,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "organiser/bans.html", config = "src/web/askama.toml")]
pub(crate) struct BansPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// Why something was not done.
    pub(crate) notice: Option<Notice>,
    /// Newest first.
    pub(crate) bans: Vec<BanRow>,
    /// Where the next page is.
    pub(crate) next: Option<String>,
    /// What the fields of its form show.
    pub(crate) values: Values,
    /// The token of its forms.
    pub(crate) form_token: String,
}

//! The page where the organiser signs in.

use askama::Template;

use crate::web::frame::Frame;
use crate::web::values::Values;

/// The page where the organiser signs in.
#[derive(Debug, Template)]
#[template(path = "sign_in.html", config = "src/web/askama.toml")]
pub(crate) struct SignInPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// Where to go afterwards.
    pub(crate) next: String,
    /// What its field shows; never the token.
    pub(crate) values: Values,
}

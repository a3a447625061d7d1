//! What every page has around it.

use crate::web::assets::{self, Asset};
use crate::web::text::Text;
use crate::words::{Language, Reader};

/// What every page has around it.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The fixed texts.
    pub(crate) t: &'static Text,
    /// Who reads.
    pub(crate) reader: Reader,
    /// What the window is called.
    pub(crate) title: String,
    /// Where the switch of the language leads back to.
    pub(crate) path: String,
    /// Whether search engines are to leave it alone.
    pub(crate) is_private: bool,
    /// The token of the form that signs out, where somebody is signed in.
    pub(crate) sign_out: Option<String>,
}

impl Frame {
    /// The frame of a page.
    pub(crate) fn new(reader: Reader, title: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            t: Text::of(reader.language),
            reader,
            title: title.into(),
            path: path.into(),
            is_private: false,
            sign_out: None,
        }
    }

    /// The same around a page that is not for everybody.
    pub(crate) fn private(mut self) -> Self {
        self.is_private = true;
        self
    }

    /// Whether it is one of the organiser's pages.
    pub(crate) fn is_organisers(&self) -> bool {
        let inner = self.path.strip_prefix("/organiser");
        inner.is_some_and(|rest| !rest.starts_with("/sign-in"))
    }

    /// The language that the switch leads to.
    pub(crate) const fn other_language(&self) -> Language {
        match self.reader.language {
            Language::Indonesian => Language::English,
            Language::English => Language::Indonesian,
        }
    }

    /// Where the style sheet is.
    pub(crate) fn stylesheet(&self) -> &'static str {
        assets::path(Asset::Stylesheet)
    }

    /// Where the script is.
    pub(crate) fn script(&self) -> &'static str {
        assets::path(Asset::Script)
    }

    /// Where the icon is.
    pub(crate) fn icon(&self) -> &'static str {
        assets::path(Asset::Icon)
    }
}

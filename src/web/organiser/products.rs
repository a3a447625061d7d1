//! Products: the list, the form, one of them.

use askama::Template;

use crate::web::campaign::Notice;
use crate::web::frame::Frame;
use crate::web::values::Values;

/// A product in short.
#[derive(Debug)]
pub(crate) struct ProductRow {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its usual price.
    pub(crate) price: String,
    /// Whether campaigns can be opened for it.
    pub(crate) is_enabled: bool,
}

/// The list of products.
#[derive(Debug, Template)]
#[template(path = "organiser/products.html", config = "src/web/askama.toml")]
pub(crate) struct ProductsPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// The products, newest first.
    pub(crate) products: Vec<ProductRow>,
    /// Where the next page is.
    pub(crate) next: Option<String>,
}

/// The form of a product, new or to be changed.
#[derive(Debug, Template)]
#[template(path = "organiser/product_form.html", config = "src/web/askama.toml")]
pub(crate) struct ProductFormPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What it is for.
    pub(crate) heading: &'static str,
    /// Where it is sent to.
    pub(crate) action: String,
    /// The words of its button.
    pub(crate) button: &'static str,
    /// The page before it.
    pub(crate) back: String,
    /// What its fields show.
    pub(crate) values: Values,
    /// The token of the form.
    pub(crate) form_token: String,
}

/// A product.
#[derive(Debug, Template)]
#[template(path = "organiser/product.html", config = "src/web/askama.toml")]
pub(crate) struct ProductPage {
    /// What is around it.
    pub(crate) frame: Frame,
    /// What was just done.
    pub(crate) flash: Option<String>,
    /// Why a change was not made.
    pub(crate) notice: Option<Notice>,
    /// The product.
    pub(crate) product: ProductRow,
    /// More about it.
    pub(crate) description: Option<String>,
    /// Whether the box for group buying is ticked.
    pub(crate) is_ticked: bool,
    /// What the fields show.
    pub(crate) values: Values,
    /// That times are of a zone.
    pub(crate) zone_hint: String,
    /// The token of the form.
    pub(crate) form_token: String,
}

//! Products.

use crate::http::api::product_id;
use crate::http::context::Context;
use crate::http::dto::ProductAnswer;
use crate::http::input;
use crate::http::json::Object;
use crate::http::page::{self, Wanted};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;

/// Creates a product.
pub(crate) fn create(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let object = Object::read(request)?;
    let input = input::new_product(&object, context.service.now())?;
    let product = context.service.create_product(input)?;
    let location = format!("/api/products/{}", product.id);
    Ok(Response::created(&ProductAnswer::from(&product), location))
}

/// Lists products, newest first.
pub(crate) fn list(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let wanted = Wanted::only(request)?;
    let page = context.service.list_products(wanted.after, wanted.limit)?;
    Ok(page::answer::<_, _, ProductAnswer<'_>>(request, &page))
}

/// Shows a product.
pub(crate) fn show(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let product = context.service.get_product(product_id(params)?)?;
    Ok(Response::json(&ProductAnswer::from(&product)))
}

/// Enables or disables group buying for a product.
pub(crate) fn toggle(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = product_id(params)?;
    let input = input::toggle_sambatan(&Object::read(request)?)?;
    let product = context.service.toggle_sambatan(id, input)?;
    Ok(Response::json(&ProductAnswer::from(&product)))
}

/// Changes a product's texts and its price.
pub(crate) fn edit(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = product_id(params)?;
    let input = input::edit_product(&Object::read(request)?)?;
    let product = context.service.edit_product(id, input)?;
    Ok(Response::json(&ProductAnswer::from(&product)))
}

//! Products: the list, a new one, and whether group buys can be opened for one.

use crate::domain::error::Error;
use crate::domain::field::Checker;
use crate::domain::id::ProductId;
use crate::domain::product::{NewProduct, Product, ToggleSambatan};
use crate::domain::reports::Limit;
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::form::{Form, FormFields};
use crate::http::page::Wanted;
use crate::http::pages::organiser::{flash, notice};
use crate::http::pages::{Keep, form_token, html, organisers_frame, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{ProductFormPage, ProductPage, ProductRow, ProductsPage};
use crate::web::{Notice, Say as _, Text, Values, render};

/// So many products are on a page.
const ROWS: u32 = 50;

/// The fields of the form of a product.
pub(super) const FIELDS: [&str; 3] = ["name", "description", "base_price"];

/// The product that a path names.
pub(super) fn product_id(params: &Params<'_>) -> Result<ProductId, Error> {
    let id = params.get("id").parse();
    id.map_err(|_| Error::ProductNotFound)
}

/// A product in short.
pub(super) fn row(product: &Product) -> ProductRow {
    ProductRow {
        id: product.id.to_string(),
        name: product.name.clone(),
        price: product.base_price.to_string(),
        is_enabled: product.is_sambatan_enabled,
    }
}

/// Lists products.
pub(crate) fn list(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let mut check = Checker::default();
    let wanted: Wanted<ProductId> = Wanted::read(request, &mut check);
    check.finish()?;
    let limit = Limit::new(ROWS).unwrap_or_default();
    let page = context.service.list_products(wanted.after, limit)?;
    let reader = context.reader(request);
    let view = ProductsPage {
        frame: organisers_frame(context, request, Text::of(reader.language).products),
        flash: flash(request, reader),
        products: page.items.iter().map(row).collect(),
        next: page
            .next
            .map(|next| format!("/organiser/products?cursor={next}")),
    };
    Ok(html(200, reader, Keep::Nobody, render(&view)))
}

/// Shows the form of a new product.
pub(crate) fn new(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    Ok(form_page(context, request, 200, Values::default()))
}

fn form_page(context: &Context, request: &Request, status: u16, values: Values) -> Response {
    let reader = context.reader(request);
    let t = Text::of(reader.language);
    let mut frame = organisers_frame(context, request, t.new_product);
    "/organiser/products/new".clone_into(&mut frame.path);
    let view = ProductFormPage {
        frame,
        heading: t.new_product,
        action: "/organiser/products".to_owned(),
        button: t.create_product,
        back: "/organiser/products".to_owned(),
        values,
        form_token: form_token(context, request, Access::Organiser),
    };
    html(status, reader, Keep::Nobody, render(&view))
}

/// Creates a product; group buys can be opened for it at once, which is what it is made for here.
pub(crate) fn create(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let form = Form::read(request)?;
    let (reader, service) = (context.reader(request), &context.service);
    let mut fields = FormFields::of(&form, reader.zone);
    let input = NewProduct {
        name: fields.text("name"),
        description: fields.optional_text("description"),
        base_price: fields.integer("base_price"),
    };
    let now = service.now();
    let created = fields
        .finish(input, |input| {
            input.into_product(ProductId::new(), now).map(drop)
        })
        .and_then(|input| service.create_product(input));
    match created {
        Ok(product) => {
            let enable = ToggleSambatan {
                enabled: true,
                ..ToggleSambatan::default()
            };
            service.toggle_sambatan(product.id, enable)?;
            Ok(see_other(&format!(
                "/organiser/products/{}?done=created",
                product.id
            )))
        }
        Err(Error::ValidationFailed(errors)) => {
            let values = form.values(&FIELDS, &errors, reader);
            Ok(form_page(context, request, 422, values))
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows a product.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let product = context.service.get_product(product_id(params)?)?;
    let zone = context.zone;
    let mut values = Values::default();
    if let Some(slots) = product.sambatan_total_slots {
        values.set("total_slots", slots.to_string());
    }
    if let Some(deadline) = product.sambatan_deadline {
        values.set("deadline", zone.write_field(deadline));
    }
    let is_ticked = product.is_sambatan_enabled;
    let shown = Shown {
        status: 200,
        notice: None,
        values,
        is_ticked,
    };
    Ok(product_page(context, request, product, shown))
}

struct Shown {
    status: u16,
    notice: Option<Notice>,
    values: Values,
    is_ticked: bool,
}

fn product_page(context: &Context, request: &Request, product: Product, shown: Shown) -> Response {
    let reader = context.reader(request);
    let mut frame = organisers_frame(context, request, product.name.clone());
    frame.path = format!("/organiser/products/{}", product.id);
    let view = ProductPage {
        frame,
        flash: flash(request, reader),
        notice: shown.notice,
        product: row(&product),
        description: product.description,
        is_ticked: shown.is_ticked,
        values: shown.values,
        zone_hint: reader.zone_hint(),
        form_token: form_token(context, request, Access::Organiser),
    };
    html(shown.status, reader, Keep::Nobody, render(&view))
}

/// Changes whether group buys can be opened for a product, and what is suggested for one.
pub(crate) fn toggle(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = product_id(params)?;
    let form = Form::read(request)?;
    let (reader, service) = (context.reader(request), &context.service);
    let mut fields = FormFields::of(&form, reader.zone);
    let input = ToggleSambatan {
        enabled: form.has("enabled"),
        total_slots: fields.optional_integer("total_slots"),
        deadline: fields.optional_time("deadline"),
    };
    let changed = fields
        .finish(input, |_| Ok(()))
        .and_then(|input| service.toggle_sambatan(id, input));
    let shown = match changed {
        Ok(_) => return Ok(see_other(&format!("/organiser/products/{id}?done=saved"))),
        Err(Error::ValidationFailed(errors)) => Shown {
            status: 422,
            notice: None,
            values: form.values(&["total_slots", "deadline"], &errors, reader),
            is_ticked: form.has("enabled"),
        },
        Err(error @ Error::DeadlineInPast { .. }) => Shown {
            status: 400,
            notice: Some(notice(error, reader)),
            values: form.values(&["total_slots", "deadline"], &[], reader),
            is_ticked: form.has("enabled"),
        },
        Err(error) => return Err(error.into()),
    };
    let product = service.get_product(id)?;
    Ok(product_page(context, request, product, shown))
}

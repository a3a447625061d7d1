//! Changing what the organiser wrote: a campaign's texts, a product's texts and price.

use crate::domain::campaign::Campaign;
use crate::domain::edit::{EditCampaign, EditProduct};
use crate::domain::error::Error;
use crate::domain::id::PayToId;
use crate::domain::product::Product;
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::form::{Form, FormFields};
use crate::http::pages::organiser::products::product_id;
use crate::http::pages::organiser::{campaign_id, pay_to, products};
use crate::http::pages::{Keep, form_token, html, organisers_frame, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{CampaignEditPage, ProductFormPage};
use crate::web::{Card, Text, Values, render};

/// Shows the form with a campaign's texts.
pub(crate) fn campaign(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let campaign = context.service.get_campaign(campaign_id(params)?)?;
    if campaign.erased_at.is_some() {
        // What was typed into the form could not be saved.
        let status = campaign.status;
        return Err(Error::CampaignStateInvalid { status }.into());
    }
    let description = campaign.description.clone().unwrap_or_default();
    let values = Values::default()
        .with("title", campaign.title.clone())
        .with("description", description);
    let chosen = campaign.pay_to.clone();
    campaign_form(context, request, &campaign, 200, values, &chosen)
}

fn campaign_form(
    context: &Context,
    request: &Request,
    campaign: &Campaign,
    status: u16,
    values: Values,
    chosen: &[PayToId],
) -> Result<Response, Refusal> {
    let reader = context.reader(request);
    let view = CampaignEditPage {
        accounts: pay_to::choices(context, |id| chosen.contains(&id))?,
        frame: organisers_frame(context, request, Text::of(reader.language).edit_campaign),
        card: Card::of(campaign, reader, context.service.now()),
        values,
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(status, reader, Keep::Nobody, render(&view)))
}

/// Changes a campaign's texts, and where people pay to.
pub(crate) fn edit_campaign(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = campaign_id(params)?;
    let form = Form::read(request)?;
    let (reader, service) = (context.reader(request), &context.service);
    let mut fields = FormFields::of(&form, reader.zone);
    let edit = EditCampaign {
        join_code: None,
        // Where there was no choice, nothing was chosen.
        pay_to: form.has("pay_to_shown").then(|| pay_to::chosen(&form)),
        title: Some(fields.text("title")),
        // An empty field takes the description away.
        description: Some(fields.optional_text("description").unwrap_or_default()),
    };
    let edited = fields
        .finish(edit, |edit| edit.check().map(drop))
        .and_then(|edit| service.edit_campaign(id, edit));
    match edited {
        Ok(_) => Ok(see_other(&format!("/organiser/campaigns/{id}?done=saved"))),
        Err(Error::ValidationFailed(errors)) => {
            let campaign = service.get_campaign(id)?;
            let values = form.values(&["title", "description"], &errors, reader);
            let chosen = pay_to::chosen(&form);
            campaign_form(context, request, &campaign, 422, values, &chosen)
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows the form with a product's texts and price.
pub(crate) fn product(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let product = context.service.get_product(product_id(params)?)?;
    let description = product.description.clone().unwrap_or_default();
    let values = Values::default()
        .with("name", product.name.clone())
        .with("description", description)
        .with("base_price", product.base_price.get().to_string());
    Ok(product_form(context, request, &product, 200, values))
}

fn product_form(
    context: &Context,
    request: &Request,
    product: &Product,
    status: u16,
    values: Values,
) -> Response {
    let reader = context.reader(request);
    let t = Text::of(reader.language);
    let path = format!("/organiser/products/{}", product.id);
    let view = ProductFormPage {
        frame: organisers_frame(context, request, t.edit_product),
        heading: t.edit_product,
        action: format!("{path}/edit"),
        button: t.save,
        back: path,
        values,
        form_token: form_token(context, request, Access::Organiser),
    };
    html(status, reader, Keep::Nobody, render(&view))
}

/// Changes a product's texts and price.
pub(crate) fn edit_product(
    context: &Context,
    request: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let id = product_id(params)?;
    let form = Form::read(request)?;
    let (reader, service) = (context.reader(request), &context.service);
    let mut fields = FormFields::of(&form, reader.zone);
    let edit = EditProduct {
        name: Some(fields.text("name")),
        description: Some(fields.optional_text("description").unwrap_or_default()),
        base_price: Some(fields.integer("base_price")),
    };
    let edited = fields
        .finish(edit, |edit| edit.check().map(drop))
        .and_then(|edit| service.edit_product(id, edit));
    match edited {
        Ok(_) => Ok(see_other(&format!("/organiser/products/{id}?done=saved"))),
        Err(Error::ValidationFailed(errors)) => {
            let product = service.get_product(id)?;
            let values = form.values(&products::FIELDS, &errors, reader);
            Ok(product_form(context, request, &product, 422, values))
        }
        Err(error) => Err(error.into()),
    }
}

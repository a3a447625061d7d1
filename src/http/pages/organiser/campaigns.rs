//! Campaigns: the list by status, and a new one.

use crate::domain::campaign::{Campaign, CampaignStatus, NewCampaign};
use crate::domain::error::Error;
use crate::domain::field::Checker;
use crate::domain::id::{CampaignId, PayToId, ProductId};
use crate::domain::join_code::JoinCode;
use crate::domain::product::{Product, ToggleSambatan};
use crate::domain::reports::{CampaignFilter, Limit};
use crate::domain::terms::{Completes, NewTerms, OnShortfall, PaymentTiming};
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::form::{Form, FormFields};
use crate::http::page::Wanted;
use crate::http::pages::organiser::{notice, pay_to, products};
use crate::http::pages::{Keep, form_token, html, organisers_frame, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{CampaignFormPage, CampaignsPage, Tab};
use crate::web::{Card, Notice, Say as _, Text, Values, render};
use crate::words::Zone;

/// So many campaigns are on a page.
const ROWS: u32 = 50;
/// So many products can be chosen from in the form; the page of any other leads to the form as well.
const PRODUCTS: u32 = 100;

/// The fields of the form of a new campaign.
const FIELDS: [&str; 9] = [
    "product_id",
    "title",
    "description",
    "total_slots",
    "minimum_slots",
    "price_per_slot",
    "deadline",
    "opens_at",
    "join_code",
];

/// The further terms, which are folded away until somebody wants them.
const TERMS: [&str; 8] = [
    "on_shortfall",
    "extend_days",
    "completes",
    "max_slots_per_user",
    "max_slots_per_join",
    "payment",
    "pay_within_hours",
    "grace_hours",
];

/// Lists campaigns, newest first, perhaps only those in one state.
pub(crate) fn list(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let mut check = Checker::default();
    let wanted: Wanted<CampaignId> = Wanted::read(request, &mut check);
    check.finish()?;
    let name = request.query.get("status");
    let status = name.and_then(CampaignStatus::from_api_name);
    let service = &context.service;
    let page = service.list_campaigns(CampaignFilter {
        status,
        after: wanted.after,
        limit: Limit::new(ROWS).unwrap_or_default(),
    })?;
    let (reader, now) = (context.reader(request), service.now());
    let t = Text::of(reader.language);
    let tab = |of: Option<CampaignStatus>| Tab {
        path: address(of, None),
        label: of.map_or(t.all, |of| reader.campaign_status(of)).to_owned(),
        is_current: of == status,
    };
    let view = CampaignsPage {
        frame: organisers_frame(context, request, t.campaigns),
        tabs: std::iter::once(None)
            .chain(CampaignStatus::ALL.map(Some))
            .map(tab)
            .collect(),
        cards: page
            .items
            .iter()
            .map(|campaign| Card::of(campaign, reader, now))
            .collect(),
        next: page.next.map(|next| address(status, Some(next))),
    };
    Ok(html(200, reader, Keep::Nobody, render(&view)))
}

fn address(status: Option<CampaignStatus>, after: Option<CampaignId>) -> String {
    let status = status.map(|status| format!("status={}", status.api_name()));
    let after = after.map(|after| format!("cursor={after}"));
    let query: Vec<_> = status.into_iter().chain(after).collect();
    let query = query.join("&");
    if query.is_empty() {
        "/organiser/campaigns".to_owned()
    } else {
        format!("/organiser/campaigns?{query}")
    }
}

/// Shows the form of a new campaign, filled in with what its product suggests.
pub(crate) fn new(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let mut values = Values::default();
    let mut model_accounts = Vec::new();
    if let Some(model) = request.query.get("like").and_then(|id| id.parse().ok()) {
        let model = context.service.get_campaign(model)?;
        like(&mut values, &model);
        model_accounts = model.pay_to;
    } else {
        protect(&mut values);
    }
    let wanted: Option<ProductId> = request.query.get("product").and_then(|id| id.parse().ok());
    let product = wanted
        .map(|id| context.service.get_product(id))
        .transpose()?;
    if let Some(product) = &product {
        suggest(&mut values, product, context.zone);
    }
    form_page(context, request, 200, None, values, &model_accounts)
}

/// What keeps whoever does not know everybody in the chat from one who takes the slots and never pays. The
/// terms of the API stay the usual ones.
fn protect(values: &mut Values) {
    values.set("completes", Completes::WhenPaid.word());
    values.set("max_slots_per_join", "5");
    values.set("pay_within_hours", "48");
}

/// Everything of another campaign but its times.
fn like(values: &mut Values, model: &Campaign) {
    let number = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    values.set("product_id", model.product_id.to_string());
    values.set("title", model.title.clone());
    values.set("description", model.description.clone().unwrap_or_default());
    values.set("total_slots", model.total_slots.to_string());
    if model.minimum_slots != model.total_slots {
        values.set("minimum_slots", model.minimum_slots.to_string());
    }
    values.set("price_per_slot", model.price_per_slot.get().to_string());
    // The next batch is for the same people.
    let code = model.join_code.as_ref().map(JoinCode::reveal);
    values.set("join_code", code.unwrap_or_default());
    let terms = NewTerms::from(model.terms);
    values.set("on_shortfall", terms.on_shortfall.word());
    values.set("extend_days", number(terms.extend_days));
    values.set("completes", terms.completes.word());
    values.set("max_slots_per_user", number(terms.max_slots_per_user));
    values.set("max_slots_per_join", number(terms.max_slots_per_join));
    values.set("payment", terms.payment.word());
    values.set("pay_within_hours", number(terms.pay_within_hours));
    values.set("grace_hours", number(terms.grace_hours));
}

fn suggest(values: &mut Values, product: &Product, zone: Zone) {
    values.set("product_id", product.id.to_string());
    // A name can be longer than a title.
    let title: String = product.name.chars().take(120).collect();
    values.set("title", title);
    values.set("price_per_slot", product.base_price.get().to_string());
    if let Some(slots) = product.sambatan_total_slots {
        values.set("total_slots", slots.to_string());
    }
    if let Some(deadline) = product.sambatan_deadline {
        values.set("deadline", zone.write_field(deadline));
    }
}

fn form_page(
    context: &Context,
    request: &Request,
    status: u16,
    notice: Option<Notice>,
    values: Values,
    accounts: &[PayToId],
) -> Result<Response, Refusal> {
    let reader = context.reader(request);
    let limit = Limit::new(PRODUCTS).unwrap_or_default();
    let mut choices = context.service.list_products(None, limit)?.items;
    let chosen = values.value("product_id").parse::<ProductId>().ok();
    if let Some(chosen) = chosen.filter(|id| choices.iter().all(|product| product.id != *id)) {
        match context.service.get_product(chosen) {
            Ok(product) => choices.push(product),
            Err(Error::ProductNotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut frame = organisers_frame(context, request, Text::of(reader.language).new_campaign);
    "/organiser/campaigns/new".clone_into(&mut frame.path);
    let view = CampaignFormPage {
        frame,
        notice,
        products: choices.iter().map(products::row).collect(),
        is_terms_open: has_terms(&values),
        accounts: pay_to::choices(context, |id| accounts.contains(&id))?,
        values,
        zone_hint: reader.zone_hint(),
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(status, reader, Keep::Nobody, render(&view)))
}

/// Whether the further terms say anything but the usual, or something is wrong with one of them.
fn has_terms(values: &Values) -> bool {
    let usual = [
        OnShortfall::default().word(),
        Completes::default().word(),
        PaymentTiming::default().word(),
        "",
    ];
    TERMS
        .iter()
        .any(|name| !usual.contains(&values.value(name)) || values.error(name).is_some())
}

fn terms(fields: &mut FormFields<'_>) -> NewTerms {
    NewTerms {
        on_shortfall: fields.word("on_shortfall", OnShortfall::WORDS, OnShortfall::from_word),
        extend_days: fields.optional_integer("extend_days"),
        completes: fields.word("completes", Completes::WORDS, Completes::from_word),
        max_slots_per_user: fields.optional_integer("max_slots_per_user"),
        max_slots_per_join: fields.optional_integer("max_slots_per_join"),
        payment: fields.word("payment", PaymentTiming::WORDS, PaymentTiming::from_word),
        pay_within_hours: fields.optional_integer("pay_within_hours"),
        grace_hours: fields.optional_integer("grace_hours"),
    }
}

/// Opens a campaign. Choosing a product for one also enables group buying for it.
pub(crate) fn create(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let form = Form::read(request)?;
    let (reader, service) = (context.reader(request), &context.service);
    let mut fields = FormFields::of(&form, reader.zone);
    let input = NewCampaign {
        pay_to: pay_to::chosen(&form),
        product_id: fields.id("product_id").unwrap_or_else(ProductId::new),
        title: fields.text("title"),
        total_slots: fields.integer("total_slots"),
        price_per_slot: fields.integer("price_per_slot"),
        deadline: fields.time("deadline"),
        minimum_slots: fields.optional_integer("minimum_slots"),
        opens_at: fields.optional_time("opens_at"),
        description: fields.optional_text("description"),
        terms: terms(&mut fields),
        join_code: fields.optional_text("join_code"),
    };
    let checked = fields.finish(input, |input| input.check().map(drop));
    let created = checked.and_then(|input| match service.create_campaign(input.clone()) {
        Err(Error::ProductNotEnabled) => {
            let enable = ToggleSambatan {
                enabled: true,
                ..ToggleSambatan::default()
            };
            service.toggle_sambatan(input.product_id, enable)?;
            service.create_campaign(input)
        }
        outcome => outcome,
    });
    let (status, notice, errors) = match created {
        Ok(campaign) => {
            let path = format!("/organiser/campaigns/{}?done=opened", campaign.id);
            return Ok(see_other(&path));
        }
        Err(Error::ValidationFailed(errors)) => (422, None, errors),
        Err(error @ (Error::DeadlineInPast { .. } | Error::ProductNotFound)) => {
            (400, Some(notice(error, reader)), Vec::new())
        }
        Err(error) => return Err(error.into()),
    };
    let values = form.values(&[&FIELDS[..], &TERMS].concat(), &errors, reader);
    form_page(
        context,
        request,
        status,
        notice,
        values,
        &pay_to::chosen(&form),
    )
}

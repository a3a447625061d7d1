//! The accounts that people pay to: the list, adding and retiring one; and the boxes by which a campaign
//! names some of them.

use crate::domain::error::Error;
use crate::domain::id::PayToId;
use crate::domain::pay_to::{NewPayTo, PayTo, PayToKind};
use crate::domain::reports::Limit;
use crate::http::access::Access;
use crate::http::api::pay_to::pay_to_id;
use crate::http::context::Context;
use crate::http::form::{Form, FormFields};
use crate::http::page::Wanted;
use crate::http::pages::organiser::{Shown, flash, notice};
use crate::http::pages::{Keep, form_token, html, organisers_frame, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{AccountChoice, AccountRow, PayToPage};
use crate::web::{Text, render};
use crate::words::Reader;

/// So many accounts are on a page.
const ROWS: u32 = 50;

/// The fields of the form.
const FIELDS: [&str; 6] = ["kind", "bank", "number", "holder", "payload", "note"];

/// Shows the accounts, newest first, and the form of a new one.
pub(crate) fn list(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    page(context, request, 200, Shown::default())
}

fn page(
    context: &Context,
    request: &Request,
    status: u16,
    beside: Shown,
) -> Result<Response, Refusal> {
    let reader = context.reader(request);
    let wanted: Wanted<PayToId> = Wanted::only(request)?;
    let limit = Limit::new(ROWS).unwrap_or_default();
    let accounts = context.service.list_pay_to(wanted.after, limit)?;
    let t = Text::of(reader.language);
    let mut frame = organisers_frame(context, request, t.accounts_to_pay_to);
    "/organiser/pay-to".clone_into(&mut frame.path);
    let view = PayToPage {
        frame,
        flash: flash(request, reader),
        notice: beside.notice,
        accounts: accounts
            .items
            .iter()
            .map(|account| row(account, reader))
            .collect(),
        next: accounts
            .next
            .map(|next| format!("/organiser/pay-to?cursor={next}")),
        values: beside.values,
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(status, reader, Keep::Nobody, render(&view)))
}

fn row(account: &PayTo, reader: Reader) -> AccountRow {
    AccountRow {
        id: account.id.to_string(),
        name: name(account),
        about: about(account),
        note: account.note.clone(),
        retired_at: account.retired_at.map(|time| reader.date_time(time)),
    }
}

/// What an account is called.
fn name(account: &PayTo) -> String {
    match &account.code {
        Some(code) => format!("QRIS · {}", code.merchant()),
        None => account.bank.clone().unwrap_or_default(),
    }
}

/// What tells it from others of that name.
fn about(account: &PayTo) -> String {
    let nmid = account.code.as_ref().and_then(|code| code.nmid());
    let parts = [account.number.clone(), account.holder.clone(), nmid];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(" · ")
}

/// Adds an account.
pub(crate) fn create(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let form = Form::read(request)?;
    let reader = context.reader(request);
    let mut fields = FormFields::of(&form, reader.zone);
    let input = NewPayTo {
        kind: fields.word("kind", PayToKind::WORDS, PayToKind::from_word),
        bank: fields.optional_text("bank"),
        number: fields.optional_text("number"),
        holder: fields.optional_text("holder"),
        payload: Some(form.get("payload").trim().to_owned()),
        note: fields.optional_text("note"),
    };
    let added = fields
        .finish(input, |input| input.check().map(drop))
        .and_then(|input| context.service.add_pay_to(input));
    let (status, notice, errors) = match added {
        Ok(_) => return Ok(see_other("/organiser/pay-to?done=created")),
        Err(Error::ValidationFailed(errors)) => (422, None, errors),
        Err(error @ Error::TooManyPayTo { .. }) => (409, Some(notice(error, reader)), Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let values = form.values(&FIELDS, &errors, reader);
    page(context, request, status, Shown { values, notice })
}

/// Retires an account.
pub(crate) fn retire(
    context: &Context,
    _: &Request,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    match context.service.retire_pay_to(pay_to_id(params)?) {
        // Done twice is done.
        Ok(_) | Err(Error::PayToRetired) => Ok(see_other("/organiser/pay-to?done=saved")),
        Err(error) => Err(error.into()),
    }
}

/// The accounts to choose from for a campaign; nothing where there is no choice.
pub(super) fn choices(
    context: &Context,
    is_chosen: impl Fn(PayToId) -> bool,
) -> Result<Vec<AccountChoice>, Error> {
    let in_use = context.service.pay_to_in_use()?;
    if in_use.len() < 2 {
        return Ok(Vec::new());
    }
    let choices = in_use.iter().map(|account| AccountChoice {
        id: account.id.to_string(),
        label: [name(account), about(account)].join(" · "),
        is_chosen: is_chosen(account.id),
    });
    Ok(choices.collect())
}

/// The accounts whose boxes are ticked. What is no id was no box of ours.
pub(super) fn chosen(form: &Form) -> Vec<PayToId> {
    form.all("pay_to")
        .filter_map(|id| id.parse().ok())
        .collect()
}

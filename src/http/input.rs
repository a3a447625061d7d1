//! From a body's fields to the domain's inputs.
//!
//! Only types are read here; bounds are the domain's. When a type is wrong the bounds of the other fields
//! are checked all the same, so that one answer names everything.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::ban::{BanKind, BanWhat, NewBan};
use crate::domain::campaign::NewCampaign;
use crate::domain::edit::{CloneCampaign, EditCampaign, EditProduct};
use crate::domain::error::Error;
use crate::domain::field::{self, Checker};
use crate::domain::id::{CampaignId, ParticipationId, ProductId, TransactionId};
use crate::domain::ledger::{NewAdjustment, NewPayment, NewPayout, NewRefund};
use crate::domain::money::Rupiah;
use crate::domain::participation::JoinCampaign;
use crate::domain::pay_to::{NewPayTo, PayToKind};
use crate::domain::payment_import::{StatementLine, from_hexadecimal};
use crate::domain::product::{NewProduct, ToggleSambatan};
use crate::domain::terms::{Completes, NewTerms, OnShortfall, PaymentTiming};
use crate::domain::time::Timestamp;
use crate::http::fields::Fields;
use crate::http::json::Object;

/// Reads a new product.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn new_product(object: &Object, now: Timestamp) -> Result<NewProduct, Error> {
    let mut fields = Fields::of(object);
    let input = NewProduct {
        name: fields.text("name"),
        description: fields.optional_text("description"),
        base_price: fields.integer("base_price"),
    };
    fields.finish(input, |input| {
        input.into_product(ProductId::new(), now).map(drop)
    })
}

/// Reads a change of a product's group buying.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn toggle_sambatan(object: &Object) -> Result<ToggleSambatan, Error> {
    let mut fields = Fields::of(object);
    let input = ToggleSambatan {
        enabled: fields.boolean("enabled"),
        total_slots: fields.optional_integer("total_slots"),
        deadline: fields.optional_time("deadline"),
    };
    fields.finish(input, |input| {
        let mut check = Checker::default();
        if let Some(total_slots) = input.total_slots {
            check.take(field::slots("total_slots", total_slots));
        }
        check.finish()
    })
}

/// Reads a new campaign.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn new_campaign(object: &Object) -> Result<NewCampaign, Error> {
    let mut fields = Fields::of(object);
    let input = NewCampaign {
        product_id: fields.id("product_id").unwrap_or_else(ProductId::new),
        title: fields.text("title"),
        total_slots: fields.integer("total_slots"),
        price_per_slot: fields.integer("price_per_slot"),
        deadline: fields.time("deadline"),
        minimum_slots: fields.optional_integer("minimum_slots"),
        opens_at: fields.optional_time("opens_at"),
        description: fields.optional_text("description"),
        terms: new_terms(&mut fields),
        join_code: fields.optional_text("join_code"),
        pay_to: fields.optional_ids("pay_to").unwrap_or_default(),
    };
    fields.finish(input, |input| input.check().map(drop))
}

fn new_terms(fields: &mut Fields<'_>) -> NewTerms {
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

/// Reads a join.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn join_campaign(
    campaign_id: CampaignId,
    object: &Object,
    shown: Option<ParticipationId>,
) -> Result<JoinCampaign, Error> {
    let mut fields = Fields::of(object);
    let input = JoinCampaign {
        campaign_id,
        user_id: fields.text("user_id"),
        quantity: fields.integer("quantity"),
        shipping_address: fields.text("shipping_address"),
        note: fields.optional_text("note"),
        waitlist: fields.flag("waitlist"),
        join_code: fields.optional_text("join_code"),
        shown,
    };
    fields.finish(input, |input| input.check().map(drop))
}

/// Reads the payment that confirms a participation.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn confirmation(object: &Object) -> Result<NewPayment, Error> {
    let mut fields = Fields::of(object);
    let input = NewPayment {
        amount: fields.optional_integer("amount"),
        reference: fields.optional_text("reference"),
        only_if_paid: None,
    };
    fields.finish(input, |input| input.check().map(drop))
}

/// Reads a payment.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn payment(object: &Object) -> Result<NewPayment, Error> {
    let mut fields = Fields::of(object);
    let input = NewPayment {
        amount: Some(fields.integer("amount")),
        reference: fields.optional_text("reference"),
        only_if_paid: None,
    };
    fields.finish(input, |input| input.check().map(drop))
}

/// Reads an adjustment.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn adjustment(object: &Object) -> Result<NewAdjustment, Error> {
    let mut fields = Fields::of(object);
    let input = NewAdjustment {
        amount: fields.integer_or("amount", -1),
        reference: fields.text("reference"),
        only_if_paid: None,
    };
    fields.finish(input, |input| input.check().map(drop))
}

/// Reads what the organiser gives back.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn giving_back(object: &Object) -> Result<NewRefund, Error> {
    let mut fields = Fields::of(object);
    let input = NewRefund {
        amount: fields.integer("amount"),
        reason: fields.text("reason"),
        request_id: fields.text("request_id"),
    };
    fields.finish(input, |input| input.check().map(drop))
}

/// Reads a payout.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn payout(object: &Object) -> Result<NewPayout, Error> {
    let mut fields = Fields::of(object);
    let input = NewPayout {
        amount: fields.integer("amount"),
        reference: fields.optional_text("reference"),
    };
    fields.finish(input, |input| input.check().map(drop))
}

/// Reads where a refund goes.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn payout_account(object: &Object) -> Result<String, Error> {
    let mut fields = Fields::of(object);
    let input = fields.text("account");
    fields.finish(input, |_| Ok(()))
}

/// Reads when the account that is confirmed took another one's place.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn account_changed_at(object: &Object) -> Result<Timestamp, Error> {
    let mut fields = Fields::of(object);
    let input = fields.time("changed_at");
    let time = fields.finish(input, |_| Ok(()))?;
    field::time("changed_at", time).map_err(|error| Error::ValidationFailed(vec![error]))
}

/// Reads the bank's number of a refund's transfer.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn reference(object: &Object) -> Result<String, Error> {
    let mut fields = Fields::of(object);
    let input = fields.text("reference");
    fields.finish(input, |_| Ok(()))
}

/// A line of a bank statement, as the report of an import names it.
fn statement_line(fields: &mut Fields<'_>) -> StatementLine {
    StatementLine {
        fingerprint: fields
            .fingerprint("fingerprint", from_hexadecimal)
            .unwrap_or_default(),
        date: fields.day("date").unwrap_or_default(),
        amount: Rupiah::new(fields.integer("amount")),
    }
}

/// Reads a line, and whose the organiser says that it is.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn matched_line(
    object: &Object,
) -> Result<(StatementLine, Vec<ParticipationId>), Error> {
    let mut fields = Fields::of(object);
    let line = statement_line(&mut fields);
    let input = (line, fields.ids("participation_ids"));
    fields.finish(input, |_| Ok(()))
}

/// Reads a line by which a refund was sent.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn refund_line(object: &Object) -> Result<StatementLine, Error> {
    let mut fields = Fields::of(object);
    let input = statement_line(&mut fields);
    fields.finish(input, |_| Ok(()))
}

/// Reads a line by which several refunds were sent, and which.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn refunds_line(object: &Object) -> Result<(StatementLine, Vec<TransactionId>), Error> {
    let mut fields = Fields::of(object);
    let line = statement_line(&mut fields);
    let input = (line, fields.ids("refund_ids"));
    fields.finish(input, |_| Ok(()))
}

/// Reads a later deadline, and why.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn extension(object: &Object) -> Result<(DateTime<Utc>, Option<String>), Error> {
    let mut fields = Fields::of(object);
    let input = (fields.time("deadline"), fields.optional_text("reason"));
    fields.finish(input, |_| Ok(()))
}

/// What people have agreed to by joining.
const AGREED: [&str; 14] = [
    "product_id",
    "total_slots",
    "minimum_slots",
    "price_per_slot",
    "deadline",
    "opens_at",
    "on_shortfall",
    "extend_days",
    "completes",
    "max_slots_per_user",
    "max_slots_per_join",
    "payment",
    "pay_within_hours",
    "grace_hours",
];

/// Reads a campaign's new texts, its new join code, and where people pay to.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn edit_campaign(object: &Object) -> Result<EditCampaign, Error> {
    let mut fields = Fields::of(object);
    fields.fixed(&AGREED);
    let input = EditCampaign {
        title: fields.optional_text("title"),
        description: fields.optional_text("description"),
        join_code: fields.optional_text("join_code"),
        pay_to: fields.optional_ids("pay_to"),
    };
    fields.finish(input, |input| input.check().map(drop))
}

/// Reads a product's new texts and price.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn edit_product(object: &Object) -> Result<EditProduct, Error> {
    let mut fields = Fields::of(object);
    let input = EditProduct {
        name: fields.optional_text("name"),
        description: fields.optional_text("description"),
        base_price: fields.optional_integer("base_price"),
    };
    fields.finish(input, |input| input.check().map(drop))
}

/// Reads what is to be different in a campaign like another one. Bounds are checked with what it takes
/// from the other.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn clone_campaign(object: &Object) -> Result<CloneCampaign, Error> {
    let mut fields = Fields::of(object);
    let input = CloneCampaign {
        deadline: fields.time("deadline"),
        opens_at: fields.optional_time("opens_at"),
        title: fields.optional_text("title"),
        total_slots: fields.optional_integer("total_slots"),
        minimum_slots: fields.optional_integer("minimum_slots"),
        price_per_slot: fields.optional_integer("price_per_slot"),
    };
    fields.finish(input, |_| Ok(()))
}

/// Reads why something is cancelled.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn reason(object: &Object) -> Result<Option<String>, Error> {
    let mut fields = Fields::of(object);
    let input = fields.optional_text("reason");
    fields.finish(input, |_| Ok(()))
}

/// Reads the day on which somebody says they have paid.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn claim(object: &Object) -> Result<Option<NaiveDate>, Error> {
    let mut fields = Fields::of(object);
    let input = fields.optional_day("date");
    fields.finish(input, |_| Ok(()))
}

/// Reads what is to be banned.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn ban(object: &Object) -> Result<NewBan, Error> {
    let mut fields = Fields::of(object);
    let input = NewBan {
        kind: fields.word("kind", BanKind::WORDS, BanKind::from_word),
        value: fields.text("value"),
    };
    fields.finish(input, |input| input.check().map(drop))
}

/// What of somebody may not come back.
fn ban_what(fields: &mut Fields<'_>) -> BanWhat {
    BanWhat {
        handle: fields.flag("ban_handle"),
        address: fields.flag("ban_address"),
    }
}

/// Reads what of a participant may not come back.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn ban_participant(object: &Object) -> Result<BanWhat, Error> {
    let mut fields = Fields::of(object);
    let input = ban_what(&mut fields);
    fields.finish(input, |_| Ok(()))
}

/// Reads why somebody is thrown out, and what of them may not come back.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn throw_out(object: &Object) -> Result<(Option<String>, BanWhat), Error> {
    let mut fields = Fields::of(object);
    let what = ban_what(&mut fields);
    let input = (fields.optional_text("reason"), what);
    fields.finish(input, |_| Ok(()))
}

/// Reads an account that people pay to.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn new_pay_to(object: &Object) -> Result<NewPayTo, Error> {
    let mut fields = Fields::of(object);
    let input = NewPayTo {
        kind: fields.required_word("kind", PayToKind::WORDS, PayToKind::from_word),
        bank: fields.optional_text("bank"),
        number: fields.optional_text("number"),
        holder: fields.optional_text("holder"),
        payload: fields.optional_text("payload"),
        note: fields.optional_text("note"),
    };
    // Without its kind nothing tells what else it needs.
    fields.finish(input, |_| Ok(()))
}

/// Reads where a webhook is.
///
/// # Errors
/// [`Error::ValidationFailed`].
pub(crate) fn webhook(object: &Object) -> Result<String, Error> {
    let mut fields = Fields::of(object);
    let input = fields.text("url");
    fields.finish(input, |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        Object::parse(text.as_bytes()).unwrap()
    }

    fn wrong_fields<T>(result: Result<T, Error>) -> Vec<&'static str> {
        match result {
            Ok(_) => Vec::new(),
            Err(Error::ValidationFailed(errors)) => errors.iter().map(|e| e.field).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn types_and_bounds_are_reported_together() {
        let campaign = CampaignId::new();
        for (body, wrong) in [
            ("{}", &["user_id", "quantity", "shipping_address"][..]),
            (
                r#"{"user_id": 7, "quantity": 0, "shipping_address": "Jl."}"#,
                &["user_id", "quantity", "shipping_address"],
            ),
            (
                r#"{"user_id": "u", "quantity": "2", "shipping_address": "Jl. Melati", "note": 1}"#,
                &["quantity", "note"],
            ),
        ] {
            let read = join_campaign(campaign, &object(body), None);
            assert_eq!(wrong_fields(read), wrong, "{body}");
        }
        for (body, wrong) in [
            (
                "{}",
                &[
                    "product_id",
                    "title",
                    "total_slots",
                    "price_per_slot",
                    "deadline",
                ][..],
            ),
            (
                r#"{"product_id": "x", "title": "ab", "total_slots": 2.5, "price_per_slot": 0,
                    "deadline": "besok", "minimum_slots": 5, "opens_at": "2030-01-01"}"#,
                &[
                    "product_id",
                    "total_slots",
                    "deadline",
                    "opens_at",
                    "title",
                    "price_per_slot",
                ],
            ),
        ] {
            assert_eq!(wrong_fields(new_campaign(&object(body))), wrong, "{body}");
        }
        let now = "2025-10-01T00:00:00Z".parse().unwrap();
        let read = new_product(&object(r#"{"name": 1, "base_price": 0}"#), now);
        assert_eq!(wrong_fields(read), ["name", "base_price"]);
        let read = toggle_sambatan(&object(r#"{"total_slots": 0}"#));
        assert_eq!(wrong_fields(read), ["enabled", "total_slots"]);
        let read = reason(&object(r#"{"reason": []}"#));
        assert_eq!(wrong_fields(read), ["reason"]);
    }

    #[test]
    fn fields_nobody_asks_for_are_ignored_and_null_is_absent() {
        let body = r#"{"enabled": true, "total_slots": null, "deadline": null, "colour": "red"}"#;
        let read = toggle_sambatan(&object(body)).unwrap();
        assert!(read.enabled && read.total_slots.is_none() && read.deadline.is_none());
        assert_eq!(reason(&object(r#"{"reason": null}"#)), Ok(None));
        assert_eq!(reason(&object("{}")), Ok(None));
    }
}

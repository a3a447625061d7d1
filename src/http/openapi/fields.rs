//! What is said of the fields of inputs: bounds, meaning, an example.
//!
//! Their names, their types and which of them must be there are not said here: the readers of
//! [`crate::http::input`] are asked for them. A field that a reader looks for and that is not here fails a
//! test with its name, and a bound that is not the program's fails one that tries both of its sides.

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use crate::domain::field::bounds;
use crate::domain::join_code::JoinCode;
use crate::domain::money::Rupiah;
use crate::domain::pay_to::MAX_IN_USE;
use crate::domain::payment_import::MOST_SUGGESTED;
use crate::domain::terms::{MAX_DAYS, MAX_HOURS};
use crate::domain::webhook::MAX_URL;
use crate::http::fields::{Asked, Kind};

/// The most slots there can be.
const MOST_SLOTS: i64 = 1_000_000;

/// What is said of a field.
struct Said {
    /// The field, or `route.field` where it is another thing than elsewhere.
    field: &'static str,
    about: &'static str,
    bound: Bound,
    /// As JSON.
    example: &'static str,
}

/// What a value must keep to besides its type.
enum Bound {
    Free,
    /// So many characters, blanks around them not counted, none of them a control character.
    Characters(&'static RangeInclusive<usize>),
    /// The same, and every one of them is seen.
    Seen(&'static RangeInclusive<usize>),
    /// So many visible ASCII characters, blanks around them not counted.
    Visible(usize),
    /// As [`Self::Seen`]; an empty one is the same as none.
    SeenOrNone(&'static RangeInclusive<usize>),
    /// Letters, digits, `-` and `_`, blanks around them not counted; whether it may be empty.
    Code(&'static RangeInclusive<usize>, bool),
    /// The beginning of a text that has at most so many characters.
    Begins(&'static str, usize),
    Number(i64, i64),
    Items(usize, usize),
}

use Bound::{Begins, Characters, Code, Free, Items, Number, Seen, SeenOrNone, Visible};

const fn said(
    field: &'static str,
    about: &'static str,
    bound: Bound,
    example: &'static str,
) -> Said {
    Said {
        field,
        about,
        bound,
        example,
    }
}

const PRICE: Bound = Number(1, Rupiah::MAX_PRICE);
const MONEY: Bound = Number(1, Rupiah::MAX_MOVED);
const SLOTS: Bound = Number(1, MOST_SLOTS);

#[rustfmt::skip]
const SAID: &[Said] = &[
    said("account", "Where refunds go: a bank and an account number, or a wallet. The last one counts.", Characters(&bounds::PAYOUT_ACCOUNT), r#""BCA 1234567890 a.n. Arum""#),
    said("amount", "Whole rupiah.", MONEY, "150231"),
    said("adjust_payment.amount", "Whole rupiah, negative: what was recorded and did not come in.", Number(-Rupiah::MAX_MOVED, -1), "-1000"),
    said("confirm_participation.amount", "Whole rupiah; what is still owed when absent.", MONEY, "420137"),
    said("ban_address", "Whether their shipping address may not join again.", Free, "false"),
    said("ban_handle", "Whether their handle may not join again.", Free, "true"),
    said("bank", "The bank or the wallet. Must be there unless it is a QRIS code.", SeenOrNone(&bounds::BANK), r#""BCA""#),
    said("holder", "In whose name it is. Must be there unless it is a QRIS code.", SeenOrNone(&bounds::HOLDER), r#""Arum Wangi""#),
    said("number", "The number, in ASCII, with at least 4 letters or digits. Must be there unless it is a QRIS code.", SeenOrNone(&bounds::ACCOUNT_NUMBER), r#""1234567890""#),
    said("payload", "The payload of a merchant's static QRIS code; for one and for nothing else.", Free, r#""00020101""#),
    said("pay_to", "The accounts that people pay to, of those that are in use; all of them when absent or empty.", Items(0, MAX_IN_USE), r#"["0199a3f0-5f3e-7cc1-9d3a-3b1f6a2c8e10"]"#),
    said("create_pay_to.kind", "What kind of account it is.", Free, r#""bank""#),
    said("create_pay_to.note", "For the organiser alone.", Characters(&bounds::NOTE), r#""Rekening panitia""#),
    said("base_price", "The price of one outside a campaign, in whole rupiah.", PRICE, "420000"),
    said("completes", "When a full campaign goes ahead: with the next sweep, when everybody has paid, or at the deadline. `when_full` when absent.", Free, r#""when_full""#),
    said("date", "The day, `YYYY-MM-DD`.", Free, r#""2025-11-24""#),
    said("claim_payment.date", "The day of the transfer, `YYYY-MM-DD`, within the last year.", Free, r#""2026-11-24""#),
    said("deadline", "The last moment to join, in the future.", Free, r#""2030-10-10T00:00:00Z""#),
    said("description", "Shown on the campaign's page. An empty one takes it away.", Characters(&bounds::DESCRIPTION), r#""Daun basah, lumut dan cendana muda""#),
    said("enabled", "Whether campaigns can be opened for the product.", Free, "true"),
    said("extend_days", "By how many days the deadline moves. Must be there with `on_shortfall: extend_once`, and not otherwise.", Number(1, MAX_DAYS), "3"),
    said("fingerprint", "Names a line of a bank statement: as the report of an import gives it.", Free, r#""9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08""#),
    said("grace_hours", "How long a reservation is kept after the time to pay. Only with `pay_within_hours`.", Number(0, MAX_HOURS), "6"),
    said("join_code", "The code of the campaign, where it asks for one.", Free, r#""melati-2025""#),
    said("create_campaign.join_code", "What every join has to bring, so that only those can join who were given it.", Code(&JoinCode::LENGTH, false), r#""melati-2025""#),
    said("edit_campaign.join_code", "What every join has to bring from now on. An empty one takes it away.", Code(&JoinCode::LENGTH, true), r#""melati-2025""#),
    said("changed_at", "When the account took another one's place: as the refund or the page has it.", Free, r#""2026-11-24T03:15:00Z""#),
    said("kind", "What is banned. `handle` when absent.", Free, r#""handle""#),
    said("max_slots_per_join", "The most slots of one join.", SLOTS, "5"),
    said("max_slots_per_user", "The most slots that one handle may hold or wait for.", SLOTS, "5"),
    said("minimum_slots", "So many are enough at the deadline, at most `total_slots`; all of them when absent.", SLOTS, "6"),
    said("name", "What is bought together.", Characters(&bounds::NAME), r#""Rimba Embun""#),
    said("note", "For the organiser.", Characters(&bounds::NOTE), r#""Tolong dibungkus kado""#),
    said("on_shortfall", "What happens at the deadline without enough slots: the campaign fails, or its deadline moves once. `fail` when absent.", Free, r#""fail""#),
    said("opens_at", "When it opens, before the deadline; at once when absent or past.", Free, r#""2030-10-01T00:00:00Z""#),
    said("participation_ids", "Whose payment it is.", Items(1, MOST_SUGGESTED), r#"["0199a3f0-5f3e-7cc1-9d3a-3b1f6a2c8e10"]"#),
    said("pay_within_hours", "How long people have to pay.", Number(1, MAX_HOURS), "48"),
    said("payment", "When people pay: when they join, or when the minimum is reached. `upfront` when absent.", Free, r#""upfront""#),
    said("price_per_slot", "The price of one slot in whole rupiah.", PRICE, "210000"),
    said("product_id", "A product for which group buying is enabled.", Free, r#""0199a3f0-5f3e-7cc1-9d3a-3b1f6a2c8e10""#),
    said("quantity", "The number of slots.", SLOTS, "2"),
    said("reason", "Why. Participants see it.", Characters(&bounds::REASON), r#""Berubah pikiran""#),
    said("give_back.reason", "Why. The participant sees it.", Characters(&(1..=160)), r#""Satu botol pecah""#),
    said("reference", "The bank's number of the transfer, or a note.", Characters(&bounds::REFERENCE), r#""TRF 20251124 0042""#),
    said("adjust_payment.reference", "Why.", Characters(&(1..=120)), r#""Salah catat""#),
    said("send_refund.reference", "The bank's number of the transfer.", Characters(&(1..=120)), r#""TRF 20251124 0042""#),
    said("refund_ids", "The refunds that it sent.", Items(1, MOST_SUGGESTED), r#"["0199a3f0-5f3e-7cc1-9d3a-3b1f6a2c8e10"]"#),
    said("request_id", "Names the request: sent again it gives nothing back again.", Visible(64), r#""3f0a9c1e-5d0b-4c83-9d6c-0a6d2f1b7e55""#),
    said("shipping_address", "Where the goods go. Only the organiser and the participant see it.", Characters(&bounds::SHIPPING_ADDRESS), r#""Jl. Melati No. 15, Jakarta Selatan""#),
    said("title", "The campaign's title.", Characters(&bounds::TITLE), r#""Batch Oktober""#),
    said("total_slots", "The number of slots.", SLOTS, "10"),
    said("url", "Where events are posted: `http://` or `https://`, a host, perhaps a port, a path and a query. Never an address of the machine's own network unless that is allowed.", Begins("https?://", MAX_URL), r#""https://example.com/sambatan""#),
    said("user_id", "The handle, as everybody will see it.", Seen(&bounds::USER_ID), r#""arum""#),
    said("value", "A handle of 1 to 64 characters, or an address of 5 to 240.", Characters(&(1..=240)), r#""perampok""#),
    said("waitlist", "Whether to wait when too few slots are left.", Free, "false"),
];

fn find(route: &str, field: &str) -> Option<&'static Said> {
    let own = SAID.iter().find(|said| {
        let named = said.field.split_once('.');
        named.is_some_and(|(of, name)| of == route && name == field)
    });
    own.or_else(|| SAID.iter().find(|said| said.field == field))
}

/// Whether something is said of a field of a route's input.
#[cfg(test)]
pub(super) fn is_said(route: &str, field: &str) -> bool {
    find(route, field).is_some()
}

/// An example of a field, wherever it is.
pub(super) fn example(field: &str) -> Option<Value> {
    let said = find("", field)?;
    serde_json::from_str(said.example).ok()
}

/// The handle of somebody who is asked about.
pub(super) fn handle() -> Value {
    json!({"type": "string", "minLength": 1, "pattern": characters(&bounds::USER_ID, "")})
}

/// A text of at most so many characters.
pub(super) fn text(most: usize) -> Value {
    json!({"type": "string", "pattern": characters(&(0..=most), "")})
}

/// The schema of an input, as its reader asks for it.
pub(super) fn input(route: &str, asked: &[Asked]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for asked in asked {
        if asked.required {
            required.push(asked.field);
        }
        properties.insert(asked.field.to_owned(), property(route, asked));
    }
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn property(route: &str, asked: &Asked) -> Value {
    let mut schema = of_kind(asked.kind);
    let said = find(route, asked.field);
    let mut about = said.map_or("", |said| said.about).to_owned();
    bind(
        said.map_or(&Free, |said| &said.bound),
        &mut schema,
        &mut about,
    );
    if !about.is_empty() {
        schema["description"] = about.into();
    }
    let example = said.and_then(|said| serde_json::from_str::<Value>(said.example).ok());
    if let Some(example) = example {
        schema["examples"] = json!([example]);
    }
    if !asked.required {
        let kind = schema["type"].take();
        schema["type"] = json!([kind, "null"]);
        if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            words.push(Value::Null);
        }
    }
    schema
}

/// The schema of a type.
fn of_kind(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Integer => json!({"type": "integer", "format": "int64"}),
        Kind::Boolean => json!({"type": "boolean"}),
        // The years that a time can have; one without an offset is UTC.
        Kind::Time => json!({
            "type": "string", "format": "date-time", "pattern": "^(19[7-9][0-9]|[2-9][0-9]{3})-",
        }),
        Kind::Day => json!({"type": "string", "format": "date"}),
        Kind::Id => json!({"type": "string", "format": "uuid"}),
        Kind::Ids => json!({
            "type": "array", "items": {"type": "string", "format": "uuid"},
        }),
        Kind::Fingerprint => json!({"type": "string", "pattern": "^[0-9a-f]{64}$"}),
        Kind::Word(words) => json!({"type": "string", "enum": words}),
    }
}

/// Puts a bound into a schema, and into what is said of it where a schema can't say it.
fn bind(bound: &Bound, schema: &mut Value, about: &mut String) {
    match bound {
        Free => {}
        Characters(length) => {
            schema["pattern"] = characters(length, "").into();
            count(schema, length);
            about.push_str(&in_words(length));
        }
        Seen(length) => {
            schema["pattern"] = characters(length, HIDDEN).into();
            count(schema, length);
            about.push_str(&in_words(length));
            about.push_str(" None of them is hidden or turns the direction of writing.");
        }
        SeenOrNone(length) => {
            let seen = characters(length, HIDDEN);
            let seen = seen.trim_start_matches('^').trim_end_matches('$');
            schema["pattern"] = format!("^(?:{seen}|{BLANK}*)$").into();
            count(schema, length);
            if let Some(schema) = schema.as_object_mut() {
                schema.remove("minLength");
            }
            about.push_str(&in_words(length));
        }
        Visible(most) => {
            schema["pattern"] = format!("^{BLANK}*[!-~]{{1,{most}}}{BLANK}*$").into();
            count(schema, &(1..=*most));
            about.push_str(&format!(" 1 to {most} visible ASCII characters."));
        }
        Code(length, may_be_empty) => {
            let (least, most) = (length.start(), length.end());
            let often = if *may_be_empty { "?" } else { "" };
            let code = format!("(?:[A-Za-z0-9_-]{{{least},{most}}}){often}");
            schema["pattern"] = format!("^{BLANK}*{code}{BLANK}*$").into();
            if *may_be_empty {
                about.push_str(&format!(
                    " {least} to {most} letters, digits, `-` and `_`, or none."
                ));
            } else {
                count(schema, length);
                about.push_str(&format!(" {least} to {most} letters, digits, `-` and `_`."));
            }
        }
        Begins(beginning, most) => {
            schema["pattern"] = format!("^{BLANK}*{beginning}").into();
            about.push_str(&format!(" At most {most} characters."));
        }
        Number(least, most) => {
            schema["minimum"] = (*least).into();
            schema["maximum"] = (*most).into();
        }
        Items(least, most) => {
            schema["minItems"] = (*least).into();
            schema["maxItems"] = (*most).into();
        }
    }
}

/// Says how many characters a text has, as the program counts them: without the blanks around it. With
/// those there may be more, so that there is no `maxLength`.
fn count(schema: &mut Value, length: &RangeInclusive<usize>) {
    let (least, most) = (length.start(), length.end());
    if *least > 0 {
        schema["minLength"] = (*least).into();
    }
    schema["x-characters"] = json!({"minimum": least, "maximum": most});
}

fn in_words(length: &RangeInclusive<usize>) -> String {
    let (least, most) = (length.start(), length.end());
    match least {
        0 => format!(" At most {most} characters."),
        _ => format!(" {least} to {most} characters, blanks around them not counted."),
    }
}

/// What is cut off around a text: Unicode's White_Space, as Rust has it.
const BLANK: &str = r"[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]";
/// What is no blank and no control character, and what is no control character: without their closing
/// bracket.
const NO_BLANK: &str =
    r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
const NO_CONTROL: &str = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029";
/// What nobody sees in a handle: see [`crate::domain::handle::is_hidden`]. Only what four hexadecimal digits
/// can write, which every dialect of patterns understands.
const HIDDEN: &str = concat!(
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f",
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb",
);

/// A text of so many characters between blanks, none of them a control character or one of `not`. JSON
/// Schema counts blanks around a text where the program does not, so its `maxLength` would say something
/// else.
fn characters(length: &RangeInclusive<usize>, not: &str) -> String {
    let (least, most) = (*length.start(), *length.end());
    let edge = format!("{NO_BLANK}{not}]");
    let inner = format!("{NO_CONTROL}{not}]");
    let (fewest, more) = (least.saturating_sub(2), most.saturating_sub(2));
    let several = format!("{edge}{inner}{{{fewest},{more}}}{edge}");
    let text = match least {
        0 => format!("(?:{several}|{edge}?)"),
        1 => format!("(?:{several}|{edge})"),
        _ => several,
    };
    format!("^{BLANK}*{text}{BLANK}*$")
}

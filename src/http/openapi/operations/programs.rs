//! What other programs are connected by.

use crate::http::dto::WebhookAnswer;
use crate::http::input;
use crate::http::openapi::operation::{Group, Operation, Parameter, Values, operation, say};
use crate::http::openapi::operations::reads;

const CSV: &[&str] = &["text/csv; charset=utf-8"];

const FOR: &[Parameter] = &[Parameter {
    name: "for",
    about: "A table as Excel reads it by itself.",
    values: Values::Words(&["excel"]),
}];

pub(super) const ALL: &[Operation] = &[
    operation(
        "create_webhook",
        Group::Programs,
        say(
            "Mengirim peristiwa ke program lain",
            "Have events posted to another program",
        ),
    )
    .note(
        "Jawabannya memuat secret, untuk memeriksa tanda tangan.",
        "The answer has the secret that signatures are checked with.",
    )
    .takes(
        reads!(input::webhook),
        r#"{"url": "https://example.com/sambatan"}"#,
    )
    .creates::<WebhookAnswer<'_>>()
    .refuses(&["webhook_limit_reached"]),
    operation(
        "list_webhooks",
        Group::Programs,
        say("Melihat daftar webhook", "List webhooks"),
    )
    .answers::<Vec<WebhookAnswer<'_>>>(),
    operation(
        "get_webhook",
        Group::Programs,
        say("Melihat satu webhook", "Show a webhook"),
    )
    .answers::<WebhookAnswer<'_>>(),
    operation(
        "remove_webhook",
        Group::Programs,
        say("Menghapus webhook", "Remove a webhook"),
    )
    .ignores_body(),
    operation(
        "export_participants",
        Group::Programs,
        say(
            "Mengunduh tabel peserta",
            "Download the table of participants",
        ),
    )
    .query(FOR)
    .answers_text(CSV),
    operation(
        "export_picklist",
        Group::Programs,
        say(
            "Mengunduh daftar pengemasan",
            "Download what to pack for whom",
        ),
    )
    .query(FOR)
    .answers_text(CSV),
    operation(
        "export_refunds",
        Group::Programs,
        say(
            "Mengunduh tabel pengembalian dana",
            "Download the table of refunds",
        ),
    )
    .query(FOR)
    .answers_text(CSV),
];

//! Payments, bank statements, refunds and payouts.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::domain::payment_import::ImportReport;
use crate::domain::statement::DateFormat;
use crate::http::dto::ParticipationAnswer;
use crate::http::dto::money::{MoneyAnswer, RefundAnswer, TransactionAnswer};
use crate::http::dto::pay_to::{CampaignPayToAnswer, PayToAnswer};
use crate::http::input;
use crate::http::openapi::operation::{Group, Operation, Parameter, Values, operation, say};
use crate::http::openapi::operations::reads;

/// The report of an import.
enum Imported {}

impl JsonSchema for Imported {
    fn schema_name() -> Cow<'static, str> {
        "ImportReport".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let count = |word| {
            let count = json_schema!({
                "type": "object",
                "properties": {"lines": {"type": "integer"}, "amount": {"type": "integer"}},
                "required": ["lines", "amount"],
            });
            (word, count.to_value())
        };
        let counts: serde_json::Map<_, _> = ImportReport::WORDS
            .map(str::to_owned)
            .map(count)
            .into_iter()
            .collect();
        json_schema!({
            "type": "object",
            "description": "What a statement says, and what was or would be recorded of it. Amounts are whole rupiah.",
            "properties": {
                "applied": {"type": "boolean", "description": "Whether it was recorded."},
                "counts": {"type": "object", "properties": counts, "description": "The lines and their sum by what became of them."},
                "debits": {"type": "integer", "description": "The lines by which money went out."},
                "unsettled": {"type": "object", "description": "The lines that are not settled, by their status."},
                "unsettled_lines": {"type": "array", "items": {"type": "object"}, "description": "Some of those."},
                "totals": {"type": "integer", "description": "The lines that are sums."},
                "reading": {"type": "object", "description": "How the table was read: its columns, and what the direction of its lines is told by."},
                "error_count": {"type": "integer", "description": "The lines that were not understood."},
                "errors": {"type": "array", "items": {"type": "object"}, "description": "Some of those."},
                "lines": {
                    "type": "array", "description": "The lines by which money came in.",
                    "items": {
                        "type": "object",
                        "properties": {
                            "line": {"type": "integer", "description": "Its place in the file."},
                            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "Names it."},
                            "date": {"type": "string", "format": "date", "description": "Its day."},
                            "amount": {"type": "integer", "description": "What came in."},
                            "outcome": {"type": "string", "enum": ImportReport::WORDS, "description": "What became of it."},
                            "participation_id": {"type": ["string", "null"], "format": "uuid", "description": "Whose it is, when it is of one."},
                        },
                        "required": ["line", "fingerprint", "date", "amount", "outcome"],
                    },
                },
                "refunds": {"type": "array", "items": {"type": "object"}, "description": "The lines that may be refunds that are due, and which."},
                "lines_left_out": {"type": "integer", "description": "The lines that an answer has no room for."},
            },
            "required": ["applied", "counts", "error_count", "lines", "refunds", "lines_left_out"],
        })
    }
}

const fn column(name: &'static str, about: &'static str) -> Parameter {
    Parameter {
        name,
        about,
        values: Values::Any,
    }
}

const YES_OR_NO: Values = Values::Words(&["true", "false"]);

const STATEMENT: &[Parameter] = &[
    Parameter {
        name: "apply",
        about: "Whether to record what is found; otherwise it is only shown.",
        values: YES_OR_NO,
    },
    column("date_column", "The name of the column of dates."),
    column("amount_column", "The name of the column of amounts."),
    column("credit_column", "The name of the column of what came in."),
    column("debit_column", "The name of the column of what went out."),
    column(
        "direction_column",
        "The name of the column that tells the direction by words.",
    ),
    column(
        "status_column",
        "The name of the column that tells whether a payment is settled.",
    ),
    column(
        "description_column",
        "The name of the column of descriptions.",
    ),
    Parameter {
        name: "delimiter",
        about: "What stands between two cells.",
        values: Values::Words(&[",", ";", "|", "tab"]),
    },
    Parameter {
        name: "date_format",
        about: "The order of the parts of a date.",
        values: Values::Words(&DateFormat::WORDS),
    },
    Parameter {
        name: "all_incoming",
        about: "Whether every line without a sign of the contrary is money that came in.",
        values: YES_OR_NO,
    },
];

const LINE: &str = r#"{"fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "date": "2025-11-24", "amount": 150231}"#;
const LINES: &str = r#"{"fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "date": "2025-11-24", "amount": 150231, "refund_ids": ["0199a3f0-5f3e-7cc1-9d3a-3b1f6a2c8e10"]}"#;
const MATCH: &str = r#"{"fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "date": "2025-11-24", "amount": 150231, "participation_ids": ["0199a3f0-5f3e-7cc1-9d3a-3b1f6a2c8e10"]}"#;

pub(super) const ALL: &[Operation] = &[
    operation(
        "create_pay_to",
        Group::Payments,
        say("Menambah rekening tujuan", "Add an account that people pay to"),
    )
    .takes(
        reads!(input::new_pay_to),
        r#"{"kind": "bank", "bank": "BCA", "number": "1234567890", "holder": "Arum Wangi"}"#,
    )
    .creates::<PayToAnswer<'_>>()
    .refuses(&["pay_to_limit_reached"]),
    operation(
        "list_pay_to",
        Group::Payments,
        say(
            "Melihat rekening tujuan, yang terbaru dulu",
            "List the accounts that people pay to, newest first",
        ),
    )
    .lists::<PayToAnswer<'_>>(Values::Id),
    operation(
        "get_pay_to",
        Group::Payments,
        say("Melihat satu rekening tujuan", "Show an account that people pay to"),
    )
    .answers::<PayToAnswer<'_>>(),
    operation(
        "retire_pay_to",
        Group::Payments,
        say("Berhenti memakai rekening tujuan", "Use an account no more"),
    )
    .ignores_body()
    .answers::<PayToAnswer<'_>>()
    .refuses(&["pay_to_retired"]),
    operation(
        "campaign_pay_to",
        Group::Payments,
        say("Melihat rekening tujuan kampanye", "Show where a campaign is paid to"),
    )
    .answers::<CampaignPayToAnswer<'_>>(),
    operation(
        "record_payment",
        Group::Payments,
        say("Mencatat pembayaran", "Record a payment"),
    )
    .takes(
        reads!(input::payment),
        r#"{"amount": 420137, "reference": "TRF 20251124 0042"}"#,
    )
    .creates::<TransactionAnswer<'_>>()
    .refuses(&["participation_state_invalid", "payment_exceeds_limit"]),
    operation(
        "adjust_payment",
        Group::Payments,
        say("Mengoreksi pembayaran yang tercatat lebih", "Take off what was recorded too much"),
    )
    .takes(
        reads!(input::adjustment),
        r#"{"amount": -1000, "reference": "Salah catat"}"#,
    )
    .creates::<TransactionAnswer<'_>>()
    .refuses(&["adjustment_exceeds_payments", "insufficient_balance"]),
    operation(
        "import_payments",
        Group::Payments,
        say("Membaca mutasi rekening", "Read a bank statement"),
    )
    .note(
        "Tidak ada yang dicatat sampai dikirim dengan apply=true.",
        "Nothing is recorded until it is sent with apply=true.",
    )
    .query(STATEMENT)
    .takes_statement()
    .answers::<Imported>()
    .refuses(&["statement_unreadable", "unsupported_media_type"]),
    operation(
        "match_statement_line",
        Group::Payments,
        say(
            "Mencocokkan satu baris mutasi dengan pesertanya",
            "Match a line of a statement with whose it is",
        ),
    )
    .takes(reads!(input::matched_line), MATCH)
    .answers::<Vec<TransactionAnswer<'_>>>()
    .refuses(&[
        "participation_not_found",
        "statement_line_known",
        "line_amount_does_not_fit",
        "participation_state_invalid",
        "payment_exceeds_limit",
    ]),
    operation(
        "campaign_money",
        Group::Payments,
        say("Melihat uang kampanye secara keseluruhan", "Show a campaign's money in sums"),
    )
    .answers::<MoneyAnswer>(),
    operation(
        "list_transactions",
        Group::Payments,
        say("Melihat uang masuk dan keluar kampanye", "List a campaign's movements of money"),
    )
    .lists::<TransactionAnswer<'_>>(Values::Id),
    operation(
        "give_back",
        Group::Refunds,
        say("Mengembalikan sebagian pembayaran", "Give some of a payment back"),
    )
    .note(
        "Permintaan yang sama dengan request_id yang sama tidak mengembalikan apa pun lagi.",
        "The same request with the same request_id gives nothing back again.",
    )
    .takes(
        reads!(input::giving_back),
        r#"{"amount": 1000, "reason": "Satu botol pecah", "request_id": "3f0a9c1e-5d0b-4c83-9d6c-0a6d2f1b7e55"}"#,
    )
    .creates::<Vec<TransactionAnswer<'_>>>()
    .refuses(&["refund_exceeds_payments", "insufficient_balance", "idempotency_conflict"]),
    operation(
        "list_refunds",
        Group::Refunds,
        say("Melihat pengembalian dana kampanye", "List a campaign's refunds"),
    )
    .lists::<RefundAnswer<'_>>(Values::Id),
    operation(
        "list_due_refunds",
        Group::Refunds,
        say("Melihat dana yang harus dikembalikan", "List the refunds that are to be sent"),
    )
    .query(&[Parameter {
        name: "status",
        about: "Only `due` is known.",
        values: Values::Words(&["due"]),
    }])
    .lists::<RefundAnswer<'_>>(Values::Id),
    operation(
        "send_refund",
        Group::Refunds,
        say("Mencatat dana kembali sudah dikirim", "Note that a refund was sent"),
    )
    .takes(reads!(input::reference), r#"{"reference": "TRF 20251124 0042"}"#)
    .answers::<RefundAnswer<'_>>()
    .refuses(&["refund_state_invalid", "payout_account_unconfirmed"]),
    operation(
        "match_refund_line",
        Group::Refunds,
        say(
            "Mencatat dana kembali terkirim lewat baris mutasi",
            "Note that a refund was sent by a line of a statement",
        ),
    )
    .takes(reads!(input::refund_line), LINE)
    .answers::<RefundAnswer<'_>>()
    .refuses(&["statement_line_known", "line_amount_does_not_fit", "refund_state_invalid"]),
    operation(
        "confirm_payout_account",
        Group::Refunds,
        say(
            "Mengonfirmasi rekening yang diganti peserta",
            "Confirm an account that a participant changed",
        ),
    )
    .takes(
        reads!(input::account_changed_at),
        r#"{"changed_at": "2026-11-24T03:15:00Z"}"#,
    )
    .answers::<ParticipationAnswer<'_>>()
    .refuses(&["payout_account_unconfirmed"]),
    operation(
        "match_refund_lines",
        Group::Refunds,
        say(
            "Mencatat beberapa dana kembali terkirim lewat satu baris mutasi",
            "Note that several refunds were sent by one line of a statement",
        ),
    )
    .takes(reads!(input::refunds_line), LINES)
    .answers::<Vec<RefundAnswer<'_>>>()
    .refuses(&[
        "refund_not_found",
        "statement_line_known",
        "line_amount_does_not_fit",
        "refund_state_invalid",
    ]),
    operation(
        "pay_out",
        Group::Refunds,
        say("Mencairkan dana kampanye", "Pay out of a campaign"),
    )
    .takes(
        reads!(input::payout),
        r#"{"amount": 1000000, "reference": "Ke penjual"}"#,
    )
    .creates::<TransactionAnswer<'_>>()
    .refuses(&["campaign_not_completed", "insufficient_balance"]),
];

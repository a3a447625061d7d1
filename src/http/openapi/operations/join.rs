//! Seeing campaigns, joining, and one's own participation.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::domain::campaign::CampaignStatus;
use crate::domain::id::CampaignId;
use crate::http::dto::money::{RefundAnswer, TransactionAnswer};
use crate::http::dto::{
    CampaignAnswer, ParticipationAnswer, PlacedParticipationAnswer, ProgressAnswer,
    RenewedLinkAnswer,
};
use crate::http::input;
use crate::http::openapi::operation::{Group, Operation, Parameter, Values, operation, say};
use crate::http::openapi::operations::reads;

/// A participation with the secret that nobody else is told.
enum Joined {}

impl JsonSchema for Joined {
    fn schema_name() -> Cow<'static, str> {
        "JoinedParticipation".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let participation = generator.subschema_for::<PlacedParticipationAnswer<'_>>();
        json_schema!({
            "description": "A new participation, and the secret by which it is one's own.",
            "allOf": [participation, {
                "type": "object",
                "properties": {"manage_token": {
                    "type": "string",
                    "description": "The secret that shows and cancels this participation. No other answer has it, and this one has it not when it is sent again to somebody whose key could have been guessed.",
                }},
            }],
        })
    }
}

pub(super) const ALL: &[Operation] = &[
    operation(
        "list_campaigns",
        Group::Join,
        say("Melihat daftar kampanye, yang terbaru dulu", "List campaigns, newest first"),
    )
    .query(&[Parameter {
        name: "status",
        about: "Only campaigns in this state.",
        values: Values::Words(&CampaignStatus::API_NAMES),
    }])
    .lists::<CampaignAnswer<'_>>(Values::Id),
    operation(
        "get_campaign",
        Group::Join,
        say("Melihat satu kampanye", "Show a campaign"),
    )
    .answers::<CampaignAnswer<'_>>()
    .tagged(),
    operation(
        "progress",
        Group::Join,
        say("Melihat sejauh mana slot terisi", "Show how far a campaign is"),
    )
    .answers::<ProgressAnswer>()
    .tagged(),
    operation(
        "join_campaign",
        Group::Join,
        say("Ikut: mengambil slot", "Join: take slots"),
    )
    .note(
        "Jawabannya memuat manage_token, dan tidak ada jawaban lain yang memuatnya: simpan bersama id-nya. Bila tidak ada jawaban, kirim lagi permintaan yang sama dengan Idempotency-Key yang sama.",
        "The answer has a manage_token, and no other answer has it: keep it with the id. When no answer comes, send the same request again with the same Idempotency-Key.",
    )
    .takes(
        |object| drop(input::join_campaign(CampaignId::new(), object, None)),
        r#"{"user_id": "arum", "quantity": 2, "shipping_address": "Jl. Melati No. 15, Jakarta Selatan", "note": "Tolong dibungkus kado"}"#,
    )
    .idempotent()
    .creates::<Joined>()
    .refuses(&[
        "join_banned",
        "join_code_required",
        "join_code_invalid",
        "campaign_closed",
        "insufficient_slots",
        "waitlist_full",
        "join_limit_reached",
        "user_limit_reached",
    ]),
    operation(
        "get_participation",
        Group::Own,
        say("Melihat keikutsertaan", "Show a participation"),
    )
    .answers::<PlacedParticipationAnswer<'_>>(),
    operation(
        "cancel_participation",
        Group::Own,
        say("Membatalkan: mengembalikan slot", "Cancel: give slots back"),
    )
    .note(
        "Alasan boleh di isi permintaan atau di parameter reason; yang di isi permintaan didahulukan.",
        "The reason may be in the body or in the query; the body's counts first.",
    )
    .query(&[Parameter {
        name: "reason",
        about: "Why.",
        values: Values::Text(160),
    }])
    .may_take(reads!(input::reason), r#"{"reason": "Berubah pikiran"}"#)
    .answers::<PlacedParticipationAnswer<'_>>()
    .refuses(&["participation_state_invalid", "cancellation_limit_reached"]),
    operation(
        "claim_payment",
        Group::Own,
        say("Memberi tahu bahwa sudah transfer", "Say that one has transferred"),
    )
    .may_take(reads!(input::claim), "{}")
    .answers::<PlacedParticipationAnswer<'_>>()
    .refuses(&["participation_state_invalid"]),
    operation(
        "set_payout_account",
        Group::Own,
        say("Memberi tahu ke mana dana dikembalikan", "Say where refunds go"),
    )
    .takes(
        reads!(input::payout_account),
        r#"{"account": "BCA 1234567890 a.n. Arum"}"#,
    )
    .answers::<ParticipationAnswer<'_>>(),
    operation(
        "renew_link",
        Group::Own,
        say("Membuat tautan rahasia baru", "Make the secret link anew"),
    )
    .note(
        "manage_token yang lama tidak berlaku lagi.",
        "The manage_token of before holds no longer.",
    )
    .answers::<RenewedLinkAnswer>(),
    operation(
        "list_participation_transactions",
        Group::Own,
        say(
            "Melihat uang masuk dan keluar sebuah keikutsertaan",
            "List the payments and refunds of a participation",
        ),
    )
    .lists::<TransactionAnswer<'_>>(Values::Id),
    operation(
        "acknowledge_refund",
        Group::Own,
        say("Mengonfirmasi dana kembali sudah diterima", "Say that a refund has come"),
    )
    .ignores_body()
    .answers::<RefundAnswer<'_>>()
    .refuses(&["refund_state_invalid"]),
];

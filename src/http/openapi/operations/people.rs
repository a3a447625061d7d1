//! Who takes part, and who may not.

use crate::http::dto::bans::BanAnswer;
use crate::http::dto::{ParticipationAnswer, PlacedParticipationAnswer};
use crate::http::input;
use crate::http::openapi::operation::{Group, Operation, Values, operation, say};
use crate::http::openapi::operations::reads;

pub(super) const ALL: &[Operation] = &[
    operation(
        "list_participants",
        Group::People,
        say(
            "Melihat peserta kampanye, urut waktu ikut",
            "List a campaign's participants, in order of joining",
        ),
    )
    .lists::<ParticipationAnswer<'_>>(Values::Id),
    operation(
        "list_unpaid",
        Group::People,
        say("Melihat siapa yang belum lunas", "List who still owes"),
    )
    .lists::<ParticipationAnswer<'_>>(Values::Id),
    operation(
        "list_claims",
        Group::People,
        say(
            "Melihat siapa yang bilang sudah transfer",
            "List who says that the money is on its way",
        ),
    )
    .lists::<ParticipationAnswer<'_>>(Values::Id),
    operation(
        "list_user_participations",
        Group::People,
        say(
            "Melihat keikutsertaan satu orang, yang terbaru dulu",
            "List one person's participations, newest first",
        ),
    )
    .lists::<ParticipationAnswer<'_>>(Values::Id)
    .refuses(&["validation_failed"]),
    operation(
        "confirm_participation",
        Group::People,
        say(
            "Mengonfirmasi keikutsertaan lewat pembayarannya",
            "Confirm a participation by its payment",
        ),
    )
    .note(
        "Tanpa amount, pembayarannya sebesar yang masih harus dibayar.",
        "Without an amount the payment is what is still owed.",
    )
    .may_take(reads!(input::confirmation), r#"{"amount": 420137}"#)
    .answers::<PlacedParticipationAnswer<'_>>()
    .refuses(&["participation_state_invalid", "payment_exceeds_limit"]),
    operation(
        "revive_participation",
        Group::People,
        say(
            "Mengembalikan slot yang lepas karena terlambat bayar",
            "Give slots again that were released unpaid",
        ),
    )
    .ignores_body()
    .answers::<PlacedParticipationAnswer<'_>>()
    .refuses(&[
        "participation_state_invalid",
        "campaign_closed",
        "insufficient_slots",
        "user_limit_reached",
    ]),
    operation(
        "release_participation",
        Group::People,
        say(
            "Melepas slot yang belum dibayar di kampanye yang jalan",
            "Release unpaid slots of a campaign that goes ahead",
        ),
    )
    .may_take(reads!(input::reason), r#"{"reason": "Tidak membayar"}"#)
    .answers::<ParticipationAnswer<'_>>()
    .refuses(&["participation_state_invalid"]),
    operation(
        "throw_out",
        Group::People,
        say(
            "Mengeluarkan peserta, dan bila perlu melarangnya",
            "Throw somebody out, and ban them if need be",
        ),
    )
    .may_take(
        reads!(input::throw_out),
        r#"{"reason": "Tidak membayar dua kali", "ban_handle": true}"#,
    )
    .answers::<ParticipationAnswer<'_>>()
    .refuses(&["participation_state_invalid", "ban_limit_reached"]),
    operation(
        "ban_participant",
        Group::People,
        say(
            "Melarang nama atau alamat seorang peserta",
            "Ban a participant's handle or address",
        ),
    )
    .takes(reads!(input::ban_participant), r#"{"ban_handle": true}"#)
    .answers::<Vec<BanAnswer<'_>>>()
    .refuses(&["ban_limit_reached"]),
    operation(
        "create_ban",
        Group::People,
        say("Melarang nama atau alamat", "Ban a handle or an address"),
    )
    .takes(
        reads!(input::ban),
        r#"{"kind": "handle", "value": "perampok"}"#,
    )
    .creates::<BanAnswer<'_>>()
    .refuses(&["ban_limit_reached"]),
    operation(
        "list_bans",
        Group::People,
        say("Melihat daftar larangan", "List bans"),
    )
    .lists::<BanAnswer<'_>>(Values::Id),
    operation(
        "lift_ban",
        Group::People,
        say("Mencabut larangan", "Lift a ban"),
    )
    .ignores_body(),
];

//! Products, and campaigns as their organiser runs them.

use crate::domain::time::Timestamp;
use crate::http::dto::{CampaignAnswer, EventAnswer, JoinCodeAnswer, ProductAnswer};
use crate::http::input;
use crate::http::json::Object;
use crate::http::openapi::operation::{Group, Operation, Values, operation, say};
use crate::http::openapi::operations::reads;

fn new_product(object: &Object) {
    if let Ok(now) = Timestamp::new(chrono::DateTime::UNIX_EPOCH) {
        drop(input::new_product(object, now));
    }
}

pub(super) const ALL: &[Operation] = &[
    operation(
        "create_product",
        Group::Campaigns,
        say("Membuat produk", "Create a product"),
    )
    .takes(
        new_product,
        r#"{"name": "Rimba Embun", "description": "Daun basah, lumut dan cendana muda", "base_price": 420000}"#,
    )
    .creates::<ProductAnswer<'_>>(),
    operation(
        "list_products",
        Group::Campaigns,
        say("Melihat daftar produk, yang terbaru dulu", "List products, newest first"),
    )
    .lists::<ProductAnswer<'_>>(Values::Id),
    operation(
        "get_product",
        Group::Campaigns,
        say("Melihat satu produk", "Show a product"),
    )
    .answers::<ProductAnswer<'_>>(),
    operation(
        "toggle_sambatan",
        Group::Campaigns,
        say(
            "Mengaktifkan atau mematikan patungan sebuah produk",
            "Enable or disable group buying for a product",
        ),
    )
    .takes(
        reads!(input::toggle_sambatan),
        r#"{"enabled": true, "total_slots": 10, "deadline": "2030-10-10T00:00:00Z"}"#,
    )
    .answers::<ProductAnswer<'_>>()
    .refuses(&["deadline_in_past"]),
    operation(
        "edit_product",
        Group::Campaigns,
        say("Mengubah teks dan harga produk", "Change a product's texts and price"),
    )
    .takes(reads!(input::edit_product), r#"{"base_price": 430000}"#)
    .answers::<ProductAnswer<'_>>(),
    operation(
        "create_campaign",
        Group::Campaigns,
        say("Membuka kampanye", "Open a campaign"),
    )
    .takes(
        reads!(input::new_campaign),
        r#"{"product_id": "0199a3f0-5f3e-7cc1-9d3a-3b1f6a2c8e10", "title": "Batch Oktober", "total_slots": 10, "price_per_slot": 210000, "deadline": "2030-10-10T00:00:00Z"}"#,
    )
    .creates::<CampaignAnswer<'_>>()
    .refuses(&["product_not_found", "product_not_enabled", "deadline_in_past"]),
    operation(
        "logs",
        Group::Campaigns,
        say(
            "Melihat apa yang terjadi pada kampanye, yang terbaru dulu",
            "List what happened to a campaign, newest first",
        ),
    )
    .lists::<EventAnswer<'_>>(Values::EventNumber),
    operation(
        "extend_campaign",
        Group::Campaigns,
        say("Memundurkan batas waktu", "Move a deadline forward"),
    )
    .takes(
        reads!(input::extension),
        r#"{"deadline": "2030-11-10T00:00:00Z", "reason": "Menunggu gajian"}"#,
    )
    .answers::<CampaignAnswer<'_>>()
    .refuses(&["deadline_in_past", "deadline_not_later", "campaign_state_invalid"]),
    operation(
        "edit_campaign",
        Group::Campaigns,
        say("Mengubah teks kampanye", "Change a campaign's texts"),
    )
    .note(
        "Yang sudah disepakati orang dengan ikut tidak dapat diubah.",
        "What people have agreed to by joining can't be changed.",
    )
    .takes(reads!(input::edit_campaign), r#"{"title": "Batch November"}"#)
    .answers::<CampaignAnswer<'_>>()
    .refuses(&["campaign_state_invalid"]),
    operation(
        "get_join_code",
        Group::Campaigns,
        say("Melihat kode ikut kampanye", "Show a campaign's join code"),
    )
    .answers::<JoinCodeAnswer<'_>>(),
    operation(
        "clone_campaign",
        Group::Campaigns,
        say("Membuka kampanye serupa", "Open a campaign like this one"),
    )
    .takes(
        reads!(input::clone_campaign),
        r#"{"deadline": "2030-12-10T00:00:00Z", "title": "Batch Desember"}"#,
    )
    .creates::<CampaignAnswer<'_>>()
    .refuses(&["product_not_found", "product_not_enabled", "deadline_in_past"]),
    operation(
        "close_waiting_list",
        Group::Campaigns,
        say(
            "Menutup daftar tunggu kampanye yang jalan",
            "Close the waiting list of a campaign that goes ahead",
        ),
    )
    .ignores_body()
    .answers::<CampaignAnswer<'_>>()
    .refuses(&["campaign_state_invalid"]),
    operation(
        "cancel_campaign",
        Group::Campaigns,
        say("Membatalkan kampanye", "Call a campaign off"),
    )
    .note(
        "Semua yang sudah membayar mendapat uangnya kembali.",
        "Everybody who has paid gets the money back.",
    )
    .may_take(reads!(input::reason), r#"{"reason": "Bahan tidak tersedia"}"#)
    .answers::<CampaignAnswer<'_>>()
    .refuses(&["campaign_state_invalid", "money_paid_out"]),
];

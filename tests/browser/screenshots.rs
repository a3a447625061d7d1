//! The pictures of README.md: pages with the names and numbers of an ordinary week.

use serde_json::json;

use crate::harness::{Looks, Visitor, browser};
use crate::steps::{JOIN, Joining, fill_join_form, guarded_server, organiser};
use crate::support::{Call, DEADLINE, TestServer};

/// What the code of a merchant says that does not exist.
const CODE: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";

const PEOPLE: [(&str, u32); 9] = [
    ("sari", 2),
    ("budi.w", 1),
    ("wati 🌸", 1),
    ("joko_split", 3),
    ("dewi", 2),
    ("agus", 1),
    ("rina_parfum", 1),
    ("bayu", 2),
    ("lestari", 1),
];

#[test]
fn pictures_of_the_main_pages_can_be_taken() {
    let Some(browser) = browser() else { return };
    let server = guarded_server();
    for account in [
        json!({"kind": "bank", "bank": "Bank Rekaan", "number": "0001234567", "holder": "Patungan Contoh"}),
        json!({"kind": "qris", "payload": CODE}),
    ] {
        let call = Call::post("/api/sambatan/pay-to").json(&account);
        server.send_as_organiser(call).created();
    }
    let kopi = campaign(
        &server,
        "Kopi Gayo 1 kg, panen Oktober",
        40,
        185_000,
        "2025-10-04T13:00:00Z",
    );
    fill(&server, &kopi, 5);
    let keyboard = campaign(
        &server,
        "Keyboard 65%, batch kedua",
        30,
        1_450_000,
        DEADLINE,
    );
    fill(&server, &keyboard, 7);
    let parfum = campaign(&server, "Rimba Embun 30 ml", 20, 150_000, DEADLINE);
    fill(&server, &parfum, 9);

    let phone = Visitor::new(&browser, server.address, Looks::PHONE);
    phone.open("/");
    phone.take_screenshot("home");
    phone.click_through("=Rimba Embun 30 ml");
    phone.take_screenshot("campaign");
    fill_join_form(&phone, Joining::by("mega", "2"));
    phone.click_through(JOIN);
    phone.take_screenshot("participation");

    let night = Visitor::new(&browser, server.address, Looks::PHONE.in_the_dark());
    night.open("/");
    night.click_through("=Rimba Embun 30 ml");
    night.take_screenshot("campaign-dark");

    let organiser = organiser(&browser, &server, Looks::DESKTOP);
    organiser.take_screenshot("overview");
    organiser.open(&parfum.replace("/api/sambatan/", "/organiser/"));
    organiser.take_screenshot("organiser-campaign");
    organiser.click_through("main a[href$='/rekap']");
    organiser.take_screenshot("rekap");
}

fn campaign(server: &TestServer, title: &str, slots: u32, price: u64, deadline: &str) -> String {
    let name = title.split(',').next().unwrap();
    let product = Call::post("/api/products").json(&json!({
        "name": name, "base_price": price * 2,
        "description": "Dibagi rata, dikirim bersama.",
    }));
    let product = server.send_as_organiser(product).created()["id"].clone();
    let id = product.as_str().unwrap();
    let enable =
        Call::post(&format!("/api/products/{id}/sambatan")).json(&json!({"enabled": true}));
    assert_eq!(server.send_as_organiser(enable).status, 200);
    let create = Call::post("/api/sambatan/campaigns").json(&json!({
        "product_id": product, "title": title, "total_slots": slots,
        "price_per_slot": price, "deadline": deadline,
    }));
    let created = server.send_as_organiser(create);
    created.created();
    created.header("Location").unwrap().to_owned()
}

/// Lets people join, some hours apart, and confirms every second one.
fn fill(server: &TestServer, campaign: &str, people: usize) {
    for (number, (handle, slots)) in PEOPLE.into_iter().take(people).enumerate() {
        let path = server.joined(campaign, handle, slots);
        if number % 2 == 0 {
            let confirmed = server.send_as_organiser(Call::post(&format!("{path}/confirm")));
            assert_eq!(confirmed.status, 200);
        }
        server.clock.advance(chrono::TimeDelta::minutes(190));
    }
}

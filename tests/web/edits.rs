//! The organiser changes what was written, and opens a campaign once more.

use serde_json::json;

use crate::support::{Call, DEADLINE, TestServer};
use crate::visitor::Visitor;

#[test]
fn the_texts_of_a_campaign_are_changed() {
    let server = TestServer::start();
    let campaign = server.campaign(5);
    let path = campaign.replace("/api/sambatan/", "/organiser/");
    let edit = format!("{path}/edit");
    let mut organiser = Visitor::of(&server);
    organiser.get(&path).has(&format!("href=\"{edit}\""));
    let page = organiser.get(&edit);
    page.has("value=\"Batch Oktober\"");
    let refused = organiser.submit(&page, &edit, &[("title", "ab"), ("description", "tetap")]);
    assert_eq!(refused.reply.status, 422);
    refused.has("id=\"e-title\"").has(">tetap</textarea>");
    let texts = [
        ("title", "Batch <i>Mawar"),
        ("description", "Dikirim\r\nSenin"),
    ];
    let done = organiser.submit(&page, &edit, &texts);
    done.has("Perubahan tersimpan.")
        .has("Batch &#60;i&#62;Mawar");
    let answer = server.get(&campaign).ok();
    assert_eq!(answer["title"], "Batch <i>Mawar");
    assert_eq!(answer["description"], "Dikirim, Senin");
    let page = organiser.get(&edit);
    let emptied = [("title", "Batch Mawar"), ("description", "")];
    organiser.submit(&page, &edit, &emptied).ok();
    assert!(server.get(&campaign).ok()["description"].is_null());
    organiser
        .get(&format!("{path}/log"))
        .has("Kampanye diubah")
        .has_no("Dikirim");
}

#[test]
fn a_product_gets_another_name_and_price() {
    let server = TestServer::start();
    let product = server.product();
    let path = format!("/organiser/products/{product}");
    let edit = format!("{path}/edit");
    let mut organiser = Visitor::of(&server);
    organiser.get(&path).has(&format!("href=\"{edit}\""));
    let page = organiser.get(&edit);
    page.has("value=\"Rimba Embun\"").has("value=\"420000\"");
    let wrong = [("name", ""), ("description", ""), ("base_price", "gratis")];
    let refused = organiser.submit(&page, &edit, &wrong);
    assert_eq!(refused.reply.status, 422);
    refused
        .has("id=\"e-name\"")
        .has("id=\"e-base_price\"")
        .has("value=\"gratis\"");
    let fields = [
        ("name", "Rimba Senja"),
        ("description", "50 ml"),
        ("base_price", "500.000"),
    ];
    let done = organiser.submit(&page, &edit, &fields);
    done.has("Perubahan tersimpan.")
        .has("Rimba Senja")
        .has("Rp500.000");
}

#[test]
fn a_campaign_like_another_starts_with_everything_but_its_times() {
    let server = TestServer::start();
    let create = Call::post("/api/sambatan/campaigns").json(&json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 9,
        "minimum_slots": 4, "price_per_slot": 175_000, "deadline": DEADLINE, "description": "Wangi.",
        "on_shortfall": "extend_once", "extend_days": 5, "completes": "at_deadline",
        "max_slots_per_user": 3, "payment": "after_tipping", "pay_within_hours": 36, "grace_hours": 7,
    }));
    let created = server.send_as_organiser(create);
    let campaign = created.header("Location").unwrap();
    let path = campaign.replace("/api/sambatan/", "/organiser/");
    let mut organiser = Visitor::of(&server);
    let again = organiser
        .get(&path)
        .after("<a href=\"/organiser/campaigns/new?like=");
    let form = organiser.get(&format!("/organiser/campaigns/new?like={again}"));
    form.has("value=\"Batch Oktober\"")
        .has(">Wangi.</textarea>")
        .has("<details open>")
        .has("<option value=\"extend_once\" selected>")
        .has("<option value=\"at_deadline\" selected>")
        .has("<option value=\"after_tipping\" selected>");
    for number in ["9", "4", "175000", "5", "3", "36", "7"] {
        form.has(&format!("value=\"{number}\""));
    }
    form.has("name=\"deadline\" type=\"datetime-local\" value=\"\"");

    let plain = server.campaign(5);
    let id = plain.rsplit_once('/').unwrap().1;
    let form = organiser.get(&format!("/organiser/campaigns/new?like={id}"));
    form.has_no("<details open>").has_no(" selected>Diundur");
    form.has("id=\"f-minimum_slots\" name=\"minimum_slots\" type=\"text\" value=\"\"");
}

//! What people type shows as text, whatever it is.

use serde_json::json;

use crate::campaign::public;
use crate::support::{Call, TestServer};
use crate::visitor::Visitor;

const NASTY: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'onmouseover='alert(1)",
    "&lt;b&gt; &amp; {{ 7*7 }} {% raw %}",
    "🎉 pesta 👩‍👩‍👧",
    "عطر الورد \u{202e}txt",
];

/// What must never stand in a page as markup.
const MARKUP: [&str; 4] = ["<script>alert", "<img src=x", "'onmouseover='", "<b>"];

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}

#[test]
fn every_field_of_every_page_shows_as_text() {
    for nasty in NASTY {
        shows_as_text(nasty);
    }
}

/// A product that has this everywhere, and its campaign.
fn nasty_campaign(server: &TestServer, nasty: &str) -> (String, String) {
    let product = json!({"name": nasty, "description": nasty, "base_price": 1});
    let product = server.post("/api/products", &product).created();
    let product = product["id"].as_str().unwrap();
    let enable = format!("/api/products/{product}/sambatan");
    server.post(&enable, &json!({"enabled": true})).ok();
    let campaign = json!({
        "product_id": product, "title": nasty, "total_slots": 5, "price_per_slot": 1,
        "deadline": crate::support::DEADLINE,
    });
    let campaign = server.post("/api/sambatan/campaigns", &campaign);
    let campaign = campaign.header("Location").unwrap().to_owned();
    (product.to_owned(), campaign)
}

fn shows_as_text(nasty: &str) {
    let server = TestServer::start();
    // As long as an address may be.
    let address: String = format!("{nasty} {}", "x".repeat(240))
        .chars()
        .take(240)
        .collect();
    let (product, campaign) = nasty_campaign(&server, nasty);
    // A handle may not have what turns the direction of writing.
    let handle = nasty.replace('\u{202e}', "");
    let account = json!({
        "kind": "bank", "bank": handle, "number": "0001234567", "holder": handle, "note": nasty,
    });
    server.post("/api/sambatan/pay-to", &account).created();
    let join = json!({
        "user_id": handle, "quantity": 1, "shipping_address": address, "note": nasty,
    });
    let joined = server.post(&format!("{campaign}/join"), &join).created();
    let id = joined["id"].as_str().unwrap();
    let cancelled = server.post(&format!("{campaign}/join"), &join).created();
    let cancelled = cancelled["id"].as_str().unwrap();
    let cancel = format!("/api/sambatan/participations/{cancelled}/cancel");
    server.post(&cancel, &json!({"reason": nasty})).ok();
    let organisers = campaign.replace("/api/sambatan/", "/organiser/");
    let mut visitor = Visitor::of(&server);
    for path in [
        "/".to_owned(),
        public(&campaign),
        format!("/p/{id}"),
        "/organiser".to_owned(),
        "/organiser/campaigns".to_owned(),
        "/organiser/products".to_owned(),
        "/organiser/pay-to".to_owned(),
        format!("/organiser/products/{product}"),
        format!("/organiser/campaigns/new?product={product}"),
        organisers.clone(),
        format!("{organisers}/rekap"),
        format!("{organisers}/pick-list"),
        format!("/organiser/participations/{id}"),
        format!("/organiser/participations/{cancelled}"),
        format!("{organisers}?q={}", crate::support::encoded(nasty)),
    ] {
        let page = visitor.get(&path);
        page.has(&escaped(nasty)).ok();
        for markup in MARKUP {
            page.has_no(markup);
        }
    }
    visitor.get(&format!("/p/{id}")).has(&escaped(&address));
    server
        .post(&format!("{campaign}/cancel"), &json!({"reason": nasty}))
        .ok();
    visitor
        .get(&public(&campaign))
        .has(&format!("<bdi>{}</bdi>", escaped(nasty)));
}

#[test]
fn names_are_isolated_so_that_right_to_left_text_turns_nothing_around() {
    let server = TestServer::start();
    let campaign = server.campaign(5);
    server.joined(&campaign, "وردة", 2);
    let mut visitor = Visitor::of(&server);
    visitor
        .get(&public(&campaign))
        .has("<li><bdi>وردة</bdi> <span class=\"count\">2 slot</span></li>");
    let organisers = campaign.replace("/api/sambatan/", "/organiser/");
    visitor
        .get(&format!("{organisers}/rekap"))
        .has("1. \u{2068}وردة\u{2069} – 2 slot");
}

#[test]
fn what_an_address_holds_is_not_shown_as_markup() {
    let server = TestServer::start();
    let accept = |path: &str| {
        let call = Call::get(path).header("Accept", "text/html");
        server.send(&call)
    };
    for path in [
        "/%3Cscript%3Ealert(1)%3C/script%3E",
        "/?cursor=%3Cscript%3Ealert(1)%3C/script%3E",
        "/c/%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/organiser?done=%3Cscript%3Ealert(1)",
        "/organiser/campaigns?status=%22%3E%3Cscript%3Ealert(1)",
        "/organiser/sign-in?next=%22%3E%3Cscript%3Ealert(1)",
    ] {
        let reply = accept(path);
        assert!(!reply.text().contains("<script>alert"), "{path}");
    }
}

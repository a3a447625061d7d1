//! What a first visit costs.

use serde_json::json;

use crate::campaign::public;
use crate::support::{Call, TestServer, join_body};
use crate::visitor::{Page, Visitor};

/// A code that takes as much as codes of merchants do; the merchant does not exist.
const CODE: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";

/// A page with all that it loads.
const MOST: usize = 50 * 1024;

#[test]
fn every_page_with_all_that_it_loads_is_light() {
    let server = TestServer::start();
    let product = server.product();
    let long = "m".repeat(120);
    let mut campaigns = Vec::new();
    for _ in 0..60 {
        let campaign = json!({
            "product_id": product, "title": long, "total_slots": 1000, "minimum_slots": 500,
            "price_per_slot": 1_000_000_000, "deadline": crate::support::DEADLINE,
        });
        let campaign = server.post("/api/sambatan/campaigns", &campaign);
        campaigns.push(campaign.header("Location").unwrap().to_owned());
    }
    let mut client = server.client();
    let mut last = String::new();
    for number in 0..220 {
        server.clock.advance(chrono::TimeDelta::minutes(7));
        let mut body = join_body(&format!("peserta-nomor-{number:03}"), 1);
        body["shipping_address"] = "j".repeat(60).into();
        body["note"] = "n".repeat(40).into();
        let call = Call::post(&format!("{}/join", campaigns[0])).json(&body);
        last = client.send(&call).created()["id"]
            .as_str()
            .unwrap()
            .to_owned();
    }
    let organisers = campaigns[0].replace("/api/sambatan/", "/organiser/");
    let mut visitor = Visitor::of(&server);
    let loaded = loaded(&server, &visitor.get("/"));
    let code = server.get(&format!("{}/qr.svg", public(&campaigns[0])));
    for (path, more) in [
        ("/".to_owned(), 0),
        (public(&campaigns[0]), code.body.len()),
        (format!("/p/{last}"), 0),
        ("/organiser".to_owned(), 0),
        ("/organiser/campaigns".to_owned(), 0),
        ("/organiser/campaigns/new".to_owned(), 0),
        ("/organiser/products".to_owned(), 0),
        ("/organiser/pay-to".to_owned(), 0),
        (organisers.clone(), 0),
        (format!("{organisers}?q=peserta"), 0),
        (format!("{organisers}/rekap"), 0),
        (format!("{organisers}/log"), 0),
        (format!("{organisers}/pick-list"), 0),
        (format!("/organiser/participations/{last}"), 0),
    ] {
        let page = visitor.get(&path);
        let bytes = page.ok().len() + loaded + more;
        assert!(bytes < MOST, "{path} weighs {bytes} bytes");
    }
}

/// What every page loads.
fn loaded(server: &TestServer, home: &Page) -> usize {
    [
        "stylesheet\" href=\"",
        "<script src=\"",
        "image/svg+xml\" href=\"",
    ]
    .map(|start| server.get(&home.after(start)).body.len())
    .iter()
    .sum()
}

#[test]
fn a_page_that_says_where_to_pay_is_light_with_its_code() {
    let server = TestServer::start();
    for account in [
        json!({"kind": "bank", "bank": "b".repeat(40), "number": "1".repeat(40), "holder": "h".repeat(80)}),
        json!({"kind": "qris", "payload": CODE}),
    ] {
        server.post("/api/sambatan/pay-to", &account).created();
    }
    let joined = server.joined(&server.campaign(20), "budi", 20);
    let id = joined.rsplit('/').next().unwrap();
    let mut visitor = Visitor::of(&server);
    let loaded = loaded(&server, &visitor.get("/"));
    let page = visitor.get(&format!("/p/{id}"));
    let drawn = visitor.get(&page.after("<img class=\"qr\" src=\""));
    // With the amount in it, and without when that is unfolded.
    let bytes = page.ok().len() + loaded + 2 * drawn.ok().len();
    assert!(bytes < MOST, "{bytes} bytes");
}

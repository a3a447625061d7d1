//! Indonesian first, English for whom prefers or chooses it.

use sambatan::http::ServerOptions;
use sambatan::words::Zone;

use crate::campaign::public;
use crate::support::{Call, TestServer};
use crate::visitor::Visitor;

#[test]
fn a_browsers_language_counts_and_the_switch_counts_more() {
    let server = TestServer::start();
    let campaign = server.campaign(5);
    let path = format!("{}?from=1", public(&campaign));
    let mut visitor = Visitor::of(&server).with("Accept-Language", "en-GB, id;q=0.5");
    let page = visitor.get(&path);
    page.has("<html lang=\"en\">")
        .has("The deal")
        .has("9 days left");
    assert_eq!(page.reply.header("Content-Language"), Some("en"));
    assert_eq!(page.reply.header("Vary"), Some("Accept-Language, Cookie"));
    let back = visitor.submit(&page, "/language", &[("to", "id")]);
    back.has("<html lang=\"id\">")
        .has("Aturan mainnya")
        .has("9 hari lagi")
        .ok();
    assert!(back.path.starts_with("/c/batch-oktober-"), "{}", back.path);
    visitor.get("/").has("<html lang=\"id\">");
    let page = visitor.get("/organiser");
    visitor
        .submit(&page, "/language", &[("to", "en")])
        .has("Overview");
    visitor.get("/").has("<html lang=\"en\">");
}

#[test]
fn the_switch_leads_to_pages_of_ours_only() {
    let server = TestServer::start();
    for (back, location) in [
        ("/c/x?from=1", "/c/x?from=1"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("", "/"),
    ] {
        let call = Call::post("/language").form(&[("to", "en"), ("back", back)]);
        assert_eq!(server.send(&call).header("Location"), Some(location));
    }
}

#[test]
fn a_choice_of_language_also_counts_for_the_words_of_the_api() {
    let server = TestServer::start();
    let call = Call::get("/api/nothing").header("Cookie", "sambatan_language=en");
    let refused = server.send(&call).refused(404, "not_found");
    assert_eq!(refused["title"], "Not found");
}

#[test]
fn times_are_of_the_communitys_zone_everywhere() {
    let server = TestServer::serving(
        tempfile::tempdir().unwrap(),
        &sambatan::Options::default(),
        ServerOptions {
            zone: Zone::Wit,
            ..ServerOptions::default()
        },
    );
    let product = server.product();
    let campaign = server.campaign_for(&product, 5);
    let mut visitor = Visitor::of(&server);
    visitor
        .get(&public(&campaign))
        .has("Jumat, 10 Oktober 2025 pukul 09.00 WIT")
        .has("Semua waktu dalam WIT")
        .has_no("WIB");
    let form = visitor.get("/organiser/campaigns/new");
    form.has("Waktu WIT.");
    let fields = [
        ("product_id", product.as_str()),
        ("title", "Batch"),
        ("total_slots", "2"),
        ("price_per_slot", "1"),
        ("deadline", "2025-10-05T09:00"),
    ];
    let page = visitor.submit(&form, "/organiser/campaigns", &fields);
    page.has("5 Oktober 2025 pukul 09.00 WIT");
    let api = page.path.replace("/organiser/", "/api/sambatan/");
    let api = api.split('?').next().unwrap();
    assert_eq!(server.get(api).ok()["deadline"], "2025-10-05T00:00:00Z");
    server.clock.advance(chrono::TimeDelta::days(20));
    let detail = server.join(api, "budi", 1).refused(409, "campaign_closed")["detail"].clone();
    assert!(detail.as_str().unwrap().contains("09.00 WIT"), "{detail}");
}

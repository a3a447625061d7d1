//! The front page and a campaign's page.

use serde_json::json;

use crate::scanner::scan_svg;
use crate::support::{Call, NO_LIMITS, TestServer, join_body};
use crate::visitor::Visitor;

/// The public page of a campaign that is given by its path in the API.
pub(crate) fn public(campaign: &str) -> String {
    let (_, id) = campaign.rsplit_once('/').unwrap();
    format!("/c/{id}")
}

#[test]
fn the_front_page_shows_what_one_can_join() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut visitor = Visitor::of(&server);
    visitor.get("/").has("Belum ada patungan yang berjalan");
    let campaign = server.campaign(20);
    server.joined(&campaign, "budi", 12);
    let page = visitor.get("/");
    page.has("<bdi>Batch Oktober</bdi>")
        .has("Rp150.000")
        .has("12 dari 20 slot terisi")
        .has("Sisa 8 slot")
        .has("9 hari lagi")
        .has("Jumat, 10 Oktober 2025 pukul 07.00 WIB")
        .has("<progress max=\"20\" value=\"12\" aria-label=\"12 dari 20 slot terisi\">")
        .has_no("budi");
    let path = page.after("<h2><a href=\"");
    assert!(path.starts_with("/c/batch-oktober-"), "{path}");
    visitor.get(&path).ok();
}

#[test]
fn the_front_page_comes_page_by_page() {
    let server = TestServer::start();
    let product = server.product();
    for _ in 0..25 {
        server.campaign_for(&product, 5);
    }
    let mut visitor = Visitor::of(&server);
    let first = visitor.get("/");
    assert_eq!(first.text().matches("class=\"card\"").count(), 24);
    let next = first.after("rel=\"next\" href=\"");
    let second = visitor.get(&next);
    assert_eq!(second.text().matches("class=\"card\"").count(), 1);
    second.has_no("rel=\"next\"");
    assert_eq!(visitor.get("/?cursor=nonsense").reply.status, 422);
}

#[test]
fn a_campaigns_page_tells_the_deal_and_who_is_in() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(20);
    server.joined(&campaign, "budi", 2);
    server.clock.advance(chrono::TimeDelta::hours(5));
    server.joined(&campaign, "sari", 1);
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&public(&campaign));
    page.has("segera setelah ke-20 slot terisi, paling lambat Jumat, 10 Oktober 2025")
        .has("uang yang sudah dibayar dikembalikan")
        .has("<li><bdi>budi</bdi> <span class=\"count\">2 slot</span></li>")
        .has("<li><bdi>sari</bdi> <span class=\"count\">1 slot</span></li>")
        .has("role=\"img\" aria-label=\"3 dari 20 slot terisi, dari 1 Okt 07.00 sampai 1 Okt 12.00.\"")
        .has("d=\"M0 100H0V91H320V86H320V86H320\"")
        .has_no("Jl. Melati");
    let share = page.after("rel=\"canonical\" href=\"");
    assert!(
        share.starts_with(&format!("http://{}/c/batch-oktober-", server.address)),
        "{share}"
    );
    assert!(
        page.after("href=\"https://wa.me/?text=")
            .contains("%2Fc%2Fbatch-oktober-")
    );
}

#[test]
fn a_campaign_that_takes_nobody_says_why() {
    let server = TestServer::start();
    let full = server.campaign(1);
    server.joined(&full, "budi", 1);
    let failed = server.campaign(5);
    let called_off = server.campaign(5);
    let reason = serde_json::json!({"reason": "pemasok kehabisan"});
    server.post(&format!("{called_off}/cancel"), &reason).ok();
    let mut visitor = Visitor::of(&server);
    let page = |visitor: &mut Visitor<'_>, path: &str| visitor.get(&public(path));
    page(&mut visitor, &full)
        .has("Semua slot sudah terisi")
        .has("Masuk daftar tunggu");
    page(&mut visitor, &called_off)
        .has("Alasan: <bdi>pemasok kehabisan</bdi>")
        .has_no("name=\"nonce\"");
    server.clock.advance(chrono::TimeDelta::days(10));
    page(&mut visitor, &failed).has("Batas waktunya sudah lewat");
    server.service.run_lifecycle().unwrap();
    page(&mut visitor, &failed).has("Slotnya tidak tercapai");
    page(&mut visitor, &full).has("pembelian jalan");
}

#[test]
fn the_numbers_of_a_campaign_are_sent_only_when_they_have_changed() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(20);
    let live = format!("{}/live", public(&campaign));
    let first = server.get(&live);
    assert_eq!(first.status, 200);
    assert_eq!(first.header("Cache-Control"), Some("private, no-cache"));
    assert!(first.text().contains("0 dari 20 slot terisi"));
    assert!(first.body.len() < 500, "{}", first.text());
    let again = || {
        let call = Call::get(&live).header("If-None-Match", first.header("ETag").unwrap());
        server.send(&call)
    };
    assert_eq!((again().status, again().body.len()), (304, 0));
    server.joined(&campaign, "budi", 1);
    let changed = again();
    assert_eq!(changed.status, 200);
    assert!(changed.text().contains("1 dari 20 slot terisi"));
    assert!(!changed.text().contains("budi"));
}

#[test]
fn the_qr_code_is_a_picture_of_the_pages_address() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(20);
    let path = format!("{}/qr.svg", public(&campaign));
    let reply = server.get(&path);
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("Content-Type"), Some("image/svg+xml"));
    let elsewhere = server.send(&Call::get(&path).header("Host", "patungan.example"));
    assert_ne!(
        reply.body, elsewhere.body,
        "it is where the browser found us"
    );
    let address = scan_svg(elsewhere.text());
    let page = address.strip_prefix("http://patungan.example").unwrap();
    Visitor::of(&server).get(page).has("Batch Oktober").ok();
    let too_long = format!("{}.example", "a".repeat(4000));
    let reply = server.send(&Call::get(&path).header("Host", &too_long));
    assert_ne!(reply.status, 200);
}

#[test]
fn handles_come_page_by_page_with_their_numbers() {
    let server = TestServer::start();
    let campaign = server.campaign(200);
    let mut client = server.client();
    for number in 0..120 {
        let join = Call::post(&format!("{campaign}/join"));
        let body = join_body(&format!("user-{number}"), 1);
        client.send(&join.json(&body)).created();
    }
    let mut visitor = Visitor::of(&server);
    let first = visitor.get(&public(&campaign));
    assert_eq!(first.text().matches("<li><bdi>user-").count(), 100);
    let next = first.after("rel=\"next\" href=\"").replace("#who", "");
    let second = visitor.get(&next);
    second.has("<ol class=\"handles\" start=\"101\">");
    assert_eq!(second.text().matches("<li><bdi>user-").count(), 20);
}

#[test]
fn the_deal_says_what_was_declared() {
    let server = TestServer::start();
    let body = json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 20,
        "minimum_slots": 10, "price_per_slot": 1000, "deadline": "2025-10-10T00:00:00Z",
        "on_shortfall": "extend_once", "extend_days": 3, "completes": "at_deadline",
        "max_slots_per_user": 2, "payment": "after_tipping", "pay_within_hours": 24, "grace_hours": 6,
    });
    let created = server.post("/api/sambatan/campaigns", &body).created();
    let path = format!("/c/{}", created["id"].as_str().unwrap());
    let page = Visitor::of(&server).get(&path);
    page.has("Pembelian jalan pada Jumat, 10 Oktober 2025")
        .has("dimundurkan sekali 3 hari")
        .has("dalam 24 jam. Yang belum dikonfirmasi setelah 30 jam dilepas")
        .has("paling banyak 2 slot")
        .ok();
    let mut english = Visitor::of(&server).with("Accept-Language", "en");
    english
        .get(&path)
        .has("moves once by 3 days")
        .has("within 24 hours. Slots that are not confirmed after 30 hours");
}

#[test]
fn who_comes_too_late_can_wait() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let held = server.joined(&campaign, "ani", 3);
    let path = campaign.replace("/api/sambatan/campaigns/", "/c/");
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&path);
    page.has("Semua slot sudah terisi")
        .has("Masuk daftar tunggu")
        .ok();
    let fields = [
        ("user_id", "budi"),
        ("quantity", "2"),
        ("shipping_address", "Jl. Melati No. 15"),
    ];
    let join = format!("/c/{}", page.after("<form method=\"post\" action=\"/c/"));
    let own = visitor.submit(&page, &join, &fields);
    own.has("Urutan di daftar tunggu</dt><dd>1").ok();
    server.post_empty(&format!("{held}/cancel")).ok();
    visitor.get(&own.path).has("Slot Anda sudah disimpan");

    // Too many for what is left: only who asks for it waits.
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&path);
    let refused = visitor.submit(&page, &join, &fields);
    assert_eq!(refused.reply.status, 409);
    let fields = [fields.as_slice(), &[("waitlist", "yes")]].concat();
    let page = visitor.get(&path);
    visitor
        .submit(&page, &join, &fields)
        .has("Urutan di daftar tunggu</dt><dd>1")
        .ok();
}

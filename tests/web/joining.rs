//! Joining by a form.

use sambatan::http::RateLimits;
use serde_json::json;

use crate::campaign::public;
use crate::support::{Call, NO_LIMITS, TestServer};
use crate::visitor::{Page, Visitor};

const BUDI: [(&str, &str); 4] = [
    ("user_id", "budi"),
    ("quantity", "2"),
    ("shipping_address", "Jl. Melati No. 15\r\nRT 3\r\nJakarta"),
    ("note", ""),
];

fn action(page: &Page) -> String {
    let (start, _) = page.text().split_once("/join\" data-once").unwrap();
    let (_, path) = start.rsplit_once("action=\"").unwrap();
    format!("{path}/join")
}

fn taken(server: &TestServer, campaign: &str) -> u64 {
    server.get(campaign).ok()["slots_taken"].as_u64().unwrap()
}

#[test]
fn who_joins_lands_on_their_own_page_with_its_secret_link() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(20);
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&public(&campaign));
    let own = visitor.submit(&page, &action(&page), &BUDI);
    own.has("Anda sudah ikut!")
        .has("Menunggu konfirmasi")
        .has("Rp300.000")
        .has("<bdi>Jl. Melati No. 15, RT 3, Jakarta</bdi>")
        .ok();
    // What the browser shows as the address opens the page anywhere.
    let (path, token) = own.path.split_once('#').unwrap();
    assert!(
        path.starts_with("/p/") && token.starts_with("sp_"),
        "{}",
        own.path
    );
    let link = format!(
        "http://{}{}#{token}",
        server.address,
        path.replace("?joined=1", "")
    );
    own.has(&link);
    assert_eq!(own.reply.header("Cache-Control"), Some("no-store"));
    assert_eq!(taken(&server, &campaign), 2);
}

#[test]
fn a_form_that_is_sent_twice_takes_slots_once() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(20);
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&public(&campaign));
    let action = action(&page);
    let first = visitor.send_form(&page, &action, &BUDI);
    let again = visitor.send_form(&page, &action, &BUDI);
    assert_eq!((first.status, again.status), (303, 303));
    assert_eq!(first.header("Location"), again.header("Location"));
    assert_eq!(taken(&server, &campaign), 2);
    // With other values it is refused, and a new form is there.
    let mut other = BUDI;
    other[1].1 = "3";
    let refused = visitor.submit(&page, &action, &other);
    assert_eq!(refused.reply.status, 422);
    refused
        .has("Formulir ini sudah dikirim")
        .has("value=\"budi\"");
    assert_eq!(taken(&server, &campaign), 2);
    let joined = visitor.submit(&refused, &action, &other);
    joined.ok();
    assert_eq!(taken(&server, &campaign), 5);
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(20);
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&public(&campaign));
    let action = action(&page);
    let fields = [
        ("user_id", ""),
        ("quantity", "dua"),
        ("shipping_address", "Jl."),
        ("note", "titip \"tetangga\""),
    ];
    let again = visitor.submit(&page, &action, &fields);
    assert_eq!(again.reply.status, 422);
    again
        .has("id=\"e-user_id\"><strong>Perbaiki:</strong> Wajib diisi.")
        .has("id=\"e-quantity\"><strong>Perbaiki:</strong> Tulis sebagai angka bulat")
        .has("id=\"e-shipping_address\"><strong>Perbaiki:</strong> Paling sedikit 5 karakter.")
        .has("aria-describedby=\"h-quantity e-quantity\" aria-invalid=\"true\"")
        .has("value=\"dua\"")
        .has(">Jl.</textarea>")
        .has("value=\"titip &#34;tetangga&#34;\"");
    let joined = visitor.submit(&again, &action, &BUDI);
    joined.ok();
}

#[test]
fn a_refused_join_says_why_and_stays_refused() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(3);
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&public(&campaign));
    let action = action(&page);
    let participation = server.join(&campaign, "sari", 2).created();
    let refused = visitor.submit(&page, &action, &BUDI);
    assert_eq!(refused.reply.status, 409);
    refused
        .has("Slot yang tersisa tinggal 1, sedangkan Anda meminta 2")
        .has("value=\"budi\"")
        .has("Sisa 1 slot");
    // The same form again gets the same answer, though there would be room now.
    let token = participation["manage_token"].as_str().unwrap();
    let cancel = format!(
        "/api/sambatan/participations/{}/cancel",
        participation["id"].as_str().unwrap()
    );
    server
        .send(&Call::post(&cancel).json(&json!({})).bearer(token))
        .ok();
    assert_eq!(visitor.submit(&page, &action, &BUDI).reply.status, 409);
    // A new one is a new request.
    visitor.submit(&refused, &action, &BUDI).ok();
}

#[test]
fn a_form_without_its_nonce_is_not_ours() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(3);
    let call = Call::post(&format!("{}/join", public(&campaign)));
    for form in [call.clone().form(&BUDI[..3]), call.clone()] {
        let reply = server.send(&form);
        // An empty nonce is one that everybody would share.
        assert_eq!(reply.status, 403, "{}", reply.text());
    }
    let json = call.json(&json!({"user_id": "budi"}));
    assert_eq!(server.send(&json).status, 415);
    assert_eq!(taken(&server, &campaign), 0);
}

#[test]
fn a_foreign_page_can_not_send_the_form() {
    for server in [TestServer::start(), TestServer::start_guarded(NO_LIMITS)] {
        let campaign = server.campaign(3);
        let mut fields = BUDI.to_vec();
        fields.push(("nonce", "0123456789abcdef0123456789abcdef"));
        let call = || Call::post(&format!("{}/join", public(&campaign))).form(&fields);
        for (name, value) in [
            ("Sec-Fetch-Site", "cross-site"),
            ("Origin", "https://evil.example"),
            ("Origin", "null"),
        ] {
            let reply = server.send(&call().header(name, value));
            assert_eq!(reply.status, 403, "{name}: {value}");
        }
        assert_eq!(taken(&server, &campaign), 0);
        let own = format!("http://{}", server.address);
        assert_eq!(server.send(&call().header("Origin", &own)).status, 303);
    }
}

#[test]
fn who_has_joined_already_shows_their_link_in_the_form_when_somebody_took_their_name() {
    let server = TestServer::start();
    let body = json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 20,
        "price_per_slot": 1000, "deadline": "2025-10-10T00:00:00Z", "max_slots_per_user": 3,
    });
    let created = server.post("/api/sambatan/campaigns", &body).created();
    let path = format!("/c/{}", created["id"].as_str().unwrap());
    let mut visitor = Visitor::of(&server);
    let send = |visitor: &mut Visitor<'_>, slots: &'static str, link: &str| {
        let page = visitor.get(&path);
        page.has("Sudah ikut dan mau menambah slot?");
        let mut fields = BUDI.to_vec();
        fields[1].1 = slots;
        fields.push(("own_link", link));
        visitor.submit(&page, &action(&page), &fields)
    };
    let own = send(&mut visitor, "1", "");
    let link = format!("http://{}{}", server.address, own.path);
    send(&mut visitor, "2", "").has("Anda sudah ikut!");
    let refused = send(&mut visitor, "1", "");
    assert_eq!(refused.reply.status, 409);
    refused.has("tautan rahasia Anda");
    for wrong in ["http://x/p/1#sp_00", "apa saja"] {
        let wrong = send(&mut visitor, "2", wrong);
        assert_eq!(wrong.reply.status, 422);
        wrong.has("<details open>").has("Bukan tautan rahasia");
    }
    send(&mut visitor, "2", &format!(" {link} ")).has("Anda sudah ikut!");
    assert_eq!(send(&mut visitor, "1", &link).reply.status, 409);
    // Where there is no limit nothing is asked.
    visitor
        .get(&public(&server.campaign(3)))
        .has_no("Sudah ikut dan mau");
}

#[test]
fn joins_by_form_count_as_joins() {
    let server = TestServer::start_guarded(RateLimits {
        joins_per_minute: 2,
        writes_per_minute: 0,
        reads_per_minute: 0,
    });
    let campaign = server.campaign(30);
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&public(&campaign));
    let action = action(&page);
    server.joined(&campaign, "sari", 1);
    assert_eq!(visitor.send_form(&page, &action, &BUDI).status, 303);
    let refused = visitor.send_form(&page, &action, &BUDI);
    assert_eq!(refused.status, 429);
    assert!(refused.header("Retry-After").is_some());
    assert!(refused.text().contains("Terlalu banyak permintaan"));
}

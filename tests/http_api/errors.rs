//! Every refusal that a client can bring about, in both languages.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Call, DEADLINE, TestServer, join_body};

const NO_ID: &str = "0199a000-0000-7000-8000-000000000000";

#[test]
fn what_does_not_exist_can_not_be_read() {
    let server = TestServer::start();
    for id in [NO_ID, "batch-oktober", "%20"] {
        for (path, code) in [
            ("products/{}", "product_not_found"),
            ("sambatan/campaigns/{}", "campaign_not_found"),
            ("sambatan/campaigns/{}/progress", "campaign_not_found"),
            ("sambatan/campaigns/{}/participants", "campaign_not_found"),
            ("sambatan/campaigns/{}/logs", "campaign_not_found"),
            ("sambatan/participations/{}", "participation_not_found"),
        ] {
            let path = format!("/api/{}", path.replace("{}", id));
            server.get(&path).refused(404, code);
        }
    }
}

#[test]
fn what_does_not_exist_can_not_be_changed() {
    let server = TestServer::start();
    let (product, campaign, participation) = (
        "product_not_found",
        "campaign_not_found",
        "participation_not_found",
    );
    for id in [NO_ID, "batch-oktober", "%20"] {
        for (path, body, code) in [
            ("products/{}/sambatan", json!({"enabled": true}), product),
            ("sambatan/campaigns/{}/join", join_body("u", 1), campaign),
            ("sambatan/campaigns/{}/cancel", json!({}), campaign),
            (
                "sambatan/participations/{}/cancel",
                json!({}),
                participation,
            ),
            (
                "sambatan/participations/{}/confirm",
                json!({}),
                participation,
            ),
        ] {
            let path = format!("/api/{}", path.replace("{}", id));
            server.post(&path, &body).refused(404, code);
        }
    }
}

#[test]
fn an_address_that_does_not_exist_is_not_found() {
    let server = TestServer::start();
    for path in [
        "/index.html",
        "/api",
        "/api/products/%FF",
        "/api/Products",
        "/api/sambatan",
        "//healthz",
    ] {
        server.get(path).refused(404, "not_found");
    }
}

#[test]
fn a_campaign_needs_an_enabled_product_and_a_deadline_to_come() {
    let server = TestServer::start();
    let campaign = |product: &str, deadline: &str| {
        json!({
            "product_id": product,
            "title": "Batch Oktober",
            "total_slots": 10,
            "price_per_slot": 1,
            "deadline": deadline,
        })
    };
    let list = "/api/sambatan/campaigns";
    let product = server.post("/api/products", &json!({"name": "Rimba", "base_price": 1}));
    let product = product.created()["id"].as_str().unwrap().to_owned();
    let refused = |body: &Value, status, code: &str| server.post(list, body).refused(status, code);
    refused(&campaign(NO_ID, DEADLINE), 404, "product_not_found");
    refused(&campaign(&product, DEADLINE), 400, "product_not_enabled");
    let toggle = format!("/api/products/{product}/sambatan");
    server.post(&toggle, &json!({"enabled": true})).ok();
    let past = "2025-09-30T23:59:59Z";
    let document = refused(&campaign(&product, past), 400, "deadline_in_past");
    assert_eq!(document["deadline"], past);
    let detail = document["detail"].as_str().unwrap();
    assert!(
        detail.contains("1 Oktober 2025 pukul 06.59 WIB"),
        "{detail}"
    );
    server
        .post(&toggle, &json!({"enabled": true, "deadline": past}))
        .refused(400, "deadline_in_past");
}

#[test]
fn a_join_is_refused_with_what_a_client_needs_to_go_on() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    server.joined(&campaign, "user-1", 2);
    let refused = server
        .join(&campaign, "user-2", 2)
        .refused(409, "insufficient_slots");
    assert_eq!(
        (&refused["requested"], &refused["available"]),
        (&json!(2), &json!(1))
    );
    server.joined(&campaign, "user-2", 1);
    let refused = server
        .join(&campaign, "user-3", 1)
        .refused(409, "campaign_closed");
    assert_eq!(refused["campaign_status"], "full");

    let late = server.campaign(3);
    let participation = server.joined(&late, "user-1", 1);
    server.clock.set("2025-10-10T00:00:00Z".parse().unwrap());
    server.joined(&late, "user-1", 1);
    server.clock.advance(TimeDelta::milliseconds(1));
    let refused = server
        .join(&late, "user-2", 1)
        .refused(409, "campaign_closed");
    assert_eq!(refused["campaign_status"], "active");
    assert_eq!(refused["deadline"], DEADLINE);
    let cancel = format!("{participation}/cancel");
    server
        .post_empty(&cancel)
        .refused(409, "participation_state_invalid");
}

/// Sends bodies to a path; each must be refused for exactly these fields.
fn refuses(server: &TestServer, path: &str, cases: &[(Value, &[&str])]) {
    for (body, wrong) in cases {
        let reply = server.post(path, body);
        assert_eq!(reply.wrong_fields(), *wrong, "{path} {body}");
    }
}

#[test]
fn every_wrong_field_of_a_product_is_named_at_once() {
    let long = "x".repeat(2001);
    let all = &["name", "base_price"][..];
    let cases = [
        (json!({}), all),
        (json!({"name": "ab", "base_price": 0}), all),
        (json!({"name": null, "base_price": null}), all),
        (json!({"name": 7, "base_price": 1.5}), all),
        (
            json!({"name": "Rimba", "base_price": 1e13}),
            &["base_price"],
        ),
        (
            json!({"name": "a\nb", "base_price": 1_000_000_000_001_u64, "description": long}),
            &["name", "description", "base_price"],
        ),
    ];
    refuses(&TestServer::start(), "/api/products", &cases);
}

#[test]
fn every_wrong_field_of_a_campaign_is_named_at_once() {
    let server = TestServer::start();
    let cases = [
        (
            json!({}),
            &[
                "product_id",
                "title",
                "total_slots",
                "price_per_slot",
                "deadline",
            ][..],
        ),
        (
            json!({
                "product_id": "x",
                "title": "ab",
                "total_slots": 0,
                "price_per_slot": 0,
                "deadline": "besok",
            }),
            &[
                "product_id",
                "deadline",
                "title",
                "total_slots",
                "price_per_slot",
            ],
        ),
        (
            json!({
                "product_id": NO_ID,
                "title": "ok!",
                "total_slots": 3,
                "price_per_slot": 1,
                "deadline": DEADLINE,
                "minimum_slots": 4,
                "opens_at": DEADLINE,
            }),
            &["minimum_slots", "opens_at"],
        ),
        (json!([]), &["body"]),
    ];
    refuses(&server, "/api/sambatan/campaigns", &cases);
    let long = "x".repeat(161);
    let cases = [
        (json!({"reason": 7}), &["reason"][..]),
        (json!({"reason": long}), &["reason"]),
    ];
    let campaign = server.campaign(3);
    refuses(&server, &format!("{campaign}/cancel"), &cases);
    assert_eq!(server.get(&campaign).ok()["status"], "active");
}

#[test]
fn every_wrong_field_of_a_join_is_named_at_once() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let long = "x".repeat(161);
    let address = "Jl. Melati";
    let all = &["user_id", "quantity", "shipping_address"][..];
    let cases = [
        (json!({}), all),
        (
            json!({"user_id": 7, "quantity": "2", "shipping_address": "Jl."}),
            all,
        ),
        (
            json!({"user_id": "", "quantity": -1, "shipping_address": "Jl.", "note": long}),
            &["user_id", "quantity", "shipping_address", "note"],
        ),
        (
            json!({"user_id": "u", "quantity": 2.0, "shipping_address": address}),
            &["quantity"],
        ),
        (
            json!({"user_id": "u", "quantity": u64::MAX, "shipping_address": address}),
            &["quantity"],
        ),
        (json!("quantity"), &["body"]),
    ];
    refuses(&server, &format!("{campaign}/join"), &cases);
    assert_eq!(server.get(&campaign).ok()["slots_taken"], 0);
}

#[test]
fn a_toggle_needs_a_yes_or_no() {
    let server = TestServer::start();
    let path = format!("/api/products/{}/sambatan", server.product());
    for (body, wrong) in [
        (json!({}), &["enabled"][..]),
        (
            json!({"enabled": "yes", "total_slots": 0}),
            &["enabled", "total_slots"],
        ),
        (
            json!({"enabled": 1, "deadline": 7}),
            &["enabled", "deadline"],
        ),
        (json!({"enabled": true, "deadline": "besok"}), &["deadline"]),
        (
            json!({"enabled": true, "total_slots": 1_000_001}),
            &["total_slots"],
        ),
    ] {
        assert_eq!(server.post(&path, &body).wrong_fields(), wrong, "{body}");
    }
}

#[test]
fn a_user_id_in_a_path_is_checked_like_any_other() {
    let server = TestServer::start();
    let long = "u".repeat(65);
    for user in ["%20", "a%0Ab", &long] {
        let reply = server.get(&format!("/api/sambatan/users/{user}/participations"));
        assert_eq!(reply.wrong_fields(), ["user_id"], "{user}");
    }
}

#[test]
fn what_is_not_json_is_told_from_what_is_not_declared_as_json() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let join = format!("{campaign}/join");
    let body = join_body("user-1", 1).to_string();
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(30_000), "]".repeat(30_000));
    for text in [
        &b""[..],
        b"{",
        b"quantity=1",
        b"{\"quantity\": 1, \"quantity\": 2}",
        b"{\"user_id\": \"\xff\"}",
        b"{\"quantity\": 1e999}",
        deep.as_bytes(),
    ] {
        let call = Call::post(&join).json_text(text);
        server.send(&call).refused(400, "json_invalid");
    }
    for declared in [
        "text/plain",
        "application/json; charset=utf-16",
        "application/xml",
    ] {
        let call = Call::post(&join)
            .header("Content-Type", declared)
            .body(body.clone());
        server.send(&call).refused(415, "unsupported_media_type");
    }
    for path in [
        &join,
        "/api/products",
        &format!("{campaign}/cancel"),
        "/api/sambatan/lifecycle/run",
        "/api/sambatan/scheduler/trigger",
    ] {
        let call = Call::post(path).body(body.clone());
        server.send(&call).refused(415, "unsupported_media_type");
    }
    server
        .send(&Call::post(&join))
        .refused(415, "unsupported_media_type");
    let declared = Call::post(&join)
        .header("Content-Type", "Application/JSON; charset=\"UTF-8\"")
        .body([b"\xef\xbb\xbf", body.as_bytes()].concat());
    server.send(&declared).created();
}

#[test]
fn a_wrong_method_is_told_the_right_ones() {
    let server = TestServer::start();
    for (method, path, allow) in [
        ("PUT", "/api/products", "POST, GET, HEAD, OPTIONS"),
        ("DELETE", "/api/sambatan/campaigns/x", "GET, HEAD, OPTIONS"),
        ("GET", "/api/sambatan/campaigns/x/join", "POST, OPTIONS"),
        ("HEAD", "/api/sambatan/scheduler/trigger", "POST, OPTIONS"),
        ("PATCH", "/healthz", "GET, HEAD, OPTIONS"),
    ] {
        let mut client = server.client();
        let reply = client.send(&Call::new(method, path));
        assert_eq!((reply.status, reply.header("Allow")), (405, Some(allow)));
        if method != "HEAD" {
            let document = reply.refused(405, "method_not_allowed");
            assert!(document["detail"].as_str().unwrap().contains(allow));
        }
        let options = client.send(&Call::new("OPTIONS", path));
        assert_eq!(
            (options.status, options.header("Allow")),
            (204, Some(allow))
        );
    }
    let nowhere = server.send(&Call::new("OPTIONS", "/nowhere"));
    nowhere.refused(404, "not_found");
}

#[test]
fn refusals_are_in_indonesian_unless_english_is_preferred() {
    let server = TestServer::start();
    let call = Call::get("/api/sambatan/campaigns/x");
    for (accepted, language, title) in [
        (None, "id", "Kampanye tidak ditemukan"),
        (Some("fr"), "id", "Kampanye tidak ditemukan"),
        (
            Some("id-ID,id;q=0.9,en;q=0.8"),
            "id",
            "Kampanye tidak ditemukan",
        ),
        (Some("en-US,en;q=0.9,id;q=0.8"), "en", "Campaign not found"),
        (Some("de, en;q=0.1"), "en", "Campaign not found"),
    ] {
        let call = accepted.into_iter().fold(call.clone(), |call, accepted| {
            call.header("Accept-Language", accepted)
        });
        let reply = server.send(&call);
        assert_eq!(reply.refused(404, "campaign_not_found")["title"], title);
        assert_eq!(reply.header("Content-Language"), Some(language));
    }
    let english = Call::post("/api/products")
        .header("Accept-Language", "en")
        .json(&json!({"name": "ab"}));
    assert_eq!(
        server.send(&english).refused(422, "validation_failed"),
        json!({
            "detail": "These fields are not right: base_price, name. Correct them and send them again.",
            "title": "Invalid fields",
            "status": 422,
            "code": "validation_failed",
            "errors": [
                {"field": "base_price", "message": "Required."},
                {"field": "name", "message": "At least 3 characters."},
            ],
        })
    );
}

#[test]
fn a_foreign_web_page_is_refused() {
    let server = TestServer::start();
    let port = server.address.port();
    let trigger = Call::post("/api/sambatan/lifecycle/run");
    for (name, value) in [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Host", "evil.example"),
    ] {
        let call = trigger.clone().header(name, value);
        server.send(&call).refused(403, "forbidden");
    }
    let own = trigger
        .header("Host", &format!("localhost:{port}"))
        .header("Origin", &format!("http://localhost:{port}"))
        .header("Sec-Fetch-Site", "same-origin");
    server.send(&own).ok();
}

#[test]
fn writes_to_a_service_that_is_stopping_are_refused() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    server.service.close();
    let refused = server.join(&campaign, "user-1", 1);
    refused.refused(503, "stopping");
    server.get(&campaign).ok();
}

//! Open mode behind a proxy: nobody who comes through one is taken for somebody on this machine.

use sambatan::Options;
use sambatan::http::ServerOptions;
use sambatan::http::door::DoorConfig;
use serde_json::json;

use crate::support::{Call, NO_LIMITS, TestServer};

/// What proxies add, in the spelling of some of them.
const SIGNS: [(&str, &str); 12] = [
    ("X-Forwarded-For", "127.0.0.1"),
    ("x-forwarded-for", "192.0.2.1"),
    ("X-Forwarded-Host", "localhost"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Server", "proxy"),
    ("X-Forwarded-Something-New", ""),
    ("X-Forwarded", "for=127.0.0.1"),
    ("Forwarded", "for=127.0.0.1;proto=https"),
    ("Via", "1.1 proxy"),
    ("X-Real-IP", "127.0.0.1"),
    ("CF-Connecting-IP", "192.0.2.1"),
    ("True-Client-IP", "192.0.2.1"),
];

fn serving(door: Option<DoorConfig>) -> TestServer {
    TestServer::serving(
        tempfile::tempdir().unwrap(),
        &Options::default(),
        ServerOptions {
            door,
            ..ServerOptions::default()
        },
    )
}

#[test]
fn in_open_mode_what_came_through_a_proxy_is_refused_and_how_to_set_a_token_is_said() {
    let trusting = DoorConfig {
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..DoorConfig::default()
    };
    for door in [None, Some(DoorConfig::default()), Some(trusting)] {
        let server = serving(door);
        let product = json!({"name": "Rimba Embun", "base_price": 1});
        for (name, value) in SIGNS {
            let read = server.send(&Call::get("/api/products").header(name, value));
            let document = read.refused(403, "proxy_needs_token");
            let detail = document["detail"].as_str().unwrap();
            assert!(detail.contains("sambatan organiser token new"), "{detail}");
            assert!(detail.contains("SAMBATAN_ORGANISER_TOKEN"), "{detail}");
            let write = Call::post("/api/products").header(name, value);
            server
                .send(&write.json(&product))
                .refused(403, "proxy_needs_token");
            for path in ["/", "/organiser", "/organiser/products", "/nowhere"] {
                let call = Call::get(path)
                    .header("Accept", "text/html")
                    .header(name, value);
                let page = server.send(&call);
                assert_eq!(page.status, 403, "{name} {path}");
                assert!(page.text().starts_with("<!doctype html>"), "{path}");
                assert!(page.text().contains("SAMBATAN_ORGANISER_TOKEN"), "{path}");
            }
        }
        let products = server.get("/api/products").ok();
        assert_eq!(
            products,
            json!([]),
            "nothing was made, and no sign is no proxy"
        );
    }
}

#[test]
fn with_a_token_a_proxy_may_stand_in_front() {
    let server = TestServer::start_guarded(NO_LIMITS);
    for (name, value) in SIGNS {
        let list = Call::get("/api/sambatan/campaigns").header(name, value);
        server.send(&list).ok();
    }
}

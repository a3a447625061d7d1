//! Who may do what: every route, asked by everybody.

mod described;
mod expected;
mod scene;

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::Arc;

use expected::{EVERYBODY, EXPECTED, For, Who};
use sambatan::Sambatan;
use sambatan::http::door::DoorConfig;
use sambatan::http::{Server, ServerOptions, route_table};
use scene::{Scene, is_page};

use crate::support::{Call, NO_LIMITS, ORGANISER, Reply, TestServer, join_body};

fn challenge(reply: &Reply) -> &str {
    reply.header("WWW-Authenticate").unwrap()
}

fn is_as_expected(reply: &Reply, (route, audience, granted): (&str, For, u16), who: Who) {
    match (audience, who) {
        (For::Everybody, _)
        | (For::TheOwner, Who::Owner | Who::Organiser)
        | (For::TheOrganiser, Who::Organiser) => {
            assert_eq!(reply.status, granted, "{route}, {who:?}: {}", reply.text());
        }
        (_, Who::Anonymous) => {
            reply.refused(401, "token_required");
            assert_eq!(challenge(reply), "Bearer realm=\"sambatan\"");
        }
        (_, Who::WrongToken) => {
            reply.refused(401, "invalid_token");
            assert_eq!(
                challenge(reply),
                "Bearer realm=\"sambatan\", error=\"invalid_token\""
            );
        }
        (For::TheOwner, _) => {
            let code = match route {
                "acknowledge_refund" => "refund_not_found",
                _ => "participation_not_found",
            };
            reply.refused(404, code);
        }
        (For::TheOrganiser, _) => {
            reply.refused(403, "forbidden");
        }
    }
}

/// Whom a page is not for is led to where they can show who they are; a form says that they did not.
fn is_as_expected_of_a_page(reply: &Reply, row: (&str, For, u16), who: Who, method: &str) {
    let (route, audience, granted) = row;
    let looks = method == "GET";
    let shown_nothing = matches!(who, Who::Anonymous | Who::WrongToken);
    let status = match (audience, who) {
        (For::Everybody, _) | (For::TheOwner, Who::Owner) | (For::TheOrganiser, Who::Organiser) => {
            granted
        }
        // Only the organiser's own pages get the session's cookie from a browser.
        (For::TheOwner, Who::Organiser) if looks => granted,
        (For::TheOwner, Who::Organiser) => 401,
        (For::TheOwner, _) if shown_nothing && looks => {
            assert!(
                reply.text().contains("/open\" data-unlock"),
                "{route}, {who:?}"
            );
            200
        }
        (For::TheOrganiser, _) if shown_nothing && looks => {
            let location = reply.header("Location").unwrap();
            assert!(
                location.starts_with("/organiser/sign-in?next="),
                "{location}"
            );
            303
        }
        (_, _) if shown_nothing => 401,
        (For::TheOwner, _) => 404,
        (For::TheOrganiser, _) => 403,
    };
    assert_eq!(reply.status, status, "{route}, {who:?}: {}", reply.text());
    let is_theirs = match audience {
        For::Everybody => true,
        For::TheOwner => matches!(who, Who::Owner | Who::Organiser),
        For::TheOrganiser => who == Who::Organiser,
    };
    if !is_theirs {
        assert!(!reply.text().contains("Jl. Melati"), "{route}, {who:?}");
    }
    if !looks || status >= 400 {
        return;
    }
    if let Some(kind) = reply.header("Content-Type").filter(|_| status == 200) {
        assert!(!kind.contains("json"), "{route}, {who:?}: {kind}");
    }
}

#[test]
fn every_route_lets_in_whom_it_is_for_and_nobody_else() {
    let server = TestServer::start_guarded(NO_LIMITS);
    server.service.scheduler().start().unwrap();
    let mut expected: BTreeSet<_> = EXPECTED.iter().map(|(name, ..)| *name).collect();
    for (method, pattern, name) in route_table() {
        assert!(expected.remove(name), "{name} is not expected");
        let row = *EXPECTED.iter().find(|row| row.0 == name).unwrap();
        for who in EVERYBODY {
            let mut scene = Scene::new(&server);
            scene.prepare(&server, name);
            let shown = |call| {
                if is_page(pattern) {
                    scene.shown_by_cookie(who, call)
                } else {
                    scene.shown_by(who, call)
                }
            };
            let call = shown(scene.call(method, pattern, name));
            let reply = server.send(&call);
            if is_page(pattern) {
                is_as_expected_of_a_page(&reply, row, who, method);
            } else {
                is_as_expected(&reply, row, who);
            }
            if method == "GET" {
                let head = shown(scene.call("HEAD", pattern, name));
                let get = server.send(&call);
                assert_eq!(server.send(&head).status, get.status, "{name}, {who:?}");
            }
        }
    }
    assert!(expected.is_empty(), "no such routes: {expected:?}");
}

#[test]
fn a_refused_request_has_changed_nothing() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let scene = Scene::new(&server);
    let path = format!("/api/sambatan/participations/{}", scene.participation);
    let before = server.send_as_organiser(Call::get(&path)).ok();
    for who in [Who::Anonymous, Who::WrongToken, Who::AnotherParticipant] {
        for action in ["cancel", "confirm"] {
            let call = Call::post(&format!("{path}/{action}"));
            let reply = server.send(&scene.shown_by(who, call));
            assert!((401..=404).contains(&reply.status));
        }
    }
    assert_eq!(server.send_as_organiser(Call::get(&path)).ok(), before);
}

#[test]
fn a_participant_cancels_with_the_token_of_their_join_and_sees_it_nowhere_else() {
    for server in [TestServer::start(), TestServer::start_guarded(NO_LIMITS)] {
        let campaign = server.campaign(3);
        let joined = server.join(&campaign, "user-1", 1);
        let token = joined.created()["manage_token"].clone();
        let token = token.as_str().unwrap();
        let path = joined.header("Location").unwrap();
        let shown = server.send(&Call::get(path).bearer(token));
        assert!(!shown.text().contains("manage_token"), "{}", shown.text());
        let cancelled = server.send(&Call::post(&format!("{path}/cancel")).bearer(token));
        assert_eq!(cancelled.ok()["status"], "cancelled");
        assert!(!cancelled.text().contains("manage_token"));
    }
}

#[test]
fn a_replayed_join_answers_its_token_again_although_it_is_not_stored() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(3);
    let call = Call::post(&format!("{campaign}/join"))
        .header("Idempotency-Key", "8e03978e-40d5-43e8-bc93-6894a57f9324")
        .json(&join_body("user-1", 1));
    let first = server.send(&call);
    let token = first.created()["manage_token"].clone();
    let file = server.folder.path().join("test.db");
    let stored: String = rusqlite::Connection::open(&file)
        .unwrap()
        .query_row("SELECT body FROM idempotency_keys", [], |row| row.get(0))
        .unwrap();
    assert!(stored.contains("\"user_id\":\"user-1\""), "{stored}");
    assert!(!stored.contains("manage_token"), "{stored}");

    let again = server.send(&call);
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("Location"), first.header("Location"));
    let path = again.header("Location").unwrap();
    let shown = Call::get(path).bearer(token.as_str().unwrap());
    server.send(&shown).ok();
    // The same join without a key answers the same fields.
    let plain = server.join(&campaign, "user-2", 1).created();
    let fields = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(fields(&plain), fields(&first.json()));
}

#[test]
fn tokens_outlive_a_restart_and_belong_to_one_file() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let joined = server.join(&campaign, "user-1", 1).created();
    let token = joined["manage_token"].as_str().unwrap().to_owned();
    let id = joined["id"].as_str().unwrap().parse().unwrap();
    let server = server.restart();
    assert_eq!(server.service.verify_manage_token(&token), Some(id));
    let other = TestServer::start();
    assert_eq!(other.service.verify_manage_token(&token), None);
}

#[test]
fn two_tokens_or_another_scheme_are_no_token() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let get = || Call::get("/api/products");
    for call in [
        get().header("Authorization", &format!("Basic {ORGANISER}")),
        get().header("Authorization", ORGANISER),
        get().header("Authorization", ""),
        get().bearer(""),
    ] {
        server.send(&call).refused(401, "invalid_token");
    }
    let twice = get().bearer(ORGANISER).bearer(ORGANISER);
    server.send(&twice).refused(400, "header_repeated");
    let lower = get().header("Authorization", &format!("bearer {ORGANISER}"));
    server.send(&lower).ok();
    let in_query = Call::get(&format!("/api/products?access_token={ORGANISER}"));
    server.send(&in_query).refused(401, "token_required");
}

#[test]
fn in_guarded_mode_any_name_and_links_from_other_sites_work_but_foreign_changes_do_not() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(3);
    let from_elsewhere = |call: Call| {
        call.header("Host", "patungan.example")
            .header("Origin", "https://elsewhere.example")
            .header("Sec-Fetch-Site", "cross-site")
    };
    server.send(&from_elsewhere(Call::get(&campaign))).ok();
    let join = Call::post(&format!("{campaign}/join")).json(&join_body("user-1", 1));
    server
        .send(&from_elsewhere(join.clone()))
        .refused(403, "forbidden");
    let own = join
        .header("Host", "patungan.example")
        .header("Origin", "https://patungan.example");
    server.send(&own).created();
}

#[test]
fn an_address_of_the_network_is_not_served_without_a_token() {
    let service = Arc::new(Sambatan::ephemeral().unwrap());
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let error = Server::start(listener, service, &ServerOptions::default()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    assert!(error.to_string().contains("organiser token"), "{error}");
}

#[test]
fn who_the_client_is_is_only_believed_from_the_front_door() {
    let serving = |door: Option<DoorConfig>| {
        TestServer::serving(
            tempfile::tempdir().unwrap(),
            &sambatan::Options::default(),
            ServerOptions {
                door,
                ..ServerOptions::default()
            },
        )
    };
    let claimed = |server: &TestServer, name: &str, address: &str| {
        server.send(&Call::get("/api/products").header(name, address))
    };
    for server in [serving(None), serving(Some(DoorConfig::default()))] {
        claimed(&server, "X-Sambatan-Client", "192.0.2.1").ok();
        claimed(&server, "X-Sambatan-Scheme", "https").ok();
        claimed(&server, "X-Sambatan-Proxied", "").ok();
    }
    let trusting = serving(Some(DoorConfig {
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..DoorConfig::default()
    }));
    claimed(&trusting, "X-Sambatan-Client", "192.0.2.1").ok();
    // Open mode is for this machine, whoever brings the request here.
    for address in ["127.0.0.1", "192.0.2.1", "2001:db8::1"] {
        claimed(&trusting, "X-Forwarded-For", address).refused(403, "proxy_needs_token");
    }
}

//! The organiser signs in and out.

use sambatan::http::ServerOptions;
use sambatan::http::door::DoorConfig;
use sambatan::http::{Mode, OrganiserToken, RateLimits};

use crate::support::{Call, NO_LIMITS, ORGANISER, TestServer};
use crate::visitor::Visitor;

#[test]
fn who_signs_in_lands_where_they_wanted_to_go() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut visitor = Visitor::of(&server);
    let page = visitor.get("/organiser/campaigns?status=active");
    assert_eq!(
        page.path,
        "/organiser/sign-in?next=%2Forganiser%2Fcampaigns%3Fstatus%3Dactive"
    );
    let wrong = visitor.submit(
        &page,
        "/organiser/sign-in",
        &[("token", "so_wrong-token-here")],
    );
    assert_eq!(wrong.reply.status, 422);
    wrong.has("Token ini tidak cocok").has_no("so_wrong");
    let page = visitor.submit(&wrong, "/organiser/sign-in", &[("token", ORGANISER)]);
    page.ok();
    assert_eq!(page.path, "/organiser/campaigns?status=active");
}

#[test]
fn nobody_is_led_to_another_site_after_signing_in() {
    let server = TestServer::start_guarded(NO_LIMITS);
    for next in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/c/x",
    ] {
        let form = [("token", ORGANISER), ("next", next)];
        let reply = server.send(&Call::post("/organiser/sign-in").form(&form));
        assert_eq!(reply.header("Location"), Some("/organiser"), "{next}");
    }
}

#[test]
fn signing_out_ends_the_session_for_good() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut visitor = Visitor::of(&server).signed_in();
    let page = visitor.get("/organiser");
    let stolen = visitor.cookie("sambatan_session").unwrap().to_owned();
    let with_stolen = || {
        let cookie = format!("sambatan_session={stolen}");
        server
            .send(&Call::get("/organiser").header("Cookie", &cookie))
            .status
    };
    assert_eq!(with_stolen(), 200);
    let out = visitor.send_form(&page, "/organiser/sign-out", &[]);
    // Cookies are not among it: a browser would forget those of participations and of neighbouring
    // services too.
    assert_eq!(
        out.header("Clear-Site-Data"),
        Some("\"cache\", \"storage\"")
    );
    assert_eq!(visitor.cookie("sambatan_session"), None);
    assert_eq!(with_stolen(), 303);
}

#[test]
fn a_session_ends_when_it_is_not_used() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut visitor = Visitor::of(&server).signed_in();
    server.clock.advance(chrono::TimeDelta::hours(11));
    visitor.get("/organiser").has("Ringkasan");
    let page = visitor.get("/organiser/products/new");
    server.clock.advance(chrono::TimeDelta::hours(13));
    let form = [("name", "Rimba Embun"), ("base_price", "1")];
    let refused = visitor.submit(&page, "/organiser/products", &form);
    assert_eq!(refused.reply.status, 401);
    refused.has("sesinya sudah berakhir");
    assert!(
        visitor
            .get("/organiser")
            .path
            .starts_with("/organiser/sign-in")
    );
}

#[test]
fn a_form_of_another_session_is_refused() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut one = Visitor::of(&server).signed_in();
    let mut other = Visitor::of(&server).signed_in();
    let page = one.get("/organiser");
    let refused = other.submit(&page, "/organiser/scheduler/run", &[]);
    assert_eq!(refused.reply.status, 403);
    refused.has("Formulir sudah tidak berlaku");
}

#[test]
fn no_other_site_can_use_a_session() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut visitor = Visitor::of(&server).signed_in();
    let page = visitor.get("/organiser");
    let token = page.after("name=\"form_token\" value=\"");
    let cookie = format!(
        "sambatan_session={}",
        visitor.cookie("sambatan_session").unwrap()
    );
    for (name, value) in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
    ] {
        let call = Call::post("/organiser/scheduler/run")
            .header("Cookie", &cookie)
            .header(name, value)
            .form(&[("form_token", &token)]);
        assert_eq!(server.send(&call).status, 403, "{name}: {value}");
    }
    // The session opens pages, not the API.
    let api = Call::get("/api/products").header("Cookie", &cookie);
    server.send(&api).refused(401, "token_required");
    // And the API's token opens the API, not pages.
    assert_eq!(
        server
            .send(&Call::get("/organiser").bearer(ORGANISER))
            .status,
        303
    );
}

#[test]
fn signing_in_counts_as_showing_a_token() {
    let server = TestServer::start_guarded(RateLimits {
        joins_per_minute: 0,
        writes_per_minute: 4,
        reads_per_minute: 0,
    });
    let sign_in = |token: &str| {
        let call = Call::post("/organiser/sign-in").form(&[("token", token)]);
        server.send(&call).status
    };
    // Wrong tokens in the API's header use the same allowance.
    let wrong = Call::get("/api/products").bearer("so_wrong");
    for _ in 0..3 {
        server.send(&wrong).refused(401, "invalid_token");
    }
    assert_eq!(sign_in("wrong"), 422);
    assert_eq!(sign_in("wrong"), 429);
    assert_eq!(
        sign_in(ORGANISER),
        303,
        "a neighbour's guesses keep nobody out"
    );
}

/// A guarded server that believes these proxies.
fn serving(trusted: &[&str]) -> TestServer {
    let door = DoorConfig {
        trusted_proxies: trusted.iter().map(|it| it.parse().unwrap()).collect(),
        ..DoorConfig::default()
    };
    TestServer::serving(
        tempfile::tempdir().unwrap(),
        &sambatan::Options::default(),
        ServerOptions {
            mode: Mode::Guarded(OrganiserToken::new(ORGANISER).unwrap()),
            rate_limits: NO_LIMITS,
            door: Some(door),
            ..ServerOptions::default()
        },
    )
}

#[test]
fn over_tls_cookies_stay_on_tls_and_links_begin_with_https() {
    let sign_in = |server: &TestServer, name: &str, value: &str| {
        let call = Call::post("/organiser/sign-in")
            .form(&[("token", ORGANISER)])
            .header(name, value);
        let reply = server.send(&call);
        reply.header("Set-Cookie").unwrap().to_owned()
    };
    let behind_proxy = serving(&["127.0.0.1"]);
    let cookie = sign_in(&behind_proxy, "X-Forwarded-Proto", "https");
    assert!(cookie.starts_with("__Host-sambatan_session="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"),
        "{cookie}"
    );
    for (server, name, value) in [
        (&behind_proxy, "X-Forwarded-Proto", "http"),
        (&behind_proxy, "X-Forwarded-Proto", "https, http"),
        (&behind_proxy, "X-Sambatan-Scheme", "https"),
        (&serving(&[]), "X-Forwarded-Proto", "https"),
        (&serving(&[]), "X-Sambatan-Scheme", "https"),
    ] {
        let cookie = sign_in(server, name, value);
        assert!(!cookie.contains("Secure"), "{name}: {value}: {cookie}");
        assert!(cookie.starts_with("sambatan_session="), "{cookie}");
        assert!(cookie.contains("; Path=/organiser;"), "{cookie}");
    }
    // A plain cookie, which a neighbour in the network could have set, is nobody's there.
    let (_, secret) = cookie.split(';').next().unwrap().split_once('=').unwrap();
    for (name, status) in [("__Host-sambatan_session", 200), ("sambatan_session", 303)] {
        let call = Call::get("/organiser")
            .header("X-Forwarded-Proto", "https")
            .header("Cookie", &format!("{name}={secret}"));
        assert_eq!(behind_proxy.send(&call).status, status, "{name}");
    }
    let campaign = behind_proxy.campaign(3);
    let mut visitor = Visitor::of(&behind_proxy)
        .with("X-Forwarded-Proto", "https")
        .with("Host", "patungan.example");
    let mut organiser = Visitor::of(&behind_proxy)
        .with("X-Forwarded-Proto", "https")
        .signed_in();
    let page = organiser.get("/organiser");
    organiser.submit(&page, "/organiser/scheduler/run", &[]);
    organiser.submit(&page, "/organiser/sign-out", &[]);
    assert_eq!(organiser.cookie("__Host-sambatan_session"), None);
    visitor
        .get(&crate::campaign::public(&campaign))
        .has("value=\"https://patungan.example/c/batch-oktober-");
}

#[test]
fn where_everybody_may_do_everything_nobody_signs_in() {
    let server = TestServer::start();
    let mut visitor = Visitor::of(&server);
    let page = visitor.get("/organiser/sign-in");
    assert_eq!(page.path, "/organiser");
    page.has_no("/organiser/sign-out").ok();
    // Its forms are still its own.
    let call = Call::post("/organiser/scheduler/run").form(&[("form_token", "0123")]);
    assert_eq!(server.send(&call).status, 403);
    server.service.scheduler().start().unwrap();
    visitor
        .submit(&page, "/organiser/scheduler/run", &[])
        .has("Penjadwal sudah dijalankan");
}

#[test]
fn open_sessions_are_shown_and_ended_on_a_page() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut here = Visitor::of(&server).signed_in();
    let mut elsewhere = Visitor::of(&server).signed_in();
    here.get("/organiser").has("href=\"/organiser/sessions\"");
    let page = here.get("/organiser/sessions");
    page.ok();
    page.has("peramban ini");
    let action = page.after("<form method=\"post\" action=\"/organiser/sessions/");
    let page = here.submit(&page, &format!("/organiser/sessions/{action}"), &[]);
    assert_eq!(page.path, "/organiser/sessions?done=ended");
    page.has("peramban ini")
        .has_no("action=\"/organiser/sessions/");
    let gone = elsewhere.get("/organiser");
    assert!(gone.path.starts_with("/organiser/sign-in"));
    assert_eq!(here.get("/organiser").path, "/organiser");
}

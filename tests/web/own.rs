//! A participant's own page.

use sambatan::http::RateLimits;

use crate::support::{Call, NO_LIMITS, TestServer};
use crate::visitor::Visitor;

/// The path of the own page and the secret of somebody who joined by the API.
fn joined(server: &TestServer) -> (String, String) {
    let campaign = server.campaign(20);
    let participation = server.join(&campaign, "budi", 2).created();
    (
        format!("/p/{}", participation["id"].as_str().unwrap()),
        participation["manage_token"].as_str().unwrap().to_owned(),
    )
}

#[test]
fn the_secret_opens_the_page_alone_or_as_the_whole_link() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let (path, token) = joined(&server);
    let open = format!("{path}/open");
    for typed in [
        token.clone(),
        format!("  {token} "),
        format!("https://patungan.example{path}#{token}"),
    ] {
        let mut visitor = Visitor::of(&server);
        let locked = visitor.get(&path);
        locked
            .has_no("budi")
            .has_no("Melati")
            .has("data-unlock")
            .ok();
        let page = visitor.submit(&locked, &open, &[("token", &typed)]);
        page.has("<bdi>budi</bdi>").has("Jl. Melati No. 15").ok();
        // It stays open in this browser, and only there.
        visitor.get(&path).has("<bdi>budi</bdi>");
        Visitor::of(&server).get(&path).has_no("budi");
    }
}

#[test]
fn another_secret_opens_nothing() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let (path, token) = joined(&server);
    let (_, other) = joined(&server);
    let mut visitor = Visitor::of(&server);
    let locked = visitor.get(&path);
    for wrong in ["", "sp_", &other, &token[1..], crate::support::ORGANISER] {
        let page = visitor.submit(&locked, &format!("{path}/open"), &[("token", wrong)]);
        assert_eq!(page.reply.status, 422, "{wrong}");
        page.has("Kode ini bukan untuk halaman ini").has_no("budi");
        assert!(wrong.len() < 10 || !page.text().contains(wrong));
    }
    assert_eq!(visitor.cookie("sambatan_own"), None);
    // Whether there is such a participation is not told either.
    let nobody = visitor.get("/p/0199a1b2-0000-7000-8000-000000000000");
    nobody.has("data-unlock").ok();
}

#[test]
fn the_cookie_goes_to_this_page_alone_and_no_script_sees_it() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let (path, token) = joined(&server);
    let call = Call::post(&format!("{path}/open")).form(&[("token", &token)]);
    let cookie = server.send(&call);
    let cookie = cookie.header("Set-Cookie").unwrap();
    for part in [
        format!("sambatan_own={token}"),
        format!("Path={path}"),
        "HttpOnly".to_owned(),
        "SameSite=Strict".to_owned(),
    ] {
        assert!(cookie.split("; ").any(|it| it == part), "{cookie}");
    }
    // The API is not used by cookies: no page of somebody else can have a browser use it.
    let id = path.strip_prefix("/p/").unwrap();
    let api = Call::get(&format!("/api/sambatan/participations/{id}"));
    server
        .send(&api.header("Cookie", &format!("sambatan_own={token}")))
        .refused(401, "token_required");
}

#[test]
fn a_participant_cancels_after_a_second_thought() {
    for server in [TestServer::start(), TestServer::start_guarded(NO_LIMITS)] {
        let (path, token) = joined(&server);
        let mut visitor = Visitor::of(&server);
        visitor.send(Call::post(&format!("{path}/open")).form(&[("token", &token)]));
        let page = visitor.get(&path);
        page.has("2 slot Anda dilepas");
        let cancel = format!("{path}/cancel");
        let long = "x".repeat(161);
        let refused = visitor.submit(&page, &cancel, &[("reason", &long)]);
        assert_eq!(refused.reply.status, 422);
        refused.has("Paling banyak 160 karakter").has(&long);
        let done = visitor.submit(&refused, &cancel, &[("reason", "berubah pikiran")]);
        done.has(">Batal</span>").has_no("/cancel\"").ok();
        // An old window of the same page.
        let late = visitor.submit(&page, &cancel, &[("reason", "")]);
        assert_eq!(late.reply.status, 409);
        late.has("sudah dibatalkan");
    }
}

#[test]
fn cancelling_needs_the_form_of_the_page() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let (path, token) = joined(&server);
    let cookie = format!("sambatan_own={token}");
    for form_token in ["", "0123456789abcdef0123456789abcdef", &token] {
        let call = Call::post(&format!("{path}/cancel"))
            .header("Cookie", &cookie)
            .form(&[("form_token", form_token)]);
        let reply = server.send(&call);
        assert_eq!(reply.status, 403);
        assert!(reply.text().contains("Formulir sudah tidak berlaku"));
    }
    let mut visitor = Visitor::of(&server);
    visitor.send(Call::post(&format!("{path}/open")).form(&[("token", &token)]));
    visitor.get(&path).has("Menunggu konfirmasi");
}

#[test]
fn guessing_secrets_is_slowed_down() {
    let server = TestServer::start_guarded(RateLimits {
        joins_per_minute: 0,
        writes_per_minute: 3,
        reads_per_minute: 0,
    });
    let campaign = server.campaign(20);
    let joined = server.join(&campaign, "budi", 1).created();
    let path = format!("/p/{}", joined["id"].as_str().unwrap());
    let token = joined["manage_token"].as_str().unwrap();
    let get = |cookie: &str| {
        let call = Call::get(&path).header("Cookie", &format!("sambatan_own={cookie}"));
        server.send(&call).status
    };
    assert_eq!(get(token), 200);
    for _ in 0..3 {
        assert_eq!(get("sp_0123"), 200, "the page that asks for the secret");
    }
    assert_eq!(get("sp_0123"), 429);
    assert_eq!(get(token), 200, "a neighbour's guesses keep nobody out");
}

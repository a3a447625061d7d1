//! The organiser's open sessions, listed and ended by whoever holds the token.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Call, NO_LIMITS, ORGANISER, TestServer};

const SESSIONS: &str = "/api/sambatan/sessions";

fn sign_in(server: &TestServer, cookie: Option<&str>) -> String {
    let mut call = Call::post("/organiser/sign-in").form(&[("token", ORGANISER)]);
    if let Some(cookie) = cookie {
        call = call.header("Cookie", cookie);
    }
    let reply = server.send(&call);
    assert_eq!(reply.status, 303);
    let cookie = reply.header("Set-Cookie").unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

fn status(server: &TestServer, cookie: &str) -> u16 {
    let page = Call::get("/organiser").header("Cookie", cookie);
    server.send(&page).status
}

fn open(server: &TestServer) -> Vec<Value> {
    let list = server.send_as_organiser(Call::get(SESSIONS));
    list.ok().as_array().unwrap().clone()
}

#[test]
fn open_sessions_are_listed_without_their_secrets_and_ended_one_by_one() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let first = sign_in(&server, None);
    server.clock.advance(TimeDelta::hours(1));
    let second = sign_in(&server, None);
    let list = open(&server);
    assert_eq!(list.len(), 2);
    assert_eq!(list[1]["began_at"], "2025-10-01T00:00:00Z");
    assert_eq!(list[0]["began_at"], "2025-10-01T01:00:00Z");
    assert_eq!(list[0]["last_used_at"], "2025-10-01T01:00:00Z");
    assert_eq!(list[0]["ends_at"], "2025-10-01T13:00:00Z");
    for cookie in [&first, &second] {
        let secret = cookie.split('=').nth(1).unwrap();
        let text = json!(list).to_string();
        assert!(
            !text.contains(secret) && !text.contains(&secret[..16]),
            "{text}"
        );
    }
    let id = list[1]["id"].as_str().unwrap();
    let end = Call::post(&format!("{SESSIONS}/{id}/end"));
    server.send(&end.clone()).refused(401, "token_required");
    assert_eq!(server.send_as_organiser(end.clone()).status, 204);
    assert_eq!(
        (status(&server, &first), status(&server, &second)),
        (303, 200)
    );
    server
        .send_as_organiser(end)
        .refused(404, "session_not_found");
    assert_eq!(open(&server).len(), 1);
}

#[test]
fn signing_in_ends_the_session_that_the_browser_had() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let before = sign_in(&server, None);
    let other_browser = sign_in(&server, None);
    let after = sign_in(&server, Some(&before));
    assert_eq!(status(&server, &before), 303);
    assert_eq!(status(&server, &after), 200);
    assert_eq!(status(&server, &other_browser), 200);
    // A wrong token ends nothing.
    let wrong = Call::post("/organiser/sign-in").form(&[("token", "so_no")]);
    server.send(&wrong.header("Cookie", &after));
    assert_eq!(status(&server, &after), 200);
}

#[test]
fn a_session_ends_after_a_week_however_often_it_is_used() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let cookie = sign_in(&server, None);
    for _ in 0..20 {
        server.clock.advance(TimeDelta::hours(8));
        assert_eq!(status(&server, &cookie), 200);
    }
    let ends = open(&server)[0]["ends_at"].clone();
    assert_eq!(ends, "2025-10-08T00:00:00Z");
    server.clock.advance(TimeDelta::hours(7));
    assert_eq!(status(&server, &cookie), 200);
    server.clock.advance(TimeDelta::hours(1));
    assert_eq!(status(&server, &cookie), 303);
    assert!(open(&server).is_empty());
}

//! What a person sees when something is not there or not done.

use crate::support::{Call, NO_LIMITS, TestServer};
use crate::visitor::Visitor;

#[test]
fn a_browser_gets_a_page_and_a_program_a_document() {
    let server = TestServer::start();
    let browser = |path: &str| {
        let accept = "text/html,application/xhtml+xml,*/*;q=0.8";
        server.send(&Call::get(path).header("Accept", accept))
    };
    let page = browser("/nothing/here");
    assert_eq!(page.status, 404);
    assert_eq!(
        page.header("Content-Type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.text().contains("Halaman ini tidak ada."));
    server.get("/nothing/here").refused(404, "not_found");
    // The API's addresses answer as the API does, whoever asks.
    browser("/api/nothing").refused(404, "not_found");
    let campaign = format!("/api/sambatan/campaigns/{}", uuid());
    browser(&campaign).refused(404, "campaign_not_found");
}

fn uuid() -> &'static str {
    "0199a1b2-0000-7000-8000-000000000000"
}

#[test]
fn every_page_that_is_not_there_says_what_to_do() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut visitor = Visitor::of(&server).signed_in();
    for (path, words) in [
        (format!("/c/{}", uuid()), "Patungan ini tidak ada."),
        ("/c/batch-oktober".to_owned(), "Patungan ini tidak ada."),
        (format!("/c/{}/qr.svg", uuid()), "Patungan ini tidak ada."),
        (
            format!("/organiser/campaigns/{}", uuid()),
            "Patungan ini tidak ada.",
        ),
        (
            "/organiser/campaigns/x/rekap".to_owned(),
            "Patungan ini tidak ada.",
        ),
        (
            format!("/organiser/products/{}", uuid()),
            "Produk ini tidak ada.",
        ),
        (
            format!("/organiser/participations/{}", uuid()),
            "Keikutsertaan ini tidak ada.",
        ),
        (
            "/assets/sambatan-0123.css".to_owned(),
            "Halaman ini tidak ada.",
        ),
    ] {
        let page = visitor.get(&path);
        assert_eq!(page.reply.status, 404, "{path}");
        page.has(words).has("href=\"/\"");
    }
}

#[test]
fn a_wrong_method_is_told_with_those_that_work() {
    let server = TestServer::start();
    let reply = server.send(&Call::post("/c/x"));
    assert_eq!(reply.status, 405);
    assert_eq!(reply.header("Allow"), Some("GET, HEAD, OPTIONS"));
}

#[test]
fn a_page_allows_itself_and_nothing_else() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(3);
    let mut visitor = Visitor::of(&server).signed_in();
    for path in [
        "/",
        &crate::campaign::public(&campaign),
        "/organiser",
        "/p/x",
        "/c/x",
    ] {
        let page = visitor.get(path);
        let policy = page.reply.header("Content-Security-Policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        for part in policy.split("; ") {
            let (_, source) = part.split_once(' ').unwrap();
            assert!(["'self'", "'none'"].contains(&source), "{part}");
        }
        assert_eq!(page.reply.header("Referrer-Policy"), Some("same-origin"));
        let text = page.text();
        for inline in [
            "<style",
            " style=",
            "<script>",
            " onclick=",
            " onload=",
            "javascript:",
        ] {
            assert!(!text.contains(inline), "{path} has {inline}");
        }
        // Nothing is loaded from elsewhere; a link may lead there.
        for attribute in ["src=\"", "<link rel=\"stylesheet\" href=\""] {
            for loaded in text.split(attribute).skip(1) {
                assert!(loaded.starts_with('/'), "{path}: {loaded:.60}");
            }
        }
    }
}

#[test]
fn the_style_sheet_and_the_script_may_be_kept_for_ever() {
    let server = TestServer::start();
    let mut visitor = Visitor::of(&server);
    let page = visitor.get("/");
    for (start, kind) in [
        ("stylesheet\" href=\"", "text/css; charset=utf-8"),
        ("<script src=\"", "text/javascript; charset=utf-8"),
        ("image/svg+xml\" href=\"", "image/svg+xml"),
    ] {
        let path = page.after(start);
        let reply = server.get(&path);
        assert_eq!(reply.header("Content-Type"), Some(kind));
        let kept = "public, max-age=31536000, immutable";
        assert_eq!(reply.header("Cache-Control"), Some(kept));
        let tag = reply.header("ETag").unwrap();
        let again = server.send(&Call::get(&path).header("If-None-Match", tag));
        assert_eq!(again.status, 304);
    }
}

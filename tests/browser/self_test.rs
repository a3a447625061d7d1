//! The harness tried on pages with known faults: what it would let pass, no other test would find.

use std::time::Duration;

use serde_json::json;

use crate::harness::{Key, Looks, StaticSite, Visitor, browser, median_answer_time};
use crate::support::{Call, TestServer};

const PAGE: &str = r#"<!doctype html><html lang="id"><head><title>Coba</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>body { height: 3000px; margin: 0; background: white; color: black } h1 { margin: 0 }
@media (prefers-color-scheme: dark) { body { background: black; color: white } }</style>
</head><body><main><h1>Coba</h1><noscript><p id="noscript">Tanpa skrip</p></noscript>"#;

fn pages(method: &str, path: &str, body: &str) -> (&'static str, String) {
    let html = "200 OK\r\nContent-Type: text/html; charset=utf-8";
    let content = match (method, path) {
        ("GET", "/form") => {
            r#"<form method="post" action="/form" enctype="text/plain">
            <label for="name">Nama</label><input id="name" name="name" value="lama">
            <label for="until">Sampai</label><input id="until" type="datetime-local" name="until">
            <label><input type="checkbox" name="yes"> Ya</label><button>Kirim</button></form>
            <script>document.querySelector('button').addEventListener('click', () => {
                document.querySelector('#name').value += ' (skrip)' })</script>"#
        }
        ("POST", "/form") => return (html, format!("{PAGE}<pre>{body}</pre>")),
        ("GET", "/files") => {
            r#"<form method="post" action="/form" enctype="multipart/form-data">
            <label for="file">Berkas</label><input id="file" type="file" name="file">
            <button>Unggah</button></form> <a download="a.csv" href="/a.csv">Unduh</a>
            <button id="copy">Salin</button><script>
            document.querySelector('#copy').addEventListener('click',
                () => navigator.clipboard.writeText('disalin 📋'))</script>"#
        }
        ("GET", "/a.csv") => return ("200 OK\r\nContent-Type: text/csv", "a,b\r\n".to_owned()),
        ("GET", "/console") => "<script>console.error('salah', 1)</script>",
        ("GET", "/exception") => "<script>nothing.here()</script>",
        ("GET", "/missing-asset") => r#"<script src="/none.js"></script>"#,
        ("GET", "/elsewhere") => r#"<img alt="" src="http://sambatan.example/a.png">"#,
        ("GET", "/port") => r#"<img alt="" src="http://127.0.0.1:1/a.png">"#,
        ("GET", "/policy") => {
            let strict = "200 OK\r\nContent-Type: text/html\r\nContent-Security-Policy: \
                          default-src 'none'";
            return (strict, "<script>document.title = 'x'</script>".to_owned());
        }
        ("GET", "/barriers") => {
            r##"<p style="color: #ccc; background: #fff">pucat</p><input id="unnamed">"##
        }
        ("GET", "/no-focus") => r#"<a href="/" style="outline: none">ke mana</a>"#,
        ("GET", "/covered") => {
            r#"<button>Tekan</button><div style="position: fixed; inset: 0; background: red"></div>"#
        }
        ("GET", "/wide") => r#"<div style="width: 2000px">lebar</div>"#,
        ("GET", "/") => "<p id='word'>Halo 👋</p>",
        _ => return ("404 Not Found\r\nContent-Type: text/html", PAGE.to_owned()),
    };
    (html, format!("{PAGE}{content}</main></body></html>"))
}

#[test]
fn a_visitor_sees_pages_as_they_wish() {
    let Some(browser) = browser() else { return };
    let site = StaticSite::serve(pages);
    let background = "() => getComputedStyle(document.body).backgroundColor";
    for (looks, width, colour) in [
        (Looks::PHONE, 360, "rgb(255, 255, 255)"),
        (Looks::PHONE.in_the_dark(), 360, "rgb(0, 0, 0)"),
        (Looks::DESKTOP, 1280, "rgb(255, 255, 255)"),
    ] {
        let visitor = Visitor::new(&browser, site.address, looks);
        visitor.open("/");
        assert_eq!((visitor.status(), visitor.path().as_str()), (200, "/"));
        assert_eq!(visitor.text("#word"), "Halo 👋");
        assert_eq!(visitor.evaluate("() => innerWidth", &[]), width);
        assert_eq!(visitor.evaluate(background, &[]), colour);
        assert!(visitor.fits_in_width() && !visitor.has("#noscript"));
        visitor.open("/wide");
        assert!(!visitor.fits_in_width());
    }
}

#[test]
fn a_visitor_fills_and_sends_a_form_with_and_without_scripts() {
    let Some(browser) = browser() else { return };
    let site = StaticSite::serve(pages);
    for (looks, suffix) in [
        (Looks::PHONE, " (skrip)"),
        (Looks::PHONE.without_script(), ""),
    ] {
        let visitor = Visitor::new(&browser, site.address, looks);
        visitor.open("/form");
        assert_eq!(visitor.has("#noscript"), suffix.is_empty());
        visitor.fill("=Nama", "Sari & \"Budi\" 🌸");
        visitor.fill("#until", "2025-10-10T07:00");
        visitor.click("=Ya");
        visitor.click_through("=Kirim");
        assert_eq!(
            visitor.text("pre"),
            format!("name=Sari & \"Budi\" 🌸{suffix}\nuntil=2025-10-10T07:00\nyes=on")
        );
    }
}

#[test]
fn a_keyboard_is_enough_for_a_form() {
    let Some(browser) = browser() else { return };
    let site = StaticSite::serve(pages);
    let visitor = Visitor::new(&browser, site.address, Looks::DESKTOP);
    visitor.open("/form");
    visitor.tab_to("=Nama");
    visitor.type_text("Sari");
    visitor.tab_to("=Ya");
    visitor.press(Key::Space);
    visitor.tab_to("=Kirim");
    visitor.until_loaded(|| visitor.press(Key::Enter));
    assert_eq!(visitor.text("pre"), "name=Sari (skrip)\nuntil=\nyes=on");
}

#[test]
fn files_are_uploaded_and_downloaded_and_texts_copied() {
    let Some(browser) = browser() else { return };
    let site = StaticSite::serve(pages);
    let visitor = Visitor::new(&browser, site.address, Looks::DESKTOP);
    visitor.open("/files");
    assert_eq!(visitor.copy("#copy"), "disalin 📋");
    let (name, bytes) = visitor.download("=Unduh");
    assert_eq!(
        (name.as_str(), bytes.as_slice()),
        ("a.csv", &b"a,b\r\n"[..])
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mutasi.csv");
    std::fs::write(&file, "tanggal,jumlah").unwrap();
    visitor.upload("#file", &file);
    visitor.click_through("=Unggah");
    let sent = visitor.text("pre");
    assert!(
        sent.contains("mutasi.csv") && sent.contains("tanggal,jumlah"),
        "{sent}"
    );
}

#[test]
fn what_a_page_may_not_do_is_noticed() {
    let Some(browser) = browser() else { return };
    let site = StaticSite::serve(pages);
    let visitor = Visitor::new(&browser, site.address, Looks::DESKTOP);
    for (path, sign) in [
        ("/console", "salah"),
        ("/exception", "nothing is not defined"),
        ("/missing-asset", "/none.js"),
        ("/elsewhere", "a request to http://sambatan.example/a.png"),
        ("/port", "a request to http://127.0.0.1:1/a.png"),
        ("/policy", "Content Security Policy"),
    ] {
        visitor.open(path);
        let problems = visitor.forgive();
        assert!(
            problems.iter().any(|problem| problem.contains(sign)),
            "{path}: {problems:?}"
        );
    }
    visitor.open("/a-page-that-is-not-there");
    assert_eq!(visitor.status(), 404);
    assert_eq!(visitor.problems(), [""; 0]);
}

#[test]
#[should_panic(expected = "salah")]
fn a_visitor_who_saw_an_error_fails_the_test() {
    let Some(browser) = browser() else {
        panic!("salah: skipped")
    };
    let site = StaticSite::serve(pages);
    Visitor::new(&browser, site.address, Looks::DESKTOP).open("/console");
}

#[test]
#[should_panic(expected = "is behind <div")]
fn a_button_that_is_covered_cannot_be_clicked() {
    let Some(browser) = browser() else {
        panic!("is behind <div: skipped")
    };
    let site = StaticSite::serve(pages);
    let visitor = Visitor::new(&browser, site.address, Looks::DESKTOP);
    visitor.open("/covered");
    visitor.click("=Tekan");
}

#[test]
#[should_panic(expected = "no sign of the focus")]
fn a_link_that_hides_the_focus_is_noticed() {
    let Some(browser) = browser() else {
        panic!("no sign of the focus: skipped")
    };
    let site = StaticSite::serve(pages);
    let visitor = Visitor::new(&browser, site.address, Looks::DESKTOP);
    visitor.open("/no-focus");
    visitor.tab_to("=ke mana");
}

#[test]
fn barriers_are_found_and_described() {
    let Some(browser) = browser() else { return };
    let site = StaticSite::serve(pages);
    let visitor = Visitor::new(&browser, site.address, Looks::PHONE);
    visitor.open("/");
    visitor.assert_accessible();
    visitor.open("/barriers");
    let barriers = visitor.barriers().join("\n");
    for sign in [
        "color-contrast",
        "pucat",
        "critical label",
        "id=\"unnamed\"",
    ] {
        assert!(barriers.contains(sign), "{barriers}");
    }
}

#[test]
fn the_bytes_of_a_visit_are_counted() {
    let Some(browser) = browser() else { return };
    let site = StaticSite::serve(pages);
    let visitor = Visitor::new(&browser, site.address, Looks::PHONE);
    visitor.open("/");
    let length = pages("GET", "/", "").1.len() as u64;
    let bytes = visitor.bytes();
    assert!(
        bytes > length && bytes < length + 200,
        "{bytes} for {length}"
    );
    visitor.open("/files");
    assert!(visitor.bytes() > bytes);
    assert_eq!(visitor.requests().len(), 2);
}

#[test]
fn a_picture_shows_the_whole_page() {
    let Some(browser) = browser() else { return };
    let site = StaticSite::serve(pages);
    let visitor = Visitor::new(&browser, site.address, Looks::PHONE);
    visitor.open("/");
    let picture = visitor.picture(f64::MAX);
    assert_eq!(picture[..8], *b"\x89PNG\r\n\x1a\n");
    let size = |from: usize| u32::from_be_bytes(picture[from..from + 4].try_into().unwrap());
    assert_eq!((size(16), size(20)), (360, 3000));
    assert_eq!(visitor.evaluate("first => first + 1", &[json!(1)]), 2);
}

#[test]
fn the_time_of_an_answer_is_measured() {
    let server = TestServer::start();
    let taken = median_answer_time(&mut server.client(), &Call::get("/healthz"), 21);
    assert!(
        taken > Duration::ZERO && taken < Duration::from_secs(1),
        "{taken:?}"
    );
}

//! What the organiser does between the first join and the last parcel.

use crate::harness::{Looks, Visitor, browser};
use crate::steps::{cancel, guarded_server, organiser};
use crate::support::TestServer;

#[test]
fn an_organiser_finds_confirms_and_prints() {
    let Some(browser) = browser() else { return };
    let server = guarded_server();
    let api = server.campaign(10);
    for handle in ["sari", "budi", "wati"] {
        server.joined(&api, handle, 1);
    }
    let organiser = organiser(&browser, &server, Looks::DESKTOP);
    assert_eq!(organiser.evaluate("() => document.cookie", &[]), "");
    let page = api.replace("/api/sambatan/", "/organiser/");
    organiser.open(&page);
    organiser.fill("#q", "bud");
    organiser.click_through("form[role=search] button");
    assert_eq!(organiser.texts("main th a"), ["budi"]);

    organiser.open(&page);
    organiser.click("[data-check-all]");
    organiser.click("input[name=pick]");
    organiser.click_through("form[action$='/confirm'] button.primary");
    assert_eq!(organiser.texts("main th a"), ["sari", "budi", "wati"]);
    let still_open = organiser.texts("main tr:has([name=pick]) th a");
    assert_eq!(still_open, ["sari"], "the one whose tick was taken away");

    organiser.click_through("main a[href$='/pick-list']");
    assert!(organiser.is_shown(".top"));
    organiser.print_preview();
    assert!(!organiser.is_shown(".top") && !organiser.is_shown("[data-print]"));
    let printed = organiser.text("main");
    assert!(
        printed.contains("Melati") && printed.contains("wati"),
        "{printed}"
    );
}

#[test]
fn a_called_off_campaign_says_so_to_everybody() {
    let Some(browser) = browser() else { return };
    let server = guarded_server();
    let api = server.campaign(10);
    let organiser = organiser(&browser, &server, Looks::PHONE);
    organiser.open(&api.replace("/api/sambatan/", "/organiser/"));
    cancel(&organiser, "Barang <b>habis</b>");
    assert_eq!(server.get(&api).ok()["status"], "cancelled");
    organiser.open(&api.replace("/api/sambatan/campaigns/", "/c/"));
    assert!(!organiser.has("form[action$='/join']"));
}

#[test]
fn a_statement_that_is_too_long_is_refused_with_a_page() {
    let Some(browser) = browser() else { return };
    let server = guarded_server();
    let line = "05/10/2025;TRSF E-BANKING CR SIAPA INI;150.231\n";
    let statement = format!("Tanggal;Keterangan;Jumlah\n{}", line.repeat(150_000));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &statement).unwrap();
    for looks in [Looks::DESKTOP, Looks::DESKTOP.without_script()] {
        let organiser = organiser(&browser, &server, looks);
        organiser.open("/organiser/payments");
        organiser.upload("#file", file.path());
        organiser.click_through("#statement-form button");
        assert_eq!(organiser.status(), 413);
        let words = organiser.text("main");
        assert!(words.contains("sambatan payments import"), "{words}");
    }
}

#[test]
fn nothing_of_the_organisers_is_left_after_signing_out() {
    let Some(browser) = browser() else { return };
    for looks in [Looks::DESKTOP, Looks::DESKTOP.without_script()] {
        let server = guarded_server();
        let api = server.campaign(10);
        server.joined(&api, "sari", 1);
        let organiser = organiser(&browser, &server, looks);
        organiser.open(&format!(
            "{}/pick-list",
            api.replace("/api/sambatan/", "/organiser/")
        ));
        assert!(organiser.text("main").contains("Melati"));
        organiser.click_through("form[action='/organiser/sign-out'] button");
        organiser.go_back();
        let seen = organiser.text("body");
        assert!(!seen.contains("Melati"), "{seen}");
        organiser.open("/organiser");
        assert!(organiser.has("#f-token"));
    }
}

#[test]
fn on_ones_own_machine_nobody_signs_in() {
    let Some(browser) = browser() else { return };
    let server = TestServer::start();
    server.service.scheduler().start().unwrap();
    let person = Visitor::new(&browser, server.address, Looks::DESKTOP);
    person.open("/organiser");
    assert!(!person.has("form[action='/organiser/sign-out']"));
    person.assert_accessible();
    person.click_through("form[action='/organiser/scheduler/run'] button");
    assert!(person.has(".notice.good"), "{}", person.text("main"));
}

#[test]
fn the_language_is_chosen_by_a_switch_and_kept() {
    let Some(browser) = browser() else { return };
    let server = guarded_server();
    for looks in [Looks::PHONE, Looks::PHONE.without_script()] {
        let person = Visitor::new(&browser, server.address, looks);
        person.open("/");
        assert_eq!(person.attribute("html", "lang").as_deref(), Some("id"));
        person.click_through("=English");
        assert_eq!(person.path(), "/");
        person.open("/organiser");
        assert_eq!(person.attribute("html", "lang").as_deref(), Some("en"));
    }
}

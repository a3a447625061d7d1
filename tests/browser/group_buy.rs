//! A group buy from its first page to its last, with and without scripts.

use std::sync::Arc;

use crate::harness::{Browser, Looks, Visitor, browser};
use crate::steps::{
    Joining, cancel, create_campaign, create_product, guarded_server, join, organiser,
};

#[test]
fn a_group_buy_runs_from_the_product_to_the_rekap() {
    let Some(browser) = browser() else { return };
    run(&browser, Looks::PHONE, Looks::DESKTOP);
}

#[test]
fn a_group_buy_runs_without_scripts() {
    let Some(browser) = browser() else { return };
    run(
        &browser,
        Looks::PHONE.without_script(),
        Looks::DESKTOP.without_script(),
    );
}

fn run(browser: &Arc<Browser>, phone: Looks, desktop: Looks) {
    let server = guarded_server();
    let organiser = organiser(browser, &server, desktop);
    create_product(&organiser, "Rimba Embun", "Parfum 30 ml, dibagi rata.");
    let campaign = create_campaign(&organiser, "Batch Oktober", "4");

    let sari = join(browser, &server, phone, &campaign, Joining::by("sari", "2"));
    let budi = join(browser, &server, phone, &campaign, Joining::by("budi", "1"));
    cancel(&budi, "Salah pilih");
    assert!(
        !budi.has("details.danger"),
        "a cancelled one cannot cancel again"
    );
    let wati = join(browser, &server, phone, &campaign, Joining::by("wati", "2"));

    wati.open(&campaign.public);
    assert!(
        wati.has("form[action$='/join'] input[type=hidden][name=waitlist]"),
        "one can only wait for slots of a full campaign"
    );
    assert_eq!(handles(&wati), ["sari", "wati"]);
    let status = wati.text("#live .badge");

    organiser.open("/organiser");
    organiser.click_through("form[action='/organiser/scheduler/run'] button");
    wati.open(&campaign.public);
    assert_ne!(wati.text("#live .badge"), status, "the sweep completes it");
    assert_eq!(server.get(&campaign.api()).ok()["status"], "completed");

    organiser.open(&campaign.organisers);
    organiser.click_through("main a[href$='/rekap']");
    let rekap = organiser.value("#rekap-text");
    if desktop.has_script() {
        assert_eq!(organiser.copy("[data-copy='rekap-text']"), rekap);
    } else {
        assert!(!organiser.is_shown("[data-copy='rekap-text']"));
    }
    for part in ["Batch Oktober", "1. sari", "2. wati", &campaign.public] {
        assert!(rekap.contains(part), "{part:?} in {rekap}");
    }
    assert!(
        !rekap.contains("budi") && !rekap.contains("Melati"),
        "{rekap}"
    );
    sari.reload();
    comes_back(&sari, phone);
}

/// The names on a campaign's page.
fn handles(visitor: &Visitor) -> Vec<String> {
    visitor.texts(".handles bdi")
}

/// The secret link opens the own page on another phone, too; the page's address alone opens nothing.
fn comes_back(sari: &Visitor, phone: Looks) {
    let link = sari.value("#secret");
    let path = link.strip_prefix(&sari.home).unwrap();
    let (page, secret) = path.split_once('#').unwrap();
    let facts = sari.text(".facts");
    assert!(facts.contains("Melati"));
    let elsewhere = sari.beside(phone);
    elsewhere.open(page);
    assert!(!elsewhere.text("main").contains("Melati"));
    if phone.has_script() {
        for visitor in [elsewhere, sari.beside(phone)] {
            visitor.open(path);
            visitor.wait_for_element(".facts");
            assert_eq!(visitor.text(".facts"), facts);
        }
    } else {
        elsewhere.fill("#f-token", secret);
        elsewhere.click_through("form[action$='/open'] button");
        assert_eq!(elsewhere.text(".facts"), facts);
    }
}

//! A group buy from its first page to its last, with and without scripts.

use std::sync::Arc;

use crate::harness::{Browser, Looks, Visitor, browser};
use crate::money::{
    STATEMENT, look_at_statement, outcomes, pairs, record_statement, standings, to_transfer,
};
use crate::steps::{
    Campaign, Joining, cancel, create_campaign, create_product, guarded_server, join, organiser,
    run_scheduler,
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

    run_scheduler(&organiser);
    wati.open(&campaign.public);
    assert_ne!(wati.text("#live .badge"), status, "the sweep completes it");
    assert_eq!(server.get(&campaign.api()).ok()["status"], "completed");
    wati.go_back();

    imports_payments(&organiser, &campaign, &sari, &wati);
    sari.reload();
    comes_back(&sari, phone);
}

/// The organiser imports a statement when one has paid, and the next one, which has the lines of the first
/// as well, when both have. The chat is told each time.
fn imports_payments(organiser: &Visitor, campaign: &Campaign, sari: &Visitor, wati: &Visitor) {
    let of_sari = format!("02/10/2025;TRSF SARI;{}\n", to_transfer(sari));
    let of_wati = format!("03/10/2025;TRSF WATI;{}\n", to_transfer(wati));
    owe(organiser, campaign, "2 belum lunas");
    takes_the_rekap(organiser, campaign, ["⏳ belum bayar", "⏳ belum bayar"]);

    let first = format!("{STATEMENT}{of_sari}02/10/2025;BUNGA;1.234\n");
    look_at_statement(organiser, &first);
    let found = [("pas", "sari"), ("tidak ada yang cocok", "")];
    assert_eq!(outcomes(organiser), pairs(found));
    assert_ne!(to_transfer(sari), "", "nothing is recorded yet");
    record_statement(organiser);
    assert_eq!(outcomes(organiser), pairs(found));
    let paid = [("sari", "lunas"), ("budi", ""), ("wati", "belum bayar")];
    assert_eq!(standings(organiser, campaign), pairs(paid));
    owe(organiser, campaign, "1 belum lunas");
    takes_the_rekap(organiser, campaign, ["✅ lunas", "⏳ belum bayar"]);

    look_at_statement(organiser, &format!("{first}{of_wati}"));
    let found = [
        ("sudah pernah diimpor", ""),
        ("pas", "wati"),
        ("tidak ada yang cocok", ""),
    ];
    assert_eq!(outcomes(organiser), pairs(found));
    record_statement(organiser);
    let paid = [("sari", "lunas"), ("budi", ""), ("wati", "lunas")];
    assert_eq!(standings(organiser, campaign), pairs(paid));
    owe(organiser, campaign, "");
    takes_the_rekap(organiser, campaign, ["✅ lunas", "✅ lunas"]);
    for person in [sari, wati] {
        assert_eq!(to_transfer(person), "", "nothing is left to pay");
    }
}

/// How many the overview says still owe in a campaign, if any.
fn owe(organiser: &Visitor, campaign: &Campaign, how_many: &str) {
    organiser.open("/organiser");
    let link = format!("a[href^='{}/rekap']", campaign.organisers);
    let said = organiser.texts(&format!("main {link} + span"));
    assert_eq!(said.concat(), how_many);
}

/// Copies the rekap, by its button or, without scripts, by hand.
fn takes_the_rekap(organiser: &Visitor, campaign: &Campaign, paid: [&str; 2]) {
    organiser.open(&campaign.organisers);
    organiser.click_through("main a[href$='/rekap']");
    let shown = organiser.value("#rekap-text");
    let button = "[data-copy='rekap-text']";
    let rekap = if organiser.has_script() {
        organiser.copy(button)
    } else {
        assert!(!organiser.is_shown(button));
        organiser.copy_by_hand("#rekap-text")
    };
    assert_eq!(rekap, shown);
    let people = format!(
        "\n\n1. sari – 2 slot {}\n2. wati – 2 slot {}\n\nSlot penuh",
        paid[0], paid[1]
    );
    for part in ["Batch Oktober", &people, &campaign.public] {
        assert!(rekap.contains(part), "{part:?} in {rekap}");
    }
    assert!(
        !rekap.contains("budi") && !rekap.contains("Melati"),
        "{rekap}"
    );
    let reminders = organiser.texts("main details summary bdi");
    let unpaid = paid.iter().filter(|paid| paid.starts_with('⏳')).count();
    assert_eq!(reminders.len(), unpaid, "{reminders:?}");
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
    let facts = sari.text(".two > div > .facts");
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

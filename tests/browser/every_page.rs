//! What holds for each page: nothing keeps people out, nothing is too wide for a phone, and a first visit
//! costs little.

use std::sync::Arc;

use crate::harness::{Browser, Looks, Visitor, browser};
use crate::money::{
    ACKNOWLEDGE, STATEMENT, give_account, look_again, look_at_statement, send_refund,
};
use crate::steps::{
    Campaign, JOIN, Joining, cancel, create_campaign, create_product, guarded_server, join,
    organiser,
};
use crate::support::TestServer;

/// What the code of a merchant says that does not exist.
const CODE: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";

#[test]
fn no_page_keeps_people_out_in_indonesian_by_day() {
    walk(Looks::PHONE);
}

#[test]
fn no_page_keeps_people_out_in_indonesian_by_night() {
    walk(Looks::PHONE.in_the_dark());
}

#[test]
fn no_page_keeps_people_out_in_english_by_day() {
    walk(Looks::DESKTOP.in_english());
}

#[test]
fn no_page_keeps_people_out_in_english_by_night() {
    walk(Looks::DESKTOP.in_the_dark().in_english());
}

/// Looks at every page, in the states that it has.
fn walk(looks: Looks) {
    let Some(browser) = browser() else { return };
    let server = guarded_server();
    let stranger = Visitor::new(&browser, server.address, looks);
    for path in [
        "/",
        "/docs",
        "/organiser",
        "/c/nothing-here",
        "/p/nothing-here",
    ] {
        stranger.open(path);
        stranger.open_details();
        holds(&stranger);
    }
    stranger.open("/organiser");
    stranger.fill("#f-token", "not the token of the organiser");
    stranger.click_through("main form button");
    holds(&stranger);

    let organiser = organiser(&browser, &server, looks);
    empty_pages(&organiser);
    create_product(&organiser, "Rimba Embun", "Parfum 30 ml, dibagi rata.");
    holds(&organiser);
    organiser.click_through("main a[href$='/edit']");
    holds(&organiser);
    organiser.go_back();
    let campaign = create_campaign(&organiser, "Batch Oktober", "4");
    holds(&organiser);
    accounts(&organiser);
    let sari = participants(&browser, &server, &campaign, looks);
    waiting_list(&browser, &server, &campaign, looks);
    running_pages(&organiser, &campaign);
    ended_pages(&organiser, &campaign);
    refund(&organiser, &sari, &campaign);
}

fn empty_pages(organiser: &Visitor) {
    for path in [
        "/organiser",
        "/organiser/campaigns",
        "/organiser/campaigns/new",
        "/organiser/products",
        "/organiser/payments",
        "/organiser/refunds",
        "/organiser/pay-to",
        "/organiser/audit",
        "/organiser/sessions",
        "/organiser/products/new",
    ] {
        organiser.open(path);
        holds(organiser);
    }
    // Enough for the browser and too little for the rules.
    organiser.fill("#f-name", "   .   ");
    organiser.fill("#f-base_price", "gratis");
    organiser.click_through("main form button");
    assert!(organiser.has(".error"));
    holds(organiser);
}

/// What people pay to, once one that no code says was refused: from then on the pages of people have a card.
fn accounts(organiser: &Visitor) {
    organiser.open("/organiser");
    holds(organiser);
    organiser.click_through("main a[href='/organiser/pay-to']");
    for payload in [&CODE[1..], CODE] {
        organiser.choose("#f-kind", "qris");
        organiser.fill("#f-bank", "Bank Rekaan");
        organiser.fill("#f-number", "0001234567");
        organiser.fill("#f-holder", "Siti Contoh");
        organiser.fill("#f-payload", payload);
        organiser.click_through("form[action='/organiser/pay-to'] button");
        organiser.open_details();
        holds(organiser);
    }
    assert!(organiser.text("main").contains("PATUNGAN CONTOH"));
}

/// Somebody joins, and somebody who cancels again. Answers the first.
fn participants(
    browser: &Arc<Browser>,
    server: &TestServer,
    campaign: &Campaign,
    looks: Looks,
) -> Visitor {
    let person = Visitor::new(browser, server.address, looks);
    person.open(&campaign.public);
    person.click("details summary");
    holds(&person);
    let typo = Joining {
        address: "  Jl  ",
        ..Joining::by("sari", "dua")
    };
    crate::steps::fill_join_form(&person, typo);
    person.evaluate(
        "() => document.querySelector('form[action$=\"/join\"]').noValidate = true",
        &[],
    );
    person.click_through(JOIN);
    assert!(person.has(".error"));
    holds(&person);

    let person = join(browser, server, looks, campaign, Joining::by("sari", "2"));
    assert!(person.has("img.qr"));
    holds(&person);
    person.click("details.danger summary");
    holds(&person);
    let locked = person.beside(looks);
    locked.open(person.path().split(['#', '?']).next().unwrap());
    holds(&locked);
    let other = join(browser, server, looks, campaign, Joining::by("budi", "1"));
    cancel(&other, "");
    holds(&other);
    person
}

/// Somebody takes all that is left, another one waits, and gets slots when the first cancels.
fn waiting_list(browser: &Arc<Browser>, server: &TestServer, campaign: &Campaign, looks: Looks) {
    let wati = join(browser, server, looks, campaign, Joining::by("wati", "2"));
    wati.open(&campaign.public);
    holds(&wati);
    wati.go_back();
    let dewi = join(browser, server, looks, campaign, Joining::by("dewi", "1"));
    holds(&dewi);
    cancel(&wati, "");
    look_again(&dewi);
    holds(&dewi);
}

fn running_pages(organiser: &Visitor, campaign: &Campaign) {
    let of_it = |page: &str| format!("{}{page}", campaign.organisers);
    for path in [
        "/".to_owned(),
        campaign.public.clone(),
        "/organiser".to_owned(),
        "/organiser/campaigns".to_owned(),
        "/organiser/campaigns/new".to_owned(),
        "/organiser/products".to_owned(),
        of_it("/pick-list"),
        of_it("/log"),
        of_it("/rekap"),
        of_it("/edit"),
        of_it("/refunds"),
        of_it("").replace("campaigns/", "campaigns/new?like="),
        of_it(""),
    ] {
        organiser.open(&path);
        organiser.open_details();
        holds(organiser);
    }
    let statement = format!("{STATEMENT}01/10/2025;SIAPA INI;12.345\nkapan;X;1\n");
    look_at_statement(organiser, &statement);
    assert!(organiser.has("main li[id^='line-']"));
    holds(organiser);
    organiser.open(&campaign.organisers);
    organiser.click_through("main th a");
    organiser.open_details();
    holds(organiser);
    organiser.click_through("form[action$='/confirm'] button");
    organiser.open_details();
    holds(organiser);
    join_code(organiser, campaign);
}

/// A code is made, and who comes by the link that has it finds it in the form.
fn join_code(organiser: &Visitor, campaign: &Campaign) {
    organiser.open(&campaign.organisers);
    organiser.open_details();
    organiser.click_through("form[action$='/join-code'] button[value=new]");
    organiser.open_details();
    holds(organiser);
    organiser.open(&campaign.public);
    assert!(organiser.has("#f-join_code"));
    holds(organiser);
}

fn ended_pages(organiser: &Visitor, campaign: &Campaign) {
    organiser.open(&campaign.organisers);
    cancel(organiser, "");
    holds(organiser);
    organiser.open(&campaign.public);
    holds(organiser);
}

/// What the call-off owes to the one who was confirmed.
fn refund(organiser: &Visitor, person: &Visitor, campaign: &Campaign) {
    look_again(person);
    holds(person);
    give_account(person, "BCA 123-456 a.n. Sari");
    holds(person);
    organiser.open("/organiser/refunds");
    holds(organiser);
    give_account(person, "Mandiri 777 a.n. Sari");
    organiser.open("/organiser/refunds");
    holds(organiser);
    send_refund(organiser, "TRF-0");
    assert!(organiser.has(".notice.bad"), "it is not confirmed");
    organiser.click_through("main section h2 a");
    organiser.open_details();
    holds(organiser);
    organiser.click_through("form[action$='/confirm-account'] button");
    holds(organiser);
    organiser.open("/organiser/refunds");
    send_refund(organiser, "TRF-1 \u{1F4B8}");
    holds(organiser);
    look_again(person);
    holds(person);
    person.click_through(ACKNOWLEDGE);
    holds(person);
    organiser.open(&format!("{}/refunds", campaign.organisers));
    holds(organiser);
    organiser.open("/organiser/audit");
    organiser.click_through("main form button");
    assert!(organiser.has(".notice.good"), "{}", organiser.text("main"));
    holds(organiser);
}

fn holds(visitor: &Visitor) {
    visitor.assert_accessible();
    assert!(visitor.fits_in_width(), "{} is too wide", visitor.path());
    assert!(
        visitor.reflows(),
        "{} is too wide for 320 pixels",
        visitor.path()
    );
}

#[test]
fn a_first_visit_of_any_page_costs_less_than_50_kilobytes() {
    let Some(browser) = browser() else { return };
    let server = guarded_server();
    let organiser = organiser(&browser, &server, Looks::PHONE);
    create_product(&organiser, "Rimba Embun", "Parfum 30 ml, dibagi rata.");
    let campaign = create_campaign(&organiser, "Batch Oktober", "100");
    for number in 0..80 {
        server.joined(&campaign.api(), &format!("peserta-{number}"), 1);
    }
    let icon = server.get(&organiser.attribute("link[rel=icon]", "href").unwrap());
    for path in [
        "/".to_owned(),
        campaign.public.clone(),
        "/organiser".to_owned(),
        campaign.organisers.clone(),
        format!("{}/rekap", campaign.organisers),
        format!("{}/pick-list", campaign.organisers),
        format!("{}/log", campaign.organisers),
    ] {
        // The browser keeps what it has seen, but not in this window.
        organiser.forget_files();
        let before = organiser.bytes();
        organiser.open(&path);
        let bytes = organiser.bytes() - before + icon.body.len() as u64;
        assert!((1000..50_000).contains(&bytes), "{path}: {bytes} bytes");
    }
}

//! Money that goes back after a campaign fell short: followed on the pages of both sides until it has come,
//! with and without scripts.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::harness::{Browser, Looks, Visitor, browser};
use crate::money::{
    ACKNOWLEDGE, give_account, look_again, pairs, refunds, send_refund, standings, to_transfer,
};
use crate::steps::{
    Campaign, Joining, create_campaign, create_product, guarded_server, join, organiser,
    run_scheduler, sign_in,
};

const ACCOUNT: &str = "BCA 123-456 a.n. Sari";
const REFERENCE: &str = "TRF/2025/10/77";

#[test]
fn a_refund_is_followed_from_the_failed_campaign_to_its_acknowledgement() {
    let Some(browser) = browser() else { return };
    run(&browser, Looks::PHONE, Looks::DESKTOP);
}

#[test]
fn a_refund_is_followed_to_its_acknowledgement_without_scripts() {
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
    let wati = join(browser, &server, phone, &campaign, Joining::by("wati", "1"));
    let amount = confirm_first(&organiser, &campaign, &sari);

    server.clock.advance(TimeDelta::days(10));
    // Whoever was away for so long signs in again.
    sign_in(&organiser);
    run_scheduler(&organiser);
    falls_short(&organiser, &campaign, &wati);
    is_due(&organiser, &campaign, &sari, &amount);

    give_account(&sari, ACCOUNT);
    assert_eq!(sari.value("#f-account"), ACCOUNT);
    organiser.open("/organiser/refunds");
    assert!(organiser.text("main section").contains(ACCOUNT));
    send_refund(&organiser, REFERENCE);
    is_sent(&organiser, &campaign, &sari, &amount);

    sari.click_through(ACKNOWLEDGE);
    has_come(&organiser, &campaign, &sari, &amount);
}

/// The organiser has got the money of the first participant, and says so. Answers how much it was.
fn confirm_first(organiser: &Visitor, campaign: &Campaign, person: &Visitor) -> String {
    let amount = to_transfer(person);
    organiser.open(&campaign.organisers);
    organiser.click_through("main th a");
    organiser.click_through("form[action$='/confirm'] button");
    assert_eq!(status(organiser), "Terkonfirmasi");
    look_again(person);
    assert_eq!(status(person), "Terkonfirmasi");
    assert!(!person.has("#refund"), "nothing goes back yet");
    organiser.open("/organiser/refunds");
    assert!(organiser.has("main .empty"));
    amount
}

/// Everybody sees that it does not go ahead; who had not paid gets nothing back.
fn falls_short(organiser: &Visitor, campaign: &Campaign, unpaid: &Visitor) {
    organiser.open(&campaign.public);
    assert_eq!(organiser.text("#live .badge"), "Tidak tercapai");
    assert!(!organiser.has("form[action$='/join']"));
    look_again(unpaid);
    assert_eq!(status(unpaid), "Tidak jalan");
    assert!(!unpaid.has("#refund") && !unpaid.has("#f-account"));
    let nobody_owes = pairs([("sari", ""), ("wati", "")]);
    assert_eq!(standings(organiser, campaign), nobody_owes);
}

fn is_due(organiser: &Visitor, campaign: &Campaign, person: &Visitor, amount: &str) {
    look_again(person);
    assert_eq!(status(person), "Menunggu pengembalian");
    assert_eq!(
        person.text("#refund + p"),
        format!("{amount} Akan ditransfer oleh penyelenggara.")
    );
    assert!(!person.has(ACKNOWLEDGE), "nothing has been sent yet");
    let rows = refunds(organiser, campaign);
    assert_eq!(rows, pairs([("sari", "Harus dikembalikan")]));
    organiser.open("/organiser");
    organiser.click_through("main a[href='/organiser/refunds']");
    assert_eq!(
        organiser.texts("main section h2"),
        [format!("sari · {amount}")]
    );
    let waits = organiser.text("main section");
    assert!(
        waits.contains("Rekeningnya belum diisi peserta."),
        "{waits}"
    );
}

fn is_sent(organiser: &Visitor, campaign: &Campaign, person: &Visitor, amount: &str) {
    assert!(organiser.text(".notice.good").contains("dicatat terkirim"));
    assert!(organiser.has("main .empty"));
    organiser.open("/organiser");
    assert!(!organiser.has("main a[href='/organiser/refunds']"));
    let rows = refunds(organiser, campaign);
    assert_eq!(rows, pairs([("sari", "Dikembalikan")]));
    look_again(person);
    assert_eq!(status(person), "Dana sudah ditransfer");
    assert_eq!(
        person.text("#refund + p"),
        format!("{amount} Sudah ditransfer: {REFERENCE}")
    );
    assert!(
        !person.has("#f-account"),
        "it is too late for another account"
    );
}

fn has_come(organiser: &Visitor, campaign: &Campaign, person: &Visitor, amount: &str) {
    assert_eq!(
        person.text("#refund + p"),
        format!("{amount} Sudah Anda terima. {REFERENCE}")
    );
    assert!(!person.has(ACKNOWLEDGE));
    assert_eq!(status(person), "Dana sudah kembali");
    let rows = refunds(organiser, campaign);
    assert_eq!(rows, pairs([("sari", "Dikembalikan dan diterima")]));
    organiser.open(&format!("{}/log", campaign.organisers));
    let events = organiser.texts(".timeline strong");
    let latest = [
        "Pengembalian dana diterima",
        "Pengembalian dana dikirim",
        "Rekening pengembalian diisi",
    ];
    assert_eq!(events[..3], latest);
}

fn status(visitor: &Visitor) -> String {
    visitor.text(".facts .badge")
}

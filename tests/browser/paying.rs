//! Paying, on a small phone: joined, told where to and how much, said to be paid, and paid.

use std::sync::Arc;

use sambatan::domain::money::Rupiah;
use sambatan::domain::qris::Qris;
use serde_json::json;

use crate::harness::{Browser, Looks, Visitor, browser};
use crate::money::{STATEMENT, look_again, look_at_statement, record_statement};
use crate::scanner::{scan, scan_svg};
use crate::steps::{Joining, create_campaign, create_product, guarded_server, join, organiser};

/// What the code of a merchant says that does not exist.
const STATIC: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";

const NUMBER: &str = "0001234567";

/// Pixels on a side of the picture that is read.
const SIDE: usize = 480;

#[test]
fn who_joins_sees_where_to_pay_says_so_and_is_found_in_the_statement() {
    let Some(browser) = browser() else { return };
    run(&browser, Looks::PHONE);
}

#[test]
fn who_joins_sees_where_to_pay_without_scripts() {
    let Some(browser) = browser() else { return };
    run(&browser, Looks::PHONE.without_script());
}

fn run(browser: &Arc<Browser>, looks: Looks) {
    let server = guarded_server();
    let organiser = organiser(browser, &server, looks);
    create_product(&organiser, "Rimba Embun", "Parfum 30 ml, dibagi rata.");
    let campaign = create_campaign(&organiser, "Batch Oktober", "4");
    notes_accounts(&organiser);

    let sari = join(browser, &server, looks, &campaign, Joining::by("sari", "2"));
    let amount = sees_where_to_pay(&sari);
    says_it_is_paid(&sari, &organiser);

    let statement = format!("{STATEMENT}02/10/2025;QR SARI;{amount}\n");
    look_at_statement(&organiser, &statement);
    record_statement(&organiser);
    look_again(&sari);
    assert!(!sari.has("#pay"), "there is nothing left to pay");
    assert!(!sari.has("img.qr"), "and no code to pay it with");
    assert!(!sari.text("main").contains(NUMBER));
    assert!(sari.text("main").contains("Rp300"));
}

/// The overview asks for it, and the page of accounts takes a bank's and a merchant's.
fn notes_accounts(organiser: &Visitor) {
    organiser.open("/organiser");
    organiser.click_through("main a[href='/organiser/pay-to']");
    assert!(organiser.fits_in_width());
    organiser.choose("#f-kind", "bank");
    organiser.fill("#f-bank", "Bank Rekaan");
    organiser.fill("#f-number", NUMBER);
    organiser.fill("#f-holder", "Siti Contoh");
    organiser.click_through("form[action='/organiser/pay-to'] button");
    organiser.choose("#f-kind", "qris");
    organiser.fill("#f-payload", &STATIC.replace("56FE", "0000"));
    organiser.click_through("form[action='/organiser/pay-to'] button");
    let error = organiser.text("#e-payload");
    assert!(error.contains("seharusnya 56FE"), "{error}");
    organiser.fill("#f-payload", STATIC);
    organiser.click_through("form[action='/organiser/pay-to'] button");
    assert!(organiser.text("main").contains("QRIS · PATUNGAN CONTOH"));
    organiser.open("/organiser");
    assert!(!organiser.has("main a[href='/organiser/pay-to']"));
}

/// The card with the exact amount, the account and the code, which can be copied and scanned. Answers the amount.
fn sees_where_to_pay(person: &Visitor) -> i64 {
    assert!(person.fits_in_width(), "the code and the number fit");
    let digits = take(person, "pay-amount");
    let amount: i64 = digits.parse().unwrap();
    assert!((300_000..301_000).contains(&amount), "{amount}");
    let field = person.attribute(".way [id^='number-']", "id").unwrap();
    assert_eq!(take(person, &field), NUMBER);
    let card = person.text("section.pay");
    for told in [
        "Siti Contoh",
        "Bank Rekaan",
        "PATUNGAN CONTOH",
        "ID0000000000001",
    ] {
        assert!(card.contains(told), "{told} is missing: {card}");
    }
    let code = Qris::parse(STATIC).unwrap();
    let code = code.with_amount(Rupiah::new(amount)).unwrap().to_string();
    assert_eq!(read_picture(person, "img.qr"), code, "as it is painted");
    let drawn = "async place => (await fetch(at(place).src)).text()";
    let drawn = person.evaluate(drawn, &[json!("img.qr")]);
    assert_eq!(scan_svg(drawn.as_str().unwrap()), code);
    amount
}

/// Takes a text away: by its button or, without scripts, by hand.
fn take(person: &Visitor, field: &str) -> String {
    let button = format!("[data-copy='{field}']");
    if person.has_script() {
        return person.copy(&button);
    }
    assert!(!person.is_shown(&button));
    person.copy_by_hand(&format!("#{field}"))
}

/// Reads the code in a picture of the page off the pixels that the browser paints.
fn read_picture(person: &Visitor, place: &str) -> String {
    let paint = r"(place, side) => {
        const canvas = new OffscreenCanvas(side, side).getContext('2d');
        canvas.fillStyle = 'white';
        canvas.fillRect(0, 0, side, side);
        canvas.drawImage(at(place), 0, 0, side, side);
        const pixels = canvas.getImageData(0, 0, side, side).data;
        return Array.from({length: side * side}, (_, i) => pixels[4 * i] < 128 ? 1 : 0).join('');
    }";
    let painted = person.evaluate(paint, &[json!(place), json!(SIDE)]);
    let painted = painted.as_str().unwrap().as_bytes();
    scan(SIDE, |x, y| painted[y * SIDE + x] == b'1')
}

/// Says so in the card; the organiser is told whom to look for, and nothing is confirmed by it.
fn says_it_is_paid(person: &Visitor, organiser: &Visitor) {
    let form = "section.pay form[action$='/claim-payment']";
    person.click("section.pay details:has(form) > summary");
    person.click_through(&format!("{form} button"));
    assert!(person.is_shown("#claimed"));
    assert!(person.has("#pay"), "it is asked for until it has come");
    organiser.open("/organiser");
    assert!(organiser.text("main").contains("sari"));
}

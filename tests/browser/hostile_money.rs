//! What people type about money and reasons, and what a bank writes, shows as text, whatever it is: on every
//! page, in the rekap and in the tables for spreadsheets.

use std::sync::Arc;

use crate::harness::{Browser, Looks, Visitor, browser};
use crate::hostile_texts::{TEXTS, shows};
use crate::money::{
    ACKNOWLEDGE, STATEMENT, cell, download_table, give_account, look_again, look_at_statement,
    record_statement, send_refund, to_transfer,
};
use crate::steps::{
    Campaign, Joining, cancel, create_product, fill_campaign_form, guarded_server, join, organiser,
    send_campaign_form,
};

#[test]
fn hostile_texts_about_money_show_as_text_everywhere() {
    let Some(browser) = browser() else { return };
    for text in TEXTS {
        show(&browser, &Texts::all(text));
    }
}

#[test]
fn the_longest_texts_about_money_fit_on_a_phone() {
    let Some(browser) = browser() else { return };
    let word = |length: usize| "panjang".chars().cycle().take(length).collect::<String>();
    let texts = Texts {
        handle: word(64),
        address: word(240),
        note: word(160),
        description: word(2000),
        later: word(160),
        transfer: word(240),
        payment: word(120),
        correction: word(120),
        off: word(160),
        account: word(120),
        reference: word(120),
    };
    show(&browser, &texts);
}

/// A text for each field.
struct Texts {
    handle: String,
    address: String,
    note: String,
    /// Of the campaign.
    description: String,
    /// Why the deadline moves.
    later: String,
    /// What stands in the statement.
    transfer: String,
    /// What the organiser notes beside a payment.
    payment: String,
    /// Why less is noted.
    correction: String,
    /// Why the campaign is called off.
    off: String,
    account: String,
    reference: String,
}

impl Texts {
    /// Each begins with the text, which a table for spreadsheets has to think of.
    fn all(text: &str) -> Self {
        let of = |field: &str| format!("{text} {field}");
        Self {
            // What turns the direction of writing is refused in a handle.
            handle: of("H").replace('\u{202e}', ""),
            address: of("A"),
            note: of("N"),
            description: of("D"),
            later: of("L"),
            transfer: of("T"),
            payment: of("P"),
            correction: of("C"),
            off: of("O"),
            account: of("K"),
            reference: of("R"),
        }
    }
}

fn show(browser: &Arc<Browser>, texts: &Texts) {
    let server = guarded_server();
    let organiser = organiser(browser, &server, Looks::PHONE);
    create_product(&organiser, "Rimba Embun", "");
    let campaign = refused_and_then_created(&organiser, texts);
    let joining = Joining {
        handle: &texts.handle,
        slots: "1",
        address: &texts.address,
        note: &texts.note,
    };
    let person = join(browser, &server, Looks::PHONE, &campaign, joining);
    moves_the_deadline(&organiser, &campaign, texts);
    imports(&organiser, &person, texts);
    notes_by_hand(&organiser, &campaign, texts);
    takes_away(&organiser, &campaign, texts);
    calls_off(&organiser, &person, &campaign, texts);
    pays_back(&organiser, &person, &campaign, texts);
}

/// The texts come back in a form that was refused, also in fields that want numbers.
fn refused_and_then_created(organiser: &Visitor, texts: &Texts) -> Campaign {
    organiser.click_through("main a[href^='/organiser/campaigns/new?product=']");
    organiser.open_details();
    let fields = [
        "minimum_slots",
        "extend_days",
        "max_slots_per_user",
        "grace_hours",
    ];
    fill_campaign_form(organiser, "Batch Oktober", &texts.handle);
    organiser.fill("#f-description", &texts.description);
    for field in fields {
        organiser.fill(&format!("#f-{field}"), &texts.handle);
    }
    organiser.click_through("main form button");
    assert_eq!(organiser.status(), 422);
    shows(organiser, &[&texts.handle, &texts.description]);
    for field in fields {
        let place = format!("#f-{field}");
        assert_eq!(organiser.value(&place), texts.handle);
        organiser.fill(&place, "");
    }
    organiser.fill("#f-total_slots", "3");
    let campaign = send_campaign_form(organiser);
    organiser.open(&campaign.public);
    shows(organiser, &[&texts.description]);
    campaign
}

fn moves_the_deadline(organiser: &Visitor, campaign: &Campaign, texts: &Texts) {
    organiser.open(&campaign.organisers);
    organiser.click("details:has([action$='/extend']) summary");
    organiser.fill("#f-deadline", "2025-10-12T19:30");
    organiser.fill("#f-extend_reason", &texts.later);
    organiser.click_through("form[action$='/extend'] button");
    shows(organiser, &[&texts.handle]);
    organiser.open(&campaign.public);
    shows(
        organiser,
        &[&texts.later, &texts.description, &texts.handle],
    );
    organiser.open(&format!("{}/log", campaign.organisers));
    shows(organiser, &[]);
}

fn imports(organiser: &Visitor, person: &Visitor, texts: &Texts) {
    let amount = to_transfer(person);
    let quoted = texts.transfer.replace('"', "\"\"");
    let statement =
        format!("{STATEMENT}02/10/2025;\"{quoted}\";{amount}\n02/10/2025;\"{quoted}\";7\n");
    look_at_statement(organiser, &statement);
    shows(organiser, &[&texts.transfer, &texts.handle]);
    record_statement(organiser);
    shows(organiser, &[&texts.transfer, &texts.handle]);
    assert_eq!(organiser.texts("main td a bdi").len(), 1);
    assert_eq!(to_transfer(person), "", "the payment is recorded");
    look_at_statement(
        organiser,
        &format!("{}\n{statement}", texts.transfer.replace('"', "")),
    );
    shows(organiser, &[]);
}

/// Something more came in, and went back again.
fn notes_by_hand(organiser: &Visitor, campaign: &Campaign, texts: &Texts) {
    organiser.open(&campaign.organisers);
    organiser.click_through("main th a");
    for (form, amount, words, text) in [
        ("payments", "amount", "reference", &texts.payment),
        ("adjustments", "less", "less_reference", &texts.correction),
    ] {
        organiser.click(&format!("details:has([action$='/{form}']) summary"));
        organiser.fill(&format!("#f-{amount}"), &texts.handle);
        organiser.fill(&format!("#f-{words}"), text);
        let send = format!("form[action$='/{form}'] button");
        organiser.click_through(&send);
        assert_eq!(organiser.status(), 422);
        shows(organiser, &[&texts.handle, text]);
        organiser.fill(&format!("#f-{amount}"), "1.000");
        organiser.click_through(&send);
        shows(organiser, &[&texts.handle, text]);
    }
    shows(organiser, &[&texts.payment, &texts.correction]);
}

/// The rekap and the tables, while there is something in all of them.
fn takes_away(organiser: &Visitor, campaign: &Campaign, texts: &Texts) {
    organiser.open(&format!("{}/rekap", campaign.organisers));
    shows(organiser, &[]);
    let rekap = organiser.copy("[data-copy='rekap-text']");
    // Set apart: what would end its quotation or format it is replaced.
    let handle = texts.handle.replace('"', "'").replace('*', "＊");
    assert!(rekap.contains(&handle), "{handle:?} in {rekap}");
    assert!(rekap.contains("✅ lunas"), "{rekap}");

    organiser.open(&campaign.organisers);
    for table in ["participants", "picklist"] {
        let rows = download_table(organiser, table);
        let [row] = rows.as_slice() else {
            panic!("{rows:?}")
        };
        is_typed(cell(row, "user_id"), &texts.handle);
        is_typed(cell(row, "shipping_address"), &texts.address);
        is_typed(cell(row, "note"), &texts.note);
    }
}

fn calls_off(organiser: &Visitor, person: &Visitor, campaign: &Campaign, texts: &Texts) {
    organiser.open(&campaign.organisers);
    cancel(organiser, &texts.off);
    shows(organiser, &[&texts.handle]);
    organiser.open(&campaign.public);
    shows(organiser, &[&texts.off, &texts.description]);
    look_again(person);
    shows(person, &[&texts.handle]);
}

fn pays_back(organiser: &Visitor, person: &Visitor, campaign: &Campaign, texts: &Texts) {
    give_account(person, &texts.account);
    shows(person, &[&texts.account]);
    organiser.open("/organiser/refunds");
    shows(organiser, &[&texts.account, &texts.handle]);
    send_refund(organiser, &texts.reference);
    shows(organiser, &[]);
    look_again(person);
    shows(person, &[&texts.reference]);
    person.click_through(ACKNOWLEDGE);
    shows(person, &[&texts.reference]);

    organiser.open(&format!("{}/refunds", campaign.organisers));
    shows(organiser, &[&texts.handle, &texts.reference]);
    organiser.open(&campaign.organisers);
    shows(organiser, &[&texts.handle]);
    let rows = download_table(organiser, "refunds");
    let [row] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    is_typed(cell(row, "user_id"), &texts.handle);
    is_typed(cell(row, "payout_account"), &texts.account);
    is_typed(cell(row, "reference"), &texts.reference);
    organiser.click_through("main th a");
    shows(
        organiser,
        &[
            &texts.handle,
            &texts.address,
            &texts.note,
            &texts.account,
            &texts.reference,
        ],
    );
}

/// A cell holds what was typed, with an apostrophe before it where that begins as a formula does.
fn is_typed(cell: &str, typed: &str) {
    let is_formula = typed.trim_start_matches(['"', '\'']).starts_with('=');
    let expected = if is_formula {
        format!("'{typed}")
    } else {
        typed.to_owned()
    };
    assert_eq!(cell, expected);
}

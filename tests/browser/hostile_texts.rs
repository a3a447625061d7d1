//! What people type shows as text, whatever it is.

use std::sync::Arc;

use serde_json::json;

use crate::harness::{Browser, Looks, Visitor, browser};
use crate::steps::{
    Campaign, Joining, cancel, create_campaign, create_product, fill_join_form, guarded_server,
    join, organiser,
};

pub(crate) const TEXTS: [&str; 6] = [
    "<script>document.title = 'hacked'</script>",
    r#""><img src=x onerror=alert(1)>"#,
    "'; DROP TABLE products; -- &amp; &#60; {{ 7*7 }} %27",
    "Sari 🌸 👩‍👩‍👧‍👦 café 日本",
    "\u{202e}txet desrever مرحبا שלום",
    "=HYPERLINK(\"http://sambatan.example\")",
];

#[test]
fn hostile_texts_show_as_text_everywhere() {
    let Some(browser) = browser() else { return };
    for text in TEXTS {
        show_everywhere(&browser, text);
    }
}

#[test]
fn the_longest_texts_without_a_space_fit_on_a_phone() {
    let Some(browser) = browser() else { return };
    let word = |length: usize| "panjang".chars().cycle().take(length).collect::<String>();
    show(
        &browser,
        &Texts {
            product: word(200),
            description: word(2000),
            title: word(120),
            handle: word(64),
            address: word(240),
            note: word(160),
        },
    );
}

#[test]
fn an_address_of_240_signs_can_be_typed_and_shown_whatever_the_signs() {
    let Some(browser) = browser() else { return };
    let texts = Texts {
        address: "🏠".repeat(240),
        note: "🌸".repeat(160),
        ..Texts::all("Sari")
    };
    show(&browser, &texts);
}

#[test]
fn an_address_of_several_lines_is_taken() {
    let Some(browser) = browser() else { return };
    let server = guarded_server();
    let organiser = organiser(&browser, &server, Looks::DESKTOP);
    create_product(&organiser, "Rimba Embun", "");
    let campaign = create_campaign(&organiser, "Batch Oktober", "4");
    let lines = "Sari\nJl. Melati No. 15\nJakarta Selatan";
    let joining = Joining {
        address: lines,
        ..Joining::by("sari", "1")
    };
    let person = join(&browser, &server, Looks::PHONE, &campaign, joining);
    let shown = person.text(".two > div > .facts");
    for line in lines.lines() {
        assert!(shown.contains(line), "{line:?} in {shown}");
    }
}

/// A text for each field.
struct Texts {
    product: String,
    description: String,
    title: String,
    handle: String,
    address: String,
    note: String,
}

impl Texts {
    fn all(text: &str) -> Self {
        let [product, description, title, handle, address, note] =
            ["P", "D", "T", "H", "A", "N"].map(|field| format!("{field} {text}"));
        Self {
            product,
            description,
            title,
            // What turns the direction of writing is refused in a handle.
            handle: handle.replace('\u{202e}', ""),
            address,
            note,
        }
    }
}

fn show_everywhere(browser: &Arc<Browser>, text: &str) {
    show(browser, &Texts::all(text));
}

fn show(browser: &Arc<Browser>, texts: &Texts) {
    let server = guarded_server();
    let organiser = organiser(browser, &server, Looks::PHONE);
    let of_product = [&texts.product, &texts.description];
    create_product(&organiser, &texts.product, &texts.description);
    shows(&organiser, &of_product);
    organiser.click_through("main a[href$='/edit']");
    shows(&organiser, &of_product);
    organiser.click_through("main form button");
    shows(&organiser, &of_product);
    let campaign = create_campaign(&organiser, &texts.title, "3");
    shows(&organiser, &[&texts.title]);

    let joining = Joining {
        handle: &texts.handle,
        slots: "1",
        address: &texts.address,
        note: &texts.note,
    };
    let person = refused_and_then_taken(browser, &server, &campaign, joining);
    shows(
        &person,
        &[&texts.title, &texts.handle, &texts.address, &texts.note],
    );

    on_the_pages_of(&campaign, &organiser, texts);
    cancel(&person, &texts.note);
    shows(&person, &[&texts.title, &texts.handle]);
    organiser.open(&campaign.organisers);
    organiser.fill("#q", &texts.handle);
    organiser.click_through("form[role=search] button");
    shows(&organiser, &[&texts.title, &texts.handle]);
    organiser.click_through("main th a");
    shows(&organiser, &[&texts.handle, &texts.address, &texts.note]);
}

fn on_the_pages_of(campaign: &Campaign, organiser: &Visitor, texts: &Texts) {
    for (path, expected) in [
        ("/", vec![&texts.title]),
        (
            &campaign.public,
            vec![
                &texts.title,
                &texts.product,
                &texts.description,
                &texts.handle,
            ],
        ),
        (&campaign.organisers, vec![&texts.title, &texts.handle]),
        (
            &format!("{}/pick-list", campaign.organisers),
            vec![&texts.title, &texts.handle, &texts.address, &texts.note],
        ),
        (
            &format!("{}/rekap", campaign.organisers),
            vec![&texts.title, &texts.handle],
        ),
        (&format!("{}/log", campaign.organisers), vec![&texts.title]),
        (&format!("{}/edit", campaign.organisers), vec![&texts.title]),
        (
            &campaign
                .organisers
                .replace("campaigns/", "campaigns/new?like="),
            vec![&texts.title, &texts.product],
        ),
        ("/organiser", vec![]),
        ("/organiser/campaigns", vec![&texts.title]),
        ("/organiser/campaigns/new", vec![&texts.product]),
        ("/organiser/products", vec![&texts.product]),
    ] {
        organiser.open(path);
        shows(organiser, &expected);
    }
}

/// Asks for more slots than there are, finds the form as it was filled, and joins.
fn refused_and_then_taken(
    browser: &Arc<Browser>,
    server: &crate::support::TestServer,
    campaign: &Campaign,
    joining: Joining<'_>,
) -> Visitor {
    let person = Visitor::new(browser, server.address, Looks::PHONE);
    person.open(&campaign.public);
    fill_join_form(
        &person,
        Joining {
            slots: "3",
            ..joining
        },
    );
    // Somebody else was faster.
    server.joined(&campaign.api(), "lain", 1);
    person.click_through(crate::steps::JOIN);
    assert_eq!(person.status(), 409);
    for (field, text) in [
        ("#f-user_id", joining.handle),
        ("#f-shipping_address", joining.address),
        ("#f-note", joining.note),
    ] {
        assert_eq!(person.value(field), text);
    }
    shows(&person, &[]);
    person.fill("#f-quantity", joining.slots);
    person.click_through(crate::steps::JOIN);
    person
}

/// The page has the texts as they were typed, nothing in them became a part of it, and it fits.
pub(crate) fn shows(visitor: &Visitor, texts: &[&String]) {
    let page = visitor.evaluate(EVERYTHING, &[]);
    let page = page.as_str().unwrap();
    for text in texts {
        assert!(
            page.contains(text.as_str()),
            "{text:?} on {}: {page}",
            visitor.path()
        );
    }
    let became =
        "() => document.querySelectorAll('[onerror], [src=x], main script, bdi > *').length";
    assert_eq!(visitor.evaluate(became, &[]), 0, "on {}", visitor.path());
    assert!(visitor.fits_in_width(), "{} is too wide", visitor.path());
    let stray = visitor.evaluate(STRAY, &[json!(texts)]);
    assert_eq!(stray, json!([]), "on {}", visitor.path());
}

const EVERYTHING: &str = r"() => [
    document.body.textContent,
    ...[...document.querySelectorAll('input, textarea')].map(field => field.value),
].join('\n')";

/// The places where a text of a person stands outside of what keeps its direction to itself.
const STRAY: &str = r"texts => {
    const stray = [];
    const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const {data, parentElement: parent} = walker.currentNode;
        const alone = parent.closest('bdi, textarea, option, [dir=auto]');
        if (!alone && texts.some(text => data.includes(text))) stray.push(parent.outerHTML);
    }
    return stray;
}";

//! Where to pay: the organiser's page, and the card that opens a participant's own.

use crate::scanner::scan_svg;
use crate::support::{Call, NO_LIMITS, TestServer};
use crate::visitor::{Page, Visitor};

const STATIC: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";

fn add(organiser: &mut Visitor<'_>, fields: &[(&str, &str)]) -> Page {
    let page = organiser.get("/organiser/pay-to");
    organiser.submit(&page, "/organiser/pay-to", fields)
}

const BANK: [(&str, &str); 4] = [
    ("kind", "bank"),
    ("bank", "BCA"),
    ("number", "0123456789"),
    ("holder", "Siti Contoh"),
];

/// Somebody who joined by the API, their browser, the path of their page and what they are to transfer.
fn joined<'a>(server: &'a TestServer, campaign: &str, slots: u32) -> (Visitor<'a>, String, i64) {
    let joined = server.join(campaign, "budi", slots).created();
    let path = format!("/p/{}", joined["id"].as_str().unwrap());
    let token = joined["manage_token"].as_str().unwrap();
    let mut visitor = Visitor::of(server);
    visitor.send(Call::post(&format!("{path}/open")).form(&[("token", token)]));
    (visitor, path, joined["transfer_amount"].as_i64().unwrap())
}

#[test]
fn the_organiser_adds_and_retires_accounts() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut organiser = Visitor::of(&server).signed_in();
    server.campaign(20);
    let overview = organiser.get("/organiser");
    overview
        .has("tidak ada rekening tujuannya")
        .has("Batch Oktober");
    let refused = add(
        &mut organiser,
        &[("kind", "bank"), ("bank", "BCA"), ("number", "12")],
    );
    assert_eq!(refused.reply.status, 422);
    refused
        .has("value=\"BCA\"")
        .has("Paling sedikit 4 karakter")
        .has("Wajib diisi");
    let broken = STATIC.replace("56FE", "0000");
    let refused = add(&mut organiser, &[("kind", "qris"), ("payload", &broken)]);
    refused
        .has("angka pemeriksanya seharusnya 56FE")
        .has(&broken);
    add(&mut organiser, &BANK)
        .has("BCA")
        .has("0123456789 · Siti Contoh")
        .ok();
    organiser
        .get("/organiser")
        .has_no("tidak ada rekening tujuannya");
    let page = add(
        &mut organiser,
        &[("kind", "qris"), ("payload", STATIC), ("note", "di kasir")],
    );
    page.has("QRIS · PATUNGAN CONTOH")
        .has("ID0000000000001")
        .has("di kasir")
        .ok();
}

#[test]
fn a_campaign_names_an_account_and_says_so_again_when_it_is_edited() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut organiser = Visitor::of(&server).signed_in();
    let campaign = server.campaign(20);
    add(&mut organiser, &[("kind", "qris"), ("payload", STATIC)]).ok();
    add(&mut organiser, &BANK).ok();
    let path = campaign.replace("/api/sambatan/", "/organiser/");
    let edit = organiser.get(&format!("{path}/edit"));
    let id = edit.after("name=\"pay_to\" value=\"");
    let action = format!("{path}/edit");
    let fields = [
        ("title", "Batch Oktober"),
        ("description", ""),
        ("pay_to", &id),
    ];
    organiser.submit(&edit, &action, &fields).ok();
    let edit = organiser.get(&action);
    edit.has(&format!("value=\"{id}\" checked"));
    organiser
        .get(&format!(
            "/organiser/campaigns/new?like={}",
            path.rsplit('/').next().unwrap()
        ))
        .has(&format!("value=\"{id}\" checked"));
    let retire = format!("/organiser/pay-to/{id}/retire");
    let page = organiser.get("/organiser/pay-to");
    let page = organiser.submit(&page, &retire, &[]);
    page.has("Tidak dipakai sejak").ok();
    organiser
        .get("/organiser")
        .has("tidak ada rekening tujuannya");
}

#[test]
fn the_own_page_opens_with_where_to_pay_and_how_much() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(20);
    let (mut budi, path, amount) = joined(&server, &campaign, 1);
    budi.get(&path)
        .has("belum menyebutkan rekening tujuannya")
        .has_no("<img class=\"qr\"");
    let mut organiser = Visitor::of(&server).signed_in();
    add(&mut organiser, &BANK).ok();
    add(
        &mut organiser,
        &[("kind", "qris"), ("payload", STATIC), ("note", "di kasir")],
    )
    .ok();

    let page = budi.get(&path);
    page.has("id=\"pay-amount\"")
        .has(&format!("value=\"{amount}\""))
        .has("value=\"0123456789\"");
    page.has("Siti Contoh")
        .has("PATUNGAN CONTOH")
        .has("ID0000000000001")
        .has_no("di kasir");
    let card = page.text().find("id=\"pay\"").unwrap();
    assert!(
        card < page.text().find("Jl. Melati").unwrap(),
        "it comes first"
    );
    let code = page.after("<img class=\"qr\" src=\"");
    let drawing = budi.send(Call::get(&code));
    assert_eq!(drawing.header("Cache-Control"), Some("no-store"));
    let said = scan_svg(drawing.text());
    let expected = sambatan::domain::qris::Qris::parse(STATIC).unwrap();
    let expected = expected.with_amount(sambatan::domain::money::Rupiah::new(amount));
    assert_eq!(said, expected.unwrap().to_string());
    let plain = budi.send(Call::get(&format!("{code}?amount=none")));
    assert_eq!(scan_svg(plain.text()), STATIC);
    // Nobody else sees the picture, and the public page knows of nothing.
    let stranger = Visitor::of(&server).send(Call::get(&code));
    assert_ne!(stranger.header("Content-Type"), Some("image/svg+xml"));
    let public = campaign.replace("/api/sambatan/campaigns", "/c");
    Visitor::of(&server)
        .get(&public)
        .has_no("Siti Contoh")
        .has_no("0123456789");

    // The reminder says where; the rest is asked for when it is short; paid, it is gone.
    let rekap = organiser.get(&format!(
        "{}/rekap",
        campaign.replace("/api/sambatan/", "/organiser/")
    ));
    rekap.has("Transfer ke: BCA 0123456789 a.n. Siti Contoh; QRIS PATUNGAN CONTOH");
    let id = path.rsplit('/').next().unwrap();
    let pay = |amount: i64| {
        let body = serde_json::json!({"amount": amount});
        let path = format!("/api/sambatan/participations/{id}/payments");
        server
            .send_as_organiser(Call::post(&path).json(&body))
            .created();
    };
    pay(100_000);
    budi.get(&path).has("Masih kurang").has("value=\"50000\"");
    pay(50_000);
    budi.get(&path).has_no("id=\"pay\"").has_no("0123456789");
    assert_eq!(budi.send(Call::get(&code)).status, 404);
}

#[test]
fn a_dear_participation_has_no_code_and_is_told_why() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut organiser = Visitor::of(&server).signed_in();
    add(&mut organiser, &[("kind", "qris"), ("payload", STATIC)]).ok();
    let campaign = server.campaign(100);
    let (mut budi, path, _) = joined(&server, &campaign, 70);
    let page = budi.get(&path);
    page.has("di atas Rp10.000.000")
        .has("PATUNGAN CONTOH")
        .has_no("<img class=\"qr\"");
}

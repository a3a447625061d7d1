//! Money that goes back: the participant says where it goes, the organiser sends it, the participant has got it.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::{Call, NO_LIMITS, ORGANISER, TestServer};
use crate::visitor::Visitor;

const SIGN_IN: &str = "/organiser/sign-in";

/// Somebody who has paid for a campaign that is then called off: their page and its secret.
fn called_off(server: &TestServer) -> (String, String) {
    let campaign = server.campaign(20);
    let joined = server.join(&campaign, "budi", 2).created();
    let id = joined["id"].as_str().unwrap();
    let own = format!("/api/sambatan/participations/{id}");
    let pay = Call::post(&format!("{own}/payments")).json(&json!({"amount": 420_000}));
    server.send_as_organiser(pay).created();
    let call_off = Call::post(&format!("{campaign}/cancel"));
    server.send_as_organiser(call_off).ok();
    let token = joined["manage_token"].as_str().unwrap().to_owned();
    (format!("/p/{id}"), token)
}

#[test]
fn a_refund_goes_from_due_to_sent_to_received() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let (path, token) = called_off(&server);
    let mut person = Visitor::of(&server);
    let locked = person.get(&path);
    let page = person.submit(&locked, &format!("{path}/open"), &[("token", &token)]);
    page.has("Rp420.000</strong> Akan ditransfer");
    let account = format!("{path}/payout-account");
    let refused = person.submit(&page, &account, &[("account", "BCA")]);
    assert_eq!(refused.reply.status, 422);
    refused.has("value=\"BCA\"").has("Perbaiki:");
    let typed = "BCA 123 <b>a.n. Budi</b>";
    person.submit(&page, &account, &[("account", typed)]).ok();

    let mut organiser = Visitor::of(&server);
    let sign_in = organiser.get(SIGN_IN);
    let overview = organiser.submit(&sign_in, SIGN_IN, &[("token", ORGANISER)]);
    overview
        .has("Ada pengembalian dana yang harus dikirim.")
        .ok();
    let refunds = organiser.get("/organiser/refunds");
    refunds
        .has("<bdi>budi</bdi></a> · Rp420.000")
        .has("BCA 123 &#60;b&#62;a.n. Budi")
        .has_no("<b>a.n.")
        .ok();
    let long = "\"9".repeat(61);
    let refused = organiser.submit(&refunds, "/organiser/refunds", &[("reference", &long)]);
    assert_eq!(refused.reply.status, 422);
    refused.has("Perbaiki:").has(&"&#34;9".repeat(61));
    let sent = organiser.submit(
        &refunds,
        "/organiser/refunds",
        &[("reference", "TRF <i>77")],
    );
    sent.has("dicatat terkirim")
        .has("Tidak ada pengembalian")
        .ok();
    let again = organiser.submit(&refunds, "/organiser/refunds", &[("reference", "TRF 78")]);
    assert_eq!(again.reply.status, 409);
    again.has("sudah dikirim");
    organiser.get("/organiser").has_no("Ada pengembalian dana");

    let page = person.get(&path);
    page.has("Sudah ditransfer: <bdi>TRF &#60;i&#62;77")
        .has_no("payout-account");
    let acknowledge = format!("{path}/acknowledge");
    let got = person.submit(&page, &acknowledge, &[]);
    got.has("Sudah Anda terima.").has_no("/acknowledge").ok();
    // A second click says nothing else.
    person
        .submit(&page, &acknowledge, &[])
        .has("Sudah Anda terima.")
        .ok();
}

#[test]
fn another_account_is_shown_as_changed_and_confirmed_on_the_page() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let (path, token) = called_off(&server);
    let mut person = Visitor::of(&server);
    let locked = person.get(&path);
    let mut page = person.submit(&locked, &format!("{path}/open"), &[("token", &token)]);
    let account = format!("{path}/payout-account");
    for typed in ["BCA 123", "Mandiri 666"] {
        page = person.submit(&page, &account, &[("account", typed)]);
    }
    let mut organiser = Visitor::of(&server);
    let sign_in = organiser.get(SIGN_IN);
    organiser.submit(&sign_in, SIGN_IN, &[("token", ORGANISER)]);
    let refunds = organiser.get("/organiser/refunds");
    refunds
        .has("Mandiri 666")
        .has("Rekening diganti pada")
        .has_no("BCA 123")
        .ok();
    let refused = organiser.submit(&refunds, "/organiser/refunds", &[("reference", "TRF 1")]);
    assert_eq!(refused.reply.status, 409);
    refused.has("Rekening baru belum dikonfirmasi");
    let theirs = format!("/organiser/participations/{}", &path[3..]);
    let confirm = format!("{theirs}/confirm-account");
    // Changed again after the organiser looked: nobody has asked about that one.
    server.clock.advance(TimeDelta::seconds(1));
    person.submit(&page, &account, &[("account", "Mandiri 667")]);
    let refused = organiser.submit(&refunds, &confirm, &[]);
    assert_eq!(refused.reply.status, 409);
    refused
        .has("Rekening baru belum dikonfirmasi")
        .has("Mandiri 667");
    let shown = organiser.get(&theirs);
    shown.has("Rekening diganti pada").ok();
    let confirmed = organiser.submit(&shown, &confirm, &[]);
    confirmed
        .has("Rekening barunya dikonfirmasi.")
        .has_no("Rekening diganti pada")
        .ok();
    let refunds = organiser.get("/organiser/refunds");
    refunds.has_no("Rekening diganti pada");
    let sent = organiser.submit(&refunds, "/organiser/refunds", &[("reference", "TRF 1")]);
    sent.has("dicatat terkirim").ok();
}

#[test]
fn a_participant_makes_the_link_anew_and_goes_on_and_who_has_the_old_one_does_not() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let (path, token) = called_off(&server);
    let open = |visitor: &mut Visitor<'_>, token: &str| {
        let locked = visitor.get(&path);
        visitor.submit(&locked, &format!("{path}/open"), &[("token", token)])
    };
    let (mut person, mut other) = (Visitor::of(&server), Visitor::of(&server));
    let page = open(&mut person, &token);
    open(&mut other, &token).has("Rp420.000").ok();
    let renewed = person.submit(&page, &format!("{path}/renew-link"), &[]);
    renewed.has("Rp420.000").has_no(&token).ok();
    other.get(&path).has_no("Rp420.000");
    let refused = open(&mut other, &token);
    assert_eq!(refused.reply.status, 422);
}

#[test]
fn nobody_acknowledges_the_refund_of_somebody_else() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let (theirs, _) = called_off(&server);
    let due = Call::get("/api/sambatan/refunds");
    let due = server.send_as_organiser(due).ok();
    let refund = due[0]["id"].as_str().unwrap().to_owned();
    let send = Call::post(&format!("/api/sambatan/refunds/{refund}/send"));
    let sent = server.send_as_organiser(send.json(&json!({"reference": "TRF-1"})));
    assert_eq!(sent.ok()["participation_id"], theirs[3..]);
    let (path, token) = called_off(&server);
    let mut person = Visitor::of(&server);
    let locked = person.get(&path);
    let page = person.submit(&locked, &format!("{path}/open"), &[("token", &token)]);
    let form_token = page.hidden(&format!("{path}/payout-account"));
    let (_, form_token) = form_token
        .iter()
        .find(|(name, _)| name == "form_token")
        .unwrap();
    let acknowledge = Call::post(&format!("{path}/acknowledge"))
        .header("Sec-Fetch-Site", "same-origin")
        .form(&[("form_token", form_token), ("refund", &refund)]);
    assert_eq!(person.send(acknowledge).status, 404);
}

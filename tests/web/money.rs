//! The organiser notes money by hand, and sees who still owes.

use serde_json::json;

use crate::support::{Call, DEADLINE, TestServer};
use crate::visitor::Visitor;

/// Somebody with two slots of a campaign of twenty: the pages of both, and the participation in the API.
fn one_participant(server: &TestServer) -> (String, String, String) {
    let campaign = server.campaign(20);
    let own = server.joined(&campaign, "budi", 2);
    (organisers(&campaign), organisers(&own), own)
}

/// The organiser's page of what the API has there.
fn organisers(path: &str) -> String {
    path.replace("/api/sambatan/", "/organiser/")
}

#[test]
fn a_payment_of_any_amount_is_noted_and_corrected() {
    let server = TestServer::start();
    let (campaign, path, own) = one_participant(&server);
    let told = server.get(&own).ok()["transfer_amount"].as_i64().unwrap();
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(&path);
    page.has("Rp300.000</strong> belum bayar")
        .has("Diminta transfer")
        .has_no("/adjustments\"");
    let pay = format!("{path}/payments");
    let wrong = [("amount", "0"), ("reference", &"x".repeat(121))];
    let refused = organiser.submit(&page, &pay, &wrong);
    assert_eq!(refused.reply.status, 422);
    refused
        .has("id=\"e-amount\"")
        .has("id=\"e-reference\"")
        .has(&"x".repeat(121));
    let part = [("amount", "Rp250.000"), ("reference", "TRF <b>1</b>")];
    let paid = organiser.submit(&page, &pay, &part);
    paid.has("Pembayaran dicatat.")
        .has("Rp300.000</strong> kurang Rp50.000")
        .has(">Terkonfirmasi</span>")
        .has("TRF &#60;b&#62;1")
        .ok();
    // On a machine of one's own everybody sees every page.
    organiser
        .get(&own.replace("/api/sambatan/participations/", "/p/"))
        .has("<dt>Masih kurang</dt><dd><strong>Rp50.000</strong>")
        .has_no("Transfer tepat sejumlah");
    organiser
        .get(&format!("{campaign}/rekap"))
        .has("1. budi – 2 slot ⚠️ kurang Rp50.000")
        .has("Pembayaran Anda masih kurang Rp50.000; tulis kode SB-");
    let rest = [("amount", "60.000"), ("reference", "")];
    let paid = organiser.submit(&paid, &pay, &rest);
    let over = 310_000 - told;
    assert!((9_000..10_000).contains(&over), "{over}");
    paid.has(&format!("lunas, lebih Rp9.{:03}", over - 9_000));

    let adjust = format!("{path}/adjustments");
    for (less, why) in [("0", "x"), ("-5", "x"), ("gratis", "x"), ("1", "")] {
        let fields = [("less", less), ("less_reference", why)];
        let refused = organiser.submit(&paid, &adjust, &fields);
        assert_eq!(refused.reply.status, 422, "{less}");
        refused.has("Perbaiki:").has(&format!("value=\"{less}\""));
    }
    let more_than_came = [("less", "310.001"), ("less_reference", "salah")];
    let refused = organiser.submit(&paid, &adjust, &more_than_came);
    assert_eq!(refused.reply.status, 409);
    refused.has("id=\"e-less\"");
    let less = [("less", "10.000"), ("less_reference", "dikembalikan tunai")];
    let adjusted = organiser.submit(&paid, &adjust, &less);
    adjusted
        .has("Koreksi dicatat.")
        .has("Rp300.000</strong> lunas")
        .has("<strong>-Rp10.000</strong> <span>Koreksi · <bdi>dikembalikan tunai</bdi>");
    organiser
        .get(&campaign)
        .has("Terkonfirmasi</span> <span class=\"hint\">lunas</span>")
        .has("<dt>Sudah masuk</dt><dd>Rp300.000</dd>")
        .has("<dt>Saldo</dt><dd>Rp300.000</dd>");
}

#[test]
fn an_empty_amount_is_what_is_still_owed_and_nothing_counts_twice() {
    let server = TestServer::start();
    let (_, path, own) = one_participant(&server);
    let paid = || server.get(&own).ok()["paid_amount"].as_i64().unwrap();
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(&path);
    let pay = format!("{path}/payments");
    let part = [("amount", "250.000"), ("reference", "TRF 1")];
    organiser.submit(&page, &pay, &part).ok();
    let twice = organiser.submit(&page, &pay, &part);
    assert_eq!((twice.reply.status, paid()), (409, 250_000));
    twice
        .has("Sejak halaman ini dibuka sudah ada catatan baru.")
        .has("value=\"TRF 1\"");
    let rest = organiser.submit(&twice, &pay, &[("amount", ""), ("reference", "")]);
    rest.has("Rp300.000</strong> lunas").ok();
    assert_eq!(paid(), 300_000);
    let nothing = organiser.submit(&rest, &pay, &[("amount", ""), ("reference", "")]);
    assert_eq!((nothing.reply.status, paid()), (422, 300_000));
    nothing.has("id=\"e-amount\"");
    let adjust = format!("{path}/adjustments");
    let less = [("less", "1.000"), ("less_reference", "tunai")];
    organiser.submit(&rest, &adjust, &less).ok();
    let twice = organiser.submit(&rest, &adjust, &less);
    assert_eq!((twice.reply.status, paid()), (409, 299_000));
    twice.has("id=\"e-less\"");
}

#[test]
fn a_payment_for_slots_that_were_given_up_is_to_be_sent_back() {
    let server = TestServer::start();
    let (campaign, path, own) = one_participant(&server);
    server.post_empty(&format!("{own}/cancel")).ok();
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(&path);
    page.has("langsung harus dikembalikan")
        .has_no("belum bayar");
    let fields = [("amount", "1.000"), ("reference", "TRF 9")];
    let paid = organiser.submit(&page, &format!("{path}/payments"), &fields);
    paid.has("<span>Harus dikembalikan").ok();
    organiser
        .get(&campaign)
        .has("<dt>Harus dikembalikan</dt><dd>Rp1.000</dd>");
    let refunds = organiser.get(&format!("{campaign}/refunds"));
    refunds
        .has("<bdi>budi</bdi>")
        .has("<td class=\"n\">Rp1.000</td><td>Harus dikembalikan</td>")
        .has("Yang harus dikirim");
    let due = organiser.get("/organiser/refunds");
    let sent = organiser.submit(&due, "/organiser/refunds", &[("reference", "TRF <i>10")]);
    sent.ok();
    organiser
        .get(&format!("{campaign}/refunds"))
        .has("<td>Dikembalikan</td>")
        .has("<bdi>TRF &#60;i&#62;10</bdi>")
        .has_no("Yang harus dikirim");
    organiser
        .get(&campaign)
        .has("<dt>Sudah dikembalikan</dt><dd>Rp1.000</dd>");
}

#[test]
fn who_was_too_late_is_taken_in_again_while_slots_last() {
    let server = TestServer::start();
    let create = Call::post("/api/sambatan/campaigns").json(&json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 4,
        "minimum_slots": 1, "price_per_slot": 150_000, "deadline": DEADLINE, "pay_within_hours": 24,
    }));
    let created = server.send_as_organiser(create);
    let campaign = created.header("Location").unwrap();
    let ids: Vec<_> = ["budi", "sari"]
        .map(|user| server.joined(campaign, user, 2))
        .into();
    server.clock.set("2025-10-03T00:00:00Z".parse().unwrap());
    server.service.run_lifecycle().unwrap();
    server.joined(campaign, "tono", 1);
    let mut organiser = Visitor::of(&server);
    let path = organisers(&ids[0]);
    let page = organiser.get(&path);
    page.has(">Batal</span>").has("Waktu bayar habis");
    let page_of_sari = organiser.get(&organisers(&ids[1]));
    let revive = format!("{path}/revive");
    let back = organiser.submit(&page, &revive, &[]);
    back.has("Peserta ikut lagi dan slotnya disimpan.")
        .has("Bayar paling lambat")
        .has_no("/revive\"");
    let again = organiser.submit(&page, &revive, &[]);
    assert_eq!(again.reply.status, 409);
    let path = organisers(&ids[1]);
    // The page was opened before the slots were gone.
    let refused = organiser.submit(&page_of_sari, &format!("{path}/revive"), &[]);
    assert_eq!(refused.reply.status, 409);
    refused
        .has("Slot tidak cukup")
        .has("Waktu bayar habis")
        .has_no("/revive\"");
}

#[test]
fn the_overview_tells_where_somebody_still_owes() {
    let server = TestServer::start();
    let (campaign, _, own) = one_participant(&server);
    server.joined(
        &campaign.replace("/organiser/", "/api/sambatan/"),
        "sari",
        18,
    );
    let mut organiser = Visitor::of(&server);
    let link = format!("<a href=\"{campaign}/rekap#reminders\">");
    organiser.get("/organiser").has(&link).has("2 belum lunas");
    server.post_empty(&format!("{own}/confirm")).ok();
    organiser.get("/organiser").has("1 belum lunas");
    // Full and swept: everybody is confirmed, and who has not paid still owes.
    server.service.run_lifecycle().unwrap();
    organiser
        .get("/organiser")
        .has("1 belum lunas")
        .has("Tidak ada kampanye yang berjalan.");
    organiser
        .get(&format!("{campaign}/rekap"))
        .has("2. sari – 18 slot ⏳ belum bayar")
        .has("belum kami terima. Mohon segera dibayar, ya.");
}

#[test]
fn nobody_is_reminded_before_they_are_to_pay() {
    let server = TestServer::start();
    let create = Call::post("/api/sambatan/campaigns").json(&json!({
        "product_id": server.product(), "title": "Batch Oktober", "total_slots": 4,
        "minimum_slots": 2, "price_per_slot": 150_000, "deadline": DEADLINE,
        "payment": "after_tipping", "pay_within_hours": 24,
    }));
    let created = server.send_as_organiser(create);
    let campaign = created.header("Location").unwrap();
    server.joined(campaign, "budi", 1);
    let mut organiser = Visitor::of(&server);
    let rekap = format!("{}/rekap", organisers(campaign));
    organiser.get(&rekap).has("Tidak ada yang perlu diingatkan");
    organiser.get("/organiser").has_no("belum lunas");
    server.joined(campaign, "sari", 1);
    organiser
        .get(&rekap)
        .has("Mohon dibayar sebelum Kamis, 2 Oktober 2025 pukul 07.00 WIB, ya.");
    organiser.get("/organiser").has("2 belum lunas");
}

#[test]
fn who_waits_can_leave_the_waiting_list_from_either_page() {
    let server = TestServer::start();
    let campaign = server.campaign(2);
    server.joined(&campaign, "budi", 2);
    let wait = |user: &str| {
        let mut body = crate::support::join_body(user, 1);
        body["waitlist"] = true.into();
        let joined = server.post(&format!("{campaign}/join"), &body).created();
        joined["id"].as_str().unwrap().to_owned()
    };
    let mut visitor = Visitor::of(&server);
    let path = format!("/p/{}", wait("sari"));
    let page = visitor.get(&path);
    page.has("Anda keluar dari daftar tunggu.");
    visitor
        .submit(&page, &format!("{path}/cancel"), &[("reason", "")])
        .has(">Batal</span>");
    let path = format!("/organiser/participations/{}", wait("tono"));
    let page = visitor.get(&path);
    page.has("<dt>Urutan di daftar tunggu</dt><dd>1</dd>")
        .has_no(&format!("{path}/payments"));
    visitor
        .submit(&page, &format!("{path}/cancel"), &[("reason", "")])
        .has(">Batal</span>");
}

#[test]
fn the_form_that_calls_a_full_campaign_off_says_what_it_will_do() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let path = campaign.replace("/api/sambatan/", "/organiser/");
    let own = server.joined(&campaign, "budi", 2);
    server.joined(&campaign, "ani", 1);
    server.service.run_lifecycle().unwrap();
    let mut visitor = Visitor::of(&server);
    let nothing_paid = "2 peserta kehilangan slotnya. Belum ada dana yang masuk";
    visitor.get(&path).has(nothing_paid);
    let payment = json!({"amount": 300_000});
    server.post(&format!("{own}/payments"), &payment).created();
    let page = visitor.get(&path);
    page.has("Yang harus dikembalikan: 1 pembayaran, seluruhnya Rp300.000.");
    let action = format!("{path}/call-off");
    let payout = json!({"amount": 1000});
    server
        .post(&format!("{campaign}/payouts"), &payout)
        .created();
    let late = visitor.submit(&page, &action, &[("reason", "pemasok tutup")]);
    assert_eq!(late.reply.status, 409);
    late.has("sudah dibayarkan Rp1.000")
        .has("tidak bisa dibatalkan lagi")
        .has_no("/call-off\"");
}

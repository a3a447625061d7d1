//! Honest words: nothing is called refunded before money was sent, and who never paid reads why it is off.

use serde_json::json;

use crate::support::TestServer;
use crate::visitor::{Page, Visitor};

fn own(path: &str) -> String {
    path.replace("/api/sambatan/participations/", "/p/")
}

fn organisers(path: &str) -> String {
    path.replace("/api/sambatan/", "/organiser/")
}

#[track_caller]
fn reads(page: &Page, badge: &str) {
    page.has(&format!("\">{badge}</span>"))
        .has_no("Dana dikembalikan")
        .ok();
}

#[test]
fn who_never_paid_is_called_off_with_the_reason_and_who_paid_follows_the_money() {
    let server = TestServer::start();
    let campaign = server.campaign(4);
    let dewi = server.joined(&campaign, "dewi", 1);
    let budi = server.joined(&campaign, "budi", 1);
    server.post_empty(&format!("{budi}/confirm")).ok();
    let reason = json!({"reason": "pabrik <b>tutup</b>"});
    server.post(&format!("{campaign}/cancel"), &reason).ok();

    let mut id = Visitor::of(&server);
    let page = id.get(&own(&dewi));
    reads(&page, "Batal");
    page.has("<dt>Alasan</dt><dd><bdi>pabrik &#60;b&#62;tutup")
        .has("Penyelenggara membatalkan patungan ini. Anda belum membayar, jadi tidak ada yang perlu dikembalikan.");
    let mut en = Visitor::of(&server).with("Accept-Language", "en");
    let page = en.get(&own(&dewi));
    page.has("\">Called off</span>")
        .has("<dt>Reason</dt><dd><bdi>pabrik &#60;b&#62;tutup")
        .has("You had not paid, so nothing is to be sent back.")
        .has_no("Refunded");
    assert_eq!(server.get(&dewi).ok()["payment_state"], "none");
    assert_eq!(server.get(&dewi).ok()["status"], "refunded");

    let state = || {
        server.get(&budi).ok()["payment_state"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let page = id.get(&own(&budi));
    reads(&page, "Menunggu pengembalian");
    page.has("akan ditransfer kembali oleh penyelenggara");
    assert_eq!(state(), "refund_due");
    let list = id.get(&organisers(&campaign));
    list.has("\">Batal</span>")
        .has("\">Menunggu pengembalian</span>");
    let due = id.get("/organiser/refunds");
    id.submit(&due, "/organiser/refunds", &[("reference", "TRF 1")])
        .ok();
    let page = id.get(&own(&budi));
    reads(&page, "Dana sudah ditransfer");
    assert_eq!(state(), "refund_sent");
    let got = id.submit(&page, &format!("{}/acknowledge", own(&budi)), &[]);
    reads(&got, "Dana sudah kembali");
    assert_eq!(state(), "refund_acknowledged");
    en.get(&organisers(&budi)).has("\">Refund received</span>");
}

#[test]
fn a_campaign_that_fell_short_did_not_go_ahead_for_who_never_paid() {
    let server = TestServer::start();
    let campaign = server.campaign(4);
    let dewi = server.joined(&campaign, "dewi", 1);
    server.clock.set("2025-10-10T00:00:01Z".parse().unwrap());
    server.service.run_lifecycle().unwrap();
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&own(&dewi));
    reads(&page, "Tidak jalan");
    page.has("Patungan ini tidak jalan karena slotnya tidak tercapai. Anda belum membayar");
    let mut en = Visitor::of(&server).with("Accept-Language", "en");
    en.get(&own(&dewi)).has("\">Did not go ahead</span>");
}

#[test]
fn the_pick_list_says_who_is_paid_and_what_is_given_back_is_noted_once() {
    let server = TestServer::start();
    let campaign = server.campaign(4);
    let dewi = server.joined(&campaign, "dewi", 1);
    let budi = server.joined(&campaign, "budi", 1);
    server.post_empty(&format!("{budi}/confirm")).ok();
    let mut visitor = Visitor::of(&server);
    let picks = format!("{}/pick-list", organisers(&campaign));
    visitor
        .get(&picks)
        .has("<strong>belum bayar</strong>")
        .has("<td>lunas</td>");

    let path = organisers(&budi);
    let page = visitor.get(&organisers(&dewi));
    page.has_no(&format!("{}/refunds", organisers(&dewi)));
    let page = visitor.get(&path);
    let action = format!("{path}/refunds");
    let back = [("back", "Rp30.000"), ("back_reason", "botol <i>pecah")];
    let given = visitor.submit(&page, &action, &back);
    given
        .has("Pengembalian dicatat.")
        .has("lunas, Rp30.000 harus dikembalikan")
        .has("Harus dikembalikan · <bdi>botol &#60;i&#62;pecah")
        .ok();
    // The same form again, and with another amount in it.
    visitor.submit(&page, &action, &back).ok();
    assert_eq!(server.get(&budi).ok()["refunds_due"], 30_000);
    let other = visitor.submit(&page, &action, &[("back", "31.000"), ("back_reason", "x")]);
    assert_eq!(other.reply.status, 409);
    other.has("id=\"e-back\"");
    let more = visitor.submit(
        &given,
        &action,
        &[("back", "900.000"), ("back_reason", "x")],
    );
    assert_eq!(more.reply.status, 409);
    more.has("value=\"900.000\"");
    let wrong = visitor.submit(&given, &action, &[("back", "gratis"), ("back_reason", "")]);
    assert_eq!(wrong.reply.status, 422);
    wrong.has("id=\"e-back\"").has("id=\"e-back_reason\"");

    visitor
        .get(&picks)
        .has("<td>lunas, Rp30.000 harus dikembalikan</td>");
    visitor
        .get(&own(&budi))
        .has("\">Terkonfirmasi</span>")
        .has("Rp30.000</strong> Akan ditransfer oleh penyelenggara.")
        .has("botol &#60;i&#62;pecah");
    let csv = server.get(&format!("{campaign}/picklist.csv"));
    assert!(
        csv.text().contains(",confirmed,refund_due,0\r\n"),
        "{}",
        csv.text()
    );
    visitor
        .get(&format!("{}/rekap", organisers(&campaign)))
        .has("✅ lunas, Rp30.000 harus dikembalikan");
}

#[test]
fn who_has_not_paid_when_it_goes_ahead_is_released_and_the_list_is_closed() {
    let server = TestServer::start();
    let campaign = server.campaign(2);
    let mut visitor = Visitor::of(&server);
    let slug = visitor.get(&organisers(&campaign)).after("href=\"/c/");
    visitor
        .get(&format!("/c/{slug}"))
        .has("Pembelian dapat jalan walaupun ada yang belum membayar.");
    let dewi = server.joined(&campaign, "dewi", 2);
    for (user, quantity) in [("tono", 2), ("sari", 1)] {
        let mut body = crate::support::join_body(user, quantity);
        body["waitlist"] = true.into();
        server.post(&format!("{campaign}/join"), &body).created();
    }
    server.service.run_lifecycle().unwrap();
    let path = organisers(&dewi);
    let page = visitor.get(&path);
    page.has("Lepaskan yang belum bayar…");
    let release = format!("{path}/release");
    let released = visitor.submit(&page, &release, &[("reason", "tidak <b>bayar")]);
    reads(&released, "Dilepas");
    released
        .has("Slotnya diberikan kepada daftar tunggu")
        .has("tidak &#60;b&#62;bayar");
    let again = visitor.submit(&page, &release, &[("reason", "x")]);
    assert_eq!(again.reply.status, 409);
    let page = visitor.get(&own(&dewi));
    reads(&page, "Dilepas");
    page.has("<bdi>tidak &#60;b&#62;bayar</bdi>")
        .has("Penyelenggara melepas slot Anda karena belum ada pembayaran.");

    let list = organisers(&campaign);
    let rekap = visitor.get(&format!("{list}/rekap"));
    rekap
        .has("1. tono – 2 slot ⏳ belum bayar")
        .has("Mohon dibayar sebelum Jumat, 3 Oktober 2025 pukul 07.00 WIB, ya.")
        .has_no("dewi");
    let picks = visitor.get(&format!("{list}/pick-list"));
    picks.has("tono").has("belum bayar").has_no("dewi");
    let page = visitor.get(&list);
    page.has("<dt>Daftar tunggu</dt><dd>1</dd>");
    let close = format!("{list}/close-waiting-list");
    let closed = visitor.submit(&page, &close, &[]);
    closed
        .has("Daftar tunggu ditutup.")
        .has_no("/close-waiting-list");
}

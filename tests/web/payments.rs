//! A bank statement in the browser: pasted, looked at, recorded.

use crate::support::TestServer;
use crate::visitor::Visitor;

const PAGE: &str = "/organiser/payments";

#[test]
fn a_statement_is_shown_first_and_recorded_when_that_is_asked_for() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let joined = server.join(&campaign, "budi", 2).created();
    let amount = joined["transfer_amount"].as_i64().unwrap();
    let own = format!(
        "/api/sambatan/participations/{}",
        joined["id"].as_str().unwrap()
    );
    let table = format!(
        "Tanggal;Keterangan;Jumlah\r\n02/10/2025;<script>alert(1)</script>;{amount},00\r\nkapan;X;1\r\n02/10/2025;SIAPA;77\r\n"
    );
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(PAGE);
    page.has_no("name=\"apply\"").ok();
    let shown = organiser.submit(&page, PAGE, &[("statement", &table)]);
    shown
        .has("Belum ada yang dicatat.")
        .has("<bdi>budi</bdi>")
        .has("tidak ada yang cocok")
        .has("1 (Baris 3)")
        .has_no("<script>alert")
        .has("name=\"apply\"")
        .ok();
    assert_eq!(server.get(&own).ok()["paid_amount"], 0);
    let recorded = organiser.submit(&shown, PAGE, &[("statement", &table), ("apply", "yes")]);
    recorded.has("Tercatat.").has_no("name=\"apply\"").ok();
    assert_eq!(server.get(&own).ok()["paid_amount"], amount);
    let again = organiser.submit(&shown, PAGE, &[("statement", &table)]);
    again.has("sudah pernah diimpor").has_no("name=\"apply\"");
}

#[test]
fn what_is_no_statement_is_said_and_kept_in_the_field() {
    let server = TestServer::start();
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(PAGE);
    let refused = organiser.submit(&page, PAGE, &[("statement", "halo & apa kabar")]);
    assert_eq!(refused.reply.status, 422);
    refused
        .has("misalnya Tanggal;Keterangan;Jumlah")
        .has_no("date_column")
        .has("halo &#38; apa kabar</textarea>");
}

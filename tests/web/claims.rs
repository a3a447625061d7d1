//! "I have transferred" on the pages: one button for the participant, a name to look for to the organiser.

use crate::support::TestServer;
use crate::visitor::Visitor;

#[test]
fn who_says_they_have_paid_is_looked_for_and_not_reminded() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let joined = server.joined(&campaign, "dewi", 2);
    let id = joined.rsplit('/').next().unwrap();
    let (own, organisers) = (
        format!("/p/{id}"),
        campaign.replace("/api/sambatan/", "/organiser/"),
    );
    let mut visitor = Visitor::of(&server);
    visitor.get("/organiser").has_no("Bilang sudah transfer");
    let rekap = format!("{organisers}/rekap");
    visitor.get(&rekap).has("belum kami terima");

    let page = visitor.get(&own);
    page.has("Saya sudah transfer…").has("type=\"date\"");
    let claim = format!("{own}/claim-payment");
    let refused = visitor.submit(&page, &claim, &[("date", "2030-01-01")]);
    assert_eq!(refused.reply.status, 422);
    refused.has("value=\"2030-01-01\"").has("id=\"e-date\"");
    let claimed = visitor.submit(&page, &claim, &[("date", "2025-09-30")]);
    claimed
        .has("Anda bilang sudah transfer (30 Sep).")
        .has_no("/claim-payment\"")
        .ok();
    // A second click changes nothing.
    visitor
        .submit(&page, &claim, &[("date", "")])
        .has("(30 Sep)")
        .ok();

    let told = server.get(&joined).ok()["transfer_amount"]
        .as_i64()
        .unwrap();
    let told = format!("Rp{}.{:03}", told / 1000, told % 1000);
    visitor
        .get("/organiser")
        .has("Bilang sudah transfer; cari di mutasi:")
        .has(&format!("<bdi>dewi</bdi></a> <span>{told}</span>"));
    visitor
        .get(&organisers)
        .has("bilang sudah transfer (30 Sep)");
    visitor
        .get(&rekap)
        .has("1. dewi – 2 slot 🔎 bilang sudah transfer, dicek")
        .has("Tidak ada yang perlu diingatkan");
    server.post_empty(&format!("{joined}/confirm")).ok();
    visitor.get("/organiser").has_no("Bilang sudah transfer");
    visitor
        .get(&own)
        .has_no("bilang sudah transfer")
        .has_no("Saya sudah transfer");
}

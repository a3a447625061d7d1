//! The pages and tables of a campaign whose people are forgotten.

use serde_json::json;

use crate::support::{Call, NO_LIMITS, TestServer};
use crate::visitor::Visitor;

const TYPED: [&str; 6] = [
    "budi",
    "Jl. Kenanga 9",
    "titip satpam",
    "BCA 12345",
    "TRF-99",
    "salah pilih",
];

#[test]
fn every_page_of_an_erased_campaign_still_opens_and_tells_nothing_of_its_people() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(20);
    let mut body = crate::support::join_body("budi", 2);
    body["shipping_address"] = "Jl. Kenanga 9".into();
    body["note"] = "titip satpam".into();
    let joined = server.post(&format!("{campaign}/join"), &body).created();
    let id = joined["id"].as_str().unwrap().to_owned();
    let api = format!("/api/sambatan/participations/{id}");
    let organise = |path: &str, body: serde_json::Value| {
        let reply = server.send_as_organiser(Call::post(path).json(&body));
        assert!(reply.status < 300, "{path}: {}", reply.text());
        reply
    };
    organise(&format!("{api}/confirm"), json!({}));
    organise(
        &format!("{api}/payout-account"),
        json!({"account": "BCA 12345"}),
    );
    let again = server.join(&campaign, "budi", 1).created();
    let again = again["id"].as_str().unwrap();
    let cancel = format!("/api/sambatan/participations/{again}/cancel");
    organise(&cancel, json!({"reason": "salah pilih"}));
    organise(&format!("{campaign}/cancel"), json!({}));
    let due = server.send_as_organiser(Call::get("/api/sambatan/refunds"));
    let refund = due.ok()[0]["id"].as_str().unwrap().to_owned();
    let send = format!("/api/sambatan/refunds/{refund}/send");
    organise(&send, json!({"reference": "TRF-99"}));

    let page = campaign.replace("/api/sambatan/", "/organiser/");
    let mut organiser = Visitor::of(&server).signed_in();
    let told = organiser.get(&format!("{page}/refunds"));
    told.has("budi").has("TRF-99");
    server.clock.set("2026-03-01T00:00:00Z".parse().unwrap());
    server.service.run_lifecycle().unwrap();

    let mut organiser = Visitor::of(&server).signed_in();
    for path in [
        page.clone(),
        format!("{page}?q=budi"),
        format!("{page}/log"),
        format!("{page}/refunds"),
        format!("{page}/rekap"),
        format!("{page}/pick-list"),
        format!("{page}/participants.csv"),
        format!("{page}/picklist.csv"),
        format!("{page}/refunds.csv"),
        format!("/organiser/participations/{id}"),
        format!("/organiser/participations/{again}"),
        campaign.replace("/api/sambatan/campaigns/", "/c/"),
        format!("{campaign}/participants"),
    ] {
        let reply = if path.starts_with("/api") {
            server.send_as_organiser(Call::get(&path))
        } else {
            organiser.get(&path).reply
        };
        assert_eq!(reply.status, 200, "{path}");
        let text = reply.text();
        let typed_again = path.contains("?q=");
        for typed in TYPED.iter().filter(|_| !typed_again) {
            assert!(!text.contains(typed), "{path} has {typed}: {text}");
        }
    }
    organiser
        .get(&page)
        .has("<dt>Sudah dikembalikan</dt><dd>Rp300.")
        .has_no("/edit\"");
    let edit = organiser.get(&format!("{page}/edit"));
    let refused = organiser.submit(&edit, &format!("{page}/edit"), &[("title", "Batch lama")]);
    assert_eq!(refused.reply.status, 409);
}

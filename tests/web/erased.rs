//! The pages and tables of a campaign whose people are forgotten.

use serde_json::{Value, json};

use crate::support::{Call, NO_LIMITS, Reply, TestServer, join_body};
use crate::visitor::Visitor;

/// Everything that was typed.
const TYPED: [&str; 6] = [
    "budi",
    "Jl. Kenanga 9",
    "titip satpam",
    "BCA 12345",
    "TRF-99",
    "salah pilih",
];

/// Sends a change as the organiser.
fn organise(server: &TestServer, path: &str, body: &Value) -> Reply {
    let reply = server.send_as_organiser(Call::post(path).json(body));
    assert!(reply.status < 300, "{path}: {}", reply.text());
    reply
}

/// A campaign that was called off: somebody has got their money back, and gave another slot back before.
/// Its path in the API, and the ids of the two participations.
fn called_off(server: &TestServer) -> (String, [String; 2]) {
    let campaign = server.campaign(20);
    let mut body = join_body("budi", 2);
    body["shipping_address"] = "Jl. Kenanga 9".into();
    body["note"] = "titip satpam".into();
    let join = |body: &Value| {
        let joined = server.post(&format!("{campaign}/join"), body).created();
        joined["id"].as_str().unwrap().to_owned()
    };
    let ids = [join(&body), join(&join_body("budi", 1))];
    let [paid, given_back] = ids
        .each_ref()
        .map(|id| format!("/api/sambatan/participations/{id}"));
    organise(server, &format!("{paid}/confirm"), &json!({}));
    let account = json!({"account": "BCA 12345"});
    organise(server, &format!("{paid}/payout-account"), &account);
    let reason = json!({"reason": "salah pilih"});
    organise(server, &format!("{given_back}/cancel"), &reason);
    organise(server, &format!("{campaign}/cancel"), &json!({}));
    let due = server.send_as_organiser(Call::get("/api/sambatan/refunds"));
    let refund = due.ok()[0]["id"].as_str().unwrap().to_owned();
    let send = format!("/api/sambatan/refunds/{refund}/send");
    organise(server, &send, &json!({"reference": "TRF-99"}));
    (campaign, ids)
}

#[test]
fn every_page_of_an_erased_campaign_still_opens_and_tells_nothing_of_its_people() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let (campaign, [paid, given_back]) = called_off(&server);
    let page = campaign.replace("/api/sambatan/", "/organiser/");
    let mut organiser = Visitor::of(&server).signed_in();
    let before = organiser.get(&format!("{page}/refunds"));
    before.has("budi").has("TRF-99");
    server.clock.set("2026-03-01T00:00:00Z".parse().unwrap());
    server.service.run_lifecycle().unwrap();

    let mut organiser = Visitor::of(&server).signed_in();
    for path in [
        page.clone(),
        format!("{page}/log"),
        format!("{page}/refunds"),
        format!("{page}/rekap"),
        format!("{page}/pick-list"),
        format!("{page}/participants.csv"),
        format!("{page}/picklist.csv"),
        format!("{page}/refunds.csv"),
        format!("/organiser/participations/{paid}"),
        format!("/organiser/participations/{given_back}"),
        campaign.replace("/api/sambatan/campaigns/", "/c/"),
    ] {
        let shown = organiser.get(&path);
        shown.ok();
        for typed in TYPED {
            shown.has_no(typed);
        }
    }
    organiser
        .get(&format!("{page}?q=budi"))
        .has("Tidak ada yang cocok");
    organiser
        .get(&page)
        .has("<dt>Sudah dikembalikan</dt><dd>Rp300.")
        .has_no("/edit\"");
    assert_eq!(organiser.get(&format!("{page}/edit")).reply.status, 409);
}

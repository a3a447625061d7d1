//! A campaign that asks for a code: the organiser's link has it, and nobody else's page.

use crate::campaign::public;
use crate::support::TestServer;
use crate::visitor::Visitor;

#[test]
fn who_comes_by_the_organisers_link_joins_without_typing_the_code() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let path = campaign.replace("/api/sambatan/", "/organiser/");
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(&path);
    page.has("Minta kode untuk ikut…")
        .has_no("Tautan dengan kode");
    let action = format!("{path}/join-code");
    let short = [("how", "typed"), ("join_code", "abc")];
    let refused = organiser.submit(&page, &action, &short);
    assert_eq!(refused.reply.status, 422);
    refused
        .has("value=\"abc\"")
        .has("Paling sedikit 6 karakter.");
    let nothing = organiser.submit(&page, &action, &[("how", "typed"), ("join_code", "")]);
    assert_eq!(
        nothing.reply.status, 422,
        "nothing typed takes nothing away"
    );
    let own = [("how", "typed"), ("join_code", "melati-77")];
    let saved = organiser.submit(&page, &action, &own);
    saved.has("Perubahan tersimpan.").has("?code=melati-77");
    organiser
        .get(&format!("{path}/rekap"))
        .has("?code=melati-77");

    let mut visitor = Visitor::of(&server);
    visitor
        .get(&public(&campaign))
        .has("name=\"join_code\"")
        .has_no("melati-77");
    let page = visitor.get(&format!("{}?code=melati-77", public(&campaign)));
    page.has("value=\"melati-77\"").has("qr.svg?code=melati-77");
    let join = format!("/c/{}", page.after("action=\"/c/"));
    let fields = |code| {
        [
            ("user_id", "budi"),
            ("quantity", "1"),
            ("shipping_address", "Jl. Melati 1"),
            ("join_code", code),
        ]
    };
    let wrong = visitor.submit(&page, &join, &fields("kenanga-5"));
    assert_eq!(wrong.reply.status, 403);
    wrong.has("Kode ikut salah").has("Jl. Melati 1</textarea>");
    visitor
        .submit(&wrong, &join, &fields("melati-77"))
        .has("Anda sudah ikut!");

    let page = organiser.get(&path);
    let made = organiser.submit(&page, &action, &[("how", "new"), ("join_code", "")]);
    made.has("?code=").has_no("melati-77");
    let none = organiser.submit(&made, &action, &[("how", "none"), ("join_code", "")]);
    none.has_no("?code=");
    visitor.get(&public(&campaign)).has_no("name=\"join_code\"");
}

//! Who may not join again, on the organiser's pages.

use crate::support::{TestServer, join_body};
use crate::visitor::Visitor;

#[test]
fn somebody_is_thrown_out_and_kept_out_with_one_form() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let path = server.joined(&campaign, "pencuri", 20);
    let path = path.replace("/api/sambatan/", "/organiser/");
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(&path);
    page.has("Jangan terima nama ini lagi")
        .has("Jangan terima alamat pengiriman ini lagi")
        .has_no("/ban\"");
    let fields = [("reason", "borong slot"), ("ban_handle", "yes")];
    let out = organiser.submit(&page, &format!("{path}/cancel"), &fields);
    out.has("Keikutsertaan dibatalkan dan tidak bisa ikut lagi.")
        .has("borong slot");
    let join = format!("{campaign}/join");
    let again = server.post(&join, &join_body("PENCURI", 1));
    again.refused(403, "join_banned");

    let list = organiser.get("/organiser/bans");
    list.has("<bdi>pencuri</bdi>").has(&path).has("Terima lagi");
    let lift = format!(
        "/organiser/bans/{}/lift",
        list.after("action=\"/organiser/bans/")
            .trim_end_matches("/lift")
    );
    let lifted = organiser.submit(&list, &lift, &[]);
    lifted.has("Boleh ikut lagi.").has("Semua boleh ikut.");
    // Sent twice it is lifted all the same.
    organiser.submit(&list, &lift, &[]).has("Boleh ikut lagi.");
    server.post(&join, &join_body("PENCURI", 1)).created();
}

#[test]
fn who_is_out_already_is_kept_out_by_a_form_of_its_own() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let api = server.joined(&campaign, "pencuri", 20);
    server.post_empty(&format!("{api}/cancel")).ok();
    let path = api.replace("/api/sambatan/", "/organiser/");
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(&path);
    let ban = format!("{path}/ban");
    let nothing = organiser.submit(&page, &ban, &[]);
    assert_eq!(nothing.reply.status, 422);
    nothing.has("Perbaiki:");
    let fields = [("ban_address", "yes")];
    organiser
        .submit(&page, &ban, &fields)
        .has("Tidak bisa ikut lagi.");
    organiser
        .get("/organiser/bans")
        .has("Sebuah alamat pengiriman")
        .has_no("Melati");
    let public = organiser.get(&crate::campaign::public(&campaign));
    let join = format!("/c/{}", public.after("action=\"/c/"));
    let fields = [
        ("user_id", "nama-lain"),
        ("quantity", "1"),
        ("shipping_address", "JL MELATI NO 15 JAKARTA SELATAN"),
    ];
    let refused = organiser.submit(&public, &join, &fields);
    assert_eq!(refused.reply.status, 403);
    // What was typed is there still, and the form can be sent anew.
    refused
        .has("Penyelenggara tidak menerima nama atau alamat ini.")
        .has("value=\"nama-lain\"");
}

#[test]
fn a_name_is_banned_by_hand() {
    let server = TestServer::start();
    let mut organiser = Visitor::of(&server);
    let list = organiser.get("/organiser/bans");
    let wrong = [("kind", "address"), ("value", "Jl.")];
    let refused = organiser.submit(&list, "/organiser/bans", &wrong);
    assert_eq!(refused.reply.status, 422);
    refused
        .has("value=\"Jl.\"")
        .has("<option value=\"address\" selected>");
    let right = [("kind", "handle"), ("value", "<b>budi</b>")];
    let banned = organiser.submit(&list, "/organiser/bans", &right);
    banned
        .has("Tidak bisa ikut lagi.")
        .has("<bdi>&#60;b&#62;budi&#60;/b&#62;</bdi>");
}

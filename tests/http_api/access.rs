//! Who may do what: every route, asked by everybody.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::Arc;

use sambatan::Sambatan;
use sambatan::domain::reports::Limit;
use sambatan::http::door::DoorConfig;
use sambatan::http::{Server, ServerOptions, route_table};
use serde_json::json;

use crate::support::{Call, DEADLINE, NO_LIMITS, ORGANISER, Reply, TestServer, join_body};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Anonymous,
    WrongToken,
    AnotherParticipant,
    Owner,
    Organiser,
}

const EVERYBODY: [Who; 5] = [
    Who::Anonymous,
    Who::WrongToken,
    Who::AnotherParticipant,
    Who::Owner,
    Who::Organiser,
];

/// Whom a route is for.
#[derive(Debug, Clone, Copy)]
enum For {
    Everybody,
    TheOwner,
    TheOrganiser,
}

/// Every route by its name: whom it is for, and its answer to them.
const EXPECTED: [(&str, For, u16); 101] = [
    ("create_product", For::TheOrganiser, 201),
    ("list_products", For::TheOrganiser, 200),
    ("get_product", For::TheOrganiser, 200),
    ("toggle_sambatan", For::TheOrganiser, 200),
    ("edit_product", For::TheOrganiser, 200),
    ("create_campaign", For::TheOrganiser, 201),
    ("list_campaigns", For::Everybody, 200),
    ("get_campaign", For::Everybody, 200),
    ("progress", For::Everybody, 200),
    ("join_campaign", For::Everybody, 201),
    ("list_participants", For::TheOrganiser, 200),
    ("logs", For::TheOrganiser, 200),
    ("extend_campaign", For::TheOrganiser, 200),
    ("edit_campaign", For::TheOrganiser, 200),
    ("clone_campaign", For::TheOrganiser, 201),
    ("cancel_campaign", For::TheOrganiser, 200),
    ("get_participation", For::TheOwner, 200),
    ("cancel_participation", For::TheOwner, 200),
    ("confirm_participation", For::TheOrganiser, 200),
    // Only what has expired comes back.
    ("revive_participation", For::TheOrganiser, 409),
    ("record_payment", For::TheOrganiser, 201),
    ("adjust_payment", For::TheOrganiser, 201),
    ("set_payout_account", For::TheOwner, 200),
    ("list_participation_transactions", For::TheOwner, 200),
    ("campaign_money", For::TheOrganiser, 200),
    ("list_transactions", For::TheOrganiser, 200),
    ("list_unpaid", For::TheOrganiser, 200),
    ("pay_out", For::TheOrganiser, 201),
    ("list_refunds", For::TheOrganiser, 200),
    ("list_due_refunds", For::TheOrganiser, 200),
    ("send_refund", For::TheOrganiser, 200),
    ("acknowledge_refund", For::TheOwner, 200),
    ("import_payments", For::TheOrganiser, 200),
    ("list_user_participations", For::TheOrganiser, 200),
    ("dashboard_summary", For::TheOrganiser, 200),
    ("audit_status", For::TheOrganiser, 200),
    ("run_lifecycle", For::TheOrganiser, 200),
    ("scheduler_status", For::TheOrganiser, 200),
    ("trigger_scheduler", For::TheOrganiser, 200),
    ("create_webhook", For::TheOrganiser, 201),
    ("list_webhooks", For::TheOrganiser, 200),
    ("get_webhook", For::TheOrganiser, 200),
    ("remove_webhook", For::TheOrganiser, 204),
    ("export_participants", For::TheOrganiser, 200),
    ("export_picklist", For::TheOrganiser, 200),
    ("export_refunds", For::TheOrganiser, 200),
    ("healthz", For::Everybody, 200),
    ("readyz", For::Everybody, 200),
    ("metrics", For::TheOrganiser, 200),
    ("home_page", For::Everybody, 200),
    ("asset", For::Everybody, 200),
    ("choose_language", For::Everybody, 303),
    ("campaign_page", For::Everybody, 200),
    ("campaign_numbers", For::Everybody, 200),
    ("campaign_qr", For::Everybody, 200),
    ("join_form", For::Everybody, 303),
    ("own_page", For::TheOwner, 200),
    // What it asks for is in the form.
    ("open_own_page", For::Everybody, 422),
    ("cancel_own", For::TheOwner, 303),
    ("payout_account_form", For::TheOwner, 303),
    ("acknowledge_form", For::TheOwner, 303),
    ("sign_in_page", For::Everybody, 200),
    // As above.
    ("sign_in", For::Everybody, 422),
    ("sign_out", For::TheOrganiser, 303),
    ("overview_page", For::TheOrganiser, 200),
    ("run_scheduler", For::TheOrganiser, 303),
    ("audit_page", For::TheOrganiser, 200),
    ("verify_form", For::TheOrganiser, 200),
    ("products_page", For::TheOrganiser, 200),
    ("create_product_form", For::TheOrganiser, 303),
    ("new_product_page", For::TheOrganiser, 200),
    ("product_page", For::TheOrganiser, 200),
    ("edit_product_page", For::TheOrganiser, 200),
    ("edit_product_form", For::TheOrganiser, 303),
    ("toggle_sambatan_form", For::TheOrganiser, 303),
    ("campaigns_page", For::TheOrganiser, 200),
    ("create_campaign_form", For::TheOrganiser, 303),
    ("new_campaign_page", For::TheOrganiser, 200),
    ("organisers_campaign_page", For::TheOrganiser, 200),
    ("edit_campaign_page", For::TheOrganiser, 200),
    ("edit_campaign_form", For::TheOrganiser, 303),
    ("campaign_refunds_page", For::TheOrganiser, 200),
    ("confirm_chosen", For::TheOrganiser, 303),
    ("extend_form", For::TheOrganiser, 303),
    ("call_off", For::TheOrganiser, 303),
    ("pick_list_page", For::TheOrganiser, 200),
    ("participants_download", For::TheOrganiser, 200),
    ("picklist_download", For::TheOrganiser, 200),
    ("refunds_download", For::TheOrganiser, 200),
    ("rekap_page", For::TheOrganiser, 200),
    ("log_page", For::TheOrganiser, 200),
    ("participation_page", For::TheOrganiser, 200),
    ("confirm_form", For::TheOrganiser, 303),
    ("payments_page", For::TheOrganiser, 200),
    ("import_form", For::TheOrganiser, 200),
    ("refunds_page", For::TheOrganiser, 200),
    ("send_refund_form", For::TheOrganiser, 303),
    ("payment_form", For::TheOrganiser, 303),
    ("adjustment_form", For::TheOrganiser, 303),
    ("revive_form", For::TheOrganiser, 409),
    ("cancel_form", For::TheOrganiser, 303),
];

/// Whether a route is for people with a browser, who show cookies.
fn is_page(pattern: &str) -> bool {
    !["/api/", "/healthz", "/readyz", "/metrics"]
        .iter()
        .any(|start| pattern.starts_with(start))
}

/// The form token of a page.
fn form_token(page: &Reply) -> String {
    let text = page.text();
    let (_, after) = text.split_once("name=\"form_token\" value=\"").unwrap();
    after.split_once('"').unwrap().0.to_owned()
}

/// A campaign with two participations, the tokens of their owners, and a webhook.
struct Scene {
    webhook: String,
    product: String,
    campaign: String,
    participation: String,
    owner: String,
    another: String,
    session: String,
    asset: String,
    organisers_form: String,
    owners_form: String,
    refund: String,
}

impl Scene {
    /// Brings about what a route about money needs.
    fn prepare(&mut self, server: &TestServer, name: &str) {
        let service = &server.service;
        let participation = self.participation.parse().unwrap();
        let campaign = self.campaign.parse().unwrap();
        match name {
            "adjust_payment" | "adjustment_form" | "pay_out" => {
                service.confirm_participation(participation).unwrap();
                if name == "pay_out" {
                    server.join(
                        &format!("/api/sambatan/campaigns/{}", self.campaign),
                        "user-3",
                        8,
                    );
                    service.run_lifecycle().unwrap();
                }
            }
            "send_refund" | "acknowledge_refund" | "send_refund_form" | "acknowledge_form" => {
                service.confirm_participation(participation).unwrap();
                service.cancel_campaign(campaign, None).unwrap();
                let refunds = service
                    .list_refunds(campaign, None, Limit::default())
                    .unwrap();
                let refund = refunds.items[0].transaction.id;
                self.refund = refund.to_string();
                if name.starts_with("acknowledge") {
                    service.send_refund(refund, "TRF-1").unwrap();
                }
            }
            _ => {}
        }
    }

    fn new(server: &TestServer) -> Self {
        let product = server.product();
        let campaign = server.campaign_for(&product, 10);
        let join = |user: &str| {
            let participation = server.join(&campaign, user, 1).created();
            let text = |field: &str| participation[field].as_str().unwrap().to_owned();
            (text("id"), text("manage_token"))
        };
        let (participation, owner) = join("user-1");
        let (_, another) = join("user-2");
        for old in server.service.list_webhooks().unwrap() {
            server.service.remove_webhook(old.webhook.id).unwrap();
        }
        let webhook = server.service.add_webhook("http://127.0.0.1:9/").unwrap();
        let sign_in = Call::post("/organiser/sign-in").form(&[("token", ORGANISER)]);
        let signed_in = server.send(&sign_in);
        let cookie = signed_in.header("Set-Cookie").unwrap();
        let session = cookie.split_once(';').unwrap().0.to_owned();
        let with =
            |path: &str, cookie: &str| server.send(&Call::get(path).header("Cookie", cookie));
        let overview = with("/organiser", &session);
        let own = with(
            &format!("/p/{participation}"),
            &format!("sambatan_own={owner}"),
        );
        let home = server.get("/");
        let (_, asset) = home
            .text()
            .split_once("stylesheet\" href=\"/assets/")
            .unwrap();
        Self {
            asset: asset.split_once('"').unwrap().0.to_owned(),
            organisers_form: form_token(&overview),
            owners_form: form_token(&own),
            session,
            webhook: webhook.webhook.id.to_string(),
            campaign: campaign.rsplit_once('/').unwrap().1.to_owned(),
            product,
            participation,
            owner,
            another,
            refund: String::new(),
        }
    }

    /// The request of a route, with all that it needs to succeed.
    fn call(&self, method: &str, pattern: &str, name: &str) -> Call {
        let id = if pattern.contains("/products") {
            &self.product
        } else if pattern.contains("/campaigns") {
            &self.campaign
        } else if pattern.starts_with("/api/sambatan/webhooks") {
            &self.webhook
        } else if matches!(name, "send_refund" | "acknowledge_refund") {
            &self.refund
        } else {
            &self.participation
        };
        let path = pattern
            .replace("{id}", id)
            .replace("{user_id}", "user-1")
            .replace("{slug}", &self.campaign)
            .replace("{name}", &self.asset);
        let call = Call::new(method, &path);
        match name {
            "create_product" => call.json(&json!({"name": "Rimba Embun", "base_price": 1})),
            "toggle_sambatan" => call.json(&json!({"enabled": true})),
            "create_campaign" => call.json(&json!({
                "product_id": self.product, "title": "Batch Oktober", "total_slots": 3,
                "price_per_slot": 1, "deadline": DEADLINE,
            })),
            "edit_product" => call.json(&json!({"base_price": 2})),
            "edit_campaign" => call.json(&json!({"title": "Batch November"})),
            "clone_campaign" => call.json(&json!({"deadline": DEADLINE})),
            "extend_campaign" => call.json(&json!({"deadline": "2030-01-01T00:00:00Z"})),
            "record_payment" | "pay_out" => call.json(&json!({"amount": 1})),
            "adjust_payment" => call.json(&json!({"amount": -1, "reference": "salah catat"})),
            "set_payout_account" => call.json(&json!({"account": "BCA 1234567890"})),
            "send_refund" => call.json(&json!({"reference": "TRF-1"})),
            "import_payments" => call.csv("Tanggal,Jumlah,Keterangan\n"),
            "join_campaign" => call.json(&join_body("user-3", 1)),
            _ if method == "POST" && is_page(pattern) => self.fill_in(call, name),
            "create_webhook" => call.json(&json!({"url": "https://example.com/hook"})),
            _ => call,
        }
    }

    /// A form of a page, filled in.
    fn fill_in(&self, call: Call, name: &str) -> Call {
        match name {
            "join_form" => call.form(&[
                ("nonce", &self.campaign.replace('-', "")),
                ("user_id", "user-3"),
                ("quantity", "1"),
                ("shipping_address", "Jl. Melati No. 15"),
            ]),
            "payout_account_form" => call.form(&[
                ("form_token", &self.owners_form),
                ("account", "BCA 1234567890"),
            ]),
            "acknowledge_form" => {
                call.form(&[("form_token", &self.owners_form), ("refund", &self.refund)])
            }
            "import_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("statement", "Tanggal,Jumlah,Keterangan\n"),
            ]),
            "send_refund_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("refund", &self.refund),
                ("reference", "TRF-1"),
            ]),
            "cancel_own" => call.form(&[("form_token", &self.owners_form)]),
            "create_product_form" | "edit_product_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("name", "Rimba Embun"),
                ("base_price", "150.000"),
            ]),
            "edit_campaign_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("title", "Batch November"),
            ]),
            "adjustment_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("less", "1"),
                ("less_reference", "salah catat"),
            ]),
            "extend_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("deadline", "2030-01-01T07:00"),
            ]),
            "create_campaign_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("product_id", &self.product),
                ("title", "Batch Oktober"),
                ("total_slots", "3"),
                ("price_per_slot", "1"),
                ("deadline", "2025-10-10T07:00"),
            ]),
            _ => call.form(&[("form_token", &self.organisers_form)]),
        }
    }

    /// As a browser shows who its person is.
    fn shown_by_cookie(&self, who: Who, call: Call) -> Call {
        let own = |token: &str| format!("sambatan_own={token}");
        match who {
            Who::Anonymous => call,
            Who::WrongToken => call.header("Cookie", "sambatan_session=0123; sambatan_own=sp_0123"),
            Who::AnotherParticipant => call.header("Cookie", &own(&self.another)),
            Who::Owner => call.header("Cookie", &own(&self.owner)),
            Who::Organiser => call.header("Cookie", &self.session),
        }
    }

    fn shown_by(&self, who: Who, call: Call) -> Call {
        match who {
            Who::Anonymous => call,
            Who::WrongToken => call.bearer("so_0123456789abcdef0123456789abcdef"),
            Who::AnotherParticipant => call.bearer(&self.another),
            Who::Owner => call.bearer(&self.owner),
            Who::Organiser => call.bearer(ORGANISER),
        }
    }
}

fn challenge(reply: &Reply) -> &str {
    reply.header("WWW-Authenticate").unwrap()
}

fn is_as_expected(reply: &Reply, (route, audience, granted): (&str, For, u16), who: Who) {
    match (audience, who) {
        (For::Everybody, _)
        | (For::TheOwner, Who::Owner | Who::Organiser)
        | (For::TheOrganiser, Who::Organiser) => {
            assert_eq!(reply.status, granted, "{route}, {who:?}: {}", reply.text());
        }
        (_, Who::Anonymous) => {
            reply.refused(401, "token_required");
            assert_eq!(challenge(reply), "Bearer realm=\"sambatan\"");
        }
        (_, Who::WrongToken) => {
            reply.refused(401, "invalid_token");
            assert_eq!(
                challenge(reply),
                "Bearer realm=\"sambatan\", error=\"invalid_token\""
            );
        }
        (For::TheOwner, _) => {
            let code = match route {
                "acknowledge_refund" => "refund_not_found",
                _ => "participation_not_found",
            };
            reply.refused(404, code);
        }
        (For::TheOrganiser, _) => {
            reply.refused(403, "forbidden");
        }
    }
}

/// Whom a page is not for is led to where they can show who they are; a form says that they did not.
fn is_as_expected_of_a_page(reply: &Reply, row: (&str, For, u16), who: Who, method: &str) {
    let (route, audience, granted) = row;
    let looks = method == "GET";
    let shown_nothing = matches!(who, Who::Anonymous | Who::WrongToken);
    let status = match (audience, who) {
        (For::Everybody, _) | (For::TheOwner, Who::Owner) | (For::TheOrganiser, Who::Organiser) => {
            granted
        }
        // Only the organiser's own pages get the session's cookie from a browser.
        (For::TheOwner, Who::Organiser) if looks => granted,
        (For::TheOwner, Who::Organiser) => 403,
        (For::TheOwner, _) if shown_nothing && looks => {
            assert!(
                reply.text().contains("/open\" data-unlock"),
                "{route}, {who:?}"
            );
            200
        }
        (For::TheOrganiser, _) if shown_nothing && looks => {
            let location = reply.header("Location").unwrap();
            assert!(
                location.starts_with("/organiser/sign-in?next="),
                "{location}"
            );
            303
        }
        (_, _) if shown_nothing => 401,
        (For::TheOwner, _) => 404,
        (For::TheOrganiser, _) => 403,
    };
    assert_eq!(reply.status, status, "{route}, {who:?}: {}", reply.text());
    let is_theirs = match audience {
        For::Everybody => true,
        For::TheOwner => matches!(who, Who::Owner | Who::Organiser),
        For::TheOrganiser => who == Who::Organiser,
    };
    if !is_theirs {
        assert!(!reply.text().contains("Jl. Melati"), "{route}, {who:?}");
    }
    if !looks || status >= 400 {
        return;
    }
    if let Some(kind) = reply.header("Content-Type").filter(|_| status == 200) {
        assert!(!kind.contains("json"), "{route}, {who:?}: {kind}");
    }
}

#[test]
fn every_route_lets_in_whom_it_is_for_and_nobody_else() {
    let server = TestServer::start_guarded(NO_LIMITS);
    server.service.scheduler().start().unwrap();
    let mut expected: BTreeSet<_> = EXPECTED.iter().map(|(name, ..)| *name).collect();
    for (method, pattern, name) in route_table() {
        assert!(expected.remove(name), "{name} is not expected");
        let row = EXPECTED.into_iter().find(|row| row.0 == name).unwrap();
        for who in EVERYBODY {
            let mut scene = Scene::new(&server);
            scene.prepare(&server, name);
            let shown = |call| {
                if is_page(pattern) {
                    scene.shown_by_cookie(who, call)
                } else {
                    scene.shown_by(who, call)
                }
            };
            let call = shown(scene.call(method, pattern, name));
            let reply = server.send(&call);
            if is_page(pattern) {
                is_as_expected_of_a_page(&reply, row, who, method);
            } else {
                is_as_expected(&reply, row, who);
            }
            if method == "GET" {
                let head = shown(scene.call("HEAD", pattern, name));
                let get = server.send(&call);
                assert_eq!(server.send(&head).status, get.status, "{name}, {who:?}");
            }
        }
    }
    assert!(expected.is_empty(), "no such routes: {expected:?}");
}

#[test]
fn a_refused_request_has_changed_nothing() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let scene = Scene::new(&server);
    let path = format!("/api/sambatan/participations/{}", scene.participation);
    let before = server.send_as_organiser(Call::get(&path)).ok();
    for who in [Who::Anonymous, Who::WrongToken, Who::AnotherParticipant] {
        for action in ["cancel", "confirm"] {
            let call = Call::post(&format!("{path}/{action}"));
            let reply = server.send(&scene.shown_by(who, call));
            assert!((401..=404).contains(&reply.status));
        }
    }
    assert_eq!(server.send_as_organiser(Call::get(&path)).ok(), before);
}

#[test]
fn a_participant_cancels_with_the_token_of_their_join_and_sees_it_nowhere_else() {
    for server in [TestServer::start(), TestServer::start_guarded(NO_LIMITS)] {
        let campaign = server.campaign(3);
        let joined = server.join(&campaign, "user-1", 1);
        let token = joined.created()["manage_token"].clone();
        let token = token.as_str().unwrap();
        let path = joined.header("Location").unwrap();
        let shown = server.send(&Call::get(path).bearer(token));
        assert!(!shown.text().contains("manage_token"), "{}", shown.text());
        let cancelled = server.send(&Call::post(&format!("{path}/cancel")).bearer(token));
        assert_eq!(cancelled.ok()["status"], "cancelled");
        assert!(!cancelled.text().contains("manage_token"));
    }
}

#[test]
fn a_replayed_join_answers_its_token_again_although_it_is_not_stored() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(3);
    let call = Call::post(&format!("{campaign}/join"))
        .header("Idempotency-Key", "key-1")
        .json(&join_body("user-1", 1));
    let first = server.send(&call);
    let token = first.created()["manage_token"].clone();
    let file = server.folder.path().join("test.db");
    let stored: String = rusqlite::Connection::open(&file)
        .unwrap()
        .query_row("SELECT body FROM idempotency_keys", [], |row| row.get(0))
        .unwrap();
    assert!(stored.contains("\"user_id\":\"user-1\""), "{stored}");
    assert!(!stored.contains("manage_token"), "{stored}");

    let again = server.send(&call);
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("Location"), first.header("Location"));
    let path = again.header("Location").unwrap();
    let shown = Call::get(path).bearer(token.as_str().unwrap());
    server.send(&shown).ok();
    // The same join without a key answers the same fields.
    let plain = server.join(&campaign, "user-2", 1).created();
    let fields = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(fields(&plain), fields(&first.json()));
}

#[test]
fn tokens_outlive_a_restart_and_belong_to_one_file() {
    let server = TestServer::start();
    let campaign = server.campaign(3);
    let joined = server.join(&campaign, "user-1", 1).created();
    let token = joined["manage_token"].as_str().unwrap().to_owned();
    let id = joined["id"].as_str().unwrap().parse().unwrap();
    let server = server.restart();
    assert_eq!(server.service.verify_manage_token(&token), Some(id));
    let other = TestServer::start();
    assert_eq!(other.service.verify_manage_token(&token), None);
}

#[test]
fn two_tokens_or_another_scheme_are_no_token() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let get = || Call::get("/api/products");
    for call in [
        get().header("Authorization", &format!("Basic {ORGANISER}")),
        get().header("Authorization", ORGANISER),
        get().header("Authorization", ""),
        get().bearer(""),
    ] {
        server.send(&call).refused(401, "invalid_token");
    }
    let twice = get().bearer(ORGANISER).bearer(ORGANISER);
    server.send(&twice).refused(400, "header_repeated");
    let lower = get().header("Authorization", &format!("bearer {ORGANISER}"));
    server.send(&lower).ok();
    let in_query = Call::get(&format!("/api/products?access_token={ORGANISER}"));
    server.send(&in_query).refused(401, "token_required");
}

#[test]
fn in_guarded_mode_any_name_and_links_from_other_sites_work_but_foreign_changes_do_not() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let campaign = server.campaign(3);
    let from_elsewhere = |call: Call| {
        call.header("Host", "patungan.example")
            .header("Origin", "https://elsewhere.example")
            .header("Sec-Fetch-Site", "cross-site")
    };
    server.send(&from_elsewhere(Call::get(&campaign))).ok();
    let join = Call::post(&format!("{campaign}/join")).json(&join_body("user-1", 1));
    server
        .send(&from_elsewhere(join.clone()))
        .refused(403, "forbidden");
    let own = join
        .header("Host", "patungan.example")
        .header("Origin", "https://patungan.example");
    server.send(&own).created();
}

#[test]
fn an_address_of_the_network_is_not_served_without_a_token() {
    let service = Arc::new(Sambatan::ephemeral().unwrap());
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let error = Server::start(listener, service, &ServerOptions::default()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    assert!(error.to_string().contains("organiser token"), "{error}");
}

#[test]
fn who_the_client_is_is_only_believed_from_the_front_door() {
    let serving = |door: Option<DoorConfig>| {
        TestServer::serving(
            tempfile::tempdir().unwrap(),
            &sambatan::Options::default(),
            ServerOptions {
                door,
                ..ServerOptions::default()
            },
        )
    };
    let claimed = |server: &TestServer, name: &str, address: &str| {
        server.send(&Call::get("/api/products").header(name, address))
    };
    for server in [serving(None), serving(Some(DoorConfig::default()))] {
        claimed(&server, "X-Sambatan-Client", "192.0.2.1").ok();
        claimed(&server, "X-Forwarded-For", "192.0.2.1").ok();
    }
    let trusting = serving(Some(DoorConfig {
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..DoorConfig::default()
    }));
    claimed(&trusting, "X-Sambatan-Client", "192.0.2.1").ok();
    claimed(&trusting, "X-Forwarded-For", "127.0.0.1").ok();
    // Open mode is for this machine, whoever brings the request here.
    for address in ["192.0.2.1", "2001:db8::1"] {
        claimed(&trusting, "X-Forwarded-For", address).refused(403, "forbidden");
    }
}

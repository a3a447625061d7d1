//! A community in which every route has what it needs to succeed.

use sambatan::domain::ban::{BanKind, NewBan};
use sambatan::domain::pay_to::{NewPayTo, PayToKind};
use sambatan::domain::reports::Limit;
use serde_json::json;

use super::expected::Who;
use crate::support::{Call, DEADLINE, ORGANISER, Reply, TestServer, join_body};

/// What the code of a merchant says that does not exist.
const STATIC: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";

/// Whether a route is for people with a browser, who show cookies.
pub(super) fn is_page(pattern: &str) -> bool {
    !["/api/", "/healthz", "/readyz", "/metrics", "/openapi.json"]
        .iter()
        .any(|start| pattern.starts_with(start))
}

/// The form token of a page.
pub(super) fn form_token(page: &Reply) -> String {
    let text = page.text();
    let (_, after) = text.split_once("name=\"form_token\" value=\"").unwrap();
    after.split_once('"').unwrap().0.to_owned()
}

/// A campaign with two participations, the tokens of their owners, and a webhook.
pub(super) struct Scene {
    pub(super) webhook: String,
    pub(super) ban: String,
    pub(super) account: String,
    pub(super) product: String,
    pub(super) campaign: String,
    pub(super) participation: String,
    pub(super) owner: String,
    pub(super) another: String,
    pub(super) session: String,
    pub(super) asset: String,
    pub(super) organisers_form: String,
    pub(super) owners_form: String,
    pub(super) refund: String,
}

impl Scene {
    /// Brings about what a route about money needs.
    pub(super) fn prepare(&mut self, server: &TestServer, name: &str) {
        let service = &server.service;
        let participation = self.participation.parse().unwrap();
        let campaign = self.campaign.parse().unwrap();
        match name {
            "adjust_payment" | "adjustment_form" | "give_back" | "give_back_form" | "pay_out" => {
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
            "release_participation"
            | "release_form"
            | "close_waiting_list"
            | "close_waiting_list_form" => {
                let path = format!("/api/sambatan/campaigns/{}", self.campaign);
                server.join(&path, "user-3", 8);
                service.run_lifecycle().unwrap();
            }
            "send_refund" | "match_refund_line" | "match_refund_lines" | "acknowledge_refund"
            | "send_refund_form" | "acknowledge_form" => {
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

    pub(super) fn new(server: &TestServer) -> Self {
        let product = server.product();
        let campaign = server.campaign_for(&product, 10);
        clear(&server.service);
        let join = |user: &str| {
            let participation = server.join(&campaign, user, 1).created();
            let text = |field: &str| participation[field].as_str().unwrap().to_owned();
            (text("id"), text("manage_token"))
        };
        let (participation, owner) = join("user-1");
        let (_, another) = join("user-2");
        let webhook = server.service.add_webhook("http://127.0.0.1:9/").unwrap();
        let ban = NewBan {
            kind: BanKind::Handle,
            value: "pencuri".to_owned(),
        };
        let ban = server.service.ban(ban).unwrap();
        let account = NewPayTo {
            kind: PayToKind::Qris,
            payload: Some(STATIC.to_owned()),
            ..NewPayTo::default()
        };
        let account = server.service.add_pay_to(account).unwrap();
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
            ban: ban.id.to_string(),
            account: account.id.to_string(),
            campaign: campaign.rsplit_once('/').unwrap().1.to_owned(),
            product,
            participation,
            owner,
            another,
            refund: String::new(),
        }
    }

    /// What the id in a route's path is one of.
    fn subject(&self, pattern: &str, name: &str) -> &str {
        if pattern.contains("/pay-to/") {
            &self.account
        } else if pattern.contains("/products") {
            &self.product
        } else if pattern.contains("/campaigns") {
            &self.campaign
        } else if pattern.contains("/bans/") {
            &self.ban
        } else if pattern.starts_with("/api/sambatan/webhooks") {
            &self.webhook
        } else if matches!(
            name,
            "send_refund" | "acknowledge_refund" | "match_refund_line"
        ) {
            &self.refund
        } else {
            &self.participation
        }
    }

    /// The request of a route, with all that it needs to succeed.
    pub(super) fn call(&self, method: &str, pattern: &str, name: &str) -> Call {
        let id = self.subject(pattern, name);
        let path = pattern
            .replace("{id}", id)
            .replace("{user_id}", "user-1")
            .replace("{slug}", &self.campaign)
            .replace("{name}", &self.asset)
            .replace("{code}", &format!("{}.svg", self.account));
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
            "give_back" => call.json(&json!({
                "amount": 1, "reason": "satu botol pecah", "request_id": self.participation,
            })),
            "set_payout_account" => call.json(&json!({"account": "BCA 1234567890"})),
            "confirm_payout_account" => call.json(&json!({"changed_at": DEADLINE})),
            "match_refund_line" => call.json(&self.line()),
            "match_refund_lines" => {
                let mut body = self.line();
                body["refund_ids"] = json!([self.refund]);
                call.json(&body)
            }
            "match_statement_line" => {
                let mut body = self.line();
                body["participation_ids"] = json!([self.participation]);
                call.json(&body)
            }
            "send_refund" => call.json(&json!({"reference": "TRF-1"})),
            "ban_participant" => call.json(&json!({"ban_handle": true})),
            "create_ban" => call.json(&json!({"kind": "handle", "value": "perampok"})),
            "import_payments" => call.csv("Tanggal,Jumlah,Keterangan\n29/11/2025,150231,ARUM\n"),
            "join_campaign" => call.json(&join_body("user-3", 1)),
            _ if method == "POST" && is_page(pattern) => self.fill_in(call, name),
            "create_pay_to" => call.json(&json!({
                "kind": "ewallet", "bank": "OVO", "number": "0812-0000-0001", "holder": "Siti",
            })),
            "create_webhook" => call.json(&json!({"url": "https://example.com/hook"})),
            _ => call,
        }
    }

    /// A line of a bank statement that was in none before.
    fn line(&self) -> serde_json::Value {
        let fingerprint = self.participation.replace('-', "").repeat(2);
        json!({"fingerprint": fingerprint, "date": "2025-10-01", "amount": 1_000_000})
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
                (
                    "statement",
                    "Tanggal,Jumlah,Keterangan\n29/11/2025,150231,ARUM\n",
                ),
            ]),
            "match_line_form" => {
                let fingerprint = self.participation.replace('-', "").repeat(2);
                call.form(&[
                    ("form_token", &self.organisers_form),
                    ("fingerprint", &fingerprint),
                    ("date", "2025-10-01"),
                    ("amount", "1000000"),
                    ("to", &self.participation),
                ])
            }
            "join_code_form" => call.form(&[("form_token", &self.organisers_form), ("how", "new")]),
            "send_refund_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("refund", &self.refund),
                ("reference", "TRF-1"),
            ]),
            "cancel_own" | "claim_form" | "renew_own_link" => {
                call.form(&[("form_token", &self.owners_form)])
            }
            "ban_form" => {
                call.form(&[("form_token", &self.organisers_form), ("ban_handle", "yes")])
            }
            "create_ban_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("kind", "handle"),
                ("value", "perampok"),
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
            _ => self.fill_in_long(call, name),
        }
    }

    /// The forms with the most in them, and those with nothing.
    fn fill_in_long(&self, call: Call, name: &str) -> Call {
        match name {
            "create_pay_to_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("kind", "bank"),
                ("bank", "BCA"),
                ("number", "0123456789"),
                ("holder", "Siti Contoh"),
            ]),
            "create_product_form" | "edit_product_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("name", "Rimba Embun"),
                ("base_price", "150.000"),
            ]),
            "edit_campaign_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("title", "Batch November"),
            ]),
            "give_back_form" => call.form(&[
                ("form_token", &self.organisers_form),
                ("request_id", &self.participation),
                ("back", "1"),
                ("back_reason", "satu botol pecah"),
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
    pub(super) fn shown_by_cookie(&self, who: Who, call: Call) -> Call {
        let own = |token: &str| format!("sambatan_own={token}");
        match who {
            Who::Anonymous => call,
            Who::WrongToken => call.header("Cookie", "sambatan_session=0123; sambatan_own=sp_0123"),
            Who::AnotherParticipant => call.header("Cookie", &own(&self.another)),
            Who::Owner => call.header("Cookie", &own(&self.owner)),
            Who::Organiser => call.header("Cookie", &self.session),
        }
    }

    pub(super) fn shown_by(&self, who: Who, call: Call) -> Call {
        match who {
            Who::Anonymous => call,
            Who::WrongToken => call.bearer("so_0123456789abcdef0123456789abcdef"),
            Who::AnotherParticipant => call.bearer(&self.another),
            Who::Owner => call.bearer(&self.owner),
            Who::Organiser => call.bearer(ORGANISER),
        }
    }
}

/// Takes away what an earlier scene left that may stand there once: bans, receivers of events, accounts.
fn clear(service: &sambatan::Sambatan) {
    for old in service.list_bans(None, Limit::default()).unwrap().items {
        service.lift_ban(old.id).unwrap();
    }
    for old in service.list_webhooks().unwrap() {
        service.remove_webhook(old.webhook.id).unwrap();
    }
    for old in service.pay_to_in_use().unwrap() {
        service.retire_pay_to(old.id).unwrap();
    }
}

//! `refunds`, beside a server and without one.

use serde_json::{Value, json};

use crate::client::{Call, Client};
use crate::harness::{Place, Running, edit};

const NOBODY: &str = "019a2b3c-0000-7000-8000-000000000000";

/// A campaign that was called off after two had paid; its id and the participations.
fn called_off(served: &Running) -> (String, [String; 2]) {
    let mut client = Client::connect(served.address());
    let mut post = |path: &str, body: Value| {
        let reply = client.send(&Call::post(path).json(&body));
        assert!((200..300).contains(&reply.status), "{path}: {reply:?}");
        reply.json()["id"].as_str().unwrap_or_default().to_owned()
    };
    let product = json!({"name": "Rimba Embun", "base_price": 420_000});
    let product = post("/api/products", product);
    let toggle = format!("/api/products/{product}/sambatan");
    post(&toggle, json!({"enabled": true}));
    let campaign = post(
        "/api/sambatan/campaigns",
        json!({
            "product_id": product, "title": "Batch Oktober", "total_slots": 10,
            "price_per_slot": 150_000, "deadline": "2099-01-01T00:00:00Z",
        }),
    );
    let path = format!("/api/sambatan/campaigns/{campaign}");
    let paid = ["ani", "budi"].map(|user| {
        let join = json!({
            "user_id": user, "quantity": 2, "shipping_address": "Jl. Melati No. 15",
        });
        let id = post(&format!("{path}/join"), join);
        let confirm = format!("/api/sambatan/participations/{id}/confirm");
        post(&confirm, json!({"amount": 300_000}));
        id
    });
    let account = format!("/api/sambatan/participations/{}/payout-account", paid[0]);
    post(&account, json!({"account": "BCA 1234567890"}));
    post(&format!("{path}/cancel"), json!({}));
    (campaign, paid)
}

/// The refunds that a list prints as JSON.
fn listed(place: &Place, more: &[&str]) -> Vec<Value> {
    let arguments: Vec<&str> = ["refunds", "list", "--json"]
        .iter()
        .chain(more)
        .copied()
        .collect();
    let printed = place.run(&arguments).ok();
    let rows = printed.lines().map(serde_json::from_str);
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn what_is_due_is_listed_and_noted_as_sent_beside_a_server() {
    let place = Place::new();
    let served = place.serve(&["serve"]);
    let list = place.run(&["refunds", "list"]).ok();
    assert_eq!(list.trim_end(), "There are no such refunds.");
    let (campaign, paid) = called_off(&served);
    // A handle of before, when this was not refused.
    edit(
        &place.path("sambatan.db"),
        "UPDATE sambatan_participants SET user_id = 'budi' || char(8238) WHERE user_id = 'budi'",
    );
    let list = place.run(&["refunds", "list"]).ok();
    assert!(list.ends_with("2 refunds, Rp600.000.\n"), "{list}");
    assert!(
        list.contains("due") && list.contains("BCA 1234567890"),
        "{list}"
    );
    assert!(list.contains("(has not said where to)"), "{list}");
    assert!(
        !list.contains('\u{202e}') && list.contains("\\u{202e}"),
        "{list}"
    );

    let due = listed(&place, &[]);
    let of_first = |row: &&Value| row["participation_id"] == paid[0].as_str();
    let refund = due.iter().find(of_first).unwrap();
    assert_eq!(refund["amount"], 300_000);
    assert_eq!(refund["payout_account"], "BCA 1234567890");
    let id = refund["id"].as_str().unwrap();
    let send =
        |id: &str, reference: &str| place.run(&["refunds", "send", id, "--reference", reference]);
    assert_eq!(
        send(id, "TRX 7").ok().trim_end(),
        "Rp300.000 is noted as sent to ani."
    );
    send(id, "TRX 8").failed(1, "the refund is sent already");
    send(NOBODY, "TRX 8").failed(1, "there is no such refund");
    send(due[1]["id"].as_str().unwrap(), " ").failed(1, "the reference is 1 to 120 characters");

    assert_eq!(listed(&place, &["--status", "due"]).len(), 1);
    let of_campaign = ["--campaign", &campaign];
    assert_eq!(listed(&place, &of_campaign).len(), 2);
    let sent = listed(&place, &["--campaign", &campaign, "--status", "sent"]);
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (&sent[0]["id"], &sent[0]["reference"]),
        (&json!(id), &json!("TRX 7"))
    );
    let got = listed(
        &place,
        &["--campaign", &campaign, "--status", "acknowledged"],
    );
    assert!(got.is_empty(), "{got:?}");
    // The server tells the same.
    let path = format!("/api/sambatan/campaigns/{campaign}/money");
    let money = Client::connect(served.address())
        .send(&Call::get(&path))
        .ok();
    assert_eq!(
        (&money["refunds_due"], &money["refunds_sent"]),
        (&json!(300_000), &json!(300_000))
    );
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn refunds_are_exported_as_the_table_of_that_name_and_wrong_words_are_explained() {
    let place = Place::new();
    let served = place.serve(&["serve"]);
    let (campaign, _) = called_off(&served);
    assert_eq!(served.stop().code, Some(0));
    let of = ["--campaign", &*campaign];
    let table = place.run(&["refunds", "export", of[0], of[1]]).ok();
    assert!(table.starts_with("refund_id,"), "{table}");
    assert_eq!(table.lines().count(), 3);
    assert_eq!(table, place.run(&["export", "refunds", of[0], of[1]]).ok());

    let all = place.run(&["refunds", "list", "--status", "sent"]);
    all.failed(2, "name one with --campaign ID");
    let unknown = place.run(&["refunds", "list", "--campaign", NOBODY]);
    unknown.failed(1, "there is no such campaign");
    place
        .run(&["refunds", "send", NOBODY])
        .failed(2, "--reference");
}

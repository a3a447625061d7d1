//! `payments import`, on a file and beside a server.

use serde_json::{Value, json};

use crate::client::{Call, Client};
use crate::harness::{Place, Running};

/// A reservation, and what its owner was told to transfer.
fn reservation(served: &Running) -> (String, i64) {
    let mut client = Client::connect(served.address());
    let mut post = |path: &str, body: &Value| client.send(&Call::post(path).json(body));
    let product = json!({"name": "Rimba Embun", "base_price": 420_000});
    let product = post("/api/products", &product).created();
    let id = product["id"].as_str().unwrap();
    post(
        &format!("/api/products/{id}/sambatan"),
        &json!({"enabled": true}),
    )
    .ok();
    let campaign = json!({
        "product_id": id, "title": "Batch Oktober", "total_slots": 10, "price_per_slot": 150_000,
        "deadline": "2099-01-01T00:00:00Z",
    });
    let campaign = post("/api/sambatan/campaigns", &campaign).created();
    let id = campaign["id"].as_str().unwrap();
    let join = json!({"user_id": "budi", "quantity": 1, "shipping_address": "Jl. Melati No. 15"});
    let joined = post(&format!("/api/sambatan/campaigns/{id}/join"), &join).created();
    let id = joined["id"].as_str().unwrap().to_owned();
    (id, joined["transfer_amount"].as_i64().unwrap())
}

#[test]
fn a_statement_is_shown_then_recorded_and_then_known_also_beside_a_server() {
    let place = Place::new();
    let served = place.serve(&["serve"]);
    let (id, amount) = reservation(&served);
    let table = format!(
        "Tanggal,Keterangan,Jumlah\n01/01/2099,SETORAN BUDI,{amount}.00\nkapan,X,1\n02/01/2099,\u{202e}SIAPA,5\n"
    );
    std::fs::write(place.path("mutasi.csv"), table).unwrap();
    let import = |more: &[&str]| {
        let arguments = [&["payments", "import", "mutasi.csv"], more].concat();
        place.run(&arguments).ok()
    };
    let mut client = Client::connect(served.address());
    let mut status = || {
        let path = format!("/api/sambatan/participations/{id}");
        client.send(&Call::get(&path)).ok()["status"].clone()
    };
    let shown = import(&[]);
    assert!(shown.contains(&id) && shown.contains("matched"), "{shown}");
    assert!(
        shown.contains("line 3") && shown.contains("left_over"),
        "{shown}"
    );
    assert!(shown.contains("Nothing was recorded"), "{shown}");
    assert!(!shown.contains('\u{202e}'), "{shown}");
    assert_eq!(status(), "reserved");

    let recorded = import(&["--apply"]);
    assert!(recorded.ends_with("Recorded.\n"), "{recorded}");
    assert_eq!(status(), "confirmed");

    let again: Value = serde_json::from_str(&import(&["--apply", "--json"])).unwrap();
    assert_eq!(again["counts"]["known"]["lines"], 1);
    assert_eq!(again["counts"]["matched"]["lines"], 0);
    assert_eq!(again["errors"][0], json!({"line": 3, "problem": "date"}));
    assert_eq!(served.stop().code, Some(0));
    place.run(&["audit", "verify"]).ok();
}

#[test]
fn what_is_no_statement_is_said_and_columns_can_be_named() {
    let place = Place::new();
    place.demo_file();
    let import = |more: &[&str]| {
        let arguments = [&["payments", "import", "m.csv", "--db", "demo.db"], more].concat();
        place.run(&arguments)
    };
    import(&[]).failed(1, "cannot read m.csv");
    std::fs::write(place.path("m.csv"), "a\tb\tc\n2025-10-01\t5\tX\n").unwrap();
    import(&[]).failed(1, "--date-column");
    import(&["--delimiter", "dot"]).failed(2, "semicolon");
    let named = [
        "--date-column",
        "a",
        "--amount-column",
        "b",
        "--description-column",
        "c",
    ];
    let shown = import(&named).ok();
    assert!(shown.contains("left over"), "{shown}");
    std::fs::write(place.path("m.csv"), "date,amount,description\n").unwrap();
    import(&[]).failed(1, "not one line");
    std::fs::write(
        place.path("m.csv"),
        "date,amount,description\n2025-10-01,5,X\n",
    )
    .unwrap();
    place
        .run(&["payments", "import", "m.csv", "--db", "nowhere.db"])
        .failed(1, "nowhere.db");
}

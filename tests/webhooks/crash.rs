//! `kill -9` while events are delivered: nothing is told that is not in the file, nothing in the file is
//! left untold, and each campaign's events come in their order.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::json;

use crate::eventually;
use crate::promises::client::Client;
use crate::promises::{Campaign, Random, Served, serve};
use crate::receiver::{Delivery, Receiver};

const ROUNDS: usize = 8;
const CLIENTS: usize = 4;

/// The events of campaigns in the file: number, campaign, event, metadata.
fn logged(path: &Path) -> BTreeMap<i64, (String, String)> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT l.id, l.campaign_id, l.event FROM sambatan_audit_logs l
              WHERE l.campaign_id IS NOT NULL
                AND l.id > (SELECT min(id) FROM sambatan_audit_logs WHERE event = 'webhook_added')",
        )
        .unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))));
    rows.unwrap().map(Result::unwrap).collect()
}

/// Has clients join until the server is gone, which is at a random moment.
fn join_until_killed(served: Served, campaigns: &[Campaign], random: &mut Random) {
    let address = served.address;
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let campaign = &campaigns[client % campaigns.len()];
            scope.spawn(move || {
                let mut connection = Client::new(address);
                let path = format!("/api/sambatan/campaigns/{}/join", campaign.id);
                let body = json!({
                    "user_id": "user", "quantity": 1, "shipping_address": "Jl. Melati No. 15",
                });
                while connection.post(&path, &body, None).is_ok() {}
            });
        }
        // Not a wait for anything: the random moment of the kill.
        std::thread::sleep(Duration::from_millis(random.within(20..=200)));
        served.kill();
    });
}

#[test]
fn kills_make_no_event_up_lose_none_and_change_no_order() {
    let mut random = Random::announced("webhooks");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hooks.db");
    let receiver = Receiver::start();
    let mut served = Served::start(serve(&path, None));
    let mut client = Client::new(served.address);
    let added = client.post(
        "/api/sambatan/webhooks",
        &json!({"url": receiver.url()}),
        None,
    );
    assert_eq!(added.unwrap().status, 201);
    let campaigns: Vec<_> = (0..2)
        .map(|_| Campaign::create(&mut client, 1_000_000))
        .collect();
    for _ in 0..ROUNDS {
        join_until_killed(served, &campaigns, &mut random);
        served = Served::start(serve(&path, None));
    }
    let mut told: Vec<Delivery> = Vec::new();
    let last = *logged(&path).last_key_value().unwrap().0;
    eventually("everything is told", || {
        told.extend(receiver.rest());
        told.last()
            .is_some_and(|delivery| delivery.number() == last)
    });
    served.kill();
    let logged = logged(&path);
    let mut bodies: BTreeMap<i64, &str> = BTreeMap::new();
    let mut furthest = 0;
    for delivery in &told {
        let (campaign, event) = &logged[&delivery.number()];
        assert_eq!(delivery.json()["campaign_id"], campaign.as_str());
        assert_eq!(delivery.event(), *event);
        assert!(delivery.id().ends_with(&format!(".{}", delivery.number())));
        // What comes again is what had come last, as it was.
        let first = bodies.entry(delivery.number()).or_insert(&delivery.body);
        assert_eq!(*first, delivery.body);
        assert!(
            delivery.number() >= furthest,
            "{} after {furthest}",
            delivery.number()
        );
        furthest = delivery.number();
    }
    let untold: Vec<_> = logged
        .keys()
        .filter(|number| !bodies.contains_key(number))
        .collect();
    assert!(untold.is_empty(), "{untold:?}");
    // A run that told hardly anything would prove nothing.
    assert!(bodies.len() > 50, "{}", bodies.len());
}

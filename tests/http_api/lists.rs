//! Pages, filters and entity tags.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Call, TestServer};

/// Follows the links from a first page to the last; the ids of each page.
fn pages(server: &TestServer, first: &str, id: &str) -> Vec<Vec<Value>> {
    let mut client = server.client();
    let mut pages = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(path) = next {
        let reply = client.send(&Call::get(&path));
        let rows = reply.ok();
        let rows = rows.as_array().unwrap();
        pages.push(rows.iter().map(|row| row[id].clone()).collect());
        next = reply.next_page();
        assert!(pages.len() < 50, "the pages never end");
    }
    pages
}

/// Asserts that seven rows come in pages of three, each once, in order.
fn seven_in_pages_of_three(server: &TestServer, list: &str, id: &str, in_order: &[Value]) {
    let separator = if list.contains('?') { '&' } else { '?' };
    let pages = pages(server, &format!("{list}{separator}limit=3"), id);
    let lengths: Vec<_> = pages.iter().map(Vec::len).collect();
    assert_eq!(lengths, [3, 3, 1], "{list}");
    assert_eq!(pages.concat(), in_order, "{list}");
    let whole = server.get(&format!("{list}{separator}limit=7"));
    assert_eq!(whole.ok().as_array().unwrap().len(), 7);
    assert_eq!(
        whole.next_page(),
        None,
        "a last page that is full is the last"
    );
}

#[test]
fn products_and_campaigns_come_in_pages_newest_first() {
    let server = TestServer::start();
    let mut products: Vec<Value> = (0..7).map(|_| server.product().into()).collect();
    products.reverse();
    seven_in_pages_of_three(&server, "/api/products", "id", &products);

    let product = products[0].as_str().unwrap();
    let mut campaigns: Vec<Value> = (0..7)
        .map(|_| server.get(&server.campaign_for(product, 5)).ok()["id"].clone())
        .collect();
    campaigns.reverse();
    let list = "/api/sambatan/campaigns";
    seven_in_pages_of_three(&server, list, "id", &campaigns);
    let active = format!("{list}?status=active&unknown=a%20b");
    seven_in_pages_of_three(&server, &active, "id", &campaigns);
    let link = server
        .get(&format!("{active}&limit=2"))
        .next_page()
        .unwrap();
    let parameters = "?status=active&unknown=a%20b&limit=2&cursor=";
    assert!(link.starts_with(&format!("{list}{parameters}")), "{link}");
}

#[test]
fn campaigns_are_found_by_status() {
    let server = TestServer::start();
    let product = server.product();
    let full = server.campaign_for(&product, 1);
    server.joined(&full, "user-1", 1);
    let cancelled = server.campaign_for(&product, 1);
    server.post_empty(&format!("{cancelled}/cancel")).ok();
    server.campaign_for(&product, 1);
    for (status, count) in [
        ("inactive", 0),
        ("active", 1),
        ("full", 1),
        ("completed", 0),
        ("failed", 0),
        ("cancelled", 1),
        ("", 3),
    ] {
        let found = server.get(&format!("/api/sambatan/campaigns?status={status}"));
        let found = found.ok();
        assert_eq!(found.as_array().unwrap().len(), count, "{status}");
    }
}

#[test]
fn participants_come_in_the_order_of_joining_and_a_users_participations_newest_first() {
    let server = TestServer::start();
    let campaign = server.campaign(50);
    let mut joined: Vec<Value> = (0..7)
        .map(|_| {
            let path = server.joined(&campaign, "pembeli satu", 1);
            path.rsplit_once('/').unwrap().1.into()
        })
        .collect();
    server.joined(&server.campaign(1), "user-2", 1);
    let list = format!("{campaign}/participants");
    seven_in_pages_of_three(&server, &list, "id", &joined);
    joined.reverse();
    let list = "/api/sambatan/users/pembeli%20satu/participations";
    seven_in_pages_of_three(&server, list, "id", &joined);
    let nobody = server.get("/api/sambatan/users/nobody/participations");
    assert_eq!(nobody.ok(), json!([]));
}

#[test]
fn the_log_comes_in_pages_newest_first() {
    let server = TestServer::start();
    let campaign = server.campaign(50);
    for _ in 0..6 {
        server.joined(&campaign, "user-1", 1);
    }
    let list = format!("{campaign}/logs");
    let numbers: Vec<Value> = server
        .get(&list)
        .ok()
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["number"].clone())
        .collect();
    let sorted: BTreeSet<_> = numbers.iter().map(|number| number.as_i64()).collect();
    let newest_first: Vec<_> = sorted.iter().rev().map(|number| json!(number)).collect();
    assert_eq!(numbers, newest_first);
    seven_in_pages_of_three(&server, &list, "number", &numbers);
    let entry = &server.get(&list).ok()[0];
    assert_eq!(entry["event"], "participant_joined");
    assert_eq!(entry["timestamp"], crate::support::START);
    assert_eq!(entry["metadata"]["quantity"], 1);
    let text = entry.to_string();
    assert!(
        !text.contains("user-1") && !text.contains("Melati"),
        "{text}"
    );
}

#[test]
fn a_bad_limit_cursor_or_status_is_named() {
    let server = TestServer::start();
    let campaign = server.campaign(5);
    for (path, wrong) in [
        ("/api/products?limit=0", &["limit"][..]),
        ("/api/products?limit=201", &["limit"]),
        ("/api/products?limit=ten&cursor=7", &["limit", "cursor"]),
        ("/api/sambatan/campaigns?status=locked", &["status"]),
        (
            "/api/sambatan/campaigns?status=Active&limit=-1&cursor=x",
            &["limit", "cursor", "status"],
        ),
        (&format!("{campaign}/participants?cursor=17"), &["cursor"]),
        (&format!("{campaign}/logs?cursor=x"), &["cursor"]),
        ("/api/sambatan/users/u/participations?limit=1.5", &["limit"]),
    ] {
        assert_eq!(server.get(path).wrong_fields(), wrong, "{path}");
    }
}

#[test]
fn a_campaign_that_has_not_changed_is_not_sent_again() {
    let server = TestServer::start();
    let campaign = server.campaign(5);
    for path in [campaign.clone(), format!("{campaign}/progress")] {
        let first = server.get(&path);
        let tag = first.header("ETag").unwrap().to_owned();
        assert!(
            tag.starts_with('"') && tag.ends_with('"'),
            "{tag} is strong"
        );
        assert_eq!(first.header("Cache-Control"), Some("no-cache"));
        for condition in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"other\", {tag}"),
            "*".to_owned(),
        ] {
            let call = Call::get(&path).header("If-None-Match", &condition);
            let unchanged = server.send(&call);
            assert_eq!(unchanged.status, 304, "{condition}");
            assert_eq!(unchanged.header("ETag"), Some(tag.as_str()));
            assert_eq!(unchanged.header("Content-Length"), None);
        }
        server.joined(&campaign, "user-1", 1);
        let changed = server.send(&Call::get(&path).header("If-None-Match", &tag));
        changed.ok();
        assert_ne!(changed.header("ETag"), Some(tag.as_str()));
    }
}

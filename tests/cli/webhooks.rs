//! `webhooks`, on a file and beside a server.

use serde_json::json;

use crate::client::{Call, Client};
use crate::curl;
use crate::harness::{Place, Running};
use crate::receiver::{Answer, Receiver};

const DOCS: &str = include_str!("../../docs/webhooks.md");

/// A product and a campaign, so that something happens.
fn campaign(served: &Running) {
    let mut client = Client::connect(served.address());
    let product = json!({"name": "Rimba Embun", "base_price": 420_000});
    let product = client
        .send(&Call::post("/api/products").json(&product))
        .created();
    let id = product["id"].as_str().unwrap();
    let toggle = Call::post(&format!("/api/products/{id}/sambatan"));
    client.send(&toggle.json(&json!({"enabled": true}))).ok();
    let campaign = json!({
        "product_id": id, "title": "Batch Oktober", "total_slots": 10, "price_per_slot": 1,
        "deadline": "2099-01-01T00:00:00Z",
    });
    client
        .send(&Call::post("/api/sambatan/campaigns").json(&campaign))
        .created();
}

/// The value that a line of the output gives a name.
fn value<'a>(printed: &'a str, name: &str) -> &'a str {
    let line = printed.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("no {name}: {printed}"))
        .trim()
}

#[test]
fn one_that_is_added_beside_a_server_is_delivered_to_until_it_is_removed() {
    let place = Place::new();
    let (first, second) = (Receiver::start(), Receiver::start());
    let served = place.serve(&["serve"]);
    let printed = place.run(&["webhooks", "add", &first.url()]).ok();
    let (id, secret) = (value(&printed, "id"), value(&printed, "secret"));
    assert!(secret.starts_with("sw_"), "{printed}");
    campaign(&served);
    assert_eq!(first.next().id().split_once('.').unwrap().0, id);

    let list = place.run(&["webhooks", "list"]).ok();
    assert!(list.contains(id) && list.contains(&first.url()), "{list}");
    assert!(!list.contains(secret), "{list}");
    let list = place.run(&["webhooks", "list", "--secrets"]).ok();
    assert!(list.contains(secret), "{list}");

    place.run(&["webhooks", "remove", id]).ok();
    place.run(&["webhooks", "add", &second.url()]).ok();
    campaign(&served);
    second.next();
    assert!(first.rest().is_empty());
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn what_the_list_says_of_a_receiver_that_refuses_is_true() {
    let place = Place::new();
    let receiver = Receiver::start();
    receiver.will_answer([Answer::Status(503)]);
    let mut served = place.serve(&["serve"]);
    let url = receiver.url();
    let list = place.run(&["webhooks", "list"]).ok();
    assert_eq!(list.trim_end(), "There are no webhooks.");
    place.run(&["webhooks", "add", &url]).ok();
    campaign(&served);
    let first = receiver.next();
    served.wait_until_logged("was not taken (Answered(503))");
    let again = receiver.next();
    assert_eq!((again.id(), &again.body), (first.id(), &first.body));
    let ended = served.stop();
    assert!(
        !ended.stderr.contains(&url),
        "the address is in no log line"
    );
    let list = place.run(&["webhooks", "list"]).ok();
    assert!(list.contains("last delivered 20"), "{list}");
    assert!(list.contains("0 events before it"), "{list}");
}

#[test]
fn proxies_that_are_set_for_other_programs_are_not_used() {
    let place = Place::new();
    let receiver = Receiver::start();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env(name, "http://127.0.0.1:9");
    }
    let served = Running::start(command);
    place.run(&["webhooks", "add", &receiver.url()]).ok();
    campaign(&served);
    assert_eq!(receiver.next().event(), "campaign_created");
}

#[test]
fn what_cannot_be_done_is_said() {
    let place = Place::new();
    let add = ["webhooks", "add", "http://127.0.0.1/"];
    place.run(&add).failed(1, "there is no file sambatan.db");
    assert!(place.names().is_empty());
    assert_eq!(place.serve(&["serve"]).stop().code, Some(0));
    place
        .run(&["webhooks", "add", "example.com"])
        .failed(1, "write http:// or https://");
    let nobody = "019a2b3c-0000-7000-8000-000000000000";
    place
        .run(&["webhooks", "remove", nobody])
        .failed(1, "there is no such webhook");
    place
        .run(&["webhooks", "remove", "first"])
        .failed(2, "first");
    for _ in 0..10 {
        place.run(&add).ok();
    }
    place.run(&add).failed(1, "remove one first");
}

#[test]
fn the_lines_of_the_guide_work_one_after_the_other() {
    let place = Place::new();
    let served = place.serve(&["serve"]);
    let blocks = DOCS.split("```sh\n").skip(1);
    let text: String = blocks
        .map(|block| block.split("```").next().unwrap())
        .collect();
    let mut id = String::new();
    let mut run = 0;
    for words in curl::commands(&text) {
        let put = |word: &String| word.replace("{webhook_id}", &id);
        let words: Vec<String> = words.iter().map(put).collect();
        if words[0] == "curl" {
            let reply = curl::send(&words, served.address());
            assert!((200..300).contains(&reply.status), "{words:?}: {reply:?}");
            if reply.status == 201 {
                id = reply.json()["id"].as_str().unwrap().to_owned();
            }
        } else {
            let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
            let printed = place.run(&arguments).ok();
            if words[2] == "add" {
                id = value(&printed, "id").to_owned();
            }
        }
        run += 1;
    }
    assert_eq!(run, 7);
}

#[test]
fn with_a_token_receivers_in_the_house_are_refused_unless_they_are_allowed() {
    const TOKEN: &str = "so_a-token-that-nobody-else-knows";
    let place = Place::new();
    let receiver = Receiver::start();
    for (arguments, status) in [(&[][..], 422), (&["--webhooks-to-private-networks"], 201)] {
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments);
        command.env("SAMBATAN_ORGANISER_TOKEN", TOKEN);
        let served = Running::start(command);
        let call = Call::post("/api/sambatan/webhooks").bearer(TOKEN);
        let reply =
            Client::connect(served.address()).send(&call.json(&json!({"url": receiver.url()})));
        assert_eq!(reply.status, status, "{arguments:?}: {}", reply.text());
        let metadata = json!({"url": "http://169.254.169.254/"});
        let call = Call::post("/api/sambatan/webhooks").bearer(TOKEN);
        let reply = Client::connect(served.address()).send(&call.json(&metadata));
        assert_eq!(reply.status, 422, "{arguments:?}");
        assert_eq!(served.stop().code, Some(0));
    }
    place
        .run(&["webhooks", "add", "http://0xA9FEA9FE/"])
        .failed(1, "nothing is ever sent to this address");
}

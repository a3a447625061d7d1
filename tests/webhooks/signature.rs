//! The receiver that docs/webhooks.md shows believes what we send and nothing else.

use std::io::Write;
use std::process::{Command, Stdio};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::receiver::{Delivery, Receiver};
use crate::{add, delivering};

const DOCS: &str = include_str!("../../docs/webhooks.md");

/// Asks the documented function, at the time that the delivery says.
const DRIVER: &str = "
import json, sys
given = json.load(sys.stdin)
time.time = lambda: given['now']
print(is_genuine(given['secret'], given['headers'], given['body'].encode()))
";

const SIGNED: [&str; 5] = [
    "X-Sambatan-Timestamp",
    "X-Sambatan-Delivery",
    "X-Sambatan-Event",
    "X-Sambatan-Signature",
    "X-Sambatan-Signature-V2",
];

fn headers(delivery: &Delivery) -> Map<String, Value> {
    let told = SIGNED.map(|name| (name.to_owned(), delivery.header(name).into()));
    told.into_iter().collect()
}

fn is_genuine(secret: &str, headers: &Map<String, Value>, body: &str, later_seconds: i64) -> bool {
    let code = DOCS.split("```python\n").nth(1).unwrap();
    let code = code.split("```").next().unwrap();
    let timestamp = headers["X-Sambatan-Timestamp"].as_str().unwrap();
    let given = json!({
        "secret": secret,
        "headers": headers,
        "body": body,
        "now": timestamp.parse::<i64>().unwrap() + later_seconds,
    });
    let mut python = Command::new("python3")
        .args(["-c", &format!("{code}\n{DRIVER}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is there");
    let mut stdin = python.stdin.take().unwrap();
    stdin.write_all(given.to_string().as_bytes()).unwrap();
    drop(stdin);
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    output.stdout.trim_ascii() == b"True"
}

#[test]
fn the_documented_receiver_believes_what_we_sent_and_nothing_else() {
    let server = delivering();
    let receiver = Receiver::start();
    let secret = add(&server, &receiver)["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    server.campaign(3);
    let delivery = receiver.next();
    let sent = headers(&delivery);
    assert!(is_genuine(&secret, &sent, &delivery.body, 0));
    let forged = delivery.body.replace("created", "cancelled");
    assert!(!is_genuine(&secret, &sent, &forged, 0));
    assert!(!is_genuine("sw_another", &sent, &delivery.body, 0));
    assert!(!is_genuine(&secret, &sent, &delivery.body, 3600));
    for (name, value) in [
        ("X-Sambatan-Event", "campaign_cancelled"),
        (
            "X-Sambatan-Delivery",
            "019a2b3c-0000-7000-8000-000000000000.1",
        ),
        ("X-Sambatan-Timestamp", "1"),
    ] {
        let mut changed = sent.clone();
        changed.insert(name.to_owned(), value.into());
        assert!(!is_genuine(&secret, &changed, &delivery.body, 0), "{name}");
    }
}

/// As docs/webhooks.md had it before there was another.
#[test]
fn a_receiver_of_before_goes_on_believing() {
    let server = delivering();
    let receiver = Receiver::start();
    let secret = add(&server, &receiver)["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    server.campaign(3);
    let delivery = receiver.next();
    let signed = format!(
        "{}.{}",
        delivery.header("X-Sambatan-Timestamp"),
        delivery.body
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    let digits: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let expected = format!("sha256={digits}");
    assert_eq!(delivery.header("X-Sambatan-Signature"), expected);
}

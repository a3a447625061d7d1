//! The receiver that docs/webhooks.md shows believes what we send and nothing else.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::json;

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

fn is_genuine(secret: &str, delivery: &Delivery, body: &str, later_seconds: i64) -> bool {
    let code = DOCS.split("```python\n").nth(1).unwrap();
    let code = code.split("```").next().unwrap();
    let timestamp = delivery.header("X-Sambatan-Timestamp");
    let given = json!({
        "secret": secret,
        "headers": {
            "X-Sambatan-Timestamp": timestamp,
            "X-Sambatan-Signature": delivery.header("X-Sambatan-Signature"),
        },
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
    assert!(is_genuine(&secret, &delivery, &delivery.body, 0));
    let forged = delivery.body.replace("created", "cancelled");
    assert!(!is_genuine(&secret, &delivery, &forged, 0));
    assert!(!is_genuine("sw_another", &delivery, &delivery.body, 0));
    assert!(!is_genuine(&secret, &delivery, &delivery.body, 3600));
}

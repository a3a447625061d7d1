//! A machine whose clock is years ahead when it starts: the real program over a file that was left years ago.

use chrono::TimeDelta;
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::participation::JoinCampaign;
use sambatan::{NewCampaign, Options, Sambatan};
use serde_json::{Value, json};

use crate::client::{Call, Client};
use crate::harness::{Place, Running};
use crate::shop::enabled_product;

const ADDRESS: &str = "Jl. Melati No. 15";
/// Years before any machine that runs this.
const LEFT_AT: &str = "2020-06-01T00:00:00Z";

/// What was left: a campaign that runs, with somebody in it, and one that was called off a month ago.
struct Left {
    place: Place,
    running: String,
    over: String,
}

impl Left {
    fn new() -> Self {
        Self::at(LEFT_AT)
    }

    fn at(now: &str) -> Self {
        let place = Place::new();
        let clock = ManualClock::at(now.parse().unwrap());
        let options = Options {
            clock: Clock::Manual(clock.clone()),
            ..Options::default()
        };
        clock.advance(TimeDelta::days(-31));
        let service = Sambatan::open_with(place.path("left.db"), options).unwrap();
        let product = enabled_product(&service);
        let open = || {
            let deadline = service.now().as_datetime() + TimeDelta::days(60);
            let new = NewCampaign::new(product, "Batch Juni", 10, 210_000, deadline);
            let campaign = service.create_campaign(new).unwrap().id;
            let join = JoinCampaign::new(campaign, "arum", 1, ADDRESS);
            service.join_campaign(join).unwrap();
            campaign
        };
        let over = open();
        service.cancel_campaign(over, None).unwrap();
        clock.advance(TimeDelta::days(31));
        let running = open();
        service.close();
        Self {
            place,
            running: running.to_string(),
            over: over.to_string(),
        }
    }

    fn serve(&self, variant: Option<&str>) -> Running {
        let mut command = self.place.command(&["serve", "--db", "left.db"]);
        command.args(["--listen", "127.0.0.1:0"]);
        command.envs(variant.map(|variant| ("SAMBATAN_BROKEN_VARIANT", variant)));
        Running::start(command)
    }

    /// The status of the campaign that runs, and an address that was typed into the one that is over.
    fn state(&self, client: &mut Client) -> (Value, Value) {
        // Whoever waits for a sweep has seen one to its end.
        let trigger = Call::post("/api/sambatan/scheduler/trigger");
        client.send(&trigger).ok();
        let campaign = format!("/api/sambatan/campaigns/{}", self.running);
        let people = format!("/api/sambatan/campaigns/{}/participants", self.over);
        let campaign = client.send(&Call::get(&campaign)).ok();
        let people = client.send(&Call::get(&people)).ok();
        (
            campaign["status"].clone(),
            people[0]["shipping_address"].clone(),
        )
    }
}

#[test]
fn a_clock_years_ahead_settles_and_erases_nothing_until_the_organiser_says_that_it_is_right() {
    let left = Left::new();
    let served = left.serve(None);
    let mut client = Client::connect(served.address());
    assert_eq!(left.state(&mut client), (json!("active"), json!(ADDRESS)));
    assert_eq!(
        client.send(&Call::get("/readyz")).ok(),
        json!({"status": "ready", "warnings": ["clock_suspect"]})
    );
    let status = client
        .send(&Call::get("/api/sambatan/scheduler/status"))
        .ok();
    assert!(
        status["clock_suspect"]["ahead_seconds"].as_i64() > Some(0),
        "{status}"
    );
    let metrics = client.send(&Call::get("/metrics"));
    assert!(metrics.text().contains("sambatan_clock_suspect 1"));
    let page = client.send(&Call::get("/organiser").header("Accept-Language", "en"));
    assert!(page.text().contains("is not believable"), "{}", page.text());
    // By the deadline, as ever.
    let join = json!({"user_id": "budi", "quantity": 1, "shipping_address": ADDRESS});
    let path = format!("/api/sambatan/campaigns/{}/join", left.running);
    client
        .send(&Call::post(&path).json(&join))
        .refused(409, "campaign_closed");

    // Who starts it once more is no nearer, although it has written events since.
    let product = json!({"name": "Rimba Embun", "base_price": 420_000});
    client.send(&Call::post("/api/products").json(&product));
    drop(client);
    assert_eq!(served.stop().code, Some(0));
    let served = left.serve(None);
    let mut client = Client::connect(served.address());

    let confirm = Call::post("/api/sambatan/scheduler/confirm-clock");
    client.send(&confirm).ok();
    client.send(&confirm).ok();
    assert_eq!(
        left.state(&mut client),
        (json!("failed"), json!("(erased)"))
    );
    assert_eq!(
        client.send(&Call::get("/readyz")).ok(),
        json!({"status": "ready"})
    );
    drop(client);
    assert_eq!(served.stop().code, Some(0));
    let confirmed = "SELECT count(*) FROM sambatan_audit_logs WHERE event = 'clock_confirmed'";
    let counted = left.place.run(&["sql", confirmed, "--db", "left.db"]).ok();
    assert!(counted.contains('1'), "{counted}");
    left.place.run(&["audit", "verify", "--db", "left.db"]).ok();
    left.place.run(&["check", "--db", "left.db"]).ok();
}

#[cfg(feature = "broken-variants")]
#[test]
fn a_program_that_believes_every_clock_would_be_noticed() {
    let left = Left::new();
    let served = left.serve(Some("believe-every-clock"));
    let mut client = Client::connect(served.address());
    assert_eq!(
        left.state(&mut client),
        (json!("failed"), json!("(erased)"))
    );
    drop(client);
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn after_three_months_all_is_done_at_the_start_as_ever() {
    let ago = chrono::Utc::now() - TimeDelta::days(92);
    let left = Left::at(&ago.to_rfc3339());
    let served = left.serve(None);
    let mut client = Client::connect(served.address());
    assert_eq!(
        left.state(&mut client),
        (json!("failed"), json!("(erased)"))
    );
    drop(client);
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn a_sweep_by_hand_asks_whether_the_clock_is_right() {
    let left = Left::new();
    let sweep = ["sweep", "--db", "left.db"];
    left.place.run(&sweep).failed(1, "--clock-is-right");
    left.place.run(&sweep).failed(1, "clock_suspect");
    // Said each time, and not by what lies in a folder.
    std::fs::write(left.place.path(".env"), "SAMBATAN_CLOCK_IS_RIGHT=1\n").unwrap();
    left.place.run(&sweep).failed(1, "is passed over");
    let right = ["sweep", "--db", "left.db", "--clock-is-right"];
    let printed = left.place.run(&right).ok();
    assert!(printed.contains("campaign_failed"), "{printed}");
    let printed = left.place.run(&sweep).ok();
    assert!(printed.contains("Nothing was due."), "{printed}");
}

//! The log: an access line for each request, and nothing that is nobody's business.

use serde_json::Value;

use crate::client::{Call, Client, Reply};
use crate::harness::{Ended, Place, Running};

const TOKEN: &str = "so_a-token-that-nobody-else-knows";
const USER: &str = "zubaidah-the-user";
const ADDRESS: &str = "Jl. Rahasia Sekali No. 7, Kota Tersembunyi";
const NOTE: &str = "titip kepada tetangga sebelah kiri";
const KEY: &str = "a-key-of-the-participant";
const CODE: &str = "kode-grup-melati";
const AGENT: &str = "a-browser-that-tells-much";

fn serve(place: &Place, arguments: &[&str]) -> Running {
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.args(arguments);
    command.env("SAMBATAN_ORGANISER_TOKEN", TOKEN);
    Running::start(command)
}

struct Visitor(Client);

impl Visitor {
    fn send(&mut self, call: Call) -> Reply {
        self.0.send(&call.header("User-Agent", AGENT))
    }

    fn organiser(&mut self, call: Call) -> Value {
        self.send(call.bearer(TOKEN)).json()
    }

    fn campaign(&mut self) -> String {
        let product = self.organiser(
            Call::post("/api/products").json_text(r#"{"name": "Rimba Embun", "base_price": 1}"#),
        );
        let product = product["id"].as_str().unwrap().to_owned();
        let toggle = Call::post(&format!("/api/products/{product}/sambatan"));
        self.organiser(toggle.json_text(r#"{"enabled": true}"#));
        let campaign = self.organiser(Call::post("/api/sambatan/campaigns").json_text(format!(
            r#"{{"product_id": "{product}", "title": "Batch Oktober", "total_slots": 5,
                "price_per_slot": 1, "deadline": "2099-01-01T00:00:00Z", "join_code": "{CODE}"}}"#
        )));
        campaign["id"].as_str().unwrap().to_owned()
    }
}

/// Everything that people do, right and wrong; the manage token.
fn visit(served: &Running) -> String {
    let mut visitor = Visitor(Client::connect(served.address()));
    let campaign = visitor.campaign();
    let join = Call::post(&format!(
        "/api/sambatan/campaigns/{campaign}/join?via={USER}"
    ))
    .header("Idempotency-Key", KEY)
    .json_text(format!(
        r#"{{"user_id": "{USER}", "quantity": 1, "shipping_address": "{ADDRESS}", "note": "{NOTE}",
                "join_code": "{CODE}"}}"#
    ));
    let joined = visitor.send(join.clone()).created();
    visitor.send(join);
    visitor.send(Call::get(&format!("/c/{campaign}?code={CODE}")));
    let guess = Call::post(&format!(
        "/api/sambatan/campaigns/{campaign}/join?code={CODE}"
    ));
    visitor
        .send(guess.json_text(format!(
            r#"{{"user_id": "{USER}", "quantity": 1, "shipping_address": "{ADDRESS}", "join_code": "{CODE}-salah"}}"#
        )))
        .refused(403, "join_code_invalid");
    let token = joined["manage_token"].as_str().unwrap().to_owned();
    let own = format!(
        "/api/sambatan/participations/{}",
        joined["id"].as_str().unwrap()
    );
    visitor.send(Call::get(&own).bearer(&token)).ok();
    visitor.send(Call::get(&own).bearer("so_a-wrong-token-of-somebody"));
    visitor.send(Call::get(&own));
    let users = format!("/api/sambatan/users/{USER}/participations?cursor={USER}");
    visitor.organiser(Call::get(&users));
    visitor.send(Call::get(&format!("/{USER}")));
    visitor.send(Call::post(&format!("{own}/cancel")).json_text(format!("{{{ADDRESS}")));
    token
}

fn tells_nothing(ended: &Ended, manage_token: &str) {
    for secret in [
        TOKEN,
        "so_a-wrong-token",
        manage_token,
        USER,
        ADDRESS,
        "Rahasia",
        NOTE,
        KEY,
        CODE,
        AGENT,
    ] {
        assert!(
            !ended.stderr.contains(secret),
            "the log tells {secret}: {}",
            ended.stderr
        );
    }
    // The client's address stands nowhere; the server's own is in two lines of the start.
    let clients = ended
        .stderr
        .lines()
        .filter(|line| line.contains("127.0.0.1") && !line.contains("startup complete"));
    assert_eq!(clients.count(), 0, "{}", ended.stderr);
}

#[test]
fn nothing_secret_or_personal_is_logged_even_when_everything_is() {
    for format in ["text", "json"] {
        let place = Place::new();
        let served = serve(&place, &["--log", "trace", "--log-format", format]);
        let manage_token = visit(&served);
        let ended = served.stop();
        assert!(ended.stderr.contains("join_campaign"), "{}", ended.stderr);
        tells_nothing(&ended, &manage_token);
    }
}

#[test]
fn each_request_has_a_line_that_says_what_was_asked_by_whom_and_how_it_went() {
    let place = Place::new();
    let served = serve(&place, &["--log-format", "json"]);
    let id = Client::connect(served.address())
        .send(&Call::get("/api/products?limit=3").bearer(TOKEN))
        .header("X-Request-Id")
        .unwrap()
        .to_owned();
    visit(&served);
    let ended = served.stop();
    let lines: Vec<Value> = ended
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    for line in &lines {
        for member in ["ts", "level", "target", "message"] {
            assert!(line[member].is_string(), "{line}");
        }
    }
    let access: Vec<_> = lines
        .iter()
        .filter(|line| line["target"] == "access")
        .collect();
    let asked: Vec<_> = access
        .iter()
        .map(|line| {
            let text = |member: &str| line[member].as_str().unwrap().to_owned();
            assert_eq!(line["level"], "INFO");
            assert!(line["duration_ms"].as_f64().unwrap() >= 0.0);
            assert!(line["bytes"].as_u64().unwrap() > 0);
            let status = line["status"].as_u64().unwrap();
            format!(
                "{} {} {status} {}",
                text("method"),
                text("route"),
                text("caller")
            )
        })
        .collect();
    assert_eq!(
        asked,
        [
            "GET list_products 200 organiser",
            "POST create_product 201 organiser",
            "POST toggle_sambatan 200 organiser",
            "POST create_campaign 201 organiser",
            "POST join_campaign 201 anonymous",
            "POST join_campaign 201 anonymous",
            "GET campaign_page 200 anonymous",
            "POST join_campaign 403 anonymous",
            "GET get_participation 200 participant",
            "GET get_participation 401 anonymous",
            "GET get_participation 401 anonymous",
            "GET list_user_participations 422 organiser",
            "GET none 404 anonymous",
            "POST cancel_participation 401 anonymous",
        ]
    );
    assert_eq!(access[0]["request_id"], Value::from(id));
}

#[test]
fn the_words_of_a_line_are_the_same_for_people() {
    let place = Place::new();
    let mut served = place.serve(&["serve"]);
    let reply = Client::connect(served.address()).send(&Call::get("/healthz"));
    let id = reply.header("X-Request-Id").unwrap();
    served.wait_until_logged(id);
    let ended = served.stop();
    let line = ended.stderr.lines().find(|line| line.contains(id)).unwrap();
    assert!(line.contains(" INFO: GET healthz 200 15 B "), "{line}");
    assert!(line.ends_with(&format!(" ms anonymous {id}")), "{line}");
}

#[test]
fn a_client_is_known_in_the_log_by_a_name_by_which_it_can_be_kept_out() {
    let place = Place::new();
    let list = place.path("banned");
    let serving = |arguments: &[&str]| {
        let banned = ["--banned-clients", list.to_str().unwrap()];
        serve(&place, &[arguments, &banned].concat())
    };
    let products = || Call::get("/api/products");
    let served = serving(&["--log-clients", "--log-format", "json"]);
    let mut client = Client::connect(served.address());
    client.send(&products());
    client.send(&products());
    let ended = served.stop();
    let names: Vec<String> = ended
        .stderr
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|line| Some(line["client"].as_str()?.to_owned()))
        .collect();
    assert_eq!(names.len(), 2, "{}", ended.stderr);
    assert_eq!(names[0], names[1]);
    assert!(names[0].len() == 16 && names[0].bytes().all(|it| it.is_ascii_hexdigit()));

    std::fs::write(&list, format!("{}\n", names[0])).unwrap();
    let served = serving(&["--log-clients"]);
    let mut client = Client::connect(served.address());
    client.send(&products()).refused(403, "client_banned");
    client
        .send(&Call::get("/api/sambatan/campaigns"))
        .refused(403, "client_banned");
    client.send(&products().bearer(TOKEN)).ok();
    let sign_in = client.send(&Call::get("/organiser/sign-in"));
    assert_eq!(
        sign_in.status, 200,
        "the organiser may be behind the same address"
    );
    let ended = served.stop();
    let told = ended
        .stderr
        .lines()
        .filter(|line| line.ends_with(&format!(" client={}", names[0])));
    assert_eq!(told.count(), 4, "{}", ended.stderr);

    std::fs::remove_file(&list).unwrap();
    let served = serving(&[]);
    let mut client = Client::connect(served.address());
    client.send(&products()).refused(401, "token_required");
    assert!(!served.stop().stderr.contains("client="));
}

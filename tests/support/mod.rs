//! The harness of the black-box tests: a real server on a free port, a real file, a clock that stands
//! still, and a small HTTP client.
//!
//! The scheduler is not started: whoever needs it calls `server.service.scheduler().start()`.

#![allow(
    dead_code,
    unused_imports,
    reason = "each test binary uses its own part of the harness"
)]
#![allow(
    clippy::unwrap_used,
    reason = "what the harness needs is there, or the test fails"
)]

mod client;
pub(crate) mod described;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use sambatan::clock::{Clock, ManualClock};
use sambatan::http::{Mode, OrganiserToken, RateLimits, Server, ServerOptions};
use sambatan::{Durability, Options, Sambatan};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) use client::{Call, Client, Reply, encoded};

/// When every test begins.
pub(crate) const START: &str = "2025-10-01T00:00:00Z";

/// The deadline of [`TestServer::campaign`].
pub(crate) const DEADLINE: &str = "2025-10-10T00:00:00Z";

/// The organiser's token of a guarded server.
pub(crate) const ORGANISER: &str = "so_the-organisers-token-of-the-tests";

/// Limits that no test reaches.
pub(crate) const NO_LIMITS: RateLimits = RateLimits {
    joins_per_minute: 0,
    writes_per_minute: 0,
    reads_per_minute: 0,
};

/// A server that ends with the test.
pub(crate) struct TestServer {
    /// The service behind it.
    pub(crate) service: Arc<Sambatan>,
    /// The time it goes by.
    pub(crate) clock: ManualClock,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    server: Option<Server>,
    is_guarded: bool,
    /// Where its file is: `folder.path().join("test.db")`.
    pub(crate) folder: TempDir,
}

impl TestServer {
    /// A server over a new file.
    pub(crate) fn start() -> Self {
        Self::start_with(&Options::default())
    }

    /// A server over a new file with options; the clock and the durability are the harness's.
    pub(crate) fn start_with(options: &Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::over(folder, options)
    }

    /// A server in guarded mode over a new file.
    pub(crate) fn start_guarded(rate_limits: RateLimits) -> Self {
        let server_options = ServerOptions {
            mode: Mode::Guarded(OrganiserToken::new(ORGANISER).unwrap()),
            rate_limits,
            ..ServerOptions::default()
        };
        let folder = tempfile::tempdir().unwrap();
        Self::serving(folder, &Options::default(), server_options)
    }

    /// A server over the file of a folder, new or not.
    pub(crate) fn over(folder: TempDir, options: &Options) -> Self {
        Self::serving(folder, options, ServerOptions::default())
    }

    /// A server over the file of a folder, with options for both; the number of workers is the
    /// harness's.
    pub(crate) fn serving(
        folder: TempDir,
        options: &Options,
        server_options: ServerOptions,
    ) -> Self {
        let is_guarded = matches!(server_options.mode, Mode::Guarded(_));
        let clock = ManualClock::at(START.parse().unwrap());
        let options = Options {
            clock: Clock::Manual(clock.clone()),
            durability: Durability::Off,
            ..options.clone()
        };
        let path = folder.path().join("test.db");
        let service = Arc::new(Sambatan::open_with(path, options).unwrap());
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let server = Server::start(
            listener,
            Arc::clone(&service),
            &ServerOptions {
                workers: 8,
                ..server_options
            },
        )
        .unwrap();
        Self {
            service,
            clock,
            address: server.address(),
            server: Some(server),
            is_guarded,
            folder,
        }
    }

    /// Stops it and starts another over the same file.
    pub(crate) fn restart(mut self) -> Self {
        self.stop();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        drop(self);
        Self::over(folder, &Options::default())
    }

    /// Stops the HTTP server and closes the file.
    pub(crate) fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop(Duration::from_secs(10)).unwrap();
        }
        self.service.close();
    }

    /// A connection that stays open.
    pub(crate) fn client(&self) -> Client {
        Client::connect(self.address)
    }

    /// Sends one request on a connection of its own.
    pub(crate) fn send(&self, call: &Call) -> Reply {
        let reply = self.client().send(call);
        described::hold(call, &reply);
        reply
    }

    /// `GET`.
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send(&Call::get(path))
    }

    /// `POST` with a JSON body.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(&Call::post(path).json(body))
    }

    /// `POST` without a body.
    pub(crate) fn post_empty(&self, path: &str) -> Reply {
        self.send(&Call::post(path))
    }

    /// The HTTP server.
    pub(crate) fn http(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    /// Sends a request as the organiser.
    pub(crate) fn send_as_organiser(&self, call: Call) -> Reply {
        self.send(&if self.is_guarded {
            call.bearer(ORGANISER)
        } else {
            call
        })
    }

    /// A product with group buying enabled; its id.
    pub(crate) fn product(&self) -> String {
        let product = self.send_as_organiser(
            Call::post("/api/products")
                .json(&json!({"name": "Rimba Embun", "base_price": 420_000})),
        );
        let id = product.created()["id"].as_str().unwrap().to_owned();
        let toggle = Call::post(&format!("/api/products/{id}/sambatan"));
        let toggled = self.send_as_organiser(toggle.json(&json!({"enabled": true})));
        assert_eq!(toggled.status, 200);
        id
    }

    /// An open campaign with so many slots at Rp150.000, until [`DEADLINE`]; its path.
    pub(crate) fn campaign(&self, total_slots: u32) -> String {
        self.campaign_for(&self.product(), total_slots)
    }

    /// As [`Self::campaign`], for a product.
    pub(crate) fn campaign_for(&self, product_id: &str, total_slots: u32) -> String {
        let create = Call::post("/api/sambatan/campaigns").json(&json!({
            "product_id": product_id,
            "title": "Batch Oktober",
            "total_slots": total_slots,
            "price_per_slot": 150_000,
            "deadline": DEADLINE,
        }));
        let campaign = self.send_as_organiser(create);
        campaign.created();
        campaign.header("Location").unwrap().to_owned()
    }

    /// Joins a campaign given by its path.
    pub(crate) fn join(&self, campaign: &str, user: &str, quantity: u32) -> Reply {
        self.post(&format!("{campaign}/join"), &join_body(user, quantity))
    }

    /// Joins a campaign given by its path, which must succeed; the participation's path.
    pub(crate) fn joined(&self, campaign: &str, user: &str, quantity: u32) -> String {
        let reply = self.join(campaign, user, quantity);
        reply.created();
        reply.header("Location").unwrap().to_owned()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The body of a join.
pub(crate) fn join_body(user: &str, quantity: u32) -> Value {
    json!({
        "user_id": user,
        "quantity": quantity,
        "shipping_address": "Jl. Melati No. 15, Jakarta Selatan",
    })
}

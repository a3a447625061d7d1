//! Numbers for Prometheus, in the OpenMetrics text format or in its own older one.
//!
//! Owns what HTTP itself counts; [`service`] and [`door`] ask the others at each scrape. No label holds
//! anything that a client can choose, so the number of series is bounded by the route table.

mod door;
mod format;
mod service;

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::http::door::DoorStats;
use crate::http::response::Response;
use crate::service::Sambatan;

/// The label of requests that no route took.
pub(crate) const NO_ROUTE: &str = "none";

pub(crate) use format::Format;

/// Seconds; the first lie around a cached read, the middle around a commit, the last around time-outs.
const LATENCIES: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CodeLabel {
    code: &'static str,
}

type Latencies = Family<RouteLabel, Histogram, fn() -> Histogram>;

/// What is counted. One for each server.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    latencies: Latencies,
    refusals: Family<CodeLabel, Counter>,
}

impl Metrics {
    /// Nothing counted yet; `door` is the one before the server, if any.
    pub(crate) fn new(service: Arc<Sambatan>, door: Option<Arc<DoorStats>>) -> Self {
        let mut registry = Registry::with_prefix("sambatan");
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program", version);
        registry.register_with_unit(
            "start_time",
            "When the server started, since 1970",
            Unit::Seconds,
            ConstGauge::new(chrono::Utc::now().timestamp()),
        );
        let requests = Family::default();
        registry.register(
            "http_requests",
            "Answers by route and status",
            requests.clone(),
        );
        let latencies = Latencies::new_with_constructor(|| Histogram::new(LATENCIES));
        registry.register_with_unit(
            "http_request_duration",
            "From the complete request to its answer, by route",
            Unit::Seconds,
            latencies.clone(),
        );
        let refusals = Family::default();
        registry.register("refusals", "Refused requests by code", refusals.clone());
        registry.register_collector(Box::new(service::Collected(service)));
        if let Some(door) = door {
            registry.register_collector(Box::new(door::Collected(door)));
        }
        Self {
            registry,
            requests,
            latencies,
            refusals,
        }
    }

    /// Counts an answer of a route that took so long to make.
    pub(crate) fn count(&self, route: &'static str, response: &Response, took: Duration) {
        let status = response.status;
        self.requests
            .get_or_create(&RequestLabels { route, status })
            .inc();
        self.latencies
            .get_or_create(&RouteLabel { route })
            .observe(took.as_secs_f64());
        if let Some(code) = response.code {
            self.refusals.get_or_create(&CodeLabel { code }).inc();
        }
    }

    /// All numbers as text.
    pub(crate) fn render(&self, format: Format) -> String {
        let mut rendered = String::with_capacity(16 * 1024);
        text::encode(&mut rendered, &self.registry).expect("writing to a String does not fail");
        match format {
            Format::OpenMetrics => rendered,
            Format::Plain => format::plain(&rendered),
        }
    }
}

//! What the front door counts, asked at each scrape.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::service::{counter, gauge};
use crate::http::door::DoorStats;

/// Asks a door.
#[derive(Debug)]
pub(super) struct Collected(pub(super) Arc<DoorStats>);

impl Collector for Collected {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let door = &self.0;
        let out = &mut encoder;
        let open = ConstGauge::new(door.open());
        gauge(out, "door_connections", "Open connections", None, &open)?;
        counter(out, "door_accepted", "Connections taken", door.accepted())?;
        let help = "Connections closed to make room";
        counter(out, "door_evicted", help, door.evicted())?;
        let help = "Connections closed because their client took too long";
        counter(out, "door_timed_out", help, door.timed_out())?;
        let help = "Connections that could not be taken";
        counter(out, "door_accept_errors", help, door.accept_errors())?;
        let help = "Requests that the door refused, by code";
        let mut family = out.encode_descriptor("door_refusals", help, None, MetricType::Counter)?;
        for (refusal, count) in door.refusals().filter(|(_, count)| *count > 0) {
            let labels = [("code", refusal.code())];
            ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

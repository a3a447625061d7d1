//! How the front door does, asked at each scrape where there is one.

use std::fmt;
use std::sync::OnceLock;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::service::{counter, gauge};

/// How the front door does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DoorNumbers {
    /// Connections that are open now.
    pub open_connections: u64,
    /// Connections taken since the start.
    pub accepted: u64,
    /// Connections closed to make room for others.
    pub evicted: u64,
    /// Connections closed because their client took too long.
    pub timed_out: u64,
    /// Attempts to take a connection that failed.
    pub accept_errors: u64,
    /// Requests that the door refused, by their code. A code may be there more than once.
    pub refusals: Vec<(&'static str, u64)>,
}

type Ask = Box<dyn Fn() -> DoorNumbers + Send + Sync>;

/// Whom to ask.
#[derive(Default)]
pub(super) struct DoorProbe(OnceLock<Ask>);

impl DoorProbe {
    /// Says whom to ask. Only the first call counts.
    pub(super) fn watch(&self, ask: Ask) {
        let _ = self.0.set(ask);
    }
}

impl fmt::Debug for DoorProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DoorProbe")
    }
}

impl Collector for DoorProbe {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(ask) = self.0.get() else {
            return Ok(());
        };
        let door = ask();
        let out = &mut encoder;
        let open = ConstGauge::new(door.open_connections);
        gauge(out, "door_connections", "Open connections", None, &open)?;
        let help = "Connections taken";
        counter(out, "door_accepted", help, door.accepted)?;
        let help = "Connections closed to make room";
        counter(out, "door_evicted", help, door.evicted)?;
        let help = "Connections closed because their client took too long";
        counter(out, "door_timed_out", help, door.timed_out)?;
        let help = "Connections that could not be taken";
        counter(out, "door_accept_errors", help, door.accept_errors)?;
        let help = "Requests that the door refused, by code";
        let mut family = out.encode_descriptor("door_refusals", help, None, MetricType::Counter)?;
        for (code, count) in by_code(&door.refusals) {
            let labels = [("code", code)];
            ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

/// One number for each code that occurred.
fn by_code(refusals: &[(&'static str, u64)]) -> std::collections::BTreeMap<&'static str, u64> {
    let mut sums = std::collections::BTreeMap::new();
    for (code, count) in refusals.iter().filter(|(_, count)| *count > 0) {
        *sums.entry(*code).or_default() += count;
    }
    sums
}

//! What the service and its scheduler count, asked at each scrape.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

use crate::delivery::DeliveryCounts;
use crate::service::Sambatan;
use crate::service::stats::{Distribution, Stats};

/// Asks a service.
pub(super) struct Collected(pub(super) Arc<Sambatan>);

impl fmt::Debug for Collected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Collected")
    }
}

impl Collector for Collected {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let stats = self.0.stats();
        let scheduler = self.0.scheduler().status();
        let out = &mut encoder;
        let joins = "Joins stored; replays are not counted";
        counter(out, "joins", joins, stats.joins)?;
        let depth = ConstGauge::new(u64::try_from(stats.queue_depth).unwrap_or(u64::MAX));
        gauge(out, "writer_queue_depth", "Writes that wait", None, &depth)?;
        let help = "Writes that shared a transaction";
        histogram(out, "writer_batch_size", help, None, &stats.batch_size)?;
        let help = "How long a commit took, until the storage had it";
        let commits = &stats.commit_seconds;
        histogram(
            out,
            "writer_commit_duration",
            help,
            Some(&Unit::Seconds),
            commits,
        )?;
        let running = ConstGauge::new(u64::from(scheduler.is_running));
        let help = "1 while the lifecycle scheduler runs";
        gauge(out, "scheduler_running", help, None, &running)?;
        counter(
            out,
            "sweeps",
            "Sweeps of the scheduler",
            scheduler.run_count,
        )?;
        let help = "Sweeps and plans that failed";
        counter(out, "sweep_failures", help, scheduler.failure_count)?;
        let help = "From a campaign's deadline to its settlement";
        let lags = &stats.deadline_lag_seconds;
        histogram(out, "deadline_lag", help, Some(&Unit::Seconds), lags)?;
        storage(out, &stats)?;
        let suspect = ConstGauge::new(u64::from(self.0.clock_belief().is_suspect()));
        let help = "1 while nothing is settled or erased because the clock is not believed";
        gauge(out, "clock_suspect", help, None, &suspect)?;
        webhooks(out, self.0.deliveries().counts(), stats.webhook_pending)?;
        // Without an answer there is no number, and the alarm is the failing read itself.
        if let Some(overdue) = stats.overdue_seconds {
            let help = "How long the earliest due campaign has waited; 0 when none is due";
            let overdue = ConstGauge::new(overdue);
            gauge(out, "overdue", help, Some(&Unit::Seconds), &overdue)?;
        }
        Ok(())
    }
}

fn storage(out: &mut DescriptorEncoder<'_>, stats: &Stats) -> fmt::Result {
    let help = "1 while writes are refused because the disk of the file is full";
    let full = ConstGauge::new(u64::from(stats.storage_full));
    gauge(out, "storage_full", help, None, &full)?;
    let help = "Batches of writes that were refused because the disk of the file was full";
    counter(out, "storage_refusals", help, stats.storage_refusals)?;
    if let Some(left) = stats.storage_left {
        let help = "Room left on the disk of the file";
        let left = ConstGauge::new(left);
        gauge(out, "storage_left", help, Some(&Unit::Bytes), &left)?;
    }
    Ok(())
}

fn webhooks(
    out: &mut DescriptorEncoder<'_>,
    counts: DeliveryCounts,
    pending: Option<u64>,
) -> fmt::Result {
    let help = "Attempts to deliver an event to a webhook, by outcome";
    let kind = MetricType::Counter;
    let mut family = out.encode_descriptor("webhook_deliveries", help, None, kind)?;
    for (outcome, count) in [("delivered", counts.delivered), ("failed", counts.failed)] {
        let labels = [("outcome", outcome)];
        ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
    }
    if let Some(pending) = pending {
        let help = "Events that the webhook furthest behind has before it";
        gauge(
            out,
            "webhook_pending",
            help,
            None,
            &ConstGauge::new(pending),
        )?;
    }
    Ok(())
}

pub(super) fn counter(
    out: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    value: u64,
) -> fmt::Result {
    let metric = ConstCounter::new(value);
    metric.encode(out.encode_descriptor(name, help, None, MetricType::Counter)?)
}

pub(super) fn gauge(
    out: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    metric: &impl EncodeMetric,
) -> fmt::Result {
    metric.encode(out.encode_descriptor(name, help, unit, MetricType::Gauge)?)
}

fn histogram(
    out: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    values: &Distribution,
) -> fmt::Result {
    let mut metric = out.encode_descriptor(name, help, unit, MetricType::Histogram)?;
    metric.encode_histogram::<[(&str, &str); 0]>(values.sum, values.count, &values.buckets, None)
}

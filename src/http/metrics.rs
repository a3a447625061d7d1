//! Counters of what was answered, and their text for Prometheus.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::timer::SchedulerStatus;

/// The classes of status codes: 2xx to 5xx.
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// The label of requests that no route took.
pub(crate) const NO_ROUTE: &str = "none";

/// Counts answers by route and class of status. Holds no label that a client can choose.
pub(crate) struct Metrics {
    started: Instant,
    routes: Vec<RouteCounters>,
}

struct RouteCounters {
    name: &'static str,
    answers: [AtomicU64; CLASSES.len()],
    busy_microseconds: AtomicU64,
}

impl Metrics {
    /// Counters at zero, one for each route name, and one for requests without a route.
    pub(crate) fn new(route_names: impl Iterator<Item = &'static str>) -> Self {
        let counters = |name| RouteCounters {
            name,
            answers: Default::default(),
            busy_microseconds: AtomicU64::new(0),
        };
        Self {
            started: Instant::now(),
            routes: route_names.chain([NO_ROUTE]).map(counters).collect(),
        }
    }

    /// Counts an answer that took so long to make.
    pub(crate) fn count(&self, route: &str, status: u16, took: Duration) {
        let Some(route) = self.routes.iter().find(|known| known.name == route) else {
            return;
        };
        let class = usize::from(status / 100).checked_sub(2);
        if let Some(counter) = class.and_then(|class| route.answers.get(class)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        route
            .busy_microseconds
            .fetch_add(microseconds, Ordering::Relaxed);
    }

    /// All counters in Prometheus' text format, with the timer's. Routes nobody asked for are left out.
    pub(crate) fn render(&self, scheduler: &SchedulerStatus) -> String {
        let mut text = String::with_capacity(4096);
        self.write(&mut text, scheduler)
            .expect("writing to a String does not fail");
        text
    }

    fn write(&self, text: &mut String, scheduler: &SchedulerStatus) -> std::fmt::Result {
        family(
            text,
            "sambatan_uptime_seconds",
            "gauge",
            "Time since the start.",
        )?;
        let uptime = self.started.elapsed().as_secs_f64();
        writeln!(text, "sambatan_uptime_seconds {uptime:.3}")?;

        let name = "sambatan_http_requests_total";
        family(
            text,
            name,
            "counter",
            "Answers by route and class of status.",
        )?;
        for route in &self.routes {
            for (class, counter) in CLASSES.iter().zip(&route.answers) {
                let count = counter.load(Ordering::Relaxed);
                if count > 0 {
                    let route = route.name;
                    writeln!(
                        text,
                        "{name}{{route=\"{route}\",status=\"{class}\"}} {count}"
                    )?;
                }
            }
        }

        let name = "sambatan_http_busy_seconds_total";
        family(
            text,
            name,
            "counter",
            "Time spent making answers, by route.",
        )?;
        for route in &self.routes {
            let busy = Duration::from_micros(route.busy_microseconds.load(Ordering::Relaxed));
            if !busy.is_zero() {
                let (route, busy) = (route.name, busy.as_secs_f64());
                writeln!(text, "{name}{{route=\"{route}\"}} {busy:.6}")?;
            }
        }

        let name = "sambatan_scheduler_running";
        family(text, name, "gauge", "1 while the lifecycle timer runs.")?;
        writeln!(text, "{name} {}", u8::from(scheduler.is_running))?;
        let name = "sambatan_scheduler_runs_total";
        family(text, name, "counter", "Sweeps of the lifecycle timer.")?;
        writeln!(text, "{name} {}", scheduler.run_count)?;
        let name = "sambatan_scheduler_failures_total";
        family(text, name, "counter", "Sweeps that failed.")?;
        writeln!(text, "{name} {}", scheduler.failure_count)
    }
}

fn family(text: &mut String, name: &str, kind: &str, help: &str) -> std::fmt::Result {
    writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_route_and_class() {
        let metrics = Metrics::new(["join", "list"].into_iter());
        for (route, status) in [("join", 201), ("join", 200), ("join", 409), (NO_ROUTE, 404)] {
            metrics.count(route, status, Duration::from_millis(2));
        }
        metrics.count("unheard of", 200, Duration::ZERO);
        metrics.count("join", 100, Duration::ZERO);
        metrics.count("join", 600, Duration::ZERO);
        let text = metrics.render(&SchedulerStatus {
            is_running: true,
            next_run_time: None,
            interval_minutes: 5.0,
            last_run: None,
            last_error: None,
            run_count: 7,
            failure_count: 1,
        });
        for line in [
            "sambatan_http_requests_total{route=\"join\",status=\"2xx\"} 2",
            "sambatan_http_requests_total{route=\"join\",status=\"4xx\"} 1",
            "sambatan_http_requests_total{route=\"none\",status=\"4xx\"} 1",
            "sambatan_http_busy_seconds_total{route=\"join\"} 0.006000",
            "sambatan_scheduler_running 1",
            "sambatan_scheduler_runs_total 7",
            "sambatan_scheduler_failures_total 1",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}\n{text}");
        }
        assert!(!text.contains("list"));
        assert!(!text.contains("unheard"));
    }
}

//! `/metrics`, read as Prometheus reads it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use sambatan::Options;
use sambatan::http::ServerOptions;

use crate::support::{Call, TestServer, join_body};

/// The samples of a page by name and labels, after a look at its form.
struct Page {
    types: BTreeMap<String, String>,
    samples: BTreeMap<String, f64>,
}

impl Page {
    fn read(server: &TestServer) -> Self {
        let reply = server.get("/metrics");
        assert_eq!(
            reply.header("Content-Type"),
            Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
        );
        let text = reply.text().strip_suffix("# EOF\n").unwrap();
        let mut page = Self {
            types: BTreeMap::new(),
            samples: BTreeMap::new(),
        };
        for line in text.lines() {
            if let Some(family) = line.strip_prefix("# TYPE ") {
                let (name, kind) = family.split_once(' ').unwrap();
                page.types.insert(name.to_owned(), kind.to_owned());
            } else if !line.starts_with('#') {
                let (series, value) = line.rsplit_once(' ').unwrap();
                let name = series.split('{').next().unwrap();
                let known = page
                    .types
                    .keys()
                    .any(|family| name.starts_with(family.as_str()));
                assert!(known, "{line} belongs to no family");
                let value = value.parse().unwrap();
                assert!(
                    page.samples.insert(series.to_owned(), value).is_none(),
                    "{line}"
                );
            }
        }
        page
    }

    fn value(&self, series: &str) -> f64 {
        *self
            .samples
            .get(series)
            .unwrap_or_else(|| panic!("{series} is not among {:?}", self.samples.keys()))
    }
}

#[test]
fn every_family_is_there_from_the_start() {
    let server = TestServer::start();
    server.get("/nowhere");
    let page = Page::read(&server);
    for (name, kind) in [
        ("build", "info"),
        ("start_time_seconds", "gauge"),
        ("http_requests", "counter"),
        ("http_request_duration_seconds", "histogram"),
        ("refusals", "counter"),
        ("joins", "counter"),
        ("writer_queue_depth", "gauge"),
        ("writer_batch_size", "histogram"),
        ("writer_commit_duration_seconds", "histogram"),
        ("scheduler_running", "gauge"),
        ("sweeps", "counter"),
        ("sweep_failures", "counter"),
        ("deadline_lag_seconds", "histogram"),
        ("overdue_seconds", "gauge"),
        ("webhook_deliveries", "counter"),
        ("webhook_pending", "gauge"),
        ("door_connections", "gauge"),
        ("door_accepted", "counter"),
        ("door_evicted", "counter"),
        ("door_timed_out", "counter"),
        ("door_accept_errors", "counter"),
        ("door_refusals", "counter"),
    ] {
        let known = page.types.get(&format!("sambatan_{name}"));
        assert_eq!(known.map(String::as_str), Some(kind), "{name}");
    }
}

#[test]
fn requests_refusals_and_joins_are_counted() {
    let server = TestServer::start();
    let campaign = server.campaign(2);
    let join = Call::post(&format!("{campaign}/join"))
        .header("Idempotency-Key", "key-1")
        .json(&join_body("user-1", 1));
    server.send(&join).created();
    server.send(&join).created();
    server.join(&campaign, "user-2", 1).created();
    let full = Call::post(&format!("{campaign}/join"))
        .header("Idempotency-Key", "key-2")
        .json(&join_body("user-3", 1));
    server.send(&full).refused(409, "campaign_closed");
    server.send(&full).refused(409, "campaign_closed");
    server.get("/zubaidah");
    let page = Page::read(&server);
    for (series, value) in [
        (
            r#"http_requests_total{route="join_campaign",status="201"}"#,
            3.0,
        ),
        (
            r#"http_requests_total{route="join_campaign",status="409"}"#,
            2.0,
        ),
        (r#"http_requests_total{route="none",status="404"}"#, 1.0),
        (
            r#"http_request_duration_seconds_count{route="join_campaign"}"#,
            5.0,
        ),
        (
            r#"http_request_duration_seconds_bucket{le="+Inf",route="join_campaign"}"#,
            5.0,
        ),
        (r#"refusals_total{code="campaign_closed"}"#, 2.0),
        (r#"refusals_total{code="not_found"}"#, 1.0),
        ("joins_total", 2.0),
        ("writer_queue_depth", 0.0),
    ] {
        assert_eq!(page.value(&format!("sambatan_{series}")), value, "{series}");
    }
    // The product twice, the campaign, two joins, a stored refusal, and two replays, which write nothing.
    assert_eq!(
        page.value("sambatan_writer_commit_duration_seconds_count"),
        8.0
    );
    assert!(page.value("sambatan_writer_batch_size_count") >= 8.0);
    assert!(page.value(r#"sambatan_writer_batch_size_bucket{le="1.0"}"#) >= 8.0);
    let told = server.get("/metrics");
    assert!(!told.text().contains("zubaidah"));
}

#[test]
fn what_is_late_is_told_before_and_after_it_is_settled() {
    let server = TestServer::start();
    server.campaign(2);
    assert_eq!(Page::read(&server).value("sambatan_overdue_seconds"), 0.0);
    // Nine days to the deadline, and 30 seconds.
    server
        .clock
        .advance(TimeDelta::days(9) + TimeDelta::seconds(30));
    let page = Page::read(&server);
    let overdue = page.value("sambatan_overdue_seconds");
    assert!((29.0..=30.0).contains(&overdue), "{overdue}");
    assert_eq!(page.value("sambatan_deadline_lag_seconds_count"), 0.0);

    server.post_empty("/api/sambatan/lifecycle/run").ok();
    let page = Page::read(&server);
    assert_eq!(page.value("sambatan_overdue_seconds"), 0.0);
    assert_eq!(page.value("sambatan_deadline_lag_seconds_count"), 1.0);
    assert_eq!(page.value("sambatan_deadline_lag_seconds_sum"), 30.0);
    assert_eq!(
        page.value(r#"sambatan_deadline_lag_seconds_bucket{le="5.0"}"#),
        0.0
    );
    assert_eq!(
        page.value(r#"sambatan_deadline_lag_seconds_bucket{le="30.0"}"#),
        1.0
    );
}

#[test]
fn the_scheduler_and_its_sweeps_are_told() {
    let server = TestServer::start();
    assert_eq!(Page::read(&server).value("sambatan_scheduler_running"), 0.0);
    server.service.scheduler().start().unwrap();
    server.service.scheduler().run_now().unwrap();
    let page = Page::read(&server);
    assert_eq!(page.value("sambatan_scheduler_running"), 1.0);
    assert!(page.value("sambatan_sweeps_total") >= 1.0);
    assert_eq!(page.value("sambatan_sweep_failures_total"), 0.0);
}

#[test]
fn the_front_door_is_told_where_there_is_one() {
    let server = TestServer::start();
    let long = format!("/{}", "a".repeat(9000));
    server.get(&long).refused(414, "target_too_long");
    server.get(&long).refused(414, "target_too_long");
    let page = Page::read(&server);
    let door = |series: &str| page.value(&format!("sambatan_door_{series}"));
    assert_eq!(door(r#"refusals_total{code="target_too_long"}"#), 2.0);
    assert!(door("connections") >= 1.0);
    assert!(door("accepted_total") >= 3.0);
    for series in ["evicted_total", "timed_out_total", "accept_errors_total"] {
        assert_eq!(door(series), 0.0, "{series}");
    }
    assert!(
        !page
            .samples
            .keys()
            .any(|series| series.contains("host_missing"))
    );
    let bare = TestServer::serving(
        tempfile::tempdir().unwrap(),
        &Options::default(),
        ServerOptions {
            door: None,
            ..ServerOptions::default()
        },
    );
    let page = Page::read(&bare);
    assert!(!page.types.keys().any(|name| name.contains("door")));
}

#[test]
fn plain_text_is_told_to_whoever_asks_for_it() {
    let server = TestServer::start();
    let campaign = server.campaign(2);
    server.joined(&campaign, "user-1", 1);
    let open = Page::read(&server);
    let asked = Call::get("/metrics").header("Accept", "text/plain;version=0.0.4");
    let reply = server.send(&asked);
    assert_eq!(
        reply.header("Content-Type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    assert_eq!(reply.header("Vary"), Some("Accept"));
    let mut families = BTreeMap::new();
    let mut samples = 0;
    for line in reply.text().lines() {
        if let Some(family) = line.strip_prefix("# TYPE ") {
            let (name, kind) = family.split_once(' ').unwrap();
            let known = ["counter", "gauge", "histogram", "summary", "untyped"];
            assert!(known.contains(&kind), "{line}");
            assert!(
                families.insert(name, kind).is_none(),
                "{line} is there twice"
            );
        } else if let Some(help) = line.strip_prefix('#') {
            assert!(help.starts_with(" HELP "), "{line}");
        } else {
            let (series, _) = line.rsplit_once(' ').unwrap();
            let name = series.split('{').next().unwrap();
            let of_histogram = ["_bucket", "_sum", "_count"].iter().any(|suffix| {
                let family = name.strip_suffix(suffix).unwrap_or_default();
                families.get(family) == Some(&"histogram")
            });
            assert!(
                of_histogram || families.contains_key(name),
                "{line} has no family"
            );
            assert!(
                open.samples.contains_key(series) || series.contains("metrics"),
                "{line}"
            );
            samples += 1;
        }
    }
    assert!(samples >= open.samples.len(), "{samples}");
    assert_eq!(families["sambatan_joins_total"], "counter");
    assert_eq!(families["sambatan_build_info"], "gauge");
}

//! What a tab did: what it loaded and asked for, and what went wrong in it.

use serde_json::Value;

/// What has been seen so far. Only events change it.
#[derive(Default)]
pub(super) struct Observed {
    /// How many documents were loaded to their end.
    pub(super) loads: usize,
    /// The status of the latest document.
    pub(super) status: Option<u64>,
    /// Every address that was asked for, in order.
    pub(super) requests: Vec<String>,
    /// Bytes received over the network, heads of answers included.
    pub(super) bytes: u64,
    /// Errors and warnings of the console, exceptions and refused loads.
    pub(super) problems: Vec<String>,
    documents: Vec<String>,
}

impl Observed {
    pub(super) fn add(&mut self, event: &Value) {
        let about = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "Page.loadEventFired" => self.loads += 1,
            "Network.requestWillBeSent" => self.asked(about),
            "Network.responseReceived" if about["type"] == "Document" => {
                self.status = about["response"]["status"].as_u64();
            }
            "Network.loadingFinished" => self.received(&about["encodedDataLength"]),
            "Runtime.consoleAPICalled" => self.said(about),
            "Runtime.exceptionThrown" => {
                let details = &about["exceptionDetails"];
                self.problems.push(format!("exception: {details}"));
            }
            "Log.entryAdded" => self.logged(&about["entry"]),
            _ => {}
        }
    }

    /// The requests that went to another host than that of the pages. What a page carries in itself is
    /// no request.
    pub(super) fn requests_elsewhere(&self, home: &str) -> Vec<&str> {
        let is_at_home = |url: &str| {
            url.strip_prefix(home)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let is_a_request = |url: &str| {
            !["data:", "blob:", "about:"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
        };
        let urls = self.requests.iter().map(String::as_str);
        urls.filter(|url| is_a_request(url) && !is_at_home(url))
            .collect()
    }

    fn asked(&mut self, about: &Value) {
        let url = about["request"]["url"].as_str().unwrap_or_default();
        if about["type"] == "Document" {
            self.documents.push(url.to_owned());
        }
        self.requests.push(url.to_owned());
        self.received(&about["redirectResponse"]["encodedDataLength"]);
    }

    fn received(&mut self, bytes: &Value) {
        // The protocol has only one kind of number, so a count may come as `1234.0`.
        let bytes = bytes.as_f64().unwrap_or(0.0).to_string();
        self.bytes += bytes.parse::<u64>().unwrap_or(0);
    }

    fn said(&mut self, about: &Value) {
        let kind = about["type"].as_str().unwrap_or_default();
        if ["error", "assert", "warning"].contains(&kind) {
            self.problems.push(format!("{kind}: {}", about["args"]));
        }
    }

    /// The browser's own complaints, refusals by the Content-Security-Policy among them. That a page has
    /// an error's status is none: a person reads what it says.
    fn logged(&mut self, entry: &Value) {
        let level = entry["level"].as_str().unwrap_or_default();
        let url = entry["url"].as_str().unwrap_or_default();
        let is_a_page = entry["source"] == "network" && self.documents.iter().any(|at| at == url);
        if ["error", "warning"].contains(&level) && !is_a_page {
            self.problems
                .push(format!("{level}: {} ({url})", entry["text"]));
        }
    }
}

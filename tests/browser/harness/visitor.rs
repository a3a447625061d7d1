//! A visitor: a window of its own, with its own cookies and cache, on the pages of one server.

use std::cell::{Ref, RefCell};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::observed::Observed;
use super::process::Browser;
use super::protocol::PATIENCE;

/// How a visitor looks at pages, and what they wish.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Looks {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) is_phone: bool,
    is_dark: bool,
    has_script: bool,
    language: &'static str,
}

impl Looks {
    /// A small phone.
    pub(crate) const PHONE: Self = Self {
        width: 360,
        height: 800,
        is_phone: true,
        is_dark: false,
        has_script: true,
        language: "id",
    };

    /// A window on a desktop.
    pub(crate) const DESKTOP: Self = Self {
        width: 1280,
        height: 900,
        is_phone: false,
        ..Self::PHONE
    };

    /// Prefers dark colours.
    pub(crate) const fn in_the_dark(self) -> Self {
        Self {
            is_dark: true,
            ..self
        }
    }

    /// Whether scripts run.
    pub(crate) const fn has_script(self) -> bool {
        self.has_script
    }

    /// Runs no script.
    pub(crate) const fn without_script(self) -> Self {
        Self {
            has_script: false,
            ..self
        }
    }

    /// Prefers English.
    pub(crate) const fn in_english(self) -> Self {
        Self {
            language: "en",
            ..self
        }
    }
}

/// A visitor. When it leaves without a failure its pages must have behaved: see [`Visitor::forgive`].
pub(crate) struct Visitor {
    pub(super) browser: Arc<Browser>,
    pub(super) looks: Looks,
    /// Where the pages are: `http://127.0.0.1:…`, without a path.
    pub(crate) home: String,
    pub(super) context: String,
    session: String,
    events: Receiver<Value>,
    observed: RefCell<Observed>,
    /// Where downloads go.
    pub(super) downloads: TempDir,
}

impl Visitor {
    /// A visitor who has seen nothing of a server yet.
    pub(crate) fn new(browser: &Arc<Browser>, server: SocketAddr, looks: Looks) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let context = browser.call("Target.createBrowserContext", json!({}));
        let context = text(&context["browserContextId"]);
        let target = browser.call(
            "Target.createTarget",
            json!({"url": "about:blank", "browserContextId": context, "newWindow": true}),
        );
        let attached = browser.call(
            "Target.attachToTarget",
            json!({"targetId": target["targetId"], "flatten": true}),
        );
        let session = text(&attached["sessionId"]);
        let visitor = Self {
            browser: Arc::clone(browser),
            looks,
            home: format!("http://{server}"),
            context,
            events: browser.connection.events_of(&session),
            session,
            observed: RefCell::default(),
            downloads: tempfile::tempdir().unwrap(),
        };
        visitor.settle_in();
        visitor
    }

    /// Whether scripts run in the pages.
    pub(crate) const fn has_script(&self) -> bool {
        self.looks.has_script
    }

    /// Another visitor of the same server.
    pub(crate) fn beside(&self, looks: Looks) -> Self {
        let server = self.home.strip_prefix("http://").unwrap().parse().unwrap();
        Self::new(&self.browser, server, looks)
    }

    fn settle_in(&self) {
        let looks = self.looks;
        for area in ["Page", "Runtime", "Network", "Log"] {
            self.call(&format!("{area}.enable"), json!({}));
        }
        self.set_width(looks.width);
        let scheme = if looks.is_dark { "dark" } else { "light" };
        self.call(
            "Emulation.setEmulatedMedia",
            json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]}),
        );
        self.call(
            "Emulation.setScriptExecutionDisabled",
            json!({"value": !looks.has_script}),
        );
        self.call(
            "Network.setExtraHTTPHeaders",
            json!({"headers": {"Accept-Language": looks.language}}),
        );
        // Each of the windows believes to be the one in front.
        self.call(
            "Emulation.setFocusEmulationEnabled",
            json!({"enabled": true}),
        );
        self.browser.call(
            "Browser.setDownloadBehavior",
            json!({"behavior": "allow", "browserContextId": self.context,
                "downloadPath": self.downloads.path()}),
        );
    }

    /// Makes the window so wide.
    pub(super) fn set_width(&self, width: u32) {
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": self.looks.height, "deviceScaleFactor": 1,
                "mobile": self.looks.is_phone}),
        );
    }

    /// Looks at the page as it would be printed.
    pub(crate) fn print_preview(&self) {
        self.call("Emulation.setEmulatedMedia", json!({"media": "print"}));
    }

    /// Opens a page, given by its path, and waits until it is loaded.
    pub(crate) fn open(&self, path: &str) {
        let url = format!("{}{path}", self.home);
        self.until_loaded(|| {
            let opened = self.call("Page.navigate", json!({"url": url}));
            assert_eq!(opened.get("errorText"), None, "{url}: {opened}");
        });
    }

    /// Loads the page anew.
    pub(crate) fn reload(&self) {
        self.until_loaded(|| {
            self.call("Page.reload", json!({}));
        });
    }

    /// Goes back in the history, and waits until the page before is there.
    pub(crate) fn go_back(&self) {
        let here = self.path();
        let history = self.call("Page.getNavigationHistory", json!({}));
        let index = history["currentIndex"].as_u64().unwrap();
        let before = &history["entries"][usize::try_from(index).unwrap() - 1]["id"];
        self.call("Page.navigateToHistoryEntry", json!({"entryId": before}));
        self.wait_for("the page before", || {
            let page = "() => [location.href, document.readyState]";
            self.try_to_evaluate(page, &[]).is_ok_and(|page| {
                page[1] == "complete" && page[0] != format!("{}{here}", self.home).as_str()
            })
        });
    }

    /// Loads from now on as on a first visit.
    pub(crate) fn forget_files(&self) {
        self.call("Network.clearBrowserCache", json!({}));
    }

    /// Opens whatever can be opened on the page.
    pub(crate) fn open_details(&self) {
        let open =
            "() => { for (const one of document.querySelectorAll('details')) one.open = true }";
        self.evaluate(open, &[]);
    }

    /// Chooses an option of a list by its value.
    pub(crate) fn choose(&self, place: &str, value: &str) {
        let choose = "(place, value) => { document.querySelector(place).value = value }";
        self.evaluate(choose, &[place.into(), value.into()]);
    }

    /// Does what leads to another page, and waits until that is loaded.
    pub(crate) fn until_loaded(&self, act: impl FnOnce()) {
        let before = self.observed().loads;
        act();
        self.wait_for("another page", || self.observed().loads > before);
    }

    /// The address of the page, from the path on.
    pub(crate) fn path(&self) -> String {
        let url = self.evaluate("() => location.href", &[]);
        let url = url.as_str().unwrap();
        url.strip_prefix(&self.home)
            .unwrap_or_else(|| panic!("away from {}: {url}", self.home))
            .to_owned()
    }

    /// The status of the page.
    pub(crate) fn status(&self) -> u64 {
        self.observed().status.unwrap()
    }

    /// Waits until something holds, looking again whenever something happened, and now and then.
    pub(crate) fn wait_for(&self, what: &str, holds: impl Fn() -> bool) {
        let enough = Instant::now() + PATIENCE;
        while !holds() {
            assert!(
                Instant::now() < enough,
                "waited in vain for {what}; the page is now:\n{}",
                self.page_for_people()
            );
            self.notice(Duration::from_millis(25));
        }
    }

    /// The addresses that were asked for, in order.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.observed().requests.clone()
    }

    /// How many bytes came over the network until now, heads of answers included.
    pub(crate) fn bytes(&self) -> u64 {
        self.observed().bytes
    }

    /// What went wrong until now: complaints on the console, and requests to other hosts.
    pub(crate) fn problems(&self) -> Vec<String> {
        let observed = self.observed();
        let elsewhere = observed.requests_elsewhere(&self.home);
        let elsewhere = elsewhere.iter().map(|url| format!("a request to {url}"));
        observed.problems.iter().cloned().chain(elsewhere).collect()
    }

    /// What went wrong until now, which is then no failure of the test any more.
    pub(crate) fn forgive(&self) -> Vec<String> {
        let problems = self.problems();
        *self.observed.borrow_mut() = Observed::default();
        problems
    }

    pub(super) fn call(&self, method: &str, parameters: Value) -> Value {
        self.try_to_call(method, parameters)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    pub(super) fn try_to_call(&self, method: &str, parameters: Value) -> Result<Value, String> {
        let connection = &self.browser.connection;
        connection.call(Some(&self.session), method, parameters)
    }

    /// What was observed up to now.
    fn observed(&self) -> Ref<'_, Observed> {
        self.notice(Duration::ZERO);
        self.observed.borrow()
    }

    /// Takes notice of what happened, waiting for something to happen at most so long.
    fn notice(&self, patience: Duration) {
        let mut observed = self.observed.borrow_mut();
        if let Ok(event) = self.events.recv_timeout(patience) {
            observed.add(&event);
            self.events
                .try_iter()
                .for_each(|event| observed.add(&event));
        }
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.photograph_a_failure();
        }
        let dispose = json!({"browserContextId": self.context});
        let connection = &self.browser.connection;
        let _ = connection.call(None, "Target.disposeBrowserContext", dispose);
        if !std::thread::panicking() {
            let problems = self.problems();
            assert!(problems.is_empty(), "on {}: {problems:#?}", self.home);
        }
    }
}

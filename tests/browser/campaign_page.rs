//! The page of a campaign: joining with a keyboard, joining twice by accident, and watching it fill.

use sambatan::http::RateLimits;

use crate::harness::{Key, Looks, Visitor, browser};
use crate::steps::{JOIN, Joining, fill_join_form, guarded_server};
use crate::support::{Call, Client, TestServer};

/// A server with a campaign of so many slots; its API path and its page.
fn with_campaign(slots: u32) -> (TestServer, String, String) {
    let server = guarded_server();
    let api = server.campaign(slots);
    let page = api.replace("/api/sambatan/campaigns/", "/c/");
    (server, api, page)
}

fn slots_taken(server: &TestServer, api: &str) -> u64 {
    server.get(api).ok()["slots_taken"].as_u64().unwrap()
}

#[test]
fn a_keyboard_is_enough_to_join() {
    let Some(browser) = browser() else { return };
    let (server, api, _) = with_campaign(5);
    let person = Visitor::new(&browser, server.address, Looks::DESKTOP);
    person.open("/");
    person.tab_to("main a[href^='/c/']");
    person.until_loaded(|| person.press(Key::Enter));
    for (field, text) in [
        ("#f-user_id", "sari"),
        ("#f-quantity", "2"),
        ("#f-shipping_address", "Jl. Melati No. 15"),
        ("#f-note", ""),
    ] {
        person.tab_to(field);
        person.select_all();
        person.type_text(text);
    }
    person.tab_to(JOIN);
    person.until_loaded(|| person.press(Key::Enter));
    assert!(person.path().starts_with("/p/"), "{}", person.path());
    assert_eq!(slots_taken(&server, &api), 2);
}

#[test]
fn the_keyboard_skips_to_the_content() {
    let Some(browser) = browser() else { return };
    let (server, _, page) = with_campaign(5);
    let person = Visitor::new(&browser, server.address, Looks::DESKTOP);
    person.open(&page);
    person.tab_to("a.skip");
    person.press(Key::Enter);
    person.wait_for("the content to have the focus", || {
        person.evaluate("() => document.activeElement.id", &[]) == "main"
    });
}

#[test]
fn a_form_sent_twice_takes_its_slots_once() {
    let Some(browser) = browser() else { return };
    for looks in [Looks::PHONE, Looks::PHONE.without_script()] {
        let (server, api, page) = with_campaign(5);
        let person = Visitor::new(&browser, server.address, looks);
        person.open(&page);
        fill_join_form(&person, Joining::by("sari", "2"));
        person.click_through(JOIN);
        let own = person.path();
        // Back to the form as it was, and sent again.
        person.go_back();
        fill_join_form(&person, Joining::by("sari", "2"));
        person.click_through(JOIN);
        assert_eq!(person.path(), own);
        assert_eq!(slots_taken(&server, &api), 2);
    }
}

#[test]
fn a_campaign_page_left_open_shows_who_joined() {
    let Some(browser) = browser() else { return };
    let (server, api, page) = with_campaign(5);
    let watcher = Visitor::new(&browser, server.address, Looks::PHONE);
    watcher.open(&page);
    let before = watcher.attribute("#live progress", "value");
    assert_eq!(before.as_deref(), Some("0"));
    server.joined(&api, "sari", 2);
    watcher.wait_for("the slots of the other", || {
        watcher.attribute("#live progress", "value").as_deref() == Some("2")
    });
}

#[test]
fn a_hundred_watchers_behind_one_address_see_each_change_within_the_limits() {
    let server = TestServer::start_guarded(RateLimits::default());
    let api = server.campaign(50);
    let page = api.replace("/api/sambatan/campaigns/", "/c/");
    let mut watchers: Vec<_> = (0..100).map(|_| Watcher::new(&server, &page)).collect();
    at_once(&mut watchers, &Call::get(&page), 200);
    for asset in assets(server.get(&page).text()) {
        at_once(&mut watchers, &Call::get(&asset), 200);
    }
    // As often as a page asks in a minute.
    for round in 0..3 {
        for watcher in &mut watchers {
            watcher.ask();
        }
        for watcher in &mut watchers {
            let shown = watcher.hear(200).unwrap();
            assert!(shown.contains(&format!("value=\"{round}\"")), "{shown}");
        }
        watchers.iter_mut().for_each(Watcher::ask);
        for watcher in &mut watchers {
            assert_eq!(watcher.hear(304), None);
        }
        server.joined(&api, &format!("peserta-{round}"), 1);
    }
}

/// A page that somebody left open: a connection, and the tag of what is shown.
struct Watcher {
    client: Client,
    live: String,
    tag: String,
}

impl Watcher {
    fn new(server: &TestServer, page: &str) -> Self {
        Self {
            client: server.client(),
            live: format!("{page}/live"),
            tag: "\"nothing yet\"".to_owned(),
        }
    }

    fn ask(&mut self) {
        let call = Call::get(&self.live).header("If-None-Match", &self.tag);
        self.client.write_head(&call);
    }

    /// What is new.
    fn hear(&mut self, status: u16) -> Option<String> {
        let reply = self.client.read(false);
        assert_eq!(reply.status, status, "{}", reply.text());
        reply.header("ETag").unwrap().clone_into(&mut self.tag);
        (!reply.body.is_empty()).then(|| reply.text().to_owned())
    }
}

/// All send a request before the first hears its answer.
fn at_once(watchers: &mut [Watcher], call: &Call, status: u16) {
    for watcher in watchers.iter_mut() {
        watcher.client.write_head(call);
    }
    for watcher in watchers {
        assert_eq!(watcher.client.read(false).status, status);
    }
}

/// The files that a page loads.
fn assets(page: &str) -> Vec<String> {
    let paths = page.split('"').filter(|text| text.starts_with("/assets/"));
    let paths: Vec<_> = paths.map(str::to_owned).collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
    paths
}

//! What organisers and participants do with the pages, as they do it: by links, fields and buttons.

use std::sync::Arc;

use crate::harness::{Browser, Looks, Visitor};
use crate::support::{NO_LIMITS, ORGANISER, TestServer};

/// A server as it stands on a network, with its scheduler.
pub(crate) fn guarded_server() -> TestServer {
    let server = TestServer::start_guarded(NO_LIMITS);
    server.service.scheduler().start().unwrap();
    server
}

/// The organiser, signed in, on the overview.
pub(crate) fn organiser(browser: &Arc<Browser>, server: &TestServer, looks: Looks) -> Visitor {
    let organiser = Visitor::new(browser, server.address, looks);
    sign_in(&organiser);
    organiser
}

/// Signs in as the organiser, and stays on the overview.
pub(crate) fn sign_in(organiser: &Visitor) {
    organiser.open("/organiser");
    organiser.fill("#f-token", ORGANISER);
    organiser.click_through("main form button");
    assert_eq!(organiser.path(), "/organiser");
}

/// Has the scheduler sweep, and stays on the overview.
pub(crate) fn run_scheduler(organiser: &Visitor) {
    organiser.open("/organiser");
    organiser.click_through("form[action='/organiser/scheduler/run'] button");
}

/// Creates a product and stays on its page.
pub(crate) fn create_product(organiser: &Visitor, name: &str, description: &str) {
    organiser.click_through("nav a[href='/organiser/products']");
    organiser.click_through("main a[href='/organiser/products/new']");
    organiser.fill("#f-name", name);
    organiser.fill("#f-description", description);
    organiser.fill("#f-base_price", "420.000");
    organiser.click_through("main form button");
}

/// A campaign's two pages.
pub(crate) struct Campaign {
    /// Where the organiser runs it.
    pub(crate) organisers: String,
    /// Where people join it.
    pub(crate) public: String,
}

impl Campaign {
    /// Where the API has it.
    pub(crate) fn api(&self) -> String {
        self.organisers.replace("/organiser/", "/api/sambatan/")
    }
}

/// From the page of a product: creates a campaign for it and stays on its page.
pub(crate) fn create_campaign(organiser: &Visitor, title: &str, slots: &str) -> Campaign {
    organiser.click_through("main a[href^='/organiser/campaigns/new?product=']");
    fill_campaign_form(organiser, title, slots);
    send_campaign_form(organiser)
}

/// Fills the form of a new campaign that is open: of one that goes ahead as soon as it is full.
pub(crate) fn fill_campaign_form(organiser: &Visitor, title: &str, slots: &str) {
    organiser.fill("#f-title", title);
    organiser.fill("#f-total_slots", slots);
    organiser.fill("#f-price_per_slot", "150.000");
    organiser.fill("#f-deadline", "2025-10-10T19:30");
    organiser.choose("#f-completes", "when_full");
    organiser.fill("#f-max_slots_per_join", "");
    organiser.fill("#f-pay_within_hours", "");
}

/// Sends the form of a new campaign, and stays on the campaign's page.
pub(crate) fn send_campaign_form(organiser: &Visitor) -> Campaign {
    organiser.click_through("main form button");
    let path = organiser.path();
    Campaign {
        organisers: path.split('?').next().unwrap().to_owned(),
        public: organiser.attribute("main a[href^='/c/']", "href").unwrap(),
    }
}

/// What a person tells when joining.
#[derive(Clone, Copy)]
pub(crate) struct Joining<'a> {
    pub(crate) handle: &'a str,
    pub(crate) slots: &'a str,
    pub(crate) address: &'a str,
    pub(crate) note: &'a str,
}

impl<'a> Joining<'a> {
    /// Somebody with an address like any other.
    pub(crate) const fn by(handle: &'a str, slots: &'a str) -> Self {
        Self {
            handle,
            slots,
            address: "Jl. Melati No. 15, Jakarta Selatan",
            note: "",
        }
    }
}

/// Fills the join form of the campaign's page that is open.
pub(crate) fn fill_join_form(visitor: &Visitor, joining: Joining<'_>) {
    visitor.fill("#f-user_id", joining.handle);
    visitor.fill("#f-quantity", joining.slots);
    visitor.fill("#f-shipping_address", joining.address);
    visitor.fill("#f-note", joining.note);
}

/// The button of the join form.
pub(crate) const JOIN: &str = "form[action$='/join'] button";

/// Opens a campaign as a new visitor, joins, and stays on the own page.
pub(crate) fn join(
    browser: &Arc<Browser>,
    server: &TestServer,
    looks: Looks,
    campaign: &Campaign,
    joining: Joining<'_>,
) -> Visitor {
    let person = Visitor::new(browser, server.address, looks);
    person.open(&campaign.public);
    fill_join_form(&person, joining);
    person.click_through(JOIN);
    assert!(person.path().starts_with("/p/"), "{}", person.path());
    assert!(person.text("main").contains(joining.handle));
    person
}

/// On a page from which something can be ended, a participation or a campaign: ends it, and stays there.
pub(crate) fn cancel(visitor: &Visitor, reason: &str) {
    visitor.click("details.danger summary");
    visitor.fill("#f-reason", reason);
    visitor.click_through("details.danger form button");
}

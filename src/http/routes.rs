//! The one table of routes: what each asks for, what it counts as, and who answers.

use crate::http::access::Access::{Anyone, Organiser, Participant, SomeParticipant};
use crate::http::api::{
    audit, bans, campaigns, dashboard, exports, health, money, openapi, participations, pay_to,
    payments, products, scheduler, sessions, webhooks,
};
use crate::http::openapi::Description;
use crate::http::pages::organiser::{self, overview, rekap, session};
use crate::http::pages::{assets, campaign, docs, home, join, language, own, pay};
use crate::http::rate_limit::Kind::{Free, Join, Read, Secret, Write};
use crate::http::route::{Route, form, get, page, page_table, post, submit, table};

/// Every route, in the order of the contract.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    post("/api/products", "create_product", Organiser, Write, products::create),
    get("/api/products", "list_products", Organiser, Read, products::list),
    get("/api/products/{id}", "get_product", Organiser, Read, products::show),
    post("/api/products/{id}/sambatan", "toggle_sambatan", Organiser, Write, products::toggle),
    post("/api/products/{id}/edit", "edit_product", Organiser, Write, products::edit),
    post("/api/sambatan/campaigns", "create_campaign", Organiser, Write, campaigns::create),
    get("/api/sambatan/campaigns", "list_campaigns", Anyone, Read, campaigns::list),
    get("/api/sambatan/campaigns/{id}", "get_campaign", Anyone, Read, campaigns::show),
    get("/api/sambatan/campaigns/{id}/progress", "progress", Anyone, Read, campaigns::progress),
    submit("/api/sambatan/campaigns/{id}/join", "join_campaign", Anyone, Join, participations::join),
    get("/api/sambatan/campaigns/{id}/participants", "list_participants", Organiser, Read, campaigns::participants),
    get("/api/sambatan/campaigns/{id}/logs", "logs", Organiser, Read, campaigns::logs),
    post("/api/sambatan/campaigns/{id}/extend", "extend_campaign", Organiser, Write, campaigns::extend),
    post("/api/sambatan/campaigns/{id}/edit", "edit_campaign", Organiser, Write, campaigns::edit),
    post("/api/sambatan/campaigns/{id}/clone", "clone_campaign", Organiser, Write, campaigns::clone),
    post("/api/sambatan/campaigns/{id}/close-waiting-list", "close_waiting_list", Organiser, Write, campaigns::close_waiting_list),
    get("/api/sambatan/campaigns/{id}/join-code", "get_join_code", Organiser, Read, campaigns::show_join_code),
    post("/api/sambatan/campaigns/{id}/cancel", "cancel_campaign", Organiser, Write, campaigns::cancel),
    get("/api/sambatan/participations/{id}", "get_participation", Participant, Read, participations::show),
    post("/api/sambatan/participations/{id}/cancel", "cancel_participation", Participant, Write, participations::cancel),
    post("/api/sambatan/participations/{id}/confirm", "confirm_participation", Organiser, Write, participations::confirm),
    post("/api/sambatan/participations/{id}/revive", "revive_participation", Organiser, Write, participations::revive),
    post("/api/sambatan/participations/{id}/release", "release_participation", Organiser, Write, participations::release),
    post("/api/sambatan/participations/{id}/claim-payment", "claim_payment", Participant, Write, participations::claim_payment),
    post("/api/sambatan/participations/{id}/throw-out", "throw_out", Organiser, Write, bans::throw_out),
    post("/api/sambatan/participations/{id}/ban", "ban_participant", Organiser, Write, bans::ban_participant),
    post("/api/sambatan/bans", "create_ban", Organiser, Write, bans::create),
    get("/api/sambatan/bans", "list_bans", Organiser, Read, bans::list),
    post("/api/sambatan/bans/{id}/lift", "lift_ban", Organiser, Write, bans::lift),
    post("/api/sambatan/participations/{id}/payments", "record_payment", Organiser, Write, money::record_payment),
    post("/api/sambatan/participations/{id}/adjustments", "adjust_payment", Organiser, Write, money::adjust),
    post("/api/sambatan/participations/{id}/refunds", "give_back", Organiser, Write, money::give_back),
    post("/api/sambatan/participations/{id}/payout-account", "set_payout_account", Participant, Write, money::set_payout_account),
    post("/api/sambatan/participations/{id}/payout-account/confirm", "confirm_payout_account", Organiser, Write, money::confirm_payout_account),
    post("/api/sambatan/participations/{id}/renew-link", "renew_link", Participant, Write, participations::renew_link),
    get("/api/sambatan/participations/{id}/transactions", "list_participation_transactions", Participant, Read, money::of_participation),
    get("/api/sambatan/campaigns/{id}/money", "campaign_money", Organiser, Read, money::of_campaign),
    get("/api/sambatan/campaigns/{id}/transactions", "list_transactions", Organiser, Read, money::transactions),
    get("/api/sambatan/campaigns/{id}/unpaid", "list_unpaid", Organiser, Read, money::unpaid),
    post("/api/sambatan/campaigns/{id}/payouts", "pay_out", Organiser, Write, money::pay_out),
    get("/api/sambatan/campaigns/{id}/refunds", "list_refunds", Organiser, Read, money::refunds),
    get("/api/sambatan/refunds", "list_due_refunds", Organiser, Read, money::due_refunds),
    get("/api/sambatan/claims", "list_claims", Organiser, Read, money::claims),
    post("/api/sambatan/refunds/{id}/send", "send_refund", Organiser, Write, money::send_refund),
    post("/api/sambatan/refunds/{id}/acknowledge", "acknowledge_refund", SomeParticipant, Write, money::acknowledge_refund),
    post("/api/sambatan/payments/import", "import_payments", Organiser, Write, payments::import),
    post("/api/sambatan/payments/match", "match_statement_line", Organiser, Write, payments::match_line),
    post("/api/sambatan/refunds/match", "match_refund_lines", Organiser, Write, money::match_refunds),
    post("/api/sambatan/refunds/{id}/match", "match_refund_line", Organiser, Write, money::match_refund),
    get("/api/sambatan/users/{user_id}/participations", "list_user_participations", Organiser, Read, participations::of_user),
    get("/api/sambatan/dashboard/summary", "dashboard_summary", Organiser, Read, dashboard::summary),
    get("/api/sambatan/audit/status", "audit_status", Organiser, Read, audit::status),
    post("/api/sambatan/lifecycle/run", "run_lifecycle", Organiser, Write, scheduler::run_lifecycle),
    get("/api/sambatan/scheduler/status", "scheduler_status", Organiser, Read, scheduler::status),
    post("/api/sambatan/scheduler/trigger", "trigger_scheduler", Organiser, Write, scheduler::trigger),
    post("/api/sambatan/scheduler/confirm-clock", "confirm_clock", Organiser, Write, scheduler::confirm_clock),
    post("/api/sambatan/pay-to", "create_pay_to", Organiser, Write, pay_to::create),
    get("/api/sambatan/pay-to", "list_pay_to", Organiser, Read, pay_to::list),
    get("/api/sambatan/pay-to/{id}", "get_pay_to", Organiser, Read, pay_to::show),
    post("/api/sambatan/pay-to/{id}/retire", "retire_pay_to", Organiser, Write, pay_to::retire),
    get("/api/sambatan/campaigns/{id}/pay-to", "campaign_pay_to", Organiser, Read, pay_to::of_campaign),
    post("/api/sambatan/webhooks", "create_webhook", Organiser, Write, webhooks::create),
    get("/api/sambatan/webhooks", "list_webhooks", Organiser, Read, webhooks::list),
    get("/api/sambatan/webhooks/{id}", "get_webhook", Organiser, Read, webhooks::show),
    post("/api/sambatan/webhooks/{id}/remove", "remove_webhook", Organiser, Write, webhooks::remove),
    get("/api/sambatan/sessions", "list_sessions", Organiser, Read, sessions::list),
    post("/api/sambatan/sessions/{id}/end", "end_session", Organiser, Write, sessions::end),
    table("/api/sambatan/campaigns/{id}/participants.csv", "export_participants", exports::participants),
    table("/api/sambatan/campaigns/{id}/picklist.csv", "export_picklist", exports::picklist),
    table("/api/sambatan/campaigns/{id}/refunds.csv", "export_refunds", exports::refunds),
    get("/healthz", "healthz", Anyone, Free, health::alive),
    get("/readyz", "readyz", Anyone, Free, health::ready),
    get("/metrics", "metrics", Organiser, Free, health::metrics),
    get("/openapi.json", "openapi", Anyone, Read, openapi::show),
    page("/", "home_page", Anyone, home::show),
    page("/docs", "docs_page", Anyone, docs::show),
    page("/assets/{name}", "asset", Anyone, assets::show),
    form("/language", "choose_language", Anyone, Read, language::choose),
    page("/c/{slug}", "campaign_page", Anyone, campaign::show),
    page("/c/{slug}/live", "campaign_numbers", Anyone, campaign::live),
    page("/c/{slug}/qr.svg", "campaign_qr", Anyone, campaign::qr_code),
    form("/c/{slug}/join", "join_form", Anyone, Join, join::join),
    page("/p/{id}", "own_page", Participant, own::show),
    form("/p/{id}/open", "open_own_page", Anyone, Secret, own::open),
    form("/p/{id}/cancel", "cancel_own", Participant, Write, own::cancel),
    form("/p/{id}/claim-payment", "claim_form", Participant, Write, own::claim_payment),
    form("/p/{id}/payout-account", "payout_account_form", Participant, Write, own::set_payout_account),
    form("/p/{id}/acknowledge", "acknowledge_form", Participant, Write, own::acknowledge),
    form("/p/{id}/renew-link", "renew_own_link", Participant, Write, own::renew_link),
    page("/p/{id}/qris/{code}", "own_code", Participant, pay::code),
    page("/organiser/sign-in", "sign_in_page", Anyone, session::show),
    form("/organiser/sign-in", "sign_in", Anyone, Secret, session::sign_in),
    form("/organiser/sign-out", "sign_out", Organiser, Write, session::sign_out),
    page("/organiser/sessions", "sessions_page", Organiser, organiser::sessions::show),
    form("/organiser/sessions/{id}/end", "end_session_form", Organiser, Write, organiser::sessions::end),
    page("/organiser", "overview_page", Organiser, overview::show),
    form("/organiser/scheduler/confirm-clock", "organiser_confirm_clock", Organiser, Write, overview::confirm_clock),
    form("/organiser/scheduler/run", "run_scheduler", Organiser, Write, overview::run),
    page("/organiser/audit", "audit_page", Organiser, organiser::audit::show),
    form("/organiser/audit", "verify_form", Organiser, Write, organiser::audit::verify),
    page("/organiser/products", "products_page", Organiser, organiser::products::list),
    form("/organiser/products", "create_product_form", Organiser, Write, organiser::products::create),
    page("/organiser/products/new", "new_product_page", Organiser, organiser::products::new),
    page("/organiser/products/{id}", "product_page", Organiser, organiser::products::show),
    page("/organiser/products/{id}/edit", "edit_product_page", Organiser, organiser::edits::product),
    form("/organiser/products/{id}/edit", "edit_product_form", Organiser, Write, organiser::edits::edit_product),
    form("/organiser/products/{id}/sambatan", "toggle_sambatan_form", Organiser, Write, organiser::products::toggle),
    page("/organiser/payments", "payments_page", Organiser, organiser::payments::show),
    form("/organiser/payments", "import_form", Organiser, Write, organiser::payments::import),
    form("/organiser/payments/match", "match_line_form", Organiser, Write, organiser::payments::match_line),
    page("/organiser/pay-to", "pay_to_page", Organiser, organiser::pay_to::list),
    form("/organiser/pay-to", "create_pay_to_form", Organiser, Write, organiser::pay_to::create),
    form("/organiser/pay-to/{id}/retire", "retire_pay_to_form", Organiser, Write, organiser::pay_to::retire),
    page("/organiser/refunds", "refunds_page", Organiser, organiser::refunds::list),
    form("/organiser/refunds", "send_refund_form", Organiser, Write, organiser::refunds::send),
    page("/organiser/campaigns", "campaigns_page", Organiser, organiser::campaigns::list),
    form("/organiser/campaigns", "create_campaign_form", Organiser, Write, organiser::campaigns::create),
    page("/organiser/campaigns/new", "new_campaign_page", Organiser, organiser::campaigns::new),
    page("/organiser/campaigns/{id}", "organisers_campaign_page", Organiser, organiser::campaign::show),
    page("/organiser/campaigns/{id}/edit", "edit_campaign_page", Organiser, organiser::edits::campaign),
    form("/organiser/campaigns/{id}/edit", "edit_campaign_form", Organiser, Write, organiser::edits::edit_campaign),
    page("/organiser/campaigns/{id}/refunds", "campaign_refunds_page", Organiser, organiser::refunds::of_campaign),
    form("/organiser/campaigns/{id}/confirm", "confirm_chosen", Organiser, Write, organiser::campaign::confirm),
    form("/organiser/campaigns/{id}/extend", "extend_form", Organiser, Write, organiser::campaign::extend),
    form("/organiser/campaigns/{id}/close-waiting-list", "close_waiting_list_form", Organiser, Write, organiser::after_completion::close_waiting_list),
    form("/organiser/campaigns/{id}/join-code", "join_code_form", Organiser, Write, organiser::join_code::change),
    form("/organiser/campaigns/{id}/call-off", "call_off", Organiser, Write, organiser::campaign::call_off),
    page("/organiser/campaigns/{id}/pick-list", "pick_list_page", Organiser, organiser::pick_list::show),
    page_table("/organiser/campaigns/{id}/participants.csv", "participants_download", exports::participants),
    page_table("/organiser/campaigns/{id}/picklist.csv", "picklist_download", exports::picklist),
    page_table("/organiser/campaigns/{id}/refunds.csv", "refunds_download", exports::refunds),
    page("/organiser/campaigns/{id}/rekap", "rekap_page", Organiser, rekap::show),
    page("/organiser/campaigns/{id}/log", "log_page", Organiser, organiser::log::show),
    page("/organiser/participations/{id}", "participation_page", Organiser, organiser::participation::show),
    form("/organiser/participations/{id}/confirm", "confirm_form", Organiser, Write, organiser::participation::confirm),
    form("/organiser/participations/{id}/confirm-account", "confirm_account_form", Organiser, Write, organiser::participation::confirm_account),
    form("/organiser/participations/{id}/renew-link", "renew_link_form", Organiser, Write, organiser::participation::renew_link),
    form("/organiser/participations/{id}/payments", "payment_form", Organiser, Write, organiser::money::record_payment),
    form("/organiser/participations/{id}/adjustments", "adjustment_form", Organiser, Write, organiser::money::adjust),
    form("/organiser/participations/{id}/refunds", "give_back_form", Organiser, Write, organiser::money::give_back),
    form("/organiser/participations/{id}/release", "release_form", Organiser, Write, organiser::after_completion::release),
    form("/organiser/participations/{id}/revive", "revive_form", Organiser, Write, organiser::participation::revive),
    form("/organiser/participations/{id}/ban", "ban_form", Organiser, Write, organiser::bans::ban_participant),
    page("/organiser/bans", "bans_page", Organiser, organiser::bans::list),
    form("/organiser/bans", "create_ban_form", Organiser, Write, organiser::bans::create),
    form("/organiser/bans/{id}/lift", "lift_ban_form", Organiser, Write, organiser::bans::lift),
    form("/organiser/participations/{id}/cancel", "cancel_form", Organiser, Write, organiser::participation::cancel),
];

/// What is said of the routes.
pub(crate) static DESCRIPTION: Description = Description::of(ROUTES);

/// The OpenAPI document of all routes for programs, as JSON in ASCII.
#[must_use]
pub fn openapi_document() -> &'static str {
    DESCRIPTION.document()
}

/// The method, the pattern and the name of every route: for tests that must miss none.
#[doc(hidden)]
pub fn route_table() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    ROUTES
        .iter()
        .map(|route| (route.method.name(), route.pattern, route.name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::http::metrics::NO_ROUTE;

    #[test]
    fn every_route_has_its_own_name_and_its_own_place() {
        let names: BTreeSet<_> = ROUTES.iter().map(|route| route.name).collect();
        assert_eq!(names.len(), ROUTES.len());
        assert!(!names.contains(NO_ROUTE));
        let places: BTreeSet<_> = ROUTES
            .iter()
            .map(|route| (route.method.name(), route.pattern))
            .collect();
        assert_eq!(places.len(), ROUTES.len());
    }
}

//! Every function of `store` that is called while the service runs, with the plans that are expected of it.

use rusqlite::Connection;

use super::rows::Rows;
use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::campaign::CampaignStatus;
use crate::domain::holder::Holder;
use crate::domain::idempotency::{IdempotencyKey, StoredAnswer};
use crate::domain::lifecycle::Settlement;
use crate::domain::payment_code::PaymentCode;
use crate::domain::payment_window::PaymentWindow;
use crate::domain::reports::{CampaignFilter, Limit};
use crate::domain::seal::Salt;
use crate::store::campaigns::running;
use crate::store::campaigns::{Due, DueCursor};
use crate::store::error::StoreError;
use crate::store::transactions::Origin;
use crate::store::{
    audit, bans, campaigns, curve, erase, exports, idempotency, participants, pay_to, products,
    seals, totals, transactions, webhooks,
};
/// One campaign's rows, of which the first ones in another order are kept.
pub(super) const PICKLIST: &str = "SEARCH sambatan_participants USING INDEX participants_by_campaign (campaign_id=?); USE TEMP B-TREE FOR ORDER BY";

const SALT: Salt = Salt::from_bytes([7; 16]);

pub(super) type Call = fn(&Connection, &Rows);

/// Every function of `store` that a verb or the sweep calls, with the plan of each statement it runs.
pub(super) const CALLS: &[(&str, Call, &[&str])] = &[
    (
        "products::insert",
        |c, r| ran(products::insert(c, &r.product)),
        &[""],
    ),
    (
        "products::find_by_id",
        |c, r| ran(products::find_by_id(c, r.product.id)),
        &["SEARCH products USING PRIMARY KEY (id=?)"],
    ),
    (
        "products::page",
        |c, r| ran(products::page(c, Some(r.product.id), Limit::default())),
        &["SEARCH products USING PRIMARY KEY (id<?)"],
    ),
    (
        "products::update",
        |c, r| ran(products::update(c, &r.product)),
        &["SEARCH products USING PRIMARY KEY (id=?)"],
    ),
    (
        "campaigns::insert",
        |c, r| ran(campaigns::insert(c, &r.campaign)),
        &[
            "SEARCH sambatan_audit_logs USING COVERING INDEX audit_by_campaign (campaign_id=?); SEARCH sambatan_money USING PRIMARY KEY (campaign_id=?); SEARCH sambatan_transactions USING INDEX transactions_by_campaign (campaign_id=?); SEARCH sambatan_participants USING INDEX participants_by_campaign (campaign_id=?)",
        ],
    ),
    (
        "campaigns::find_by_id",
        |c, r| ran(campaigns::find_by_id(c, r.campaign.id)),
        &["SEARCH sambatan_campaigns USING PRIMARY KEY (id=?)"],
    ),
    (
        "campaigns::exists",
        |c, r| assert!(campaigns::exists(c, r.campaign.id).unwrap()),
        &["SEARCH sambatan_campaigns USING PRIMARY KEY (id=?)"],
    ),
    (
        "campaigns::page",
        |c, _| ran(campaigns::page(c, CampaignFilter::default())),
        &["SEARCH sambatan_campaigns USING PRIMARY KEY (id<?)"],
    ),
    (
        "campaigns::page, of a status",
        |c, _| of_status(c),
        &["SEARCH sambatan_campaigns USING INDEX campaigns_by_status (status=? AND id<?)"],
    ),
    (
        "running::page_by_deadline",
        |c, r| ran(running::page_by_deadline(c, r.now, None, Limit::default())),
        &["SEARCH sambatan_campaigns USING INDEX campaigns_by_deadline ((deadline,id)>(?,?))"],
    ),
    (
        "campaigns::update_slots",
        |c, r| ran(campaigns::update_slots(c, &r.campaign)),
        &["SEARCH sambatan_campaigns USING PRIMARY KEY (id=?)"],
    ),
    (
        "campaigns::update",
        |c, r| ran(campaigns::update(c, &r.campaign)),
        &["SEARCH sambatan_campaigns USING PRIMARY KEY (id=?)"],
    ),
    (
        "campaigns::due, to open",
        |c, r| due(c, Due::ToOpen, r),
        &[
            "SEARCH sambatan_campaigns USING COVERING INDEX campaigns_by_opening ((opens_at,id)>(?,?) AND opens_at<?)",
        ],
    ),
    (
        "campaigns::due, full",
        |c, r| due(c, Due::Full, r),
        &["SEARCH sambatan_campaigns USING INDEX campaigns_by_status (status=? AND id>?)"],
    ),
    (
        "campaigns::due, past their deadline",
        |c, r| due(c, Due::PastDeadline, r),
        &[
            "SEARCH sambatan_campaigns USING INDEX campaigns_by_deadline ((deadline,id)>(?,?) AND deadline<?)",
        ],
    ),
    (
        "campaigns::next_times",
        |c, _| ran(campaigns::next_times(c, None)),
        &[
            "SEARCH sambatan_campaigns USING INDEX campaigns_by_deadline (deadline>?)",
            "SEARCH sambatan_campaigns USING COVERING INDEX campaigns_by_opening (opens_at>?)",
        ],
    ),
    (
        "participants::try_insert",
        |c, r| ran(participants::try_insert(c, &r.participation, &SALT)),
        &[""],
    ),
    (
        "participants::find_by_id",
        |c, r| ran(participants::find_by_id(c, r.participation.id)),
        &["SEARCH sambatan_participants USING PRIMARY KEY (id=?)"],
    ),
    (
        "participants::page_of_campaign",
        |c, r| {
            ran(participants::page_of_campaign(
                c,
                r.campaign.id,
                None,
                Limit::default(),
            ))
        },
        &[
            "SEARCH sambatan_participants USING INDEX participants_by_campaign (campaign_id=? AND id>?)",
        ],
    ),
    (
        "participants::page_of_user",
        |c, r| {
            ran(participants::page_of_user(
                c,
                &r.participation.user_id,
                None,
                Limit::default(),
            ))
        },
        &["SEARCH sambatan_participants USING INDEX participants_by_user (user_id=? AND id<?)"],
    ),
    (
        "participants::is_amount_open",
        |c, r| {
            let amount = r.participation.contribution_amount;
            ran(participants::is_amount_open(c, amount));
        },
        &["SEARCH sambatan_participants USING INDEX open_transfer_amounts (transfer_amount=?)"],
    ),
    (
        "participants::find_open_by_amount",
        |c, r| {
            let amount = r.participation.contribution_amount;
            ran(participants::find_open_by_amount(c, amount));
        },
        &["SEARCH sambatan_participants USING INDEX open_transfer_amounts (transfer_amount=?)"],
    ),
    (
        "participants::find_open_near",
        |c, r| {
            let amount = r.participation.contribution_amount;
            ran(participants::find_open_near(c, amount, 1_000, |_| true));
        },
        &[
            "SEARCH sambatan_participants USING INDEX open_transfer_amounts (transfer_amount>? AND transfer_amount<?)",
        ],
    ),
    (
        "participants::find_by_code",
        |c, r| {
            let code = PaymentCode::of(r.participation.id);
            ran(participants::find_by_code(c, code));
        },
        &["SEARCH sambatan_participants USING PRIMARY KEY (id>? AND id<?)"; 2],
    ),
    (
        "erase::campaigns",
        |c, r| ran(erase::campaigns(c, r.now, None, 64)),
        &[
            "SEARCH sambatan_campaigns USING INDEX campaigns_to_erase ((ended_at,id)>(?,?) AND ended_at<?)",
        ],
    ),
    (
        "erase::participations",
        |c, r| ran(erase::participations(c, r.campaign.id, r.now, None, 64)),
        &[
            "SEARCH p USING INDEX participants_by_campaign (campaign_id=? AND id>?); CORRELATED SCALAR SUBQUERY 1; SEARCH idempotency_keys USING PRIMARY KEY (scope=?); CORRELATED SCALAR SUBQUERY 2; SEARCH r USING INDEX transactions_by_participation (participation_id=?)",
        ],
    ),
    (
        "erase::is_anybody_needed",
        |c, r| ran(erase::is_anybody_needed(c, r.campaign.id, r.now)),
        &["SEARCH sambatan_participants USING INDEX participants_by_campaign (campaign_id=?)"],
    ),
    (
        "erase::participation",
        |c, r| ran(erase::participation(c, r.participation.id, r.now)),
        &[
            "SEARCH sambatan_participants USING PRIMARY KEY (id=?)",
            "SEARCH idempotency_keys USING PRIMARY KEY (scope=?); SCALAR SUBQUERY 1; SEARCH sambatan_participants USING PRIMARY KEY (id=?)",
            "SEARCH sambatan_transactions USING INDEX transactions_by_participation (participation_id=?)",
            "SEARCH sambatan_participants USING PRIMARY KEY (id=?)",
        ],
    ),
    (
        "erase::movements",
        |c, r| ran(erase::movements(c, r.campaign.id, None, 64)),
        &[
            "SEARCH sambatan_transactions USING INDEX transactions_by_campaign (campaign_id=? AND id>?)",
        ],
    ),
    (
        "erase::reference",
        |c, r| ran(erase::reference(c, r.payment.id)),
        &[
            "SEARCH sambatan_transactions USING PRIMARY KEY (id=?)",
            "SEARCH sambatan_transactions USING PRIMARY KEY (id=?)",
        ],
    ),
    (
        "erase::note_new_text",
        |c, r| {
            let whose = Some(r.participation.id);
            ran(erase::note_new_text(c, r.campaign.id, whose, r.now));
        },
        &["SEARCH sambatan_campaigns USING PRIMARY KEY (id=?)"],
    ),
    (
        "erase::last_change",
        |c, r| ran(erase::last_change(c, r.campaign.id)),
        &["SEARCH sambatan_campaigns USING PRIMARY KEY (id=?)"],
    ),
    (
        "transactions::is_line_known",
        |c, _| ran(transactions::is_line_known(c, &[0; 32])),
        &["SEARCH sambatan_transactions USING COVERING INDEX statement_lines (statement_line=?)"],
    ),
    (
        "participants::page_of_claims",
        |c, r| {
            let after = Some(r.participation.id);
            ran(participants::page_of_claims(c, after, Limit::default()));
        },
        &["SEARCH sambatan_participants USING INDEX participants_who_claim (id>?)"],
    ),
    (
        "participants::open_by_amount",
        |c, _| ran(participants::open_by_amount(c, 20)),
        &["SEARCH sambatan_participants USING INDEX open_transfer_amounts (transfer_amount>?)"],
    ),
    (
        "transactions::payments_of_amount",
        |c, r| ran(transactions::payments_of_amount(c, r.payment.amount)),
        &["SEARCH sambatan_transactions USING INDEX payments_by_amount (amount=?)"],
    ),
    (
        "transactions::payments_of_amount_for",
        |c, r| {
            let (amount, whose) = (r.payment.amount, r.participation.id);
            ran(transactions::payments_of_amount_for(c, amount, whose));
        },
        &[
            "SEARCH sambatan_transactions USING INDEX transactions_by_participation (participation_id=?)",
        ],
    ),
    (
        "transactions::is_refund_due",
        |c, _| ran(transactions::is_refund_due(c)),
        &["SEARCH sambatan_transactions USING COVERING INDEX refunds_due (id>?)"],
    ),
    (
        "transactions::due_of_amount",
        |c, r| ran(transactions::due_of_amount(c, r.payment.amount, 4)),
        &[
            "SEARCH t USING INDEX refunds_due_by_amount (amount=?); SEARCH p USING PRIMARY KEY (id=?)",
        ],
    ),
    (
        "transactions::due_of_participation",
        |c, r| ran(transactions::due_of_participation(c, r.participation.id, 4)),
        &[
            "SEARCH t USING INDEX transactions_by_participation (participation_id=?); SEARCH p USING PRIMARY KEY (id=?)",
        ],
    ),
    (
        "participants::page_of_unpaid",
        |c, r| {
            ran(participants::page_of_unpaid(
                c,
                r.campaign.id,
                None,
                Limit::default(),
            ))
        },
        &["SEARCH sambatan_participants USING INDEX participants_who_owe (campaign_id=? AND id>?)"],
    ),
    (
        "transactions::insert",
        |c, r| ran(transactions::insert(c, &r.payment, Origin::Nothing)),
        &["SEARCH sambatan_transactions USING INDEX refunds_of_payment (refund_of=?)"],
    ),
    (
        "participants::token_generation",
        |c, r| ran(participants::token_generation(c, r.participation.id)),
        &["SEARCH sambatan_participants USING PRIMARY KEY (id=?)"],
    ),
    (
        "seals::product",
        |c, r| ran(seals::product(c, &r.product)),
        &["SEARCH products USING PRIMARY KEY (id=?)"],
    ),
    (
        "seals::campaign",
        |c, r| ran(seals::campaign(c, &r.campaign)),
        &["SEARCH sambatan_campaigns USING PRIMARY KEY (id=?)"],
    ),
    (
        "seals::participation",
        |c, r| ran(seals::participation(c, &r.participation)),
        &["SEARCH sambatan_participants USING PRIMARY KEY (id=?)"],
    ),
    (
        "seals::origin",
        |c, r| ran(seals::origin(c, r.payment.id)),
        &["SEARCH sambatan_transactions USING PRIMARY KEY (id=?)"],
    ),
    (
        "seals::transaction",
        |c, r| ran(seals::transaction(c, &r.payment)),
        &[
            "SEARCH sambatan_transactions USING PRIMARY KEY (id=?)",
            "SEARCH sambatan_transactions USING PRIMARY KEY (id=?)",
        ],
    ),
    (
        "transactions::find_refund",
        |c, r| ran(transactions::find_refund(c, r.payment.id)),
        &["SEARCH t USING PRIMARY KEY (id=?); SEARCH p USING PRIMARY KEY (id=?)"],
    ),
    (
        "transactions::page_of_campaign",
        |c, r| {
            ran(transactions::page_of_campaign(
                c,
                r.campaign.id,
                None,
                Limit::default(),
            ))
        },
        &[
            "SEARCH sambatan_transactions USING INDEX transactions_by_campaign (campaign_id=? AND id>?)",
        ],
    ),
    (
        "transactions::page_of_participation",
        |c, r| {
            ran(transactions::page_of_participation(
                c,
                r.participation.id,
                None,
                Limit::default(),
            ))
        },
        &[
            "SEARCH sambatan_transactions USING INDEX transactions_by_participation (participation_id=? AND id>?)",
        ],
    ),
    (
        "transactions::page_of_refunds",
        |c, r| {
            ran(transactions::page_of_refunds(
                c,
                r.campaign.id,
                None,
                Limit::default(),
            ))
        },
        &[
            "SEARCH t USING INDEX refunds_by_campaign (campaign_id=? AND id>?); SEARCH p USING PRIMARY KEY (id=?)",
        ],
    ),
    (
        "transactions::page_of_due",
        |c, _| ran(transactions::page_of_due(c, None, Limit::default())),
        &["SEARCH t USING INDEX refunds_due (id>?); SEARCH p USING PRIMARY KEY (id=?)"],
    ),
    (
        "transactions::refundable_payments",
        |c, r| {
            ran(transactions::refundable_payments(
                c,
                r.participation.id,
                100,
            ))
        },
        &[
            "SEARCH sambatan_transactions USING INDEX transactions_by_participation (participation_id=?)",
        ],
    ),
    (
        "transactions::refunds_of_request",
        |c, _| ran(transactions::refunds_of_request(c, "r1")),
        &["SEARCH sambatan_transactions USING INDEX one_refund_for_each_request (request_id=?)"],
    ),
    (
        "transactions::unrefunded_payments",
        |c, r| {
            ran(transactions::unrefunded_payments(
                c,
                r.campaign.id,
                None,
                256,
            ))
        },
        &[
            "SEARCH t USING INDEX transactions_by_campaign (campaign_id=? AND id>?); SEARCH p USING PRIMARY KEY (id=?)",
        ],
    ),
    (
        "transactions::update_refund",
        |c, r| ran(transactions::update_refund(c, &r.payment)),
        &["SEARCH sambatan_transactions USING PRIMARY KEY (id=?)"],
    ),
    (
        "transactions::note_line",
        |c, r| {
            let of_line = transactions::OfLine {
                fingerprint: [1; 32],
                share: 1,
            };
            ran(transactions::note_line(c, r.payment.id, of_line));
        },
        &["SEARCH sambatan_transactions USING PRIMARY KEY (id=?)"],
    ),
    (
        "transactions::money_of",
        |c, r| ran(transactions::money_of(c, r.campaign.id)),
        &["SEARCH sambatan_money USING PRIMARY KEY (campaign_id=?)"],
    ),
    (
        "participants::update",
        |c, r| ran(participants::update(c, &r.participation)),
        &["SEARCH sambatan_participants USING PRIMARY KEY (id=?)"],
    ),
    (
        "participants::were_given_back",
        |c, r| {
            ran(participants::were_given_back(c, &r.participation, None, 20));
        },
        &[
            "SEARCH sambatan_participants USING COVERING INDEX participants_who_gave_back (campaign_id=?)",
        ],
    ),
    (
        "participants::were_given_back by one",
        |c, r| {
            let name = r.participation.user_id.key();
            ran(participants::were_given_back(
                c,
                &r.participation,
                Some(&name),
                20,
            ));
        },
        &[
            "SEARCH sambatan_participants USING COVERING INDEX participants_who_gave_back (campaign_id=? AND user_key=? AND id<?)",
        ],
    ),
    (
        "participants::held_by a name",
        |c, r| {
            let holder = Holder::Named(r.participation.user_id.key());
            ran(participants::held_by(c, r.campaign.id, &holder));
        },
        &[
            "SEARCH sambatan_participants USING INDEX participants_who_take_part (campaign_id=? AND user_key=?)",
        ],
    ),
    (
        "participants::held_by whom a secret shows",
        |c, r| {
            let holder = Holder::Of(r.participation.id);
            ran(participants::held_by(c, r.campaign.id, &holder));
        },
        &[
            "SEARCH sambatan_participants USING PRIMARY KEY (id=?)",
            "SEARCH sambatan_participants USING INDEX participants_held_with (held_with=?)",
        ],
    ),
    (
        "participants::find_first_waiting",
        |c, r| {
            let slots = r.participation.quantity;
            ran(participants::find_first_waiting(c, r.campaign.id, slots));
        },
        &["SEARCH sambatan_participants USING INDEX waiting_list (campaign_id=?)"],
    ),
    (
        "participants::count_waiting_before",
        |c, r| ran(participants::count_waiting_before(c, r.campaign.id, 7)),
        &[
            "SEARCH sambatan_participants USING COVERING INDEX waiting_list (campaign_id=? AND queue_number<?)",
        ],
    ),
    (
        "participants::start_payment",
        |c, r| start_payment(c, r),
        &["SEARCH sambatan_participants USING INDEX participants_by_campaign (campaign_id=?)"],
    ),
    (
        "participants::move_payment",
        |c, r| move_payment(c, r),
        &["SEARCH sambatan_participants USING INDEX participants_by_campaign (campaign_id=?)"],
    ),
    (
        "participants::expired",
        |c, r| {
            let start = (String::new(), String::new());
            ran(participants::expired(c, r.now, &start, 256));
        },
        &[
            "SEARCH sambatan_participants USING COVERING INDEX participants_by_expiry ((expires_at,id)>(?,?) AND expires_at<?)",
        ],
    ),
    (
        "participants::next_expiry",
        |c, _| ran(participants::next_expiry(c, None)),
        &[
            "SEARCH sambatan_participants USING COVERING INDEX participants_by_expiry (expires_at>?)",
        ],
    ),
    (
        "participants::close_waiting_list",
        |c, r| ran(participants::close_waiting_list(c, r.campaign.id, r.now)),
        &["SEARCH sambatan_participants USING INDEX waiting_list (campaign_id=?)"],
    ),
    (
        "participants::settle, confirming",
        |c, r| settle(c, Settlement::ConfirmReserved, r),
        &["SEARCH sambatan_participants USING INDEX participants_by_campaign (campaign_id=?)"],
    ),
    (
        "participants::settle, refunding",
        |c, r| settle(c, Settlement::RefundLive, r),
        &["SEARCH sambatan_participants USING INDEX participants_by_campaign (campaign_id=?)"],
    ),
    (
        "audit::append",
        |c, r| append(c, r),
        &[
            "SEARCH sambatan_audit_logs USING INTEGER PRIMARY KEY (rowid>?)",
            "",
        ],
    ),
    (
        "audit::page_of_campaign",
        |c, r| {
            ran(audit::page_of_campaign(
                c,
                r.campaign.id,
                None,
                Limit::default(),
            ))
        },
        &["SEARCH sambatan_audit_logs USING INDEX audit_by_campaign (campaign_id=? AND id<?)"],
    ),
    (
        "curve::point_from",
        |c, r| ran(curve::point_from(c, r.campaign.id, 0)),
        &["SEARCH sambatan_audit_logs USING INDEX audit_by_campaign (campaign_id=? AND id>?)"],
    ),
    (
        "curve::last_point",
        |c, r| ran(curve::last_point(c, r.campaign.id)),
        &["SEARCH sambatan_audit_logs USING INDEX audit_by_campaign (campaign_id=?)"],
    ),
    (
        "audit::after",
        |c, _| ran(audit::after(c, 7, 64)),
        &["SEARCH sambatan_audit_logs USING INTEGER PRIMARY KEY (rowid>?)"],
    ),
    (
        "audit::log_end",
        |c, _| ran(audit::log_end(c)),
        &["SEARCH sambatan_audit_logs USING INTEGER PRIMARY KEY (rowid>?)"],
    ),
    (
        "audit::last_number",
        |c, _| ran(audit::last_number(c)),
        &["SEARCH sambatan_audit_logs USING INTEGER PRIMARY KEY (rowid>?)"],
    ),
    (
        "pay_to::insert",
        |c, r| ran(pay_to::insert(c, &r.account, SALT)),
        &[""],
    ),
    (
        "pay_to::in_use",
        |c, _| ran(pay_to::in_use(c)),
        &["SCAN pay_to USING INDEX pay_to_in_use"],
    ),
    (
        "pay_to::page",
        |c, r| ran(pay_to::page(c, Some(r.account.id), Limit::default())),
        &["SEARCH pay_to USING PRIMARY KEY (id<?)"],
    ),
    (
        "pay_to::find_by_id",
        |c, r| ran(pay_to::find_by_id(c, r.account.id)),
        &["SEARCH pay_to USING PRIMARY KEY (id=?)"],
    ),
    (
        "pay_to::update",
        |c, r| ran(pay_to::update(c, &r.account)),
        &["SEARCH pay_to USING PRIMARY KEY (id=?)"],
    ),
    ("pay_to::version", |c, _| ran(pay_to::version(c)), &[""]),
    (
        "webhooks::insert",
        |c, r| ran(webhooks::insert(c, &r.webhook, &SALT)),
        &[""],
    ),
    (
        "webhooks::all",
        |c, _| ran(webhooks::all(c)),
        &["SCAN webhooks"],
    ),
    (
        "webhooks::find_by_id",
        |c, r| ran(webhooks::find_by_id(c, r.webhook.id)),
        &["SEARCH webhooks USING PRIMARY KEY (id=?)"],
    ),
    (
        "webhooks::update",
        |c, r| ran(webhooks::update(c, &r.webhook)),
        &["SEARCH webhooks USING PRIMARY KEY (id=?)"],
    ),
    (
        "webhooks::delete",
        |c, r| ran(webhooks::delete(c, r.webhook.id)),
        &["SEARCH webhooks USING PRIMARY KEY (id=?)"],
    ),
    (
        "bans::insert",
        |c, r| ran(bans::insert(c, &r.installation, &r.ban)),
        &[""],
    ),
    (
        "bans::page",
        |c, r| ran(bans::page(c, Some(r.ban.id), Limit::default())),
        &["SEARCH bans USING PRIMARY KEY (id<?)"],
    ),
    (
        "bans::find_by_id",
        |c, r| ran(bans::find_by_id(c, r.ban.id)),
        &["SEARCH bans USING PRIMARY KEY (id=?)"],
    ),
    (
        "bans::find_by_digest",
        |c, r| ran(bans::find_by_digest(c, &r.ban.digest)),
        &["SEARCH bans USING INDEX bans_by_digest (digest=?)"],
    ),
    (
        "bans::is_any_banned",
        |c, r| assert!(bans::is_any_banned(c, &[r.ban.digest; 2]).unwrap()),
        &["SEARCH bans USING COVERING INDEX bans_by_digest (digest=?)"],
    ),
    (
        "bans::count",
        |c, _| ran(bans::count(c)),
        &["SCAN bans USING COVERING INDEX bans_by_digest"],
    ),
    (
        "bans::delete",
        |c, r| ran(bans::delete(c, r.ban.id)),
        &["SEARCH bans USING PRIMARY KEY (id=?)"],
    ),
    (
        "exports::picklist",
        |c, r| ran(exports::picklist(c, r.campaign.id, None, 5000)),
        &[PICKLIST],
    ),
    (
        "exports::refunds",
        |c, r| ran(exports::refunds(c, r.campaign.id, None, 200)),
        &[
            "SEARCH t USING INDEX refunds_by_campaign (campaign_id=? AND id>?); SEARCH p USING PRIMARY KEY (id=?)",
        ],
    ),
    ("idempotency::insert", |c, r| keep(c, r, 201), &[""]),
    (
        "idempotency::insert of a refusal",
        |c, r| keep(c, r, 409),
        &[
            "SEARCH idempotency_keys USING COVERING INDEX idempotency_keys_by_campaign (campaign_id=?)",
            "",
        ],
    ),
    (
        "idempotency::find_answer",
        |c, r| find_answer(c, r),
        &["SEARCH idempotency_keys USING PRIMARY KEY (scope=? AND key=?)"],
    ),
    (
        "idempotency::is_used",
        |c, r| ran(idempotency::is_used(c, &r.participation.user_id, &r.key)),
        &["SEARCH idempotency_keys USING PRIMARY KEY (scope=? AND key=? AND caller=?)"],
    ),
    (
        "idempotency::campaign_ended",
        |c, r| ran(idempotency::campaign_ended(c, r.campaign.id, r.now)),
        &["SEARCH idempotency_keys USING INDEX idempotency_keys_by_campaign (campaign_id=?)"],
    ),
    (
        "idempotency::delete_expired",
        |c, r| delete_expired(c, r),
        &[
            "",
            "SEARCH idempotency_keys USING COVERING INDEX idempotency_keys_by_expiry (expires_at<?)",
            "SEARCH idempotency_keys USING PRIMARY KEY (scope=? AND key=? AND caller=?)",
        ],
    ),
    (
        "totals::summary",
        |c, _| ran(totals::summary(c)),
        &["SCAN sambatan_totals"],
    ),
];

fn ran<T>(outcome: Result<T, StoreError>) {
    outcome.map(|_| ()).unwrap();
}

fn of_status(connection: &Connection) {
    let filter = CampaignFilter {
        status: Some(CampaignStatus::Active),
        ..CampaignFilter::default()
    };
    ran(campaigns::page(connection, filter));
}

fn due(connection: &Connection, kind: Due, rows: &Rows) {
    campaigns::due(connection, kind, rows.now, &mut DueCursor::default(), 256).unwrap();
}

fn settle(connection: &Connection, settlement: Settlement, rows: &Rows) {
    participants::settle(connection, rows.campaign.id, settlement, rows.now).unwrap();
}

fn start_payment(connection: &Connection, rows: &Rows) {
    let (now, deadline) = (rows.now, rows.campaign.deadline);
    let window = PaymentWindow {
        pay_by: now,
        expires_at: now,
    };
    participants::start_payment(connection, rows.campaign.id, window, deadline, now).unwrap();
}

fn move_payment(connection: &Connection, rows: &Rows) {
    let (now, deadline) = (rows.now, rows.campaign.deadline);
    let window = PaymentWindow {
        pay_by: now,
        expires_at: now,
    };
    participants::move_payment(connection, rows.campaign.id, deadline, window, now).unwrap();
}

fn append(connection: &Connection, rows: &Rows) {
    let event = NewAuditEvent {
        campaign_id: Some(rows.campaign.id),
        kind: AuditEventKind::CampaignCreated,
        metadata: Metadata::new(),
        timestamp: rows.now,
    };
    audit::ChainEnd::default()
        .append(connection, event)
        .unwrap();
}

fn keep(connection: &Connection, rows: &Rows, status: u16) {
    let answer = StoredAnswer {
        status,
        body: "{}".to_owned(),
    };
    let key = format!("{}-{status}", rows.key.as_str());
    let kept = idempotency::Kept {
        installation: &rows.installation,
        scope: &rows.participation.user_id,
        key: &IdempotencyKey::parse(&key).unwrap(),
        fingerprint: &rows.fingerprint,
        answer: &answer,
        campaign: rows.campaign.id,
        expires_at: rows.now,
    };
    idempotency::insert(connection, &kept).unwrap();
}

/// One that has expired, so that there is something to delete.
fn delete_expired(connection: &Connection, rows: &Rows) {
    let sql = "INSERT INTO idempotency_keys (scope, key, fingerprint, status, body, expires_at)
               VALUES ('old', 'old', zeroblob(32), 201, '{}', '2000-01-01 00:00:00.000')";
    connection.execute(sql, []).unwrap();
    assert_eq!(
        idempotency::delete_expired(connection, rows.now, 256).unwrap(),
        1
    );
}

fn find_answer(connection: &Connection, rows: &Rows) {
    let scope = &rows.participation.user_id;
    let found = idempotency::find_answer(connection, scope, &rows.key, &rows.fingerprint);
    ran(found);
}

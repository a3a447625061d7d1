//! What must hold in a file. Each query answers the rows where it does not, with ids, numbers and
//! titles, never with a participant's name or address.
//!
//! Each reads its tables once, so that the check of a large file takes time in proportion to it.

use crate::store::check::Invariant;

/// Every invariant, the file itself first.
pub(super) const ALL: &[Invariant] = &[
    Invariant {
        name: "file_is_intact",
        sentence: "SQLite finds no damage, and no row that breaks a rule of its table.",
        sql: "SELECT integrity_check AS damage FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    },
    Invariant {
        name: "installation_has_its_key",
        sentence: "The file has the one key that every manage token is made with.",
        sql: "SELECT count(*) AS keys FROM installation HAVING count(*) <> 1",
    },
    Invariant {
        name: "references_hold",
        sentence: "Every campaign has its product, every participation and event its campaign.",
        sql: "
    SELECT 'campaign' AS row, id, product_id AS refers_to FROM sambatan_campaigns
     WHERE product_id NOT IN (SELECT id FROM products)
     UNION ALL
    SELECT 'participation', id, campaign_id FROM sambatan_participants
     WHERE campaign_id NOT IN (SELECT id FROM sambatan_campaigns)
     UNION ALL
    SELECT 'event', id, campaign_id FROM sambatan_audit_logs
     WHERE campaign_id IS NOT NULL
       AND campaign_id NOT IN (SELECT id FROM sambatan_campaigns)
     UNION ALL
    SELECT \"table\", rowid, parent FROM pragma_foreign_key_check
     WHERE \"table\" NOT IN ('sambatan_campaigns', 'sambatan_participants', 'sambatan_audit_logs')",
    },
    Invariant {
        name: "no_negative_slots",
        sentence: "No campaign has sold more slots than it has.",
        sql: "
    SELECT id, title, total_slots, filled_slots, total_slots - filled_slots AS available
      FROM sambatan_campaigns
     WHERE (total_slots - filled_slots) < 0",
    },
    Invariant {
        name: "slots_are_the_sum_of_participations",
        sentence: "The slots and the participants of a campaign are those of its live participations.",
        sql: "
    SELECT c.id, c.title, c.filled_slots, coalesce(p.slots, 0) AS live_slots,
           c.participant_count, coalesce(p.participants, 0) AS live_participants
      FROM sambatan_campaigns c
      LEFT JOIN (SELECT campaign_id, sum(quantity) AS slots, count(*) AS participants
                   FROM sambatan_participants
                  WHERE status IN ('pending_payment', 'confirmed')
                  GROUP BY campaign_id) p ON p.campaign_id = c.id
     WHERE c.filled_slots <> coalesce(p.slots, 0)
        OR c.participant_count <> coalesce(p.participants, 0)",
    },
    Invariant {
        name: "contribution_is_price_times_quantity",
        sentence: "Everybody owes the price of a slot times the quantity.",
        sql: "
    SELECT p.id, p.campaign_id, p.quantity, c.slot_price, p.contribution_amount
      FROM sambatan_participants p
      JOIN sambatan_campaigns c ON c.id = p.campaign_id
     WHERE p.contribution_amount <> p.quantity * c.slot_price",
    },
    Invariant {
        name: "status_follows_from_numbers",
        sentence: "A campaign's status fits its slots.",
        sql: "
    SELECT id, title, status, total_slots, minimum_slots, filled_slots
      FROM sambatan_campaigns
     WHERE CASE status
                WHEN 'draft' THEN filled_slots = 0 AND opens_at IS NOT NULL
                WHEN 'active' THEN filled_slots < total_slots
                WHEN 'locked' THEN filled_slots = total_slots
                WHEN 'fulfilled' THEN minimum_slots <= (
                     -- Who has not paid may have been released since.
                     SELECT max(metadata ->> 'slots_taken') FROM sambatan_audit_logs
                      WHERE campaign_id = sambatan_campaigns.id AND event = 'campaign_completed')
                WHEN 'expired' THEN filled_slots = 0
                WHEN 'cancelled' THEN filled_slots = 0
                ELSE FALSE
           END IS NOT TRUE",
    },
    Invariant {
        name: "totals_are_sums",
        sentence: "The dashboard's totals are those of the campaigns.",
        sql: "
    SELECT status, max(kept) AS kept_campaigns, max(counted) AS campaigns,
           max(kept_slots) AS kept_slots, max(counted_slots) AS slots
      FROM (SELECT status, campaigns AS kept, filled_slots AS kept_slots, 0 AS counted, 0 AS counted_slots,
                   1 AS is_row, 0 AS is_status
              FROM sambatan_totals
             UNION ALL
            SELECT status, 0, 0, count(*), sum(filled_slots), 0, 0 FROM sambatan_campaigns GROUP BY status
             UNION ALL
            SELECT column1, 0, 0, 0, 0, 0, 1
              FROM (VALUES ('draft'), ('active'), ('locked'), ('fulfilled'), ('expired'), ('cancelled')))
     GROUP BY status
    HAVING sum(kept) <> sum(counted) OR sum(kept_slots) <> sum(counted_slots)
        OR sum(is_row) <> 1 OR sum(is_status) <> 1",
    },
    Invariant {
        name: "ended_campaigns_are_settled",
        sentence: "Nothing is reserved in a campaign that has ended but by its waiting list, and nothing held in one that failed.",
        sql: "
    SELECT p.id, p.campaign_id, p.status, c.status AS campaign_status
      FROM sambatan_participants p
      JOIN sambatan_campaigns c ON c.id = p.campaign_id
     WHERE (c.status = 'fulfilled' AND p.status = 'pending_payment' AND p.promoted_at IS NULL)
        OR (c.status IN ('expired', 'cancelled') AND p.status = 'pending_payment')
        OR (c.status IN ('expired', 'cancelled') AND p.status = 'confirmed')",
    },
    Invariant {
        name: "refunds_have_a_reason",
        sentence: "Only campaigns that failed or were called off have refunds.",
        sql: "
    SELECT p.id, p.campaign_id, p.status, c.status AS campaign_status
      FROM sambatan_participants p
      JOIN sambatan_campaigns c ON c.id = p.campaign_id
     WHERE p.status = 'refunded' AND c.status NOT IN ('expired', 'cancelled')",
    },
    Invariant {
        name: "waiting_lists_are_counted",
        sentence: "A campaign counts those who wait for it, and one that does not go ahead has none.",
        sql: "
    SELECT c.id, c.title, c.status, c.waitlist_count, coalesce(p.waiting, 0) AS waiting
      FROM sambatan_campaigns c
      LEFT JOIN (SELECT campaign_id, count(*) AS waiting
                   FROM sambatan_participants WHERE status = 'waitlisted'
                  GROUP BY campaign_id) p ON p.campaign_id = c.id
     WHERE c.waitlist_count <> coalesce(p.waiting, 0)
        OR (p.waiting > 0 AND c.status NOT IN ('active', 'locked', 'fulfilled'))",
    },
    Invariant {
        name: "nobody_joined_late",
        sentence: "Nobody joined after the deadline, and nobody before the campaign was there to join.",
        sql: "
    SELECT p.id, p.campaign_id, p.joined_at, c.deadline, c.status AS campaign_status
      FROM sambatan_participants p
      JOIN sambatan_campaigns c ON c.id = p.campaign_id
     WHERE p.joined_at > c.deadline OR c.status = 'draft'",
    },
    Invariant {
        name: "audit_numbers_have_no_gap",
        sentence: "No event is missing from the audit log, not even at its end.",
        sql: "
    SELECT previous + 1 AS first_missing, id - 1 AS last_missing
      FROM (SELECT id, lag(id, 1, 0) OVER (ORDER BY id) AS previous FROM sambatan_audit_logs)
     WHERE id <> previous + 1
     UNION ALL
    SELECT coalesce((SELECT max(id) FROM sambatan_audit_logs), 0) + 1, seq
      FROM sqlite_sequence
     WHERE name = 'sambatan_audit_logs'
       AND seq <> coalesce((SELECT max(id) FROM sambatan_audit_logs), 0)",
    },
    Invariant {
        name: "products_are_logged_once",
        sentence: "Every product has one event of its creation.",
        sql: "
    SELECT id AS product_id, sum(is_row) AS products, sum(is_event) AS events
      FROM (SELECT id, 1 AS is_row, 0 AS is_event FROM products
             UNION ALL
            SELECT metadata ->> 'product_id', 0, 1
              FROM sambatan_audit_logs WHERE event = 'product_created')
     GROUP BY id
    HAVING sum(is_row) <> 1 OR sum(is_event) <> 1",
    },
    Invariant {
        name: "accounts_are_logged_once",
        sentence: "Every account to pay to has one event of its coming, and one of its retiring if it was.",
        sql: "
    SELECT id AS pay_to_id, sum(is_row) AS accounts, sum(added) AS added, sum(is_retired) AS retired,
           sum(retirings) AS logged_retired
      FROM (SELECT id, 1 AS is_row, 0 AS added, retired_at IS NOT NULL AS is_retired, 0 AS retirings
              FROM pay_to
             UNION ALL
            SELECT metadata ->> 'pay_to_id', 0, event = 'pay_to_added', 0, event = 'pay_to_retired'
              FROM sambatan_audit_logs WHERE event IN ('pay_to_added', 'pay_to_retired'))
     GROUP BY id
    HAVING sum(is_row) <> 1 OR sum(added) <> 1 OR sum(is_retired) <> sum(retirings)",
    },
    Invariant {
        name: "campaigns_use_known_accounts",
        sentence: "Every account that a campaign names is there.",
        sql: "
    SELECT c.id, c.title, named.value AS pay_to_id
      FROM sambatan_campaigns c, json_each(c.pay_to) named
     WHERE c.pay_to IS NOT NULL AND named.value NOT IN (SELECT id FROM pay_to)",
    },
    Invariant {
        name: "campaigns_are_logged_once",
        sentence: "Every campaign has one event of its creation.",
        sql: "
    SELECT id AS campaign_id, sum(is_row) AS campaigns, sum(is_event) AS events
      FROM (SELECT id, 1 AS is_row, 0 AS is_event FROM sambatan_campaigns
             UNION ALL
            SELECT campaign_id, 0, 1 FROM sambatan_audit_logs WHERE event = 'campaign_created')
     GROUP BY id
    HAVING sum(is_row) <> 1 OR sum(is_event) <> 1",
    },
    Invariant {
        name: "openings_are_logged_once",
        sentence: "A campaign opened once: when it was created or later.",
        sql: "
    SELECT c.id, c.title, c.status,
           coalesce(sum(l.metadata ->> 'open'), 0) AS created_open,
           count(*) FILTER (WHERE l.event = 'campaign_opened') AS opened
      FROM sambatan_campaigns c
      LEFT JOIN sambatan_audit_logs l
             ON l.campaign_id = c.id AND l.event IN ('campaign_created', 'campaign_opened')
     GROUP BY c.id
    HAVING CASE c.status
                WHEN 'draft' THEN created_open + opened = 0
                WHEN 'cancelled' THEN created_open + opened <= 1
                ELSE created_open + opened = 1
           END IS NOT TRUE",
    },
    Invariant {
        name: "fillings_are_logged_once",
        sentence: "A campaign that is full, or was when it ended, became full once more often than it was reopened.",
        sql: "
    SELECT c.id, c.title, c.status,
           count(*) FILTER (WHERE l.event = 'campaign_full') AS became_full,
           count(*) FILTER (WHERE l.event = 'campaign_reopened') AS reopened,
           coalesce(max(l.metadata ->> 'slots_taken') FILTER (WHERE l.event = 'campaign_completed'),
                    max(l.metadata ->> 'slots_taken') FILTER (WHERE l.event = 'campaign_cancelled'),
                    c.filled_slots) AS filled_slots
      FROM sambatan_campaigns c
      LEFT JOIN sambatan_audit_logs l
             ON l.campaign_id = c.id
            AND l.event IN ('campaign_full', 'campaign_reopened', 'campaign_completed', 'campaign_cancelled')
     GROUP BY c.id
    HAVING became_full - reopened
        <> (c.status IN ('locked', 'fulfilled', 'cancelled')
            AND coalesce(max(l.metadata ->> 'slots_taken') FILTER (WHERE l.event = 'campaign_completed'),
                         max(l.metadata ->> 'slots_taken') FILTER (WHERE l.event = 'campaign_cancelled'),
                         c.filled_slots) = c.total_slots)",
    },
    Invariant {
        name: "endings_are_logged_once",
        sentence: "A campaign that has ended has one event of how, a running one has none; only a completed one can be called off.",
        sql: "
    SELECT c.id, c.title, c.status, group_concat(l.event, ', ' ORDER BY l.id) AS logged
      FROM sambatan_campaigns c
      LEFT JOIN sambatan_audit_logs l
             ON l.campaign_id = c.id
            AND l.event IN ('campaign_completed', 'campaign_failed', 'campaign_cancelled')
     GROUP BY c.id
    HAVING CASE c.status
                WHEN 'fulfilled' THEN logged = 'campaign_completed'
                WHEN 'expired' THEN logged = 'campaign_failed'
                WHEN 'cancelled' THEN logged IN ('campaign_cancelled',
                                                 'campaign_completed, campaign_cancelled')
                ELSE logged IS NULL
           END IS NOT TRUE",
    },
    Invariant {
        name: "joins_are_logged_once",
        sentence: "Every participation has one event of its joining, with its quantity.",
        sql: "
    SELECT id AS participation_id, sum(is_row) AS participations, sum(is_event) AS events,
           sum(is_row * quantity) AS quantity, sum(is_event * quantity) AS logged_quantity
      FROM (SELECT id, quantity, 1 AS is_row, 0 AS is_event FROM sambatan_participants
             UNION ALL
            SELECT metadata ->> 'participation_id', metadata ->> 'quantity', 0, 1
              FROM sambatan_audit_logs WHERE event IN ('participant_joined', 'participant_waitlisted'))
     GROUP BY id
    HAVING sum(is_row) <> 1 OR sum(is_event) <> 1
        OR sum(is_row * quantity) <> sum(is_event * quantity)",
    },
    Invariant {
        name: "cancellations_are_logged_once",
        sentence: "Every participation that was given back has one event of that.",
        sql: "
    SELECT id AS participation_id, sum(is_row) AS cancelled, sum(is_event) AS events
      FROM (SELECT id, 1 AS is_row, 0 AS is_event, queue_number IS NOT NULL AS has_waited
              FROM sambatan_participants
             WHERE status = 'cancelled' AND expired_at IS NULL AND released_at IS NULL
             UNION ALL
            SELECT metadata ->> 'participation_id', 0, 1, 0
              FROM sambatan_audit_logs WHERE event = 'participant_cancelled')
     GROUP BY id
    HAVING sum(is_row) <> 1 OR sum(is_event) > 1
        -- Who waited may have waited to the end.
        OR (sum(is_event) = 0 AND NOT max(has_waited))",
    },
    Invariant {
        name: "releases_are_logged_once",
        sentence: "Everybody whom the organiser released has one event of that.",
        sql: "
    SELECT id AS participation_id, sum(is_row) AS released, sum(is_event) AS events
      FROM (SELECT id, 1 AS is_row, 0 AS is_event
              FROM sambatan_participants WHERE released_at IS NOT NULL AND status = 'cancelled'
             UNION ALL
            SELECT metadata ->> 'participation_id', 0, 1
              FROM sambatan_audit_logs WHERE event = 'participant_released')
     GROUP BY id
    HAVING sum(is_row) <> 1 OR sum(is_event) <> 1",
    },
    Invariant {
        name: "closed_waiting_lists_are_logged",
        sentence: "Those who still waited when a waiting list was closed are counted in the event of that.",
        sql: "
    SELECT campaign_id, sum(cancelled) - sum(events) AS waited_to_the_end, sum(logged) AS logged
      FROM (SELECT campaign_id, 1 AS cancelled, 0 AS events, 0 AS logged FROM sambatan_participants
             WHERE status = 'cancelled' AND expired_at IS NULL AND released_at IS NULL
               AND queue_number IS NOT NULL
             UNION ALL
            SELECT p.campaign_id, 0, 1, 0
              FROM sambatan_audit_logs l
              JOIN sambatan_participants p ON p.id = l.metadata ->> 'participation_id'
             WHERE l.event = 'participant_cancelled' AND p.queue_number IS NOT NULL
             UNION ALL
            SELECT campaign_id, 0, 0, coalesce(metadata ->> 'waitlist_closed', 0)
              FROM sambatan_audit_logs
             WHERE event IN ('campaign_completed', 'campaign_failed', 'campaign_cancelled',
                             'waiting_list_closed'))
     GROUP BY campaign_id
    HAVING waited_to_the_end <> sum(logged)",
    },
    Invariant {
        name: "confirmations_are_logged_once",
        sentence: "Every participation confirmed before its campaign's end has one event of that.",
        sql: "
    SELECT id AS participation_id, max(status) AS status, max(campaign_status) AS campaign_status,
           sum(is_event) AS events
      FROM (SELECT p.id, p.status, c.status AS campaign_status, 0 AS is_event
              FROM sambatan_participants p JOIN sambatan_campaigns c ON c.id = p.campaign_id
             WHERE p.status IN ('confirmed', 'refunded') OR p.released_at IS NOT NULL
             UNION ALL
            SELECT metadata ->> 'participation_id', NULL, NULL, 1
              FROM sambatan_audit_logs WHERE event = 'participant_confirmed')
     GROUP BY id
    HAVING sum(is_event) > 1
        OR (sum(is_event) = 1 AND max(status) IS NULL)
        OR (sum(is_event) = 0 AND max(status) = 'confirmed'
            AND max(campaign_status) IN ('active', 'locked'))",
    },
    Invariant {
        name: "claims_are_logged",
        sentence: "Nobody has announced a payment without an event of that.",
        sql: "
    SELECT id, campaign_id, claimed_at
      FROM sambatan_participants
     WHERE claimed_at IS NOT NULL
       AND id NOT IN (SELECT metadata ->> 'participation_id' FROM sambatan_audit_logs
                       WHERE event = 'payment_claimed')",
    },
    Invariant {
        name: "money_is_summed",
        sentence: "The money of a campaign is the sum of its ledger.",
        sql: "
    SELECT campaign_id, sum(kept) AS kept, sum(counted) AS counted, what
      FROM (SELECT campaign_id, 'payment' AS what, payments AS kept, 0 AS counted FROM sambatan_money
             UNION ALL SELECT campaign_id, 'adjustment', adjustments, 0 FROM sambatan_money
             UNION ALL SELECT campaign_id, 'payout', payouts, 0 FROM sambatan_money
             UNION ALL SELECT campaign_id, 'refund due', refunds_due, 0 FROM sambatan_money
             UNION ALL SELECT campaign_id, 'refund sent', refunds_sent, 0 FROM sambatan_money
             UNION ALL SELECT campaign_id, 'refund acknowledged', refunds_acknowledged, 0 FROM sambatan_money
             UNION ALL
            SELECT campaign_id, iif(kind = 'refund', 'refund ' || status, kind), 0, amount
              FROM sambatan_transactions)
     GROUP BY campaign_id, what
    HAVING sum(kept) <> sum(counted)",
    },
    Invariant {
        name: "payments_are_in_the_ledger",
        sentence: "What somebody has paid is the sum of payments and adjustments, and no more of it goes back.",
        sql: "
    SELECT p.id, p.campaign_id, p.paid_amount, coalesce(t.received, 0) AS received,
           coalesce(t.refunded, 0) AS refunded
      FROM sambatan_participants p
      LEFT JOIN (SELECT participation_id,
                        sum(amount) FILTER (WHERE kind IN ('payment', 'adjustment')) AS received,
                        sum(amount) FILTER (WHERE kind = 'refund') AS refunded
                   FROM sambatan_transactions
                  WHERE participation_id IS NOT NULL
                  GROUP BY participation_id) t ON t.participation_id = p.id
     WHERE p.paid_amount <> coalesce(t.received, 0) OR coalesce(t.refunded, 0) > p.paid_amount",
    },
    Invariant {
        name: "refunds_are_counted",
        sentence: "What goes back to somebody is the sum of their refunds.",
        sql: "
    SELECT p.id, p.campaign_id, p.refunds_due, coalesce(t.due, 0) AS due, p.refunds_sent,
           coalesce(t.sent, 0) AS sent, p.refunds_acknowledged, coalesce(t.acknowledged, 0) AS acknowledged
      FROM sambatan_participants p
      LEFT JOIN (SELECT participation_id,
                        coalesce(sum(amount) FILTER (WHERE status = 'due'), 0) AS due,
                        coalesce(sum(amount) FILTER (WHERE status = 'sent'), 0) AS sent,
                        coalesce(sum(amount) FILTER (WHERE status = 'acknowledged'), 0) AS acknowledged
                   FROM sambatan_transactions WHERE kind = 'refund'
                  GROUP BY participation_id) t ON t.participation_id = p.id
     WHERE (p.refunds_due, p.refunds_sent, p.refunds_acknowledged)
        IS NOT (coalesce(t.due, 0), coalesce(t.sent, 0), coalesce(t.acknowledged, 0))",
    },
    Invariant {
        name: "no_payment_goes_back_twice",
        sentence: "The refunds of a payment are what is counted at it, and never more than it.",
        sql: "
    SELECT t.id, t.campaign_id, t.amount, t.refunded, coalesce(r.amount, 0) AS sent_back
      FROM sambatan_transactions t
      LEFT JOIN (SELECT refund_of, sum(amount) AS amount
                   FROM sambatan_transactions WHERE refund_of IS NOT NULL
                  GROUP BY refund_of) r ON r.refund_of = t.id
     WHERE t.refunded <> coalesce(r.amount, 0)
        OR (t.kind = 'payment' AND coalesce(r.amount, 0) > t.amount)
        OR (t.kind <> 'payment' AND coalesce(r.amount, 0) > 0)",
    },
    Invariant {
        name: "transfers_are_told_apart",
        sentence: "No two participations that are still to be paid have the same amount to transfer.",
        sql: "
    SELECT transfer_amount, count(*) AS participations
      FROM sambatan_participants
     WHERE status IN ('pending_payment', 'confirmed') AND paid_amount = 0 AND transfer_amount IS NOT NULL
     GROUP BY transfer_amount
    HAVING count(*) > 1",
    },
    Invariant {
        name: "stored_answers_are_true",
        sentence: "A stored answer that says somebody joined names a participation.",
        sql: "
    SELECT body ->> 'id' AS participation_id, status, expires_at
      FROM idempotency_keys
     WHERE status = 201 AND json_valid(body) AND body ->> 'id' IS NOT NULL
       AND body ->> 'id' NOT IN (SELECT id FROM sambatan_participants)",
    },
];

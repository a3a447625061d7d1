-- From version 1 to 2: terms, waiting lists, the ledger, the chained audit log, webhooks.

ALTER TABLE sambatan_campaigns ADD COLUMN description TEXT CHECK (length(description) <= 2000);
ALTER TABLE sambatan_campaigns ADD COLUMN on_shortfall TEXT NOT NULL DEFAULT 'fail' CHECK (on_shortfall IN ('fail', 'extend_once'));
ALTER TABLE sambatan_campaigns ADD COLUMN extend_days INTEGER CHECK (extend_days BETWEEN 1 AND 365);
ALTER TABLE sambatan_campaigns ADD COLUMN completes TEXT NOT NULL DEFAULT 'when_full' CHECK (completes IN ('when_full', 'at_deadline'));
ALTER TABLE sambatan_campaigns ADD COLUMN max_slots_per_user INTEGER CHECK (max_slots_per_user BETWEEN 1 AND 1000000);
ALTER TABLE sambatan_campaigns ADD COLUMN payment TEXT NOT NULL DEFAULT 'upfront' CHECK (payment IN ('upfront', 'after_tipping'));
ALTER TABLE sambatan_campaigns ADD COLUMN pay_within_hours INTEGER CHECK (pay_within_hours BETWEEN 1 AND 8760);
ALTER TABLE sambatan_campaigns ADD COLUMN grace_hours INTEGER NOT NULL DEFAULT 0 CHECK (grace_hours BETWEEN 0 AND 8760);
ALTER TABLE sambatan_campaigns ADD COLUMN confirmed_count INTEGER NOT NULL DEFAULT 0 CHECK (confirmed_count BETWEEN 0 AND participant_count);
ALTER TABLE sambatan_campaigns ADD COLUMN waitlist_count INTEGER NOT NULL DEFAULT 0 CHECK (waitlist_count BETWEEN 0 AND 10000);
ALTER TABLE sambatan_campaigns ADD COLUMN last_queue_number INTEGER NOT NULL DEFAULT 0 CHECK (last_queue_number >= 0);
ALTER TABLE sambatan_campaigns ADD COLUMN tipped_at TEXT CHECK (tipped_at LIKE '____-__-__ __:__:__.___');
ALTER TABLE sambatan_campaigns ADD COLUMN extended_at TEXT CHECK (extended_at LIKE '____-__-__ __:__:__.___');
ALTER TABLE sambatan_campaigns ADD COLUMN extend_reason TEXT CHECK (length(extend_reason) <= 160);
ALTER TABLE sambatan_campaigns ADD COLUMN ended_at TEXT CHECK (ended_at LIKE '____-__-__ __:__:__.___');
ALTER TABLE sambatan_campaigns ADD COLUMN erased_at TEXT CHECK (erased_at LIKE '____-__-__ __:__:__.___');

UPDATE sambatan_campaigns
   SET confirmed_count = (SELECT count(*) FROM sambatan_participants
                           WHERE campaign_id = sambatan_campaigns.id AND status = 'confirmed'),
       tipped_at = iif(filled_slots >= minimum_slots, updated_at, NULL),
       ended_at = iif(status IN ('fulfilled', 'expired', 'cancelled'), updated_at, NULL);

ALTER TABLE sambatan_participants ADD COLUMN transfer_amount INTEGER CHECK (transfer_amount >= contribution_amount);
ALTER TABLE sambatan_participants ADD COLUMN paid_amount INTEGER NOT NULL DEFAULT 0 CHECK (paid_amount >= 0);
ALTER TABLE sambatan_participants ADD COLUMN queue_number INTEGER CHECK (queue_number > 0)
    CHECK (status <> 'waitlisted' OR queue_number IS NOT NULL);
ALTER TABLE sambatan_participants ADD COLUMN pay_by TEXT CHECK (pay_by LIKE '____-__-__ __:__:__.___');
ALTER TABLE sambatan_participants ADD COLUMN expires_at TEXT CHECK (expires_at LIKE '____-__-__ __:__:__.___');
ALTER TABLE sambatan_participants ADD COLUMN expired_at TEXT CHECK (expired_at LIKE '____-__-__ __:__:__.___');
ALTER TABLE sambatan_participants ADD COLUMN payout_account TEXT CHECK (length(payout_account) BETWEEN 5 AND 120);
ALTER TABLE sambatan_participants ADD COLUMN erased_at TEXT CHECK (erased_at LIKE '____-__-__ __:__:__.___');

-- What people typed is erased some time after the end of their campaign.
CREATE INDEX campaigns_to_erase ON sambatan_campaigns (ended_at) WHERE ended_at IS NOT NULL AND erased_at IS NULL;
-- A transfer names its participation by its amount alone, so no two that are still to be paid share one.
CREATE UNIQUE INDEX open_transfer_amounts ON sambatan_participants (transfer_amount)
 WHERE status IN ('pending_payment', 'confirmed') AND paid_amount = 0;
-- The timer's look-up of reservations that were not paid in time.
CREATE INDEX participants_by_expiry ON sambatan_participants (expires_at, id)
 WHERE status = 'pending_payment' AND expires_at IS NOT NULL;
-- The waiting list of a campaign, first come first.
CREATE UNIQUE INDEX waiting_list ON sambatan_participants (campaign_id, queue_number, quantity)
 WHERE status = 'waitlisted';
-- Who still owes.
CREATE INDEX participants_who_owe ON sambatan_participants (campaign_id, id)
 WHERE status IN ('pending_payment', 'confirmed') AND paid_amount < contribution_amount;

-- The ledger: every movement of money, one row each. Rows are added; of a refund the status moves on, and
-- what a person typed may be erased.
CREATE TABLE sambatan_transactions (
    id               TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    campaign_id      TEXT    NOT NULL REFERENCES sambatan_campaigns (id),
    participation_id TEXT    REFERENCES sambatan_participants (id),
    kind             TEXT    NOT NULL CHECK (kind IN ('payment', 'refund', 'payout', 'adjustment')),
    -- Positive, except that an adjustment takes off what was recorded too much.
    amount           INTEGER NOT NULL CHECK (CASE kind WHEN 'adjustment' THEN amount < 0 ELSE amount > 0 END),
    status           TEXT    NOT NULL CHECK (CASE kind WHEN 'refund' THEN status IN ('due', 'sent', 'acknowledged')
                                                       ELSE status = 'recorded' END),
    source           TEXT    NOT NULL CHECK (source IN ('organiser', 'import', 'lifecycle')),
    -- The payment that a refund sends back.
    refund_of        TEXT    REFERENCES sambatan_transactions (id),
    -- What the organiser noted: the bank's number of a transfer, a reason.
    reference        TEXT    CHECK (length(reference) <= 160),
    -- SHA-256 of the line of a bank statement that a payment was read from.
    statement_line   BLOB    CHECK (length(statement_line) = 32),
    created_at       TEXT    NOT NULL CHECK (created_at LIKE '____-__-__ __:__:__.___'),
    sent_at          TEXT    CHECK (sent_at LIKE '____-__-__ __:__:__.___'),
    acknowledged_at  TEXT    CHECK (acknowledged_at LIKE '____-__-__ __:__:__.___'),
    CHECK ((kind = 'payout') = (participation_id IS NULL)),
    CHECK ((kind = 'refund') = (refund_of IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Nothing is refunded twice, whatever is swept or retried.
CREATE UNIQUE INDEX one_refund_for_each_payment ON sambatan_transactions (refund_of) WHERE refund_of IS NOT NULL;
-- No line of a statement counts twice, however often it is imported.
CREATE UNIQUE INDEX statement_lines ON sambatan_transactions (statement_line) WHERE statement_line IS NOT NULL;
CREATE INDEX transactions_by_campaign ON sambatan_transactions (campaign_id, id);
CREATE INDEX transactions_by_participation ON sambatan_transactions (participation_id, id);
CREATE INDEX refunds_by_campaign ON sambatan_transactions (campaign_id, id) WHERE kind = 'refund';
-- What the organiser has to send.
CREATE INDEX refunds_due ON sambatan_transactions (id) WHERE kind = 'refund' AND status = 'due';

CREATE TRIGGER transactions_are_never_deleted BEFORE DELETE ON sambatan_transactions
BEGIN
    SELECT RAISE(ABORT, 'the ledger cannot be changed');
END;

CREATE TRIGGER transactions_keep_their_amount
BEFORE UPDATE OF id, campaign_id, participation_id, kind, amount, refund_of, created_at ON sambatan_transactions
BEGIN
    SELECT RAISE(ABORT, 'the ledger cannot be changed');
END;

-- The money of each campaign that has any, so that an overview costs the same however many rows its
-- ledger has. The triggers below are its only writers.
CREATE TABLE sambatan_money (
    campaign_id          TEXT    NOT NULL PRIMARY KEY REFERENCES sambatan_campaigns (id),
    payments             INTEGER NOT NULL DEFAULT 0,
    adjustments          INTEGER NOT NULL DEFAULT 0,
    payouts              INTEGER NOT NULL DEFAULT 0,
    refunds_due          INTEGER NOT NULL DEFAULT 0,
    refunds_sent         INTEGER NOT NULL DEFAULT 0,
    refunds_acknowledged INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TRIGGER money_follows_new_transactions AFTER INSERT ON sambatan_transactions
BEGIN
    INSERT INTO sambatan_money (campaign_id) VALUES (NEW.campaign_id) ON CONFLICT DO NOTHING;
    UPDATE sambatan_money
       SET payments             = payments + iif(NEW.kind = 'payment', NEW.amount, 0),
           adjustments          = adjustments + iif(NEW.kind = 'adjustment', NEW.amount, 0),
           payouts              = payouts + iif(NEW.kind = 'payout', NEW.amount, 0),
           refunds_due          = refunds_due + iif(NEW.status = 'due', NEW.amount, 0),
           refunds_sent         = refunds_sent + iif(NEW.status = 'sent', NEW.amount, 0),
           refunds_acknowledged = refunds_acknowledged + iif(NEW.status = 'acknowledged', NEW.amount, 0)
     WHERE campaign_id = NEW.campaign_id;
END;

CREATE TRIGGER money_follows_refunds AFTER UPDATE OF status ON sambatan_transactions
WHEN OLD.status <> NEW.status
BEGIN
    UPDATE sambatan_money
       SET refunds_due          = refunds_due + iif(NEW.status = 'due', NEW.amount, 0)
                                              - iif(OLD.status = 'due', OLD.amount, 0),
           refunds_sent         = refunds_sent + iif(NEW.status = 'sent', NEW.amount, 0)
                                               - iif(OLD.status = 'sent', OLD.amount, 0),
           refunds_acknowledged = refunds_acknowledged + iif(NEW.status = 'acknowledged', NEW.amount, 0)
                                                       - iif(OLD.status = 'acknowledged', OLD.amount, 0)
     WHERE campaign_id = NEW.campaign_id;
END;

-- Where the organiser wants to hear of events. The audit log is the outbox: its rows are written in the
-- transaction of the change and numbered in the order of commits, so `last_event` says all there is to say
-- about what was delivered. The key that signs is derived from the installation's and stored nowhere.
CREATE TABLE webhooks (
    id                TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    url               TEXT    NOT NULL CHECK (length(url) BETWEEN 8 AND 500
                                              AND (url LIKE 'http://%' OR url LIKE 'https://%')),
    last_event        INTEGER NOT NULL DEFAULT 0 CHECK (last_event >= 0),
    -- Attempts in a row that failed.
    failures          INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    last_attempt_at   TEXT    CHECK (last_attempt_at LIKE '____-__-__ __:__:__.___'),
    -- The HTTP status of the last attempt; none when there was no answer.
    last_status       INTEGER CHECK (last_status BETWEEN 100 AND 999),
    -- Why there was none, in a word.
    last_failure      TEXT    CHECK (last_failure IN ('unreachable', 'timed_out', 'tls', 'not_http')),
    last_delivered_at TEXT    CHECK (last_delivered_at LIKE '____-__-__ __:__:__.___'),
    next_attempt_at   TEXT    CHECK (next_attempt_at LIKE '____-__-__ __:__:__.___'),
    created_at        TEXT    NOT NULL CHECK (created_at LIKE '____-__-__ __:__:__.___')
) STRICT, WITHOUT ROWID;

-- The rows are copied from here by the program, which adds their hashes.
ALTER TABLE sambatan_audit_logs RENAME TO unchained_audit_logs;

CREATE TABLE sambatan_audit_logs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign_id TEXT REFERENCES sambatan_campaigns (id),
    event       TEXT NOT NULL CHECK (length(event) BETWEEN 3 AND 40),
    metadata    TEXT NOT NULL CHECK (json_valid(metadata)),
    created_at  TEXT NOT NULL CHECK (created_at LIKE '____-__-__ __:__:__.___'),
    -- SHA-256 of the row and of the hash of the row before, so that `sambatan audit verify` finds a row
    -- that was changed, put in or taken out.
    hash        BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- The whole database, readable from top to bottom. It is embedded in the executable and applied to a
-- new file in one transaction; an older file is brought up to this by numbered migrations.
--
-- Conventions
--   * Every table is STRICT: a wrong type is refused, not stored.
--   * Ids are UUIDv7 as lower-case text: they sort by creation, so the primary key is also the
--     "newest first" order of every list. Tables keyed by such an id are WITHOUT ROWID: one b-tree,
--     appended to at its end.
--   * Time is UTC, `YYYY-MM-DD HH:MM:SS.SSS`, so that `datetime('now','-1 hour')` compares as it reads.
--   * Money is whole rupiah in an INTEGER.
--   * CHECK constraints repeat the rules of the domain as a second line of defence: the database
--     itself refuses an oversell even if the program were wrong.
--   * What a person typed (addresses, notes, reasons) stands in the row it belongs to and, until it
--     expires, in the stored answer of an idempotent join; never in the audit log. The log has a seal
--     of it: a digest made with the row's `salt`, which is erased with the texts.
--   * A new column is told by the events that set it, or sealed: `domain/replay/covered.rs` lists both. Of rows
--     that no event tells of `store/row_seals.rs` seals the whole.

-- The secret of this installation, made with the file. Every participant's manage token is derived from
-- it and stored nowhere: whoever reads it can act for all of them.
CREATE TABLE installation (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    key      BLOB    NOT NULL CHECK (length(key) = 32),
    -- Until when the clock was believed, noted about once an hour. At the next start this tells a downtime from a
    -- clock that is wrong; the log can't, for its times are those of the clock as it was.
    clock_believed_at TEXT CHECK (clock_believed_at LIKE '____-__-__ __:__:__.___')
) STRICT;

CREATE TABLE products (
    id                   TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    name                 TEXT    NOT NULL CHECK (length(name) BETWEEN 3 AND 200),
    description          TEXT             CHECK (length(description) <= 2000),
    base_price           INTEGER NOT NULL CHECK (base_price BETWEEN 1 AND 1000000000000),
    is_sambatan_enabled  INTEGER NOT NULL DEFAULT 0 CHECK (is_sambatan_enabled IN (0, 1)),
    sambatan_total_slots INTEGER          CHECK (sambatan_total_slots BETWEEN 1 AND 1000000),
    sambatan_deadline    TEXT             CHECK (sambatan_deadline LIKE '____-__-__ __:__:__.___'),
    created_at           TEXT    NOT NULL CHECK (created_at LIKE '____-__-__ __:__:__.___'),
    updated_at           TEXT    NOT NULL CHECK (updated_at LIKE '____-__-__ __:__:__.___'),
    -- What the seal of the texts in the log is made with, as in the other tables.
    salt                 BLOB             CHECK (length(salt) = 16)
) STRICT, WITHOUT ROWID;

-- `filled_slots` and `participant_count` are kept on the campaign, in the transaction of each join and
-- release: the decision to sell reads one row, and the cost of a join or of the progress view does not
-- grow with the number of participants. `sambatan check` compares them with the participations.
CREATE TABLE sambatan_campaigns (
    id                TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    product_id        TEXT    NOT NULL REFERENCES products (id),
    title             TEXT    NOT NULL CHECK (length(title) BETWEEN 3 AND 120),
    description       TEXT             CHECK (length(description) <= 2000),
    total_slots       INTEGER NOT NULL CHECK (total_slots BETWEEN 1 AND 1000000),
    minimum_slots     INTEGER NOT NULL CHECK (minimum_slots BETWEEN 1 AND total_slots),
    slot_price        INTEGER NOT NULL CHECK (slot_price BETWEEN 1 AND 1000000000000),
    filled_slots      INTEGER NOT NULL DEFAULT 0 CHECK (filled_slots BETWEEN 0 AND total_slots),
    participant_count INTEGER NOT NULL DEFAULT 0 CHECK (participant_count BETWEEN 0 AND filled_slots),
    status            TEXT    NOT NULL
                      CHECK (status IN ('draft', 'active', 'locked', 'fulfilled', 'expired', 'cancelled')),
    opens_at          TEXT             CHECK (opens_at LIKE '____-__-__ __:__:__.___' AND opens_at < deadline),
    deadline          TEXT    NOT NULL CHECK (deadline LIKE '____-__-__ __:__:__.___'),
    cancel_reason     TEXT             CHECK (length(cancel_reason) <= 160),
    created_at        TEXT    NOT NULL CHECK (created_at LIKE '____-__-__ __:__:__.___'),
    updated_at        TEXT    NOT NULL CHECK (updated_at LIKE '____-__-__ __:__:__.___'),
    -- The terms that the organiser declared.
    on_shortfall       TEXT    NOT NULL DEFAULT 'fail' CHECK (on_shortfall IN ('fail', 'extend_once')),
    extend_days        INTEGER CHECK (extend_days BETWEEN 1 AND 365),
    completes          TEXT    NOT NULL DEFAULT 'when_full' CHECK (completes IN ('when_full', 'when_paid', 'at_deadline')),
    max_slots_per_user INTEGER CHECK (max_slots_per_user BETWEEN 1 AND 1000000),
    max_slots_per_join INTEGER CHECK (max_slots_per_join BETWEEN 1 AND 1000000),
    payment            TEXT    NOT NULL DEFAULT 'upfront' CHECK (payment IN ('upfront', 'after_tipping')),
    pay_within_hours   INTEGER CHECK (pay_within_hours BETWEEN 1 AND 8760),
    grace_hours        INTEGER NOT NULL DEFAULT 0 CHECK (grace_hours BETWEEN 0 AND 8760),
    -- What became of it, beside its status.
    confirmed_count    INTEGER NOT NULL DEFAULT 0 CHECK (confirmed_count BETWEEN 0 AND participant_count),
    waitlist_count     INTEGER NOT NULL DEFAULT 0 CHECK (waitlist_count BETWEEN 0 AND 10000),
    last_queue_number  INTEGER NOT NULL DEFAULT 0 CHECK (last_queue_number >= 0),
    tipped_at          TEXT CHECK (tipped_at LIKE '____-__-__ __:__:__.___'),
    extended_at        TEXT CHECK (extended_at LIKE '____-__-__ __:__:__.___'),
    extend_reason      TEXT CHECK (length(extend_reason) <= 160),
    -- What a join has to bring, where the organiser asks for something. It is part of the link that is shared,
    -- so it has to be readable.
    join_code          TEXT CHECK (length(join_code) BETWEEN 6 AND 64),
    ended_at           TEXT CHECK (ended_at LIKE '____-__-__ __:__:__.___'),
    erased_at          TEXT CHECK (erased_at LIKE '____-__-__ __:__:__.___'),
    salt               BLOB CHECK (length(salt) = 16),
    -- The ids of the accounts that it uses, as a JSON array; NULL: all that are in use. With the campaign,
    -- because every join reads it.
    pay_to             TEXT CHECK (json_type(pay_to) = 'array' AND json_array_length(pay_to) > 0),
    CHECK (status <> 'active' OR filled_slots < total_slots),
    CHECK (status <> 'locked' OR filled_slots = total_slots),
    CHECK (status <> 'draft' OR (filled_slots = 0 AND opens_at IS NOT NULL)),
    CHECK (status NOT IN ('expired', 'cancelled') OR filled_slots = 0)
) STRICT, WITHOUT ROWID;

-- "newest first" within a status.
CREATE INDEX campaigns_by_status ON sambatan_campaigns (status, id);
-- The timer's look-ups: partial, so that they hold only what can still fall due.
CREATE INDEX campaigns_by_deadline ON sambatan_campaigns (deadline) WHERE status IN ('active', 'locked');
CREATE INDEX campaigns_by_opening ON sambatan_campaigns (opens_at) WHERE status = 'draft';
-- What people typed is erased some time after the end of their campaign.
CREATE INDEX campaigns_to_erase ON sambatan_campaigns (ended_at) WHERE ended_at IS NOT NULL AND erased_at IS NULL;
-- For the foreign key, and a product's campaigns.
CREATE INDEX campaigns_by_product ON sambatan_campaigns (product_id, id);

CREATE TABLE sambatan_participants (
    id                  TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    campaign_id         TEXT    NOT NULL REFERENCES sambatan_campaigns (id),
    user_id             TEXT    NOT NULL CHECK (length(user_id) BETWEEN 1 AND 64),
    quantity            INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000000),
    contribution_amount INTEGER NOT NULL CHECK (contribution_amount > 0),
    status              TEXT    NOT NULL
                        CHECK (status IN ('pending_payment', 'confirmed', 'cancelled', 'refunded', 'waitlisted')),
    shipping_address    TEXT    NOT NULL CHECK (length(shipping_address) BETWEEN 5 AND 240),
    note                TEXT             CHECK (length(note) <= 160),
    cancel_reason       TEXT             CHECK (length(cancel_reason) <= 160),
    salt                BLOB             CHECK (length(salt) = 16),
    -- When another account took the place of the one that a refund which is due was to go to; until the
    -- organiser has confirmed it.
    account_changed_at  TEXT             CHECK (account_changed_at LIKE '____-__-__ __:__:__.___'),
    -- How often the secret link was made anew: only the last one opens anything.
    token_generation    INTEGER NOT NULL DEFAULT 0 CHECK (token_generation BETWEEN 0 AND 1000000),
    joined_at           TEXT    NOT NULL CHECK (joined_at LIKE '____-__-__ __:__:__.___'),
    updated_at          TEXT    NOT NULL CHECK (updated_at LIKE '____-__-__ __:__:__.___'),
    -- What to transfer: the contribution and a tail that no other open participation shares.
    transfer_amount     INTEGER CHECK (transfer_amount >= contribution_amount),
    -- Payments and adjustments of this participation. `sambatan check` compares it with the ledger.
    paid_amount         INTEGER NOT NULL DEFAULT 0 CHECK (paid_amount >= 0),
    queue_number        INTEGER CHECK (queue_number > 0)
                        CHECK (status <> 'waitlisted' OR queue_number IS NOT NULL),
    pay_by              TEXT CHECK (pay_by LIKE '____-__-__ __:__:__.___'),
    expires_at          TEXT CHECK (expires_at LIKE '____-__-__ __:__:__.___'),
    expired_at          TEXT CHECK (expired_at LIKE '____-__-__ __:__:__.___'),
    payout_account      TEXT CHECK (length(payout_account) BETWEEN 5 AND 120),
    erased_at           TEXT CHECK (erased_at LIKE '____-__-__ __:__:__.___'),
    -- When it got slots from the waiting list, and when the organiser took unpaid ones of a campaign that goes
    -- ahead. Its state is then cancelled.
    promoted_at         TEXT CHECK (promoted_at LIKE '____-__-__ __:__:__.___'),
    released_at         TEXT CHECK (released_at LIKE '____-__-__ __:__:__.___'),
    -- When the participant said that the money is on its way, and the day they gave. It confirms nothing.
    claimed_at          TEXT CHECK (claimed_at LIKE '____-__-__ __:__:__.___'),
    claimed_on          TEXT CHECK (claimed_on LIKE '____-__-__')
                        CHECK (claimed_on IS NULL OR claimed_at IS NOT NULL),
    -- What of it is to be sent back, is on its way, and has arrived. Triggers of the ledger are the only
    -- writers; no more goes back than has come in.
    refunds_due          INTEGER NOT NULL DEFAULT 0 CHECK (refunds_due >= 0),
    refunds_sent         INTEGER NOT NULL DEFAULT 0 CHECK (refunds_sent >= 0),
    refunds_acknowledged INTEGER NOT NULL DEFAULT 0 CHECK (refunds_acknowledged >= 0),
    -- What all spellings of the name have in common: the program makes it, `audit verify` compares it, and it is
    -- erased with the name.
    user_key            TEXT,
    -- The first participation of whoever joined, whose secret they showed: their slots count together.
    held_with           TEXT REFERENCES sambatan_participants (id) CHECK (held_with <> id),
    CHECK (refunds_due + refunds_sent + refunds_acknowledged <= paid_amount)
) STRICT, WITHOUT ROWID;

CREATE INDEX participants_by_campaign ON sambatan_participants (campaign_id, id);
CREATE INDEX participants_by_user ON sambatan_participants (user_id, id);
-- A transfer names its participation by its amount alone, so no two that are still to be paid share one.
CREATE UNIQUE INDEX open_transfer_amounts ON sambatan_participants (transfer_amount)
 WHERE status IN ('pending_payment', 'confirmed') AND paid_amount = 0;
-- The timer's look-up of reservations that were not paid in time.
CREATE INDEX participants_by_expiry ON sambatan_participants (expires_at, id)
 WHERE status = 'pending_payment' AND expires_at IS NOT NULL;
-- The waiting list of a campaign, first come first.
CREATE UNIQUE INDEX waiting_list ON sambatan_participants (campaign_id, queue_number, quantity)
 WHERE status = 'waitlisted';
-- What counts against the limit for each person: by the name, or by what was joined with the same secret.
CREATE INDEX participants_who_take_part ON sambatan_participants (campaign_id, user_key)
 WHERE status IN ('pending_payment', 'confirmed', 'waitlisted');
CREATE INDEX participants_held_with ON sambatan_participants (held_with) WHERE held_with IS NOT NULL;
-- How often slots of a campaign were given back, by whom and in all; by id as well, which SQLite adds itself.
CREATE INDEX participants_who_gave_back ON sambatan_participants (campaign_id, user_key)
 WHERE status = 'cancelled';
-- Who still owes.
CREATE INDEX participants_who_owe ON sambatan_participants (campaign_id, id)
 WHERE status IN ('pending_payment', 'confirmed') AND paid_amount < contribution_amount;

-- Who says that the money is on its way, so that the organiser knows whom to look for.
CREATE INDEX participants_who_claim ON sambatan_participants (id)
 WHERE claimed_at IS NOT NULL AND status IN ('pending_payment', 'confirmed');

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
    -- What of a payment is due to go back or has gone back: a trigger is the only writer.
    refunded         INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND iif(kind = 'payment', amount, 0)),
    -- The request by which the organiser gave money back, and which of its refunds this is: one for each
    -- payment that it takes from.
    request_id       TEXT    CHECK (length(request_id) BETWEEN 1 AND 64),
    request_part     INTEGER CHECK (request_part > 0),
    -- Why the organiser gave it back.
    reason           TEXT    CHECK (length(reason) <= 160),
    -- What the organiser noted: the bank's number of a transfer, a reason.
    reference        TEXT    CHECK (length(reference) <= 160),
    -- SHA-256 of the line of a bank statement that a payment was read from, or by which a refund was sent.
    statement_line   BLOB    CHECK (length(statement_line) = 32),
    -- Which payment of such a line: one line can pay for several people.
    statement_share  INTEGER NOT NULL DEFAULT 0 CHECK (statement_share BETWEEN 0 AND 15),
    created_at       TEXT    NOT NULL CHECK (created_at LIKE '____-__-__ __:__:__.___'),
    sent_at          TEXT    CHECK (sent_at LIKE '____-__-__ __:__:__.___'),
    acknowledged_at  TEXT    CHECK (acknowledged_at LIKE '____-__-__ __:__:__.___'),
    salt             BLOB    CHECK (length(salt) = 16),
    CHECK ((kind = 'payout') = (participation_id IS NULL)),
    CHECK ((kind = 'refund') = (refund_of IS NOT NULL)),
    CHECK ((request_id IS NULL) = (request_part IS NULL)),
    CHECK ((kind = 'refund' AND source = 'organiser') = (request_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Nothing is refunded twice, whatever is swept or retried: by itself a payment goes back once at most, the
-- organiser gives back once for each request, and `refunded` never exceeds the payment.
CREATE UNIQUE INDEX one_automatic_refund_for_each_payment ON sambatan_transactions (refund_of)
 WHERE refund_of IS NOT NULL AND source = 'lifecycle';
CREATE UNIQUE INDEX one_refund_for_each_request ON sambatan_transactions (request_id, request_part)
 WHERE request_id IS NOT NULL;
-- For the foreign key too, which it would not serve if the condition named the kind.
CREATE INDEX refunds_of_payment ON sambatan_transactions (refund_of) WHERE refund_of IS NOT NULL;
-- No line of a statement counts twice, however often it is imported.
CREATE UNIQUE INDEX statement_lines ON sambatan_transactions (statement_line, statement_share)
 WHERE statement_line IS NOT NULL;
-- What may be the same payment: a line that nobody owes is held against those that are recorded.
CREATE INDEX payments_by_amount ON sambatan_transactions (amount, id) WHERE kind = 'payment';
CREATE INDEX transactions_by_campaign ON sambatan_transactions (campaign_id, id);
CREATE INDEX transactions_by_participation ON sambatan_transactions (participation_id, id);
CREATE INDEX refunds_by_campaign ON sambatan_transactions (campaign_id, id) WHERE kind = 'refund';
-- What the organiser has to send.
CREATE INDEX refunds_due ON sambatan_transactions (id) WHERE kind = 'refund' AND status = 'due';
-- Which of them a line of a statement may have sent.
CREATE INDEX refunds_due_by_amount ON sambatan_transactions (amount, id) WHERE kind = 'refund' AND status = 'due';

CREATE TRIGGER transactions_are_never_deleted BEFORE DELETE ON sambatan_transactions
BEGIN
    SELECT RAISE(ABORT, 'the ledger cannot be changed');
END;

CREATE TRIGGER transactions_keep_their_amount
BEFORE UPDATE OF id, campaign_id, participation_id, kind, amount, refund_of, created_at ON sambatan_transactions
BEGIN
    SELECT RAISE(ABORT, 'the ledger cannot be changed');
END;

CREATE TRIGGER refunds_are_counted AFTER INSERT ON sambatan_transactions WHEN NEW.kind = 'refund'
BEGIN
    UPDATE sambatan_transactions SET refunded = refunded + NEW.amount WHERE id = NEW.refund_of;
    UPDATE sambatan_participants
       SET refunds_due          = refunds_due + iif(NEW.status = 'due', NEW.amount, 0),
           refunds_sent         = refunds_sent + iif(NEW.status = 'sent', NEW.amount, 0),
           refunds_acknowledged = refunds_acknowledged + iif(NEW.status = 'acknowledged', NEW.amount, 0)
     WHERE id = NEW.participation_id;
END;

CREATE TRIGGER refunds_are_followed AFTER UPDATE OF status ON sambatan_transactions
WHEN OLD.status <> NEW.status
BEGIN
    UPDATE sambatan_participants
       SET refunds_due          = refunds_due + iif(NEW.status = 'due', NEW.amount, 0)
                                              - iif(OLD.status = 'due', OLD.amount, 0),
           refunds_sent         = refunds_sent + iif(NEW.status = 'sent', NEW.amount, 0)
                                               - iif(OLD.status = 'sent', OLD.amount, 0),
           refunds_acknowledged = refunds_acknowledged + iif(NEW.status = 'acknowledged', NEW.amount, 0)
                                                       - iif(OLD.status = 'acknowledged', OLD.amount, 0)
     WHERE id = NEW.participation_id;
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

-- Who may not join again: a name as it was typed, so that the organiser knows whom to let back in, or a
-- shipping address, of which only a digest under the installation's key is kept. Erased when it is lifted.
CREATE TABLE bans (
    id               TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    kind             TEXT NOT NULL CHECK (kind IN ('handle', 'address')),
    digest           BLOB NOT NULL CHECK (length(digest) = 32),
    handle           TEXT CHECK (length(handle) BETWEEN 1 AND 64),
    participation_id TEXT REFERENCES sambatan_participants (id),
    created_at       TEXT NOT NULL CHECK (created_at LIKE '____-__-__ __:__:__.___'),
    -- An HMAC of the row under the installation's key: no event tells what is banned.
    seal             BLOB NOT NULL DEFAULT (zeroblob(32)) CHECK (length(seal) = 32),
    CHECK ((kind = 'handle') = (handle IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- What every join asks.
CREATE UNIQUE INDEX bans_by_digest ON bans (digest);

-- Where people pay to. Who is asked for money is shown what stands here, and nobody else. A row is kept when
-- it is retired: the log names it.
CREATE TABLE pay_to (
    id         TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    kind       TEXT NOT NULL CHECK (kind IN ('bank', 'ewallet', 'qris')),
    -- The bank or the wallet.
    bank       TEXT CHECK (length(bank) BETWEEN 2 AND 40),
    number     TEXT CHECK (length(number) BETWEEN 4 AND 40),
    holder     TEXT CHECK (length(holder) BETWEEN 2 AND 80),
    -- A merchant's static code.
    payload    TEXT CHECK (length(payload) <= 512),
    -- The organiser's own.
    note       TEXT CHECK (length(note) <= 160),
    created_at TEXT NOT NULL CHECK (created_at LIKE '____-__-__ __:__:__.___'),
    retired_at TEXT CHECK (retired_at LIKE '____-__-__ __:__:__.___'),
    salt       BLOB CHECK (length(salt) = 16),
    CHECK ((kind = 'qris') = (payload IS NOT NULL)),
    CHECK (kind = 'qris' OR (bank IS NOT NULL AND number IS NOT NULL AND holder IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX pay_to_in_use ON pay_to (id) WHERE retired_at IS NULL;

CREATE TRIGGER pay_to_is_never_deleted BEFORE DELETE ON pay_to
BEGIN
    SELECT RAISE(ABORT, 'the log names this account');
END;

CREATE TRIGGER pay_to_keeps_what_it_says
BEFORE UPDATE OF id, kind, bank, number, holder, payload, note, created_at, salt ON pay_to
BEGIN
    SELECT RAISE(ABORT, 'an account is retired, never changed');
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
    last_failure      TEXT    CHECK (last_failure IN ('unreachable', 'timed_out', 'tls', 'not_http',
                                                           'address_refused')),
    last_delivered_at TEXT    CHECK (last_delivered_at LIKE '____-__-__ __:__:__.___'),
    next_attempt_at   TEXT    CHECK (next_attempt_at LIKE '____-__-__ __:__:__.___'),
    created_at        TEXT    NOT NULL CHECK (created_at LIKE '____-__-__ __:__:__.___'),
    salt              BLOB    CHECK (length(salt) = 16)
) STRICT, WITHOUT ROWID;

-- One row for each change, written in the transaction of the change. The number is the order in which
-- changes were committed; ids would not say that. `campaign_id` is NULL for changes of a product.
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

CREATE INDEX audit_by_campaign ON sambatan_audit_logs (campaign_id, id);
-- For "what happened in the last hour".
CREATE INDEX audit_by_time ON sambatan_audit_logs (created_at);

CREATE TRIGGER audit_rows_are_never_updated BEFORE UPDATE ON sambatan_audit_logs
BEGIN
    SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;

CREATE TRIGGER audit_rows_are_never_deleted BEFORE DELETE ON sambatan_audit_logs
BEGIN
    SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;

-- The answers of joins that carried an Idempotency-Key, written in the join's own transaction.
-- `scope` is whose name the caller gave, `fingerprint` the SHA-256 of the request.
CREATE TABLE idempotency_keys (
    scope       TEXT    NOT NULL,
    key         TEXT    NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    status      INTEGER NOT NULL CHECK (status IN (201, 409)),
    body        TEXT    NOT NULL,
    expires_at  TEXT    NOT NULL CHECK (expires_at LIKE '____-__-__ __:__:__.___'),
    -- Of a key that could be guessed, who used it: a pseudonym. So nobody else can take it away from somebody.
    caller      TEXT    NOT NULL DEFAULT '' CHECK (length(caller) IN (0, 32)),
    -- The campaign with which the answer goes; none in a row of before.
    campaign_id TEXT    CHECK (length(campaign_id) = 36),
    -- Counts the refusals of a campaign, of which only the latest are kept; none for a join that took its slots.
    refusal     INTEGER CHECK (refusal IS NULL
                               OR (refusal > 0 AND status = 409 AND campaign_id IS NOT NULL)),
    -- An HMAC of the row, but for `expires_at`, under the installation's key: no event tells of it.
    seal        BLOB    NOT NULL DEFAULT (zeroblob(32)) CHECK (length(seal) = 32),
    PRIMARY KEY (scope, key, caller)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
CREATE INDEX idempotency_keys_by_campaign ON idempotency_keys (campaign_id, refusal);

-- Totals over all campaigns, a row a status, so that the dashboard costs the same with ten campaigns
-- and with a hundred thousand. The triggers below are their only writers.
CREATE TABLE sambatan_totals (
    status       TEXT    NOT NULL PRIMARY KEY,
    campaigns    INTEGER NOT NULL DEFAULT 0 CHECK (campaigns >= 0),
    filled_slots INTEGER NOT NULL DEFAULT 0 CHECK (filled_slots >= 0)
) STRICT, WITHOUT ROWID;

INSERT INTO sambatan_totals (status)
VALUES ('draft'), ('active'), ('locked'), ('fulfilled'), ('expired'), ('cancelled');

CREATE TRIGGER totals_follow_new_campaigns AFTER INSERT ON sambatan_campaigns
BEGIN
    UPDATE sambatan_totals
       SET campaigns = campaigns + 1, filled_slots = filled_slots + NEW.filled_slots
     WHERE status = NEW.status;
END;

CREATE TRIGGER totals_follow_slots AFTER UPDATE OF filled_slots ON sambatan_campaigns
WHEN OLD.status = NEW.status AND OLD.filled_slots <> NEW.filled_slots
BEGIN
    UPDATE sambatan_totals
       SET filled_slots = filled_slots + NEW.filled_slots - OLD.filled_slots
     WHERE status = NEW.status;
END;

CREATE TRIGGER totals_follow_status AFTER UPDATE OF status ON sambatan_campaigns
WHEN OLD.status <> NEW.status
BEGIN
    UPDATE sambatan_totals
       SET campaigns = campaigns - 1, filled_slots = filled_slots - OLD.filled_slots
     WHERE status = OLD.status;
    UPDATE sambatan_totals
       SET campaigns = campaigns + 1, filled_slots = filled_slots + NEW.filled_slots
     WHERE status = NEW.status;
END;

CREATE TRIGGER totals_follow_deleted_campaigns AFTER DELETE ON sambatan_campaigns
BEGIN
    UPDATE sambatan_totals
       SET campaigns = campaigns - 1, filled_slots = filled_slots - OLD.filled_slots
     WHERE status = OLD.status;
END;

-- A campaign's progress. Only live participations (reserved or confirmed) count. Every slot of a
-- campaign has one price, so the contributions are a product, not a sum over participations.
CREATE VIEW sambatan_campaign_progress AS
SELECT id                                           AS campaign_id,
       total_slots,
       filled_slots,
       total_slots - filled_slots                   AS available_slots,
       (filled_slots * 10000 / total_slots) / 100.0 AS progress,
       participant_count,
       filled_slots * slot_price                    AS total_contribution,
       status
  FROM sambatan_campaigns;

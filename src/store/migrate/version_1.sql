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
--     expires, in the stored answer of an idempotent join; never in the audit log.

-- The secret of this installation, made with the file. Every participant's manage token is derived from
-- it and stored nowhere: whoever reads it can act for all of them.
CREATE TABLE installation (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    key      BLOB    NOT NULL CHECK (length(key) = 32)
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
    updated_at           TEXT    NOT NULL CHECK (updated_at LIKE '____-__-__ __:__:__.___')
) STRICT, WITHOUT ROWID;

-- `filled_slots` and `participant_count` are kept on the campaign, in the transaction of each join and
-- release: the decision to sell reads one row, and the cost of a join or of the progress view does not
-- grow with the number of participants. `sambatan check` compares them with the participations.
CREATE TABLE sambatan_campaigns (
    id                TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    product_id        TEXT    NOT NULL REFERENCES products (id),
    title             TEXT    NOT NULL CHECK (length(title) BETWEEN 3 AND 120),
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
    joined_at           TEXT    NOT NULL CHECK (joined_at LIKE '____-__-__ __:__:__.___'),
    updated_at          TEXT    NOT NULL CHECK (updated_at LIKE '____-__-__ __:__:__.___')
) STRICT, WITHOUT ROWID;

CREATE INDEX participants_by_campaign ON sambatan_participants (campaign_id, id);
CREATE INDEX participants_by_user ON sambatan_participants (user_id, id);

-- One row for each change, written in the transaction of the change. The number is the order in which
-- changes were committed; ids would not say that. `campaign_id` is NULL for changes of a product.
CREATE TABLE sambatan_audit_logs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign_id TEXT REFERENCES sambatan_campaigns (id),
    event       TEXT NOT NULL CHECK (length(event) BETWEEN 3 AND 40),
    metadata    TEXT NOT NULL CHECK (json_valid(metadata)),
    created_at  TEXT NOT NULL CHECK (created_at LIKE '____-__-__ __:__:__.___')
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
-- `scope` is the caller, `fingerprint` the SHA-256 of the request.
CREATE TABLE idempotency_keys (
    scope       TEXT    NOT NULL,
    key         TEXT    NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    status      INTEGER NOT NULL CHECK (status IN (201, 409)),
    body        TEXT    NOT NULL,
    expires_at  TEXT    NOT NULL CHECK (expires_at LIKE '____-__-__ __:__:__.___'),
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

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

-- After the rows of the audit log were copied and chained: the last number that was given out, and what
-- belongs to the table.

UPDATE sqlite_sequence
   SET seq = max(seq, (SELECT seq FROM sqlite_sequence WHERE name = 'unchained_audit_logs'))
 WHERE name = 'sambatan_audit_logs';

DROP TABLE unchained_audit_logs;

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

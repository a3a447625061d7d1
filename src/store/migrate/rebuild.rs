//! From version 2 to 3, and from 3 to 4: every table is made anew as the schema of that version has it and
//! gets its rows back.
//!
//! SQLite can't change a CHECK of a table that is there, and both versions change several. Making all of
//! them anew gives an upgraded file the very definitions of a new one, to the letter, and leaves one place
//! to read them.

use rusqlite::{Connection, params};

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::store::audit;
use crate::store::error::StoreError;
use crate::store::migrate::{older, version_4};
use crate::store::schema::Object;

/// What a table of before is called while its rows are copied.
const BEFORE: &str = "before_rebuild_";

/// A version whose tables are made anew.
struct Version {
    number: u64,
    /// The whole schema.
    whole: &'static str,
    /// New columns that can't be left to their default: table, column, and what it says in a row of before,
    /// as an expression over that row.
    new_columns: &'static [(&'static str, &'static str, &'static str)],
    /// What follows from rows of before and stands in none of them.
    derived: &'static str,
    /// The same, where SQL alone can't say it.
    computed: fn(&Connection) -> Result<(), StoreError>,
    /// What a file of the version before has.
    before: fn() -> Result<Vec<Object>, StoreError>,
}

const THIRD: Version = Version {
    number: 3,
    whole: older::THIRD,
    new_columns: &[],
    derived: REFUNDS,
    computed: |_| Ok(()),
    before: older::second,
};

/// Makes what `schema.sql` says: with a fifth version it needs that text as it is now.
const FOURTH: Version = Version {
    number: 4,
    whole: super::CURRENT.whole,
    new_columns: NEW_IN_FOURTH,
    derived: ANSWERS,
    computed: version_4::key_names,
    before: older::third,
};

/// Where a new column of the fourth version goes that can't be left to its default.
const NEW_IN_FOURTH: &[(&str, &str, &str)] = &[];

/// Of which campaign an answer is, as far as it says so: it goes with its campaign. A refusal says nothing of it
/// and could be kept until a deadline in many years, so it is kept for a week more at the most.
const ANSWERS: &str = "
    UPDATE idempotency_keys
       SET campaign_id = (SELECT campaign_id FROM sambatan_participants
                           WHERE id = coalesce(body ->> 'id', body ->> 'participation_id'))
     WHERE status = 201 AND json_valid(body);
    UPDATE idempotency_keys
       SET expires_at = min(expires_at, strftime('%Y-%m-%d %H:%M:%f', c.ended_at, '+1 day'))
      FROM sambatan_campaigns c
     WHERE c.id = idempotency_keys.campaign_id AND c.ended_at IS NOT NULL;
    UPDATE idempotency_keys
       SET expires_at = min(expires_at, strftime('%Y-%m-%d %H:%M:%f', 'now', '+7 days'))
     WHERE status = 409;";

/// Brings a file from version 2 to 3.
pub(super) fn to_third(connection: &Connection) -> Result<(), StoreError> {
    rebuild(connection, &THIRD)
}

/// Brings a file from version 3 to 4.
pub(super) fn to_fourth(connection: &Connection) -> Result<(), StoreError> {
    rebuild(connection, &FOURTH)
}

/// What refunds add up to, which the third version keeps beside the payment and the participation.
const REFUNDS: &str = "
    UPDATE sambatan_transactions
       SET refunded = (SELECT sum(r.amount) FROM sambatan_transactions r
                        WHERE r.refund_of = sambatan_transactions.id)
     WHERE id IN (SELECT refund_of FROM sambatan_transactions WHERE refund_of IS NOT NULL);
    UPDATE sambatan_participants
       SET (refunds_due, refunds_sent, refunds_acknowledged) =
           (SELECT coalesce(sum(amount) FILTER (WHERE status = 'due'), 0),
                   coalesce(sum(amount) FILTER (WHERE status = 'sent'), 0),
                   coalesce(sum(amount) FILTER (WHERE status = 'acknowledged'), 0)
              FROM sambatan_transactions
             WHERE participation_id = sambatan_participants.id AND kind = 'refund')
     WHERE id IN (SELECT participation_id FROM sambatan_transactions WHERE kind = 'refund');";

/// Makes every table, index, trigger and view as the version has them, with the rows that were there. What
/// somebody else keeps in the file stays; an index or a view that no longer fits is left out, with a warning.
///
/// # Errors
/// What SQLite says.
fn rebuild(connection: &Connection, version: &Version) -> Result<(), StoreError> {
    let ours = {
        let new = Connection::open_in_memory()?;
        new.execute_batch(version.whole)?;
        named(&new, "table")?
    };
    let mut tables = named(connection, "table")?;
    tables.retain(|(table, _)| ours.iter().any(|(our, _)| our == table));
    let mut dropped = Vec::new();
    for kind in ["trigger", "view", "index"] {
        for (name, sql) in named(connection, kind)? {
            connection.execute_batch(&format!("DROP {kind} {}", quoted(&name)))?;
            dropped.push((kind, name, sql));
        }
    }
    // Whatever refers to a table goes on referring to it by its name.
    connection.pragma_update(None, "legacy_alter_table", true)?;
    for (table, _) in &tables {
        let sql = format!("ALTER TABLE \"{table}\" RENAME TO \"{BEFORE}{table}\"");
        connection.execute_batch(&sql)?;
    }
    connection.pragma_update(None, "legacy_alter_table", false)?;
    connection.execute_batch(version.whole)?;
    // The rows are as the triggers would make them; a second time would count them twice.
    let triggers = named(connection, "trigger")?;
    for (name, _) in &triggers {
        connection.execute_batch(&format!("DROP TRIGGER \"{name}\""))?;
    }
    for (table, _) in &tables {
        copy(connection, table, version)?;
        connection.execute_batch(&format!("DROP TABLE \"{BEFORE}{table}\""))?;
    }
    connection.execute_batch(version.derived)?;
    (version.computed)(connection)?;
    for (_, sql) in &triggers {
        connection.execute_batch(sql)?;
    }
    make_again(connection, dropped, &(version.before)()?)?;
    note(connection, version.number)
}

/// Notes in the log that what comes after tells more than what was before: not earlier than what was before,
/// and nothing in a file in which nothing has happened.
fn note(connection: &Connection, version: u64) -> Result<(), StoreError> {
    let Some(end) = audit::log_end(connection)? else {
        return Ok(());
    };
    let event = NewAuditEvent {
        campaign_id: None,
        kind: AuditEventKind::FileUpgraded,
        metadata: Metadata::new().count("version", version),
        timestamp: end.timestamp,
    };
    audit::ChainEnd::default().append(connection, event)?;
    Ok(())
}

/// Makes the views and indexes of somebody else again. Ours of before are there as they are now.
fn make_again(
    connection: &Connection,
    dropped: Vec<(&str, String, String)>,
    before: &[Object],
) -> Result<(), StoreError> {
    for (kind, name, sql) in dropped {
        let is_taken = connection
            .prepare("SELECT 1 FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE")?
            .exists([&name])?;
        let is_theirs = kind != "trigger" && !before.iter().any(|our| our.is_called(&name));
        // One statement, and only of the kind that it was.
        let is_what_it_says = sql.starts_with(&format!("CREATE {} ", kind.to_uppercase()));
        if is_taken || !is_theirs {
            continue;
        }
        if !is_what_it_says || connection.execute(&sql, []).is_err() {
            log::warn!(
                "the {kind} {name} was not made by this program and no longer fits: left out"
            );
        }
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The names and definitions of all that somebody defined.
fn named(connection: &Connection, kind: &str) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_schema
          WHERE type = ?1 AND sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
    )?;
    let rows = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn copy(connection: &Connection, table: &str, version: &Version) -> Result<(), StoreError> {
    let mut statement = connection.prepare(
        "SELECT name FROM pragma_table_xinfo(?1)
         INTERSECT
         SELECT name FROM pragma_table_xinfo(?2)",
    )?;
    let names =
        statement.query_map(params![table, format!("{BEFORE}{table}")], |row| row.get(0))?;
    let mut columns = names.collect::<rusqlite::Result<Vec<String>>>()?;
    let mut values = columns.clone();
    for (_, column, value) in version.new_columns.iter().filter(|(of, ..)| *of == table) {
        columns.push((*column).to_owned());
        values.push((*value).to_owned());
    }
    let (columns, values) = (columns.join(", "), values.join(", "));
    // A new file has rows of its own in some tables.
    connection.execute_batch(&format!(
        "DELETE FROM \"{table}\";
         INSERT INTO \"{table}\" ({columns}) SELECT {values} FROM \"{BEFORE}{table}\";"
    ))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::store::error::StoreError;
    use crate::store::migrate::{CURRENT, Part, Schema, older};
    use crate::store::open::{self, Durability};
    use crate::store::{check, schema, verify};
    use rusqlite::Connection;

    const SECOND: Schema<'static> = Schema {
        whole: include_str!("version_2_whole.sql"),
        steps: &[&[Part::Sql("")]],
    };

    const THIRD: Schema<'static> = Schema {
        whole: older::THIRD,
        steps: &[&[Part::Sql("")], &[Part::Sql("")]],
    };

    /// Campaigns in every state with their money, as these versions wrote them.
    const FILLED: &str = include_str!("version_2_filled.sql");
    const FILLED_BY_THIRD: &str = include_str!("version_3_filled.sql");

    /// A file of the third version with its rows, which its triggers must not count a second time.
    fn third_file(path: &std::path::Path) -> Connection {
        let mut old = Connection::open(path).unwrap();
        THIRD.apply(&mut old, path).unwrap();
        let triggers = super::named(&old, "trigger").unwrap();
        for (name, _) in &triggers {
            old.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
        }
        old.execute_batch(FILLED_BY_THIRD).unwrap();
        for (_, sql) in &triggers {
            old.execute_batch(sql).unwrap();
        }
        old
    }

    #[test]
    fn a_file_of_the_second_version_becomes_what_a_new_one_is_and_fits_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let mut old = Connection::open(&path).unwrap();
        SECOND.apply(&mut old, &path).unwrap();
        old.execute_batch(FILLED).unwrap();
        becomes_new(old, &path);
    }

    #[test]
    fn a_file_of_the_third_version_becomes_what_a_new_one_is_and_fits_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        becomes_new(third_file(&path), &path);
    }

    fn becomes_new(mut old: Connection, path: &std::path::Path) {
        let versions = CURRENT.version() - super::super::version(&old).unwrap();
        let counts = counts(&old);
        CURRENT.apply(&mut old, path).unwrap();
        let kept = self::counts(&old);
        for (table, mut rows) in counts {
            // The log says with each version that the file was brought up.
            if table == "sambatan_audit_logs" {
                rows += versions;
            }
            assert!(kept.contains(&(table.clone(), rows)), "{table}: {rows}");
        }
        fits_its_log_and_is_new(&old);
    }

    fn fits_its_log_and_is_new(old: &Connection) {
        let folder = tempfile::tempdir().unwrap();

        let path = folder.path().join("new.db");
        let mut new = Connection::open(&path).unwrap();
        CURRENT.apply(&mut new, &path).unwrap();
        assert_eq!(definitions(old), definitions(&new));

        for finding in check::run(old).unwrap() {
            assert!(finding.holds(), "{finding:?}");
        }
        let verified = verify::run(old).unwrap().unwrap();
        assert!(verified.participations_in_part > 50, "{verified:?}");
        assert!(verified.events > 100, "{}", verified.events);
    }

    #[test]
    fn old_answers_go_with_their_campaign_and_old_refusals_after_a_week() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let mut old = third_file(&path);
        let participation = |condition: &str| -> String {
            let sql = format!(
                "SELECT p.id FROM sambatan_participants p JOIN sambatan_campaigns c ON c.id = p.campaign_id
                  WHERE {condition} LIMIT 1"
            );
            old.query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        let (running, ended) = (
            participation("c.ended_at IS NULL"),
            participation("c.ended_at IS NOT NULL"),
        );
        for (key, status, expires, body) in [
            ("api", 201, "2999", format!("{{\"id\":\"{running}\"}}")),
            (
                "form",
                201,
                "2999",
                format!("{{\"participation_id\":\"{running}\"}}"),
            ),
            ("over", 201, "2999", format!("{{\"id\":\"{ended}\"}}")),
            ("text", 201, "2999", "joined".to_owned()),
            ("late", 409, "2999", "{}".to_owned()),
            ("soon", 409, "2025", "{}".to_owned()),
        ] {
            let sql =
                "INSERT INTO idempotency_keys (scope, key, fingerprint, status, body, expires_at)
                       VALUES ('nobody', ?1, zeroblob(32), ?2, ?3, ?4)";
            let expires = format!("{expires}-01-01 00:00:00.000");
            old.execute(sql, (key, status, body, expires)).unwrap();
        }
        CURRENT.apply(&mut old, &path).unwrap();
        let found = |condition: &str| -> String {
            let sql = format!(
                "SELECT group_concat(key, ' ' ORDER BY key)
                   FROM idempotency_keys k LEFT JOIN sambatan_campaigns c ON c.id = k.campaign_id
                  WHERE scope = 'nobody' AND {condition}"
            );
            old.query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        assert_eq!(found("c.ended_at IS NULL AND c.id IS NOT NULL"), "api form");
        assert_eq!(found("c.id IS NULL"), "late soon text");
        assert_eq!(found("expires_at > '2999'"), "api form text");
        let day_later = "strftime('%Y-%m-%d %H:%M:%f', c.ended_at, '+1 day')";
        assert_eq!(found(&format!("expires_at = {day_later}")), "over");
        let in_a_week =
            "expires_at BETWEEN datetime('now', '+6 days') AND datetime('now', '+8 days')";
        assert_eq!(found(in_a_week), "late");
        assert_eq!(found("expires_at = '2025-01-01 00:00:00.000'"), "soon");
    }

    #[test]
    fn what_somebody_else_keeps_in_a_file_of_the_second_version_is_there_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let mut old = Connection::open(&path).unwrap();
        SECOND.apply(&mut old, &path).unwrap();
        old.execute_batch(FILLED).unwrap();
        old.execute_batch(
            "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER);
             INSERT INTO _litestream_seq VALUES (1, 7);
             CREATE TABLE \"my notes\" (campaign TEXT, note TEXT);
             INSERT INTO \"my notes\" SELECT id, 'call them' FROM sambatan_campaigns;
             CREATE VIEW my_view AS SELECT title FROM sambatan_campaigns;
             CREATE INDEX my_index ON sambatan_campaigns (title);
             ANALYZE",
        )
        .unwrap();
        CURRENT.apply(&mut old, &path).unwrap();
        let differences = schema::differences(&old).unwrap();
        assert_eq!(
            schema::in_words(&differences),
            "table my notes is somebody else's, view my_view is somebody else's, index my_index is somebody else's"
        );
        let count = |sql: &str| -> i64 { old.query_row(sql, [], |row| row.get(0)).unwrap() };
        assert_eq!(count("SELECT seq FROM _litestream_seq"), 7);
        assert!(count("SELECT count(*) FROM my_view") > 1);
        assert!(count("SELECT count(*) FROM \"my notes\"") > 1);
    }

    #[test]
    fn a_file_of_an_older_version_with_what_can_refuse_a_write_is_left_as_it_is() {
        let first = Schema {
            whole: include_str!("version_1.sql"),
            steps: &[],
        };
        for (schema, table) in [
            (first, "sambatan_participants"),
            (SECOND, "sambatan_money"),
            (THIRD, "sambatan_money"),
        ] {
            for harm in [
                format!("CREATE TRIGGER helpful AFTER INSERT ON {table} BEGIN SELECT 1; END"),
                format!("CREATE TABLE notes (whose TEXT REFERENCES {table})"),
                format!("CREATE INDEX fast ON {table} (json('1'))"),
                format!(
                    "DROP TRIGGER totals_follow_slots; CREATE TRIGGER totals_follow_slots
                     AFTER UPDATE ON {table} BEGIN DELETE FROM {table}; END"
                ),
                format!(
                    "ALTER TABLE {table} RENAME TO hidden; CREATE VIEW {table} AS SELECT * FROM hidden"
                ),
            ] {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("old.db");
                let mut old = Connection::open(&path).unwrap();
                schema.apply(&mut old, &path).unwrap();
                drop(old);
                open::writer(&path, Durability::Off).unwrap();
                let path = folder.path().join("harmed.db");
                let mut old = Connection::open(&path).unwrap();
                schema.apply(&mut old, &path).unwrap();
                old.execute_batch(&harm).unwrap();
                let refused = open::writer(&path, Durability::Off).unwrap_err();
                assert!(
                    matches!(refused, StoreError::SchemaChanged { .. }),
                    "{refused}"
                );
                assert_eq!(super::super::version(&old).unwrap(), schema.version());
            }
        }
    }

    fn definitions(connection: &Connection) -> Vec<(String, String)> {
        let sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().map(Result::unwrap).collect()
    }

    fn counts(connection: &Connection) -> Vec<(String, i64)> {
        let tables = super::named(connection, "table").unwrap();
        let count = |(table, _): (String, String)| {
            let sql = format!("SELECT count(*) FROM \"{table}\"");
            let rows = connection.query_row(&sql, [], |row| row.get(0));
            (table, rows.unwrap())
        };
        tables.into_iter().map(count).collect()
    }
}

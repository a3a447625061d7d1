//! Compares the definitions in a file with those that this program makes: what somebody else put in, took out
//! or rewrote.
//!
//! Owns what counts as a change and what only as company. Looks at definitions, never at rows.

use std::fmt;
use std::path::Path;
use std::sync::OnceLock;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::migrate;

/// A row of `sqlite_schema`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    kind: String,
    name: String,
    table: String,
    sql: Option<String>,
}

impl Object {
    /// Whether it has that name; SQLite does not heed case.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.is_called(&other.name)
            && self.table.eq_ignore_ascii_case(&other.table)
            && self.words().eq(other.words())
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.sql.as_deref().unwrap_or("").split_whitespace()
    }

    /// Whether its definition may have a foreign key: when in doubt, yes.
    fn refers(&self) -> bool {
        let sql = self.sql.as_deref().unwrap_or("");
        sql.to_ascii_lowercase().contains("references")
    }

    /// Whether it may have a foreign key to a table of these: SQLite asks it then whenever one of their rows changes.
    fn refers_to(&self, tables: &[Self]) -> bool {
        let sql = self.sql.as_deref().unwrap_or("").to_ascii_lowercase();
        let is_named = |object: &Self| {
            object.kind == "table" && sql.contains(&object.name.to_ascii_lowercase())
        };
        self.refers() && tables.iter().any(is_named)
    }

    /// Whether it is an index of whole columns and all rows. What else one may hold is worked out at each write and
    /// can refuse it: a rule of which rows, an expression, an order that only another program knows.
    fn only_sorts(&self) -> bool {
        let sql = self.sql.as_deref().unwrap_or("");
        let columns = sql
            .strip_prefix("CREATE INDEX ")
            .and_then(|rest| rest.trim_end().strip_suffix(')'))
            .and_then(|rest| rest.split_once('('));
        let is_column = |part: &str| {
            let mut words = part.split_whitespace();
            let is_name = words.next().is_some_and(is_a_name);
            let order = words.next();
            let is_order =
                |word: &str| matches!(word.to_ascii_lowercase().as_str(), "asc" | "desc");
            is_name && order.is_none_or(is_order) && words.next().is_none()
        };
        columns.is_some_and(|(_, columns)| columns.split(',').all(is_column))
    }
}

/// Whether a word can be a column's name, quoted or not.
fn is_a_name(word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '`' | '[' | ']');
    !word.is_empty() && word.chars().all(is_part)
}

/// How an object of a file differs from what this program makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is not there.
    Missing,
    /// It is something else, or its definition is.
    Changed,
    /// This program does not make it, and it can change what the tables say or what may be written.
    TooMuch,
    /// This program does not make it; it changes nothing of what it does.
    Foreign,
}

impl Change {
    /// What it is, in words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Missing => "is missing",
            Self::Changed => "is defined differently",
            Self::TooMuch => "is none of this program's",
            Self::Foreign => "is somebody else's",
        }
    }
}

/// An object that is not as this program makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// `table`, `index`, `trigger` or `view`.
    pub(crate) kind: String,
    /// Its name.
    pub(crate) name: String,
    /// What of it.
    pub(crate) change: Change,
}

impl Difference {
    fn of(object: &Object, change: Change) -> Self {
        Self {
            kind: object.kind.clone(),
            name: object.name.clone(),
            change,
        }
    }

    /// Whether it is only to be warned of.
    pub(crate) const fn is_foreign(&self) -> bool {
        matches!(self.change, Change::Foreign)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind, self.name, self.change.words())
    }
}

/// Everything in which a file of this version differs from a new one.
///
/// # Errors
/// What SQLite says.
pub(crate) fn differences(connection: &Connection) -> Result<Vec<Difference>, StoreError> {
    static NEW_FILE: OnceLock<Vec<Object>> = OnceLock::new();
    let expected = match NEW_FILE.get() {
        Some(expected) => expected,
        None => {
            let made = made_by(migrate::CURRENT.whole)?;
            NEW_FILE.get_or_init(|| made)
        }
    };
    Ok(compare(expected, objects(connection)?))
}

/// What a file has that was made by these statements.
fn made_by(sql: &str) -> Result<Vec<Object>, StoreError> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(sql)?;
    objects(&connection)
}

/// The definitions in a file itself; what a connection has of its own is not among them.
pub(super) fn objects(connection: &Connection) -> Result<Vec<Object>, StoreError> {
    let mut statement =
        connection.prepare("SELECT type, name, tbl_name, sql FROM main.sqlite_schema")?;
    let rows = statement.query_map([], |row| {
        Ok(Object {
            kind: row.get(0)?,
            name: row.get(1)?,
            table: row.get(2)?,
            sql: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn compare(expected: &[Object], mut found: Vec<Object>) -> Vec<Difference> {
    let mut differences = Vec::new();
    for object in expected {
        if let Some(same) = found.iter().position(|other| other == object) {
            found.remove(same);
            continue;
        }
        let named = found.iter().position(|other| other.is_called(&object.name));
        let change = match named {
            Some(other) => {
                found.remove(other);
                Change::Changed
            }
            None => Change::Missing,
        };
        differences.push(Difference::of(object, change));
    }
    let is_ours = |table: &str| {
        let is_it = |object: &Object| object.kind == "table" && object.is_called(table);
        expected.iter().any(is_it)
    };
    let rest = found.iter().filter(|object| !is_known(object));
    differences.extend(rest.filter_map(|object| {
        let is_on_ours = is_ours(&object.table);
        // What SQLite makes for a table of somebody else comes with that table.
        let comes_along = object.kind == "index" && object.sql.is_none() && !is_on_ours;
        (!comes_along).then(|| Difference::of(object, judge(object, is_on_ours, expected)))
    }));
    differences
}

/// What SQLite's `ANALYZE` and Litestream keep in a file. Their tables refer to none of ours.
fn is_known(object: &Object) -> bool {
    const STATISTICS: [&str; 4] = [
        "sqlite_stat1",
        "sqlite_stat2",
        "sqlite_stat3",
        "sqlite_stat4",
    ];
    let name = object.name.as_str();
    let is_known = STATISTICS.contains(&name) || name.starts_with("_litestream_");
    is_known && object.kind == "table" && object.table == object.name && !object.refers()
}

/// What an object too many can do. A trigger changes what a write writes; an index with a rule or an expression,
/// and a table that refers to ours, refuse writes; and nobody but SQLite gives names that begin as its own do.
fn judge(object: &Object, is_on_ours: bool, expected: &[Object]) -> Change {
    let is_plain = match object.kind.as_str() {
        "table" => !object.refers_to(expected),
        "view" => true,
        "index" => !is_on_ours || object.only_sorts(),
        _ => false,
    };
    let is_reserved = object.name.to_ascii_lowercase().starts_with("sqlite_");
    if is_plain && !is_reserved {
        Change::Foreign
    } else {
        Change::TooMuch
    }
}

/// Asks that a file of this version is defined as this program defines one, and logs a warning about what
/// somebody else keeps in it.
///
/// # Errors
/// [`StoreError::SchemaChanged`], or what SQLite says.
pub(crate) fn require(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let (foreign, changed): (Vec<_>, Vec<_>) = differences(connection)?
        .into_iter()
        .partition(Difference::is_foreign);
    for difference in foreign {
        log::warn!("{}: {difference}; it is left alone", path.display());
    }
    refuse(path, &changed)
}

/// Asks that nothing in a file of an older version would run or be read instead of its tables while it is
/// brought up to date, or be refused afterwards. What is only missing is made anew then, and every row meets the
/// new rules.
///
/// # Errors
/// [`StoreError::SchemaChanged`], or what SQLite says.
pub(crate) fn require_older(
    connection: &Connection,
    path: &Path,
    makes: &[Vec<Object>],
) -> Result<(), StoreError> {
    let is_one_of = |object: &Object| makes.iter().flatten().any(|made| made.is_like(object));
    let is_a_table = |name: &str| {
        let is_it = |made: &Object| made.kind == "table" && made.is_called(name);
        makes.iter().flatten().any(is_it)
    };
    let is_named = |object: &Object| {
        let mut ours = makes.iter().flatten();
        ours.any(|made| made.kind == object.kind && made.is_called(&object.name))
    };
    let can_refuse_writes = |object: &Object| match object.kind.as_str() {
        "table" => makes.iter().any(|tables| object.refers_to(tables)),
        "index" => is_a_table(&object.table) && object.sql.is_some() && !object.only_sorts(),
        _ => false,
    };
    let found = objects(connection)?;
    let mut changed = Vec::new();
    for object in &found {
        let change = match object.kind.as_str() {
            "trigger" if !is_one_of(object) => Change::TooMuch,
            "table" | "index" if !is_named(object) && can_refuse_writes(object) => Change::TooMuch,
            "table" | "index" => continue,
            _ if is_a_table(&object.name) => Change::Changed,
            _ => continue,
        };
        changed.push(Difference::of(object, change));
    }
    refuse(path, &changed)
}

fn refuse(path: &Path, changed: &[Difference]) -> Result<(), StoreError> {
    if changed.is_empty() {
        return Ok(());
    }
    Err(StoreError::SchemaChanged {
        path: path.to_owned(),
        changes: in_words(changed),
    })
}

/// Differences as a list in a sentence.
pub(crate) fn in_words(differences: &[Difference]) -> String {
    let words: Vec<String> = differences.iter().map(Difference::to_string).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_objects_of_a_name_are_one_too_many() {
        let object = |name: &str, sql: &str| Object {
            kind: "trigger".to_owned(),
            name: name.to_owned(),
            table: "a".to_owned(),
            sql: Some(sql.to_owned()),
        };
        let ours = object("keeps", "CREATE TRIGGER keeps …");
        let expected = [ours.clone()];
        assert_eq!(compare(&expected, vec![ours.clone()]), []);
        let twin = object("KEEPS", "CREATE TRIGGER KEEPS … nothing");
        let differences = compare(&expected, vec![twin, ours]);
        assert_eq!(
            in_words(&differences),
            "trigger KEEPS is none of this program's"
        );
    }

    #[test]
    fn what_bears_a_known_name_but_is_no_table_is_not_known() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(migrate::CURRENT.whole).unwrap();
        connection
            .execute_batch(
                "CREATE TRIGGER _litestream_seq AFTER INSERT ON products BEGIN SELECT 1; END;
                 CREATE VIEW _litestream_lock AS SELECT 1",
            )
            .unwrap();
        assert_eq!(
            in_words(&differences(&connection).unwrap()),
            "trigger _litestream_seq is none of this program's, view _litestream_lock is somebody else's"
        );
    }
}

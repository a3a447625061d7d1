//! Reads for people: the file opened for looking only, and a query that somebody typed.
//!
//! Owns what such a query may do: read, once, for a while. Three locks keep it from more: the connection
//! is `query_only`, an authorizer refuses every action that is not on its list while the statement is
//! compiled, and what SQLite itself does not call read-only is not run.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{RecvTimeoutError, bounded};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement};

use crate::store::error::StoreError;
use crate::store::migrate;

/// How long a lock that another process holds is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// So many steps of SQLite's machine lie between two looks at the time: about a tenth of a millisecond.
const STEPS: i32 = 10_000;

/// The longest value, in bytes, that a query may make or read; stored ones are far shorter.
const LONGEST: i32 = 1024 * 1024;

/// The most that an answer may take, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// What a query may be, as SQLite counts it. Its own bounds let one value take a gigabyte, and one comparison
/// hours.
const LIMITS: [(Limit, i32); 6] = [
    (Limit::SQLITE_LIMIT_LENGTH, LONGEST),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 64 * 1024),
    (Limit::SQLITE_LIMIT_COLUMN, 500),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 100),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
];

/// How often a query whose time is up is told again: between two of its steps nothing hears it.
const AGAIN: Duration = Duration::from_millis(100);

/// One value of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// A text; what was not UTF-8 is replaced.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Cell {
    /// How much memory it takes, in bytes.
    fn size(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Null | Self::Integer(_) | Self::Real(_) => 0,
                Self::Text(text) => text.len(),
                Self::Blob(bytes) => bytes.len(),
            }
    }
}

/// What a query answered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The columns' names, as the query gives them; a name can come twice.
    pub columns: Vec<String>,
    /// The rows, each as wide as `columns`.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there were more rows than asked for.
    pub has_more: bool,
}

/// Bounds of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryBounds {
    /// The most rows that are read.
    pub rows: usize,
    /// How long it may take.
    pub time: Duration,
}

/// Why a file or a query was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    /// There is no such file.
    #[error("there is no file {}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file could not be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The query does more than read.
    #[error(
        "only reading is allowed here: one SELECT, and no ATTACH or PRAGMA that changes anything"
    )]
    NotReading,
    /// There is more than one statement.
    #[error("only one statement at a time")]
    SeveralStatements,
    /// There is no statement.
    #[error("there is no query in that")]
    NoStatement,
    /// The query took too long.
    #[error("stopped after {} seconds; ask for less, or for rows that an index finds", .0.as_secs())]
    TimeUp(Duration),
    /// A value or the answer is too large.
    #[error(
        "a value may have 1 MiB and the whole answer 64 MiB, and this has more; ask for fewer rows, fewer columns, or a part of them with substr()"
    )]
    TooLarge,
    /// The query took more memory than it may.
    #[error("the query needs too much memory; ask for less, or for rows that an index finds")]
    OutOfMemory,
    /// SQLite does not understand the query, in its own words.
    #[error("{0}")]
    Sql(String),
}

/// A file that is open for looking.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
}

/// Opens a file of ours for reading. It is not made when it is missing, and nothing is migrated.
///
/// The connection could write but for `query_only`. One that SQLite opens as read-only leaves its
/// `-wal` and `-shm` beside a file that nobody else has open; this one cleans up behind itself.
///
/// # Errors
/// [`InspectError::Missing`], [`StoreError::NotOurs`], or what SQLite says.
pub(crate) fn open(path: &Path) -> Result<Opened, InspectError> {
    if !path.exists() {
        return Err(InspectError::Missing {
            path: path.to_owned(),
        });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> Result<Connection, StoreError> {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "query_only", true)?;
        migrate::require_ours(&connection, path)?;
        Ok(connection)
    };
    Ok(Opened {
        connection: open().map_err(|error| error.about(path))?,
        path: path.to_owned(),
    })
}

/// Runs a query that somebody typed.
///
/// # Errors
/// Why it was refused, or what SQLite says about it.
pub(crate) fn run(
    connection: &Connection,
    sql: &str,
    bounds: QueryBounds,
) -> Result<Table, InspectError> {
    let end = Instant::now() + bounds.time;
    let is_denied = Arc::new(AtomicBool::new(false));
    let denies = Arc::clone(&is_denied);
    let authorizer = move |context: AuthContext<'_>| {
        if is_secret(&context.action) {
            return Authorization::Ignore;
        }
        if only_reads(&context.action) {
            return Authorization::Allow;
        }
        denies.store(true, Ordering::Relaxed);
        Authorization::Deny
    };
    let read = || {
        connection.authorizer(Some(authorizer))?;
        for (limit, most) in LIMITS {
            connection.set_limit(limit, most)?;
        }
        connection.progress_handler(STEPS, Some(move || Instant::now() >= end))?;
        let mut statement = connection.prepare(sql)?;
        if statement.readonly() && statement.column_count() > 0 {
            return read_bounded(&mut statement, bounds.rows, LARGEST).map(Some);
        }
        // What is neither a query nor anything else is blanks and comments.
        is_denied.fetch_or(!is_empty(&statement), Ordering::Relaxed);
        Ok(None)
    };
    let found = watched(connection, bounds.time, read);
    // SQLite says in several ways that the authorizer refused; this is the one that is certain.
    if is_denied.load(Ordering::Relaxed) {
        return Err(InspectError::NotReading);
    }
    match found {
        Ok(Some(None)) => Err(InspectError::TooLarge),
        Ok(table) => table.flatten().ok_or(InspectError::NoStatement),
        Err(error) => Err(explain(error, bounds.time)),
    }
}

/// Runs `read` while another thread watches the time: SQLite itself looks at it between its steps only, and
/// one step may be one function over a whole value.
fn watched<T>(connection: &Connection, time: Duration, read: impl FnOnce() -> T) -> T {
    let interrupt = connection.get_interrupt_handle();
    let (done, running) = bounded::<()>(0);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut wait = time;
            while running.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                interrupt.interrupt();
                wait = AGAIN;
            }
        });
        let found = read();
        drop(done);
        found
    })
}

/// Has SQLite take at most so many bytes, in the whole process and for good.
///
/// # Errors
/// What SQLite says.
pub(crate) fn limit_memory(connection: &Connection, bytes: u32) -> Result<(), StoreError> {
    let sql = format!("PRAGMA hard_heap_limit = {bytes}");
    Ok(connection.query_row(&sql, [], |_| Ok(()))?)
}

/// A statement of blanks and comments compiles to nothing, which has no text.
fn is_empty(statement: &Statement<'_>) -> bool {
    statement.expanded_sql().is_none_or(|sql| sql.is_empty())
}

/// Reads up to `limit` rows, and whether there are more; none when they take more than so many bytes.
fn read_bounded(
    statement: &mut Statement<'_>,
    limit: usize,
    bytes: usize,
) -> rusqlite::Result<Option<Table>> {
    let mut taken: usize = 0;
    let columns: Vec<String> = statement
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let mut table = Table {
        columns,
        ..Table::default()
    };
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if table.rows.len() == limit {
            table.has_more = true;
            break;
        }
        let row = cells(row, table.columns.len())?;
        taken = taken.saturating_add(row.iter().map(Cell::size).sum());
        if taken > bytes {
            return Ok(None);
        }
        table.rows.push(row);
    }
    Ok(Some(table))
}

/// The values of a row.
pub(crate) fn cells(row: &rusqlite::Row<'_>, columns: usize) -> rusqlite::Result<Vec<Cell>> {
    (0..columns)
        .map(|column| {
            Ok(match row.get_ref(column)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Integer(number),
                ValueRef::Real(number) => Cell::Real(number),
                ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => Cell::Blob(bytes.to_owned()),
            })
        })
        .collect()
}

/// Whether an action reads the key, which is then read as NULL: what is printed gets copied.
fn is_secret(action: &AuthAction<'_>) -> bool {
    matches!(action, AuthAction::Read { table_name, column_name }
        if table_name.eq_ignore_ascii_case("installation") && column_name.eq_ignore_ascii_case("key"))
}

/// Whether an action only reads. One that a later SQLite may bring does not count as such.
fn only_reads(action: &AuthAction<'_>) -> bool {
    match action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => true,
        AuthAction::Function { function_name } => {
            !function_name.eq_ignore_ascii_case("load_extension")
        }
        AuthAction::Pragma {
            pragma_name,
            pragma_value,
        } => pragma_reads(pragma_name, *pragma_value),
        _ => false,
    }
}

/// Pragmas that describe the schema take a name; the others change something when they get a value.
fn pragma_reads(name: &str, value: Option<&str>) -> bool {
    const DESCRIBE: [&str; 9] = [
        "foreign_key_check",
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "integrity_check",
        "quick_check",
        "table_info",
        "table_xinfo",
    ];
    const ASK: [&str; 9] = [
        "application_id",
        "compile_options",
        "encoding",
        "freelist_count",
        "journal_mode",
        "page_count",
        "page_size",
        "table_list",
        "user_version",
    ];
    let listed = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    listed(&DESCRIBE) || (value.is_none() && listed(&ASK))
}

fn explain(error: rusqlite::Error, time: Duration) -> InspectError {
    match (error.sqlite_error_code(), error) {
        (Some(ErrorCode::OperationInterrupted), _) => InspectError::TimeUp(time),
        (Some(ErrorCode::TooBig), _) => InspectError::TooLarge,
        (Some(ErrorCode::OutOfMemory), _) => InspectError::OutOfMemory,
        (_, rusqlite::Error::MultipleStatement) => InspectError::SeveralStatements,
        (_, rusqlite::Error::SqlInputError { msg, .. }) => InspectError::Sql(msg),
        (_, error) => InspectError::Sql(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::open::{Durability, writer};

    const BOUNDS: QueryBounds = QueryBounds {
        rows: 3,
        time: Duration::from_secs(10),
    };

    fn file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        writer(&path, Durability::Off).unwrap();
        (folder, path)
    }

    #[test]
    fn a_query_can_read_and_nothing_else() {
        let (_folder, path) = file();
        let Opened { connection, .. } = open(&path).unwrap();
        for sql in [
            "SELECT 1",
            "SELECT * FROM products;  -- all of them",
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3) SELECT x FROM n",
            "EXPLAIN QUERY PLAN SELECT * FROM sambatan_campaigns",
            "PRAGMA table_info(products)",
            "PRAGMA user_version",
            "SELECT * FROM pragma_integrity_check",
        ] {
            assert!(run(&connection, sql, BOUNDS).is_ok(), "{sql}");
        }
        for sql in [
            "DELETE FROM products",
            "UPDATE sambatan_totals SET campaigns = 1 RETURNING *",
            "CREATE TABLE a (x)",
            "CREATE TEMP TABLE a (x)",
            "ATTACH '/tmp/a.db' AS a",
            "DETACH main",
            "PRAGMA user_version = 9",
            "PRAGMA query_only = 0",
            "PRAGMA writable_schema = 1",
            "PRAGMA journal_mode = DELETE",
            "PRAGMA wal_checkpoint",
            "SELECT load_extension('a')",
            "BEGIN IMMEDIATE",
            "VACUUM INTO '/tmp/a.db'",
            "REINDEX",
            "SELECT 1; DELETE FROM products",
        ] {
            let refused = run(&connection, sql, BOUNDS);
            assert!(
                matches!(refused, Err(InspectError::NotReading)),
                "{sql}: {refused:?}"
            );
        }
    }

    #[test]
    fn the_key_of_the_installation_is_not_shown() {
        let (_folder, path) = file();
        let Opened { connection, .. } = open(&path).unwrap();
        for sql in [
            "SELECT key FROM installation",
            "SELECT \"KEY\" FROM Installation",
            "SELECT max(hex(key)) FROM (SELECT * FROM main.installation)",
            "SELECT i.key FROM installation i WHERE key IS NULL",
        ] {
            let table = run(&connection, sql, BOUNDS).unwrap();
            let shown = &table.rows[0][0];
            assert!(
                matches!(shown, Cell::Null) || *shown == Cell::Text(String::new()),
                "{sql}: {shown:?}"
            );
        }
    }

    #[test]
    fn several_statements_none_and_nonsense_are_told_apart() {
        let (_folder, path) = file();
        let Opened { connection, .. } = open(&path).unwrap();
        let run = |sql| run(&connection, sql, BOUNDS);
        assert!(matches!(
            run("SELECT 1; SELECT 2"),
            Err(InspectError::SeveralStatements)
        ));
        for sql in ["", "  ;", "-- nothing"] {
            let refused = run(sql);
            assert!(
                matches!(refused, Err(InspectError::NoStatement)),
                "{sql}: {refused:?}"
            );
        }
        let Err(InspectError::Sql(message)) = run("SELECT nonsense FROM products") else {
            panic!("a column that is not there");
        };
        assert_eq!(message, "no such column: nonsense");
    }

    #[test]
    fn rows_and_time_are_bounded() {
        let (_folder, path) = file();
        let Opened { connection, .. } = open(&path).unwrap();
        let count = |end: &str| {
            format!(
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n {end}) SELECT x FROM n"
            )
        };
        let three = run(&connection, &count("LIMIT 3"), BOUNDS).unwrap();
        assert_eq!((three.rows.len(), three.has_more), (3, false));
        let four = run(&connection, &count("LIMIT 4"), BOUNDS).unwrap();
        assert_eq!((four.rows.len(), four.has_more), (3, true));

        let endless = format!("SELECT count(*) FROM ({})", count(""));
        let hasty = QueryBounds {
            rows: 3,
            time: Duration::ZERO,
        };
        let stopped = run(&connection, &endless, hasty);
        assert!(
            matches!(stopped, Err(InspectError::TimeUp(_))),
            "{stopped:?}"
        );
    }

    #[test]
    fn values_columns_and_the_whole_answer_are_bounded() {
        let (_folder, path) = file();
        let Opened { connection, .. } = open(&path).unwrap();
        let bounds = QueryBounds {
            rows: 1_000_000,
            ..BOUNDS
        };
        let many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 3000000)";
        for sql in [
            "SELECT zeroblob(2000000000)",
            "SELECT length(randomblob(5000000))",
            "SELECT printf('%1000000000d', 1)",
            "SELECT replace(hex(zeroblob(1000)), '0', hex(zeroblob(1000)))",
            &format!("{many} SELECT group_concat('many of them') FROM n"),
            &format!("{many} SELECT hex(zeroblob(400000)) FROM n LIMIT 1000"),
            &format!("{many} SELECT x, x, x, x FROM n"),
        ] {
            let refused = run(&connection, sql, bounds);
            assert!(
                matches!(refused, Err(InspectError::TooLarge)),
                "{sql}: {refused:?}"
            );
        }
        let columns = format!("SELECT {}", vec!["1"; 501].join(", "));
        assert!(matches!(
            run(&connection, &columns, bounds),
            Err(InspectError::Sql(_))
        ));
        let long = format!("SELECT '{}'", "x".repeat(70_000));
        assert!(run(&connection, &long, bounds).is_err());
    }

    #[test]
    fn time_is_watched_also_while_one_step_takes_long() {
        let (_folder, path) = file();
        let Opened { connection, .. } = open(&path).unwrap();
        // Each row takes one step that takes long; SQLite would look at the time after thousands of them.
        let sql = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 1000)
                   SELECT sum(instr(hex(zeroblob(40000 + x)), hex(zeroblob(20000)) || '1')) FROM n";
        let started = Instant::now();
        let hasty = QueryBounds {
            rows: 3,
            time: Duration::from_millis(200),
        };
        let stopped = run(&connection, sql, hasty);
        assert!(
            matches!(stopped, Err(InspectError::TimeUp(_))),
            "{stopped:?}"
        );
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{:?}",
            started.elapsed()
        );
    }

    #[test]
    fn looking_leaves_the_folder_as_it_was_and_makes_no_file() {
        let (folder, path) = file();
        drop(open(&path).unwrap());
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
        let missing = folder.path().join("b.db");
        assert!(matches!(open(&missing), Err(InspectError::Missing { .. })));
        assert!(!missing.exists());
    }

    #[test]
    fn a_file_of_another_program_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("notes.txt");
        std::fs::write(&text, "x".repeat(5000)).unwrap();
        let database = folder.path().join("other.db");
        Connection::open(&database)
            .unwrap()
            .execute_batch("CREATE TABLE theirs (x)")
            .unwrap();
        for path in [text, database] {
            let refused = open(&path);
            assert!(
                matches!(
                    refused,
                    Err(InspectError::Store(StoreError::NotOurs { .. }))
                ),
                "{:?}",
                refused.err()
            );
        }
    }
}

//! Bank statements between being looked at and being recorded.
//!
//! A browser without a script cannot keep a chosen file for the next form, and a hidden field would send
//! megabytes back and forth and leave what stands in them in the browser's history. So the bytes wait here: in
//! memory alone, for whoever sent them, few of them and not for long.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;

use crate::domain::statement::Columns;
use crate::domain::time::Timestamp;
use crate::http::sessions::nonce;

/// The most statements; one more takes the place of the one that was used least recently.
const MOST: usize = 4;
/// The most lines of one that are left as they are.
const MOST_LEFT: usize = 10_000;
/// How long a statement waits after its last use.
const IDLE: TimeDelta = TimeDelta::minutes(30);

/// The statements that wait.
#[derive(Default)]
pub(crate) struct Staged(Mutex<Vec<Entry>>);

/// A statement as it was sent.
#[derive(Clone)]
pub(crate) struct Statement {
    /// Its bytes.
    pub(crate) bytes: Arc<[u8]>,
    /// What the organiser said about its columns.
    pub(crate) columns: Columns,
    /// The lines of which the organiser said that they are recorded already, by what they are known by.
    pub(crate) left: Arc<HashSet<[u8; 32]>>,
}

struct Entry {
    id: String,
    /// Who sent it: the token of their forms.
    owner: String,
    statement: Statement,
    used_at: Timestamp,
}

impl Staged {
    /// Keeps a statement; its id.
    pub(crate) fn put(&self, owner: &str, statement: Statement, now: Timestamp) -> String {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| entry.lasts(now));
        if entries.len() >= MOST {
            let oldest = (0..entries.len()).min_by_key(|at| entries[*at].used_at);
            oldest.map(|at| entries.swap_remove(at));
        }
        let id = nonce();
        entries.push(Entry {
            id: id.clone(),
            owner: owner.to_owned(),
            statement,
            used_at: now,
        });
        id
    }

    /// The statement of that id, when it is still there and theirs.
    pub(crate) fn find(&self, owner: &str, id: &str, now: Timestamp) -> Option<Statement> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| entry.lasts(now));
        let of_this = |entry: &&mut Entry| entry.id == id && entry.owner == owner;
        let entry = entries.iter_mut().find(of_this)?;
        entry.used_at = now.max(entry.used_at);
        Some(entry.statement.clone())
    }

    /// Leaves a line of a statement as it is: the organiser has decided about it. Whether the statement is there.
    pub(crate) fn leave(&self, owner: &str, id: &str, line: [u8; 32], now: Timestamp) -> bool {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| entry.lasts(now));
        let entry = entries
            .iter_mut()
            .find(|entry| entry.id == id && entry.owner == owner);
        let Some(entry) = entry else {
            return false;
        };
        entry.used_at = now.max(entry.used_at);
        if entry.statement.left.len() < MOST_LEFT {
            Arc::make_mut(&mut entry.statement.left).insert(line);
        }
        true
    }
}

impl Entry {
    fn lasts(&self, now: Timestamp) -> bool {
        now.since(self.used_at) < IDLE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        let start: Timestamp = "2025-10-01T00:00:00Z".parse().unwrap();
        start.saturating_add(TimeDelta::minutes(minutes))
    }

    fn statement(text: &str) -> Statement {
        Statement {
            bytes: text.as_bytes().into(),
            columns: Columns::default(),
            left: Arc::default(),
        }
    }

    #[test]
    fn a_line_is_left_by_the_owner_alone() {
        let staged = Staged::default();
        let id = staged.put("one", statement("a"), at(0));
        let before = staged.find("one", &id, at(1)).unwrap();
        assert!(!staged.leave("two", &id, [1; 32], at(1)));
        assert!(!staged.leave("one", "x", [1; 32], at(1)));
        assert!(staged.leave("one", &id, [1; 32], at(29)));
        assert!(staged.leave("one", &id, [1; 32], at(30)));
        assert!(before.left.is_empty());
        let now = staged.find("one", &id, at(31)).unwrap();
        assert!(now.left.contains(&[1; 32]) && now.left.len() == 1);
        assert!(!staged.leave("one", &id, [2; 32], at(61)), "it is gone");
    }

    #[test]
    fn a_statement_waits_for_its_owner_while_it_is_used() {
        let staged = Staged::default();
        let id = staged.put("one", statement("a"), at(0));
        assert!(staged.find("two", &id, at(1)).is_none());
        assert!(staged.find("one", "", at(1)).is_none());
        assert_eq!(&*staged.find("one", &id, at(29)).unwrap().bytes, b"a");
        assert!(
            staged.find("one", &id, at(58)).is_some(),
            "use makes it last"
        );
        assert!(staged.find("one", &id, at(88)).is_none());
        assert!(staged.0.lock().unwrap().is_empty(), "nothing of it is kept");
    }

    #[test]
    fn few_wait_and_the_one_used_least_recently_gives_way() {
        let staged = Staged::default();
        let first = staged.put("one", statement("1"), at(0));
        let second = staged.put("one", statement("2"), at(1));
        staged.find("one", &first, at(2));
        for n in 0..3 {
            staged.put("two", statement("x"), at(3 + n));
        }
        assert!(staged.find("one", &first, at(6)).is_some());
        assert!(staged.find("one", &second, at(6)).is_none());
        assert_eq!(staged.0.lock().unwrap().len(), MOST);
    }
}

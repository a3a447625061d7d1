//! The one kind of request that may be larger than others: a form with a file.
//!
//! Owns: which requests those are, who may send them, and how many there are at one time. A permit is taken
//! before a byte of the body is read and given back when the answer is out or the connection is gone.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::vet::{Field, values};

/// Requests that may be larger than others. Sizes are bytes.
#[derive(Clone, Debug)]
pub struct Uploads {
    /// The path that they are posted to.
    pub path: String,
    /// The body of such a request. It has to say its length: one in chunks has the usual limit.
    pub body_limit: usize,
    /// Such requests at one time, of those that are larger than others.
    pub at_once: usize,
    /// From the end of the head to the end of the body.
    pub body_deadline: Duration,
    /// Who may send a larger one; without it everybody.
    pub senders: Option<Senders>,
    open: Arc<AtomicUsize>,
}

impl Default for Uploads {
    /// Two at a time of 4 MiB, with some room for what is around the file: a slow mobile connection sends
    /// that within the deadline.
    fn default() -> Uploads {
        Uploads {
            path: "/organiser/payments".to_owned(),
            body_limit: (4 * 1024 + 64) * 1024,
            at_once: 2,
            body_deadline: Duration::from_secs(90),
            senders: None,
            open: Arc::default(),
        }
    }
}

impl Uploads {
    /// Counts anew: a copy of the settings is for another door.
    pub(super) fn counted_anew(mut self) -> Uploads {
        self.open = Arc::default();
        self
    }

    /// Whether a request is of the kind, whoever sends it.
    pub(super) fn is_one(&self, method: &str, target: &str) -> bool {
        method == "POST" && target.split('?').next() == Some(self.path.as_str())
    }

    /// Whether whoever sends these headers may send a larger one.
    pub(super) fn may_send(&self, fields: &[Field<'_>], is_https: bool) -> bool {
        let Some(Senders(may_send)) = &self.senders else {
            return true;
        };
        let cookies = values(fields, "Cookie");
        let cookies: Vec<_> = cookies
            .filter_map(|value| std::str::from_utf8(value).ok())
            .collect();
        may_send(&cookies, is_https)
    }

    /// A permit, when one is left.
    pub(super) fn enter(&self) -> Option<Permit> {
        let permit = Permit(Arc::clone(&self.open));
        // The door has one thread: nobody comes between.
        let before = self.open.fetch_add(1, Ordering::Relaxed);
        (before < self.at_once).then_some(permit)
    }
}

/// Tells by their cookies, and by whether they came by TLS, who may send a larger request.
#[derive(Clone)]
pub struct Senders(Arc<MaySend>);

type MaySend = dyn Fn(&[&str], bool) -> bool + Send + Sync;

impl Senders {
    /// Those of whom this says so. It is asked by the door's own thread, so it must not wait.
    pub fn those(may_send: impl Fn(&[&str], bool) -> bool + Send + Sync + 'static) -> Senders {
        Senders(Arc::new(may_send))
    }
}

impl fmt::Debug for Senders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Senders")
    }
}

/// The right to send a larger request, until it is dropped.
#[derive(Debug)]
pub(super) struct Permit(Arc<AtomicUsize>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl PartialEq for Permit {
    fn eq(&self, other: &Permit) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Permit {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_permits_as_may_be_open_and_each_comes_back() {
        let uploads = Uploads::default();
        let (one, two) = (uploads.enter(), uploads.enter());
        assert!(one.is_some() && two.is_some());
        assert!(uploads.enter().is_none() && uploads.enter().is_none());
        drop(one);
        let three = uploads.enter();
        assert!(three.is_some() && uploads.enter().is_none());
        assert!(uploads.clone().counted_anew().enter().is_some());
    }

    #[test]
    fn only_a_post_to_the_path_itself_is_one() {
        let uploads = Uploads::default();
        for (method, target, is_one) in [
            ("POST", "/organiser/payments", true),
            ("POST", "/organiser/payments?lang=en", true),
            ("PUT", "/organiser/payments", false),
            ("POST", "/organiser/payments/", false),
            ("POST", "/organiser/payments%2e", false),
            ("POST", "//organiser/payments", false),
            ("POST", "/api/sambatan/payments/import", false),
        ] {
            assert_eq!(uploads.is_one(method, target), is_one, "{method} {target}");
        }
    }
}

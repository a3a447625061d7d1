//! The requests that may be larger than others: bank statements, as a form with a file and as the body of a
//! program's request.
//!
//! Owns: which requests those are, who may send them, and how many there are at one time. A permit is taken
//! before a byte of the body is read and given back when the answer is out or the connection is gone.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::http::request::UPLOAD_PATHS;

use super::canonical::Origin;
use super::vet::{Field, values};

/// Requests that may be larger than others. Sizes are bytes.
#[derive(Clone, Debug)]
pub struct Uploads {
    /// The paths that they are posted to.
    pub paths: Vec<String>,
    /// The body of such a request. It has to say its length: one in chunks has the usual limit.
    pub body_limit: usize,
    /// Such requests at one time, of all paths together and of those that are larger than others.
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
            paths: UPLOAD_PATHS.map(str::to_owned).into(),
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
        method == "POST" && self.paths.iter().any(|known| known == path(target))
    }

    /// Whether whoever sends these headers may send a larger one.
    pub(super) fn may_send(&self, target: &str, fields: &[Field<'_>], origin: Origin) -> bool {
        let Some(Senders(may_send)) = &self.senders else {
            return true;
        };
        let shown = ["Authorization", "Cookie"].into_iter().flat_map(|name| {
            let texts = values(fields, name).filter_map(|value| std::str::from_utf8(value).ok());
            texts.map(move |text| (name, text))
        });
        let shown: Vec<_> = shown.collect();
        may_send(&Sender {
            path: path(target),
            shown: &shown,
            client: origin.client,
            is_https: origin.is_https,
        })
    }

    /// A permit, when one is left.
    pub(super) fn enter(&self) -> Option<Permit> {
        let permit = Permit(Arc::clone(&self.open));
        // The door has one thread: nobody comes between.
        let before = self.open.fetch_add(1, Ordering::Relaxed);
        (before < self.at_once).then_some(permit)
    }
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

/// Whoever is about to send a larger request. Has secrets in it: it has no `Debug`.
#[derive(Clone, Copy)]
pub struct Sender<'a> {
    /// The path that it is posted to.
    pub path: &'a str,
    /// The headers that say who it is, `Authorization` and `Cookie`, as often as they are there.
    pub shown: &'a [(&'static str, &'a str)],
    /// The client's address.
    pub client: IpAddr,
    /// Whether the client spoke TLS to a trusted proxy.
    pub is_https: bool,
}

/// Tells who may send a larger request.
#[derive(Clone)]
pub struct Senders(Arc<MaySend>);

type MaySend = dyn Fn(&Sender<'_>) -> bool + Send + Sync;

impl Senders {
    /// Those of whom this says so. It is asked by the door's own thread, so it must not wait.
    pub fn those(may_send: impl Fn(&Sender<'_>) -> bool + Send + Sync + 'static) -> Senders {
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
    fn only_a_post_to_a_path_itself_is_one() {
        let uploads = Uploads::default();
        for (method, target, is_one) in [
            ("POST", "/organiser/payments", true),
            ("POST", "/organiser/payments?lang=en", true),
            ("PUT", "/organiser/payments", false),
            ("POST", "/organiser/payments/", false),
            ("POST", "/organiser/payments%2e", false),
            ("POST", "//organiser/payments", false),
            ("POST", "/api/sambatan/payments/import?apply=true", true),
            ("POST", "/api/sambatan/payments/import/", false),
            ("POST", "/api/sambatan/payments/match", false),
        ] {
            assert_eq!(uploads.is_one(method, target), is_one, "{method} {target}");
        }
    }
}

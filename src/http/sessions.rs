//! Sessions of the organiser's browser, and the tokens of forms.
//!
//! Sessions live in memory, bounded in number and time: signing out ends one for good, and a restart
//! ends all. Only a digest of a session's secret is held.

use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::time::Timestamp;

/// The most sessions; one more ends the one that was used least recently.
const MOST: usize = 64;
/// How long a session lasts after its last use.
const IDLE: TimeDelta = TimeDelta::hours(12);

/// The sessions of a server.
pub(crate) struct Sessions {
    open: Mutex<Vec<Session>>,
    /// Stands in for a session's secret where everybody may do everything.
    own_secret: String,
}

struct Session {
    digest: [u8; 32],
    used_at: Timestamp,
}

impl Sessions {
    /// No session yet.
    pub(crate) fn new() -> Self {
        Self {
            open: Mutex::default(),
            own_secret: secret(),
        }
    }

    /// Begins a session; its secret.
    pub(crate) fn begin(&self, now: Timestamp) -> String {
        let secret = secret();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|session| session.lasts(now));
        if open.len() >= MOST {
            let oldest = (0..open.len()).min_by_key(|at| open[*at].used_at);
            oldest.map(|at| open.swap_remove(at));
        }
        open.push(Session {
            digest: Sha256::digest(&secret).into(),
            used_at: now,
        });
        secret
    }

    /// Whether there is such a session; if so it lasts longer from now on.
    pub(crate) fn keep(&self, secret: &str, now: Timestamp) -> bool {
        let digest: [u8; 32] = Sha256::digest(secret).into();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let known = open
            .iter_mut()
            .find(|session| session.digest.ct_eq(&digest).into())
            .filter(|session| session.lasts(now));
        match known {
            Some(session) => {
                session.used_at = now.max(session.used_at);
                true
            }
            None => false,
        }
    }

    /// Ends a session.
    pub(crate) fn end(&self, secret: &str) {
        let digest: [u8; 32] = Sha256::digest(secret).into();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|session| !bool::from(session.digest.ct_eq(&digest)));
    }

    /// The token of the forms that are shown to whoever holds this secret, or to everybody where there
    /// are no secrets. Another site's page can't read it, so it can't send it.
    pub(crate) fn form_token(&self, secret: Option<&str>) -> String {
        let secret = secret.unwrap_or(&self.own_secret);
        let mut hash = Sha256::new();
        hash.update(b"sambatan form token v1");
        hash.update(secret);
        hexadecimal(&hash.finalize()[..16])
    }

    /// Whether a form has the token that it was given.
    pub(crate) fn is_form_token(&self, secret: Option<&str>, token: &str) -> bool {
        self.form_token(secret)
            .as_bytes()
            .ct_eq(token.as_bytes())
            .into()
    }
}

impl Session {
    fn lasts(&self, now: Timestamp) -> bool {
        now.since(self.used_at) < IDLE
    }
}

/// 128 bits that a form carries once.
pub(crate) fn nonce() -> String {
    secret()[..32].to_owned()
}

/// 256 random bits as hexadecimal digits.
fn secret() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    hexadecimal(&bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        let start: Timestamp = "2025-10-01T00:00:00Z".parse().unwrap();
        start.saturating_add(TimeDelta::hours(hours))
    }

    #[test]
    fn a_session_lasts_while_it_is_used_and_ends_for_good() {
        let sessions = Sessions::new();
        let secret = sessions.begin(at(0));
        assert!(sessions.keep(&secret, at(11)));
        assert!(sessions.keep(&secret, at(22)), "use makes it last");
        assert!(!sessions.keep(&secret, at(34)));
        let secret = sessions.begin(at(40));
        sessions.end(&secret);
        assert!(!sessions.keep(&secret, at(40)));
        assert!(!sessions.keep("", at(40)));
    }

    #[test]
    fn the_number_of_sessions_is_bounded() {
        let sessions = Sessions::new();
        let first = sessions.begin(at(0));
        let second = sessions.begin(at(1));
        for _ in 1..MOST {
            sessions.begin(at(2));
        }
        assert!(!sessions.keep(&first, at(2)));
        assert!(sessions.keep(&second, at(2)));
        assert_eq!(sessions.open.lock().unwrap().len(), MOST);
    }

    #[test]
    fn a_form_belongs_to_the_session_that_it_was_shown_to() {
        let sessions = Sessions::new();
        let token = sessions.form_token(Some("one"));
        assert!(sessions.is_form_token(Some("one"), &token));
        assert!(!sessions.is_form_token(Some("two"), &token));
        assert!(!sessions.is_form_token(None, &token));
        assert!(!sessions.is_form_token(Some("one"), ""));
        let other = Sessions::new();
        assert!(!other.is_form_token(None, &sessions.form_token(None)));
    }
}

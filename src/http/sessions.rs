//! Sessions of the organiser's browser, and the tokens of forms.
//!
//! Sessions live in memory, bounded in number and time, however often they are used: signing out ends one for
//! good, and a restart ends all. Only a digest of a session's secret is held; it is named by an id that opens
//! nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::time::Timestamp;

/// The most sessions; one more ends the one that was used least recently.
const MOST: usize = 64;
/// How long a session lasts after its last use.
const IDLE: TimeDelta = TimeDelta::hours(12);

/// How long a session lasts at the most: who has taken one does not keep it by using it.
const WHOLE: TimeDelta = TimeDelta::days(7);

/// The sessions of a server.
pub(crate) struct Sessions {
    open: Mutex<Vec<Session>>,
    /// Stands in for a session's secret where everybody may do everything.
    own_secret: String,
}

struct Session {
    id: String,
    digest: [u8; 32],
    began_at: Timestamp,
    used_at: Timestamp,
}

/// A session as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenSession {
    /// Its id: 16 hexadecimal digits, which have nothing to do with its secret.
    pub(crate) id: String,
    /// When somebody signed in.
    pub(crate) began_at: Timestamp,
    /// When it was last used.
    pub(crate) used_at: Timestamp,
    /// When it ends unless it is used before that; never later than a week after it began.
    pub(crate) ends_at: Timestamp,
    /// Whether it is the one of whoever asks.
    pub(crate) is_own: bool,
}

impl Sessions {
    /// No session yet.
    pub(crate) fn new() -> Self {
        Self {
            open: Mutex::default(),
            own_secret: secret(),
        }
    }

    /// Begins a session and ends the one of the secret that the browser had before; the new secret.
    pub(crate) fn begin(&self, before: Option<&str>, now: Timestamp) -> String {
        if let Some(before) = before {
            self.end(before);
        }
        let secret = secret();
        let mut open = self.lock();
        open.retain(|session| session.lasts(now));
        if open.len() >= MOST {
            let oldest = (0..open.len()).min_by_key(|at| open[*at].used_at);
            oldest.map(|at| open.swap_remove(at));
        }
        open.push(Session {
            id: nonce()[..16].to_owned(),
            digest: Sha256::digest(&secret).into(),
            began_at: now,
            used_at: now,
        });
        secret
    }

    /// All sessions that are open, the one that was used last first; `own` is the secret of whoever asks.
    pub(crate) fn list(&self, own: Option<&str>, now: Timestamp) -> Vec<OpenSession> {
        let own: Option<[u8; 32]> = own.map(|secret| Sha256::digest(secret).into());
        let mut open = self.lock();
        open.retain(|session| session.lasts(now));
        let mut list: Vec<_> = open
            .iter()
            .map(|session| OpenSession {
                id: session.id.clone(),
                began_at: session.began_at,
                used_at: session.used_at,
                ends_at: session.ends_at(),
                is_own: own.is_some_and(|own| session.digest.ct_eq(&own).into()),
            })
            .collect();
        list.sort_by(|a, b| (b.used_at, &b.id).cmp(&(a.used_at, &a.id)));
        list
    }

    /// Ends the session of an id; whether it was open.
    pub(crate) fn end_by_id(&self, id: &str, now: Timestamp) -> bool {
        let mut open = self.lock();
        open.retain(|session| session.lasts(now));
        let before = open.len();
        open.retain(|session| session.id != id);
        open.len() < before
    }

    /// Whether there is such a session; if so it lasts longer from now on.
    pub(crate) fn keep(&self, secret: &str, now: Timestamp) -> bool {
        let digest: [u8; 32] = Sha256::digest(secret).into();
        let mut open = self.lock();
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
        let mut open = self.lock();
        open.retain(|session| !bool::from(session.digest.ct_eq(&digest)));
    }

    /// Nothing that is done under the lock can panic half way.
    fn lock(&self) -> MutexGuard<'_, Vec<Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
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
        now < self.ends_at()
    }

    fn ends_at(&self) -> Timestamp {
        let unused = self.used_at.saturating_add(IDLE);
        unused.min(self.began_at.saturating_add(WHOLE))
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
        let secret = sessions.begin(None, at(0));
        assert!(sessions.keep(&secret, at(11)));
        assert!(sessions.keep(&secret, at(22)), "use makes it last");
        assert!(!sessions.keep(&secret, at(34)));
        let secret = sessions.begin(None, at(40));
        sessions.end(&secret);
        assert!(!sessions.keep(&secret, at(40)));
        assert!(!sessions.keep("", at(40)));
    }

    #[test]
    fn a_session_ends_after_a_week_and_signing_in_again_ends_it() {
        let sessions = Sessions::new();
        let secret = sessions.begin(None, at(0));
        for hour in (0..168).step_by(6) {
            assert!(sessions.keep(&secret, at(hour)));
        }
        assert!(!sessions.keep(&secret, at(168)));
        let (one, other) = (sessions.begin(None, at(200)), sessions.begin(None, at(200)));
        let next = sessions.begin(Some(&one), at(201));
        assert!(!sessions.keep(&one, at(201)));
        assert!(sessions.keep(&other, at(201)) && sessions.keep(&next, at(201)));
        let own: Vec<_> = sessions.list(Some(&next), at(201));
        assert_eq!(own.iter().filter(|session| session.is_own).count(), 1);
        assert!(sessions.end_by_id(&own[0].id, at(201)));
        assert!(!sessions.end_by_id(&own[0].id, at(201)));
        assert_eq!(sessions.list(None, at(201)).len(), 1);
    }

    #[test]
    fn the_number_of_sessions_is_bounded() {
        let sessions = Sessions::new();
        let first = sessions.begin(None, at(0));
        let second = sessions.begin(None, at(1));
        for _ in 1..MOST {
            sessions.begin(None, at(2));
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

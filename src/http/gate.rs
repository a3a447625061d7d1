//! What stands before every handler: foreign web pages, rate limits, tokens, in this order.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::domain::id::ParticipationId;
use crate::domain::time::Timestamp;
use crate::http::access::{self, Access, Caller, Mode};
use crate::http::cookies;
use crate::http::origin;
use crate::http::problem::Refusal;
use crate::http::rate_limit::{Kind, RateLimiter, RateLimits};
use crate::http::request::Request;
use crate::http::sessions::Sessions;
use crate::service::Sambatan;

/// What a request is going to do.
pub(crate) struct Intent {
    /// What its route asks for.
    pub(crate) access: Access,
    /// What it counts as.
    pub(crate) kind: Kind,
    /// The participation that its path names.
    pub(crate) participation: Option<ParticipationId>,
    /// Whether a program or a person's browser is meant to use its route.
    pub(crate) face: Face,
}

/// What a route is for: programs show tokens in a header, browsers in cookies, and never the other way
/// round, so that no page of somebody else can have a browser use the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// JSON for programs.
    Api,
    /// HTML for people.
    Page,
}

/// Lets requests in. One for each server.
pub(crate) struct Gate {
    mode: Mode,
    limiter: RateLimiter,
    sessions: Sessions,
}

impl Gate {
    pub(crate) fn new(mode: Mode, limits: RateLimits) -> Self {
        Self {
            mode,
            limiter: RateLimiter::new(limits),
            sessions: Sessions::new(),
        }
    }

    /// Who a request comes from.
    pub(crate) fn identify(&self, service: &Sambatan, request: &Request, face: Face) -> Caller {
        match (&self.mode, face) {
            (Mode::Open, _) | (_, Face::Api) => access::identify(&self.mode, service, request),
            (Mode::Guarded(_), Face::Page) => self.identify_browser(service, request),
        }
    }

    /// A session that has ended is nobody's; a participant's secret that is none was guessed.
    fn identify_browser(&self, service: &Sambatan, request: &Request) -> Caller {
        let session = cookies::find(request, cookies::SESSION);
        if session.is_some_and(|secret| self.sessions.keep(secret, service.now())) {
            return Caller::Organiser;
        }
        match cookies::find(request, cookies::OWN) {
            Some(token) => service
                .verify_manage_token(token)
                .map_or(Caller::Unknown, Caller::Participant),
            None => Caller::Anonymous,
        }
    }

    /// Whether people have to show who they are.
    pub(crate) const fn is_guarded(&self) -> bool {
        matches!(self.mode, Mode::Guarded(_))
    }

    /// The sessions of organisers' browsers.
    pub(crate) const fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Begins a session for whoever typed the organiser's token; none for another text, which counts as
    /// a wrong token.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`], also for the right one: who has guessed too often is not told.
    pub(crate) fn sign_in(
        &self,
        request: &Request,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<String>, Refusal> {
        let Mode::Guarded(organiser) = &self.mode else {
            return Ok(None);
        };
        let is_right = self.try_secret(request, organiser.is(token))?;
        Ok(is_right.then(|| self.sessions.begin(now)))
    }

    /// Counts a secret that somebody typed, and answers whether it was right.
    ///
    /// # Errors
    /// As [`Self::sign_in`].
    pub(crate) fn try_secret(&self, request: &Request, is_right: bool) -> Result<bool, Refusal> {
        if !self.is_guarded() {
            return Ok(is_right);
        }
        let (address, now) = (address(request), Instant::now());
        if is_right {
            self.limiter.look(address, Kind::WrongToken, now)
        } else {
            self.limiter.take(address, Kind::WrongToken, now)
        }
        .map_err(rate_limited)?;
        Ok(is_right)
    }

    /// Decides whether a request is let in.
    ///
    /// # Errors
    /// Why it is not.
    pub(crate) fn admit(
        &self,
        request: &Request,
        caller: Caller,
        intent: &Intent,
    ) -> Result<(), Refusal> {
        match self.mode {
            Mode::Open => {
                origin::check_open(request, intent.face)?;
                // A proxy in front would let the whole network in; whoever is on this machine has no
                // limits.
                let is_here = |address: IpAddr| address.to_canonical().is_loopback();
                if !request.client.is_some_and(is_here) {
                    return Err(Refusal::Foreign);
                }
            }
            Mode::Guarded(_) => {
                origin::check_guarded(request, intent.face)?;
                self.limit(request, caller, intent.kind)?;
            }
        }
        access::check(&self.mode, intent.access, caller, intent.participation)
    }

    fn limit(&self, request: &Request, caller: Caller, kind: Kind) -> Result<(), Refusal> {
        let now = Instant::now();
        let address = address(request);
        self.limiter
            .take(address, kind, now)
            .map_err(rate_limited)?;
        match caller {
            Caller::Anonymous => Ok(()),
            Caller::Unknown => self.limiter.take(address, Kind::WrongToken, now),
            // Who has guessed too often is not told when a guess is right.
            Caller::Participant(_) | Caller::Organiser => {
                self.limiter.look(address, Kind::WrongToken, now)
            }
        }
        .map_err(rate_limited)
    }
}

/// Whose address is not known shares one bucket with all others of whom that is true.
fn address(request: &Request) -> IpAddr {
    request.client.unwrap_or(IpAddr::from([0, 0, 0, 0]))
}

fn rate_limited(wait: Duration) -> Refusal {
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Refusal::RateLimited {
        seconds: whole.max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_told_in_whole_seconds_and_never_too_short() {
        for (milliseconds, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (59_999, 60)] {
            let refusal = rate_limited(Duration::from_millis(milliseconds));
            assert_eq!(refusal, Refusal::RateLimited { seconds });
        }
    }
}

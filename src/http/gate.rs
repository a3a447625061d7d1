//! What stands before every handler: foreign web pages, rate limits, tokens, in this order.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::domain::id::ParticipationId;
use crate::http::access::{self, Access, Caller, Mode};
use crate::http::origin;
use crate::http::problem::Refusal;
use crate::http::rate_limit::{Kind, RateLimiter, RateLimits};
use crate::http::request::Request;
use crate::service::Sambatan;

/// What a request is going to do.
pub(crate) struct Intent {
    /// What its route asks for.
    pub(crate) access: Access,
    /// What it counts as.
    pub(crate) kind: Kind,
    /// The participation that its path names.
    pub(crate) participation: Option<ParticipationId>,
}

/// Lets requests in. One for each server.
pub(crate) struct Gate {
    mode: Mode,
    limiter: RateLimiter,
}

impl Gate {
    pub(crate) fn new(mode: Mode, limits: RateLimits) -> Self {
        Self {
            mode,
            limiter: RateLimiter::new(limits),
        }
    }

    /// Who a request comes from.
    pub(crate) fn identify(&self, service: &Sambatan, request: &Request) -> Caller {
        access::identify(&self.mode, service, request)
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
                origin::check_open(request)?;
                // A proxy in front would let the whole network in; whoever is on this machine has no
                // limits.
                let is_here = |address: IpAddr| address.to_canonical().is_loopback();
                if !request.client.is_some_and(is_here) {
                    return Err(Refusal::Foreign);
                }
            }
            Mode::Guarded(_) => {
                origin::check_guarded(request)?;
                self.limit(request, caller, intent.kind)?;
            }
        }
        access::check(&self.mode, intent.access, caller, intent.participation)
    }

    fn limit(&self, request: &Request, caller: Caller, kind: Kind) -> Result<(), Refusal> {
        let now = Instant::now();
        // Whose address is not known shares one bucket with all others of whom that is true.
        let address = request.client.unwrap_or(IpAddr::from([0, 0, 0, 0]));
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

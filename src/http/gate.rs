//! What stands before every handler: foreign web pages, rate limits, tokens, in this order.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::time::Timestamp;
use crate::http::access::{self, Access, Caller, Mode};
use crate::http::clients::{self, BanList};
use crate::http::cookies;
use crate::http::origin;
use crate::http::problem::Refusal;
use crate::http::rate_limit::{self, Kind, Payer, RateLimiter, RateLimits};
use crate::http::request::Request;
use crate::http::route::Face;
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
    /// The campaign that it joins.
    pub(crate) joins: Option<CampaignId>,
    /// Whether a program or a person's browser is meant to use its route.
    pub(crate) face: Face,
}

/// Lets requests in. One for each server.
pub(crate) struct Gate {
    mode: Mode,
    limiter: RateLimiter,
    sessions: Sessions,
    /// Who is kept out.
    banned: Option<BanList>,
    /// Whether the log has been told of a proxy before open mode.
    has_warned: AtomicBool,
}

impl Gate {
    pub(crate) fn new(mode: Mode, limits: RateLimits) -> Self {
        Self {
            mode,
            limiter: RateLimiter::new(limits),
            sessions: Sessions::new(),
            banned: None,
            has_warned: AtomicBool::new(false),
        }
    }

    /// The same, with a list of clients that are kept out.
    pub(crate) fn keeping_out(mut self, banned: Option<BanList>) -> Self {
        self.banned = banned;
        self
    }

    /// Who a request comes from.
    pub(crate) fn identify(&self, service: &Sambatan, request: &Request, face: Face) -> Caller {
        match (&self.mode, face) {
            (Mode::Open, _) | (_, Face::Api) => access::identify(&self.mode, service, request),
            (Mode::Guarded(_), Face::Page) => self.identify_browser(service, request),
        }
    }

    /// A session that has ended is nobody's; a participant's secret that is none was guessed. A session counts
    /// on the organiser's pages only: elsewhere the organiser is a visitor like others.
    fn identify_browser(&self, service: &Sambatan, request: &Request) -> Caller {
        let session = cookies::session(request).filter(|_| is_organisers_page(request));
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

    /// What stands for a caller, as far as it shows who it is: for whoever holds a secret that secret, for others
    /// their network.
    pub(crate) fn name_caller(
        &self,
        service: &Sambatan,
        request: &Request,
        caller: Caller,
    ) -> String {
        let text = match caller {
            Caller::Organiser => "organiser".to_owned(),
            Caller::Participant(own) => own.to_string(),
            Caller::Anonymous | Caller::Unknown => rate_limit::home(address(request)).to_string(),
        };
        service.pseudonym("caller", &text)
    }

    /// Whether a request that is not admitted yet comes from the organiser: everybody, in open mode. A token that
    /// is none counts as it does when a request is admitted, so that none is tried here without a limit.
    pub(crate) fn is_organiser(&self, service: &Sambatan, request: &Request, face: Face) -> bool {
        if !self.is_guarded() {
            return true;
        }
        let caller = self.identify(service, request, face);
        if caller == Caller::Unknown {
            let at = Payer::Address(address(request));
            // Refused it is either way.
            let _ = self.limiter.take(at, Kind::WrongToken, Instant::now());
        }
        caller == Caller::Organiser
    }

    /// Whether people have to show who they are.
    pub(crate) const fn is_guarded(&self) -> bool {
        matches!(self.mode, Mode::Guarded(_))
    }

    /// The sessions of organisers' browsers.
    pub(crate) const fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Begins a session for whoever typed the organiser's token, and ends the one that their browser had; none
    /// for another text, which counts as a wrong token.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`] after too many wrong ones. A right one is let in all the same: whoever guesses
    /// behind the same address keeps nobody out.
    pub(crate) fn sign_in(
        &self,
        request: &Request,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<String>, Refusal> {
        let Mode::Guarded(organiser) = &self.mode else {
            return Ok(None);
        };
        let is_right = self.try_secret(request, token, organiser.is(token))?;
        let before = cookies::session(request);
        Ok(is_right.then(|| self.sessions.begin(before, now)))
    }

    /// Counts a secret that somebody typed, and answers whether it was right.
    ///
    /// # Errors
    /// As [`Self::sign_in`].
    pub(crate) fn try_secret(
        &self,
        request: &Request,
        secret: &str,
        is_right: bool,
    ) -> Result<bool, Refusal> {
        if !self.is_guarded() {
            return Ok(is_right);
        }
        let (payer, kind) = if is_right {
            (Payer::Holder(secret), Kind::Write)
        } else {
            (Payer::Address(address(request)), Kind::WrongToken)
        };
        self.limiter
            .take(payer, kind, Instant::now())
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
        service: &Sambatan,
    ) -> Result<(), Refusal> {
        self.check_ban(request, caller, service)?;
        match self.mode {
            Mode::Open => {
                self.check_proxy(request)?;
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
                self.limit(request, caller, intent)?;
            }
        }
        access::check(&self.mode, intent.access, caller, intent.participation)
    }

    /// The organiser is let in from behind any address: whoever else is there may be who was meant. So the way to
    /// sign in stays open; who guesses there has the limit of wrong tokens.
    fn check_ban(
        &self,
        request: &Request,
        caller: Caller,
        service: &Sambatan,
    ) -> Result<(), Refusal> {
        let is_banned = |banned: &BanList| {
            let name = clients::name(service, request);
            banned.has(&name, Instant::now())
        };
        if caller != Caller::Organiser
            && !is_organisers_page(request)
            && self.is_guarded()
            && self.banned.as_ref().is_some_and(is_banned)
        {
            return Err(Refusal::ClientBanned);
        }
        Ok(())
    }

    /// A bare proxy on this machine makes everybody on the internet somebody on this machine.
    fn check_proxy(&self, request: &Request) -> Result<(), Refusal> {
        if !request.is_proxied {
            return Ok(());
        }
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            log::warn!(
                "a request came through a proxy, and without an organiser token everybody may do everything: it was refused, and so will all others be. Make a token with `sambatan organiser token new` and set SAMBATAN_ORGANISER_TOKEN or SAMBATAN_ORGANISER_TOKEN_FILE."
            );
        }
        Err(Refusal::ProxyNeedsToken)
    }

    fn limit(&self, request: &Request, caller: Caller, intent: &Intent) -> Result<(), Refusal> {
        let (now, kind) = (Instant::now(), intent.kind);
        let at = Payer::Address(address(request));
        let holder = || shown(request, intent.face).map_or(at, Payer::Holder);
        let payer = match caller {
            Caller::Organiser => holder(),
            // Whoever joins again and again holds many secrets: they bring no more joins.
            Caller::Participant(_) if kind != Kind::Join => holder(),
            Caller::Participant(_) | Caller::Anonymous | Caller::Unknown => at,
        };
        self.limiter.take(payer, kind, now).map_err(rate_limited)?;
        match (caller, intent.joins) {
            (Caller::Unknown, _) => {
                let taken = self.limiter.take(at, Kind::WrongToken, now);
                taken.map_err(rate_limited)?;
            }
            (Caller::Organiser, _) | (_, None) => return Ok(()),
            _ => {}
        }
        match intent.joins {
            Some(campaign) => {
                let taken = self.limiter.take_join(campaign, now);
                taken.map_err(|wait| Refusal::CampaignBusy {
                    seconds: whole_seconds(wait),
                })
            }
            None => Ok(()),
        }
    }

    /// Notes that a join which was let in took no slot.
    pub(crate) fn took_no_slot(&self, campaign: CampaignId) {
        self.limiter.give_back_join(campaign);
    }
}

/// The secret that a request shows, where its route looks for one.
fn shown(request: &Request, face: Face) -> Option<&str> {
    match face {
        Face::Api => request.headers.single("authorization").ok().flatten(),
        Face::Page if is_organisers_page(request) => cookies::session(request),
        Face::Page => cookies::find(request, cookies::OWN),
    }
}

fn is_organisers_page(request: &Request) -> bool {
    let first = request.path.as_ref().and_then(|path| path.first());
    first.is_some_and(|first| first == "organiser")
}

/// Whose address is not known shares one bucket with all others of whom that is true.
pub(crate) fn address(request: &Request) -> IpAddr {
    request.client.unwrap_or(IpAddr::from([0, 0, 0, 0]))
}

fn rate_limited(wait: Duration) -> Refusal {
    Refusal::RateLimited {
        seconds: whole_seconds(wait),
    }
}

/// Never too short, and never none.
fn whole_seconds(wait: Duration) -> u64 {
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    whole.max(1)
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

//! Who may do what: the two modes, the tokens, and the decision for a route.
//!
//! *Open*: the service listens on loopback and everybody on this machine may do everything. *Guarded*:
//! what a route asks for ([`Access`]) must be shown as `Authorization: Bearer …` (RFC 6750). The route
//! table says what each route asks for; this module never names a route.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::error::Error;
use crate::domain::id::ParticipationId;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::service::Sambatan;

/// Who is let in.
#[derive(Debug, Clone, Default)]
pub enum Mode {
    /// Everybody on this machine may do everything. Only for listeners on a loopback address.
    #[default]
    Open,
    /// Everybody may see campaigns and join; participants act on their own participation with their
    /// manage token; all else needs this token.
    Guarded(OrganiserToken),
}

/// The organiser's secret. Holds only its SHA-256, so that it can't be shown by accident and every
/// comparison takes the same time.
#[derive(Clone)]
pub struct OrganiserToken {
    digest: [u8; 32],
}

/// Why a text can't be an organiser's token. Does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOrganiserToken {
    /// It could be guessed.
    #[error("it has fewer than {} characters", OrganiserToken::MIN_LENGTH)]
    TooShort,
    /// It would not fit into a header.
    #[error("it has more than {} characters", OrganiserToken::MAX_LENGTH)]
    TooLong,
    /// It could not be sent in a header as it is.
    #[error("it has blanks or characters other than visible ASCII")]
    NotVisible,
}

impl OrganiserToken {
    /// The fewest characters. Too few to be safe by themselves: use 32 random bytes.
    pub const MIN_LENGTH: usize = 20;
    /// The most characters.
    pub const MAX_LENGTH: usize = 512;

    /// Takes a token.
    ///
    /// # Errors
    /// [`InvalidOrganiserToken`] when it is too short or can't be sent in a header.
    pub fn new(text: &str) -> Result<Self, InvalidOrganiserToken> {
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidOrganiserToken::NotVisible);
        }
        if text.len() < Self::MIN_LENGTH {
            return Err(InvalidOrganiserToken::TooShort);
        }
        if text.len() > Self::MAX_LENGTH {
            return Err(InvalidOrganiserToken::TooLong);
        }
        Ok(Self {
            digest: Sha256::digest(text).into(),
        })
    }

    /// Whether this is the token.
    pub(crate) fn is(&self, token: &str) -> bool {
        let digest: [u8; 32] = Sha256::digest(token).into();
        self.digest.ct_eq(&digest).into()
    }
}

impl std::fmt::Debug for OrganiserToken {
    /// Shows nothing of the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OrganiserToken(…)")
    }
}

/// What a route asks for in guarded mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing.
    Anyone,
    /// The manage token of the participation that the path names, or the organiser's token.
    Participant,
    /// Some participation's manage token, or the organiser's token. The path does not say whose: the
    /// handler asks [`Caller::participation`].
    SomeParticipant,
    /// The organiser's token.
    Organiser,
}

/// Who a request comes from, as far as it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// It showed nothing, or nobody asked.
    Anonymous,
    /// It showed something that is no token of ours.
    Unknown,
    /// It showed the manage token of this participation, which may not exist.
    Participant(ParticipationId),
    /// It showed the organiser's token.
    Organiser,
}

impl Caller {
    /// The class, for the log: says nothing about the person.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Anonymous | Self::Unknown => "anonymous",
            Self::Participant(_) => "participant",
            Self::Organiser => "organiser",
        }
    }

    /// The participation that the caller may act on, and no other; none when it may act on all.
    pub(crate) const fn participation(self) -> Option<ParticipationId> {
        match self {
            Self::Participant(own) => Some(own),
            Self::Anonymous | Self::Unknown | Self::Organiser => None,
        }
    }
}

/// Finds out who a request comes from.
pub(crate) fn identify(mode: &Mode, service: &Sambatan, request: &Request) -> Caller {
    let Mode::Guarded(organiser) = mode else {
        return Caller::Anonymous;
    };
    let token = match request.headers.single("authorization") {
        Ok(None) => return Caller::Anonymous,
        Ok(Some(credentials)) => bearer_token(credentials),
        Err(_) => None,
    };
    let Some(token) = token else {
        return Caller::Unknown;
    };
    if organiser.is(token) {
        return Caller::Organiser;
    }
    service
        .verify_manage_token(token)
        .map_or(Caller::Unknown, Caller::Participant)
}

/// The participation whose secret a request shows, in whichever mode: as proof of who it comes from, not as leave to
/// do anything.
pub(crate) fn shown_participation(
    service: &Sambatan,
    request: &Request,
) -> Option<ParticipationId> {
    let credentials = request.headers.single("authorization").ok().flatten()?;
    service.verify_manage_token(bearer_token(credentials)?)
}

/// The token of `Bearer token`; the scheme's name may be in any case (RFC 9110, 11.1).
fn bearer_token(credentials: &str) -> Option<&str> {
    let (scheme, token) = credentials.split_once(' ')?;
    let token = token.trim_start_matches(' ');
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// Decides whether a caller may use a route. `participation` is the one that its path names.
///
/// # Errors
/// [`Refusal::TokenMissing`], [`Refusal::TokenInvalid`], [`Refusal::OrganiserOnly`]; for another's
/// participation the same as for one that does not exist.
pub(crate) fn check(
    mode: &Mode,
    access: Access,
    caller: Caller,
    participation: Option<ParticipationId>,
) -> Result<(), Refusal> {
    match (mode, access, caller) {
        (Mode::Open, _, _) | (_, Access::Anyone, _) | (_, _, Caller::Organiser) => Ok(()),
        (_, _, Caller::Anonymous) => Err(Refusal::TokenMissing),
        (_, _, Caller::Unknown) => Err(Refusal::TokenInvalid),
        (_, Access::SomeParticipant, Caller::Participant(_)) => Ok(()),
        (_, Access::Organiser, Caller::Participant(_)) => Err(Refusal::OrganiserOnly),
        (_, Access::Participant, Caller::Participant(own)) if participation == Some(own) => Ok(()),
        (_, Access::Participant, Caller::Participant(_)) => {
            Err(Error::ParticipationNotFound.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Method;

    const TOKEN: &str = "so_0123456789abcdef0123456789abcdef";

    fn request(headers: &[&str]) -> Request {
        let mut request = Request::new(String::new(), Method::Get, "/");
        for value in headers {
            request.headers.push("Authorization", value);
        }
        request
    }

    #[test]
    fn a_caller_is_known_by_exactly_one_bearer_token() {
        let service = Sambatan::ephemeral().unwrap();
        let mode = Mode::Guarded(OrganiserToken::new(TOKEN).unwrap());
        let id = ParticipationId::new();
        let own = service.manage_token(id);
        let caller = |headers: &[&str]| identify(&mode, &service, &request(headers));
        let bearer = |token: &str| caller(&[&format!("Bearer {token}")]);
        assert_eq!(caller(&[]), Caller::Anonymous);
        assert_eq!(bearer(TOKEN), Caller::Organiser);
        assert_eq!(bearer(&own), Caller::Participant(id));
        assert_eq!(caller(&[&format!("BEARER   {TOKEN}")]), Caller::Organiser);
        for wrong in [
            "",
            "Bearer",
            "Bearer ",
            TOKEN,
            &format!("Basic {TOKEN}"),
            &format!("Bearer {TOKEN} {TOKEN}"),
            &format!("Bearer {TOKEN}x"),
            &format!("Bearer {}", &TOKEN[1..]),
            &format!("Bearer {}", TOKEN.to_uppercase()),
        ] {
            assert_eq!(caller(&[wrong]), Caller::Unknown, "{wrong}");
        }
        let twice = format!("Bearer {TOKEN}");
        assert_eq!(caller(&[&twice, &twice]), Caller::Unknown);
        assert_eq!(
            identify(&Mode::Open, &service, &request(&[&twice])),
            Caller::Anonymous
        );
    }

    #[test]
    fn an_organisers_token_can_be_sent_in_a_header_and_is_not_short() {
        for (text, error) in [
            (TOKEN.to_owned(), None),
            ("x".repeat(20), None),
            ("x".repeat(512), None),
            ("x".repeat(19), Some(InvalidOrganiserToken::TooShort)),
            (String::new(), Some(InvalidOrganiserToken::TooShort)),
            ("x".repeat(513), Some(InvalidOrganiserToken::TooLong)),
            (format!("{TOKEN} "), Some(InvalidOrganiserToken::NotVisible)),
            ("é".repeat(20), Some(InvalidOrganiserToken::NotVisible)),
        ] {
            assert_eq!(OrganiserToken::new(&text).err(), error, "{text}");
        }
    }

    #[test]
    fn a_token_is_not_shown() {
        let mode = Mode::Guarded(OrganiserToken::new(TOKEN).unwrap());
        assert_eq!(format!("{mode:?}"), "Guarded(OrganiserToken(…))");
    }
}

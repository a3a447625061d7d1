//! Webhooks: where the organiser wants to hear of events, and how far each has got.
//!
//! Owns the rules of delivering: in the order of the log, again and again until the receiver has taken an
//! event, with pauses that grow. Sends nothing itself.

use chrono::TimeDelta;

use crate::domain::field::{FieldError, Problem};
use crate::domain::id::WebhookId;
use crate::domain::receiver::{self, PrivateNetworks, Reach};
use crate::domain::time::Timestamp;

/// The most webhooks of an installation: each has a thread of its own while it delivers.
pub const MAX_WEBHOOKS: usize = 10;

/// The longest address, in characters.
pub const MAX_URL: usize = 500;

/// The pause after the first failure in a row; each further one is twice as long, up to
/// [`LONGEST_PAUSE`].
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(1);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

/// Where events are sent, and how far that has got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where it is, as the organiser gave it: it may hold a secret of the receiver's.
    pub url: String,
    /// The number of the last event that is done with: the receiver took it, or it is none to deliver.
    pub last_event: i64,
    /// Attempts in a row that failed.
    pub failures: u32,
    /// When something was last sent.
    pub last_attempt_at: Option<Timestamp>,
    /// The HTTP status of the last attempt; none when there was no answer.
    pub last_status: Option<u16>,
    /// Why the last attempt got no answer; none when there was one.
    pub last_failure: Option<DeliveryFailure>,
    /// When the receiver last took an event.
    pub last_delivered_at: Option<Timestamp>,
    /// When the next attempt may be made; none when it may be made at once.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// A webhook and what it has before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookReport {
    /// The webhook.
    pub webhook: Webhook,
    /// The events of the log that it has not come to yet.
    pub pending: u64,
}

/// Why an attempt got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryFailure {
    /// The host's name is not known, no connection could be made, or it broke off.
    Unreachable,
    /// The receiver took too long.
    TimedOut,
    /// The connection could not be secured: a certificate that is not trusted, for instance.
    Tls,
    /// The answer was not HTTP.
    NotHttp,
    /// The host's name leads where nothing is sent. Nobody was asked for anything.
    AddressRefused,
}

impl DeliveryFailure {
    /// Every failure.
    pub const ALL: [Self; 5] = [
        Self::Unreachable,
        Self::TimedOut,
        Self::Tls,
        Self::NotHttp,
        Self::AddressRefused,
    ];

    /// The word, the same over HTTP and in SQL.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Tls => "tls",
            Self::NotHttp => "not_http",
            Self::AddressRefused => "address_refused",
        }
    }

    /// Reads what [`Self::word`] writes.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// How an attempt to deliver an event went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// The receiver answered with this status. Only 2xx says that it has taken the event: a redirect is
    /// no receiver, and 410 may come from a proxy that somebody set up wrongly, so it ends nothing.
    Answered(u16),
    /// There was no answer.
    Failed(DeliveryFailure),
}

impl Attempt {
    /// Whether the receiver has taken the event.
    #[must_use]
    pub fn is_delivered(self) -> bool {
        matches!(self, Self::Answered(200..=299))
    }
}

impl Webhook {
    /// What a person typed about it, by the names of the columns.
    pub(crate) fn texts(&self) -> [(&'static str, Option<&str>); 1] {
        [("url", Some(&self.url))]
    }

    /// A webhook that hears of everything after `last_event`.
    #[must_use]
    pub const fn new(id: WebhookId, url: String, last_event: i64, now: Timestamp) -> Self {
        Self {
            id,
            url,
            last_event,
            failures: 0,
            last_attempt_at: None,
            last_status: None,
            last_failure: None,
            last_delivered_at: None,
            next_attempt_at: None,
            created_at: now,
        }
    }

    /// Whether an attempt may be made now. A time further away than the longest pause was written by a
    /// clock that has been set back since.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.next_attempt_at
            .is_none_or(|next| next <= now || next.since(now) > LONGEST_PAUSE)
    }

    /// The same after an attempt to deliver an event. The cursor only ever moves forwards.
    #[must_use]
    pub fn after(self, event: i64, attempt: Attempt, now: Timestamp) -> Self {
        let (last_status, last_failure) = match attempt {
            Attempt::Answered(status) => (Some(status), None),
            Attempt::Failed(failure) => (None, Some(failure)),
        };
        let tried = Self {
            last_attempt_at: Some(now),
            last_status,
            last_failure,
            ..self
        };
        if attempt.is_delivered() {
            Self {
                last_event: tried.last_event.max(event),
                failures: 0,
                last_delivered_at: Some(now),
                next_attempt_at: None,
                ..tried
            }
        } else {
            let failures = tried.failures.saturating_add(1);
            Self {
                failures,
                next_attempt_at: Some(now.saturating_add(pause(failures))),
                ..tried
            }
        }
    }

    /// The same past events that are none to deliver.
    #[must_use]
    pub fn past(self, event: i64) -> Self {
        Self {
            last_event: self.last_event.max(event),
            ..self
        }
    }
}

/// How long to wait after so many failures in a row.
fn pause(failures: u32) -> TimeDelta {
    let doublings = failures.saturating_sub(1).min(12);
    (FIRST_PAUSE * (1 << doublings)).min(LONGEST_PAUSE)
}

/// Checks the address of a webhook: `http://` or `https://`, a host, perhaps a port, a path and a query,
/// in the characters of RFC 3986. A user's name in it would be a password in a list, and what follows a
/// `#` is never sent. An IPv4 address is written as four decimal numbers. What its text does not tell, where the
/// host's name leads, is looked at each time that something is sent.
///
/// # Errors
/// [`Problem::TooLong`], [`Problem::NotAUrl`], [`Problem::NeverSentTo`], [`Problem::PrivateAddress`].
pub fn url(field: &'static str, raw: &str, private: PrivateNetworks) -> Result<String, FieldError> {
    let refuse = |problem| Err(FieldError { field, problem });
    let trimmed = raw.trim();
    if trimmed.len() > MAX_URL {
        return refuse(Problem::TooLong(MAX_URL));
    }
    let after_scheme = trimmed
        .strip_prefix("https://")
        .or_else(|| trimmed.strip_prefix("http://"));
    let Some(rest) = after_scheme else {
        return refuse(Problem::NotAUrl);
    };
    let (authority, path) = match rest.find(['/', '?']) {
        Some(end) => rest.split_at(end),
        None => (rest, ""),
    };
    let in_path =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&byte);
    if !is_authority(authority) || !path.bytes().all(in_path) {
        return refuse(Problem::NotAUrl);
    }
    let host = host_of(authority);
    match receiver::reach_of_host(host) {
        Some(Reach::Never) => refuse(Problem::NeverSentTo),
        _ if receiver::is_odd_number(host) => refuse(Problem::NotAUrl),
        Some(reach) if !private.allow_reach(reach) => refuse(Problem::PrivateAddress),
        _ => Ok(trimmed.to_owned()),
    }
}

/// The host of an authority that is one.
fn host_of(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// A host's name or address, perhaps with a port.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        // An IPv6 address stands in brackets because it has colons.
        Some(rest) => match rest.split_once(']') {
            Some((host, port)) if host.parse::<core::net::Ipv6Addr>().is_ok() => (host, port),
            _ => return false,
        },
        None => match text.find(':') {
            Some(colon) => text.split_at(colon),
            None => (text, ""),
        },
    };
    let is_bracketed = text.starts_with('[');
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let has_host = is_bracketed || (!host.is_empty() && host.bytes().all(in_name));
    let has_port = match port.strip_prefix(':') {
        Some(number) => {
            number.bytes().all(|byte| byte.is_ascii_digit())
                && number.parse::<u16>().is_ok_and(|number| number > 0)
        }
        None => port.is_empty(),
    };
    has_host && has_port
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        let start: Timestamp = "2025-10-01T00:00:00Z".parse().unwrap();
        start.saturating_add(TimeDelta::seconds(seconds))
    }

    fn webhook() -> Webhook {
        Webhook::new(WebhookId::new(), "http://127.0.0.1:1/".to_owned(), 7, at(0))
    }

    #[test]
    fn pauses_double_from_a_second_to_an_hour() {
        let mut webhook = webhook();
        let mut pauses = Vec::new();
        for failure in 1..=14 {
            webhook = webhook.after(8, Attempt::Answered(500), at(0));
            assert_eq!(webhook.failures, failure);
            pauses.push(webhook.next_attempt_at.unwrap().since(at(0)).num_seconds());
        }
        assert_eq!(
            pauses,
            [
                1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600
            ]
        );
        webhook.failures = u32::MAX;
        let webhook = webhook.after(8, Attempt::Failed(DeliveryFailure::Tls), at(0));
        assert_eq!(webhook.next_attempt_at, Some(at(3600)));
    }

    #[test]
    fn only_2xx_moves_the_cursor_and_never_backwards() {
        for status in [100, 199, 300, 301, 307, 400, 404, 410, 429, 500, 503] {
            let after = webhook().after(8, Attempt::Answered(status), at(1));
            assert_eq!((after.last_event, after.failures), (7, 1), "{status}");
            assert_eq!(after.last_status, Some(status));
            assert_eq!(after.last_delivered_at, None);
        }
        let failed = webhook().after(8, Attempt::Failed(DeliveryFailure::TimedOut), at(1));
        assert_eq!(failed.last_event, 7);
        assert_eq!(failed.last_status, None);
        for status in [200, 202, 204, 299] {
            let after = failed.clone().after(8, Attempt::Answered(status), at(5));
            assert_eq!((after.last_event, after.failures), (8, 0), "{status}");
            assert_eq!(after.last_delivered_at, Some(at(5)));
            assert_eq!((after.next_attempt_at, after.last_failure), (None, None));
            assert_eq!(
                after
                    .clone()
                    .after(3, Attempt::Answered(200), at(6))
                    .last_event,
                8
            );
            assert_eq!(after.past(3).last_event, 8);
        }
    }

    #[test]
    fn an_attempt_waits_for_its_time_unless_the_clock_was_set_back() {
        let failed = webhook().after(8, Attempt::Answered(500), at(100));
        assert!(webhook().is_due(at(0)));
        assert!(!failed.is_due(at(100)));
        assert!(failed.is_due(at(101)));
        assert!(!failed.is_due(at(101 - 3600)));
        assert!(failed.is_due(at(100 - 3600)), "no pause is that long");
    }

    fn local(field: &'static str, raw: &str) -> Result<String, FieldError> {
        url(field, raw, PrivateNetworks::Allowed)
    }

    #[test]
    fn where_a_receiver_may_not_be_is_told_by_its_text() {
        let problem = |raw: &str, private| url("url", raw, private).err().map(|it| it.problem);
        for host in [
            "169.254.169.254",
            "169.254.169.254.",
            "2852039166",
            "0xA9FEA9FE",
            "0251.0376.0251.0376",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::]",
            "[fe80::1]",
            "[::]",
            "0.0.0.0",
            "0",
            "METADATA.GOOGLE.INTERNAL.",
        ] {
            for private in [PrivateNetworks::Allowed, PrivateNetworks::Refused] {
                let raw = format!("http://{host}:80/latest");
                assert_eq!(problem(&raw, private), Some(Problem::NeverSentTo), "{raw}");
            }
        }
        for host in [
            "127.0.0.1",
            "10.1.2.3",
            "localhost",
            "LOCALHOST.",
            "x.localhost",
            "[::1]",
            "[fd00::1]",
        ] {
            let raw = format!("http://{host}/");
            assert_eq!(problem(&raw, PrivateNetworks::Allowed), None, "{raw}");
            let refused = problem(&raw, PrivateNetworks::Refused);
            assert_eq!(refused, Some(Problem::PrivateAddress), "{raw}");
        }
        // Odd spellings of whatever, zones, digits of other scripts, escapes.
        for host in [
            "127.1",
            "2130706433",
            "0x7f.1",
            "8.8.2056",
            "[fe80::1%25eth0]",
            "[fe80::1%eth0]",
            "①⑥⑨.254.169.254",
            "１２７.0.0.1",
            "127。0。0。1",
            "127.0.0.%31",
            "ⓛocalhost",
        ] {
            let raw = format!("http://{host}/");
            let refused = problem(&raw, PrivateNetworks::Allowed);
            assert_eq!(refused, Some(Problem::NotAUrl), "{raw}");
        }
    }

    #[test]
    fn an_address_has_a_scheme_a_host_and_nothing_secret_before_it() {
        for good in [
            "http://127.0.0.1:9000",
            "https://hooks.example/sambatan?key=a-b_c%20d",
            "http://[::1]:80/x",
            "https://example",
            " https://example/ ",
        ] {
            assert_eq!(local("url", good).as_deref(), Ok(good.trim()), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "ftp://example",
            "file:///etc/passwd",
            "HTTP://example",
            "https://",
            "https:///path",
            "https://user:pass@example/",
            "https://exa mple/",
            "https://example/a b",
            "https://example/a#b",
            "https://example/\r\nX: y",
            "https://example/é",
            "https://example:0/",
            "https://example:70000/",
            "https://example:+80/",
            "https://example:/",
            "http://[::1/",
            "http://[::1]x/",
            "http://::1/",
        ] {
            let problem = local("url", bad).map_err(|error| error.problem);
            assert_eq!(problem, Err(Problem::NotAUrl), "{bad}");
        }
        let long = format!("https://example/{}", "a".repeat(MAX_URL));
        assert!(matches!(
            local("url", &long).map_err(|error| error.problem),
            Err(Problem::TooLong(MAX_URL))
        ));
    }

    #[test]
    fn every_failure_is_found_by_its_word() {
        for failure in DeliveryFailure::ALL {
            assert_eq!(DeliveryFailure::from_word(failure.word()), Some(failure));
        }
        assert_eq!(DeliveryFailure::from_word("bad_luck"), None);
    }
}

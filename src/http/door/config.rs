//! What can be set about the door, with the values that suit a small server.

use std::time::Duration;

use super::address::IpNetwork;
use super::scan::HeadLimits;
use super::uploads::Uploads;

/// Header slots for parsing; `header_count_limit` can't go beyond it.
pub(super) const HEADER_SLOTS: usize = 128;

/// Descriptors that one upstream connection holds in this process: one here, two in `tiny_http`.
const DESCRIPTORS_PER_UPSTREAM: usize = 3;

/// One upstream connection at the most for so many descriptors that the process may open, so that
/// the clients get most of them.
const DESCRIPTORS_FOR_ONE_UPSTREAM: usize = 16;

/// What the application answers with.
const REPLY_HEADERS: [&str; 25] = [
    "Allow",
    "Cache-Control",
    "Clear-Site-Data",
    "Content-Disposition",
    "Content-Language",
    "Content-Security-Policy",
    "Content-Type",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Date",
    "ETag",
    "Idempotent-Replayed",
    "Last-Modified",
    "Link",
    "Location",
    "Permissions-Policy",
    "Referrer-Policy",
    "Retry-After",
    "Set-Cookie",
    "Strict-Transport-Security",
    "Vary",
    "WWW-Authenticate",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "X-Request-Id",
];

/// Limits, deadlines and lists of the door. All sizes are bytes; all deadlines but `relay_deadline`
/// are absolute: a client can't extend one by sending or taking a byte now and then.
#[derive(Clone, Debug)]
pub struct DoorConfig {
    /// Client connections at one time. Lowered at the start when the process may not open as many
    /// descriptors.
    pub max_connections: usize,
    /// Client connections at one time from one address (one /64 network for IPv6). Trusted proxies
    /// are exempt.
    pub max_connections_per_address: usize,
    /// Request line and headers together.
    pub head_limit: usize,
    /// The target in the request line.
    pub target_limit: usize,
    /// Header fields of a request; at most 128.
    pub header_count_limit: usize,
    /// The body of a request, after decoding.
    pub body_limit: usize,
    /// Requests whose bodies may be larger.
    pub uploads: Uploads,
    /// The body of one answer of the application.
    pub reply_limit: usize,
    /// All answers together that wait for slow clients; beyond it the slowest client loses.
    pub reply_memory_limit: usize,
    /// From the first byte of a head to its end.
    pub head_deadline: Duration,
    /// From the end of the head to the end of the body.
    pub body_deadline: Duration,
    /// From the first to the last byte of an answer.
    pub write_deadline: Duration,
    /// Of an answer that is relayed in parts: from one byte that the client takes to the next. It is the
    /// one deadline that a client extends, so that a long table takes the time it takes.
    pub relay_deadline: Duration,
    /// From the connection, or the end of an answer, to the first byte of the next request.
    pub idle_deadline: Duration,
    /// After the last answer: for the client to close its side, so that it reads the answer and
    /// not a reset.
    pub linger_deadline: Duration,
    /// From the complete request to the complete answer of the application.
    pub upstream_deadline: Duration,
    /// Connections to the application, each with one request at a time, so that this many requests
    /// can be answered by one commit; `tiny_http` runs a thread for each. New ones are tried with
    /// `OPTIONS *`, which the application should answer at once, with any status.
    pub upstream_connections: usize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNetwork>,
    /// Request headers that the application reads; no other is handed on.
    pub forwarded_headers: Vec<String>,
    /// Headers that the application answers with; any other is dropped and logged.
    pub reply_headers: Vec<String>,
    /// Descriptors left to the rest of the process when `max_connections` is lowered.
    pub reserved_descriptors: usize,
}

impl Default for DoorConfig {
    fn default() -> DoorConfig {
        DoorConfig {
            max_connections: 512,
            max_connections_per_address: 128,
            head_limit: 16 * 1024,
            target_limit: 8 * 1024,
            header_count_limit: 64,
            body_limit: 64 * 1024,
            uploads: Uploads::default(),
            reply_limit: 8 * 1024 * 1024,
            reply_memory_limit: 64 * 1024 * 1024,
            head_deadline: Duration::from_secs(5),
            body_deadline: Duration::from_secs(10),
            write_deadline: Duration::from_secs(10),
            relay_deadline: Duration::from_secs(30),
            idle_deadline: Duration::from_secs(15),
            linger_deadline: Duration::from_secs(1),
            // Longer than the application's own patience: what that answers says more.
            upstream_deadline: Duration::from_secs(35),
            upstream_connections: 64,
            trusted_proxies: Vec::new(),
            forwarded_headers: owned(&[
                "Accept",
                "Accept-Language",
                "Authorization",
                "Content-Type",
                "Cookie",
                "Host",
                "Idempotency-Key",
                "If-None-Match",
                "Origin",
                "Referer",
                "Sec-Fetch-Site",
                "User-Agent",
            ]),
            reply_headers: owned(&REPLY_HEADERS),
            reserved_descriptors: 64,
        }
    }
}

impl DoorConfig {
    /// Brings what can't be kept into range: counts of at least one, and no more connections than
    /// the process may open descriptors for.
    pub(super) fn fitted(mut self, descriptors: Option<u64>) -> DoorConfig {
        self.uploads = self.uploads.counted_anew();
        self.upstream_connections = self.upstream_connections.max(1);
        self.header_count_limit = self.header_count_limit.min(HEADER_SLOTS);
        if let Some(descriptors) = descriptors.and_then(|d| usize::try_from(d).ok()) {
            let affordable = (descriptors / DESCRIPTORS_FOR_ONE_UPSTREAM).max(1);
            self.upstream_connections = self.upstream_connections.min(affordable);
            let taken =
                self.upstream_connections * DESCRIPTORS_PER_UPSTREAM + self.reserved_descriptors;
            let left = descriptors.saturating_sub(taken);
            // Connections that only wait to be closed come on top; `linger_limit` is an eighth.
            self.max_connections = self.max_connections.min(left - left / 8);
        }
        self.max_connections = self.max_connections.max(8);
        self
    }

    /// How many connections may linger after their last answer, beyond `max_connections`.
    pub(super) fn linger_limit(&self) -> usize {
        (self.max_connections / 8).clamp(4, 64)
    }

    /// The limits on a request's head.
    pub(super) fn head_limits(&self) -> HeadLimits {
        HeadLimits {
            head: self.head_limit,
            target: self.target_limit,
            headers: self.header_count_limit,
        }
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_fit_the_descriptors_that_the_process_may_open() {
        for (descriptors, connections, upstream) in [
            (None, 512, 64),
            (Some(20_000), 512, 64),
            (Some(1024), 512, 64),
            (Some(256), 126, 16),
            (Some(10), 8, 1),
        ] {
            let fitted = DoorConfig::default().fitted(descriptors);
            assert_eq!(fitted.max_connections, connections, "{descriptors:?}");
            assert_eq!(fitted.upstream_connections, upstream, "{descriptors:?}");
        }
    }
}

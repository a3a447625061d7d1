//! Rate limits for each client address: token buckets in a table of bounded size.
//!
//! Pure but for its lock: the time is passed in.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a request counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Taking slots.
    Join,
    /// Any other change.
    Write,
    /// Reading.
    Read,
    /// Showing a token that is none, besides what the request counts as.
    WrongToken,
    /// What supervisors ask again and again. Never limited.
    Free,
}

/// How many requests of each kind an address may make in a minute. A whole minute's worth may come at
/// once, then they trickle. `0` means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Joins.
    pub joins_per_minute: u32,
    /// Other changes, and besides, requests with a wrong token.
    pub writes_per_minute: u32,
    /// Reads.
    pub reads_per_minute: u32,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            joins_per_minute: 30,
            writes_per_minute: 120,
            reads_per_minute: 1200,
        }
    }
}

/// Buckets of every address seen lately.
pub(crate) struct RateLimiter {
    limits: RateLimits,
    buckets: Mutex<HashMap<(IpAddr, Kind), Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Requests that may still be made now.
    tokens: f64,
    filled_at: Instant,
}

/// The most buckets held. An attacker with more addresses than this is not stopped by such limits.
const MOST_BUCKETS: usize = 16_384;
const MINUTE: f64 = 60.0;

impl RateLimiter {
    /// Full buckets for everybody.
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self {
            limits,
            buckets: Mutex::default(),
        }
    }

    /// Takes one request of an address.
    ///
    /// # Errors
    /// How long until the next one may be made.
    pub(crate) fn take(&self, address: IpAddr, kind: Kind, now: Instant) -> Result<(), Duration> {
        self.look_and_take(address, kind, now, 1.0)
    }

    /// Whether a request of an address could be taken; takes none.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub(crate) fn look(&self, address: IpAddr, kind: Kind, now: Instant) -> Result<(), Duration> {
        self.look_and_take(address, kind, now, 0.0)
    }

    fn look_and_take(
        &self,
        address: IpAddr,
        kind: Kind,
        now: Instant,
        taken: f64,
    ) -> Result<(), Duration> {
        let per_minute = self.per_minute(kind);
        if per_minute == 0 {
            return Ok(());
        }
        let capacity = f64::from(per_minute);
        let key = (network_of(address), kind);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(&key) {
            make_room(&mut buckets, now);
        }
        let bucket = buckets.entry(key).or_insert(Bucket {
            tokens: capacity,
            filled_at: now,
        });
        let elapsed = now.saturating_duration_since(bucket.filled_at);
        bucket.tokens = (bucket.tokens + elapsed.as_secs_f64() * capacity / MINUTE).min(capacity);
        bucket.filled_at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= taken;
            return Ok(());
        }
        Err(Duration::from_secs_f64(
            (1.0 - bucket.tokens) * MINUTE / capacity,
        ))
    }

    const fn per_minute(&self, kind: Kind) -> u32 {
        match kind {
            Kind::Join => self.limits.joins_per_minute,
            Kind::Write | Kind::WrongToken => self.limits.writes_per_minute,
            Kind::Read => self.limits.reads_per_minute,
            Kind::Free => 0,
        }
    }
}

/// One home has one IPv4 address or one IPv6 /64: counting single IPv6 addresses would limit nobody.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Forgets buckets that are full again by now, and when that is not enough, those that have not been
/// used for longest: an eighth at once, so that the work for each new address stays small.
fn make_room(buckets: &mut HashMap<(IpAddr, Kind), Bucket>, now: Instant) {
    // A bucket is full again after a minute, whatever its capacity.
    let minute = Duration::from_secs(60);
    buckets.retain(|_, bucket| now.saturating_duration_since(bucket.filled_at) < minute);
    if buckets.len() >= MOST_BUCKETS {
        let mut times: Vec<_> = buckets.values().map(|bucket| bucket.filled_at).collect();
        let (_, border, _) = times.select_nth_unstable(MOST_BUCKETS / 8);
        let border = *border;
        buckets.retain(|_, bucket| bucket.filled_at > border);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn limiter() -> RateLimiter {
        RateLimiter::new(RateLimits {
            joins_per_minute: 30,
            writes_per_minute: 0,
            reads_per_minute: 60,
        })
    }

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_they_trickle() {
        let (limiter, start) = (limiter(), Instant::now());
        for _ in 0..30 {
            assert_eq!(limiter.take(HERE, Kind::Join, start), Ok(()));
        }
        assert_eq!(
            limiter.take(HERE, Kind::Join, start),
            Err(Duration::from_secs(2))
        );
        let later = start + Duration::from_secs(2);
        assert_eq!(limiter.take(HERE, Kind::Join, later), Ok(()));
        assert!(limiter.take(HERE, Kind::Join, later).is_err());
    }

    #[test]
    fn looking_takes_nothing() {
        let (limiter, now) = (limiter(), Instant::now());
        for _ in 0..100 {
            assert_eq!(limiter.look(HERE, Kind::Join, now), Ok(()));
        }
        while limiter.take(HERE, Kind::Join, now).is_ok() {}
        assert_eq!(
            limiter.look(HERE, Kind::Join, now),
            Err(Duration::from_secs(2))
        );
    }

    #[test]
    fn kinds_and_addresses_do_not_share_and_zero_is_no_limit() {
        let (limiter, now) = (limiter(), Instant::now());
        while limiter.take(HERE, Kind::Join, now).is_ok() {}
        assert_eq!(limiter.take(HERE, Kind::Read, now), Ok(()));
        assert_eq!(
            limiter.take("192.0.2.2".parse().unwrap(), Kind::Join, now),
            Ok(())
        );
        for _ in 0..10_000 {
            assert_eq!(limiter.take(HERE, Kind::Write, now), Ok(()));
        }
    }

    #[test]
    fn a_network_of_ipv6_addresses_is_one_client() {
        let (limiter, now) = (limiter(), Instant::now());
        while limiter
            .take("2001:db8::1".parse().unwrap(), Kind::Join, now)
            .is_ok()
        {}
        assert!(
            limiter
                .take("2001:db8::2".parse().unwrap(), Kind::Join, now)
                .is_err()
        );
        assert!(
            limiter
                .take("2001:db8:0:1::1".parse().unwrap(), Kind::Join, now)
                .is_ok()
        );
        while limiter
            .take("::ffff:192.0.2.9".parse().unwrap(), Kind::Join, now)
            .is_ok()
        {}
        assert!(
            limiter
                .take("192.0.2.9".parse().unwrap(), Kind::Join, now)
                .is_err()
        );
    }

    #[test]
    fn the_table_stays_bounded() {
        let (limiter, start) = (limiter(), Instant::now());
        for number in 0..MOST_BUCKETS + 100 {
            let address = std::net::Ipv4Addr::from_bits(u32::try_from(number).unwrap());
            let now = start + Duration::from_micros(u64::try_from(number).unwrap());
            assert_eq!(limiter.take(address.into(), Kind::Join, now), Ok(()));
        }
        let held = limiter.buckets.lock().unwrap().len();
        assert!((MOST_BUCKETS / 2..=MOST_BUCKETS).contains(&held), "{held}");
        let newest = std::net::Ipv4Addr::from_bits(u32::try_from(MOST_BUCKETS + 99).unwrap());
        for _ in 0..29 {
            assert_eq!(limiter.take(newest.into(), Kind::Join, start), Ok(()));
        }
        assert!(limiter.take(newest.into(), Kind::Join, start).is_err());
    }
}

//! Rate limits: token buckets in tables of bounded size.
//!
//! Who is not known pays by address: by its home (an IPv4 address, a /64 of IPv6) and, of IPv6, by its site (a
//! /48, which one subscriber can have whole) as well. Who shows a right token has a bucket of its own, so that
//! no neighbour behind the same address can empty it. Joins also count for their campaign.
//!
//! Each kind of request has its own table: what is cheap can't push out what matters. A full table forgets the
//! fullest buckets first, since they are the ones that say least: an emptied bucket outlives any number of new
//! addresses that have done little.
//!
//! Pure but for its locks: the time is passed in.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::id::CampaignId;

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
    /// Typing a secret into a form. Counted when it is known whether the secret is right: as a change of its
    /// holder's, or as a wrong token.
    Secret,
    /// What supervisors ask again and again. Never limited.
    Free,
}

/// How many requests of each kind an address may make in a minute. A whole minute's worth may come at
/// once, then they trickle. `0` means no limit. A /48 of IPv6 as a whole may make four times as many joins
/// and wrong tokens and sixteen times as many of the others, and a campaign is joined ten times as often as
/// an address may join.
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

/// Who pays for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payer<'a> {
    /// Somebody at this address.
    Address(IpAddr),
    /// Whoever holds this secret, which is right.
    Holder(&'a str),
}

/// Buckets of everybody seen lately.
pub(crate) struct RateLimiter {
    limits: RateLimits,
    /// Makes a key of a secret: none is held.
    hasher: RandomState,
    joins: Table,
    writes: Table,
    reads: Table,
    wrong_tokens: Table,
}

/// Whose bucket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scope {
    Home(IpAddr),
    /// The first 48 bits.
    Site(u64),
    Holder(u64),
    Campaign(CampaignId),
}

type Table = Mutex<HashMap<Scope, Bucket>>;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Requests that may still be made now.
    tokens: f64,
    capacity: f64,
    filled_at: Instant,
}

/// The most buckets of a table.
const MOST_BUCKETS: usize = 16_384;
const MINUTE: f64 = 60.0;
/// A campaign is joined so many times as often as an address may join: a whole community at once, and yet no
/// number of addresses takes a large campaign within seconds.
const JOINS_OF_A_CAMPAIGN: u32 = 10;

impl RateLimiter {
    /// Full buckets for everybody.
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self {
            limits,
            hasher: RandomState::new(),
            joins: Mutex::default(),
            writes: Mutex::default(),
            reads: Mutex::default(),
            wrong_tokens: Mutex::default(),
        }
    }

    /// Takes one request.
    ///
    /// # Errors
    /// How long until the next one may be made.
    pub(crate) fn take(&self, payer: Payer<'_>, kind: Kind, now: Instant) -> Result<(), Duration> {
        let Some((table, per_minute)) = self.table(kind) else {
            return Ok(());
        };
        match payer {
            Payer::Holder(secret) => {
                let scope = Scope::Holder(self.hasher.hash_one(secret));
                take_from(&mut lock(table), scope, per_minute, now)
            }
            Payer::Address(address) => {
                let mut table = lock(table);
                take_from(&mut table, Scope::Home(home(address)), per_minute, now)?;
                match site(address) {
                    Some(site) => {
                        let per_minute = per_minute.saturating_mul(of_a_site(kind));
                        take_from(&mut table, Scope::Site(site), per_minute, now)
                    }
                    None => Ok(()),
                }
            }
        }
    }

    /// Takes one join of a campaign.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub(crate) fn take_join(&self, campaign: CampaignId, now: Instant) -> Result<(), Duration> {
        let Some((table, per_minute)) = self.table(Kind::Join) else {
            return Ok(());
        };
        let per_minute = per_minute.saturating_mul(JOINS_OF_A_CAMPAIGN);
        take_from(&mut lock(table), Scope::Campaign(campaign), per_minute, now)
    }

    /// Gives back a join of a campaign that took no slot: who is refused uses nothing up for others.
    pub(crate) fn give_back_join(&self, campaign: CampaignId) {
        if let Some(bucket) = lock(&self.joins).get_mut(&Scope::Campaign(campaign)) {
            bucket.tokens = (bucket.tokens + 1.0).min(bucket.capacity);
        }
    }

    /// The table of a kind and how much of it is allowed; none when it has no limit.
    fn table(&self, kind: Kind) -> Option<(&Table, u32)> {
        let (table, per_minute) = match kind {
            Kind::Join => (&self.joins, self.limits.joins_per_minute),
            Kind::Write => (&self.writes, self.limits.writes_per_minute),
            Kind::Read => (&self.reads, self.limits.reads_per_minute),
            Kind::WrongToken => (&self.wrong_tokens, self.limits.writes_per_minute),
            Kind::Secret | Kind::Free => return None,
        };
        (per_minute > 0).then_some((table, per_minute))
    }
}

/// How many times as much as a home a whole site may do. A carrier puts many homes into one /48, and looking at
/// pages must go on for them.
const fn of_a_site(kind: Kind) -> u32 {
    match kind {
        Kind::Join | Kind::WrongToken => 4,
        _ => 16,
    }
}

/// Nothing that is done under the lock can panic half way.
fn lock(table: &Table) -> MutexGuard<'_, HashMap<Scope, Bucket>> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

fn take_from(
    buckets: &mut HashMap<Scope, Bucket>,
    scope: Scope,
    per_minute: u32,
    now: Instant,
) -> Result<(), Duration> {
    let capacity = f64::from(per_minute);
    if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(&scope) {
        make_room(buckets, now);
    }
    let bucket = buckets.entry(scope).or_insert(Bucket {
        tokens: capacity,
        capacity,
        filled_at: now,
    });
    bucket.tokens = bucket.tokens_at(now);
    bucket.filled_at = bucket.filled_at.max(now);
    if bucket.tokens >= 1.0 {
        bucket.tokens -= 1.0;
        return Ok(());
    }
    Err(Duration::from_secs_f64(
        (1.0 - bucket.tokens) * MINUTE / capacity,
    ))
}

impl Bucket {
    fn tokens_at(&self, now: Instant) -> f64 {
        let elapsed = now.saturating_duration_since(self.filled_at);
        (self.tokens + elapsed.as_secs_f64() * self.capacity / MINUTE).min(self.capacity)
    }

    /// How full it is, from 0 to 1.
    fn fullness(&self, now: Instant) -> f64 {
        self.tokens_at(now) / self.capacity
    }
}

/// One home has one IPv4 address or one IPv6 /64: counting single IPv6 addresses would limit nobody.
pub(crate) fn home(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The /48 of an IPv6 address.
fn site(address: IpAddr) -> Option<u64> {
    match address.to_canonical() {
        IpAddr::V6(address) => u64::try_from(address.to_bits() >> 80).ok(),
        IpAddr::V4(_) => None,
    }
}

/// Forgets the fullest buckets, an eighth at once, so that the work for each new one stays small.
fn make_room(buckets: &mut HashMap<Scope, Bucket>, now: Instant) {
    let mut fullness: Vec<_> = buckets.values().map(|it| it.fullness(now)).collect();
    let at = fullness.len() - fullness.len() / 8 - 1;
    let (_, border, _) = fullness.select_nth_unstable_by(at, f64::total_cmp);
    let border = *border;
    buckets.retain(|_, bucket| bucket.fullness(now) < border);
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Payer<'_> = Payer::Address(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)));

    fn at(address: &str) -> Payer<'static> {
        Payer::Address(address.parse().unwrap())
    }

    fn numbered(number: usize) -> Payer<'static> {
        let bits = 0x0a00_0000 + u32::try_from(number).unwrap();
        Payer::Address(std::net::Ipv4Addr::from_bits(bits).into())
    }

    /// How many are taken before one is refused.
    fn taken(limiter: &RateLimiter, payer: Payer<'_>, kind: Kind, now: Instant) -> usize {
        (0..)
            .take_while(|_| limiter.take(payer, kind, now).is_ok())
            .count()
    }

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
    fn kinds_and_addresses_do_not_share_and_zero_is_no_limit() {
        let (limiter, now) = (limiter(), Instant::now());
        while limiter.take(HERE, Kind::Join, now).is_ok() {}
        assert_eq!(limiter.take(HERE, Kind::Read, now), Ok(()));
        assert_eq!(limiter.take(at("192.0.2.2"), Kind::Join, now), Ok(()));
        for _ in 0..10_000 {
            assert_eq!(limiter.take(HERE, Kind::Write, now), Ok(()));
        }
    }

    #[test]
    fn a_network_of_ipv6_addresses_is_one_client() {
        let (limiter, now) = (limiter(), Instant::now());
        while limiter.take(at("2001:db8::1"), Kind::Join, now).is_ok() {}
        assert!(limiter.take(at("2001:db8::2"), Kind::Join, now).is_err());
        assert!(limiter.take(at("2001:db8:0:1::1"), Kind::Join, now).is_ok());
        while limiter
            .take(at("::ffff:192.0.2.9"), Kind::Join, now)
            .is_ok()
        {}
        assert!(limiter.take(at("192.0.2.9"), Kind::Join, now).is_err());
    }

    #[test]
    fn a_site_of_ipv6_has_a_limit_as_a_whole() {
        let (limiter, now) = (limiter(), Instant::now());
        let from = |network: u32, kind| {
            let address = format!("2001:db8:7:{network:x}::1");
            taken(&limiter, at(&address), kind, now)
        };
        let all: usize = (0..40).map(|network| from(network, Kind::Join)).sum();
        assert_eq!(all, 4 * 30);
        let all: usize = (0..40).map(|network| from(network, Kind::Read)).sum();
        assert_eq!(all, 16 * 60);
        assert_eq!(taken(&limiter, at("2001:db8:8::1"), Kind::Join, now), 30);
    }

    #[test]
    fn who_holds_a_secret_pays_for_nobody_else() {
        let (limiter, now) = (limiter(), Instant::now());
        taken(&limiter, HERE, Kind::Read, now);
        assert_eq!(taken(&limiter, Payer::Holder("one"), Kind::Read, now), 60);
        assert_eq!(taken(&limiter, Payer::Holder("two"), Kind::Read, now), 60);
    }

    #[test]
    fn a_campaign_is_joined_ten_times_as_often_and_refusals_are_given_back() {
        let (limiter, now) = (limiter(), Instant::now());
        let (campaign, other) = (CampaignId::new(), CampaignId::new());
        limiter.give_back_join(campaign);
        for _ in 0..300 {
            assert_eq!(limiter.take_join(campaign, now), Ok(()));
        }
        assert!(limiter.take_join(campaign, now).is_err());
        assert_eq!(limiter.take_join(other, now), Ok(()));
        limiter.give_back_join(campaign);
        assert_eq!(limiter.take_join(campaign, now), Ok(()));
        assert!(limiter.take_join(campaign, now).is_err());
    }

    #[test]
    fn seventeen_thousand_cheap_requests_wash_out_no_emptied_bucket() {
        for washing in [Kind::Read, Kind::Join] {
            let (limiter, start) = (limiter(), Instant::now());
            assert_eq!(taken(&limiter, HERE, Kind::Join, start), 30);
            for number in 0..17_000 {
                let now = start + Duration::from_micros(u64::try_from(number).unwrap());
                assert_eq!(limiter.take(numbered(number), washing, now), Ok(()));
            }
            let now = start + Duration::from_millis(17);
            assert_eq!(taken(&limiter, HERE, Kind::Join, now), 0, "{washing:?}");
        }
    }

    #[test]
    fn the_tables_stay_bounded() {
        let (limiter, start) = (limiter(), Instant::now());
        for number in 0..MOST_BUCKETS + 5_000 {
            let now = start + Duration::from_micros(u64::try_from(number).unwrap());
            limiter.take(numbered(number), Kind::Join, now).unwrap();
            limiter.take(numbered(number), Kind::Read, now).unwrap();
            let secret = number.to_string();
            limiter
                .take(Payer::Holder(&secret), Kind::Read, now)
                .unwrap();
            limiter.take_join(CampaignId::new(), now).unwrap();
        }
        for table in [&limiter.joins, &limiter.reads] {
            let held = lock(table).len();
            assert!((MOST_BUCKETS / 2..=MOST_BUCKETS).contains(&held), "{held}");
        }
        assert_eq!(lock(&limiter.writes).len(), 0);
        let newest = numbered(MOST_BUCKETS + 5_000);
        assert_eq!(taken(&limiter, newest, Kind::Join, start), 30);
    }

    #[test]
    fn a_table_full_of_emptied_buckets_stays_bounded_too() {
        let (limiter, now) = (limiter(), Instant::now());
        for number in 0..MOST_BUCKETS + 10 {
            taken(&limiter, numbered(number), Kind::Join, now);
        }
        assert!(lock(&limiter.joins).len() <= MOST_BUCKETS);
    }
}

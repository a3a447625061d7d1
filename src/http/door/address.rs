//! Who the client is: networks of trusted proxies, `X-Forwarded-For`, and the key for counting.
//!
//! Owns: reading addresses from text. Never: a name look-up.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// An address or a network in prefix notation, such as `10.0.0.0/8` or `::1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpNetwork {
    address: IpAddr,
    prefix: u8,
}

/// The text is no `IP` or `IP/prefix`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseNetworkError(String);

impl fmt::Display for ParseNetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no address and no network such as 10.0.0.0/8 or fd00::/8",
            self.0
        )
    }
}

impl std::error::Error for ParseNetworkError {}

impl FromStr for IpNetwork {
    type Err = ParseNetworkError;

    fn from_str(text: &str) -> Result<IpNetwork, ParseNetworkError> {
        let parse = || {
            let (address, prefix) = match text.split_once('/') {
                Some((address, prefix)) => (address, Some(prefix)),
                None => (text, None),
            };
            let written: IpAddr = address.parse().ok()?;
            let longest = bits(written);
            let prefix = match prefix {
                // `u8::from_str` takes a sign; a prefix has none.
                Some(p) if p.bytes().all(|b| b.is_ascii_digit()) => p.parse().ok()?,
                Some(_) => return None,
                None => longest,
            };
            let address = canonical(written);
            // ::ffff:10.0.0.0/104 means 10.0.0.0/8.
            let prefix = if bits(address) < longest {
                u8::checked_sub(prefix, 96)?
            } else {
                prefix
            };
            (prefix <= bits(address)).then_some(IpNetwork { address, prefix })
        };
        parse().ok_or_else(|| ParseNetworkError(text.to_owned()))
    }
}

impl IpNetwork {
    /// Whether `address` lies in this network. IPv4 in IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, canonical(address)) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let shift = 32 - u32::from(self.prefix);
                (ours.to_bits() ^ theirs.to_bits())
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let shift = 128 - u32::from(self.prefix);
                (ours.to_bits() ^ theirs.to_bits())
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            _ => false,
        }
    }
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address as it is compared and handed on: IPv4 in IPv6 becomes IPv4.
pub(super) fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// What connections are counted by: an IPv4 address, or the /64 network that one IPv6 subscriber
/// commonly has to itself.
pub(super) fn counting_key(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
    }
}

/// Whether one of `networks` holds `address`.
pub(super) fn is_trusted(networks: &[IpNetwork], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(address))
}

/// Finds the client behind trusted proxies. `forwarded` are the values of `X-Forwarded-For` in the
/// order in which they were sent. Walks from the right while the hop is trusted; each trusted hop
/// vouches for the one to its left. An entry that can't be read ends the walk at the hop before it.
pub(super) fn client_address(peer: IpAddr, forwarded: &[&[u8]], trusted: &[IpNetwork]) -> IpAddr {
    let mut client = peer;
    let entries = forwarded
        .iter()
        .rev()
        .flat_map(|value| value.rsplit(|byte| *byte == b','));
    for entry in entries {
        if !is_trusted(trusted, client) {
            break;
        }
        match std::str::from_utf8(entry)
            .ok()
            .and_then(|text| parse_hop(text.trim()))
        {
            Some(address) => client = canonical(address),
            None => break,
        }
    }
    client
}

/// Whether the client spoke TLS to the trusted proxy that is the other end of the connection. `schemes`
/// are the values of `X-Forwarded-Proto`; the last one is the nearest proxy's word, and of several
/// proxies in a row the nearest trusted one is believed.
pub(super) fn came_by_tls(peer: IpAddr, schemes: &[&[u8]], trusted: &[IpNetwork]) -> bool {
    let nearest = schemes
        .last()
        .and_then(|value| value.rsplit(|byte| *byte == b',').next());
    is_trusted(trusted, peer)
        && nearest.is_some_and(|scheme| scheme.trim_ascii().eq_ignore_ascii_case(b"https"))
}

/// Whether a header of this name is one that proxies add: no program and no browser sends it by itself.
pub fn tells_of_a_proxy(name: &str) -> bool {
    const NAMES: [&str; 11] = [
        "forwarded",
        "via",
        "x-real-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-original-forwarded-for",
        "x-envoy-external-address",
        "cf-connecting-ip",
        "cdn-loop",
        "true-client-ip",
        "fly-client-ip",
    ];
    let name = name.to_ascii_lowercase();
    name.starts_with("x-forwarded") || NAMES.contains(&name.as_str())
}

/// One entry of `X-Forwarded-For`: an address, with or without a port, IPv6 with or without brackets.
fn parse_hop(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address);
    }
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(socket.ip());
    }
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> IpNetwork {
        text.parse().unwrap()
    }

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        for (text, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("192.168.1.7", "192.168.1.7", "192.168.1.8"),
            ("10.1.2.3/16", "10.1.9.9", "10.2.0.0"),
            ("fd00::/8", "fd12::1", "fe80::1"),
            ("::1", "::1", "::2"),
            ("10.0.0.0/8", "::ffff:10.0.0.1", "::ffff:11.0.0.1"),
            ("::ffff:10.0.0.0/104", "10.3.3.3", "11.0.0.1"),
            ("0.0.0.0/0", "8.8.8.8", "2001:db8::1"),
            ("::/0", "2001:db8::1", "8.8.8.8"),
        ] {
            assert!(
                network(text).contains(inside.parse().unwrap()),
                "{text} {inside}"
            );
            assert!(
                !network(text).contains(outside.parse().unwrap()),
                "{text} {outside}"
            );
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "localhost",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "::/129",
            "1.2.3",
            "::ffff:1.2.3.4/8",
        ] {
            assert!(text.parse::<IpNetwork>().is_err(), "{text}");
        }
    }

    #[test]
    fn forwarded_addresses_count_only_as_far_as_the_proxies_are_trusted() {
        let trusted = [network("10.0.0.0/8"), network("::1")];
        for (peer, values, expected) in [
            ("1.2.3.4", &["9.9.9.9"][..], "1.2.3.4"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["9.9.9.9"], "9.9.9.9"),
            ("10.0.0.1", &["6.6.6.6, 9.9.9.9"], "9.9.9.9"),
            ("10.0.0.1", &["6.6.6.6, 9.9.9.9, 10.0.0.2"], "9.9.9.9"),
            ("10.0.0.1", &["9.9.9.9", "10.0.0.2"], "9.9.9.9"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("10.0.0.1", &["9.9.9.9, rubbish"], "10.0.0.1"),
            ("10.0.0.1", &["rubbish, 9.9.9.9"], "9.9.9.9"),
            ("10.0.0.1", &["9.9.9.9:4711"], "9.9.9.9"),
            ("::1", &["[2001:db8::7]:80"], "2001:db8::7"),
            ("::1", &["[2001:db8::7]"], "2001:db8::7"),
            ("::1", &["::ffff:9.9.9.9"], "9.9.9.9"),
        ] {
            let values: Vec<&[u8]> = values.iter().map(|v| v.as_bytes()).collect();
            let client = client_address(peer.parse().unwrap(), &values, &trusted);
            assert_eq!(client.to_string(), expected, "{peer} {values:?}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_says_that_the_client_spoke_tls() {
        let trusted = [network("10.0.0.0/8")];
        for (peer, values, expected) in [
            ("10.1.2.3", &["https"][..], true),
            ("10.1.2.3", &["HTTPS "], true),
            ("10.1.2.3", &["http, https"], true),
            ("10.1.2.3", &["http", "https"], true),
            ("10.1.2.3", &["https, http"], false),
            ("10.1.2.3", &["http"], false),
            ("10.1.2.3", &["httpsx"], false),
            ("10.1.2.3", &[], false),
            ("192.0.2.1", &["https"], false),
        ] {
            let values: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
            let found = came_by_tls(peer.parse().unwrap(), &values, &trusted);
            assert_eq!(found, expected, "{peer} {values:?}");
        }
    }

    #[test]
    fn a_proxy_is_known_by_what_it_adds() {
        for name in [
            "X-Forwarded-For",
            "x-forwarded-anything",
            "VIA",
            "Forwarded",
            "X-Real-IP",
        ] {
            assert!(tells_of_a_proxy(name), "{name}");
        }
        for name in [
            "Host",
            "Forward",
            "X-Requested-With",
            "Proxy-Connection",
            "Viable",
        ] {
            assert!(!tells_of_a_proxy(name), "{name}");
        }
    }

    #[test]
    fn an_ipv6_subscriber_counts_as_one() {
        let key = |text: &str| counting_key(text.parse().unwrap());
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_ne!(key("10.0.0.1"), key("10.0.0.2"));
    }
}

//! Where a receiver of webhooks may be: which addresses are sent to, which only where that is allowed, and which
//! never.
//!
//! Whoever may name a receiver could have this program ask what only the machine itself can reach: a database on
//! loopback, a router's page, the secrets that a cloud gives its machines at a link-local address. An address
//! counts as what it leads to, in whatever notation it is written: IPv4 inside of IPv6 is that IPv4 address.
//!
//! Sources: the IANA registries of special-purpose addresses; RFC 3056 (6to4), RFC 4291 (mapped, compatible), RFC
//! 4380 (Teredo), RFC 5214 (ISATAP), RFC 6052 and 8215 (NAT64), RFC 6761 (localhost).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far an address leads. Ordered: what leads to several counts as the last of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Somewhere on the internet.
    Public,
    /// This machine or its own network.
    Private,
    /// Link-local and metadata addresses, and those that are no single host's. Nothing is ever sent there.
    Never,
}

/// Whether receivers on this machine and in its own network are sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivateNetworks {
    /// They are.
    Allowed,
    /// They are not.
    Refused,
}

impl PrivateNetworks {
    /// Whether an address may be sent to.
    #[must_use]
    pub fn allow(self, address: IpAddr) -> bool {
        self.allow_reach(reach(address))
    }

    pub(crate) fn allow_reach(self, reach: Reach) -> bool {
        match reach {
            Reach::Public => true,
            Reach::Private => self == Self::Allowed,
            Reach::Never => false,
        }
    }
}

/// Names by which clouds have their machines find their secrets.
const METADATA_NAMES: [&str; 4] = [
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "instance-data",
];

/// How far an address leads.
#[must_use]
pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => {
            let inside = embedded(address).map(reach_v4).max();
            let own = reach_v6(address);
            inside.map_or(own, |inside| inside.max(own))
        }
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    // Metadata of clouds beside 169.254.169.254, which is link-local: Azure's, Alibaba's, Oracle's.
    const METADATA: [[u8; 4]; 3] = [[168, 63, 129, 16], [100, 100, 100, 200], [192, 0, 0, 192]];
    match address.octets() {
        octets if METADATA.contains(&octets) => Reach::Never,
        // This network, link-local, multicast, reserved and broadcast.
        [0 | 224..=255, ..] | [169, 254, ..] => Reach::Never,
        [127 | 10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Reach::Private,
        // A carrier's own network, protocol assignments, benchmarks.
        [100, 64..=127, ..] | [192, 0, 0, _] | [198, 18 | 19, ..] => Reach::Private,
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    // Metadata of Amazon, Google and Scaleway, in networks that are private otherwise.
    const METADATA: [[u16; 8]; 3] = [
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254],
        [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254],
        [0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42],
    ];
    match address.segments() {
        segments if METADATA.contains(&segments) => Reach::Never,
        // Unspecified, link-local, multicast.
        [0, 0, 0, 0, 0, 0, 0, 0] | [0xfe80..=0xfebf | 0xff00..=0xffff, ..] => Reach::Never,
        // Loopback; unique local; site-local, which it was before; NAT64 of a network's own; nothing else has
        // been given out beginning with zeros.
        [0, 0, 0, 0, 0, 0, 0, 1] | [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] => Reach::Private,
        [0x64, 0xff9b, 1, ..] => Reach::Private,
        _ => Reach::Public,
    }
}

/// The IPv4 addresses that an IPv6 address stands for or tunnels to.
fn embedded(address: Ipv6Addr) -> impl Iterator<Item = Ipv4Addr> {
    let segments = address.segments();
    let at = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    let last = at(segments[6], segments[7]);
    let (one, other) = match segments {
        // Loopback and unspecified are none.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => (None, None),
        // Mapped, compatible, translated (RFC 2765), NAT64 of everybody and of a network's own.
        [0, 0, 0, 0, 0, 0 | 0xffff, ..]
        | [0, 0, 0, 0, 0xffff, 0, ..]
        | [0x64, 0xff9b, 0, 0, 0, 0, ..]
        | [0x64, 0xff9b, 1, ..] => (Some(last), None),
        [0x2002, high, low, ..] => (Some(at(high, low)), None),
        // Teredo: its server, and its client turned over.
        [0x2001, 0, high, low, ..] => (
            Some(at(high, low)),
            Some(Ipv4Addr::from_bits(!last.to_bits())),
        ),
        // ISATAP.
        [_, _, _, _, 0 | 0x200, 0x5efe, ..] => (Some(last), None),
        _ => (None, None),
    };
    one.into_iter().chain(other)
}

/// How far a host leads as far as its text tells, without looking it up: none for a name.
///
/// `host` as it stands in a URL: an IPv6 address without its brackets.
#[must_use]
pub(crate) fn reach_of_host(host: &str) -> Option<Reach> {
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        return Some(reach(address.into()));
    }
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    if let Some(address) = as_the_system_reads(&name) {
        return Some(reach_v4(address));
    }
    let is_local = name == "localhost" || name.ends_with(".localhost");
    if is_local || name == "ip6-localhost" || name == "ip6-loopback" {
        return Some(Reach::Private);
    }
    METADATA_NAMES
        .contains(&name.as_str())
        .then_some(Reach::Never)
}

/// Whether a host is a number or ends in one, and is not written as an IPv4 address is: four decimal numbers.
/// Readers differ in what such a text is.
#[must_use]
pub(crate) fn is_odd_number(host: &str) -> bool {
    let last = host
        .trim_end_matches('.')
        .rsplit('.')
        .next()
        .unwrap_or_default();
    number(last).is_some() && host.parse::<Ipv4Addr>().is_err()
}

/// An IPv4 address as `inet_aton` reads one: one to four numbers, each decimal, octal or hexadecimal, the last of
/// which fills what is left.
fn as_the_system_reads(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<_> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, first) = parts.split_last()?;
    let mut bits: u64 = 0;
    if first.len() > 3 || first.iter().any(|part| *part > 255) {
        return None;
    }
    for part in first {
        bits = bits << 8 | part;
    }
    let left = 8 * (4 - first.len());
    if *last >= 1 << left {
        return None;
    }
    u32::try_from(bits << left | last)
        .ok()
        .map(Ipv4Addr::from_bits)
}

fn number(text: &str) -> Option<u64> {
    let (digits, radix) = if let Some(digits) = text.strip_prefix("0x").or(text.strip_prefix("0X"))
    {
        (digits, 16)
    } else if text.len() > 1 && text.starts_with('0') {
        (&text[1..], 8)
    } else {
        (text, 10)
    };
    if digits.is_empty() {
        // `0x` is 0 to some.
        return (radix == 16).then_some(0);
    }
    let has_sign = digits.starts_with(['+', '-']);
    u64::from_str_radix(digits, radix)
        .ok()
        .filter(|_| !has_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_as_what_it_leads_to() {
        for (address, expected) in [
            ("93.184.216.34", Reach::Public),
            ("8.8.8.8", Reach::Public),
            ("172.15.0.1", Reach::Public),
            ("172.32.0.1", Reach::Public),
            ("2606:2800:220:1::1", Reach::Public),
            ("64:ff9b::8.8.8.8", Reach::Public),
            ("2002:808:808::1", Reach::Public),
            ("127.0.0.1", Reach::Private),
            ("127.255.255.254", Reach::Private),
            ("10.0.0.1", Reach::Private),
            ("172.16.0.1", Reach::Private),
            ("172.31.255.255", Reach::Private),
            ("192.168.1.1", Reach::Private),
            ("100.64.0.1", Reach::Private),
            ("198.18.0.1", Reach::Private),
            ("::1", Reach::Private),
            ("fd12::1", Reach::Private),
            ("fec0::1", Reach::Private),
            ("::ffff:127.0.0.1", Reach::Private),
            ("::127.0.0.1", Reach::Private),
            ("::ffff:0:10.0.0.1", Reach::Private),
            ("64:ff9b::192.168.1.1", Reach::Private),
            ("64:ff9b:1::8.8.8.8", Reach::Private),
            ("2002:7f00:1::", Reach::Private),
            ("2002:c0a8:101::1", Reach::Private),
            ("0.0.0.0", Reach::Never),
            ("169.254.169.254", Reach::Never),
            ("169.254.0.1", Reach::Never),
            ("224.0.0.1", Reach::Never),
            ("255.255.255.255", Reach::Never),
            ("168.63.129.16", Reach::Never),
            ("100.100.100.200", Reach::Never),
            ("192.0.0.192", Reach::Never),
            ("::", Reach::Never),
            ("fe80::1", Reach::Never),
            ("febf::1", Reach::Never),
            ("ff02::1", Reach::Never),
            ("fd00:ec2::254", Reach::Never),
            ("::ffff:169.254.169.254", Reach::Never),
            ("::169.254.169.254", Reach::Never),
            ("::ffff:0:169.254.169.254", Reach::Never),
            ("64:ff9b::169.254.169.254", Reach::Never),
            ("64:ff9b:1::169.254.169.254", Reach::Never),
            ("2002:a9fe:a9fe::1", Reach::Never),
            // Teredo with such a server, and with such a client.
            ("2001:0:a9fe:a9fe::1", Reach::Never),
            ("2001:0:808:808:0:0:5601:5601", Reach::Never),
            ("2001:db8::5efe:169.254.169.254", Reach::Never),
        ] {
            assert_eq!(reach(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn a_notation_hides_nothing() {
        for host in [
            "169.254.169.254",
            "169.254.169.254.",
            "2852039166",
            "0xA9FEA9FE",
            "0xa9fea9fe.",
            "025177524776",
            "0251.0376.0251.0376",
            "0xa9.0xfe.0xa9.0xfe",
            "0xA9.254.0251.254",
            "169.254.43518",
            "169.16689662",
            "metadata.google.internal",
            "METADATA.google.internal.",
            "::ffff:a9fe:a9fe",
            "fe80::1",
        ] {
            assert_eq!(reach_of_host(host), Some(Reach::Never), "{host}");
        }
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "017700000001",
            "0x7f.1",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "LocalHost..",
            "::1",
        ] {
            assert_eq!(reach_of_host(host), Some(Reach::Private), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "a-1.example",
            "1.2.3.4.example",
            "face",
        ] {
            assert_eq!(reach_of_host(host), None, "{host}");
            assert!(!is_odd_number(host), "{host}");
        }
        for host in [
            "1",
            "127.1",
            "0x7f.1",
            "08.8.8.8",
            "1.2.3.4.5",
            "4294967296",
            "1.2.3.256",
            "a.0x1",
            "1.2.3.4.",
        ] {
            assert!(is_odd_number(host), "{host}");
        }
        assert!(!is_odd_number("8.8.8.8"));
    }
}

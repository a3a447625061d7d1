//! The `Host` header: present, single, and an authority that can't be mistaken for another.

use std::net::Ipv6Addr;

use super::refusal::Refusal;
use super::vet::{Field, Version, values};

/// Exactly one valid `Host` on HTTP/1.1; at most one on HTTP/1.0 (RFC 9112 section 3.2).
pub(super) fn vet(fields: &[Field<'_>], version: Version) -> Result<(), Refusal> {
    let mut hosts = values(fields, "Host");
    match (hosts.next(), hosts.next()) {
        (None, _) if version == Version::Http10 => Ok(()),
        (None, _) => Err(Refusal::HostMissing),
        (Some(_), Some(_)) => Err(Refusal::HostRepeated),
        (Some(value), None) if is_valid(value) => Ok(()),
        (Some(_), None) => Err(Refusal::HostMalformed),
    }
}

/// The path of an absolute target that names the one host that `Host` names (RFC 9112 section 3.2.2); any
/// other target as it is.
pub(super) fn without_own<'b>(target: &'b str, fields: &[Field<'_>]) -> &'b str {
    let mut hosts = values(fields, "Host");
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return target;
    };
    let Some(rest) = after_scheme(target) else {
        return target;
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let is_own = authority.as_bytes().eq_ignore_ascii_case(host);
    match path {
        _ if !is_own => target,
        "" => "/",
        path if path.starts_with('/') => path,
        _ => target,
    }
}

/// What follows `http://` or `https://`. A scheme's name may be in any case (RFC 3986 section 3.1).
fn after_scheme(target: &str) -> Option<&str> {
    let (scheme, rest) = target.split_once("://")?;
    let is_ours = ["http", "https"]
        .iter()
        .any(|ours| scheme.eq_ignore_ascii_case(ours));
    is_ours.then_some(rest)
}

/// `uri-host [ ":" port ]` of RFC 3986, without the empty host and without user information.
fn is_valid(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else {
        return false;
    };
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, after)) if address.parse::<Ipv6Addr>().is_ok() => ("v6", after),
            _ => return false,
        },
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    is_name(host) && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

fn is_name(host: &str) -> bool {
    !host.is_empty()
        && host.len() <= 255
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~%!$&'()*+;=".contains(&b))
}

/// The port may be empty after its colon.
fn is_port(port: &str) -> bool {
    port.is_empty() || (port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn hosts_are_names_or_addresses_with_an_optional_port() {
        for good in [
            "a",
            "example.org",
            "example.org:8000",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:80",
            "a:",
            "xn--a_b",
        ] {
            assert!(is_valid(good.as_bytes()), "{good}");
        }
        for bad in [
            "", ":80", "a b", "a,b", "a/b", "a@b", "a?b", "a#b", "a\\b", "a:b", "a:80:80",
            "a:65536", "a:+1", "[::1", "::1", "[::1]x", "[a]", "[]", "\u{e9}", "a\"", "<a>",
        ] {
            assert!(!is_valid(bad.as_bytes()), "{bad}");
        }
    }
}

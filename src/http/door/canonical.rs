//! Writes a vetted request again, in the one form that `tiny_http` is ever shown.
//!
//! Owns: the bytes that go to the application. Only headers on the list, one `Content-Length`, and
//! none of `Transfer-Encoding`, `Expect`, `Connection`, `Upgrade`, whatever the client sent.

use std::fmt::Write as _;
use std::net::IpAddr;

use super::address::{self, IpNetwork};
use super::vet::{Field, Head, values};

/// The header that carries the client's address. Only the door sets it: what a client sends under
/// this name is not on the list of forwarded headers.
pub const CLIENT_HEADER: &str = "X-Sambatan-Client";

/// The header that says `https` when the client spoke TLS to a trusted proxy. As with
/// [`CLIENT_HEADER`], only the door sets it.
pub const SCHEME_HEADER: &str = "X-Sambatan-Scheme";

/// The header that says that the request came through a proxy, trusted or not. As with [`CLIENT_HEADER`],
/// only the door sets it.
pub const PROXIED_HEADER: &str = "X-Sambatan-Proxied";

/// What the door itself knows of a request, beside what the client sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// The client's address.
    pub(super) client: IpAddr,
    /// Whether the client spoke TLS to a trusted proxy.
    pub(super) is_https: bool,
    /// Whether a header says that there is a proxy in between.
    pub(super) is_proxied: bool,
}

impl Origin {
    /// Who sends these headers over a connection with a peer.
    pub(super) fn of(fields: &[Field<'_>], peer: IpAddr, trusted: &[IpNetwork]) -> Origin {
        let forwarded: Vec<&[u8]> = values(fields, "X-Forwarded-For").collect();
        let schemes: Vec<&[u8]> = values(fields, "X-Forwarded-Proto").collect();
        Origin {
            client: address::client_address(peer, &forwarded, trusted),
            is_https: address::came_by_tls(peer, &schemes, trusted),
            is_proxied: fields
                .iter()
                .any(|field| address::tells_of_a_proxy(field.name)),
        }
    }
}

/// Writes the head up to, not including, `Content-Length`, which is known when the body is there.
pub(super) fn open_head(
    head: &Head<'_>,
    fields: &[Field<'_>],
    forwarded: &[String],
    origin: Origin,
) -> Vec<u8> {
    let Origin {
        client,
        is_https,
        is_proxied,
    } = origin;
    let mut text = String::with_capacity(512);
    let _ = write!(
        text,
        "{} {} HTTP/1.1\r\n{CLIENT_HEADER}: {client}\r\n",
        head.method, head.target
    );
    if is_https {
        let _ = write!(text, "{SCHEME_HEADER}: https\r\n");
    }
    if is_proxied {
        let _ = write!(text, "{PROXIED_HEADER}: yes\r\n");
    }
    for field in fields {
        let ours = [CLIENT_HEADER, SCHEME_HEADER, PROXIED_HEADER];
        if ours
            .iter()
            .any(|name| field.name.eq_ignore_ascii_case(name))
        {
            continue;
        }
        let listed = forwarded
            .iter()
            .find(|name| name.eq_ignore_ascii_case(field.name));
        // Vetting has refused listed headers that are not ASCII, so the value is text.
        if let (Some(name), Ok(value)) = (listed, std::str::from_utf8(field.value)) {
            for part in [name, ": ", value, "\r\n"] {
                text.push_str(part);
            }
        }
    }
    text.into_bytes()
}

/// Completes the request with its length and its body.
pub(super) fn close_head(request: &mut Vec<u8>, body: &[u8]) {
    request.extend_from_slice(b"Content-Length: ");
    request.extend_from_slice(body.len().to_string().as_bytes());
    request.extend_from_slice(b"\r\n\r\n");
    request.extend_from_slice(body);
}

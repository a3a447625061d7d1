//! Keeps out what a web page of somebody else has a browser send.
//!
//! In open mode everybody on this machine may do everything, but such a page must not. Three signs give
//! it away, and any of them is enough:
//!
//! - `Origin` names another site than `Host`: a script or a form of another page sent the request.
//!   `null`, which sandboxed and local pages send, is another site too.
//! - `Sec-Fetch-Site: cross-site`: the browser itself says so, also where it sends no `Origin`.
//! - `Host` is not a name of the loopback interface: the page's own name was made to point at
//!   127.0.0.1 (DNS rebinding), and to the browser it then *is* the same site.
//!
//! Programs send none of the first two, and a program that sends no `Host` (HTTP/1.0) is no browser.
//!
//! In guarded mode a browser adds no token to the API's requests by itself, so such a page can do nothing
//! that its author could not do without the browser, and links from other sites must work. Only changes
//! are refused, and only by the browser's own word: behind a proxy `Host` need not be the name that the
//! browser used. A change that a page's form sends must come from a page of ours: there a browser adds
//! cookies by itself, so another site of the same domain is refused too, and where the browser gives no
//! word of its own, so is an `Origin` that is not ours.
//!
//! Looking at a page changes nothing and no other page can read it, so links to pages work from anywhere.

use std::net::Ipv4Addr;

use crate::http::problem::Refusal;
use crate::http::request::{Method, Request};
use crate::http::route::Face;

/// Refuses what a foreign web page sent to a service where everybody may do everything.
///
/// # Errors
/// [`Refusal::Foreign`].
pub(crate) fn check_open(request: &Request, face: Face) -> Result<(), Refusal> {
    let headers = &request.headers;
    let Ok(host) = headers.single("host") else {
        return Err(Refusal::Foreign);
    };
    let named_here = host.is_none_or(is_loopback);
    let same_origin = headers
        .all("origin")
        .all(|origin| host.is_some_and(|host| is_origin_of(origin, host)));
    let follows_link = face == Face::Page && !changes(request);
    if named_here && (follows_link || (same_origin && !is_cross_site(request))) {
        Ok(())
    } else {
        Err(Refusal::Foreign)
    }
}

/// Refuses changes that a foreign web page sent to a service where tokens decide.
///
/// # Errors
/// [`Refusal::Foreign`].
pub(crate) fn check_guarded(request: &Request, face: Face) -> Result<(), Refusal> {
    let is_foreign = match face {
        Face::Api => is_cross_site(request),
        Face::Page => !is_from_our_page(request),
    };
    if changes(request) && is_foreign {
        Err(Refusal::Foreign)
    } else {
        Ok(())
    }
}

fn changes(request: &Request) -> bool {
    !matches!(request.method, Method::Get | Method::Head | Method::Options)
}

/// Whether a form of ours sent it, by the browser's word, or without one by its `Origin`. `none` is a
/// form that the person sent again by reloading.
fn is_from_our_page(request: &Request) -> bool {
    let headers = &request.headers;
    let mut sites = headers.all("sec-fetch-site").peekable();
    if sites.peek().is_some() {
        return sites.all(|site| ["same-origin", "none"].contains(&site));
    }
    let host = headers.single("host").ok().flatten();
    headers
        .all("origin")
        .all(|origin| host.is_some_and(|host| is_origin_of(origin, host)))
}

/// Whether the browser says that the page is of another site.
fn is_cross_site(request: &Request) -> bool {
    request
        .headers
        .all("sec-fetch-site")
        .any(|site| site.eq_ignore_ascii_case("cross-site"))
}

/// Whether `http://host` is the origin. Port and all: another port is another program.
fn is_origin_of(origin: &str, host: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .find_map(|scheme| origin.strip_prefix(scheme))
        .is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

/// Whether a `Host` is `localhost`, `127.x.x.x` or `[::1]`, with any port.
fn is_loopback(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        // The last colon of `[::1]` is inside the brackets.
        Some((name, port)) if !port.ends_with(']') => (name, port),
        _ => (host, ""),
    };
    let known = name.eq_ignore_ascii_case("localhost")
        || name == "[::1]"
        || name
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback());
    known && port.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Method;

    #[test]
    fn a_foreign_web_page_is_told_from_a_program_and_from_our_own_page() {
        for (headers, allowed) in [
            (&[][..], true),
            (&[("Host", "localhost:8000")][..], true),
            (&[("Host", "LOCALHOST")], true),
            (&[("Host", "127.0.0.1:8000")], true),
            (&[("Host", "127.8.9.10")], true),
            (&[("Host", "[::1]:8000")], true),
            (&[("Host", "[::1]")], true),
            (&[("Host", "128.0.0.1")], false),
            (&[("Host", "localhost.evil.example")], false),
            (&[("Host", "127.0.0.1.evil.example:8000")], false),
            (&[("Host", "localhost:8000@evil.example")], false),
            (&[("Host", "[::2]:8000")], false),
            (&[("Host", "")], false),
            (&[("Host", "localhost"), ("Host", "localhost")], false),
            (
                &[
                    ("Host", "localhost:8000"),
                    ("Origin", "http://localhost:8000"),
                ],
                true,
            ),
            (
                &[
                    ("Host", "localhost:8000"),
                    ("Origin", "http://localhost:3000"),
                ],
                false,
            ),
            (
                &[
                    ("Host", "localhost:8000"),
                    ("Origin", "https://evil.example"),
                ],
                false,
            ),
            (&[("Host", "localhost:8000"), ("Origin", "null")], false),
            (&[("Origin", "http://localhost:8000")], false),
            (
                &[("Host", "localhost"), ("Sec-Fetch-Site", "cross-site")],
                false,
            ),
            (
                &[("Host", "localhost"), ("Sec-Fetch-Site", "same-origin")],
                true,
            ),
            (&[("Host", "localhost"), ("Sec-Fetch-Site", "none")], true),
        ] {
            let mut request = Request::new(String::new(), Method::Post, "/");
            for (name, value) in headers {
                request.headers.push(name, value);
            }
            for face in [Face::Api, Face::Page] {
                let is_let_in = check_open(&request, face).is_ok();
                assert_eq!(is_let_in, allowed, "{headers:?}");
            }
        }
    }

    #[test]
    fn where_tokens_decide_only_changes_are_refused_and_only_by_the_browsers_word() {
        for (method, name, value, allowed) in [
            (Method::Post, "Host", "sambatan.example", true),
            (Method::Post, "Origin", "https://sambatan.example", true),
            (Method::Post, "Sec-Fetch-Site", "same-origin", true),
            (Method::Post, "Sec-Fetch-Site", "cross-site", false),
            (Method::Get, "Sec-Fetch-Site", "cross-site", true),
        ] {
            let mut request = Request::new(String::new(), method, "/");
            request.headers.push(name, value);
            assert_eq!(
                check_guarded(&request, Face::Api).is_ok(),
                allowed,
                "{name}: {value}"
            );
        }
    }

    #[test]
    fn a_form_is_sent_by_a_page_of_ours_and_links_come_from_anywhere() {
        for (method, site, origin, allowed) in [
            (Method::Post, Some("same-origin"), None, true),
            (Method::Post, Some("none"), None, true),
            (Method::Post, Some("same-site"), None, false),
            (Method::Post, Some("cross-site"), None, false),
            // The browser's word counts more: a proxy may have changed the host.
            (
                Method::Post,
                Some("same-origin"),
                Some("https://else.example"),
                true,
            ),
            (Method::Post, None, Some("https://sambatan.example"), true),
            (Method::Post, None, Some("https://else.example"), false),
            (Method::Post, None, Some("null"), false),
            (Method::Post, None, None, true),
            (Method::Get, Some("cross-site"), None, true),
        ] {
            let mut request = Request::new(String::new(), method, "/");
            request.headers.push("Host", "sambatan.example");
            for (name, value) in [("Sec-Fetch-Site", site), ("Origin", origin)] {
                if let Some(value) = value {
                    request.headers.push(name, value);
                }
            }
            let let_in = check_guarded(&request, Face::Page).is_ok();
            assert_eq!(let_in, allowed, "{site:?} {origin:?}");
        }
        for (host, site, allowed) in [
            ("localhost:8000", "cross-site", true),
            ("evil.example", "same-origin", false),
        ] {
            let mut request = Request::new(String::new(), Method::Get, "/");
            request.headers.push("Host", host);
            request.headers.push("Sec-Fetch-Site", site);
            assert_eq!(check_open(&request, Face::Page).is_ok(), allowed, "{host}");
        }
    }
}

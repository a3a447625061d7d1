//! Cookies: reading the few that are ours, and writing them.

use crate::http::request::Request;

/// The language that somebody chose by the switch.
pub(crate) const LANGUAGE: &str = "sambatan_language";
/// The organiser's session; sent to the organiser's pages only.
const SESSION: &str = "sambatan_session";
/// The same over TLS. By this name a browser takes it from this host and over TLS alone, so that neither a
/// neighbouring name nor the network can plant one; it asks for the path `/`.
const SESSION_OVER_TLS: &str = "__Host-sambatan_session";
/// A participant's secret; sent to their own page only.
pub(crate) const OWN: &str = "sambatan_own";

/// The value of a cookie. When a name comes twice the first counts: the one with the longer path
/// (RFC 6265, 5.4).
pub(crate) fn find<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request
        .headers
        .all("cookie")
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// The secret of the session that a request shows.
pub(crate) fn session(request: &Request) -> Option<&str> {
    find(request, Cookie::session(request, "").name)
}

/// A cookie to set. Scripts never see it and other sites never send it.
pub(crate) struct Cookie<'a> {
    /// One of the names above.
    pub(crate) name: &'static str,
    /// Visible ASCII without `;` and `,`.
    pub(crate) value: &'a str,
    /// Where it is sent to.
    pub(crate) path: &'a str,
    /// How long it lasts; as long as the browser runs when there is none, 0 takes it away.
    pub(crate) seconds: Option<u32>,
}

impl<'a> Cookie<'a> {
    /// The organiser's session, for as long as the browser runs.
    pub(crate) const fn session(request: &Request, value: &'a str) -> Self {
        let (name, path) = if request.is_https {
            (SESSION_OVER_TLS, "/")
        } else {
            (SESSION, "/organiser")
        };
        Self {
            name,
            value,
            path,
            seconds: None,
        }
    }

    /// As `Set-Cookie` has it. Over TLS it is never sent without.
    pub(crate) fn header(&self, request: &Request) -> String {
        let Self {
            name, value, path, ..
        } = self;
        let mut text = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Strict");
        if let Some(seconds) = self.seconds {
            text.push_str(&format!("; Max-Age={seconds}"));
        }
        if request.is_https {
            text.push_str("; Secure");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Method;

    #[test]
    fn a_cookie_is_found_among_those_of_others() {
        let mut request = Request::new(String::new(), Method::Get, "/");
        for header in ["a=b; sambatan_own=first;c", "sambatan_own=second; x=y=z"] {
            request.headers.push("Cookie", header);
        }
        assert_eq!(find(&request, OWN), Some("first"));
        assert_eq!(find(&request, "x"), Some("y=z"));
        assert_eq!(find(&request, "c"), None);
        assert_eq!(session(&request), None);
    }

    #[test]
    fn a_cookie_over_tls_stays_there() {
        let mut request = Request::new(String::new(), Method::Get, "/");
        let cookie = Cookie {
            name: OWN,
            value: "v",
            path: "/p/1",
            seconds: Some(0),
        };
        let plain = "sambatan_own=v; Path=/p/1; HttpOnly; SameSite=Strict; Max-Age=0";
        assert_eq!(cookie.header(&request), plain);
        let session = "sambatan_session=v; Path=/organiser; HttpOnly; SameSite=Strict";
        assert_eq!(Cookie::session(&request, "v").header(&request), session);
        request.is_https = true;
        assert_eq!(cookie.header(&request), format!("{plain}; Secure"));
        let session = "__Host-sambatan_session=v; Path=/; HttpOnly; SameSite=Strict; Secure";
        assert_eq!(Cookie::session(&request, "v").header(&request), session);
    }
}

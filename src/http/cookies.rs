//! Cookies: reading the few that are ours, and writing them.

use crate::http::request::Request;

/// The language that somebody chose by the switch.
pub(crate) const LANGUAGE: &str = "sambatan_language";
/// The organiser's session; sent to the organiser's pages only.
pub(crate) const SESSION: &str = "sambatan_session";
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

impl Cookie<'_> {
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
        assert_eq!(find(&request, SESSION), None);
    }

    #[test]
    fn a_cookie_over_tls_stays_there() {
        let mut request = Request::new(String::new(), Method::Get, "/");
        let cookie = Cookie {
            name: SESSION,
            value: "v",
            path: "/organiser",
            seconds: Some(0),
        };
        let plain = "sambatan_session=v; Path=/organiser; HttpOnly; SameSite=Strict; Max-Age=0";
        assert_eq!(cookie.header(&request), plain);
        request.is_https = true;
        assert_eq!(cookie.header(&request), format!("{plain}; Secure"));
    }
}

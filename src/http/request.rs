//! A request as the application sees it: decoded, bounded and complete.
//!
//! Owns what a path, a query and a header mean. Knows no socket and no HTTP library, so that whatever
//! reads requests can be exchanged. A request has personal data in it: it has no `Debug`, so that it
//! can't get into a log by accident.

use std::net::IpAddr;
use std::str::FromStr;

/// The largest body, in bytes.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// The largest bank statement, in bytes.
pub(crate) const MAX_STATEMENT: usize = 4 * 1024 * 1024;

/// The largest body with a bank statement in it, in bytes: in a form there are other fields around it.
pub(crate) const MAX_UPLOAD: usize = MAX_STATEMENT + MAX_BODY;

/// The one path that a form with a file is posted to.
pub(crate) const UPLOAD_PATH: &str = "/organiser/payments";

/// The paths that bank statements are posted to: by the form, and by programs.
pub(crate) const UPLOAD_PATHS: [&str; 2] = [UPLOAD_PATH, "/api/sambatan/payments/import"];

/// The largest body of a request, by its method and target.
pub(crate) fn max_body(method: &str, target: &str) -> usize {
    let path = target.split('?').next().unwrap_or_default();
    if method == "POST" && UPLOAD_PATHS.contains(&path) {
        MAX_UPLOAD
    } else {
        MAX_BODY
    }
}

/// A request method. One that no route can have is [`Method::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// `GET`
    Get,
    /// `HEAD`: as `GET`, answered without a body.
    Head,
    /// `POST`
    Post,
    /// `OPTIONS`
    Options,
    /// Any other.
    Other,
}

impl Method {
    /// The method as it is written in a request line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Options => "OPTIONS",
            Self::Other => "OTHER",
        }
    }

    /// Reads a method. Method names are case-sensitive (RFC 9110, 9.1).
    pub(crate) fn from_name(name: &str) -> Self {
        [Self::Get, Self::Head, Self::Post, Self::Options]
            .into_iter()
            .find(|method| method.name() == name)
            .unwrap_or(Self::Other)
    }
}

/// What came as the body.
pub(crate) enum Body {
    /// All of it; empty when there was none.
    Complete(Vec<u8>),
    /// More than [`MAX_BODY`] bytes.
    TooLarge,
    /// It broke off, or its framing could not be read.
    Unreadable,
}

/// A request.
pub(crate) struct Request {
    /// Names it in the answer and in the log.
    pub(crate) id: String,
    /// The client's address, where it is known. Personal data: for limits, never for the log.
    pub(crate) client: Option<IpAddr>,
    /// Whether the client spoke TLS to a trusted proxy.
    pub(crate) is_https: bool,
    /// Whether a header says that it came through a proxy.
    pub(crate) is_proxied: bool,
    /// What is asked for.
    pub(crate) method: Method,
    /// The segments of the path, decoded; `None` when they can't be decoded to text.
    pub(crate) path: Option<Vec<String>>,
    /// The query's parameters.
    pub(crate) query: Query,
    /// The headers the application reads.
    pub(crate) headers: Headers,
    /// The body.
    pub(crate) body: Body,
}

impl Request {
    /// A request without headers and body for a target: a path, perhaps a query; an absolute URL
    /// stands for its path (RFC 9112, 3.2).
    pub(crate) fn new(id: String, method: Method, target: &str) -> Self {
        let target = match target.split_once("://") {
            Some((scheme, rest)) if !scheme.contains(['/', '?']) => {
                rest.find('/').map_or("/", |start| &rest[start..])
            }
            _ => target,
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            id,
            client: None,
            is_https: false,
            is_proxied: false,
            method,
            path: decode_path(path),
            query: Query::parse(query),
            headers: Headers::default(),
            body: Body::Complete(Vec::new()),
        }
    }

    /// The path again as text, encoded: safe to put into a header.
    pub(crate) fn encoded_path(&self) -> String {
        encode_path(self.path.as_deref().unwrap_or_default())
    }
}

/// The segments of a path as text, encoded.
pub(crate) fn encode_path(segments: &[String]) -> String {
    let mut text = String::new();
    for segment in segments {
        text.push('/');
        percent_encode(segment, &mut text);
    }
    text
}

fn decode_path(path: &str) -> Option<Vec<String>> {
    path.strip_prefix('/')?
        .split('/')
        .map(|segment| String::from_utf8(percent_decode(segment, false)?).ok())
        .collect()
}

/// The parameters of a query, in their order.
#[derive(Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Fields of a form that were read otherwise.
    pub(crate) const fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Reads `a=1&b=2`; `+` is a blank, and an escape that is none stands for itself.
    pub(crate) fn parse(text: &str) -> Self {
        let decode = |part: &str| {
            percent_decode(part, true).map_or_else(
                || part.to_owned(),
                |bytes| String::from_utf8_lossy(&bytes).into_owned(),
            )
        };
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(name), decode(value))
                })
                .collect(),
        )
    }

    /// The first parameter of that name. An empty one counts as absent, as a form sends it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// All parameters of a name, also empty ones.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The query again as text, encoded.
    pub(crate) fn text(&self) -> String {
        let pairs = self.0.iter();
        encode(pairs.map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// The query again as text, encoded, with one parameter set to a value.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let others = self.0.iter().filter(|(known, _)| known != name);
        let others = others.map(|(name, value)| (name.as_str(), value.as_str()));
        encode(others.chain([(name, value)]))
    }
}

fn encode<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        percent_encode(name, &mut text);
        text.push('=');
        percent_encode(value, &mut text);
    }
    text
}

/// The headers that the application reads; all others are left behind at the door.
#[derive(Default)]
pub(crate) struct Headers(Vec<(&'static str, String)>);

impl Headers {
    const READ: [&'static str; 10] = [
        "accept",
        "accept-language",
        "authorization",
        "content-type",
        "cookie",
        "host",
        "idempotency-key",
        "if-none-match",
        "origin",
        "sec-fetch-site",
    ];

    /// Keeps a header if the application reads it.
    pub(crate) fn push(&mut self, name: &str, value: &str) {
        let known = Self::READ
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(name));
        if let Some(known) = known {
            self.0.push((known, value.trim().to_owned()));
        }
    }

    /// All headers of a name, given in lower case.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        debug_assert!(Self::READ.contains(&name), "{name} is left at the door");
        self.0
            .iter()
            .filter(move |(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The header of a name, given in lower case: none when it is absent.
    ///
    /// # Errors
    /// [`Repeated`] when there are several.
    pub(crate) fn single(&self, name: &str) -> Result<Option<&str>, Repeated> {
        let mut values = self.all(name);
        let first = values.next();
        match values.next() {
            Some(_) => Err(Repeated),
            None => Ok(first),
        }
    }
}

/// A header that may be there once is there several times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Repeated;

/// Reads an optional value that has been sent as text.
///
/// # Errors
/// What `T` answers to a text that is none of its values.
pub(crate) fn parse_optional<T: FromStr>(text: Option<&str>) -> Result<Option<T>, T::Err> {
    text.map(str::parse).transpose()
}

/// Decodes `%41` to `A`; `None` when a `%` is not followed by two hexadecimal digits.
fn percent_decode(text: &str, plus_is_blank: bool) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex_digit(bytes.next()?)? * 16 + hex_digit(bytes.next()?)?,
            b'+' if plus_is_blank => b' ',
            plain => plain,
        });
    }
    Some(decoded)
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Appends a text with everything but unreserved characters (RFC 3986, 2.3) escaped.
pub(crate) fn percent_encode(text: &str, encoded: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(target: &str) -> Request {
        Request::new("id".to_owned(), Method::Get, target)
    }

    #[test]
    fn a_path_is_decoded_segment_by_segment() {
        let long = |parts: &[&str]| Some(parts.iter().map(ToString::to_string).collect::<Vec<_>>());
        for (target, path) in [
            ("/", long(&[""])),
            ("/api/products", long(&["api", "products"])),
            ("/api/products/", long(&["api", "products", ""])),
            ("/api//products", long(&["api", "", "products"])),
            ("/a%2Fb/c%20d?e=f", long(&["a/b", "c d"])),
            ("/a+b", long(&["a+b"])),
            ("http://localhost:8000/api?x=1", long(&["api"])),
            ("http://localhost", long(&[""])),
            ("/go?to=http://elsewhere/", long(&["go"])),
            ("/a%2", None),
            ("/a%zz", None),
            ("/%ff", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(request(target).path, path, "{target}");
        }
    }

    #[test]
    fn a_query_is_read_and_written_again_with_one_parameter_changed() {
        let query = request("/?status=active&q=a+b%26c&cursor=old&limit=").query;
        assert_eq!(query.get("status"), Some("active"));
        assert_eq!(query.get("q"), Some("a b&c"));
        assert_eq!(query.get("limit"), None);
        assert_eq!(query.get("page"), None);
        assert_eq!(
            query.with("cursor", "n w"),
            "status=active&q=a%20b%26c&limit=&cursor=n%20w"
        );
        assert_eq!(request("/?a=%zz&b").query.with("c", "1"), "a=%25zz&b=&c=1");
    }

    #[test]
    fn what_is_written_again_can_not_break_out_of_a_header() {
        let request = request("/a\r\nX-Evil: 1/b?c=\r\n\"<>");
        assert_eq!(request.encoded_path(), "/a%0D%0AX-Evil%3A%201/b");
        assert_eq!(request.query.with("d", "e"), "c=%0D%0A%22%3C%3E&d=e");
    }

    #[test]
    fn only_headers_that_are_read_are_kept() {
        let mut headers = Headers::default();
        headers.push("X-Forwarded-For", "192.0.2.1");
        headers.push("Idempotency-KEY", " a ");
        assert_eq!(headers.single("idempotency-key"), Ok(Some("a")));
        assert_eq!(headers.single("host"), Ok(None));
        headers.push("idempotency-key", "a");
        assert_eq!(headers.single("idempotency-key"), Err(Repeated));
        assert_eq!(headers.0.len(), 2);
    }

    #[test]
    fn a_method_is_case_sensitive() {
        assert_eq!(Method::from_name("POST"), Method::Post);
        assert_eq!(Method::from_name("post"), Method::Other);
        assert_eq!(Method::from_name("BREW"), Method::Other);
    }
}

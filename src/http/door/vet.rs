//! Reads a complete head and refuses what is not exactly right.
//!
//! Owns: the request line, header names, the host, and which combinations are served. `framing`
//! decides where the body ends. Never: I/O, and never guessing what a client meant: two servers
//! that guess differently are how requests get smuggled.
//!
//! Decisions where RFC 9112 leaves room, or asks for more than a service that is no proxy needs:
//! a target is `/…`, or `*` with OPTIONS; the absolute form stands for its path when it names the host
//! that `Host` names, and is refused when it would bring a second one into the request. An empty line before a request is refused. Bytes outside ASCII are
//! refused in headers that are handed on and ignored in all others.

use std::mem::MaybeUninit;
use std::net::IpAddr;

use crate::words::Language;

use super::address::IpNetwork;
use super::canonical::Origin;
use super::config::HEADER_SLOTS;
use super::framing::{self, BodyPlan};
use super::host;
use super::refusal::Refusal;
use super::uploads::Uploads;

/// A header as it was sent: the name in the client's spelling, the value without outer blanks.
pub(super) type Field<'b> = httparse::Header<'b>;

/// Protocol versions that are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Http10,
    Http11,
}

/// What vetting needs to know beside the bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'c> {
    pub(super) target_limit: usize,
    pub(super) header_count_limit: usize,
    pub(super) body_limit: usize,
    /// Requests whose bodies may be larger.
    pub(super) uploads: &'c Uploads,
    /// Who is connected, and whom they may speak for.
    pub(super) peer: IpAddr,
    pub(super) trusted_proxies: &'c [IpNetwork],
    /// Headers that are handed on.
    pub(super) forwarded: &'c [String],
}

/// A head that passed.
#[derive(Debug)]
pub(super) struct Head<'b> {
    pub(super) method: &'b str,
    pub(super) target: &'b str,
    pub(super) body: BodyPlan,
    pub(super) traits: Traits,
    /// Whether the client waits for `100 Continue` before it sends the body.
    pub(super) expects_continue: bool,
    /// `OPTIONS *`: about the server, not about a resource; the door answers it.
    pub(super) about_server: bool,
}

/// What must be remembered of a request to answer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traits {
    pub(super) version: Version,
    pub(super) language: Language,
    /// Whether a person's browser asks, so that a refusal is to be a page.
    pub(super) reads_html: bool,
    /// `HEAD`: the answer has no body.
    pub(super) head_only: bool,
    pub(super) keep_alive: bool,
    /// It is larger than others may be, and whoever sends it may do that: it comes more slowly.
    pub(super) is_upload: bool,
}

impl Default for Traits {
    /// What holds while nothing of the request is understood.
    fn default() -> Traits {
        Traits {
            version: Version::Http11,
            language: Language::default(),
            reads_html: false,
            head_only: false,
            keep_alive: false,
            is_upload: false,
        }
    }
}

/// A refusal, with what is known of the client that it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) refusal: Refusal,
    pub(super) traits: Traits,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Refused {
        Refused {
            refusal,
            traits: Traits::default(),
        }
    }
}

/// Vets `bytes`, one complete head that passed the scanner, and calls `then` with what it says and
/// with all its headers.
pub(super) fn with_head<T>(
    bytes: &[u8],
    rules: Rules<'_>,
    then: impl FnOnce(&Head<'_>, &[Field<'_>]) -> T,
) -> Result<T, Refused> {
    let (method, target, version) = request_line(bytes, rules.target_limit)?;
    let mut slots = [const { MaybeUninit::uninit() }; HEADER_SLOTS];
    let mut parsed = httparse::Request::new(&mut []);
    header_lines(bytes)?;
    // The second opinion: two readers that disagree are a reason to refuse.
    match parsed.parse_with_uninit_headers(bytes, &mut slots) {
        Ok(httparse::Status::Complete(length)) if length == bytes.len() => {}
        Ok(_) => return Err(Refusal::RequestLineMalformed.into()),
        Err(httparse::Error::TooManyHeaders) => return Err(Refusal::TooManyHeaders.into()),
        Err(httparse::Error::HeaderName | httparse::Error::HeaderValue) => {
            return Err(Refusal::HeaderNameMalformed.into());
        }
        Err(_) => return Err(Refusal::RequestLineMalformed.into()),
    }
    if (parsed.method, parsed.path) != (Some(method), Some(target)) {
        return Err(Refusal::RequestLineMalformed.into());
    }
    let fields: &[Field<'_>] = parsed.headers;
    if fields.len() > rules.header_count_limit {
        return Err(Refusal::TooManyHeaders.into());
    }
    let target = host::without_own(target, fields);
    let traits = Traits {
        version,
        language: Language::negotiate(
            values(fields, "Accept-Language").filter_map(|value| std::str::from_utf8(value).ok()),
        ),
        reads_html: reads_html(target, fields),
        head_only: method == "HEAD",
        keep_alive: keeps_alive(fields, version),
        is_upload: false,
    };
    let head = vet_fields(method, target, traits, fields, rules).map_err(|refusal| {
        // Even a file that is too large: their browser sends it to its end before it looks at the answer.
        let is_upload = refusal == Refusal::BodyTooLarge
            && rules.uploads.is_one(method, target)
            && may_send(target, fields, rules);
        let traits = Traits {
            is_upload,
            ..traits
        };
        Refused { refusal, traits }
    })?;
    Ok(then(&head, fields))
}

/// Whether whoever sends these headers may send a larger body.
pub(super) fn may_send(target: &str, fields: &[Field<'_>], rules: Rules<'_>) -> bool {
    let origin = Origin::of(fields, rules.peer, rules.trusted_proxies);
    rules.uploads.may_send(target, fields, origin)
}

/// Browsers name HTML when they ask for a page; what asks the API gets what the API speaks.
fn reads_html(target: &str, fields: &[Field<'_>]) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let is_api = path == "/api" || path.starts_with("/api/");
    let mut ranges = values(fields, "Accept").flat_map(|value| value.split(|byte| *byte == b','));
    !is_api
        && ranges.any(|range| {
            let mut parts = range.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
            let is_html = parts
                .next()
                .is_some_and(|kind| kind.eq_ignore_ascii_case(b"text/html"));
            is_html && !parts.any(|part| part == b"q=0")
        })
}

/// All values of one header, in the order in which they were sent.
pub(super) fn values<'f>(
    fields: &'f [Field<'f>],
    name: &'static str,
) -> impl Iterator<Item = &'f [u8]> {
    fields
        .iter()
        .filter(move |field| field.name.eq_ignore_ascii_case(name))
        .map(|field| field.value)
}

/// `token SP target SP HTTP/1.0|1.1`, nothing else.
fn request_line(bytes: &[u8], target_limit: usize) -> Result<(&str, &str, Version), Refusal> {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\r')
        .unwrap_or(bytes.len());
    let line = std::str::from_utf8(&bytes[..end]).map_err(|_| Refusal::TargetMalformed)?;
    let mut parts = line.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Refusal::RequestLineMalformed);
    };
    if method.is_empty() || target.is_empty() || !method.bytes().all(is_token) {
        return Err(Refusal::RequestLineMalformed);
    }
    let version = match version.as_bytes() {
        b"HTTP/1.1" => Version::Http11,
        b"HTTP/1.0" => Version::Http10,
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            return Err(Refusal::VersionUnsupported);
        }
        _ => return Err(Refusal::RequestLineMalformed),
    };
    if target.len() > target_limit {
        return Err(Refusal::TargetTooLong);
    }
    Ok((method, target, version))
}

/// Looks at the names before the colons, where the parser's verdict would be too coarse.
fn header_lines(bytes: &[u8]) -> Result<(), Refusal> {
    let text = bytes.strip_suffix(b"\r\n\r\n").unwrap_or(bytes);
    for line in text.split(|byte| *byte == b'\n').skip(1) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return Err(Refusal::HeaderNameMalformed);
        };
        match line[..colon].split_last() {
            Some((b' ' | b'\t', _)) => return Err(Refusal::BlankBeforeColon),
            Some(_) if line[..colon].iter().copied().all(is_token) => {}
            _ => return Err(Refusal::HeaderNameMalformed),
        }
    }
    Ok(())
}

/// RFC 9110 section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn vet_fields<'b>(
    method: &'b str,
    target: &'b str,
    traits: Traits,
    fields: &[Field<'b>],
    rules: Rules<'_>,
) -> Result<Head<'b>, Refusal> {
    let about_server = vet_method_and_target(method, target)?;
    host::vet(fields, traits.version)?;
    if values(fields, "Upgrade").next().is_some() || connection_has(fields, "upgrade") {
        return Err(Refusal::UpgradeRefused);
    }
    vet_forwarded(fields, rules.forwarded)?;
    let body_limit = if rules.uploads.is_one(method, target) {
        rules.uploads.body_limit.max(rules.body_limit)
    } else {
        rules.body_limit
    };
    let body = framing::body_plan(fields, traits.version, body_limit)?;
    let expects_continue = expectation(fields)? && traits.version == Version::Http11;
    Ok(Head {
        method,
        target,
        body,
        traits,
        expects_continue,
        about_server,
    })
}

/// Refuses methods and forms of the target that nobody serves; true for `OPTIONS *`.
fn vet_method_and_target(method: &str, target: &str) -> Result<bool, Refusal> {
    match method {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "QUERY" => {}
        "CONNECT" | "TRACE" => return Err(Refusal::MethodRefused),
        _ => return Err(Refusal::MethodUnknown),
    }
    if target == "*" && method == "OPTIONS" {
        return Ok(true);
    }
    // A fragment never belongs on the wire, and routers differ in whether it is part of the path.
    let visible = target
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'#');
    if target.starts_with('/') && visible {
        Ok(false)
    } else {
        Err(Refusal::TargetMalformed)
    }
}

/// Headers that are handed on must be ASCII, and those that mean one thing must come once. The
/// application sees two `Idempotency-Key` and answers that itself.
fn vet_forwarded(fields: &[Field<'_>], forwarded: &[String]) -> Result<(), Refusal> {
    const ONCE: [&str; 6] = [
        "Authorization",
        "Content-Type",
        "Origin",
        "Referer",
        "Sec-Fetch-Site",
        "User-Agent",
    ];
    for field in fields {
        let handed_on = forwarded
            .iter()
            .any(|name| name.eq_ignore_ascii_case(field.name));
        if handed_on && !field.value.is_ascii() {
            return Err(Refusal::HeaderNotAscii);
        }
    }
    for name in ONCE {
        if values(fields, name).nth(1).is_some() {
            return Err(Refusal::HeaderRepeated);
        }
    }
    Ok(())
}

/// Whether the client waits for `100 Continue`; any other expectation fails.
fn expectation(fields: &[Field<'_>]) -> Result<bool, Refusal> {
    let mut expectations = values(fields, "Expect");
    match (expectations.next(), expectations.next()) {
        (None, _) => Ok(false),
        (Some(value), None) if value.eq_ignore_ascii_case(b"100-continue") => Ok(true),
        _ => Err(Refusal::ExpectationFailed),
    }
}

fn keeps_alive(fields: &[Field<'_>], version: Version) -> bool {
    match version {
        _ if connection_has(fields, "close") => false,
        Version::Http11 => true,
        Version::Http10 => connection_has(fields, "keep-alive"),
    }
}

fn connection_has(fields: &[Field<'_>], option: &str) -> bool {
    values(fields, "Connection")
        .flat_map(|value| value.split(|byte| *byte == b','))
        .any(|item| item.trim_ascii().eq_ignore_ascii_case(option.as_bytes()))
}

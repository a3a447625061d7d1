//! Request lines, methods, header lines and hosts.

use super::Expect::{Echo, Refused, Status, Unchanged};
use super::{OPEN, Row, get, row, with_bytes};

pub(crate) fn request_lines() -> Vec<Row> {
    let line = |line: &str| format!("{line}\r\nHost: a\r\n\r\n");
    let bad =
        |name: &str, text: &str| row(name, line(text), Refused(400, "request_line_malformed"));
    let mut rows = vec![
        row("plain GET", line("GET / HTTP/1.1"), OPEN),
        row(
            "HTTP/1.0",
            line("GET / HTTP/1.0"),
            Echo {
                body: "",
                open: false,
            },
        ),
        row("target with query", line("GET /a?b=c&d=%20 HTTP/1.1"), OPEN),
        row(
            "target with odd visible bytes",
            line("GET /a|b\\c^d`e{f} HTTP/1.1"),
            OPEN,
        ),
        row(
            "target with two slashes",
            line("GET //example.org/ HTTP/1.1"),
            OPEN,
        ),
        bad("two spaces before the target", "GET  / HTTP/1.1"),
        bad("two spaces before the version", "GET /  HTTP/1.1"),
        bad("space after the version", "GET / HTTP/1.1 "),
        bad("space before the method", " GET / HTTP/1.1"),
        bad("tab for a space", "GET\t/ HTTP/1.1"),
        bad("tab before the version", "GET /\tHTTP/1.1"),
        bad("space in the target", "GET /a b HTTP/1.1"),
        bad("no version (HTTP/0.9)", "GET /"),
        bad("only a method", "GET"),
        bad("no target", "GET HTTP/1.1"),
        bad("lower case protocol", "GET / http/1.1"),
        bad("version without minor", "GET / HTTP/1"),
        bad("version with two digits", "GET / HTTP/1.10"),
        bad("version with a leading zero", "GET / HTTP/01.1"),
        bad("version with a sign", "GET / HTTP/+1.1"),
        bad("another protocol", "GET / ICAP/1.0"),
        bad("method that is no token", "G(T / HTTP/1.1"),
        bad("method with a colon", "GET: / HTTP/1.1"),
        row(
            "empty line first",
            b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            Refused(400, "request_line_malformed"),
        ),
        row(
            "bare LF first",
            b"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            Refused(400, "bare_line_break"),
        ),
        row(
            "HTTP/2.0",
            line("GET / HTTP/2.0"),
            Refused(505, "http_version_unsupported"),
        ),
        row(
            "HTTP/3.0",
            line("GET / HTTP/3.0"),
            Refused(505, "http_version_unsupported"),
        ),
        row(
            "HTTP/0.9",
            line("GET / HTTP/0.9"),
            Refused(505, "http_version_unsupported"),
        ),
        row(
            "HTTP/1.2",
            line("GET / HTTP/1.2"),
            Refused(505, "http_version_unsupported"),
        ),
        row(
            "HTTP/2 preface",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            Refused(505, "http_version_unsupported"),
        ),
        row(
            "TLS handshake",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            Refused(400, "control_character"),
        ),
        row(
            "NUL first",
            b"\0GET / HTTP/1.1\r\n\r\n",
            Refused(400, "control_character"),
        ),
    ];
    for target in ["http://a/", "HTTPS://A/x?y", "http://a"] {
        let name = format!("target {target} of our own");
        rows.push(row(&name, line(&format!("GET {target} HTTP/1.1")), OPEN));
    }
    for target in [
        "a",
        "http://b/",
        "https://a.b/x",
        "http://a:80/",
        "http://a@b/",
        "http://b@a/",
        "http://a?q",
        "http:/a/",
        "ftp://a/",
        "a:443",
        "*",
        "?q",
        "#",
        "/a#b",
        "%2f",
    ] {
        let name = format!("target {target}");
        rows.push(row(
            &name,
            line(&format!("GET {target} HTTP/1.1")),
            Refused(400, "target_malformed"),
        ));
    }
    for byte in [0x80, 0xc3, 0xff] {
        let bytes = with_bytes("GET /", byte, " HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.push(row(
            &format!("byte {byte:#x} in the target"),
            bytes,
            Refused(400, "target_malformed"),
        ));
    }
    for byte in [0x00, 0x01, 0x0b, 0x1b, 0x7f] {
        let bytes = with_bytes("GET /", byte, " HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.push(row(
            &format!("byte {byte:#x} in the target"),
            bytes,
            Refused(400, "control_character"),
        ));
    }
    for length in [8191, 8192] {
        let target = "/".repeat(length);
        rows.push(row(
            &format!("target of {length}"),
            line(&format!("GET {target} HTTP/1.1")),
            OPEN,
        ));
    }
    for length in [8193, 8300, 20_000] {
        let target = "/".repeat(length);
        let refused = Refused(414, "target_too_long");
        rows.push(row(
            &format!("target of {length}"),
            line(&format!("GET {target} HTTP/1.1")),
            refused,
        ));
    }
    rows.extend(smuggled_paths());
    rows
}

/// What a proxy in front may read as another path. The door hands it on as it came and resolves nothing, so
/// that there is one reading; the application finds no such address.
fn smuggled_paths() -> Vec<Row> {
    let mut rows = Vec::new();
    for target in [
        "/a/%2e%2e/b",
        "/a/%2E%2e%2fb",
        "/a/../b",
        "/..",
        "/a/%252e%252e/b",
        "/a;x/..;/b",
        "/%c0%af",
        "/%c0%ae%c0%ae/a",
        "/%e0%80%af",
        "/%f0%80%80%af",
    ] {
        let bytes = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.push(row(&format!("target {target}"), bytes, Unchanged(target)));
    }
    for overlong in [
        &b"\xc0\xaf"[..],
        b"\xc0\xae",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
    ] {
        let target = [b"GET /", overlong, b" HTTP/1.1\r\nHost: a\r\n\r\n"].concat();
        rows.push(row(
            &format!("overlong UTF-8 {overlong:x?} in the target"),
            target,
            Refused(400, "target_malformed"),
        ));
        let read = [
            b"GET / HTTP/1.1\r\nHost: a\r\nOrigin: http://a",
            overlong,
            b"\r\n\r\n",
        ];
        rows.push(row(
            &format!("overlong UTF-8 {overlong:x?} in a header that is read"),
            read.concat(),
            Refused(400, "header_not_ascii"),
        ));
    }
    rows
}

/// What a load balancer says before the first request, to whoever is set up to hear it. The door is not:
/// who the client is says a trusted proxy's `X-Forwarded-For`.
pub(crate) fn proxy_protocol() -> Vec<Row> {
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let before = |preface: &[u8]| [preface, &request[..]].concat();
    let mut rows = Vec::new();
    for line in [
        "PROXY TCP4 192.0.2.1 192.0.2.2 56324 80",
        "PROXY TCP6 2001:db8::1 2001:db8::2 56324 80",
        "PROXY UNKNOWN",
    ] {
        rows.push(row(
            &format!("PROXY v1: {line}"),
            before(format!("{line}\r\n").as_bytes()),
            Refused(400, "request_line_malformed"),
        ));
    }
    let signature = b"\r\n\r\n\0\r\nQUIT\n";
    let addresses = b"\xc0\x00\x02\x01\xc0\x00\x02\x02\xdc\x04\x00\x50";
    for (name, rest) in [
        (
            "PROXY v2: TCP over IPv4",
            [b"\x21\x11\x00\x0c", &addresses[..]].concat(),
        ),
        ("PROXY v2: LOCAL", b"\x20\x00\x00\x00".to_vec()),
    ] {
        let preface = [&signature[..], &rest].concat();
        rows.push(row(
            name,
            before(&preface),
            Refused(400, "request_line_malformed"),
        ));
    }
    rows
}

/// Headers by which others let a client choose a method or a path. Nobody reads them here, and none is
/// handed on.
pub(crate) fn overrides() -> Vec<Row> {
    let mut rows = Vec::new();
    for name in [
        "X-HTTP-Method-Override",
        "X-HTTP-Method",
        "X-Method-Override",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-Original-Host",
        "X-Host",
        "X-Forwarded-Host",
        "X-Forwarded-Prefix",
        "HTTP2-Settings",
        "Proxy",
    ] {
        let value = match name {
            "HTTP2-Settings" => "AAMAAABkAAQAAP__",
            name if name.contains("Method") => "DELETE",
            name if name.contains("URL") || name.contains("Prefix") => "/organiser",
            _ => "evil.example",
        };
        for method in ["GET", "POST"] {
            let bytes = format!("{method} /x HTTP/1.1\r\nHost: a\r\n{name}: {value}\r\n\r\n");
            rows.push(row(
                &format!("{method} with {name}"),
                bytes,
                Unchanged("/x"),
            ));
        }
    }
    rows.push(row(
        "HTTP2-Settings named for this connection only",
        get("Connection: HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"),
        Unchanged("/"),
    ));
    rows.push(row(
        "an upgrade to HTTP/2 with its settings",
        get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"),
        Refused(501, "upgrade_refused"),
    ));
    rows
}

pub(crate) fn methods() -> Vec<Row> {
    let line = |method: &str| format!("{method} /x HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut rows = Vec::new();
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"] {
        rows.push(row(method, line(method), OPEN));
    }
    rows.push(row("HEAD", line("HEAD"), Status(200, true)));
    rows.push(row(
        "HEAD of a stream",
        "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n",
        Status(200, true),
    ));
    rows.push(row(
        "OPTIONS *",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        Status(204, true),
    ));
    rows.push(row(
        "OPTIONS * and close",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        Status(204, false),
    ));
    for method in ["CONNECT", "TRACE"] {
        rows.push(row(
            method,
            line(method),
            Refused(405, "method_not_allowed"),
        ));
    }
    rows.push(row(
        "CONNECT with an authority",
        "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        Refused(405, "method_not_allowed"),
    ));
    for method in [
        "get",
        "Get",
        "BREW",
        "PROPFIND",
        "GETT",
        "GE",
        "!#$%&'*+-.^_`|~",
    ] {
        rows.push(row(
            method,
            line(method),
            Refused(501, "method_not_implemented"),
        ));
    }
    for headers in [
        "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "Upgrade: h2c\r\n",
        "Connection: keep-alive, Upgrade\r\n",
        "Connection: upgrade\r\n",
    ] {
        rows.push(row(headers, get(headers), Refused(501, "upgrade_refused")));
    }
    rows
}

pub(crate) fn header_lines() -> Vec<Row> {
    let mut rows = vec![
        row("empty value", get("X:\r\n"), OPEN),
        row("tab in a value", get("X: a\tb\r\n"), OPEN),
        row("no space after the colon", get("X:a\r\n"), OPEN),
        row("colons in a value", get("X: a:b:c\r\n"), OPEN),
        row(
            "every token character in a name",
            get("!#$%&'*+-.^_`|~09azAZ: a\r\n"),
            OPEN,
        ),
        row(
            "byte above ASCII in a header nobody reads",
            with_bytes("GET / HTTP/1.1\r\nHost: a\r\nX: ", 0xe9, "\r\n\r\n"),
            OPEN,
        ),
        row(
            "byte above ASCII in a header that is read",
            with_bytes("GET / HTTP/1.1\r\nHost: a\r\nReferer: ", 0xe9, "\r\n\r\n"),
            Refused(400, "header_not_ascii"),
        ),
        row(
            "LF ends the request line",
            "GET / HTTP/1.1\nHost: a\r\n\r\n",
            Refused(400, "bare_line_break"),
        ),
        row(
            "LF ends a header",
            "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
            Refused(400, "bare_line_break"),
        ),
        row(
            "LF ends the head",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
            Refused(400, "bare_line_break"),
        ),
        row(
            "LF everywhere",
            "GET / HTTP/1.1\nHost: a\n\n",
            Refused(400, "bare_line_break"),
        ),
        row(
            "CR in a value",
            get("X: a\rb\r\n"),
            Refused(400, "bare_line_break"),
        ),
        row(
            "CR before CR LF",
            get("X: a\r\r\n"),
            Refused(400, "bare_line_break"),
        ),
        row(
            "CR in the target",
            "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n",
            Refused(400, "bare_line_break"),
        ),
        row(
            "CR in a name",
            get("X\rY: a\r\n"),
            Refused(400, "bare_line_break"),
        ),
    ];
    for byte in [0x00, 0x01, 0x07, 0x08, 0x0b, 0x0c, 0x1b, 0x1f, 0x7f] {
        let value = with_bytes("GET / HTTP/1.1\r\nHost: a\r\nX: a", byte, "b\r\n\r\n");
        rows.push(row(
            &format!("byte {byte:#x} in a value"),
            value,
            Refused(400, "control_character"),
        ));
        let name = with_bytes("GET / HTTP/1.1\r\nHost: a\r\nX", byte, "Y: b\r\n\r\n");
        rows.push(row(
            &format!("byte {byte:#x} in a name"),
            name,
            Refused(400, "control_character"),
        ));
    }
    for (name, headers) in [
        ("folded with a space", "X: a\r\n b\r\n"),
        ("folded with a tab", "X: a\r\n\tb\r\n"),
        ("folded length", "Content-Length:\r\n 3\r\n"),
        ("folded coding", "Transfer-Encoding:\r\n chunked\r\n"),
        ("blank line that is folded", "X: a\r\n \r\n"),
    ] {
        rows.push(row(name, get(headers), Refused(400, "folded_header")));
    }
    rows.push(row(
        "first header folded",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        Refused(400, "folded_header"),
    ));
    for (name, headers) in [
        ("space before the colon", "X : a\r\n"),
        ("tab before the colon", "X\t: a\r\n"),
        ("length with a blank", "Content-Length : 3\r\n"),
        ("a blank for a name", "X  : a\r\n"),
    ] {
        rows.push(row(name, get(headers), Refused(400, "blank_before_colon")));
    }
    for (name, headers) in [
        ("empty name", ": a\r\n"),
        ("no colon", "X\r\n"),
        ("space within a name", "X Y: a\r\n"),
        ("slash in a name", "X/Y: a\r\n"),
        ("parenthesis in a name", "X(Y): a\r\n"),
        ("quote in a name", "\"X\": a\r\n"),
        ("byte above ASCII in a name", "X\u{e9}: a\r\n"),
        ("at sign in a name", "X@Y: a\r\n"),
    ] {
        rows.push(row(
            name,
            get(headers),
            Refused(400, "header_name_malformed"),
        ));
    }
    for name in [
        "Authorization",
        "Content-Type",
        "Origin",
        "Referer",
        "Sec-Fetch-Site",
        "User-Agent",
    ] {
        rows.push(row(
            &format!("{name} twice"),
            get(&format!("{name}: a\r\n{name}: b\r\n")),
            Refused(400, "header_repeated"),
        ));
    }
    rows.push(row(
        "Idempotency-Key twice is for the application",
        get("Idempotency-Key: a\r\nIdempotency-Key: b\r\n"),
        OPEN,
    ));
    rows.push(row(
        "Cookie twice",
        get("Cookie: a=b\r\nCookie: c=d\r\n"),
        OPEN,
    ));
    rows
}

pub(crate) fn hosts() -> Vec<Row> {
    let host = |lines: &str| format!("GET / HTTP/1.1\r\n{lines}\r\n");
    let mut rows = vec![
        row("no Host", host(""), Refused(400, "host_missing")),
        row(
            "no Host on HTTP/1.0",
            "GET / HTTP/1.0\r\n\r\n",
            Echo {
                body: "",
                open: false,
            },
        ),
        row(
            "Host twice",
            host("Host: a\r\nHost: a\r\n"),
            Refused(400, "host_repeated"),
        ),
        row(
            "Host twice in other case",
            host("Host: a\r\nhOST: b\r\n"),
            Refused(400, "host_repeated"),
        ),
        row(
            "Host twice on HTTP/1.0",
            "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
            Refused(400, "host_repeated"),
        ),
    ];
    for good in ["localhost:8000", "127.0.0.1", "[::1]:8000", "a.b-c_d", "a:"] {
        rows.push(row(
            &format!("Host {good}"),
            host(&format!("Host: {good}\r\n")),
            OPEN,
        ));
    }
    for bad in [
        "", "a b", "a,b", "a/b", "user@a", "a:x", "a:65536", "a:1:2", "[::1", "[zz]", "::1", "a?b",
        "http://a", ":80",
    ] {
        rows.push(row(
            &format!("Host {bad:?}"),
            host(&format!("Host: {bad}\r\n")),
            Refused(400, "host_malformed"),
        ));
    }
    rows
}

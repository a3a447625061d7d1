//! Bodies, sizes, connections, and what the application gets wrong.

use super::Expect::{Closed, Echo, Refused, Status, TwoThenRefused};
use super::{OPEN, Row, chunked, get, post, row};

pub(crate) fn framing() -> Vec<Row> {
    let body = |body| Echo { body, open: true };
    let mut rows = vec![
        row("POST without a body", post("", ""), OPEN),
        row("length 0", post("Content-Length: 0\r\n", ""), OPEN),
        row(
            "length 3",
            post("Content-Length: 3\r\n", "abc"),
            body("abc"),
        ),
        row(
            "length with zeros",
            post("Content-Length: 0003\r\n", "abc"),
            body("abc"),
        ),
        row(
            "length with outer blanks",
            post("Content-Length: \t 3 \t\r\n", "abc"),
            body("abc"),
        ),
        row(
            "length in odd case",
            post("cONTENT-lENGTH: 3\r\n", "abc"),
            body("abc"),
        ),
        row(
            "GET with a body",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
            body("abc"),
        ),
        row("chunked", chunked("3\r\nabc\r\n0\r\n\r\n"), body("abc")),
        row(
            "chunked in odd case",
            post("Transfer-Encoding: ChUnKeD\r\n", "3\r\nabc\r\n0\r\n\r\n"),
            body("abc"),
        ),
        row("chunked, empty", chunked("0\r\n\r\n"), OPEN),
        row(
            "chunked, many zeros",
            chunked("0000000000000000\r\n\r\n"),
            OPEN,
        ),
        row(
            "chunked, three pieces",
            chunked("1\r\na\r\n1\r\nb\r\n001\r\nc\r\n0\r\n\r\n"),
            body("abc"),
        ),
        row(
            "chunked, hex in both cases",
            chunked("A\r\n0123456789\r\na\r\nabcdefghij\r\n0\r\n\r\n"),
            body("0123456789abcdefghij"),
        ),
        row(
            "body that looks like a request",
            post("Content-Length: 18\r\n", "GET / HTTP/1.1\r\n\r\n"),
            body("GET / HTTP/1.1\r\n\r\n"),
        ),
        row(
            "underscore is another header",
            post("Content_Length: 3\r\n", ""),
            OPEN,
        ),
    ];
    for length in [
        "+3", "-3", "3, 3", "3,3", "0x3", "3.0", "3e0", "3 3", "", "three", "3;", "\u{663}", "'3'",
    ] {
        let bytes = post(&format!("Content-Length: {length}\r\n"), "abc");
        rows.push(row(
            &format!("length {length:?}"),
            bytes,
            Refused(400, "content_length_malformed"),
        ));
    }
    for (name, headers) in [
        (
            "length twice, the same",
            "Content-Length: 3\r\nContent-Length: 3\r\n",
        ),
        (
            "length twice, different",
            "Content-Length: 3\r\nContent-Length: 4\r\n",
        ),
        (
            "length twice, other case",
            "Content-Length: 3\r\ncontent-length: 0\r\n",
        ),
    ] {
        rows.push(row(
            name,
            post(headers, "abc"),
            Refused(400, "content_length_repeated"),
        ));
    }
    for headers in [
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: identity\r\n",
        "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
    ] {
        rows.push(row(
            headers,
            post(headers, "abc"),
            Refused(400, "content_length_with_transfer_encoding"),
        ));
    }
    for coding in [
        "identity",
        "gzip",
        "gzip, chunked",
        "chunked, gzip",
        "xchunked",
        "chunkedx",
        "chunked;q=1",
        "\"chunked\"",
        "chunked chunked",
        "x",
    ] {
        let bytes = post(&format!("Transfer-Encoding: {coding}\r\n"), "0\r\n\r\n");
        rows.push(row(
            &format!("coding {coding}"),
            bytes,
            Refused(501, "transfer_encoding_unsupported"),
        ));
    }
    for headers in [
        "Transfer-Encoding:\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: chunked,\r\n",
        "Transfer-Encoding: ,chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    ] {
        rows.push(row(
            headers,
            post(headers, "0\r\n\r\n"),
            Refused(400, "transfer_encoding_malformed"),
        ));
    }
    rows.push(row(
        "two codings",
        post(
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "",
        ),
        Refused(501, "transfer_encoding_unsupported"),
    ));
    rows.push(row(
        "coding before the colon blank",
        post("Transfer-Encoding : chunked\r\n", ""),
        Refused(400, "blank_before_colon"),
    ));
    rows.push(row(
        "chunked on HTTP/1.0",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Refused(400, "transfer_encoding_on_http_1_0"),
    ));
    rows
}

pub(crate) fn chunks() -> Vec<Row> {
    let mut rows = Vec::new();
    for body in [
        "\r\n",
        "g\r\n",
        "-1\r\n",
        "+1\r\n",
        "0x1\r\na\r\n",
        " 1\r\na\r\n",
        "1\na\r\n",
        "1\r\nab\r\n",
        "1\r\na\n0\r\n\r\n",
        "1\r\na0\r\n\r\n",
        "1\r\r\n",
        "0\r\n\rx",
        ";\r\n",
    ] {
        rows.push(row(
            &format!("chunks {body:?}"),
            chunked(body),
            Refused(400, "chunk_malformed"),
        ));
    }
    for body in [
        "1;a=b\r\na\r\n0\r\n\r\n",
        "1;\r\na\r\n",
        "1 \r\na\r\n",
        "1\t\r\na\r\n",
        "0;x\r\n\r\n",
        "1;\"\r\n\"\r\n",
    ] {
        rows.push(row(
            &format!("chunks {body:?}"),
            chunked(body),
            Refused(400, "chunk_extension"),
        ));
    }
    for body in [
        "0\r\nA: b\r\n\r\n",
        "1\r\na\r\n0\r\nContent-Length: 3\r\n\r\n",
        "0\r\nx",
        "0\r\n\n",
    ] {
        rows.push(row(
            &format!("chunks {body:?}"),
            chunked(body),
            Refused(400, "trailer_refused"),
        ));
    }
    for body in ["00000000000000001\r\na\r\n", "fffffffffffffffff\r\n"] {
        rows.push(row(
            &format!("chunks {body:?}"),
            chunked(body),
            Refused(400, "chunk_size_too_long"),
        ));
    }
    for body in [
        "ffffffffffffffff\r\n",
        "8000000000000000\r\n",
        "10001\r\n",
        "1\r\na\r\n10000\r\n",
    ] {
        rows.push(row(
            &format!("chunks {body:?}"),
            chunked(body),
            Refused(413, "body_too_large"),
        ));
    }
    let full = format!("10000\r\n{}\r\n0\r\n\r\n", "x".repeat(0x10000));
    rows.push(row(
        "chunks of exactly the limit",
        chunked(&full).replacen("POST /", "POST /unread", 1),
        Status(200, true),
    ));
    rows
}

pub(crate) fn sizes() -> Vec<Row> {
    let mut rows = Vec::new();
    let head = |filler: usize| get(&format!("X: {}\r\n", "y".repeat(filler)));
    let room = 16 * 1024 - head(0).len();
    rows.push(row("head of exactly 16 KiB", head(room), OPEN));
    rows.push(row(
        "head of one byte more",
        head(room + 1),
        Refused(431, "head_too_large"),
    ));
    rows.push(row(
        "head of 100 KiB",
        head(100_000),
        Refused(431, "head_too_large"),
    ));
    rows.push(row(
        "head without an end",
        format!("GET / HTTP/1.1\r\nX: {}", "y".repeat(17_000)),
        Refused(431, "head_too_large"),
    ));
    let many = |count: usize| get(&"X: y\r\n".repeat(count));
    rows.push(row("64 headers", many(63), OPEN));
    rows.push(row(
        "65 headers",
        many(64),
        Refused(431, "too_many_headers"),
    ));
    rows.push(row(
        "2000 headers",
        many(2000),
        Refused(431, "too_many_headers"),
    ));
    let unread = |length: usize| {
        format!(
            "POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{}",
            "x".repeat(length)
        )
    };
    rows.push(row(
        "body of exactly 64 KiB",
        unread(65_536),
        Status(200, true),
    ));
    rows.push(row(
        "body of one byte more",
        unread(65_537),
        Refused(413, "body_too_large"),
    ));
    for length in [
        "65537",
        "1000000000000",
        "9223372036854775807",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999999999",
    ] {
        let bytes = post(&format!("Content-Length: {length}\r\n"), "");
        rows.push(row(
            &format!("claimed length {length}"),
            bytes,
            Refused(413, "body_too_large"),
        ));
    }
    rows.push(row(
        "claimed length with Expect",
        post("Content-Length: 65537\r\nExpect: 100-continue\r\n", ""),
        Refused(413, "body_too_large"),
    ));
    rows
}

pub(crate) fn connections() -> Vec<Row> {
    let closing = || Echo {
        body: "",
        open: false,
    };
    let old = |headers: &str| format!("GET / HTTP/1.0\r\n{headers}\r\n");
    let mut rows = vec![
        row("close", get("Connection: close\r\n"), closing()),
        row("close in odd case", get("Connection: CLOSE\r\n"), closing()),
        row(
            "close in a list",
            get("Connection: x, close\r\n"),
            closing(),
        ),
        row(
            "close in a second field",
            get("Connection: x\r\nConnection: close\r\n"),
            closing(),
        ),
        row("keep-alive", get("Connection: keep-alive\r\n"), OPEN),
        row("closed is not close", get("Connection: closed\r\n"), OPEN),
        row(
            "HTTP/1.0 with keep-alive",
            old("Connection: keep-alive\r\n"),
            OPEN,
        ),
        row(
            "HTTP/1.0 with close",
            old("Connection: close\r\n"),
            closing(),
        ),
        row(
            "HTTP/1.0 with both",
            old("Connection: close, keep-alive\r\n"),
            closing(),
        ),
        row(
            "nothing after close counts",
            format!("{}{}", get("Connection: close\r\n"), get("")),
            closing(),
        ),
        row(
            "TE and Keep-Alive are ignored",
            get("TE: trailers\r\nKeep-Alive: 300\r\n"),
            OPEN,
        ),
        row(
            "no content",
            "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n",
            Status(204, true),
        ),
        row(
            "not modified",
            "GET /unchanged HTTP/1.1\r\nHost: a\r\n\r\n",
            Status(304, true),
        ),
        row(
            "Expect on a request without a body",
            get("Expect: 100-continue\r\n"),
            OPEN,
        ),
        row(
            "Expect with the body at once",
            post("Content-Length: 3\r\nExpect: 100-continue\r\n", "abc"),
            Echo {
                body: "abc",
                open: true,
            },
        ),
        row(
            "Expect on HTTP/1.0 is ignored",
            "POST / HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
            Echo {
                body: "abc",
                open: false,
            },
        ),
        row(
            "Expect twice",
            get("Expect: 100-continue\r\nExpect: 100-continue\r\n"),
            Refused(417, "expectation_failed"),
        ),
        row(
            "two requests, then rubbish",
            format!("{}{}\0", get(""), get("")),
            TwoThenRefused(400, "control_character"),
        ),
        row(
            "two requests, then a refusal, then a request",
            format!(
                "{}{}{}{}",
                get(""),
                post("Content-Length: 3\r\n", "abc"),
                get("X : a\r\n"),
                get("")
            ),
            TwoThenRefused(400, "blank_before_colon"),
        ),
        row(
            "body longer than its length",
            format!(
                "{}{}XYZ / HTTP/1.1\r\nHost: a\r\n\r\n",
                get(""),
                post("Content-Length: 3\r\n", "abc")
            ),
            TwoThenRefused(501, "method_not_implemented"),
        ),
        row(
            "empty line after a body",
            format!("{}{}\r\n", get(""), post("Content-Length: 3\r\n", "abc")),
            TwoThenRefused(400, "request_line_malformed"),
        ),
        row(
            "half an answer of the application",
            "GET /split HTTP/1.1\r\nHost: a\r\n\r\n",
            Refused(502, "reply_malformed"),
        ),
        row(
            "CR LF of the client in an answer's header",
            "GET /inject?a%0d%0aContent-Length:%201%0d%0a%0d%0ax HTTP/1.1\r\nHost: a\r\n\r\n",
            Refused(502, "reply_malformed"),
        ),
        row(
            "LF of the client in an answer's header",
            "GET /inject?a%0aX:%20b HTTP/1.1\r\nHost: a\r\n\r\n",
            Refused(502, "reply_malformed"),
        ),
        row(
            "NUL of the client in an answer's header",
            "GET /inject?a%00b HTTP/1.1\r\nHost: a\r\n\r\n",
            Refused(502, "reply_malformed"),
        ),
    ];
    for other in ["200-ok", "100-continue, x", "", "100-continue;x=y"] {
        rows.push(row(
            &format!("Expect {other:?}"),
            get(&format!("Expect: {other}\r\n")),
            Refused(417, "expectation_failed"),
        ));
    }
    rows
}

/// The client closes its half before the request is complete.
pub(crate) fn cut_short() -> Vec<Row> {
    let mut rows = vec![row("nothing at all", "", Closed)];
    for bytes in [
        "G",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r",
        &post("Content-Length: 3\r\n", "ab"),
        &chunked("3\r\nabc\r\n0\r\n"),
    ] {
        rows.push(row(
            &format!("ends after {bytes:?}"),
            bytes,
            Refused(400, "request_cut_short"),
        ));
    }
    rows
}

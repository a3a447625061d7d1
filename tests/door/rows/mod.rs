//! The rows of the door's refusals: what is sent, and what the client gets.

#![allow(clippy::too_many_lines, reason = "a table is as long as it has rows")]

mod bodies;
mod lines;

/// What the client gets.
pub(crate) enum Expect {
    /// The door refuses with this status and code, and closes.
    Refused(u16, &'static str),
    /// The application answers; the connection stays open or closes.
    Echo { body: &'static str, open: bool },
    /// The application is given the method and this target as they came, and none of what would change them.
    Unchanged(&'static str),
    /// Somebody answers with this status, without a body; the connection stays open or closes.
    Status(u16, bool),
    /// Two requests answered, then a refusal.
    TwoThenRefused(u16, &'static str),
    /// Nothing but the end of the connection.
    Closed,
}

pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) expect: Expect,
}

pub(crate) const OPEN: Expect = Expect::Echo {
    body: "",
    open: true,
};

pub(crate) fn row(name: &str, bytes: impl AsRef<[u8]>, expect: Expect) -> Row {
    Row {
        name: name.to_owned(),
        bytes: bytes.as_ref().to_vec(),
        expect,
    }
}

/// `GET /` with these header lines.
pub(crate) fn get(headers: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n")
}

/// `POST /` with these header lines and this body.
pub(crate) fn post(headers: &str, body: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n{body}")
}

pub(crate) fn chunked(body: &str) -> String {
    post("Transfer-Encoding: chunked\r\n", body)
}

pub(crate) fn with_bytes(before: &str, byte: u8, after: &str) -> Vec<u8> {
    [before.as_bytes(), &[byte], after.as_bytes()].concat()
}

/// All rows, by subject.
pub(crate) fn all() -> Vec<Row> {
    let tables = [
        lines::request_lines(),
        lines::methods(),
        lines::header_lines(),
        lines::hosts(),
        lines::proxy_protocol(),
        lines::overrides(),
        bodies::framing(),
        bodies::chunks(),
        bodies::sizes(),
        bodies::connections(),
    ];
    tables.into_iter().flatten().collect()
}

pub(crate) use bodies::cut_short;

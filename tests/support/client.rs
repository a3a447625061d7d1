//! A minimal HTTP/1.1 client: one connection, one request at a time, answers read to their exact end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A request to send.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Call {
    /// A request without headers and body.
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// The method.
    pub(crate) fn method(&self) -> &str {
        &self.method
    }

    /// The path with its query.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The body, when it is JSON.
    pub(crate) fn json_body(&self) -> Option<Value> {
        serde_json::from_slice(self.body.as_deref()?).ok()
    }

    /// `GET`.
    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// `POST`.
    pub(crate) fn post(path: &str) -> Self {
        Self::new("POST", path)
    }

    /// Adds a header. `Host` replaces the one that is sent otherwise.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Shows a token.
    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// Sets the body, without saying of what kind it is.
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sets a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.json_text(body.to_string())
    }

    /// Sets a body that claims to be JSON.
    pub(crate) fn json_text(self, body: impl Into<Vec<u8>>) -> Self {
        self.header("Content-Type", "application/json").body(body)
    }

    /// Sets a body that is a CSV table.
    pub(crate) fn csv(self, table: impl Into<Vec<u8>>) -> Self {
        self.header("Content-Type", "text/csv").body(table)
    }

    /// Sets the body that a browser sends for a form.
    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let pairs: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        self.header("Content-Type", "application/x-www-form-urlencoded")
            .body(pairs.join("&"))
    }

    fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.path).into_bytes();
        if !self.headers.iter().any(|(name, _)| name == "Host") {
            bytes.extend(format!("Host: {address}\r\n").bytes());
        }
        for (name, value) in &self.headers {
            bytes.extend(format!("{name}: {value}\r\n").bytes());
        }
        if let Some(body) = &self.body {
            bytes.extend(format!("Content-Length: {}\r\n", body.len()).bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(self.body.iter().flatten());
        bytes
    }
}

/// A text as a part of a query or of a form.
pub(crate) fn encoded(text: &str) -> String {
    let bytes = text.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    bytes.collect()
}

/// A connection that stays open from request to request.
pub(crate) struct Client {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Connects. A server that does not answer fails the test after a while instead of hanging it.
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            address,
            stream: BufReader::new(stream),
        }
    }

    /// Sends a request and reads its answer.
    pub(crate) fn send(&mut self, call: &Call) -> Reply {
        self.write(&call.bytes(self.address));
        self.read(call.method == "HEAD")
    }

    /// Sends a request without its body.
    pub(crate) fn write_head(&mut self, call: &Call) {
        let bytes = call.bytes(self.address);
        let body = call.body.as_ref().map_or(0, Vec::len);
        self.write(&bytes[..bytes.len() - body]);
    }

    /// Sends bytes as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    /// Reads an answer, past interim ones.
    pub(crate) fn read(&mut self, to_head: bool) -> Reply {
        loop {
            let mut reply = self.read_head();
            let length = reply
                .header("Content-Length")
                .map(|text| text.parse().unwrap());
            let in_chunks = reply.header("Transfer-Encoding").is_some();
            if in_chunks && !to_head {
                reply.body = self.read_chunks();
            } else if !to_head {
                reply.body = vec![0; length.unwrap_or(0)];
                self.stream.read_exact(&mut reply.body).unwrap();
            }
            if reply.status >= 200 {
                return reply;
            }
        }
    }

    fn read_chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let size = usize::from_str_radix(&self.read_line(), 16).unwrap();
            let begin = body.len();
            body.resize(begin + size, 0);
            self.stream.read_exact(&mut body[begin..]).unwrap();
            assert_eq!(self.read_line(), "");
            if size == 0 {
                return body;
            }
        }
    }

    /// Reads an interim answer: the server has begun to read the body.
    pub(crate) fn read_continue(&mut self) {
        assert_eq!(self.read_head().status, 100);
    }

    /// Whether the server has closed the connection, having sent nothing more.
    pub(crate) fn is_closed(&mut self) -> bool {
        matches!(self.stream.read(&mut [0]), Ok(0))
    }

    fn read_head(&mut self) -> Reply {
        let status_line = self.read_line();
        let mut parts = status_line.split(' ');
        assert_eq!(parts.next(), Some("HTTP/1.1"), "{status_line}");
        let status = parts.next().unwrap().parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.read_line();
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").unwrap();
            headers.push((name.to_owned(), value.to_owned()));
        }
        Reply {
            status,
            headers,
            body: Vec::new(),
        }
    }

    fn read_line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        line.strip_suffix("\r\n")
            .unwrap_or_else(|| panic!("the connection ended: {line:?}"))
            .to_owned()
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Its status.
    pub(crate) status: u16,
    /// Its headers, in order.
    pub(crate) headers: Vec<(String, String)>,
    /// Its body.
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The only header of a name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} is there twice");
        value
    }

    /// The body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The JSON of an answer that must be 200.
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// The JSON of an answer that must be 201.
    pub(crate) fn created(&self) -> Value {
        assert_eq!(self.status, 201, "{}", self.text());
        self.json()
    }

    /// The problem document of a refusal, which must be one in every respect.
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        let document = self.json();
        assert_eq!(
            (self.status, &document["code"]),
            (status, &Value::from(code)),
            "{document}"
        );
        assert_eq!(document["status"], status);
        assert!(!document["detail"].as_str().unwrap().is_empty());
        assert!(!document["title"].as_str().unwrap().is_empty());
        assert_eq!(
            self.header("Content-Type"),
            Some("application/problem+json")
        );
        // What the door refuses also depends on whether a browser asks.
        let vary = self.header("Vary").unwrap();
        assert!(
            ["Accept-Language", "Accept, Accept-Language"].contains(&vary),
            "{vary}"
        );
        assert_eq!(
            self.header("Retry-After").is_some(),
            [429, 503].contains(&status)
        );
        assert_eq!(self.header("WWW-Authenticate").is_some(), status == 401);
        document
    }

    /// The names of the fields a 422 complains about.
    pub(crate) fn wrong_fields(&self) -> Vec<String> {
        let document = self.refused(422, "validation_failed");
        let errors = document["errors"].as_array().unwrap();
        errors
            .iter()
            .map(|error| {
                assert!(!error["message"].as_str().unwrap().is_empty());
                error["field"].as_str().unwrap().to_owned()
            })
            .collect()
    }

    /// Where the `Link` header leads.
    pub(crate) fn next_page(&self) -> Option<String> {
        let link = self.header("Link")?;
        let target = link.strip_prefix('<').unwrap();
        Some(target.strip_suffix(">; rel=\"next\"").unwrap().to_owned())
    }
}

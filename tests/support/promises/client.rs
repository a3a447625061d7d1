//! A small HTTP/1.1 client that never sends anything twice of its own accord: what these tests are
//! about is exactly how often a request was sent and what came back.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Far beyond every answer that these tests wait for.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl fmt::Debug for Reply {
    /// Short: a report of a failed test shows many of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, code) = (self.text("id"), self.text("code"));
        write!(f, "{} {id}{code}", self.status)
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// A text of the answer; empty when there is none.
    pub(crate) fn text(&self, field: &str) -> String {
        self.json()[field].as_str().unwrap_or_default().to_owned()
    }
}

/// One keep-alive connection, made when it is needed.
pub(crate) struct Client {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    pub(crate) const fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
        }
    }

    /// Connects now, so that the first request finds the connection open.
    pub(crate) fn connect(&mut self) -> io::Result<()> {
        if self.stream.is_none() {
            let stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            self.stream = Some(BufReader::new(stream));
        }
        Ok(())
    }

    /// Sends a request with a JSON body. The answer is fetched with [`Self::receive`], so that two
    /// connections can have the same request under way at once.
    pub(crate) fn send(&mut self, path: &str, body: &Value, key: Option<&str>) -> io::Result<()> {
        self.connect()?;
        let body = body.to_string();
        let key = key.map_or_else(String::new, |key| format!("Idempotency-Key: {key}\r\n"));
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n{key}\r\n{body}",
            self.address,
            body.len(),
        );
        self.write(&request)
    }

    /// Asks and waits.
    pub(crate) fn get(&mut self, path: &str) -> io::Result<Reply> {
        self.connect()?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.write(&request)?;
        self.receive()
    }

    /// Sends a form, with its fields as a browser writes them, and waits.
    pub(crate) fn post_form(&mut self, path: &str, fields: &str) -> io::Result<Reply> {
        self.connect()?;
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Sec-Fetch-Site: same-origin\r\nContent-Length: {}\r\n\r\n{fields}",
            self.address,
            fields.len(),
        );
        self.write(&request)?;
        self.receive()
    }

    fn write(&mut self, request: &str) -> io::Result<()> {
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        let sent = stream.get_mut().write_all(request.as_bytes());
        if sent.is_err() {
            self.stream = None;
        }
        sent
    }

    /// Waits for the answer of what was sent.
    pub(crate) fn receive(&mut self) -> io::Result<Reply> {
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        match read_reply(stream) {
            Ok((reply, keep_alive)) => {
                if !keep_alive {
                    self.stream = None;
                }
                Ok(reply)
            }
            Err(error) => {
                self.stream = None;
                Err(error)
            }
        }
    }

    /// Sends and waits.
    pub(crate) fn post(
        &mut self,
        path: &str,
        body: &Value,
        key: Option<&str>,
    ) -> io::Result<Reply> {
        self.send(path, body, key)?;
        self.receive()
    }
}

fn read_reply(stream: &mut BufReader<TcpStream>) -> io::Result<(Reply, bool)> {
    let invalid = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let first = read_line(stream)?;
    let status = first
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| invalid("no status line"))?;
    let mut length = None;
    let mut keep_alive = true;
    loop {
        let line = read_line(stream)?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse::<usize>().ok();
        } else if let Some(value) = line.strip_prefix("connection:") {
            keep_alive = value.trim() != "close";
        }
    }
    let mut body = vec![0; length.ok_or_else(|| invalid("no Content-Length"))?];
    stream.read_exact(&mut body)?;
    let body = String::from_utf8(body).map_err(|_| invalid("not UTF-8"))?;
    Ok((Reply { status, body }, keep_alive))
}

fn read_line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    // Without its end the line was cut off: that is no answer.
    line.strip_suffix("\r\n")
        .map(str::to_owned)
        .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

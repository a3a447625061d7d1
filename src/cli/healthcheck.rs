//! `sambatan healthcheck`: asks a running service whether it is ready, for supervisors.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::{Duration, Instant};

use crate::cli::flags::Listen;
use crate::cli::output::visible;
use crate::cli::{Failure, Outcome, output};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The most that is read of an answer.
const MAX_ANSWER: usize = 64 * 1024;

/// Ask a running service whether it is ready
///
/// For a container's HEALTHCHECK and the like. Prints one line; exit code 0 when it is ready, 1 when it is
/// not or gives no answer within 3 seconds.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the service is [default: where --listen says]
    #[arg(long, value_name = "URL", env = "SAMBATAN_HEALTHCHECK_URL")]
    url: Option<Url>,
    /// The address that the service listens on
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "SAMBATAN_LISTEN",
        default_value = "127.0.0.1:8000"
    )]
    listen: Listen,
}

pub(super) fn run(args: &Args) -> Outcome {
    let url = match &args.url {
        Some(url) => url.clone(),
        None => Url::of_listener(args.listen.0),
    };
    let answer = ask(&url, Instant::now() + PATIENCE)
        .map_err(|error| Failure::Failed(format!("{url} does not answer: {}", in_words(&error))))?;
    match status(&answer) {
        Some(200) => {
            output::print(&format!("{url} is ready"))?;
            Ok(ExitCode::SUCCESS)
        }
        Some(status) => Err(Failure::Failed(format!(
            "{url} is not ready: it answered {status}{}",
            reasons(&answer)
        ))),
        None => Err(Failure::Failed(format!(
            "{url} does not answer in HTTP: is that another program?"
        ))),
    }
}

/// `http://host:port`, perhaps with a path that the service's own paths come after.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Url {
    authority: String,
    path: String,
}

impl Url {
    /// Where a listener can be reached from this machine.
    fn of_listener(address: SocketAddr) -> Self {
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        Self {
            authority: SocketAddr::new(ip, address.port()).to_string(),
            path: String::new(),
        }
    }

    /// The host and the port, to connect to.
    fn target(&self) -> String {
        let has_port = self
            .authority
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.ends_with(']'));
        if has_port {
            self.authority.clone()
        } else {
            format!("{}:80", self.authority)
        }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority, self.path)
    }
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = text
            .strip_prefix("http://")
            .ok_or("write http:// and an address, such as http://127.0.0.1:8000")?;
        let (authority, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, ""),
        };
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if authority.is_empty()
            || authority.contains('@')
            || !plain(rest)
            || path.contains(['?', '#'])
        {
            return Err("write http:// and an address, such as http://127.0.0.1:8000".to_owned());
        }
        Ok(Self {
            authority: authority.to_owned(),
            path: path.trim_end_matches('/').to_owned(),
        })
    }
}

/// Sends the question and reads the answer to its end.
fn ask(url: &Url, deadline: Instant) -> io::Result<Vec<u8>> {
    let mut stream = connect(url, deadline)?;
    stream.set_write_timeout(Some(left(deadline)?))?;
    let request = format!(
        "GET {}/readyz HTTP/1.1\r\nHost: {}\r\nAccept-Language: en\r\nConnection: close\r\n\r\n",
        url.path, url.authority
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while answer.len() < MAX_ANSWER {
        stream.set_read_timeout(Some(left(deadline)?))?;
        match stream.read(&mut part)? {
            0 => break,
            read => answer.extend_from_slice(&part[..read]),
        }
    }
    Ok(answer)
}

fn connect(url: &Url, deadline: Instant) -> io::Result<TcpStream> {
    let mut failure = io::Error::from(io::ErrorKind::NotFound);
    for address in url.target().to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, left(deadline)?) {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// The time that is left; never zero, which would mean no limit.
fn left(deadline: Instant) -> io::Result<Duration> {
    deadline
        .checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())
        .ok_or_else(|| io::ErrorKind::TimedOut.into())
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
            format!("no answer within {} seconds", PATIENCE.as_secs())
        }
        _ => error.to_string(),
    }
}

/// The status of an answer.
fn status(answer: &[u8]) -> Option<u16> {
    let rest = answer
        .strip_prefix(b"HTTP/1.1 ")
        .or_else(|| answer.strip_prefix(b"HTTP/1.0 "))?;
    std::str::from_utf8(rest.get(..3)?).ok()?.parse().ok()
}

/// The parts that the answer names as not ready.
fn reasons(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let document: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let names: Vec<_> = document["reasons"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_str)
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", visible(&names.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_an_address_and_perhaps_a_path() {
        for (text, target, path) in [
            ("http://127.0.0.1:8000", "127.0.0.1:8000", ""),
            ("http://127.0.0.1:8000/", "127.0.0.1:8000", ""),
            ("http://localhost/sambatan/", "localhost:80", "/sambatan"),
            ("http://[::1]", "[::1]:80", ""),
            ("http://[::1]:8000", "[::1]:8000", ""),
        ] {
            let url: Url = text.parse().unwrap();
            assert_eq!((url.target().as_str(), url.path.as_str()), (target, path));
        }
        for text in [
            "",
            "http://",
            "127.0.0.1:8000",
            "https://127.0.0.1",
            "http://a@b",
            "http://a b",
            "http://a/?b",
            "http://a\r\nX: y",
        ] {
            assert!(text.parse::<Url>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_listener_on_every_address_is_asked_on_this_machine() {
        for (listen, url) in [
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:8000", "http://[::1]:8000"),
            ("192.0.2.1:8000", "http://192.0.2.1:8000"),
        ] {
            assert_eq!(Url::of_listener(listen.parse().unwrap()).to_string(), url);
        }
    }
}

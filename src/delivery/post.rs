//! Sends a message and hears the answer: the only module that knows the HTTP client.
//!
//! Everything about an answer is bounded: how long it may take, the size of its head, and how much of its
//! body is read, which is thrown away. No redirect is followed: the organiser named this receiver and no
//! other. A name is looked up once for a connection, and what was found is looked at before it is connected
//! to: a name that leads to an address where nothing may be sent is refused, and nobody hears of it. No proxy
//! is taken from the environment: what is set there for other programs must not reroute what is sent here.

use std::io::{self, ErrorKind, Read};
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use crate::delivery::message::Message;
use crate::domain::receiver::PrivateNetworks;
use crate::domain::webhook::{Attempt, DeliveryFailure, MAX_WEBHOOKS};

/// How long it may take to find the receiver's address, and then to connect to it.
const CONNECT: Duration = Duration::from_secs(5);
/// How long all of it may take.
const WHOLE: Duration = Duration::from_secs(15);
/// The most of an answer's head.
const MAX_HEAD: usize = 16 * 1024;
/// The most that is read of an answer's body, so that the connection can serve again.
const MAX_BODY: u64 = 64 * 1024;

/// The way out.
pub(super) struct Post {
    agent: Agent,
}

impl Post {
    pub(super) fn new(private: PrivateNetworks) -> Self {
        Self::with(CONNECT, WHOLE, private, DefaultResolver::default())
    }

    fn with(
        connect: Duration,
        whole: Duration,
        private: PrivateNetworks,
        look_up: impl Resolver,
    ) -> Self {
        let config = Agent::config_builder()
            .timeout_resolve(Some(connect))
            .timeout_connect(Some(connect))
            .timeout_global(Some(whole))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .proxy(None)
            .max_response_header_size(MAX_HEAD)
            .input_buffer_size(MAX_HEAD)
            .output_buffer_size(MAX_HEAD)
            .max_idle_connections(MAX_WEBHOOKS)
            .max_idle_connections_per_host(1)
            .user_agent(concat!("sambatan/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: Agent::with_parts(
                config,
                DefaultConnector::default(),
                Checked { look_up, private },
            ),
        }
    }

    /// Sends a message and waits for the answer.
    pub(super) fn send(&self, url: &str, message: &Message) -> Attempt {
        let mut request = self
            .agent
            .post(url)
            .header("Content-Type", "application/json");
        for (name, value) in &message.headers {
            request = request.header(*name, value);
        }
        match request.send(message.body.as_bytes()) {
            Ok(answer) => {
                let status = answer.status().as_u16();
                let mut body = answer.into_body().into_reader().take(MAX_BODY);
                // The status has said all there is to say, whatever becomes of the rest.
                let _ = io::copy(&mut body, &mut io::sink());
                Attempt::Answered(status)
            }
            Err(error) => Attempt::Failed(failure(&error)),
        }
    }

    /// Breaks off whatever is on its way, and sends nothing more.
    pub(super) fn close(&self) {
        self.agent.clone().shutdown();
    }
}

/// Looks a name up, and refuses what it leads to when nothing may be sent there. The connection is made to the very
/// addresses that were looked at: a name that leads elsewhere a moment later changes nothing.
#[derive(Debug)]
struct Checked<R> {
    look_up: R,
    private: PrivateNetworks,
}

/// An address where nothing may be sent.
#[derive(Debug, thiserror::Error)]
#[error("the receiver is at an address where nothing is sent")]
struct AddressRefused;

impl<R: Resolver> Resolver for Checked<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.look_up.resolve(uri, config, timeout)?;
        // One that is refused among others is no accident.
        if found.iter().all(|address| self.private.allow(address.ip())) {
            Ok(found)
        } else {
            Err(Error::Other(Box::new(AddressRefused)))
        }
    }
}

fn failure(error: &Error) -> DeliveryFailure {
    match error {
        Error::Other(error) if error.is::<AddressRefused>() => DeliveryFailure::AddressRefused,
        Error::Timeout(_) => DeliveryFailure::TimedOut,
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) => DeliveryFailure::Tls,
        Error::Io(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => DeliveryFailure::TimedOut,
            // How TLS tells of a certificate that is not trusted.
            ErrorKind::InvalidData => DeliveryFailure::Tls,
            _ => DeliveryFailure::Unreachable,
        },
        Error::HostNotFound | Error::ConnectionFailed => DeliveryFailure::Unreachable,
        _ => DeliveryFailure::NotHttp,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::thread;
    use std::time::Instant;

    use super::*;

    /// Far below the patience of the tests, and far above what they take when all is well.
    const SHORT: Duration = Duration::from_millis(300);

    /// A receiver that takes one connection, reads what comes first and does with it what it is told.
    fn receiver(answer: impl FnOnce(&mut TcpStream) + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            answer(&mut stream);
        });
        url(address)
    }

    fn url(address: SocketAddr) -> String {
        format!("http://{address}/hook")
    }

    fn message() -> Message {
        Message {
            body: "{}".to_owned(),
            headers: ["A", "B", "C", "D", "E"].map(|name| (name, "x".to_owned())),
        }
    }

    fn attempt(url: &str) -> Attempt {
        Post::with(
            SHORT,
            SHORT,
            PrivateNetworks::Allowed,
            DefaultResolver::default(),
        )
        .send(url, &message())
    }

    /// Says nothing, however much comes.
    fn listen(stream: &mut TcpStream) {
        let _ = io::copy(stream, &mut io::sink());
    }

    /// Writes until the other end has had enough; whether that was before `at_most` bytes.
    fn flood(stream: &mut TcpStream, at_most: usize) -> bool {
        let part = [b'x'; 4096];
        for _ in 0..at_most / part.len() {
            if stream.write_all(&part).is_err() {
                return true;
            }
        }
        false
    }

    #[test]
    fn a_status_is_the_answer_and_a_redirect_is_followed_nowhere() {
        let aside = TcpListener::bind("127.0.0.1:0").unwrap();
        aside.set_nonblocking(true).unwrap();
        let elsewhere = url(aside.local_addr().unwrap());
        for status in [200, 204, 301, 302, 307, 308, 410, 500, 999] {
            let head = format!(
                "HTTP/1.1 {status} Any\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n"
            );
            let url = receiver(move |stream| stream.write_all(head.as_bytes()).unwrap());
            assert_eq!(attempt(&url), Attempt::Answered(status));
        }
        assert!(aside.accept().is_err(), "nobody came to the other place");
    }

    #[test]
    fn no_receiver_takes_more_than_its_time_however_it_goes_about_it() {
        let drip = |part: &'static [u8]| {
            move |stream: &mut TcpStream| {
                while stream.write_all(part).is_ok() {
                    thread::sleep(Duration::from_millis(20));
                }
            }
        };
        let timed_out = Attempt::Failed(DeliveryFailure::TimedOut);
        for (url, expected) in [
            (receiver(listen), timed_out),
            (receiver(drip(b"HTTP/1.1 100 Continue\r\n\r\n")), timed_out),
            (
                receiver(move |stream| {
                    stream.write_all(b"HTTP/1.1 200 OK\r\nA: ").unwrap();
                    drip(b"b")(stream);
                }),
                timed_out,
            ),
            (
                receiver(move |stream| {
                    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n";
                    stream.write_all(head).unwrap();
                    drip(b"b")(stream);
                }),
                Attempt::Answered(200),
            ),
        ] {
            let started = Instant::now();
            let found = attempt(&url);
            assert!(started.elapsed() < WHOLE / 3, "{expected:?}");
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn little_is_read_of_a_long_answer() {
        let (tell, told) = crossbeam_channel::bounded(1);
        for head in [
            "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: ",
        ] {
            let tell = tell.clone();
            let url = receiver(move |stream| {
                stream.write_all(head.as_bytes()).unwrap();
                tell.send(flood(stream, 64 * 1024 * 1024)).unwrap();
            });
            Post::new(PrivateNetworks::Allowed).send(&url, &message());
            let broken_off = told.recv_timeout(Duration::from_secs(10)).unwrap();
            assert!(broken_off, "{head:?}");
        }
    }

    #[test]
    fn what_went_wrong_has_a_name() {
        let closed = {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            url(listener.local_addr().unwrap())
        };
        let not_http = receiver(|stream| stream.write_all(b"SSH-2.0-x\r\n\r\n").unwrap());
        let not_tls = receiver(|stream| {
            stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .unwrap();
        });
        for (url, failure) in [
            (closed.as_str(), DeliveryFailure::Unreachable),
            ("http://nowhere.invalid/", DeliveryFailure::Unreachable),
            (&receiver(|_| ()), DeliveryFailure::Unreachable),
            (&not_http, DeliveryFailure::NotHttp),
            (&not_tls.replace("http:", "https:"), DeliveryFailure::Tls),
        ] {
            assert_eq!(
                Post::new(PrivateNetworks::Allowed).send(url, &message()),
                Attempt::Failed(failure),
                "{url}"
            );
        }
    }

    #[test]
    fn closing_breaks_off_what_is_on_its_way() {
        let (arrived, arrives) = crossbeam_channel::bounded(1);
        let url = receiver(move |stream| {
            arrived.send(()).unwrap();
            listen(stream);
        });
        let post = Post::new(PrivateNetworks::Allowed);
        thread::scope(|scope| {
            let sending = scope.spawn(|| post.send(&url, &message()));
            arrives.recv_timeout(Duration::from_secs(10)).unwrap();
            let started = Instant::now();
            post.close();
            assert!(!sending.join().unwrap().is_delivered());
            assert!(started.elapsed() < WHOLE / 2);
        });
        assert!(
            !post.send(&url, &message()).is_delivered(),
            "nothing more is sent"
        );
    }

    /// A look-up that leads where the test says, each time to the next, and counts how often it was asked.
    #[derive(Debug)]
    struct Leading {
        to: Vec<Vec<SocketAddr>>,
        asked: std::sync::Arc<std::sync::atomic::AtomicUsize>,
    }

    impl Resolver for Leading {
        fn resolve(
            &self,
            _: &Uri,
            _: &Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, Error> {
            let time = self.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let mut found = self.empty();
            for address in &self.to[time.min(self.to.len() - 1)] {
                found.push(*address);
            }
            Ok(found)
        }
    }

    #[test]
    fn a_name_that_leads_where_nothing_is_sent_is_refused_and_nobody_is_contacted() {
        let inside = TcpListener::bind("127.0.0.1:0").unwrap();
        inside.set_nonblocking(true).unwrap();
        let here = inside.local_addr().unwrap();
        let asked = std::sync::Arc::default();
        let attempt = |to: &[&[SocketAddr]], private| {
            let look_up = Leading {
                to: to.iter().map(|found| found.to_vec()).collect(),
                asked: std::sync::Arc::clone(&asked),
            };
            let post = Post::with(SHORT, SHORT, private, look_up);
            post.send("http://receiver.example/hook", &message())
        };
        let refused = Attempt::Failed(DeliveryFailure::AddressRefused);
        let metadata: SocketAddr = "169.254.169.254:80".parse().unwrap();
        let mapped: SocketAddr = "[::ffff:169.254.169.254]:80".parse().unwrap();
        for found in [&[metadata][..], &[mapped], &[here, metadata]] {
            assert_eq!(attempt(&[found], PrivateNetworks::Allowed), refused);
        }
        let outside: SocketAddr = "192.0.2.1:9".parse().unwrap();
        for found in [&[here][..], &[outside, here]] {
            assert_eq!(attempt(&[found], PrivateNetworks::Refused), refused);
        }
        assert!(inside.accept().is_err(), "nobody came");
    }

    #[test]
    fn what_was_looked_at_is_what_is_connected_to() {
        let asked = std::sync::Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let metadata: SocketAddr = "169.254.169.254:80".parse().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(answer).unwrap();
        });
        let look_up = Leading {
            to: vec![vec![here], vec![metadata]],
            asked: std::sync::Arc::clone(&asked),
        };
        let post = Post::with(SHORT, SHORT, PrivateNetworks::Allowed, look_up);
        let sent = post.send("http://receiver.example/hook", &message());
        assert_eq!(sent, Attempt::Answered(200));
        assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1);
        let again = post.send("http://receiver.example/hook", &message());
        assert_eq!(again, Attempt::Failed(DeliveryFailure::AddressRefused));
    }
}

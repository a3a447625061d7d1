//! One request of tiny_http and its answer: reading the one, writing the other, leaving the connection in
//! a state from which the next request can be read.
//!
//! tiny_http hands a request out before its body has been read, and reads what is left of a body when the
//! request is dropped. Two things follow. A body is always read to its end, so that its rest is never
//! taken for the next request. And where that is out of the question (a length beyond [`DRAINED`], broken
//! framing) the request must not be dropped at all, because the drop would first allocate as much memory
//! as the client claimed to send: see [`abandon`].

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::Instant;

use chrono::Utc;
use uuid::Uuid;

use crate::domain::error::Error;
use crate::domain::id::CampaignId;
use crate::http::access::Caller;
use crate::http::access_log;
use crate::http::common_headers::COMMON_HEADERS;
use crate::http::context::Context;
use crate::http::desk;
use crate::http::door::{CLIENT_HEADER, PROXIED_HEADER, SCHEME_HEADER, tells_of_a_proxy};
use crate::http::download;
use crate::http::problem::Refusal;
use crate::http::request::{Body, MAX_BODY, Method, Request, max_body};
use crate::http::response::Response;
use crate::http::route::{Render, Route};
use crate::http::router::{self, Choice, Reply};
use crate::http::wire::{self, Connection};
use crate::service::export::Export;
use crate::words::Zone;

/// A body that is too large is read and thrown away up to this size.
const DRAINED: usize = 16 * 1024 * 1024;

/// A request that has been read and is to be answered.
pub(crate) struct Exchange {
    raw: tiny_http::Request,
    request: Request,
    body_end: BodyEnd,
    /// When the request was complete.
    received: Instant,
    route: Option<&'static Route>,
    caller: Caller,
    /// The campaign for which it counts as a join.
    joins: Option<CampaignId>,
}

/// Where exchanges wait for the writer, each to be answered with what its ticket is settled with.
pub(crate) type Desk = desk::Desk<Exchange, Render>;

/// Who takes them up.
pub(crate) type Clerk = desk::Clerk<Exchange, Render>;

/// Answers a request, or leaves it at the desk until the writer has replied.
///
/// # Errors
/// Those of the connection. They concern nobody but this client.
pub(crate) fn serve(context: &Context, desk: &Desk, mut raw: tiny_http::Request) -> io::Result<()> {
    if raw.url() == "*" {
        // The door asks this of each new connection, to see that it is served.
        return raw.respond(tiny_http::Response::empty(204));
    }
    let (body, body_end) = read_body(&mut raw);
    let received = Instant::now();
    let request = translate(&raw, body, context.behind_door);
    let choice = router::choose(&request);
    let route = choice.as_ref().ok().and_then(Choice::route);
    let answer = guarded(|| router::answer(context, &request, choice));
    let answer = answer.unwrap_or_else(|| router::Answer {
        reply: Reply::Now(broken(&request, route, context.zone)),
        route,
        caller: Caller::Anonymous,
        joins: None,
    });
    let exchange = Exchange {
        raw,
        request,
        body_end,
        received,
        route: answer.route,
        caller: answer.caller,
        joins: answer.joins,
    };
    let begin = match answer.reply {
        Reply::Now(response) => return exchange.answer(context, response),
        Reply::Parts(response, export) => return exchange.send_parts(context, response, export),
        Reply::Later(begin) => begin,
    };
    match desk.leave(exchange) {
        Ok(ticket) => {
            begin(context, Box::new(move |render| ticket.settle(render)));
            Ok(())
        }
        Err(exchange) => exchange.refuse(context, Error::Overloaded),
    }
}

impl Exchange {
    /// Answers with what is made now that the writer has replied; without it, nobody knows what became of
    /// the write.
    ///
    /// # Errors
    /// As [`serve`].
    pub(crate) fn answer_later(self, context: &Context, render: Option<Render>) -> io::Result<()> {
        let Some(render) = render else {
            return self.refuse(context, Error::OutcomeUnknown);
        };
        let (request, zone) = (&self.request, context.zone);
        let response = match guarded(|| render(context, request)) {
            Some(Ok(response)) => response,
            Some(Err(refusal)) => router::refuse(request, self.route, zone, &refusal),
            None => broken(request, self.route, zone),
        };
        self.answer(context, response)
    }

    fn refuse(self, context: &Context, error: Error) -> io::Result<()> {
        let response = router::refuse(
            &self.request,
            self.route,
            context.zone,
            &Refusal::Service(error),
        );
        self.answer(context, response)
    }

    /// Answers with a table, on a thread of its own.
    fn send_parts(self, context: &Context, response: Response, export: Export) -> io::Result<()> {
        let is_head = self.request.method == Method::Head;
        let place = match context.downloads.enter() {
            Ok(place) if self.body_end == BodyEnd::Reached => place,
            Ok(_) => return self.refuse(context, Error::Internal),
            Err(error) => return self.refuse(context, error),
        };
        let response = with_common_headers(response, &self.request);
        context
            .metrics
            .count(router::name(self.route), &response, self.received.elapsed());
        let connection = self.connection(context);
        let head = wire::encode_head(&response, connection, Utc::now());
        let Self {
            raw,
            request,
            received,
            route,
            caller,
            ..
        } = self;
        let client = context.client_name(&request);
        let mut writer = raw.into_writer();
        let line = move |bytes| {
            access_log::write(&access_log::Line {
                request: &request,
                route: router::name(route),
                caller,
                status: response.status,
                bytes,
                took: received.elapsed(),
                client: client.clone(),
            });
        };
        if is_head {
            line(0);
            writer.write_all(&head)?;
            return writer.flush();
        }
        download::start(place, writer, head, export, line)
    }

    /// What becomes of the connection. When the server is stopping it ends.
    fn connection(&self, context: &Context) -> Connection {
        match self.body_end {
            BodyEnd::Lost => Connection::Closes,
            BodyEnd::Reached if context.stopping.load(Ordering::SeqCst) => Connection::Closes,
            BodyEnd::Reached => connection(&self.raw),
        }
    }

    /// Answers, and leaves a line of it in the log and a count. When the server is stopping by then, the
    /// connection ends with it.
    fn answer(self, context: &Context, response: Response) -> io::Result<()> {
        let took = self.received.elapsed();
        if let Some(campaign) = self.joins.filter(|_| takes_no_slot(&response)) {
            context.gate.took_no_slot(campaign);
        }
        let is_head = self.request.method == Method::Head;
        access_log::write(&access_log::Line {
            request: &self.request,
            route: router::name(self.route),
            caller: self.caller,
            status: response.status,
            bytes: if is_head { 0 } else { response.body.len() },
            took,
            client: context.client_name(&self.request),
        });
        let response = with_common_headers(response, &self.request);
        context
            .metrics
            .count(router::name(self.route), &response, took);
        let connection = self.connection(context);
        let bytes = wire::encode(&response, is_head, connection, Utc::now());
        match self.body_end {
            BodyEnd::Reached => {
                let mut writer = self.raw.into_writer();
                writer.write_all(&bytes)?;
                writer.flush()
            }
            BodyEnd::Lost => abandon(self.raw, &bytes),
        }
    }
}

/// Whether an answer to a join says for sure that it took none.
fn takes_no_slot(response: &Response) -> bool {
    (400..500).contains(&response.status) || response.has_header("Idempotent-Replayed")
}

/// What a handler makes; none when it panics.
fn guarded<T>(make: impl FnOnce() -> T) -> Option<T> {
    // A handler shares nothing with the rest that a panic could leave half done: the service keeps its
    // own order, and the counters are atomic.
    catch_unwind(AssertUnwindSafe(make)).ok()
}

/// The answer in place of one whose handler panicked.
fn broken(request: &Request, route: Option<&'static Route>, zone: Zone) -> Response {
    router::refuse(request, route, zone, &Refusal::Service(Error::Internal))
}

fn with_common_headers(response: Response, request: &Request) -> Response {
    let mut response = response.with_header("X-Request-Id", request.id.clone());
    for (name, value) in COMMON_HEADERS {
        if !response.has_header(name) {
            response = response.with_header(name, value.to_owned());
        }
    }
    response
}

fn translate(raw: &tiny_http::Request, body: Body, behind_door: bool) -> Request {
    let id = Uuid::now_v7().simple().to_string();
    let method = Method::from_name(raw.method().as_str());
    let mut request = Request::new(id, method, raw.url());
    for header in raw.headers() {
        let name = header.field.as_str().as_str();
        request.headers.push(name, header.value.as_str());
    }
    request.client = client(raw, behind_door);
    request.is_proxied = if behind_door {
        header(raw, PROXIED_HEADER).is_some()
    } else {
        let mut names = raw.headers().iter().map(|header| header.field.as_str());
        names.any(|name| tells_of_a_proxy(name.as_str()))
    };
    request.is_https = behind_door && header(raw, SCHEME_HEADER) == Some("https");
    request.body = body;
    request
}

/// The client's address: what the front door says, and only when there is one, else the other end of the
/// connection.
fn client(raw: &tiny_http::Request, behind_door: bool) -> Option<IpAddr> {
    if behind_door {
        header(raw, CLIENT_HEADER)?.parse().ok()
    } else {
        raw.remote_addr().map(SocketAddr::ip)
    }
}

/// Whether the next byte of the connection is known to begin the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BodyEnd {
    Reached,
    Lost,
}

fn read_body(raw: &mut tiny_http::Request) -> (Body, BodyEnd) {
    const LOST: (Body, BodyEnd) = (Body::Unreadable, BodyEnd::Lost);
    let encoding = header(raw, "Transfer-Encoding");
    let has_length = header(raw, "Content-Length").is_some();
    let upgrades = header(raw, "Connection").is_some_and(|value| mentions(value, "upgrade"));
    match (encoding, raw.body_length()) {
        // With a length as well the sender and we could disagree where the body ends, tiny_http reads
        // every other encoding as chunks too, and on an upgrade it hands out the bare connection.
        (Some(_), _) if has_length || upgrades => LOST,
        (Some(encoding), _) if !encoding.eq_ignore_ascii_case("chunked") => LOST,
        (Some(_), _) => read_chunks(raw),
        // To tiny_http a length that is no number is none, and the body would be read as requests.
        (None, None) if has_length => LOST,
        (None, None) => (Body::Complete(Vec::new()), BodyEnd::Reached),
        (None, Some(length)) if length > DRAINED => (Body::TooLarge, BodyEnd::Lost),
        (None, Some(length)) => read_length(raw, length),
    }
}

/// Reads a body of a known length. When the connection breaks off within it, what tiny_http will want to
/// allocate for the rest is within [`DRAINED`], and no further request can come.
fn read_length(raw: &mut tiny_http::Request, length: usize) -> (Body, BodyEnd) {
    let most = max_body(raw.method().as_str(), raw.url());
    let mut reader = raw.as_reader().take(length as u64);
    if length > most {
        let _ = io::copy(&mut reader, &mut io::sink());
        return (Body::TooLarge, BodyEnd::Reached);
    }
    let mut bytes = Vec::with_capacity(length);
    match reader.read_to_end(&mut bytes) {
        Ok(read) if read == length => (Body::Complete(bytes), BodyEnd::Reached),
        _ => (Body::Unreadable, BodyEnd::Reached),
    }
}

fn read_chunks(raw: &mut tiny_http::Request) -> (Body, BodyEnd) {
    let reader = raw.as_reader();
    let mut bytes = Vec::new();
    match reader.take(MAX_BODY as u64 + 1).read_to_end(&mut bytes) {
        Ok(read) if read <= MAX_BODY => return (Body::Complete(bytes), BodyEnd::Reached),
        Ok(_) => {}
        // The decoder's word for chunks that are none. What follows them may look like a request.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            return (Body::Unreadable, BodyEnd::Lost);
        }
        Err(_) => return (Body::Unreadable, BodyEnd::Reached),
    }
    match io::copy(&mut reader.take(DRAINED as u64), &mut io::sink()) {
        Ok(drained) if drained < DRAINED as u64 => (Body::TooLarge, BodyEnd::Reached),
        _ => (Body::TooLarge, BodyEnd::Lost),
    }
}

/// Answers a request whose body can't be read to its end, and gives its connection up.
///
/// The only way to write to a request of tiny_http without having it dropped, before or after, is an
/// upgrade. It writes an interim answer first, which every client skips (RFC 9110, 15.2). The stream it
/// returns is forgotten: that costs a socket and a sleeping thread for as long as the process lives, where
/// a drop could cost the process.
fn abandon(raw: tiny_http::Request, bytes: &[u8]) -> io::Result<()> {
    log::warn!("a request's body could not be read to its end; its connection is given up");
    let mut stream = raw.upgrade("none", tiny_http::Response::empty(100));
    let written = stream.write_all(bytes).and_then(|()| stream.flush());
    std::mem::forget(stream);
    written
}

/// What the client expects of the connection, as tiny_http understands it.
fn connection(raw: &tiny_http::Request) -> Connection {
    let asked = header(raw, "Connection").unwrap_or_default();
    let is_old = *raw.http_version() <= tiny_http::HTTPVersion(1, 0);
    let ends = mentions(asked, "close") || mentions(asked, "upgrade");
    match (ends, is_old) {
        (true, _) => Connection::Closes,
        (false, true) if mentions(asked, "keep-alive") => Connection::KeepAlive,
        (false, true) => Connection::Closes,
        (false, false) => Connection::Stays,
    }
}

fn mentions(value: &str, word: &str) -> bool {
    value.to_ascii_lowercase().contains(word)
}

fn header<'a>(raw: &'a tiny_http::Request, name: &'static str) -> Option<&'a str> {
    let mut headers = raw.headers().iter();
    headers
        .find(|header| header.field.equiv(name))
        .map(|header| header.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_that_panics_answers_an_internal_error() {
        let made: Option<Response> = guarded(|| panic!("on purpose"));
        assert_eq!(made, None);
        let request = Request::new("the-id".to_owned(), Method::Get, "/healthz");
        let response = broken(&request, None, Zone::Wib);
        assert_eq!(response.status, 500);
        let body = String::from_utf8(response.body).unwrap();
        assert!(body.contains("\"request_id\":\"the-id\""), "{body}");
        assert!(!body.contains("on purpose"), "{body}");
    }
}

//! A hundred thousand seeded streams through the pure part of the door.
//!
//! Three readers must agree: the door fed at once, the door fed in pieces, and a naive reader
//! written only from the grammar. What the door hands on is read once more the way `tiny_http`
//! reads, and must be exactly one request.

use std::net::{IpAddr, Ipv4Addr};

use super::config::DoorConfig;
use super::intake::{Intake, Progress};
use super::refusal::Refusal;

mod generator {
    include!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/door/common/generator.rs"
    ));
}

use generator::{Random, cuts, stream};

const STREAMS: usize = 100_000;
const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

#[derive(Debug, PartialEq, Eq)]
enum End {
    Refused(Refusal),
    NotComplete,
    Clean,
}

/// Feeds `bytes` in pieces that end at `cuts`; returns what was handed on and how it ended.
fn read(bytes: &[u8], cuts: &[usize], config: &DoorConfig) -> (Vec<Vec<u8>>, End) {
    let mut intake = Intake::default();
    let mut understood = Vec::new();
    let mut from = 0;
    for &to in cuts {
        intake.push(&bytes[from..to]);
        from = to;
        loop {
            match intake.advance(config, PEER) {
                Ok(Progress::Complete(request)) => understood.push(request.wire),
                Ok(Progress::AboutServer(_)) => {}
                Ok(Progress::Empty | Progress::Head | Progress::Body { .. }) => break,
                Err(refused) => return (understood, End::Refused(refused.refusal)),
            }
        }
    }
    let end = if intake.has_begun() {
        End::NotComplete
    } else {
        End::Clean
    };
    (understood, end)
}

/// A request as the naive reader sees it.
#[derive(Debug, PartialEq, Eq)]
struct Plain {
    target: String,
    body: Vec<u8>,
}

/// Reads requests by the grammar alone, one after the other, up to the first that is irregular or
/// incomplete. Knows nothing of hosts, methods or limits, so it may go on where the door refuses.
fn naive(mut rest: &[u8]) -> Vec<Plain> {
    let mut requests = Vec::new();
    while let Some((plain, after)) = naive_one(rest) {
        requests.push(plain);
        rest = after;
    }
    requests
}

fn naive_one(bytes: &[u8]) -> Option<(Plain, &[u8])> {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head: Vec<char> = bytes[..end].iter().map(|b| char::from(*b)).collect();
    let head: String = head.into_iter().collect();
    let mut lines = head.split("\r\n");
    let words: Vec<&str> = lines.next()?.split(' ').collect();
    let [_, target, "HTTP/1.1" | "HTTP/1.0"] = words[..] else {
        return None;
    };
    let (mut lengths, mut codings) = (Vec::new(), Vec::new());
    for line in lines {
        let (name, value) = line.split_once(':')?;
        if line.chars().any(|c| c.is_ascii_control() && c != '\t') || name.trim() != name {
            return None;
        }
        match name.to_ascii_lowercase().as_str() {
            "content-length" => lengths.push(value.trim_matches([' ', '\t']).to_owned()),
            "transfer-encoding" => codings.push(value.trim().to_ascii_lowercase()),
            _ => {}
        }
    }
    let rest = &bytes[end + 4..];
    let target = target.to_owned();
    let (body, after) = match (lengths.as_slice(), codings.as_slice()) {
        ([], []) => (Vec::new(), rest),
        ([length], []) if !length.is_empty() && length.chars().all(|c| c.is_ascii_digit()) => {
            let length: usize = length.parse().ok()?;
            (rest.get(..length)?.to_vec(), &rest[length..])
        }
        ([], [coding]) if coding == "chunked" => naive_chunks(rest)?,
        _ => return None,
    };
    Some((Plain { target, body }, after))
}

fn naive_chunks(mut rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|w| w == b"\r\n")?;
        let line = std::str::from_utf8(&rest[..end]).ok()?;
        if line.is_empty() || !line.chars().all(|c| c.is_ascii_hexdigit()) {
            return None;
        }
        let size = usize::from_str_radix(line, 16).ok()?;
        rest = &rest[end + 2..];
        if size == 0 {
            return Some((body, rest.strip_prefix(b"\r\n")?));
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

/// Reads what is handed on the way `tiny_http` does: lines, trimmed; the first length counts.
fn as_tiny_http(wire: &[u8]) -> Plain {
    let end = wire
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .expect("a head");
    let head = std::str::from_utf8(&wire[..end]).expect("ASCII");
    assert!(head.is_ascii());
    let mut lines = head.split("\r\n");
    let words: Vec<&str> = lines.next().unwrap().trim().split(' ').collect();
    assert_eq!((words.len(), words[2]), (3, "HTTP/1.1"));
    let headers: Vec<(String, &str)> = lines
        .map(|line| {
            assert!(
                !line.contains(['\r', '\n']) && !line.starts_with([' ', '\t']),
                "{line:?}"
            );
            let (name, value) = line.trim().split_once(':').expect("a colon");
            (name.to_ascii_lowercase(), value.trim())
        })
        .collect();
    for hop in ["transfer-encoding", "expect", "connection", "upgrade"] {
        assert!(
            headers.iter().all(|(name, _)| name != hop),
            "{hop} in {head}"
        );
    }
    let all = |wanted: &str| headers.iter().filter(|(name, _)| name == wanted).count();
    assert_eq!(
        (all("content-length"), all("x-sambatan-client")),
        (1, 1),
        "{head}"
    );
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .unwrap()
        .1;
    let body = &wire[end + 4..];
    assert_eq!(
        length.parse(),
        Ok(body.len()),
        "the length is right and nothing follows"
    );
    Plain {
        target: words[1].to_owned(),
        body: body.to_vec(),
    }
}

#[test]
fn a_hundred_thousand_streams_are_understood_by_all_readers_alike() {
    let config = DoorConfig::default();
    let (mut random, mut unique) = (Random(0x5a3b_a7a4), 0);
    let (mut understood, mut refused, mut valid) = (0_u64, 0_u64, 0_u64);
    for number in 0..STREAMS {
        let stream = stream(&mut random, &mut unique);
        let bytes = &stream.bytes;
        let whole = read(bytes, &[bytes.len()], &config);
        let pieces = read(bytes, &cuts(&mut random, bytes.len()), &config);
        let shown = bytes.escape_ascii().to_string();
        assert_eq!(whole, pieces, "stream {number}: {shown}");

        let handed_on: Vec<Plain> = whole.0.iter().map(|wire| as_tiny_http(wire)).collect();
        let plain = naive(bytes);
        assert!(handed_on.len() <= plain.len(), "stream {number}: {shown}");
        assert_eq!(
            handed_on[..],
            plain[..handed_on.len()],
            "stream {number}: {shown}"
        );

        if let Some(targets) = stream.targets {
            let seen: Vec<&String> = handed_on.iter().map(|plain| &plain.target).collect();
            assert_eq!(
                (seen, &whole.1),
                (targets.iter().collect(), &End::Clean),
                "{shown}"
            );
            valid += 1;
        }
        understood += handed_on.len() as u64;
        refused += u64::from(matches!(whole.1, End::Refused(_)));
    }
    // A generator that only makes one kind of stream would prove little.
    assert!(
        valid > 20_000 && refused > 30_000 && understood > 100_000,
        "{valid} {refused} {understood}"
    );
}

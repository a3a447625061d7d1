//! A hundred thousand seeded streams through the pure part of the door.
//!
//! Three readers must agree: the door fed at once, the door fed in pieces, and a naive reader
//! written only from the grammar. What the door hands on is read once more the way `tiny_http`
//! reads, and must be exactly one request. All of them together may take no more than a bounded memory.

use std::net::{IpAddr, Ipv4Addr};
use std::process::{Command, Stdio};

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
/// Streams that are read before memory is measured, so that what is allocated once does not count.
const WARM_UP: usize = 1000;
const MAX_GROWTH_KIB: u64 = 32 * 1024;
/// Set for the process in which the streams are read.
const ALONE: &str = "SAMBATAN_TEST_STREAMS_ALONE";
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

/// A value of this process's `status` in KiB: `VmRSS` is its memory now, `VmHWM` the most it ever had.
#[cfg(target_os = "linux")]
fn memory_kib(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let value = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = value
        .unwrap()
        .trim_start_matches(':')
        .trim_end_matches("kB");
    kib.trim().parse().unwrap()
}

/// Only Linux tells.
#[cfg(not(target_os = "linux"))]
fn memory_kib(_: &str) -> u64 {
    0
}

/// The streams are read in a process of their own, so that no other test's memory is measured.
#[test]
fn a_hundred_thousand_streams_are_understood_by_all_readers_alike_within_32_mib() {
    if std::env::var_os(ALONE).is_some() {
        return read_all_streams();
    }
    let this = std::thread::current();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", this.name().unwrap(), "--nocapture"])
        .env(ALONE, "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    let failed = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{said}{failed}");
    assert!(said.contains("1 passed"), "the test was found: {said}");
}

fn read_all_streams() {
    let config = DoorConfig::default();
    let (mut random, mut unique) = (Random(0x5a3b_a7a4), 0);
    let (mut understood, mut refused, mut valid) = (0_u64, 0_u64, 0_u64);
    let mut before = 0;
    for number in 0..STREAMS {
        if number == WARM_UP {
            before = memory_kib("VmRSS");
        }
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
    let grown = memory_kib("VmHWM").saturating_sub(before);
    println!("{grown} KiB more memory at the most");
    assert!(grown <= MAX_GROWTH_KIB, "{grown} KiB more memory");
    // A generator that only makes one kind of stream would prove little.
    assert!(
        valid > 20_000 && refused > 30_000 && understood > 100_000,
        "{valid} {refused} {understood}"
    );
}

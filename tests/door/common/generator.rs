// Streams of requests for the fuzz tests: valid ones, mutated ones, and rubbish, from a seed.
// Included by the door's own tests and by those over sockets.

/// A small seeded generator (splitmix64), the same on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or(0)
    }

    pub(crate) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// What a stream is made of.
pub(crate) struct Stream {
    pub(crate) bytes: Vec<u8>,
    /// The targets of the requests in it, each unique; `None` when the stream was mutated.
    pub(crate) targets: Option<Vec<String>>,
}

/// Header lines that change nothing for the application.
const HARMLESS: [&str; 10] = [
    "Accept: */*\r\n",
    "X-Empty:\r\n",
    "x-tab: a\tb\r\n",
    "Cookie: a=b; c=d\r\n",
    "Accept-Language: en\r\n",
    "Connection: keep-alive\r\n",
    "Content_Length: 9\r\n",
    "X-Forwarded-For: 1.2.3.4\r\n",
    "Idempotency-Key: abc\r\n",
    "TE: trailers\r\n",
];

/// Header lines that servers have disagreed about.
const NASTY: [&str; 22] = [
    "Content-Length: 5\r\n",
    "Content-Length: 5, 5\r\n",
    "Content-Length: +5\r\n",
    "Content-Length:\r\n 5\r\n",
    "Content-Length: 0x5\r\n",
    "Content-Length: 99999999999999999999\r\n",
    "Content-Length : 5\r\n",
    "content-length: 0\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: identity\r\n",
    "Transfer-Encoding: chunked, identity\r\n",
    "Transfer-Encoding : chunked\r\n",
    "Transfer-Encoding:\x0bchunked\r\n",
    "Transfer-Encoding: \"chunked\"\r\n",
    "X: y\r\n Transfer-Encoding: chunked\r\n",
    "X: y\nTransfer-Encoding: chunked\r\n",
    "X: y\rContent-Length: 5\r\n",
    "Upgrade: h2c\r\n",
    "Expect: 200-ok\r\n",
    "Host: b\r\n",
    ": x\r\n",
    "\0: x\r\n",
];

/// A stream: a third valid, most of the rest mutated, some of it rubbish.
pub(crate) fn stream(random: &mut Random, unique: &mut u64) -> Stream {
    if random.one_in(12) {
        return Stream {
            bytes: rubbish(random),
            targets: None,
        };
    }
    let mut bytes = Vec::new();
    let mut targets = Vec::new();
    for _ in 0..=random.below(4) {
        *unique += 1;
        let target = format!("/r/{unique}");
        request(random, &target, &mut bytes);
        targets.push(target);
    }
    if random.one_in(3) {
        return Stream {
            bytes,
            targets: Some(targets),
        };
    }
    for _ in 0..=random.below(3) {
        mutate(random, &mut bytes);
    }
    Stream {
        bytes,
        targets: None,
    }
}

fn request(random: &mut Random, target: &str, out: &mut Vec<u8>) {
    let method = *random.pick(&["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
    let mut text = format!("{method} {target} HTTP/1.1\r\nHost: a\r\n");
    for _ in 0..random.below(4) {
        let line: &&str = random.pick(&HARMLESS);
        text.push_str(line);
    }
    let body: String = (0..random.below(40))
        .map(|_| *random.pick(&['a', '0', '\r', '\n', 'G', ' ', ':', ';']))
        .collect();
    if random.one_in(2) {
        text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    } else if random.one_in(8) {
        text.push_str("\r\n");
    } else {
        text.push_str("Transfer-Encoding: chunked\r\n\r\n");
        let mut rest = body.as_str();
        while !rest.is_empty() {
            let (chunk, after) = rest.split_at(1 + random.below(rest.len()));
            text.push_str(&format!("{:x}\r\n{chunk}\r\n", chunk.len()));
            rest = after;
        }
        text.push_str("0\r\n\r\n");
    }
    out.extend_from_slice(text.as_bytes());
}

fn rubbish(random: &mut Random) -> Vec<u8> {
    let length = random.below(600);
    let narrow = random.one_in(2);
    (0..length)
        .map(|_| {
            if narrow {
                *random.pick(b"GET /:\r\n\r\n\0 HTP1.0aXt;5")
            } else {
                random.next().to_le_bytes()[0]
            }
        })
        .collect()
}

fn mutate(random: &mut Random, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len());
    match random.below(8) {
        0 => bytes[at] = random.next().to_le_bytes()[0],
        1 => {
            bytes.remove(at);
        }
        2 => bytes.insert(at, *random.pick(b"\r\n\0 \t:;,+-0123456789abcdef\x7f\xff")),
        3 => bytes.truncate(at),
        4 => {
            let end = (at + random.below(60)).min(bytes.len());
            let slice = bytes[at..end].to_vec();
            let to = random.below(bytes.len());
            bytes.splice(to..to, slice);
        }
        // A nasty line at the end of some line, so that it is a header more often than not.
        _ => {
            let ends: Vec<usize> = (2..bytes.len())
                .filter(|i| bytes[i - 2..*i] == *b"\r\n")
                .collect();
            if !ends.is_empty() {
                let to = *random.pick(&ends);
                let line = random.pick(&NASTY).bytes();
                bytes.splice(to..to, line);
            }
        }
    }
}

/// Where to cut `length` bytes, in order: often nowhere, sometimes everywhere.
pub(crate) fn cuts(random: &mut Random, length: usize) -> Vec<usize> {
    let mut cuts = match random.below(4) {
        0 => Vec::new(),
        1 => (1..length).collect(),
        _ => (0..random.below(6)).map(|_| random.below(length)).collect(),
    };
    cuts.push(length);
    cuts.sort_unstable();
    cuts
}

//! Finds the end of a head, looking at each byte once, and refuses what no head may hold.
//!
//! Owns: line ends, control characters, folding, and the limits on size and count. A fault is
//! reported at the byte where it stands, so that a client which never finishes its head is told at
//! once. Never: what a line means; `vet` reads the lines when all of them are there.

use super::refusal::Refusal;

/// Room in the first line for the method, the spaces and the version, beside the target.
const FIRST_LINE_EXTRA: usize = 32;

/// How large a head may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeadLimits {
    /// Bytes, up to and including the empty line.
    pub(super) head: usize,
    /// Bytes of the target; the first line may be a little longer.
    pub(super) target: usize,
    /// Header lines, without the first line.
    pub(super) headers: usize,
}

/// Where the scan of one head stands.
#[derive(Debug, Default)]
pub(super) struct HeadScanner {
    /// Bytes looked at so far.
    position: usize,
    /// Where the current line began.
    line_start: usize,
    /// Complete lines so far, the first line included.
    lines: usize,
}

impl HeadScanner {
    /// Continues over `bytes`, which holds the head from its first byte. Returns the length of the
    /// head when its end is there, `None` when more is needed.
    pub(super) fn scan(
        &mut self,
        bytes: &[u8],
        limits: HeadLimits,
    ) -> Result<Option<usize>, Refusal> {
        while let Some(&byte) = bytes.get(self.position) {
            let at = self.position;
            if at >= limits.head {
                return Err(Refusal::HeadTooLarge);
            }
            let after_cr = at > self.line_start && bytes[at - 1] == b'\r';
            if after_cr != (byte == b'\n') {
                return Err(Refusal::BareLineBreak);
            }
            self.position += 1;
            if byte == b'\n' {
                if self.end_line(at, limits)? {
                    return Ok(Some(self.position));
                }
            } else {
                self.vet_byte(byte, at, limits)?;
            }
        }
        Ok(None)
    }

    /// Takes note of a line that ended at `newline`; true when it was the empty one after a head.
    fn end_line(&mut self, newline: usize, limits: HeadLimits) -> Result<bool, Refusal> {
        let empty = newline - self.line_start == 1;
        self.line_start = newline + 1;
        if empty {
            // RFC 9112 section 2.2 lets a server skip an empty line before a request. Not here: a
            // client that sends one has lost count of its own bytes.
            return if self.lines == 0 {
                Err(Refusal::RequestLineMalformed)
            } else {
                Ok(true)
            };
        }
        self.lines += 1;
        if self.lines - 1 > limits.headers {
            return Err(Refusal::TooManyHeaders);
        }
        Ok(false)
    }

    fn vet_byte(&self, byte: u8, at: usize, limits: HeadLimits) -> Result<(), Refusal> {
        let first_line = self.lines == 0;
        if first_line && at >= limits.target + FIRST_LINE_EXTRA {
            return Err(Refusal::TargetTooLong);
        }
        match byte {
            b'\r' => Ok(()),
            b' ' | b'\t' if at == self.line_start => Err(if first_line {
                Refusal::RequestLineMalformed
            } else {
                Refusal::FoldedHeader
            }),
            b'\t' if first_line => Err(Refusal::RequestLineMalformed),
            b'\t' => Ok(()),
            0..=0x1f | 0x7f => Err(Refusal::ControlCharacter),
            0x80.. if first_line => Err(Refusal::TargetMalformed),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: HeadLimits = HeadLimits {
        head: 64,
        target: 16,
        headers: 2,
    };

    fn scan(bytes: &[u8]) -> Result<Option<usize>, Refusal> {
        HeadScanner::default().scan(bytes, LIMITS)
    }

    #[test]
    fn the_end_is_found_wherever_the_bytes_are_cut() {
        let head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
        for cut in 0..head.len() {
            let mut scanner = HeadScanner::default();
            let early = scanner.scan(&head[..cut], LIMITS).unwrap();
            let end = early.or_else(|| scanner.scan(head, LIMITS).unwrap());
            assert_eq!(end, Some(head.len() - 4), "cut at {cut}");
        }
    }

    #[test]
    fn faults_are_reported_before_the_head_is_complete() {
        for (bytes, refusal) in [
            (&b"GET / HTTP/1.1\n"[..], Refusal::BareLineBreak),
            (b"GET / HTTP/1.1\rX", Refusal::BareLineBreak),
            (b"\n", Refusal::BareLineBreak),
            (b"\r\n", Refusal::RequestLineMalformed),
            (b" GET", Refusal::RequestLineMalformed),
            (b"GET\t", Refusal::RequestLineMalformed),
            (b"G\0", Refusal::ControlCharacter),
            (b"G\xff", Refusal::TargetMalformed),
            (b"G\r\n ", Refusal::FoldedHeader),
            (b"G\r\n\t", Refusal::FoldedHeader),
            (b"G\r\na:\x7f", Refusal::ControlCharacter),
            (b"G\r\na:1\r\nb:2\r\nc:3\r\n", Refusal::TooManyHeaders),
            (&[b'a'; 49], Refusal::TargetTooLong),
        ] {
            assert_eq!(
                scan(bytes),
                Err(refusal),
                "{:?}",
                bytes.escape_ascii().to_string()
            );
        }
    }

    #[test]
    fn a_head_of_exactly_the_limit_passes_and_one_byte_more_does_not() {
        let head = |filler: usize| format!("GET / HTTP/1.1\r\na:{}\r\n\r\n", "b".repeat(filler));
        let fits = head(64 - head(0).len());
        assert_eq!(scan(fits.as_bytes()), Ok(Some(64)));
        assert_eq!(
            scan(head(65 - head(0).len()).as_bytes()),
            Err(Refusal::HeadTooLarge)
        );
    }
}

//! Decodes a chunked body, piece by piece, into a bounded buffer.
//!
//! Owns: the chunked coding of RFC 9112 section 7.1, without extensions and without trailers. Never:
//! reading, and never allocating by a size that was only claimed.

/// Hexadecimal digits of a chunk size; 16 of them fill 64 bits.
const SIZE_DIGITS: u8 = 16;

/// What is wrong with a chunked body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChunkFault {
    Malformed,
    SizeTooLong,
    Extension,
    Trailer,
    TooLarge,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size { digits: u8, value: u64 },
    SizeLf { value: u64 },
    Data { left: u64 },
    DataCr,
    DataLf,
    EndCr,
    EndLf,
    Done,
}

/// The decoder of one body.
#[derive(Debug)]
pub(super) struct ChunkDecoder {
    state: State,
    /// Bytes of data that may still come.
    budget: u64,
}

impl ChunkDecoder {
    /// A decoder that refuses more than `limit` bytes of data.
    pub(super) fn new(limit: usize) -> ChunkDecoder {
        ChunkDecoder {
            state: State::Size {
                digits: 0,
                value: 0,
            },
            budget: limit as u64,
        }
    }

    /// Whether the body is complete.
    pub(super) fn done(&self) -> bool {
        self.state == State::Done
    }

    /// Decodes from `input`, appends the data to `out`, and returns how many bytes it took. Takes
    /// all of `input` unless the body ends before.
    pub(super) fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, ChunkFault> {
        let mut taken = 0;
        while taken < input.len() && !self.done() {
            if let State::Data { left } = self.state {
                let rest = &input[taken..];
                let run = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
                out.extend_from_slice(&rest[..run]);
                taken += run;
                let left = left - run as u64;
                self.state = if left == 0 {
                    State::DataCr
                } else {
                    State::Data { left }
                };
            } else {
                self.state = self.step(input[taken])?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// The state after one byte of framing.
    fn step(&mut self, byte: u8) -> Result<State, ChunkFault> {
        match (self.state, byte) {
            (State::Size { digits, value }, _) => self.size_byte(digits, value, byte),
            (State::SizeLf { value: 0 }, b'\n') => Ok(State::EndCr),
            (State::SizeLf { value }, b'\n') => {
                self.budget -= value;
                Ok(State::Data { left: value })
            }
            (State::DataCr, b'\r') => Ok(State::DataLf),
            (State::DataLf, b'\n') => Ok(State::Size {
                digits: 0,
                value: 0,
            }),
            (State::EndCr, b'\r') => Ok(State::EndLf),
            (State::EndCr, _) => Err(ChunkFault::Trailer),
            (State::EndLf, b'\n') => Ok(State::Done),
            _ => Err(ChunkFault::Malformed),
        }
    }

    fn size_byte(&self, digits: u8, value: u64, byte: u8) -> Result<State, ChunkFault> {
        if let Some(digit) = char::from(byte).to_digit(16) {
            if digits == SIZE_DIGITS {
                return Err(ChunkFault::SizeTooLong);
            }
            return Ok(State::Size {
                digits: digits + 1,
                value: value << 4 | u64::from(digit),
            });
        }
        match byte {
            b'\r' if digits > 0 && value > self.budget => Err(ChunkFault::TooLarge),
            b'\r' if digits > 0 => Ok(State::SizeLf { value }),
            // A blank counts as one: "5 ;x" and "5 \r\n" are read differently by different servers.
            b';' | b' ' | b'\t' if digits > 0 => Err(ChunkFault::Extension),
            _ => Err(ChunkFault::Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(
        wire: &[u8],
        limit: usize,
        step: usize,
    ) -> Result<(Vec<u8>, usize, bool), ChunkFault> {
        let mut decoder = ChunkDecoder::new(limit);
        let (mut out, mut taken) = (Vec::new(), 0);
        for piece in wire.chunks(step) {
            let n = decoder.feed(piece, &mut out)?;
            taken += n;
            if n < piece.len() {
                break;
            }
        }
        Ok((out, taken, decoder.done()))
    }

    #[test]
    fn data_comes_out_whole_however_the_bytes_arrive() {
        let wire = b"3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\nGET";
        for step in 1..wire.len() {
            let (out, taken, done) = decode(wire, 13, step).unwrap();
            assert_eq!(
                (out.as_slice(), taken, done),
                (&b"abc0123456789"[..], wire.len() - 3, true)
            );
        }
    }

    #[test]
    fn faults_are_told_apart() {
        for (wire, fault) in [
            (&b"\r\n"[..], ChunkFault::Malformed),
            (b"g", ChunkFault::Malformed),
            (b"-1", ChunkFault::Malformed),
            (b"0x1", ChunkFault::Malformed),
            (b"1\n", ChunkFault::Malformed),
            (b"1\r\r", ChunkFault::Malformed),
            (b"1\r\nab", ChunkFault::Malformed),
            (b"1\r\na\n", ChunkFault::Malformed),
            (b"1\r\na\rx", ChunkFault::Malformed),
            (b"0\r\n\rx", ChunkFault::Malformed),
            (b"1;a=b\r\n", ChunkFault::Extension),
            (b"1 \r\n", ChunkFault::Extension),
            (b"0\r\nA: b\r\n\r\n", ChunkFault::Trailer),
            (b"00000000000000001\r\n", ChunkFault::SizeTooLong),
            (b"b\r\n", ChunkFault::TooLarge),
            (b"ffffffffffffffff\r\n", ChunkFault::TooLarge),
            (b"a\r\n0123456789\r\n1\r\n", ChunkFault::TooLarge),
        ] {
            assert_eq!(
                decode(wire, 10, 1),
                Err(fault),
                "{:?}",
                wire.escape_ascii().to_string()
            );
        }
    }
}

//! The records of an old workbook's stream (MS-XLS, BIFF8): a type, a length, and so many bytes.

use crate::domain::statement::StatementError;
use crate::domain::statement::xls::compound::{u16_at, u32_at};

const CONTINUE: u16 = 0x003c;
/// Each that is whole has eight kilobytes.
const MOST_CONTINUED: usize = 16_384;

/// A record, with what stands in the records that continue it.
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) data: &'a [u8],
    pub(super) more: Vec<&'a [u8]>,
}

/// The records from a place of the stream on.
pub(super) struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    pub(super) fn new(stream: &'a [u8]) -> Self {
        Self { rest: stream }
    }

    /// The next record; none at the end.
    ///
    /// # Errors
    /// [`StatementError::Workbook`] when it is longer than what is left.
    pub(super) fn next(&mut self) -> Result<Option<Record<'a>>, StatementError> {
        // What is too short for a record fills a sector up.
        if self.rest.len() < 4 {
            return Ok(None);
        }
        let (kind, data) = self.take()?;
        let mut record = Record {
            kind,
            data,
            more: Vec::new(),
        };
        while u16_at(self.rest, 0) == Some(CONTINUE) {
            record.more.push(self.take()?.1);
            if record.more.len() > MOST_CONTINUED {
                return Err(super::BROKEN);
            }
        }
        Ok(Some(record))
    }

    fn take(&mut self) -> Result<(u16, &'a [u8]), StatementError> {
        let rest = self.rest;
        let taken = u16_at(rest, 0)
            .zip(u16_at(rest, 2))
            .and_then(|(kind, len)| {
                let end = 4 + usize::from(len);
                self.rest = rest.get(end..)?;
                Some((kind, rest.get(4..end)?))
            });
        taken.ok_or(super::CUT_OFF)
    }
}

/// Reads what goes on from one record into those that continue it.
pub(super) struct Parts<'a> {
    part: &'a [u8],
    more: std::vec::IntoIter<&'a [u8]>,
}

impl<'a> Parts<'a> {
    pub(super) fn new(data: &'a [u8], more: Vec<&'a [u8]>) -> Self {
        Self {
            part: data,
            more: more.into_iter(),
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        while self.part.is_empty() {
            match self.more.next() {
                Some(part) => self.part = part,
                None => return true,
            }
        }
        false
    }

    fn byte(&mut self) -> Option<u8> {
        if self.is_at_end() {
            return None;
        }
        let (first, rest) = self.part.split_first()?;
        self.part = rest;
        Some(*first)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn skip(&mut self, mut len: usize) -> Option<()> {
        while len > 0 {
            if self.is_at_end() {
                return None;
            }
            let here = len.min(self.part.len());
            self.part = &self.part[here..];
            len -= here;
        }
        Some(())
    }

    /// A text with its length before it; none when less than that is there.
    pub(super) fn text(&mut self) -> Option<String> {
        let len = usize::from(self.u16()?);
        let flags = self.byte()?;
        let runs = match flags & 8 {
            0 => 0,
            _ => 4 * usize::from(self.u16()?),
        };
        let extended = match flags & 4 {
            0 => 0,
            _ => {
                let bytes = [self.byte()?, self.byte()?, self.byte()?, self.byte()?];
                usize::try_from(u32_at(&bytes, 0)?).ok()?
            }
        };
        let text = self.characters(len, flags)?;
        self.skip(runs)?;
        self.skip(extended)?;
        Some(text)
    }

    /// Characters of one byte or two; in a record that continues them a new flag says of how many.
    fn characters(&mut self, mut len: usize, mut flags: u8) -> Option<String> {
        let mut units = Vec::new();
        while len > 0 {
            if self.part.is_empty() {
                self.part = self.more.next()?;
                flags = self.byte()?;
            }
            let size = 1 + usize::from(flags & 1);
            let here = len.min(self.part.len() / size);
            let (characters, rest) = self.part.split_at(here * size);
            units.extend(characters.chunks_exact(size).map(|character| {
                let high = character.get(1).copied().unwrap_or(0);
                u16::from_le_bytes([character[0], high])
            }));
            self.part = rest;
            len -= here;
            // Half a character at the end of a record is none.
            if here == 0 && !self.part.is_empty() {
                return None;
            }
        }
        Some(String::from_utf16_lossy(&units))
    }
}

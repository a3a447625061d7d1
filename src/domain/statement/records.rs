//! The records of a table, each with the number of its line, one at a time.
//!
//! A quotation mark that is never closed would swallow the rest of the file: such a line is set apart. Nothing
//! here grows with a record: cells and bytes of one are bounded, and only the places of the records are kept.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::domain::statement::{LineProblem, MAX_RECORDS, StatementError};

/// A quoted cell reaches over so many lines at most.
const LINES_OF_A_RECORD: usize = 10;

/// The most cells of a record.
pub(super) const MAX_CELLS: usize = 256;

/// The most bytes of a record.
const MAX_RECORD_BYTES: usize = 64 * 1024;

/// Where a record is.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u32,
    length: u32,
    /// The number of the line that it begins at.
    number: u32,
    /// Whether its quotation mark is closed.
    is_whole: bool,
}

/// The records of a file.
pub(super) struct Records<'a> {
    text: &'a str,
    places: Vec<Place>,
    delimiter: u8,
}

impl<'a> Records<'a> {
    /// Finds the records of a file; of the first `most` lines, where that many are enough.
    ///
    /// # Errors
    /// [`StatementError::TooManyLines`].
    pub(super) fn split(
        text: &'a str,
        delimiter: u8,
        most: Option<usize>,
    ) -> Result<Self, StatementError> {
        let mut places = Vec::new();
        let (mut number, mut start) = (1_u64, 0);
        while start < text.len() {
            if most.is_some_and(|most| places.len() >= most) {
                break;
            }
            if places.len() >= MAX_RECORDS {
                return Err(StatementError::TooManyLines);
            }
            let (lines, length) = record(&text.as_bytes()[start..], delimiter);
            let is_blank = text.as_bytes()[start..start + length]
                .iter()
                .all(u8::is_ascii_whitespace);
            if !is_blank {
                let fits = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
                places.push(Place {
                    start: fits(start),
                    length: fits(length),
                    number: u32::try_from(number).unwrap_or(u32::MAX),
                    is_whole: lines > 0,
                });
            }
            number += lines.max(1);
            start += length;
        }
        Ok(Self {
            text,
            places,
            delimiter,
        })
    }

    /// The text of the records before `end`, as it stands in the file.
    pub(super) fn text_before(&self, end: usize) -> &'a str {
        let end = self
            .places
            .get(end)
            .map_or(self.text.len(), |place| place.start as usize);
        &self.text[..end]
    }

    /// Calls `take` for each record from the one with the index `from` on, with the number of its line, in the
    /// order of the file, until it answers false.
    pub(super) fn each(
        &self,
        from: usize,
        mut take: impl FnMut(u64, Result<&Record, LineProblem>) -> bool,
    ) {
        let mut cells = Cells::new(self.delimiter);
        for place in self.places.iter().skip(from) {
            let start = place.start as usize;
            let bytes = &self.text[start..start + place.length as usize];
            let record = if place.is_whole {
                cells.cut(bytes)
            } else {
                Err(LineProblem::Quote)
            };
            if !take(u64::from(place.number), record) {
                break;
            }
        }
    }
}

/// The cells of one record.
#[derive(Debug, Default)]
pub(super) struct Record {
    text: String,
    ends: Vec<usize>,
}

impl Record {
    /// A cell without the blanks around it; none when the record ends before it.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..end).map(clean)
    }

    /// A cell; nothing when the record ends before it.
    pub(super) fn cell(&self, index: usize) -> &str {
        self.get(index).unwrap_or_default()
    }

    /// How many cells it has.
    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cells, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|index| self.cell(index))
    }
}

/// A cell without blanks around it, and without the marks by which spreadsheets keep a text a text.
fn clean(cell: &str) -> &str {
    let cell = cell.trim();
    let cell = match cell.strip_prefix("=\"") {
        Some(formula) => formula.strip_suffix('"').unwrap_or(formula).trim(),
        None => cell,
    };
    // Before a word, a number or what would be a formula; otherwise it is what somebody typed.
    let marked = cell.strip_prefix('\'').map(str::trim_start);
    let is_mark =
        |text: &&str| text.starts_with(|c: char| c.is_alphanumeric() || "=+-@(".contains(c));
    marked.filter(is_mark).unwrap_or(cell)
}

/// Cuts records into cells, in memory that is used again.
struct Cells {
    reader: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    record: Record,
}

impl Cells {
    fn new(delimiter: u8) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(csv_core::Terminator::Any(b'\n'))
            .build();
        Self {
            reader,
            output: vec![0; MAX_RECORD_BYTES],
            ends: vec![0; MAX_CELLS + 1],
            record: Record::default(),
        }
    }

    fn cut(&mut self, text: &str) -> Result<&Record, LineProblem> {
        self.reader.reset();
        let text = text.trim_end_matches(['\r', '\n', ' ']);
        if text.len() >= MAX_RECORD_BYTES {
            return Err(LineProblem::TooLong);
        }
        let read = self
            .reader
            .read_record(text.as_bytes(), &mut self.output, &mut self.ends);
        let (ReadRecordResult::InputEmpty, _, written, cells) = read else {
            return Err(LineProblem::TooManyCells);
        };
        let end =
            self.reader
                .read_record(&[], &mut self.output[written..], &mut self.ends[cells..]);
        let (ReadRecordResult::Record, _, more, last) = end else {
            return Err(LineProblem::TooManyCells);
        };
        let (written, cells) = (written + more, cells + last);
        if cells > MAX_CELLS {
            return Err(LineProblem::TooManyCells);
        }
        self.record.text.clear();
        // A delimiter is ASCII, so what was cut at one is UTF-8 as before.
        self.record
            .text
            .push_str(&String::from_utf8_lossy(&self.output[..written]));
        self.record.ends.clear();
        self.record.ends.extend_from_slice(&self.ends[..cells]);
        Ok(&self.record)
    }
}

/// Over how many lines the first record reaches and how many bytes it has. No lines: a quotation mark is not
/// closed, and the bytes are those of the first line.
fn record(bytes: &[u8], delimiter: u8) -> (u64, usize) {
    let (mut is_start, mut is_quoted, mut was_quoted) = (true, false, false);
    let (mut lines, mut first) = (0, None);
    for (index, byte) in bytes.iter().enumerate() {
        // A cell ends with its closing mark: else the mark belongs to a cell of a later line.
        if was_quoted
            && first.is_some()
            && !matches!(byte, b'"' | b'\r' | b'\n')
            && *byte != delimiter
        {
            is_quoted = true;
            break;
        }
        if *byte == b'\n' {
            lines += 1;
            first = first.or(Some(index + 1));
            if !is_quoted {
                return (lines, index + 1);
            }
            if lines >= LINES_OF_A_RECORD as u64 {
                break;
            }
        }
        if is_quoted {
            (is_quoted, was_quoted) = (*byte != b'"', *byte == b'"');
        } else {
            // A second mark right after one stands for the mark itself.
            is_quoted = *byte == b'"' && (is_start || was_quoted);
            was_quoted = false;
            is_start = *byte == delimiter;
        }
    }
    match first {
        _ if !is_quoted => (lines + 1, bytes.len()),
        Some(first) => (0, first),
        None => (0, bytes.len()),
    }
}

//! The records of a table, each with the number of its line.
//!
//! A quotation mark that is never closed would swallow the rest of the file: such a line is set apart.

use crate::domain::statement::LineProblem;

/// A quoted cell reaches over so many lines at most.
const LINES_OF_A_RECORD: usize = 10;

/// The records of a file.
pub(super) struct Records {
    /// The whole records, one after the other, without empty lines.
    whole: Vec<u8>,
    /// The number of the line that each begins at.
    numbers: Vec<u64>,
    /// The numbers of the lines that were set apart.
    broken: Vec<u64>,
    delimiter: u8,
}

impl Records {
    /// Cuts a file into records.
    pub(super) fn split(bytes: &[u8], delimiter: u8) -> Self {
        let mut records = Self {
            whole: Vec::with_capacity(bytes.len() + 1),
            numbers: Vec::new(),
            broken: Vec::new(),
            delimiter,
        };
        let mut number = 1;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (lines, length) = record(rest, delimiter);
            let (text, after) = rest.split_at(length);
            let is_blank = text.iter().all(u8::is_ascii_whitespace);
            if lines == 0 {
                records.broken.push(number);
            } else if !is_blank {
                records.numbers.push(number);
                records.whole.extend_from_slice(text.trim_ascii_end());
                records.whole.push(b'\n');
            }
            number += lines.max(1);
            rest = after;
        }
        records
    }

    /// Calls `take` for each record after the first `skip` and for each line that was set apart, in the order of
    /// the file.
    pub(super) fn each(
        &self,
        skip: usize,
        mut take: impl FnMut(u64, Result<&csv::ByteRecord, LineProblem>),
    ) {
        let mut broken = self.broken.iter().peekable();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .terminator(csv::Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(self.whole.as_slice());
        let mut record = csv::ByteRecord::new();
        for (index, number) in self.numbers.iter().enumerate() {
            // Reading from memory cannot fail, and lines of any length are allowed.
            if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
                break;
            }
            while let Some(before) = broken.next_if(|broken| *broken < number) {
                take(*before, Err(LineProblem::Quote));
            }
            if index >= skip {
                take(*number, Ok(&record));
            }
        }
        for after in broken {
            take(*after, Err(LineProblem::Quote));
        }
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

//! Workbooks of the years before XLSX (XLS of Excel 97 and later) as tables of text.
//!
//! Owns the reading of their cells. The crate that reads XLSX would take memory for as many cells and texts as an
//! XLS says it has, and ends at records that are too short: so what it says is not believed here, every record is
//! read within its bounds, and what is taken is counted.

mod compound;
mod formats;
mod records;

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};

use crate::domain::statement::StatementError;
use crate::domain::statement::sheet::{MOST_SHEETS, MOST_TEXT, SheetText};
use compound::{Compound, u16_at, u32_at};
use formats::Formats;
use records::{Parts, Record, Records};

/// The most different texts.
const MOST_TEXTS: usize = 2_000_000;
/// The most cells with something in them, of all sheets.
const MOST_CELLS: usize = 2_000_000;

const BROKEN: StatementError = StatementError::Workbook("it is broken");
const CUT_OFF: StatementError = StatementError::Workbook("it is broken or cut off");
const LOCKED: StatementError = StatementError::Workbook("it is locked by a password");
const TOO_OLD: StatementError =
    StatementError::Workbook("it is of Excel 95 or before: save it as XLSX or CSV");

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const BIFF8: u16 = 0x0600;

/// Whether a file is one, by its first bytes: a container, or the bare records of the first versions.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(&compound::SIGNATURE[..4]) || is_bare(bytes)
}

fn is_bare(bytes: &[u8]) -> bool {
    matches!(bytes, [0x09, 0x00 | 0x02 | 0x04 | 0x08, 4 | 6 | 8, 0, ..])
}

/// The sheets that can be seen, as tables of text with the rows as lines.
///
/// # Errors
/// [`StatementError::Workbook`].
pub(super) fn texts(bytes: &[u8]) -> Result<Vec<String>, StatementError> {
    if is_bare(bytes) {
        return Err(TOO_OLD);
    }
    let compound = Compound::open(bytes).ok_or(CUT_OFF)?;
    if compound.has("EncryptedPackage") {
        return Err(LOCKED);
    }
    let Some(stream) = compound.stream("Workbook") else {
        let is_old = !compound.has("Workbook") && compound.has("Book");
        return Err(if is_old { TOO_OLD } else { CUT_OFF });
    };
    let book = Book::read(&stream)?;
    let (mut room, mut cells_left) = (MOST_TEXT, MOST_CELLS);
    let mut texts = Vec::new();
    for start in &book.sheets {
        let cells = book.cells(stream.get(*start..).ok_or(BROKEN)?, cells_left)?;
        cells_left -= cells.len();
        let text = book.text(&cells, room)?;
        room = room.saturating_sub(text.len());
        texts.push(text);
    }
    if texts.is_empty() {
        return Err(BROKEN);
    }
    Ok(texts)
}

/// What is said once for all sheets.
#[derive(Default)]
struct Book {
    /// Where the sheets that can be seen begin.
    sheets: Vec<usize>,
    /// The texts that cells share.
    shared: Vec<String>,
    formats: Formats,
    is_1904: bool,
}

/// What stands in a cell.
enum Value {
    Number(f64, u16),
    Shared(usize),
    Text(Box<str>),
}

struct Cell {
    row: u16,
    column: u16,
    value: Value,
}

impl Book {
    fn read(stream: &[u8]) -> Result<Self, StatementError> {
        let mut records = Records::new(stream);
        let first = records.next()?.ok_or(CUT_OFF)?;
        if first.kind != BOF || u16_at(first.data, 0) != Some(BIFF8) {
            return Err(TOO_OLD);
        }
        let mut book = Self::default();
        while let Some(record) = records.next()? {
            match record.kind {
                EOF => return Ok(book),
                // A password; also the one that the program knows by itself.
                0x002f => return Err(LOCKED),
                0x0022 => book.is_1904 = u16_at(record.data, 0) == Some(1),
                0x0085 => book.sheets.extend(sheet(&record)?),
                0x00e0 => book.formats.add_style(record.data).ok_or(BROKEN)?,
                0x041e => book.formats.add_format(record).ok_or(BROKEN)?,
                0x00fc => book.shared = shared_texts(record)?,
                _ => {}
            }
            if book.sheets.len() > MOST_SHEETS {
                book.sheets.truncate(MOST_SHEETS);
            }
        }
        Err(CUT_OFF)
    }

    /// The cells of a sheet that begins here, in order.
    fn cells(&self, stream: &[u8], most: usize) -> Result<Vec<Cell>, StatementError> {
        let mut records = Records::new(stream);
        let first = records.next()?.ok_or(CUT_OFF)?;
        if first.kind != BOF || u16_at(first.data, 0) != Some(BIFF8) {
            return Err(BROKEN);
        }
        let mut cells = Vec::new();
        // Charts within the sheet have cells of their own.
        let mut within = 0_u32;
        let mut formula = None;
        loop {
            let record = records.next()?.ok_or(CUT_OFF)?;
            match record.kind {
                BOF => within += 1,
                EOF if within == 0 => break,
                EOF => within -= 1,
                _ if within > 0 => {}
                _ => take(record, &mut cells, &mut formula).ok_or(BROKEN)?,
            }
            if cells.len() > most {
                return Err(StatementError::Workbook("it has too many cells"));
            }
        }
        cells.sort_by_key(|cell| (cell.row, cell.column));
        Ok(cells)
    }

    fn text(&self, cells: &[Cell], room: usize) -> Result<String, StatementError> {
        let mut text = SheetText::new(room);
        for cell in cells {
            let value = match &cell.value {
                Value::Number(number, style) if self.formats.is_of_time(*style) => {
                    let kind = ExcelDateTimeType::DateTime;
                    DataRef::DateTime(ExcelDateTime::new(*number, kind, self.is_1904))
                }
                Value::Number(number, _) => DataRef::Float(*number),
                Value::Shared(number) => {
                    DataRef::SharedString(self.shared.get(*number).ok_or(BROKEN)?)
                }
                Value::Text(text) => DataRef::SharedString(text),
            };
            text.put(u32::from(cell.row), u32::from(cell.column), &value)?;
        }
        text.finish()
    }
}

/// Where a sheet begins; nothing when it is hidden, or no sheet of cells.
fn sheet(record: &Record<'_>) -> Result<Option<usize>, StatementError> {
    let start = u32_at(record.data, 0).ok_or(BROKEN)?;
    let [hidden, kind] = [record.data.get(4), record.data.get(5)];
    let is_seen = hidden.is_some_and(|hidden| hidden & 3 == 0) && kind == Some(&0);
    let start = usize::try_from(start).map_err(|_| BROKEN)?;
    Ok(is_seen.then_some(start))
}

/// The texts that cells share. That there are fewer than the record says is a fault.
fn shared_texts(record: Record<'_>) -> Result<Vec<String>, StatementError> {
    let claimed = u32_at(record.data, 4).ok_or(BROKEN)?;
    let mut parts = Parts::new(record.data.get(8..).ok_or(BROKEN)?, record.more);
    let mut texts = Vec::new();
    let has_all = |texts: &[String]| u32::try_from(texts.len()).is_ok_and(|found| found >= claimed);
    while !parts.is_at_end() {
        match parts.text() {
            Some(text) => texts.push(text),
            // What fills the record up is none.
            None if has_all(&texts) => break,
            None => return Err(CUT_OFF),
        }
        if texts.len() > MOST_TEXTS {
            return Err(StatementError::Workbook("it has too many texts"));
        }
    }
    if has_all(&texts) {
        Ok(texts)
    } else {
        Err(CUT_OFF)
    }
}

/// Takes the cells of a record; none when it is too short. `formula` is the cell whose text comes with one of the
/// next records.
fn take(record: Record<'_>, cells: &mut Vec<Cell>, formula: &mut Option<(u16, u16)>) -> Option<()> {
    let data = record.data;
    let place = || Some((u16_at(data, 0)?, u16_at(data, 2)?));
    let style = || u16_at(data, 4);
    let mut put = |(row, column), value| cells.push(Cell { row, column, value });
    match record.kind {
        0x0203 => put(place()?, Value::Number(f64_at(data, 6)?, style()?)),
        0x027e => put(place()?, Value::Number(compact(u32_at(data, 6)?), style()?)),
        0x00bd => {
            let (row, first) = place()?;
            let numbers = data.get(4..data.len().checked_sub(2)?)?.chunks_exact(6);
            for (column, number) in (first..).zip(numbers) {
                let value = Value::Number(compact(u32_at(number, 2)?), u16_at(number, 0)?);
                put((row, column), value);
            }
        }
        0x00fd => {
            let number = usize::try_from(u32_at(data, 6)?).ok()?;
            put(place()?, Value::Shared(number));
        }
        0x0204 | 0x00d6 => {
            let mut parts = Parts::new(data.get(6..)?, record.more);
            put(place()?, Value::Text(parts.text()?.into()));
        }
        0x0006 => {
            *formula = None;
            let result = data.get(6..14)?;
            match (u16_at(result, 6)?, result[0]) {
                (0xffff, 0) => *formula = Some(place()?),
                // Yes or no, a fault, or an empty text.
                (0xffff, _) => {}
                _ => put(place()?, Value::Number(f64_at(data, 6)?, style()?)),
            }
        }
        0x0207 => {
            let place = formula.take()?;
            let mut parts = Parts::new(data, record.more);
            put(place, Value::Text(parts.text()?.into()));
        }
        _ => {}
    }
    Some(())
}

fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    let bytes = bytes.get(at..at.checked_add(8)?)?;
    Some(f64::from_le_bytes(bytes.try_into().ok()?))
}

/// A number in 30 bits, whole or the upper half of a float, in hundredths if so said.
fn compact(bits: u32) -> f64 {
    let number = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & 1 == 0 {
        number
    } else {
        number / 100.0
    }
}

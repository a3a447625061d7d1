//! Workbooks of spreadsheets (XLSX, and XLS by [`xls`]) as tables of text, so that they go the same way as these.
//!
//! A few bytes of a workbook can unfold into gigabytes: everything is counted before it is parsed, and cells are
//! taken one at a time.

use std::fmt::Write as _;
use std::io::{Cursor, Read};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};

use crate::domain::statement::records::MAX_CELLS;
use crate::domain::statement::{StatementError, xls};

/// What delimits the cells of the text that a sheet becomes.
pub(super) const DELIMITER: u8 = b'\t';

/// The most bytes that all parts of a workbook have when they are unpacked.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;
/// The most parts of a workbook.
const MOST_PARTS: usize = 512;
/// The most different texts that a workbook says it has.
const MOST_TEXTS: u64 = 2_000_000;
/// The most bytes of text that its sheets become.
pub(super) const MOST_TEXT: usize = 64 * 1024 * 1024;
/// The most rows of a sheet.
const MOST_ROWS: u32 = 200_000;
/// So many sheets are looked at.
pub(super) const MOST_SHEETS: usize = 16;

type Workbook = Xlsx<Cursor<Vec<u8>>>;

/// Whether a file is a workbook, by its first bytes.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || xls::is_one(bytes)
}

/// Whether a text is a page or a spreadsheet as XML, which banks give the name of a workbook.
pub(super) fn is_web_page(text: &str) -> bool {
    const MARKS: [&str; 5] = [
        "<html",
        "<table",
        "<!doctype html",
        "urn:schemas-microsoft-com:office:spreadsheet",
        "content-type: text/html",
    ];
    let start: String = text
        .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
        .chars()
        .take(2048)
        .collect();
    let start = start.to_ascii_lowercase();
    let is_markup = start.starts_with('<') || start.starts_with("mime-version:");
    is_markup && MARKS.iter().any(|mark| start.contains(mark))
}

/// The sheets of a workbook that can be seen, as tables of text with the rows as lines.
///
/// # Errors
/// [`StatementError::Workbook`] when it is broken or too large inside.
pub(super) fn texts(bytes: &[u8]) -> Result<Vec<String>, StatementError> {
    if xls::is_one(bytes) {
        return xls::texts(bytes);
    }
    check_parts(bytes)?;
    let broken = StatementError::Workbook("it is broken");
    let open = Workbook::new(Cursor::new(bytes.to_vec()));
    let mut workbook = open.map_err(|_| broken.clone())?;
    let sheets = workbook.sheets_metadata().iter();
    let names: Vec<String> = sheets
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .take(MOST_SHEETS)
        .collect();
    let mut room = MOST_TEXT;
    let mut texts = Vec::new();
    for name in names {
        let text = text(&mut workbook, &name, room)?;
        room = room.saturating_sub(text.len());
        texts.push(text);
    }
    if texts.is_empty() {
        return Err(broken);
    }
    Ok(texts)
}

/// Unpacks every part once, and counts. A part says by itself how many texts it has, and memory would be taken
/// for as many.
fn check_parts(bytes: &[u8]) -> Result<(), StatementError> {
    let broken = |_| StatementError::Workbook("it is broken");
    let large = StatementError::Workbook("it is too large when it is unpacked");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| StatementError::Workbook("it is broken"))?;
    if archive.len() > MOST_PARTS {
        return Err(large);
    }
    let mut room = MOST_UNPACKED;
    let mut part = Vec::new();
    for index in 0..archive.len() {
        let file = archive
            .by_index(index)
            .map_err(|_| StatementError::Workbook("it is broken or locked"))?;
        part.clear();
        let read = file.take(room + 1).read_to_end(&mut part).map_err(broken)?;
        room = room.checked_sub(read as u64).ok_or_else(|| large.clone())?;
        let is_wide = part.starts_with(&[0xff, 0xfe])
            || part.starts_with(&[0xfe, 0xff])
            || part.get(..2) == Some(b"<\0")
            || part.get(..2) == Some(b"\0<");
        if is_wide || most_texts(&part) > MOST_TEXTS {
            return Err(large);
        }
    }
    Ok(())
}

/// The largest number that a part gives as that of its texts.
fn most_texts(part: &[u8]) -> u64 {
    const COUNT: &[u8] = b"uniqueCount";
    let mut most = 0;
    let mut rest = part;
    while let Some(at) = rest.windows(COUNT.len()).position(|window| window == COUNT) {
        rest = &rest[at + COUNT.len()..];
        let digits = rest
            .iter()
            .take(64)
            .skip_while(|byte| !byte.is_ascii_digit());
        let digits = digits.take_while(|byte| byte.is_ascii_digit());
        let number = digits.fold(0_u64, |number, digit| {
            number
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'))
        });
        most = most.max(number);
    }
    most
}

/// One sheet as a table of text.
fn text(workbook: &mut Workbook, name: &str, room: usize) -> Result<String, StatementError> {
    let broken = |_| StatementError::Workbook("one of its sheets is broken");
    let mut reader = workbook.worksheet_cells_reader(name).map_err(broken)?;
    let mut text = SheetText::new(room);
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        text.put(row, column, cell.get_value())?;
    }
    text.finish()
}

/// The table of text that a sheet becomes, cell by cell in their order.
pub(super) struct SheetText {
    text: String,
    /// The most bytes of it.
    room: usize,
    row: u32,
    /// The columns that are delimited in the row.
    column: u32,
    /// The next column of the row that may come.
    next: u32,
    /// The columns of the widest row so far.
    width: u32,
    value: String,
}

impl SheetText {
    pub(super) fn new(room: usize) -> Self {
        Self {
            text: String::new(),
            room,
            row: 0,
            column: 0,
            next: 0,
            width: 0,
            value: String::new(),
        }
    }

    /// Puts a value into its place, if there is anything to write of it.
    ///
    /// # Errors
    /// [`StatementError::Workbook`] when it is before the one that came last, or too far away.
    pub(super) fn put(
        &mut self,
        row: u32,
        column: u32,
        value: &DataRef<'_>,
    ) -> Result<(), StatementError> {
        let large = || StatementError::Workbook("one of its sheets is too large");
        self.value.clear();
        write_value(value, &mut self.value);
        if self.value.is_empty() {
            return Ok(());
        }
        if row < self.row || row == self.row && column < self.next {
            return Err(StatementError::Workbook("its cells are in no order"));
        }
        if row >= MOST_ROWS || column as usize >= MAX_CELLS {
            return Err(large());
        }
        if self.row < row {
            self.fill_row()?;
        }
        while self.row < row {
            self.text.push('\n');
            (self.row, self.column, self.next) = (self.row + 1, 0, 0);
        }
        while self.column < column {
            self.text.push('\t');
            self.column += 1;
        }
        self.text.push_str(&self.value);
        self.next = column + 1;
        self.width = self.width.max(self.next);
        if self.text.len() > self.room {
            return Err(large());
        }
        Ok(())
    }

    /// A sheet leaves out the empty cells behind the last that is filled: in a table of text such a row would be
    /// one that was cut off. A row without anything stays so.
    fn fill_row(&mut self) -> Result<(), StatementError> {
        if self.next == 0 {
            return Ok(());
        }
        let missing = (self.width - 1).saturating_sub(self.column) as usize;
        if self.text.len() + missing > self.room {
            return Err(StatementError::Workbook("one of its sheets is too large"));
        }
        self.text.extend(std::iter::repeat_n('\t', missing));
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<String, StatementError> {
        self.fill_row()?;
        self.text.push('\n');
        Ok(self.text)
    }
}

/// A value as a cell of a table of text.
fn write_value(value: &DataRef<'_>, out: &mut String) {
    match value {
        DataRef::Int(number) => {
            let _ = write!(out, "{number}");
        }
        DataRef::Float(number) => write_number(*number, out),
        DataRef::String(text) => write_text(text, out),
        DataRef::SharedString(text) => write_text(text, out),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => write_text(text, out),
        DataRef::DateTime(time) => write_time(*time, out),
        DataRef::Bool(_) | DataRef::Error(_) | DataRef::Empty => {}
    }
}

/// A number, so that one of three decimals is not taken for thousands.
fn write_number(number: f64, out: &mut String) {
    let is_whole = number.fract() == 0.0;
    let is_in_hundredths =
        ((number * 100.0).round() / 100.0 - number).abs() < f64::EPSILON * number.abs();
    let _ = match (is_whole, is_in_hundredths) {
        (true, _) => write!(out, "{number:.0}"),
        (false, true) => write!(out, "{number:.2}"),
        (false, false) => write!(out, "{number:.6}"),
    };
}

fn write_time(time: ExcelDateTime, out: &mut String) {
    if !time.is_datetime() {
        return write_number(time.as_f64(), out);
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    // Below one it is a time without a day.
    if time.as_f64() >= 1.0 {
        let _ = write!(out, "{year:04}-{month:02}-{day:02} ");
    }
    let _ = write!(out, "{hour:02}:{minute:02}:{second:02}");
}

/// A text on one line, with its quotation marks kept.
fn write_text(text: &str, out: &mut String) {
    let is_quoted = text.contains('"');
    if is_quoted {
        out.push('"');
    }
    for c in text.trim().chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '"' => out.push_str("\"\""),
            other => out.push(other),
        }
    }
    if is_quoted {
        out.push('"');
    }
}

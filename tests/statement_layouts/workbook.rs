//! Workbooks of spreadsheets, written here part by part.

use std::io::{Cursor, Write};

use sambatan::domain::statement::{Columns, Statement, StatementError};
use zip::write::SimpleFileOptions;

/// A cell as a sheet has it.
enum Cell {
    Text(&'static str),
    Number(&'static str),
    /// The number of a day, shown as a date.
    Day(&'static str),
    Empty,
}

use Cell::{Day, Empty, Number, Text};

fn sheet(rows: &[Vec<Cell>]) -> String {
    let mut xml = String::from(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#,
    );
    for (row, cells) in (1..).zip(rows) {
        xml.push_str(&format!(r#"<row r="{row}">"#));
        for (column, cell) in ('A'..).zip(cells) {
            xml.push_str(&match cell {
                Text(text) => {
                    format!(r#"<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#)
                }
                Number(number) => format!(r#"<c r="{column}{row}"><v>{number}</v></c>"#),
                Day(number) => format!(r#"<c r="{column}{row}" s="1"><v>{number}</v></c>"#),
                Empty => String::new(),
            });
        }
        xml.push_str("</row>");
    }
    xml + "</sheetData></worksheet>"
}

fn book(sheets: &[String], more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, bytes: &[u8]| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    };
    let numbers = || 1..=sheets.len();
    let kinds: String = numbers()
        .map(|n| format!(r#"<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#))
        .collect();
    part("[Content_Types].xml", format!(r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{kinds}</Types>"#).as_bytes());
    part("_rels/.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#);
    let names: String = numbers()
        .map(|n| format!(r#"<sheet name="Lembar {n}" sheetId="{n}" r:id="rId{n}"/>"#))
        .collect();
    part("xl/workbook.xml", format!(r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{names}</sheets></workbook>"#).as_bytes());
    let relations: String = numbers()
        .map(|n| format!(r#"<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{n}.xml"/>"#))
        .collect();
    let styles = r#"<Relationship Id="rId90" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId91" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>"#;
    part("xl/_rels/workbook.xml.rels", format!(r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}{styles}</Relationships>"#).as_bytes());
    part("xl/styles.xml", br#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"#);
    for (number, sheet) in (1..).zip(sheets) {
        part(
            &format!("xl/worksheets/sheet{number}.xml"),
            sheet.as_bytes(),
        );
    }
    for (name, bytes) in more {
        part(name, bytes);
    }
    zip.finish().unwrap().into_inner()
}

fn read(bytes: &[u8]) -> Result<Statement, StatementError> {
    Statement::read(bytes, &Columns::default())
}

fn statement() -> Vec<Vec<Cell>> {
    vec![
        vec![Text("Mutasi Rekening"), Empty, Empty, Empty],
        vec![],
        vec![
            Text("Tanggal"),
            Text("Keterangan"),
            Text("Debit"),
            Text("Kredit"),
            Text("Saldo"),
        ],
        vec![
            Day("46355"),
            Text("TRF \"A\" SB-M8JABGP4QD"),
            Empty,
            Number("150962"),
            Number("9150962"),
        ],
        vec![
            Day("46355.5"),
            Text("TOKO KACA"),
            Number("150826"),
            Number("0"),
            Number("9000136"),
        ],
        vec![
            Text("30/11/2026"),
            Text("KURANG"),
            Empty,
            Number("140.962"),
            Empty,
        ],
    ]
}

#[test]
fn a_workbook_is_read_as_a_table_is() {
    let words = sheet(&[vec![Text("Petunjuk"), Text("Buka lembar kedua")]]);
    let statement = read(&book(&[words, sheet(&statement())], &[])).unwrap();
    let [line] = statement.lines.as_slice() else {
        panic!("{statement:?}");
    };
    assert_eq!((line.number, line.amount.get()), (4, 150_962));
    assert_eq!(line.date.to_string(), "2026-11-29");
    assert_eq!(line.description, "TRF \"A\" SB-M8JABGP4QD");
    assert_eq!(statement.outgoing[0].number, 5);
    // A number with three decimals is no amount of thousands.
    assert_eq!(statement.errors[0].number, 6);
}

#[test]
fn the_numbers_of_days_are_dates_where_the_whole_column_is_such() {
    let rows = [
        vec![Text("Tanggal"), Text("Keterangan"), Text("Jumlah")],
        vec![Number("46355"), Text("A"), Number("1000")],
        vec![Number("46356.25"), Text("B"), Number("2000")],
    ];
    let statement = read(&book(&[sheet(&rows)], &[])).unwrap();
    let days: Vec<String> = statement
        .lines
        .iter()
        .map(|line| line.date.to_string())
        .collect();
    assert_eq!(days, ["2026-11-29", "2026-11-30"]);
}

#[test]
fn a_workbook_that_is_broken_or_unfolds_without_end_is_refused() {
    let good = book(&[sheet(&statement())], &[]);
    for end in [4, 100, good.len() / 2, good.len() - 1] {
        assert!(
            matches!(read(&good[..end]), Err(StatementError::Workbook(_))),
            "{end}"
        );
    }
    assert!(matches!(
        read(&[0xd0, 0xcf, 0x11, 0xe0, 1, 2]),
        Err(StatementError::Workbook(_))
    ));
    // A hundred megabytes of blanks in a hundred kilobytes.
    let bomb = book(
        &[sheet(&statement())],
        &[("xl/media/a.bin", &vec![b' '; 100 * 1024 * 1024])],
    );
    assert!(bomb.len() < 1024 * 1024);
    assert!(matches!(read(&bomb), Err(StatementError::Workbook(_))));
    // A part that says it has more texts than memory.
    let strings = br#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="99999999999999"><si><t>a</t></si></sst>"#;
    let many = book(&[sheet(&statement())], &[("xl/sharedStrings.xml", strings)]);
    assert!(matches!(read(&many), Err(StatementError::Workbook(_))));
    // A cell at the far corner of the sheet.
    let corner = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#;
    assert!(matches!(
        read(&book(&[corner.to_owned()], &[])),
        Err(StatementError::Workbook(_))
    ));
}

#[test]
fn empty_cells_that_a_sheet_leaves_out_at_the_end_of_a_row_are_empty_cells() {
    let names = || {
        vec![
            Text("Tanggal"),
            Text("Uraian"),
            Text("Kredit"),
            Text("Debet"),
        ]
    };
    let rows = [
        names(),
        vec![Day("46355"), Text("ARUM"), Number("150962"), Empty],
        vec![],
        vec![Day("46355"), Text("KACA"), Empty, Number("150826")],
        vec![Day("46355"), Text("BAYU"), Number("150505")],
    ];
    let statement = read(&book(&[sheet(&rows)], &[])).unwrap();
    let lines: Vec<(u64, i64)> = statement
        .lines
        .iter()
        .map(|line| (line.number, line.amount.get()))
        .collect();
    assert_eq!(lines, [(2, 150_962), (5, 150_505)]);
    assert_eq!((statement.debits, statement.errors.len()), (1, 0));
}

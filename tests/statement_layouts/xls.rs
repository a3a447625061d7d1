//! Workbooks of the years before XLSX: two that a spreadsheet library wrote, with invented values, and others written
//! here record by record, many of which say what cannot be.

use sambatan::domain::statement::{Columns, Statement, StatementError};

const STATEMENT: &[u8] = include_bytes!("xls/statement.xls");
const LONG: &[u8] = include_bytes!("xls/long.xls");

const END: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;

fn read(bytes: &[u8]) -> Result<Statement, StatementError> {
    Statement::read(bytes, &Columns::default())
}

#[track_caller]
fn is_refused(bytes: &[u8], why: &str) {
    match read(bytes) {
        Err(StatementError::Workbook(reason)) => assert!(reason.contains(why), "{reason}"),
        other => panic!("{other:?}"),
    }
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let len = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &len.to_le_bytes(), data].concat()
}

/// A text as it stands in the list of those that are shared.
fn text(text: &str) -> Vec<u8> {
    let len = u16::try_from(text.len()).unwrap();
    [&len.to_le_bytes()[..], &[0], text.as_bytes()].concat()
}

fn begin(kind: u16) -> Vec<u8> {
    let mut data = [0x00, 0x06, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    data[2..4].copy_from_slice(&kind.to_le_bytes());
    record(0x0809, &data)
}

fn at(row: u16, column: u16, rest: &[u8]) -> Vec<u8> {
    [&row.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0], rest].concat()
}

fn label(row: u16, column: u16, number: u32) -> Vec<u8> {
    record(0x00fd, &at(row, column, &number.to_le_bytes()))
}

fn number(row: u16, column: u16, number: f64) -> Vec<u8> {
    record(0x0203, &at(row, column, &number.to_le_bytes()))
}

const TEXTS: [&str; 5] = ["Tanggal", "Keterangan", "Jumlah", "29/11/2026", "ARUM"];

/// The list of shared texts, that says it has so many.
fn shared(count: u32, texts: &[&str]) -> Vec<u8> {
    let mut data = [count.to_le_bytes(), count.to_le_bytes()].concat();
    texts.iter().for_each(|one| data.extend(text(one)));
    record(0x00fc, &data)
}

/// The stream of a workbook of one sheet.
fn stream(globals: &[Vec<u8>], cells: &[Vec<u8>]) -> Vec<u8> {
    let name = [&[0, 0][..], &[1, 0, b'A']].concat();
    let mut before = begin(5);
    globals.iter().for_each(|record| before.extend(record));
    let end = record(0x000a, &[]);
    let sheet_record = 4 + 4 + name.len();
    let start = u32::try_from(before.len() + sheet_record + end.len()).unwrap();
    before.extend(record(0x0085, &[&start.to_le_bytes()[..], &name].concat()));
    before.extend(&end);
    before.extend(begin(16));
    cells.iter().for_each(|record| before.extend(record));
    before.extend(end);
    before
}

/// A line of a statement, and the names of its columns.
fn usual() -> Vec<Vec<u8>> {
    let mut cells: Vec<_> = (0..3)
        .map(|column| label(0, column, column.into()))
        .collect();
    cells.extend([label(1, 0, 3), label(1, 1, 4), number(1, 2, 150_962.0)]);
    cells
}

fn sector(numbers: &[u32]) -> Vec<u8> {
    let mut sector: Vec<u8> = numbers.iter().flat_map(|one| one.to_le_bytes()).collect();
    while sector.len() < 512 {
        sector.extend(FREE.to_le_bytes());
    }
    sector
}

fn entry(name: &str, kind: u8, start: u32, len: usize) -> Vec<u8> {
    let mut entry = vec![0; 128];
    for (place, unit) in entry.chunks_exact_mut(2).zip(name.encode_utf16()) {
        place.copy_from_slice(&unit.to_le_bytes());
    }
    entry[64] = u8::try_from(2 * name.len() + 2).unwrap();
    entry[66] = kind;
    entry[116..120].copy_from_slice(&start.to_le_bytes());
    let len = u32::try_from(len).unwrap();
    entry[120..124].copy_from_slice(&len.to_le_bytes());
    entry
}

/// A container with a stream that is short enough for small sectors: sectors of the table of chains, of the
/// directory, of the table of small chains, and then the small sectors.
fn container(name: &str, stream: &[u8]) -> Vec<u8> {
    assert!(stream.len() < 4096);
    let mut header = vec![0; 512];
    header[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    for (at, number) in [(24, 0x3e_u16), (26, 3), (28, 0xfffe), (30, 9), (32, 6)] {
        header[at..at + 2].copy_from_slice(&number.to_le_bytes());
    }
    for (at, number) in [
        (44, 1),
        (48, 1),
        (56, 4096),
        (60, 2),
        (64, 1),
        (68, END),
        (76, 0),
    ] {
        header[at..at + 4].copy_from_slice(&u32::to_le_bytes(number));
    }
    header[80..].fill(0xff);
    let sectors = u32::try_from(stream.len().div_ceil(512)).unwrap();
    let small = u32::try_from(stream.len().div_ceil(64)).unwrap();
    let follows =
        |start: u32, len: u32| (1..=len).map(move |one| if one == len { END } else { start + one });
    let mut chains = vec![0xffff_fffd, END, END];
    chains.extend(follows(3, sectors));
    let entries = [
        entry("Root Entry", 5, 3, stream.len().div_ceil(64) * 64),
        entry(name, 2, 0, stream.len()),
        vec![0; 256],
    ];
    let small_chains: Vec<u32> = follows(0, small).collect();
    let parts = [
        header,
        sector(&chains),
        entries.concat(),
        sector(&small_chains),
    ];
    let mut file = parts.concat();
    file.extend(stream);
    file.resize(file.len().next_multiple_of(512), 0);
    file
}

fn book(globals: &[Vec<u8>], cells: &[Vec<u8>]) -> Vec<u8> {
    container("Workbook", &stream(globals, cells))
}

#[test]
fn a_workbook_that_a_library_wrote_is_read_as_a_table_is() {
    let statement = read(STATEMENT).unwrap();
    let lines: Vec<_> = statement.lines.iter().collect();
    let [line] = lines.as_slice() else {
        panic!("{statement:?}");
    };
    assert_eq!((line.number, line.amount.get()), (5, 150_962));
    assert_eq!(line.date.to_string(), "2026-11-29");
    assert_eq!(line.description, "TRF \"A\" SB-M8JABGP4QD");
    let outgoing = &statement.outgoing[0];
    assert_eq!((outgoing.number, outgoing.amount.get()), (6, 150_826));
    assert_eq!(outgoing.date.to_string(), "2026-11-29");
    assert_eq!(outgoing.description, "TOKO KACA – ÉCLAIR");
    // Rupiah are whole.
    let told: Vec<_> = statement.errors.iter().map(|error| error.number).collect();
    assert_eq!(told, [7], "{statement:?}");
}

#[test]
fn texts_that_go_on_in_the_next_record_are_read_whole() {
    let statement = read(LONG).unwrap();
    assert_eq!(statement.lines.len() + statement.outgoing.len(), 220);
    assert_eq!(statement.error_count, 0);
    let both = statement.lines.iter().chain(&statement.outgoing);
    for line in both {
        let index = usize::try_from(line.number - 2).unwrap();
        let foreign = if index % 7 == 3 { "Ω日本" } else { "" };
        let tail = "x".repeat(index % 45 + 20);
        assert_eq!(
            line.description,
            format!("PAIMIN {index:03} {foreign}{tail}")
        );
        assert_eq!(line.amount.get(), 100_000 + i64::try_from(index).unwrap());
        let is_in = statement.lines.iter().any(|one| one.number == line.number);
        assert_eq!(is_in, index % 3 > 0, "{}", line.number);
    }
}

#[test]
fn every_kind_of_cell_is_read_in_whatever_order_they_stand() {
    let words = shared(5, &TEXTS);
    let found = |cells: &[Vec<u8>]| {
        let statement = read(&book(std::slice::from_ref(&words), cells)).unwrap();
        let lines = statement.lines.iter();
        let told = lines.map(|line| (line.description.clone(), line.amount.get()));
        told.collect::<Vec<_>>()
    };
    let mut cells = usual();
    assert_eq!(found(&cells), [("ARUM".to_owned(), 150_962)]);
    cells.reverse();
    assert_eq!(found(&cells), [("ARUM".to_owned(), 150_962)]);

    let mut cells = usual();
    cells.truncate(4);
    // A text of its own, and numbers in 30 bits: whole, and in hundredths.
    cells.push(record(0x0204, &at(1, 1, &text("BUNGA"))));
    cells.push(record(
        0x027e,
        &at(1, 2, &((150_962_u32 << 2) | 2).to_le_bytes()),
    ));
    cells.push(label(2, 0, 3));
    // The text of a formula comes after it, and what is between them is none.
    let formula = at(2, 1, &[0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0]);
    cells.extend([record(0x0006, &formula), record(0x04bc, &[0; 8])]);
    cells.push(record(0x0207, &text("KACA")));
    let mut several = 2_u16.to_le_bytes().to_vec();
    several.extend([2, 0, 0, 0]);
    several.extend(((15_000_100_u32 << 2) | 3).to_le_bytes());
    several.extend([2, 0]);
    cells.push(record(0x00bd, &several));
    // A chart within the sheet has numbers that are none of its.
    cells.extend([begin(32), number(9, 2, 1.0), record(0x000a, &[])]);
    let expected = [("BUNGA".to_owned(), 150_962), ("KACA".to_owned(), 150_001)];
    assert_eq!(found(&cells), expected);
}

#[test]
fn what_a_workbook_says_it_has_is_not_believed() {
    let words = shared(5, &TEXTS);
    // Four thousand million cells, of which there are six.
    let mut claims = u32::MAX.to_le_bytes().repeat(2);
    claims.splice(0..4, [0; 4]);
    claims.extend([0, 0, 0xff, 0xff, 0, 0]);
    let mut cells = vec![record(0x0200, &claims)];
    cells.extend(usual());
    let statement = read(&book(std::slice::from_ref(&words), &cells)).unwrap();
    assert_eq!(statement.lines.len(), 1);
    // As many texts, of which there are five.
    is_refused(&book(&[shared(u32::MAX, &TEXTS)], &usual()), "cut off");
    // A text of 65,535 characters in a record of one.
    let mut cells = usual();
    cells.push(record(0x0204, &at(2, 1, &[0xff, 0xff, 0, b'A'])));
    is_refused(&book(std::slice::from_ref(&words), &cells), "broken");
    // A text that nobody wrote, and a cell at the far corner.
    for (cell, why) in [
        (label(2, 1, 5), "broken"),
        (label(9, u16::MAX, 4), "too large"),
    ] {
        let mut cells = usual();
        cells.push(cell);
        is_refused(&book(std::slice::from_ref(&words), &cells), why);
    }
    // Two values in one cell.
    let mut cells = usual();
    cells.push(number(1, 2, 1.0));
    is_refused(&book(std::slice::from_ref(&words), &cells), "no order");
    // One text that is shared until it is more than memory.
    let long = "A".repeat(8_000);
    let many: Vec<_> = (0..20_000).map(|row| label(row, 0, 0)).collect();
    let stream = stream(&[shared(1, &[&long])], &many);
    is_refused(&with_stream(&stream), "too large");
}

/// The container of the longer file, with another stream in it.
fn with_stream(stream: &[u8]) -> Vec<u8> {
    let sectors = stream.len().div_ceil(512);
    let tables = (sectors + 2).div_ceil(127) + 1;
    let mut file = container("Workbook", &[]);
    file.truncate(512);
    let number = |index: usize| u32::try_from(index).unwrap();
    for index in 0..109 {
        let named = if index < tables { number(index) } else { FREE };
        file[76 + 4 * index..80 + 4 * index].copy_from_slice(&named.to_le_bytes());
    }
    let directory = number(tables);
    file[48..52].copy_from_slice(&directory.to_le_bytes());
    file[60..64].copy_from_slice(&END.to_le_bytes());
    let mut chains = vec![0xffff_fffd; tables];
    chains.push(END);
    for index in 1..=sectors {
        chains.push(if index == sectors {
            END
        } else {
            number(tables + 1 + index)
        });
    }
    chains.resize(tables * 128, FREE);
    file.extend(chains.iter().flat_map(|one| one.to_le_bytes()));
    file.extend(entry("Root Entry", 5, END, 0));
    file.extend(entry("Workbook", 2, directory + 1, stream.len()));
    file.extend([0; 256]);
    file.extend(stream);
    file.resize(file.len().next_multiple_of(512), 0);
    file
}

#[test]
fn chains_that_lead_nowhere_or_round_and_round_are_refused() {
    let good = book(&[shared(5, &TEXTS)], &usual());
    assert!(read(&good).is_ok());
    let with = |place: usize, number: u32| {
        let mut file = good.clone();
        file[place..place + 4].copy_from_slice(&number.to_le_bytes());
        file
    };
    for (place, number) in [
        // The directory, the small sectors and their chains, each after itself or beyond the end.
        (512 + 4, 1),
        (512 + 4, 77),
        (512 + 8, 2),
        (1536, 0),
        (1536, 500),
        // Where they begin.
        (48, 999),
        (60, 999),
        (76, 4_000_000),
        (1024 + 116, 0xffff_0000),
        (1024 + 128 + 116, 999),
        // How long the stream is.
        (1024 + 128 + 120, u32::MAX),
        (1024 + 128 + 120, 4_095),
    ] {
        assert!(read(&with(place, number)).is_err(), "{place}: {number}");
    }
    // A table of tables that is its own next one.
    let mut round = with(1536 + 508, 2);
    round[68..72].copy_from_slice(&2_u32.to_le_bytes());
    is_refused(&round, "broken");
    // What is behind the last record only fills a sector up.
    let last = 4 * 512 + stream(&[shared(5, &TEXTS)], &usual()).len();
    for end in (1..last).step_by(37).chain([last - 1]) {
        assert!(read(&good[..end]).is_err(), "{end} of {last}");
    }
}

#[test]
fn no_byte_of_a_workbook_ends_the_program() {
    let good = book(&[shared(5, &TEXTS)], &usual());
    for file in [good.as_slice(), STATEMENT] {
        let mut file = file.to_vec();
        for index in 0..file.len() {
            let was = file[index];
            let others = [0, 1, 0x7f, 0xff, was ^ 4, was ^ 0x80];
            for byte in [others[index % 6], others[(index + 3) % 6]] {
                file[index] = byte;
                if let Ok(statement) = read(&file) {
                    assert!(statement.lines.len() < 20);
                }
            }
            file[index] = was;
        }
    }
}

#[test]
fn what_is_locked_or_older_or_a_page_is_refused_by_name() {
    let locked = [record(0x002f, &[1, 0, 1, 0]), shared(5, &TEXTS)];
    is_refused(&book(&locked, &usual()), "password");
    let usual = stream(&[shared(5, &TEXTS)], &usual());
    is_refused(&container("EncryptedPackage", &usual), "password");
    is_refused(&container("Book", &usual), "Excel 95");
    let mut older = usual.clone();
    older[5] = 5;
    is_refused(&container("Workbook", &older), "Excel 95");
    is_refused(
        &[0x09, 0x00, 4, 0, 7, 0, 0x10, 0, 0x0a, 0, 0, 0],
        "Excel 95",
    );
    is_refused(&container("Contents", &usual), "broken");
    for page in [
        "<html><body><table><tr><td>Tanggal</td></tr></table></body></html>",
        "\u{feff}\r\n <!DOCTYPE HTML PUBLIC><HTML>",
        "<meta charset=utf-8>\n<TABLE border=1><tr><td>Tanggal</td></tr></TABLE>",
        "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
        "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<html>",
    ] {
        assert_eq!(
            read(page.as_bytes()),
            Err(StatementError::WebPage),
            "{page}"
        );
    }
    // What only has the name of a workbook is read as the text that it is.
    let text = "Tanggal\tKeterangan\tJumlah\n29/11/2026\t<table> ARUM\t150.962\n";
    assert_eq!(read(text.as_bytes()).unwrap().lines.len(), 1);
}

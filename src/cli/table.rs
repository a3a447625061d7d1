//! Shows a [`Table`] to a person, aligned, or to a program, as JSON.

use sambatan::inspect::{Cell, Table};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::cli::output::visible;

/// The widest a column gets, in characters; an id has 36.
const WIDEST: usize = 72;

/// A table as text, its columns aligned: numbers to the right, all else to the left.
pub(super) struct Aligned {
    /// The lines, without a line break at the end.
    pub(super) text: String,
    /// Whether some text was too wide and is cut.
    pub(super) was_cut: bool,
}

/// Aligns a table.
pub(super) fn align(table: &Table) -> Aligned {
    let mut was_cut = false;
    let mut cut = |text: &str| {
        let (shown, shortened) = shorten(text);
        was_cut |= shortened;
        shown
    };
    let head: Vec<String> = table.columns.iter().map(|name| cut(name)).collect();
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| cut(&cell_text(cell))).collect())
        .collect();
    let widths: Vec<usize> = (0..head.len())
        .map(|column| {
            let cells = rows.iter().map(|row| width(&row[column]));
            cells.chain([width(&head[column])]).max().unwrap_or(0)
        })
        .collect();
    let to_the_right: Vec<bool> = (0..head.len())
        .map(|column| {
            let mut cells = table.rows.iter().map(|row| &row[column]);
            let is_number = |cell: &Cell| matches!(cell, Cell::Integer(_) | Cell::Real(_));
            cells.clone().any(is_number) && cells.all(|cell| is_number(cell) || *cell == Cell::Null)
        })
        .collect();
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let lines: Vec<String> = [&head, &rule]
        .into_iter()
        .chain(&rows)
        .map(|cells| line(cells, &widths, &to_the_right))
        .collect();
    Aligned {
        text: lines.join("\n"),
        was_cut,
    }
}

fn line(cells: &[String], widths: &[usize], to_the_right: &[bool]) -> String {
    let mut line = String::new();
    for ((cell, wide), right) in cells.iter().zip(widths).zip(to_the_right) {
        let padding = " ".repeat(wide - width(cell));
        if !line.is_empty() {
            line.push_str("  ");
        }
        if *right {
            line.push_str(&padding);
            line.push_str(cell);
        } else {
            line.push_str(cell);
            line.push_str(&padding);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn shorten(text: &str) -> (String, bool) {
    let shown = visible(text);
    if width(&shown) <= WIDEST {
        return (shown.into_owned(), false);
    }
    let mut short: String = shown.chars().take(WIDEST - 1).collect();
    short.push('…');
    (short, true)
}

fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => format!("{number:?}"),
        Cell::Text(text) => text.clone(),
        Cell::Blob(bytes) => format!("x'{}'", hex(bytes)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The rows as JSON objects, their fields in the order of the columns; bytes as hexadecimal text. A
/// column's name that comes again gets a number: `id`, `id_2`.
pub(super) struct JsonRows<'a>(pub(super) &'a Table);

impl Serialize for JsonRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = distinct(&self.0.columns);
        serializer.collect_seq(self.0.rows.iter().map(|cells| JsonRow {
            names: &names,
            cells,
        }))
    }
}

struct JsonRow<'a> {
    names: &'a [String],
    cells: &'a [Cell],
}

impl Serialize for JsonRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.names.iter().zip(self.cells.iter().map(json_cell)))
    }
}

fn json_cell(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => Value::from(*number),
        Cell::Real(number) => Value::from(*number),
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Blob(bytes) => Value::from(hex(bytes)),
    }
}

fn distinct(columns: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(columns.len());
    for column in columns {
        let mut name = column.clone();
        let mut number = 1;
        while names.contains(&name) {
            number += 1;
            name = format!("{column}_{number}");
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table {
            columns: vec!["title".to_owned(), "slots".to_owned(), "title".to_owned()],
            rows: vec![
                vec![
                    Cell::Text("Rimba Embun".to_owned()),
                    Cell::Integer(7),
                    Cell::Null,
                ],
                vec![
                    Cell::Text("Senja".to_owned()),
                    Cell::Integer(120),
                    Cell::Blob(vec![0, 255]),
                ],
            ],
            has_more: false,
        }
    }

    #[test]
    fn columns_are_aligned_numbers_to_the_right() {
        let aligned = align(&table());
        assert_eq!(
            aligned.text,
            "title        slots  title\n\
             -----------  -----  -------\n\
             Rimba Embun      7  NULL\n\
             Senja          120  x'00ff'"
        );
        assert!(!aligned.was_cut);
    }

    #[test]
    fn wide_text_is_cut_and_that_is_said() {
        let mut table = table();
        table.rows[0][0] = Cell::Text("é".repeat(100));
        let aligned = align(&table);
        assert!(aligned.was_cut);
        assert!(aligned.text.lines().all(|line| width(line) < 100));
    }

    #[test]
    fn a_column_that_comes_twice_is_not_lost_in_json() {
        let json = serde_json::to_string(&JsonRows(&table())).unwrap();
        assert_eq!(
            json,
            r#"[{"title":"Rimba Embun","slots":7,"title_2":null},{"title":"Senja","slots":120,"title_2":"00ff"}]"#
        );
    }
}

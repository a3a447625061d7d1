//! All printing of the command line, and what keeps stored text from playing tricks on a terminal.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};

use serde::Serialize;

use crate::cli::Failure;

/// Prints a text and a line break to stdout, at once.
///
/// # Errors
/// [`Failure::OutputClosed`] when nobody reads any more (`sambatan sql … | head`).
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    ended(writeln!(stdout, "{text}").and_then(|()| stdout.flush()))
}

/// Writes bytes to stdout as they are, at once.
///
/// # Errors
/// As [`print`].
pub(super) fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    ended(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

fn ended(written: io::Result<()>) -> Result<(), Failure> {
    written.map_err(|error| failed(&error))
}

/// Why stdout could not be written.
pub(super) fn failed(error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::BrokenPipe => Failure::OutputClosed,
        _ => Failure::Failed(format!("the output cannot be written: {error}")),
    }
}

/// Tells on stderr what is not the output itself.
pub(super) fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "{message}");
}

/// Says on stderr what went wrong.
pub(super) fn complain(message: &str) {
    // Nothing is left to do when stderr cannot be written either.
    let _ = writeln!(io::stderr(), "sambatan: {message}");
}

/// The text with everything escaped that a terminal would act on or that would not be seen: control
/// characters, and the marks that reorder or hide what stands beside them.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_unsafe(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// A value as JSON, over several lines, with the characters of [`visible`] escaped as JSON does it.
pub(super) fn to_json<T: Serialize>(value: &T) -> String {
    let json = serde_json::to_string_pretty(value).expect("structs with text keys are JSON");
    visible_json(&json).into_owned()
}

/// As [`to_json`], on one line.
pub(super) fn to_json_line<T: Serialize>(value: &T) -> String {
    let json = serde_json::to_string(value).expect("structs with text keys are JSON");
    visible_json(&json).into_owned()
}

/// Such characters can only stand inside the strings.
fn visible_json(json: &str) -> Cow<'_, str> {
    if !json.contains(is_unsafe_in_json) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 8);
    let mut units = [0; 2];
    for character in json.chars() {
        if is_unsafe_in_json(character) {
            for unit in character.encode_utf16(&mut units) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

fn is_unsafe_in_json(character: char) -> bool {
    // The line breaks are those between lines.
    character != '\n' && is_unsafe(character)
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_move_the_cursor_or_turn_the_line_round() {
        for (text, shown) in [
            ("Kopi Gayo — Rp 150.000 ✓", "Kopi Gayo — Rp 150.000 ✓"),
            ("a\x1b[2Jb", "a\\u{1b}[2Jb"),
            ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
            ("a\u{9b}31mb", "a\\u{9b}31mb"),
            ("a\u{202e}b", "a\\u{202e}b"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn json_stays_json() {
        let text = "a\u{9b}b\u{202e}c\u{e0041}d\ne";
        let shown = to_json(&[text]);
        assert!(
            shown.lines().all(|line| !line.contains(is_unsafe)),
            "{shown}"
        );
        let read: Vec<String> = serde_json::from_str(&shown).unwrap();
        assert_eq!(read, [text]);
    }
}

//! The text of a file, whatever encoding a bank or a spreadsheet wrote it in.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// So many bytes tell whether a file without a mark is UTF-16.
const SAMPLE: usize = 4096;

/// The text of a file: UTF-8, UTF-16 of both orders, else Windows-1252, with `\n` at the end of each line.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0,
        None => match utf16(bytes) {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
            None => utf8_or_windows(bytes),
        },
    };
    if text.contains('\n') || !text.contains('\r') {
        return text;
    }
    Cow::Owned(text.replace('\r', "\n"))
}

/// UTF-16 shows in its zeros: nearly each other byte of a table of digits and letters is one.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = |start: usize| {
        let bytes = sample.iter().skip(start).step_by(2);
        bytes.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let most = sample.len() / 4;
    if odd > most && even < odd / 4 {
        Some(UTF_16LE)
    } else if even > most && odd < even / 4 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// A file that is cut off in the middle of a character is still UTF-8; one that has more wrong bytes than
/// right characters never was.
fn utf8_or_windows(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let (mut wrong, mut right) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        wrong += chunk.invalid().len();
        right += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
    }
    if right > wrong {
        String::from_utf8_lossy(bytes)
    } else {
        WINDOWS_1252.decode_without_bom_handling(bytes).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "Tanggal;Réka\n29/11/2026;Rp\u{a0}150.962\n";

    fn utf16_bytes(text: &str, bytes_of: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes_of).collect()
    }

    #[test]
    fn the_encodings_of_banks_come_out_the_same() {
        let windows = WINDOWS_1252.encode(TABLE).0.into_owned();
        let with_mark = |text: &str| format!("\u{feff}{text}");
        for bytes in [
            TABLE.as_bytes().to_vec(),
            with_mark(TABLE).into_bytes(),
            utf16_bytes(TABLE, u16::to_le_bytes),
            utf16_bytes(&with_mark(TABLE), u16::to_le_bytes),
            utf16_bytes(TABLE, u16::to_be_bytes),
            utf16_bytes(&with_mark(TABLE), u16::to_be_bytes),
            windows,
        ] {
            assert_eq!(decode(&bytes), TABLE);
        }
    }

    #[test]
    fn lines_end_with_carriage_returns_alone_on_old_machines() {
        assert_eq!(decode(b"a;b\r1;2\r"), "a;b\n1;2\n");
        assert_eq!(decode(b"a;b\r\n1;2\r\n"), "a;b\r\n1;2\r\n");
    }

    #[test]
    fn a_file_that_is_cut_off_stays_what_it_was() {
        let cut = "réka né\u{a0}x".as_bytes();
        let cut = &cut[..cut.len() - 2];
        assert!(decode(cut).starts_with("réka né"));
        assert_eq!(decode(b""), "");
        assert_eq!(decode(b"\xff"), "ÿ");
    }
}

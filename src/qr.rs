//! A text as a QR code, drawn as a picture.
//!
//! Owns how a code looks, never what it says.

use qrcode::{Color, EcLevel, QrCode};

/// The modules of quiet around a code that the standard asks for (ISO/IEC 18004, 9.1).
const QUIET: usize = 4;

/// A text as an SVG picture: black modules on white. A medium share of it may be damaged and it is still read.
/// Nothing when the text is longer than any code holds.
#[must_use]
pub fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (row, colors) in code.to_colors().chunks(width).enumerate() {
        let y = row + QUIET;
        let mut x = QUIET;
        // One rectangle for neighbours of a colour: less than half as much to send.
        for run in colors.chunk_by(|one, other| one == other) {
            let length = run.len();
            if run.first() == Some(&Color::Dark) {
                path.push_str(&format!("M{x} {y}h{length}v1h-{length}z"));
            }
            x += length;
        }
    }
    let side = width + 2 * QUIET;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

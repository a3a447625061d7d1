//! What is wrong with a QRIS payload, in sentences.

use crate::domain::qris::{MAX_AMOUNT, MAX_PAYLOAD, QrisError};
use crate::words::Language;

/// The sentence, in the reader's language.
pub(super) fn sentence(error: QrisError, language: Language) -> String {
    if language == Language::English {
        return format!("This is no QRIS code that can be paid to: {error}.");
    }
    let why = match error {
        QrisError::TooLong => {
            format!("isi QRIS paling banyak {MAX_PAYLOAD} karakter, dan yang ini lebih")
        }
        QrisError::ControlCharacter => {
            "ada baris baru atau karakter kendali di dalamnya; salin isinya sekaligus".to_owned()
        }
        QrisError::NotAField { at } => format!(
            "pada karakter ke-{at} seharusnya ada dua angka penanda dan dua angka panjang; salin seluruh isinya, yang diawali 000201"
        ),
        QrisError::EmptyField { tag } => format!("bagian {tag:02} kosong"),
        QrisError::CutShort { tag } => {
            format!("isinya terputus di bagian {tag:02}; ada yang tidak tersalin")
        }
        QrisError::Repeated { tag } => format!("bagian {tag:02} ada dua kali"),
        QrisError::OtherVersion => "isi QRIS diawali 000201, dan yang ini tidak".to_owned(),
        QrisError::NoChecksum => {
            "tidak diakhiri angka pemeriksa (bagian 63); ada yang tidak tersalin, atau ada yang menyusul di belakangnya".to_owned()
        }
        QrisError::WrongChecksum { expected } => format!(
            "angka pemeriksanya seharusnya {expected:04X}; ada karakter yang berubah atau hilang"
        ),
        QrisError::InitiationUnknown => {
            "bagian 01 bukan 11 (statis) dan bukan 12 (dinamis)".to_owned()
        }
        QrisError::NotRupiah => "mata uangnya (bagian 53) bukan 360, rupiah".to_owned(),
        QrisError::NotIndonesian => "negaranya (bagian 58) bukan ID, Indonesia".to_owned(),
        QrisError::NoMerchant => "nama merchant-nya (bagian 59) tidak ada".to_owned(),
        QrisError::NoAccount => "rekening merchant-nya (bagian 26 sampai 51) tidak ada".to_owned(),
        QrisError::NotStatic => {
            "ini kode untuk satu pembayaran; pakai kode statis yang dipajang di kasir".to_owned()
        }
        QrisError::AmountOutOfRange => format!("jumlahnya harus 1 sampai {MAX_AMOUNT} rupiah utuh"),
    };
    format!("Kode QRIS ini tidak dapat dipakai: {why}.")
}

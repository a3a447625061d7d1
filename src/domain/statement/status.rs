//! The words by which banks and payment services say how far a payment is.
//!
//! A phrase is understood only when each of its words is: `not carried out` and `belum berhasil` are not
//! settled, and what else stands beside a known word may take its meaning away.

use crate::domain::statement::line::Unsettled;
use crate::domain::statement::words::{List, words};

/// How far a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Settled,
    Not(Unsettled),
}

const SETTLED: List = List(
    "berhasil sukses success successful successfully succeeded succeed settlement settled settle \
     completed complete selesai paid lunas terbayar dibayar captured capture approved disetujui \
     posted booked gebucht verbucht abgeschlossen erfolgreich ausgefuhrt ausgeführt ausgefuehrt done \
     cleared berjaya executed finished ok accepted accept tuntas diterima received credited terbuku \
     dibukukan terposting processed bezahlt",
);
const PENDING: List = List(
    "pending pend tertunda ditunda menunggu waiting awaiting diproses proses processing process \
     progress hold held ditahan tertahan outstanding open offen unpaid review queued antri antrian \
     antrean initiated created authorized authorised authorize otorisasi challenge ongoing inprogress \
     submitted belum ausstehend bearbeitung delayed tunda",
);
const FAILED: List = List(
    "gagal failed fail failure error ditolak tolak rejected reject declined decline denied deny \
     refused abgelehnt fehlgeschlagen unsuccessful bounced invalid timeout unsucceeded kegagalan",
);
const EXPIRED: List = List(
    "kedaluwarsa kadaluwarsa kadaluarsa kedaluarsa expired expire expiry abgelaufen lapsed hangus \
     luput",
);
const REFUNDED: List = List(
    "refund refunded refunds dikembalikan pengembalian reversed reversal reverted revert dibalik \
     chargeback chargebacked erstattet rückerstattet rueckerstattet ruckerstattet storno returned \
     retur diretur retour",
);
const CANCELLED: List = List(
    "batal dibatalkan pembatalan cancel cancelled canceled cancellation void voided abgebrochen \
     storniert annulliert aborted abandoned",
);
const ANNOUNCED: List = List(
    "vorgemerkt vormerkung announced scheduled terjadwal dijadwalkan geplant upcoming planned \
     angekündigt angekuendigt angekundigt terminiert",
);
const NEGATIONS: List = List("not tidak tak nicht bukan non un never no");
/// Words that change nothing.
const FILLERS: List = List(
    "transaksi transaction trx payment pembayaran transfer umsatz status qris order pesanan dana has \
     been is was telah sudah di yet wurde ist and dan oleh by system sistem noch dalam in on under \
     partial partially sebagian fully automatically otomatis pembeli penjual back charged to ke out",
);
/// Beside these words nothing but what is not settled is understood.
const DOUBTS: List = List("partial partially sebagian under back charged in");

/// How far a payment is, by the words of a cell; none when not all of them are understood.
pub(super) fn status(cell: &str) -> Option<Status> {
    let words = words(&cell.to_lowercase());
    let joined = words.join(" ");
    match joined.as_str() {
        "not carried out" | "timed out" | "time out" => {
            return Some(Status::Not(Unsettled::Failed));
        }
        "carried out" => return Some(Status::Settled),
        "akan datang" => return Some(Status::Not(Unsettled::Announced)),
        _ => {}
    }
    let (mut is_settled, mut is_negated, mut is_doubted) = (false, false, false);
    let mut not = None;
    for word in &words {
        let word = word.as_str();
        if SETTLED.has(word) {
            is_settled = true;
        } else if let Some(kind) = unsettled(word) {
            // Of two words the one that says more: pending is said of everything.
            if not.is_none_or(|before| before == Unsettled::Pending) {
                not = Some(kind);
            }
        } else if NEGATIONS.has(word) {
            is_negated = true;
        } else if FILLERS.has(word) {
            is_doubted |= DOUBTS.has(word);
        } else {
            return None;
        }
    }
    match (not, is_settled) {
        // Not failed is not settled either.
        (Some(_), _) if is_negated => None,
        (Some(kind), _) => Some(Status::Not(kind)),
        (None, true) if is_negated => Some(Status::Not(Unsettled::Failed)),
        (None, true) if is_doubted => None,
        (None, true) => Some(Status::Settled),
        (None, false) => None,
    }
}

/// What a word says of a payment that is not settled.
pub(super) fn unsettled(word: &str) -> Option<Unsettled> {
    let kinds = [
        (PENDING, Unsettled::Pending),
        (FAILED, Unsettled::Failed),
        (EXPIRED, Unsettled::Expired),
        (REFUNDED, Unsettled::Refunded),
        (CANCELLED, Unsettled::Cancelled),
        (ANNOUNCED, Unsettled::Announced),
    ];
    let known = kinds.iter().find(|(words, _)| words.has(word));
    known.map(|(_, kind)| *kind).or_else(|| {
        // `incomplete`, `unsettled`, `unposted`.
        ["un", "in", "non"]
            .iter()
            .filter_map(|start| word.strip_prefix(start))
            .any(|rest| SETTLED.has(rest))
            .then_some(Unsettled::Pending)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_settled_is_settled() {
        for text in [
            "Berhasil",
            "SUKSES",
            "settlement",
            "COMPLETED",
            "Transaksi berhasil",
            "Paid",
            "Lunas",
            "Umsatz gebucht",
            "Pembayaran Selesai",
            "success",
            "carried out",
            "Sudah dibayar",
        ] {
            assert_eq!(status(text), Some(Status::Settled), "{text}");
        }
        for (text, kind) in [
            ("Pending", Unsettled::Pending),
            ("Belum berhasil", Unsettled::Pending),
            ("Menunggu pembayaran", Unsettled::Pending),
            ("Settlement pending", Unsettled::Pending),
            ("incomplete", Unsettled::Pending),
            ("Unsettled", Unsettled::Pending),
            ("Dalam proses", Unsettled::Pending),
            ("Belum lunas", Unsettled::Pending),
            ("not yet paid", Unsettled::Failed),
            ("GAGAL", Unsettled::Failed),
            ("Tidak berhasil", Unsettled::Failed),
            ("not carried out", Unsettled::Failed),
            ("unsuccessful", Unsettled::Failed),
            ("Nicht ausgeführt", Unsettled::Failed),
            ("Ditolak", Unsettled::Failed),
            ("Kedaluwarsa", Unsettled::Expired),
            ("EXPIRED", Unsettled::Expired),
            ("Refund", Unsettled::Refunded),
            ("partial_refund", Unsettled::Refunded),
            ("REVERTED", Unsettled::Refunded),
            ("charged back refund", Unsettled::Refunded),
            ("Dibatalkan", Unsettled::Cancelled),
            ("Umsatz vorgemerkt", Unsettled::Announced),
        ] {
            assert_eq!(status(text), Some(Status::Not(kind)), "{text}");
        }
        for text in [
            "",
            "foo",
            "partially paid",
            "Berhasil?? lihat nota",
            "tidak gagal",
            "Dibayar sebagian",
            "Almost completed",
            "Transfer masuk",
        ] {
            assert_eq!(status(text), None, "{text}");
        }
    }
}

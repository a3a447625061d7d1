//! What the name of a column says about the column.
//!
//! A name only proposes: the cells decide.

use crate::domain::statement::amount::is_currency;
use crate::domain::statement::line::Unsettled;
use crate::domain::statement::status::unsettled;
use crate::domain::statement::words::{List, Side, side, words};

/// The name of a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Name {
    /// In small letters, blanks joined.
    pub(super) text: String,
    /// Its words, in small letters.
    pub(super) words: Vec<String>,
}

const DATES: List = List(
    "tanggal tgl date dates datum tarikh waktu time buchungstag buchungsdatum wertstellung valuta \
     valutadatum valdate postdate timestamp datetime dt hari day transdate trxdate txndate trandate \
     buchung at created dibuat",
);
/// A date that is not the one of the transfer, when there are several.
const LATER_DATES: List = List(
    "value valuta valdate efektif effective settlement completed updated diperbarui wertstellung \
     valutadatum expired expiry kedaluwarsa jatuh due statement cetak print",
);
const AMOUNTS: List = List(
    "jumlah nominal amount amt nilai mutasi betrag umsatz amaun total sum summe value gross bruto \
     brutto kotor harga price grossamount rupiah rp idr besaran besar",
);
const BALANCES: List = List("saldo balance baki kontostand bal balances saldos endsaldo");
const TEXTS: List = List(
    "keterangan deskripsi description uraian berita remark remarks details detail narrative narration \
     narasi rincian catatan notes note memo verwendungszweck buchungstext particulars perihal desc \
     desk butiran purpose zweck message pesan info information perkara perincian",
);
const CURRENCIES: List =
    List("currency ccy curr cur valas waehrung währung wahrung kurs mata currencycode");
const ACCOUNTS: List = List(
    "account accountno acct acc rekening norek norekening rek konto auftragskonto akaun iban \
     kontonummer",
);
const OTHERS_ACCOUNT: List = List(
    "tujuan asal lawan pengirim penerima sender beneficiary counter counterparty destination source \
     sumber recipient payer payee to from owner name nama type jenis tipe currency balance contra \
     gegenkonto pelanggan customer debit credit kredit debet",
);
const REFERENCES: List = List(
    "ref reference referensi refnum referenz journal jurnal trace rrn stan bukti cheque chq invoice \
     receipt resi kode teller order ref1 ref2 ref3 uetr docnum doc seq sequence urut",
);
/// No amount of a transfer has one of these in its name.
const NO_AMOUNTS: List = List(
    "limit card cards kartu no nomor number num account rekening rek konto count fee fees biaya admin \
     adm charge charges mdr komisi commission gebühr gebuehr rate kurs tax pajak ppn vat mwst \
     discount diskon potongan rabatt cashback point points poin code kode date tanggal tgl datum \
     currency ccy mata name nama bank bunga interest refund refunded pengembalian tip tips ongkir \
     shipping voucher promo id ref reference tukar percent persen qty kuantitas quantity time waktu \
     acc acct insentif subsidi original foreign asing terminal cicilan points score hari",
);
const TYPES: List = List(
    "tipe type types jenis kind art umsatzart category kategori kategorie vorgang typ activity \
     aktivitas event operation aktion jns layanan service product produk transaksi transaction trx \
     code kode",
);
const DIRECTIONS: List = List(
    "arah arus flag sign glsign direction indicator indikator richtung tanda posisi arahan haluan \
     crdr drcr dbcr dk dc mutasi flow",
);
const STATUSES: List = List("status state statut zustand keadaan result hasil");
const PLACES_AND_PEOPLE: List = List(
    "nama name pengirim pelanggan customer sender payer pembayar dari from cabang branch kota city \
     bank teller kantor office sumber source tujuan outlet toko store merchant pembeli buyer \
     beguenstigter begünstigter auftraggeber zahlungspflichtiger empfänger empfaenger lokasi location \
     filiale penyetor anggota member",
);
const MERCHANTS: List = List(
    "mdr terminal issuer penerbit rrn acquirer gross net bruto netto settlement pelanggan customer \
     pembeli buyer nmid tid mid kasir cashier",
);
/// Who was paid: by the owner of the account, as far as it is known.
const PAID: List = List(
    "ke to tujuan penerima beneficiary recipient payee destination empfänger empfaenger begünstigter \
     beguenstigter merchant toko store",
);
const PAYERS: List = List(
    "dari from asal sender pengirim payer pembayar penyetor pelanggan customer pembeli buyer sumber \
     source auftraggeber zahlungspflichtiger",
);

impl Name {
    pub(super) fn of(cell: &str) -> Self {
        let blanks: Vec<&str> = cell.split_whitespace().collect();
        Self {
            text: blanks.join(" ").to_lowercase(),
            words: words(cell),
        }
    }

    fn has(&self, known: &List) -> bool {
        self.words.iter().any(|word| known.has(word))
    }

    /// Of which side it speaks.
    pub(super) fn side(&self) -> Side {
        side(&self.words)
    }

    pub(super) fn is_date(&self) -> bool {
        let is_posted_at =
            self.words.last().is_some_and(|word| word == "at") && self.words.len() > 1;
        let dates = self.words.iter().filter(|word| *word != "at");
        is_posted_at || dates.into_iter().any(|word| DATES.has(word))
    }

    /// How surely it names the day of the transfer; less is surer.
    pub(super) fn date_rank(&self) -> usize {
        const BEST: [&str; 9] = [
            "tanggal transaksi",
            "transaction date",
            "tanggal",
            "tgl",
            "date",
            "posting date",
            "post date",
            "postdate",
            "valdate",
        ];
        let known = BEST.iter().position(|best| *best == self.text);
        let is_later = self.has(&LATER_DATES);
        let is_time = self.has(&List("time waktu")) && self.words.len() <= 2;
        known.unwrap_or(BEST.len() + usize::from(is_later) * 2 + usize::from(is_time))
    }

    pub(super) fn is_time(&self) -> bool {
        self.has(&List("time waktu jam uhrzeit masa"))
    }

    pub(super) fn is_balance(&self) -> bool {
        self.has(&BALANCES)
    }

    /// Whether it may be the amount of a transfer, or of one of its sides.
    pub(super) fn may_be_money(&self) -> bool {
        !self.is_balance() && !self.has(&NO_AMOUNTS)
    }

    /// How surely it names the amount of a transfer, of neither side or of both; none when it does not.
    pub(super) fn amount_rank(&self) -> Option<usize> {
        if !self.may_be_money() || !self.has(&AMOUNTS) && self.side() != Side::Both {
            return None;
        }
        let fillers = [
            "idr",
            "rp",
            "rupiah",
            "transaksi",
            "transaction",
            "trx",
            "in",
            "dalam",
            "txn",
            "of",
        ];
        let says: Vec<&str> = self
            .words
            .iter()
            .map(String::as_str)
            .filter(|word| !fillers.contains(word))
            .collect();
        let is_net = self.has(&List("net nett netto bersih settlement settled after"));
        let rank = match says.as_slice() {
            [] => 1,
            ["jumlah" | "nominal" | "amount" | "amt" | "betrag" | "mutasi" | "umsatz"] => 0,
            ["nilai" | "amaun"] => 0,
            _ if is_net => 5,
            _ if self.has(&List("gross bruto brutto kotor grossamount")) => 0,
            _ if self.has(&List("jumlah nominal amount amt betrag mutasi umsatz")) => 2,
            _ => 4,
        };
        Some(rank)
    }

    /// Another currency that it names.
    pub(super) fn foreign_currency(&self) -> Option<&str> {
        let mut words = self.words.iter().map(String::as_str);
        let known = words.find(|word| is_currency(word) && (word.len() == 3 || *word == "rm"));
        known.or_else(|| {
            ["$", "€", "£", "¥"]
                .into_iter()
                .find(|sign| self.text.contains(sign))
        })
    }

    /// Whether it is what a merchant received: what is left of what people paid.
    pub(super) fn is_received(&self) -> bool {
        self.has(&List("diterima received terima receive"))
    }

    /// What a column of yes and no says by a yes: that a payment was given back, called off or not made.
    pub(super) fn flag(&self) -> Option<Unsettled> {
        let is_flag = |kind: &Unsettled| {
            matches!(
                kind,
                Unsettled::Refunded | Unsettled::Cancelled | Unsettled::Failed
            )
        };
        if self.words.len() > 3 || self.is_status() || self.has(&REFERENCES) {
            return None;
        }
        let mut words = self.words.iter();
        words.find_map(|word| unsettled(word).filter(is_flag))
    }

    /// Whether it names who was paid, and not who paid.
    pub(super) fn is_of_who_was_paid(&self) -> bool {
        self.has(&PAID) && !self.has(&PAYERS)
    }

    /// Whether it is called a direction and nothing else, whatever stands in it.
    pub(super) fn is_surely_direction(&self) -> bool {
        const SURE: List = List(
            "arah arus flag sign glsign direction indicator indikator richtung crdr drcr dbcr dk dc \
             flow",
        );
        self.side() == Side::Both || self.has(&SURE)
    }

    /// Whether it says when a payment was settled, or that it was.
    pub(super) fn is_of_settlement(&self) -> bool {
        self.has(&List(
            "settlement settled lunas pelunasan paid dibayar posted dibukukan pencairan",
        ))
    }

    /// Whether it says how many things were bought.
    pub(super) fn is_quantity(&self) -> bool {
        self.has(&List(
            "qty kuantitas quantity pcs slot slots item items banyak banyaknya unit units barang",
        ))
    }

    pub(super) fn is_refund(&self) -> bool {
        self.has(&List("refund refunded pengembalian")) && !self.has(&STATUSES)
    }

    /// How surely it names the description; none when it does not: those that are called so, that begin so, and
    /// that have a word for it.
    pub(super) fn text_rank(&self) -> Option<usize> {
        const BEST: List = List(
            "keterangan deskripsi description uraian berita remark details narrative transaksi \
             transaction",
        );
        const RANKS: usize = 10;
        let exact = BEST.iter().position(|best| best == self.text);
        let begins = || {
            let begun = BEST.iter().position(|best| self.text.starts_with(best));
            let is_else = self.has(&REFERENCES) || self.has(&NO_AMOUNTS);
            let is_text = self.has(&TEXTS) || !is_else && !self.has(&List("type time"));
            begun.filter(|_| is_text).map(|at| RANKS + at)
        };
        let known = || {
            let is_called = |text: &str| self.words.iter().any(|word| word == text);
            let known = TEXTS.iter().position(is_called);
            known
                .filter(|_| !self.has(&STATUSES))
                .map(|at| 2 * RANKS + at)
        };
        exact.or_else(begins).or_else(known)
    }

    pub(super) fn is_currency(&self) -> bool {
        self.has(&CURRENCIES) && !self.has(&List("rate tukar beli jual saldo nilai"))
    }

    pub(super) fn is_account(&self) -> bool {
        self.has(&ACCOUNTS) && !self.has(&OTHERS_ACCOUNT)
    }

    pub(super) fn is_reference(&self) -> bool {
        let is_id = self.has(&List("id")) && self.words.len() > 1;
        (self.has(&REFERENCES) || is_id) && !self.has(&List("customer pelanggan merchant"))
    }

    pub(super) fn is_type(&self) -> bool {
        self.has(&TYPES)
    }

    /// Whether it surely names a column of directions.
    pub(super) fn is_direction(&self) -> bool {
        self.side() == Side::Both || self.has(&DIRECTIONS)
    }

    /// Whether its letters are those of debit and kredit.
    pub(super) fn speaks_of_debit(&self) -> bool {
        self.has(&List("d db dr dk dc dbcr drcr crdr debit debet"))
    }

    pub(super) fn is_status(&self) -> bool {
        self.has(&STATUSES)
    }

    /// Whether it names people, places or texts, whose words may repeat.
    pub(super) fn is_free_text(&self) -> bool {
        self.has(&PLACES_AND_PEOPLE) || self.text_rank().is_some()
    }

    /// Whether it stands in the reports of payment services only.
    pub(super) fn is_of_a_merchant(&self) -> bool {
        self.has(&MERCHANTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_a_card_or_a_fee_is_no_amount() {
        for name in [
            "Credit Limit",
            "Credit Card No",
            "Saldo Kredit",
            "Biaya Admin",
            "MDR Amount",
            "Fee",
            "Account Debit",
            "Value Date",
            "Refund Amount",
            "Jumlah Potongan",
            "Discount Amount",
        ] {
            assert!(!Name::of(name).may_be_money(), "{name}");
        }
        for name in [
            "Nominal (Rp)",
            "Amount",
            "MUTASI_KREDIT",
            "Gross Amount",
            "Total Bayar",
        ] {
            assert!(Name::of(name).may_be_money(), "{name}");
        }
    }

    #[test]
    fn what_people_paid_is_surer_than_what_is_left_of_it() {
        let rank = |name| Name::of(name).amount_rank();
        assert!(rank("Gross Amount") < rank("Net Amount"));
        assert!(rank("Nominal (Rp)") < rank("Nominal Bersih"));
        assert!(rank("Amount") < rank("Total"));
        assert_eq!(rank("Keterangan"), None);
        assert!(rank("Debit/Credit").is_some());
    }
}

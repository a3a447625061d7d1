use super::*;

fn assert_all(texts: &str, expected: Direction) {
    for text in texts.split(';') {
        let expected = Some(DirectionWord::Clear(expected));
        assert_eq!(direction(text), expected, "{text}");
    }
}

#[test]
fn words_for_a_direction_are_understood_in_whatever_form() {
    let incoming = "CR;cr.;(CR);[Kredit];Credit;KREDIT;Masuk;Uang Masuk;IN;Pemasukan;Incoming Transfer;\
        Transfer masuk;Haben;+;Setoran Tunai;TOPUP;Top Up;Gutschrift;Money In;dana_masuk";
    assert_all(&incoming.replace(";        ", ";"), Direction::In);
    let outgoing = "DB;DR.;(db);Debet;debit;KELUAR;OUT;Pengeluaran;Transfer keluar;Soll;-;Withdrawal;\
        Penarikan Tunai;Direct Debit;Money out";
    assert_all(&outgoing.replace(";        ", ";"), Direction::Out);
    assert_eq!(direction("K."), Some(DirectionWord::Letter(b'k')));
    let nothing = [
        "",
        "X",
        "Credit Card",
        "Debit/Kredit",
        "non kredit",
        "Transfer",
        "QRIS Payment",
    ];
    for text in nothing {
        assert_eq!(direction(text), None, "{text}");
    }
    for text in ["In Process", "Kartu Debit", "12", "Credit Limit"] {
        assert_eq!(direction(text), None, "{text}");
    }
}

#[test]
fn names_of_columns_speak_of_a_side_whatever_stands_before_the_word() {
    let outgoing = "MUTASI_DEBET;Jumlah Keluar;Amount Out;DebitAmount;Debit Amount (IDR);Withdrawal Amt.;\
        Soll;Sollbetrag;Paid Out;Money Out;Penarikan;debitamount;Dana Keluar (Rp)";
    for name in outgoing.split(';').map(str::trim) {
        assert_eq!(side(&words(name)), Side::One(Direction::Out), "{name}");
    }
    let incoming = "MUTASI_KREDIT;Jumlah Masuk;Amount In;CreditAmount;Deposit Amt.;Haben;Paid In;\
        Money In (IDR);Setoran;Penerimaan";
    for name in incoming.split(';').map(str::trim) {
        assert_eq!(side(&words(name)), Side::One(Direction::In), "{name}");
    }
    for name in [
        "Debit/Kredit",
        "CrDr",
        "D/K",
        "Jenis Mutasi (D/K)",
        "DK",
        "Dr / Cr",
    ] {
        assert_eq!(side(&words(name)), Side::Both, "{name}");
    }
    for name in [
        "Amount in IDR",
        "Betrag in EUR",
        "Jumlah",
        "Info",
        "Kode",
        "Checkin",
    ] {
        assert_eq!(side(&words(name)), Side::Neither, "{name}");
    }
}

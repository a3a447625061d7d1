//! Columns of directions and pairs of columns, under every name and in every place that banks give them.

use sambatan::domain::statement::{Columns, Statement};

#[test]
fn every_name_and_place_of_a_column_of_directions_is_one() {
    const NAMES: &str = "DR/CR;Dr / Cr;DB / CR;CR/DR;Debit/Credit Indicator;D/C Flag;Kredit/Debit;\
        Debet/Credit;DC;Sign;Arah;Arus;Jenis Mutasi (D/K);Flag;D/K Mutasi;Mutasi D/K;\
        Type of Transaction;Kode D/K;GLSIGN;CrDr;Status DB/CR;Tipe Mutasi;Kode Transaksi;Indikator;;\
        Catatan 2;x;Transaksi";
    for name in NAMES.split(';').map(str::trim) {
        for (income, expense) in [
            ("C", "D"),
            ("K", "D"),
            ("CR", "DB"),
            ("Kredit", "Debit"),
            ("masuk", "keluar"),
        ] {
            for place in 0..4 {
                let row = |date: &str, text: &str, amount: &str, word: &str| {
                    let mut cells = vec![date, text, amount];
                    cells.insert(place, word);
                    cells.join(";")
                };
                let text = [
                    row("Tanggal", "Keterangan", "Jumlah", name),
                    row("29/11/2026", "ARUM 1", "150.962", income),
                    row("29/11/2026", "KACA 2", "150.826", expense),
                ]
                .join("\n");
                let statement = Statement::read(text.as_bytes(), &Columns::default());
                let statement = statement.unwrap_or_else(|error| panic!("{error}: {text}"));
                let numbers: Vec<u64> = statement.lines.iter().map(|line| line.number).collect();
                assert_eq!((numbers, statement.outgoing.len()), (vec![2], 1), "{text}");
            }
        }
    }
}

#[test]
fn every_pair_of_names_for_the_two_sides_is_told_apart() {
    let amounts = [
        "", "Jumlah ", "Nominal ", "Nilai ", "Amount ", "Mutasi ", "MUTASI_", "Total ",
    ];
    for amount in amounts {
        for expense in [
            "Debit",
            "Debet",
            "Keluar",
            "Out",
            "DEBET",
            "Pengeluaran",
            "Penarikan",
        ] {
            for income in [
                "Kredit",
                "Credit",
                "Masuk",
                "In",
                "KREDIT",
                "Pemasukan",
                "Setoran",
            ] {
                for is_expense_first in [true, false] {
                    let row = |expense: &str, income: &str| {
                        if is_expense_first {
                            format!("{expense};{income}")
                        } else {
                            format!("{income};{expense}")
                        }
                    };
                    let names = row(&format!("{amount}{expense}"), &format!("{amount}{income}"));
                    let text = format!(
                        "Tanggal;Keterangan;{names}\n29/11/2026;ARUM;{}\n29/11/2026;KACA;{}\n",
                        row("0,00", "150.962,00"),
                        row("150.826,00", "0,00"),
                    );
                    let statement = Statement::read(text.as_bytes(), &Columns::default());
                    let statement = statement.unwrap_or_else(|error| panic!("{error}: {text}"));
                    let numbers: Vec<u64> =
                        statement.lines.iter().map(|line| line.number).collect();
                    assert_eq!((numbers, statement.outgoing.len()), (vec![2], 1), "{text}");
                }
            }
        }
    }
}

//! What must be refused: layouts in which something looks like income and is not known to be.

use sambatan::domain::statement::{
    Basis, Columns, LineProblem, Statement, StatementError, Unsettled,
};

fn read(text: &str) -> Result<Statement, StatementError> {
    Statement::read(text.as_bytes(), &Columns::default())
}

/// The numbers of the lines that count, and the lines that are refused.
fn told(text: &str) -> (Vec<u64>, Vec<(u64, LineProblem)>) {
    let statement = read(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let lines = statement.lines.iter().map(|line| line.number).collect();
    let errors = statement
        .errors
        .iter()
        .map(|error| (error.number, error.problem));
    (lines, errors.collect())
}

#[test]
fn where_nothing_tells_the_direction_the_file_is_refused_with_its_columns() {
    for text in [
        // A balance that says nothing.
        "Tanggal;Keterangan;Jumlah;Saldo\n29/11/2026;A;150.962;9.000.000\n",
        "Tanggal;Keterangan;Jumlah;Saldo\n29/11/2026;A;1.000;5.000\n30/11/2026;B;2.000;9.999\n",
        // A column of a few repeated words that nobody understands.
        "Tanggal;Keterangan;Jumlah;Zeichen\n29/11/2026;A;1.000;Xa\n30/11/2026;B;2.000;Xb\n30/11/2026;C;3.000;Xa\n",
        // K may be kredit or keluar.
        "Tanggal;Keterangan;Jumlah;Kelas\n29/11/2026;A;1.000;K\n30/11/2026;B;2.000;K\n",
        "Tanggal;Keterangan;Jumlah;Arah\n29/11/2026;A;1.000;K\n",
        "Tanggal;Keterangan;Jumlah;X\n29/11/2026;A;1.000;Zu\n",
        "Tanggal;Keterangan;Jumlah;X\n29/11/2026;A;1.000;-\n",
        "Tanggal;Keterangan;Jumlah;Arah;Status\n29/11/2026;A;1.000;K;Berhasil\n",
        // Flags and codes in digits, and a date of settlement that not every payment has.
        "date;name;amount;paid\n2026-11-29;A;1000;1\n2026-11-29;B;2000;0\n",
        "date;name;amount;paid\n2026-11-29;A;1000;0\n",
        "Tanggal;Keterangan;Jumlah;Kode\n29/11/2026;A;1.000;1\n29/11/2026;B;2.000;2\n29/11/2026;C;3.000;1\n",
        "Tanggal;Pelanggan;Nominal;Tanggal Settlement\n29/11/2026;A;1.000;30/11/2026\n29/11/2026;B;2.000;\n",
        // A wallet: a transfer may have gone either way.
        "Date;Description;Amount;Jenis\n29/11/2026;A;1.000;Transfer\n30/11/2026;B;2.000;Transfer\n",
    ] {
        match read(text) {
            Err(StatementError::NoDirection { seen }) => assert!(seen.len() >= 4, "{text}"),
            other => panic!("{text}{other:?}"),
        }
    }
}

#[test]
fn a_column_that_may_tell_a_direction_is_not_passed_over() {
    let two = |name: &str, one: &str, other: &str| {
        format!(
            "Tanggal;Keterangan;Jumlah;{name}\n29/11/2026;A;1.000;{one}\n29/11/2026;B;2.000;{other}\n"
        )
    };
    let status = |name: &str| {
        format!(
            "Tanggal;{name};Jumlah;Status\n29/11/2026;Kaca;1.000;Berhasil\n30/11/2026;Rak;2.000;Berhasil\n"
        )
    };
    let title = |title: &str| {
        format!("{title}\nTanggal;Keterangan;Jumlah;Status\n29/11/2026;A;1.000;Berhasil\n")
    };
    for text in [
        // Yes and no, and numbers, of which nobody knows what they say.
        two("Masuk?", "Ya", "Tidak"),
        two("Debit?", "N", "Y"),
        two("IsDebit", "FALSE", "TRUE"),
        two("Kredit", "Ya", "Tidak"),
        two("Sign", "1", "-1"),
        two("Flag", "1", "0"),
        two("Arah", "0", "1"),
        // Who was paid is named: the owner of the account paid, or perhaps did.
        two("Penerima", "Kaca", "Rak"),
        two("Rekening Tujuan", "77120", "77121"),
        two("Beneficiary Name", "Kaca", "Rak"),
        two("Paid To", "Kaca", "Rak"),
        two("Merchant", "Kaca", "Rak"),
        status("Penerima"),
        status("Tujuan"),
        status("Merchant"),
        "Tanggal;Dari;Ke;Jumlah\n29/11/2026;Arum;Saya;1.000\n29/11/2026;Saya;Kaca;2.000\n".to_owned(),
        "Tanggal;Tipe Transaksi;Merchant;Jumlah;Status\n29/11/2026;Pembayaran;Kaca;1.000;Berhasil\n"
            .to_owned(),
        // The lines above say that it is of what went out or back.
        title("LAPORAN PENGELUARAN KAS"),
        title("Daftar Transfer Keluar"),
        title("Outgoing transfers;;;"),
        title("Payout report"),
        title("Laporan Pengembalian Dana"),
        title("LAPORAN PENGELUARAN").replace(";Status", "").replace(";Berhasil", ""),
    ] {
        match read(&text) {
            Err(StatementError::NoDirection { seen }) => assert!(seen.len() >= 3, "{text}"),
            other => panic!("{text}{other:?}"),
        }
    }
    // The report of a payment service names the merchant, and who paid; a card is no title; a receipt no side.
    for text in [
        "Tanggal;Nama Merchant;Nama Pelanggan;Nominal;MDR;Status\n29/11/2026;Toko Saya;Arum;1.000;7;Berhasil\n",
        "Tanggal;Nama Merchant;TID;RRN;Nominal;Status\n29/11/2026;Toko Saya;1;2;1.000;Berhasil\n",
        "Kartu Debit : 4111\nTanggal;Keterangan;Jumlah\n29/11/2026;A;1.000\n",
        "Tanggal;Keterangan;Jumlah;No Tanda Terima\n29/11/2026;A;1.000;TT001\n",
    ] {
        assert_eq!(told(text).0.len(), 1, "{text}");
    }
}

#[test]
fn a_flag_says_line_by_line_what_was_given_back_or_called_off() {
    let of = |name: &str, cells: [&str; 4]| {
        let lines = cells.map(|cell| format!("29/11/2026;A;1.000;K;{cell}\n"));
        let text = format!("Tanggal;Keterangan;Jumlah;D/K;{name}\n{}", lines.concat());
        let statement = read(&text).unwrap();
        let lines: Vec<u64> = statement.lines.iter().map(|line| line.number).collect();
        let errors = statement.errors.iter();
        let errors: Vec<_> = errors.map(|error| (error.number, error.problem)).collect();
        (lines, statement.unsettled, errors)
    };
    for (name, kind) in [
        ("Void", Unsettled::Cancelled),
        ("Is Refunded", Unsettled::Refunded),
        ("Reversed?", Unsettled::Refunded),
        ("Dibatalkan", Unsettled::Cancelled),
    ] {
        for (no, yes) in [
            ("No", "Yes"),
            ("false", "TRUE"),
            ("0", "1"),
            ("Tidak", "Ya"),
        ] {
            let (lines, unsettled, errors) = of(name, [no, yes, "", "30/11/2026"]);
            assert_eq!(lines, [2, 4], "{name} {no}");
            assert_eq!(unsettled.of(kind), 1, "{name} {yes}");
            assert_eq!((errors.len(), errors[0].0), (1, 5), "{name}");
        }
    }
    let (lines, _, errors) = of("Failure Reason", ["", "insufficient", "-", ""]);
    assert_eq!((lines.len(), errors.len()), (3, 1));
}

#[test]
fn a_list_with_quantities_is_still_one_of_what_came_in() {
    let text = "Tanggal;Keterangan;Jumlah;Qty\n29/11/2026;A;1.000;1\n29/11/2026;B;2.000;2\n29/11/2026;C;3.000;1\n";
    let statement = read(text).unwrap();
    assert_eq!(statement.reading.basis, Basis::BareList);
    assert_eq!((statement.lines.len(), statement.errors.len()), (3, 0));
}

#[test]
fn a_line_of_a_list_whose_text_speaks_of_what_was_taken_is_refused() {
    for text in [
        "Tarik tunai ATM",
        "BIAYA ADM",
        "Biaya administrasi",
        "PAJAK BUNGA",
        "Biaya Adm – Oktober",
        "Withdraw",
    ] {
        let text = format!(
            "Tanggal;Keterangan;Jumlah\n29/11/2026;Biaya patungan ARUM;1.000\n29/11/2026;{text};2.000\n"
        );
        let refused = vec![(3, LineProblem::Direction)];
        assert_eq!(told(&text), (vec![2], refused), "{text}");
    }
}

#[test]
fn a_minus_under_a_code_of_transactions_is_no_empty_cell() {
    for name in ["Kode Transaksi", "Tipe", "Jenis Transaksi"] {
        let text = format!("Keterangan;{name};Jumlah;Tanggal\nARUM;-;1.000;20/11/2026\n");
        let refused = read(&text).unwrap_err();
        assert!(
            matches!(refused, StatementError::NoDirection { .. }),
            "{name}: {refused:?}"
        );
    }
}

#[test]
fn the_flags_settle_what_nothing_tells() {
    let text = "Tanggal;Keterangan;Jumlah;Saldo\n29/11/2026;A;150.962;9.000.000\n";
    let all = Columns {
        all_incoming: true,
        ..Columns::default()
    };
    let statement = Statement::read(text.as_bytes(), &all).unwrap();
    assert_eq!(
        (statement.lines.len(), statement.reading.basis),
        (1, Basis::AllIncoming)
    );

    let text = "Tanggal;Keterangan;Jumlah;Zeichen\n29/11/2026;A;1.000;K\n30/11/2026;B;2.000;??\n";
    let by_word = Columns {
        direction: Some("zeichen".to_owned()),
        ..Columns::default()
    };
    let statement = Statement::read(text.as_bytes(), &by_word).unwrap();
    assert_eq!(statement.lines.len(), 1);
    assert_eq!(statement.errors[0].problem, LineProblem::Direction);

    let text = "Tanggal;Keterangan;Wert A;Wert B\n29/11/2026;A;1.000;\n30/11/2026;B;;2.000\n";
    let sides = Columns {
        credit: Some("Wert B".to_owned()),
        debit: Some("Wert A".to_owned()),
        ..Columns::default()
    };
    let statement = Statement::read(text.as_bytes(), &sides).unwrap();
    assert_eq!((statement.lines.len(), statement.outgoing.len()), (1, 1));
    assert_eq!(statement.lines[0].number, 3);

    let text =
        "Tanggal;Keterangan;Jumlah;Langkah\n29/11/2026;A;1.000;Lunas\n30/11/2026;B;2.000;Apa\n";
    let status = Columns {
        status: Some("Langkah".to_owned()),
        ..Columns::default()
    };
    let statement = Statement::read(text.as_bytes(), &status).unwrap();
    assert_eq!(statement.lines.len(), 1);
    assert_eq!(statement.errors[0].problem, LineProblem::Status);
    // What says that it went out did, whatever is said of all.
    let text = "Tanggal;Keterangan;Jumlah\n29/11/2026;A;1.000\n30/11/2026;B;-2.000\n";
    let statement = Statement::read(text.as_bytes(), &all).unwrap();
    assert_eq!((statement.lines.len(), statement.outgoing.len()), (1, 1));
}

#[test]
fn a_word_that_is_not_known_refuses_its_line() {
    let text = "Tanggal;Keterangan;Jumlah;DB/CR\n29/11/2026;A;1.000;CR\n29/11/2026;B;1.000;QX\n29/11/2026;C;1.000;\n";
    let expected = vec![(3, LineProblem::Direction), (4, LineProblem::Direction)];
    assert_eq!(told(text), (vec![2], expected));
    let text = "Tanggal;Keterangan;Jumlah;Status\n29/11/2026;A;1.000;Berhasil\n29/11/2026;B;1.000;Entah\n29/11/2026;C;1.000;\n";
    let expected = vec![(3, LineProblem::Status), (4, LineProblem::Status)];
    assert_eq!(told(text), (vec![2], expected));
    // A kind of lines beside other words: only the words for a direction tell one.
    let text = "Date;Description;Amount;Type\n29/11/2026;A;1.000;CREDIT\n29/11/2026;B;1.000;DEBIT\n29/11/2026;C;1.000;INTEREST\n";
    assert_eq!(told(text), (vec![2], vec![(4, LineProblem::Direction)]));
}

#[test]
fn what_contradicts_itself_is_refused() {
    let text = "Tanggal;Keterangan;Jumlah;DB/CR\n29/11/2026;A;-1.000;CR\n29/11/2026;B;2.000;CR\n";
    assert_eq!(told(text), (vec![3], vec![(2, LineProblem::Contradiction)]));
    let text = "Tanggal;Keterangan;Debit;Kredit\n29/11/2026;A;1.000;1.000\n29/11/2026;B;;2.000\n";
    assert_eq!(told(text), (vec![3], vec![(2, LineProblem::Contradiction)]));
    // Signs on some lines and words on others are two ways of telling.
    let text = "Tanggal;Keterangan;Jumlah\n29/11/2026;A;+1.000\n29/11/2026;B;2.000 CR\n29/11/2026;C;3.000 DB\n";
    let (lines, errors) = told(text);
    assert!(lines.is_empty());
    assert_eq!(errors.len(), 2);
}

#[test]
fn the_balance_decides_and_contradicts() {
    let text = "Tanggal;Keterangan;Jumlah;Saldo\n28/11/2026;A;1.000;11.000\n29/11/2026;B;2.000;13.000\n30/11/2026;C;3.000;10.000\n";
    assert_eq!(told(text), (vec![3], vec![(2, LineProblem::Direction)]));
    // With what it was before, the first line is told too; and the newest may be first.
    let text = "Tanggal;Keterangan;Jumlah;Saldo\n30/11/2026;C;3.000;10.000\n29/11/2026;B;2.000;13.000\n28/11/2026;A;1.000;11.000\n;Saldo Awal;;10.000\n";
    assert_eq!(told(text), (vec![3, 4], vec![]));
    // One line says the contrary of what the balance does.
    let text = "Tanggal;Keterangan;Jumlah;Saldo\n28/11/2026;A;1.000 CR;11.000\n29/11/2026;B;2.000 CR;13.000\n30/11/2026;C;3.000 CR;10.000\n30/11/2026;D;500 CR;10.500\n";
    assert_eq!(told(text), (vec![2, 3, 5], vec![(4, LineProblem::Balance)]));
    // Most do: the columns are turned round.
    let text = "Tanggal;Keterangan;Kredit;Debit;Saldo\n28/11/2026;A;;1.000;11.000\n29/11/2026;B;;2.000;13.000\n30/11/2026;C;3.000;;10.000\n";
    assert_eq!(read(text), Err(StatementError::AgainstBalance { line: 3 }));
    // A filtered export says nothing by its gaps.
    let text = "Tanggal;Keterangan;Jumlah;Saldo\n28/11/2026;A;1.000 CR;11.000\n29/11/2026;B;2.000 CR;73.000\n";
    assert_eq!(told(text), (vec![2, 3], vec![]));
}

#[test]
fn traps_in_names_are_no_amounts() {
    // A limit, a card and a balance by side beside the amount.
    let text = "Tanggal;Keterangan;Credit Card No;Credit Limit;Saldo Kredit;Jumlah;D/K\n29/11/2026;A;4111;9.000;8.000;1.000;K\n29/11/2026;B;4111;9.000;8.000;2.000;D\n";
    let statement = read(text).unwrap();
    assert_eq!(statement.lines.len(), 1);
    assert_eq!(statement.lines[0].amount.get(), 1_000);
    // What people paid, and not what is left of it.
    let text = "Tanggal;Nama Pelanggan;Gross Amount;MDR;Net Amount;Status\n29/11/2026;Arum;150.962;1.057;149.905;SUCCESS\n";
    let statement = read(text).unwrap();
    assert_eq!(statement.lines[0].amount.get(), 150_962);
    assert_eq!(statement.reading.basis, Basis::MerchantReport);
    // Two that may be it.
    let text = "Tanggal;Keterangan;Jumlah;Nominal\n29/11/2026;A;1.000;2.000\n";
    assert!(matches!(read(text), Err(StatementError::Ambiguous(names)) if names.len() == 2));
    // A column of money that went out is never one of money that came in.
    for name in [
        "Debet",
        "MUTASI_DEBET",
        "Jumlah Keluar",
        "Amount Out",
        "Penarikan",
        "Soll",
        "Withdrawal Amt.",
    ] {
        let text = format!("Tanggal;Keterangan;{name}\n29/11/2026;A;1.000\n");
        let statement = read(&text).unwrap();
        assert_eq!((statement.lines.len(), statement.debits), (0, 1), "{name}");
    }
}

#[test]
fn what_is_not_settled_is_counted_by_kind() {
    let text = "Tanggal;Keterangan;Jumlah;Status\n\
        29/11/2026;A;1.000;Berhasil\n29/11/2026;B;1.000;Belum berhasil\n29/11/2026;C;1.000;Tidak berhasil\n\
        29/11/2026;D;1.000;Unsuccessful\n29/11/2026;E;1.000;incomplete\n29/11/2026;F;1.000;not carried out\n\
        29/11/2026;G;1.000;Kedaluwarsa\n29/11/2026;H;1.000;Refund\n29/11/2026;I;1.000;Void\n29/11/2026;J;1.000;Terjadwal\n";
    let statement = read(text).unwrap();
    assert_eq!(statement.lines.len(), 1);
    let counts = Unsettled::ALL.map(|kind| statement.unsettled.of(kind));
    assert_eq!(counts, [2, 3, 1, 1, 1, 1]);
    // What was given back of a payment, in a column of its own.
    let text = "Tanggal;Keterangan;Jumlah;Refund Amount;Status\n29/11/2026;A;1.000;0;SUCCESS\n29/11/2026;B;1.000;500;SUCCESS\n";
    let statement = read(text).unwrap();
    assert_eq!(
        (
            statement.lines.len(),
            statement.unsettled.of(Unsettled::Refunded)
        ),
        (1, 1)
    );
    // A kind of lines in a report that is no payment.
    let text = "Tanggal;Tipe Transaksi;Nama Pelanggan;Jumlah;Status\n29/11/2026;Pembayaran;Arum;1.000;SUCCESS\n29/11/2026;Penarikan;;2.000;SUCCESS\n29/11/2026;Refund;Bayu;500;SUCCESS\n";
    let statement = read(text).unwrap();
    assert!(
        statement.lines.iter().all(|line| line.number == 2),
        "{statement:?}"
    );
}

#[test]
fn a_bare_list_that_speaks_of_money_that_went_out_is_not_understood_there() {
    let text = "Tanggal;Keterangan;Jumlah\n29/11/2026;TRSF E-BANKING CR ARUM;1.000\n29/11/2026;TRSF E-BANKING DB TOKO;2.000\n";
    assert_eq!(told(text), (vec![2], vec![(3, LineProblem::Direction)]));
    assert_eq!(read(text).unwrap().reading.basis, Basis::BareList);
    // A transfer to somebody begins so; what people write to whom they pay does not.
    for out in [
        "Transfer ke Toko Kaca",
        "TRF DANA KE KACA",
        "Bayar ke Kaca",
        "Kirim uang kepada Kaca",
        "Payment to Kaca",
        "Paid to Kaca",
        "Sent money to Kaca",
        "Pemindahan dana ke rekening lain",
    ] {
        let text = format!(
            "Tanggal;Keterangan;Jumlah\n29/11/2026;{out};1.000\n29/11/2026;bayar iuran ke bendahara;2.000\n"
        );
        let expected = (vec![3], vec![(2, LineProblem::Direction)]);
        assert_eq!(told(&text), expected, "{out}");
    }
}

#[test]
fn a_comma_that_is_not_quoted_refuses_its_line() {
    let text = "Tanggal,Keterangan,Jumlah,D/K\n29/11/2026,A,1000,K\n29/11/2026,B,150.962,00,K\n29/11/2026,C\n29/11/2026,D,5000,D,,\n";
    let expected = vec![(3, LineProblem::TooManyCells), (4, LineProblem::TooShort)];
    assert_eq!(told(text), (vec![2], expected));
}

#[test]
fn only_rupiah_pays_rupiah() {
    let text = "Tanggal;Keterangan;Jumlah;Mata Uang\n29/11/2026;A;1.000;IDR\n29/11/2026;B;1.000;USD\n29/11/2026;C;USD 5;IDR\n";
    let expected = vec![(3, LineProblem::Currency), (4, LineProblem::Currency)];
    assert_eq!(told(text), (vec![2], expected));
    for text in [
        "Mata Uang : USD\nTanggal;Keterangan;Jumlah\n29/11/2026;A;1.000\n",
        "Account No : 0199991111 / SGD\nDate;Description;Amount\n29/11/2026;A;1.000\n",
        "Date;Description;Amount (USD)\n29/11/2026;A;1.000\n",
        "Datum;Text;Betrag (€)\n29.11.2026;A;1000\n",
        "Date;Description;Debit ($);Credit ($)\n29/11/2026;A;;1000\n",
        "Tarikh;Butiran;Pengeluaran (RM);Deposit (RM);Baki\n29/11/2026;A;;1000;5000\n",
        "Date;Description;Debit (USD);Credit (USD)\n29/11/2026;A;;1000\n",
    ] {
        assert!(
            matches!(read(text), Err(StatementError::Currency(_))),
            "{text}"
        );
    }
}

#[test]
fn dates_that_can_be_read_in_two_ways_are_refused() {
    let of = |dates: &[&str]| {
        let lines: String = dates
            .iter()
            .map(|date| format!("{date};A {date};1.000\n"))
            .collect();
        read(&format!("Date;Description;Amount\n{lines}"))
    };
    let days = |statement: Statement| -> Vec<String> {
        statement
            .lines
            .iter()
            .map(|line| line.date.to_string())
            .collect()
    };
    // The month is first where it shows.
    let american = of(&["11/29/2026", "11/05/2026"]).unwrap();
    assert_eq!(days(american), ["2026-11-29", "2026-11-05"]);
    let here = of(&["29/11/2026", "05/11/2026"]).unwrap();
    assert_eq!(days(here), ["2026-11-29", "2026-11-05"]);
    // Both show, or the month seems to change with each line.
    for dates in [
        &["11/29/2026", "29/11/2026"][..],
        &["11/01/2026", "11/02/2026", "11/03/2026"][..],
        &["26/11/01", "26/11/02", "26/11/03"][..],
    ] {
        match of(dates) {
            Err(StatementError::NothingRead { errors }) => {
                assert!(
                    errors
                        .iter()
                        .all(|error| error.problem == LineProblem::AmbiguousDate)
                );
                assert!(errors[0].problem.to_string().contains("--date-format"));
            }
            other => panic!("{other:?}"),
        }
    }
    let text =
        "Date;Description;Amount\n11/01/2026;A;1.000\n11/02/2026;B;1.000\n11/03/2026;C;1.000\n";
    let month_first = Columns {
        date_format: sambatan::domain::statement::DateFormat::of_word("mdy"),
        ..Columns::default()
    };
    let statement = Statement::read(text.as_bytes(), &month_first).unwrap();
    assert_eq!(days(statement), ["2026-11-01", "2026-11-02", "2026-11-03"]);
    // Without a year, and without a period.
    let text = "Date;Description;Amount\n29/11;A;1.000\n";
    assert!(read(text).is_err());
}

#[test]
fn lines_alike_are_different_payments_where_something_tells_them_apart() {
    let twins = |header: &str, one: &str, two: &str| {
        let text = format!(
            "Tanggal;Keterangan;Jumlah;{header}\n29/11/2026;SETORAN;1.000 CR;{one}\n29/11/2026;SETORAN;1.000 CR;{two}\n"
        );
        let statement = read(&text).unwrap();
        statement.lines[0].fingerprint == statement.lines[1].fingerprint
    };
    assert!(!twins("Saldo", "5.000", "6.000"));
    assert!(!twins("Referensi", "FT1", "FT2"));
    assert!(!twins("Jam", "10:00", "10:01"));
    assert!(twins("Saldo", "5.000", "5.000"));
    // The number of a line in its file is none of the payment.
    assert!(twins("No", "1", "2"));
}

#[test]
fn the_same_line_is_the_same_in_an_export_of_another_period_and_differs_between_accounts() {
    let of = |preface: &str, lines: &str| {
        read(&format!(
            "{preface}Tanggal;Keterangan;Jumlah;Saldo\n{lines}"
        ))
        .unwrap()
        .lines
    };
    let november = of(
        "",
        "29/11/2026;SETORAN;1.000 CR;5.000\n29/11/2026;SETORAN;1.000 CR;6.000\n",
    );
    let longer = of(
        "",
        "30/11/2026;LAIN;7.000 CR;99.000\n29/11/2026;SETORAN;1.000 CR;92.000\n29/11/2026;SETORAN;1.000 CR;91.000\n",
    );
    let of_november = |index: usize| november[index].fingerprint;
    assert_eq!(
        [of_november(0), of_november(1)],
        [longer[1].fingerprint, longer[2].fingerprint]
    );
    // Of one account and of another; and known by what it was stored by without an account.
    let one = of(
        "No. Rekening : 7712009931\n",
        "29/11/2026;SETORAN;1.000 CR;5.000\n",
    );
    let other = of(
        "No. Rekening : 7712009932\n",
        "29/11/2026;SETORAN;1.000 CR;5.000\n",
    );
    assert_ne!(one[0].fingerprint, other[0].fingerprint);
    assert_eq!(one[0].earlier_fingerprint, Some(of_november(0)));
}

#[test]
fn a_file_of_which_nothing_was_read_is_an_error() {
    for text in [
        "Tanggal;Keterangan;Jumlah\n",
        "Tanggal;Keterangan;Jumlah\nkapan;A;1.000\n",
        "Tanggal;Keterangan;Jumlah\n29/11/2026;A;banyak\n",
    ] {
        assert!(
            matches!(read(text), Err(StatementError::NothingRead { .. })),
            "{text}"
        );
    }
}

#[test]
fn a_file_of_nothing_but_delimiters_is_refused_in_bounded_memory() {
    for byte in [b',', b';', b'\n', b'"', b'a', b'\t'] {
        let bytes = vec![byte; 8 * 1024 * 1024];
        assert!(Statement::read(&bytes, &Columns::default()).is_err());
    }
    let header = b"Tanggal,Keterangan,Jumlah\n29/11/2026,A,1000\n".to_vec();
    let bytes = [header, vec![b','; 8 * 1024 * 1024]].concat();
    let statement = Statement::read(&bytes, &Columns::default()).unwrap();
    assert_eq!((statement.lines.len(), statement.error_count), (1, 1));
    let wide = [b"Tanggal,Keterangan,Jumlah".to_vec(), vec![b','; 1024]].concat();
    assert!(Statement::read(&wide, &Columns::default()).is_err());
}

use super::*;

fn read(text: &str) -> Statement {
    Statement::read(text.as_bytes(), &Columns::default()).unwrap()
}

fn told(statement: &Statement) -> Vec<(u64, String, i64, &str)> {
    let lines = statement.lines.iter();
    lines
        .map(|line| {
            let date = line.date.to_string();
            (
                line.number,
                date,
                line.amount.get(),
                line.description.as_str(),
            )
        })
        .collect()
}

#[test]
fn columns_and_delimiters_are_found_by_their_names() {
    for text in [
        "Tanggal,Keterangan,Jumlah\n05/10/2025,TRSF BUDI,\"150,231.00\"\n",
        "Tanggal Transaksi;Keterangan;Cabang;Jumlah;Saldo\r\n05/10/2025;TRSF  BUDI;0000;150.231,00 CR;9\r\n",
        "\u{feff}Date\tDescription\tDebit\tCredit\n2025-10-05\tTRSF BUDI\t\t150231\n",
        "No,Tgl,Uraian,Nominal,D/K\n1,05 Okt 2025,TRSF BUDI,150.231,K\n",
        "Tanggal,Keterangan,Cabang,Jumlah,,Saldo\n'05/10/2025,TRSF BUDI,'0000,150231.00,CR,10600035.00\n",
        "AccountNo;PostDate;ValDate;TransactionCode;Remarks;AdditionalDesc;Debit Amount;Credit Amount;Close Balance\n1;05/10/2025;05/10/2025;9;TRSF BUDI;;;150.231,00;9\n",
        "Tanggal;Keterangan;Jumlah\n05/10/2025;TRSF BUDI;Rp\u{a0}150.231\n",
        "AMOUNT|DATE|REMARKS\nRp 150.231|5-10-2025|TRSF\u{20}BUDI",
        "Rekening;123\nPeriode;Oktober\n\nTanggal;Keterangan;Mutasi\n05/10/2025;\"TRSF\nBUDI\";150231\n",
    ] {
        let statement = read(text);
        assert_eq!(statement.error_count, 0, "{text}");
        let lines = told(&statement);
        assert_eq!(lines.len(), 1, "{text}");
        assert_eq!(lines[0].1, "2025-10-05", "{text}");
        assert_eq!((lines[0].2, lines[0].3), (150_231, "TRSF BUDI"), "{text}");
        // The same line, whatever file it stands in.
        let other = read("tanggal,keterangan,jumlah\n2025-10-05,TRSF BUDI,150231");
        assert_eq!(statement.lines[0].fingerprint, other.lines[0].fingerprint);
    }
}

#[test]
fn columns_may_be_named() {
    let text = "a,b,c,d\n05/10/2025,1,TRSF,150.231\n";
    let columns = Columns {
        date: Some("A".to_owned()),
        amount: Some("d".to_owned()),
        description: Some(" c ".to_owned()),
        delimiter: Some(b','),
        ..Columns::default()
    };
    let statement = Statement::read(text.as_bytes(), &columns).unwrap();
    assert_eq!(
        told(&statement),
        [(2, "2025-10-05".to_owned(), 150_231, "TRSF")]
    );
    let wrong = Columns {
        amount: Some("e".to_owned()),
        ..columns
    };
    assert_eq!(
        Statement::read(text.as_bytes(), &wrong),
        Err(StatementError::NoSuchColumn {
            name: "e".to_owned()
        })
    );
    assert_eq!(
        Statement::read(b"", &Columns::default()),
        Err(StatementError::NoColumn {
            column: Column::Date,
            seen: Vec::new()
        })
    );
}

#[test]
fn a_broken_line_is_told_by_its_number_and_the_rest_is_read() {
    let text = "Tanggal;Keterangan;Jumlah\n\
        05/10/2025;A;150.231\n\
        \n\
        99/10/2025;B;150.231\n\
        05/10/2025;C;banyak\n\
        05/10/2025;D\n\
        05/10/2025;\"E;150.231\n\
        05/10/2025;F 5\" x;150.232\n\
        05/10/2025;G;150.000 DB\n\
        05/10/2025;\"H \"\"h\"\"\";150.233\n";
    let statement = read(text);
    let lines: Vec<_> = told(&statement)
        .into_iter()
        .map(|line| (line.0, line.3))
        .collect();
    assert_eq!(lines, [(2, "A"), (8, "F 5\" x"), (10, "H \"h\"")]);
    assert_eq!(statement.debits, 1);
    let mut errors: Vec<_> = statement
        .errors
        .iter()
        .map(|error| (error.number, error.problem))
        .collect();
    errors.sort_by_key(|(number, _)| *number);
    assert_eq!(
        errors,
        [
            (4, LineProblem::Date),
            (5, LineProblem::Amount),
            (6, LineProblem::TooShort),
            (7, LineProblem::Quote),
        ]
    );
    assert_eq!(statement.error_count, 4);
}

#[test]
fn money_that_went_out_is_never_taken_for_money_that_came_in() {
    for text in [
        "Tanggal,Keterangan,Cabang,Jumlah,,Saldo\n05/10/2025,BELI,0000,600035.00,DB,10600035.00\n",
        "Tanggal;Keterangan;Jumlah;Mutasi\n05/10/2025;BELI;600.035;DB\n",
        "Tanggal;Jenis Transaksi;Keterangan;Jumlah\n05/10/2025;Uang Keluar;BELI;600.035\n",
        "Tanggal;Keterangan;Jumlah;D/K\n05/10/2025;BELI;600.035;D\n",
        "Tanggal;Keterangan;Jumlah\n05/10/2025;BELI;\u{2212}600.035\n",
    ] {
        let statement = read(text);
        assert_eq!((statement.lines.len(), statement.debits), (0, 1), "{text}");
    }
    let unknown =
        "Tanggal;Keterangan;Jumlah;D/K\n05/10/2025;BELI;600.035;X\n05/10/2025;A;1.000;D\n";
    let unknown = read(unknown);
    assert!(unknown.lines.is_empty());
    assert_eq!(unknown.errors[0].problem, LineProblem::Direction);
    let pending = read("Tanggal,Keterangan,Jumlah\n'PEND,TRSF,150231\n");
    assert_eq!(pending.unsettled.of(Unsettled::Pending), 1);
    // A balance could tell the direction, so that this is no bare list.
    let untold = b"Tanggal;Keterangan;Jumlah;Saldo\n05/10/2025;TRSF;600.035;9.000\n";
    assert!(matches!(
        Statement::read(untold, &Columns::default()),
        Err(StatementError::NoDirection { .. })
    ));
}

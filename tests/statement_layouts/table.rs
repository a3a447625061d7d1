//! Layouts of banks, wallets and payment services, each with what its lines are. The values are invented.

use sambatan::domain::statement::{Columns, Statement};

/// A layout: its name, its text, the lines that came in with their amounts, and the number of the lines that
/// went out, of those that are not settled, and of those that are refused.
type Layout = (
    &'static str,
    &'static str,
    &'static [(u64, i64)],
    [usize; 3],
);

const IN: &[(u64, i64)] = &[(2, 150_962)];

/// The first line came in, the second went out.
const IN_AND_OUT: &[Layout] = &[
    (
        "bank with pair",
        "Tanggal,Keterangan,Debit,Kredit,Saldo\n29/11/2026,ARUM,,150962,9150962\n29/11/2026,KACA,150826,,9000136\n",
        IN,
        [1, 0, 0],
    ),
    (
        "names of a mainframe",
        "NOREK,TGL_TRAN,DESK_TRAN,MUTASI_DEBET,MUTASI_KREDIT,GLSIGN\n0033,2026-11-29 08:11:02,ARUM,0.00,150962.00,CR\n0033,2026-11-29 09:11:02,KACA,150826.00,0.00,DB\n",
        IN,
        [1, 0, 0],
    ),
    (
        "debit first in words",
        "Tanggal;Uraian;Mutasi Debet;Mutasi Kredit\n29/11/26;ARUM;0,00;150.962,00\n29/11/26;KACA;150.826,00;0,00\n",
        IN,
        [1, 0, 0],
    ),
    (
        "keluar and masuk",
        "Tanggal;Uraian;Jumlah Keluar;Jumlah Masuk\n29-11-2026;ARUM;;150.962\n29-11-2026;KACA;150.826;\n",
        IN,
        [1, 0, 0],
    ),
    (
        "nominal keluar",
        "Tgl|Catatan|Nominal Keluar (Rp)|Nominal Masuk (Rp)\n29/11/2026|ARUM|-|150.962\n29/11/2026|KACA|150.826|-\n",
        IN,
        [1, 0, 0],
    ),
    (
        "withdrawals of india",
        "Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\n29/11/26,ARUM,R1,29/11/26,,150962.00,9150962.00\n29/11/26,KACA,R2,29/11/26,150826.00,,9000136.00\n",
        IN,
        [1, 0, 0],
    ),
    (
        "numbered lines of india",
        "S No.,Value Date,Transaction Date,Cheque Number,Transaction Remarks,Withdrawal Amount,Deposit Amount,Balance\n1,29/11/2026,29/11/2026,-,ARUM,0,150962,9150962\n2,29/11/2026,29/11/2026,-,KACA,150826,0,9000136\n",
        IN,
        [1, 0, 0],
    ),
    (
        "particulars",
        "Txn Date,Value Date,Particulars,Ref No./Cheque No.,Debit,Credit,Balance\n29 Nov 2026,29 Nov 2026,ARUM,R1,,\"150,962.00\",\"9,150,962.00\"\n29 Nov 2026,29 Nov 2026,KACA,R2,\"150,826.00\",,\"9,000,136.00\"\n",
        IN,
        [1, 0, 0],
    ),
    (
        "paid in and out",
        "Date,Description,Paid out,Paid in,Balance\n29 Nov 2026,ARUM,,150962.00,9150962.00\n29 Nov 2026,KACA,150826.00,,9000136.00\n",
        IN,
        [1, 0, 0],
    ),
    (
        "money in and out",
        "Date,Type,Description,Money In,Money Out,Balance\n29/11/2026,BGC,ARUM,150962.00,,9150962.00\n29/11/2026,FPO,KACA,,150826.00,9000136.00\n",
        IN,
        [1, 0, 0],
    ),
    (
        "money in beside a sort code",
        "Transaction ID,Date,Money In,Money Out,Type,Name,Description,Currency,Category\ntx1,29/11/2026,150962,,Faster payment,ARUM,iuran,IDR,\ntx2,29/11/2026,,150826,Card,KACA,kaca,IDR,\n",
        IN,
        [1, 0, 0],
    ),
    (
        "narrative",
        "Bank Account,Date,Narrative,Debit Amount,Credit Amount,Balance,Categories,Serial\n1912888,29/11/2026,ARUM,,150962.00,9150962.00,DEP,\n1912888,29/11/2026,KACA,150826.00,,9000136.00,PAYMENT,\n",
        IN,
        [1, 0, 0],
    ),
    (
        "references of singapore",
        "Transaction Date,Reference,Debit Amount,Credit Amount,Transaction Ref1,Transaction Ref2,Transaction Ref3\n29 Nov 2026,ICT,,150962.00,ARUM,IURAN,OTHR\n29 Nov 2026,ICT,150826.00,,KACA,Kaca,OTHR\n",
        IN,
        [1, 0, 0],
    ),
    (
        "corporate totals",
        "Account No.,Account Currency,Total Credit Amount,Statement Date,Post Date,Debit Amount,Credit Amount,Transaction Type Code,Statement Details Info\n713147,IDR,,20261129,20261129,,150962.00,NTRF,ARUM SB\n713147,IDR,,20261129,20261129,150826.00,,NTRF,KACA\n",
        IN,
        [1, 0, 0],
    ),
    (
        "two descriptions",
        "Account No,Date,Val. Date,Transaction Code,Description,Description,Reference No.,Debit,Credit,\n0060003999,29/11/26,29/11/26,6902,DARI ARUM,PATUNGAN,,\".00\",\"150,962.00\",\n0060003999,29/11/26,29/11/26,7820,KE KACA,INV,,\"150,826.00\",\".00\",\n",
        IN,
        [1, 0, 0],
    ),
    (
        "joined names",
        "AccountNo;Ccy;PostDate;Remarks;AdditionalDesc;CreditAmount;DebitAmount;CloseBalance\n1060055;IDR;29 November 2026 11:27:10;ARUM;x;150962.00;0.00;9150962.00\n1060055;IDR;29 November 2026 12:00:01;KACA;y;0.00;150826.00;9000136.00\n",
        IN,
        [1, 0, 0],
    ),
    (
        "soll and haben",
        "Buchungstag;Buchungstext;Soll;Haben\n29.11.2026;ARUM;;150.962,00\n29.11.2026;KACA;150.826,00;\n",
        IN,
        [1, 0, 0],
    ),
    (
        "sign of germany",
        "Buchungstag;Wertstellung;Umsatzart;Buchungstext;Betrag;Währung;IBAN Kontoinhaber;Kategorie\n29.11.2026;29.11.2026;Gutschrift;ARUM;150962;IDR;DE001;\n29.11.2026;29.11.2026;Überweisung;KACA;-150826;IDR;DE001;\n",
        IN,
        [1, 0, 0],
    ),
    (
        "s and h of germany",
        "Buchungsdatum;Verwendungszweck;Umsatz;S/H\n29.11.2026;ARUM;150.962,00;H\n29.11.2026;KACA;150.826,00;S\n",
        IN,
        [1, 0, 0],
    ),
    (
        "debit credit beside the amount",
        "Posting Date,Effective Date,Dr/Cr,Description,Amount,Balance\n29-Nov-2026,29-Nov-2026,C,ARUM,\"150,962.00\",\"9,150,962.00\"\n29-Nov-2026,29-Nov-2026,D,KACA,\"150,826.00\",\"9,000,136.00\"\n",
        IN,
        [1, 0, 0],
    ),
    (
        "kredit first",
        "Tanggal,Deskripsi,Kredit/Debit,Nominal (Rp),Saldo (Rp)\n29/11/2026,ARUM,Kredit,150.962,9.150.962\n29/11/2026,KACA,Debit,150.826,9.000.136\n",
        IN,
        [1, 0, 0],
    ),
    (
        "no name for the column",
        "Tanggal,Keterangan,Cabang,Jumlah,,Saldo\n29/11/2026,ARUM,'0000,150962.00,CR,9150962.00\n29/11/2026,KACA,'0000,150826.00,DB,9000136.00\n",
        IN,
        [1, 0, 0],
    ),
    (
        "words behind",
        "Tanggal Transaksi,Keterangan,Cabang,Jumlah,Saldo\n29/11/2026,ARUM,0000,\"150,962.00 CR\",\"9,150,962.00\"\n29/11/2026,KACA,0000,\"150,826.00 DB\",\"9,000,136.00\"\n",
        IN,
        [1, 0, 0],
    ),
    (
        "signs behind",
        "Date,Transaction Description,Transaction Amount,Statement Balance\n29/11/26,FR ARUM,\"150,962.00+\",\"9,150,962.00\"\n29/11/26,TO KACA,\"150,826.00-\",\"9,000,136.00\"\n",
        IN,
        [1, 0, 0],
    ),
    (
        "parentheses",
        "Date,Details,Amount\n2026-11-29,ARUM,\"150,962.00\"\n2026-11-29,KACA,\"(150,826.00)\"\n",
        IN,
        [1, 0, 0],
    ),
    (
        "plus and minus",
        "Tanggal & Waktu,Sumber/Tujuan,Rincian Transaksi,Catatan,Jumlah,Saldo\n29 Nov 2026 09.41,Arum,Transfer masuk,iuran,+150.962,9.150.962\n29 Nov 2026 10.02,Kaca,Transfer keluar,kaca,-150.826,9.000.136\n",
        IN,
        [1, 0, 0],
    ),
    (
        "a kind beside signs",
        "Tanggal Transaksi,Tipe Transaksi,Nominal,Saldo,Keterangan\n2026-11-29,Transfer Masuk,150962,9150962,Arum\n2026-11-29,QRIS Payment,-150826,9000136,Kaca\n",
        IN,
        [1, 0, 0],
    ),
    (
        "in and out",
        "Date;Details;In/Out;Amount\n29/11/2026;ARUM;IN;150.962\n29/11/2026;KACA;OUT;150.826\n",
        IN,
        [1, 0, 0],
    ),
    (
        "flow in words",
        "Tanggal;Arus;Keterangan;Jumlah\n29/11/2026;Pemasukan;ARUM;150.962\n29/11/2026;Pengeluaran;KACA;150.826\n",
        IN,
        [1, 0, 0],
    ),
    (
        "m and k",
        "Tanggal;M/K;Keterangan;Jumlah\n29/11/2026;M;ARUM;150.962\n29/11/2026;K;KACA;150.826\n",
        IN,
        [1, 0, 0],
    ),
    (
        "signs in a column",
        "Tanggal;Keterangan;Tanda;Jumlah\n29/11/2026;ARUM;+;150.962\n29/11/2026;KACA;-;150.826\n",
        IN,
        [1, 0, 0],
    ),
    (
        "flag with a full stop",
        "Tanggal;Keterangan;Flag;Jumlah\n29/11/2026;ARUM;Cr.;150.962\n29/11/2026;KACA;Db.;150.826\n",
        IN,
        [1, 0, 0],
    ),
    (
        "flag in brackets",
        "Tanggal;Keterangan;Jumlah;Indikator\n29/11/2026;ARUM;150.962;(KREDIT)\n29/11/2026;KACA;150.826;[DEBET]\n",
        IN,
        [1, 0, 0],
    ),
    (
        "malay",
        "Tarikh;Butiran;Wang Keluar;Wang Masuk;Baki\n29/11/2026;ARUM;;150.962;9.150.962\n29/11/2026;KACA;150.826;;9.000.136\n",
        IN,
        [1, 0, 0],
    ),
    (
        "malay amount",
        "Tarikh;Keterangan;Amaun;Jenis\n29 Nov 2026;ARUM;150.962;Kredit\n29 Nov 2026;KACA;150.826;Debit\n",
        IN,
        [1, 0, 0],
    ),
    (
        "deposit and withdrawal",
        "Transaction Date,Transaction Time,Transaction Description,Withdrawal,Deposit,Available Balance\n29 Nov 2026,09:10:11 AM,ARUM,0.00,150962.00,9150962.00\n29 Nov 2026,10:10:11 AM,KACA,150826.00,0.00,9000136.00\n",
        IN,
        [1, 0, 0],
    ),
    (
        "setoran and penarikan",
        "Tgl;Sandi;Setoran;Penarikan;Saldo;Berita\n29/11/26;01;150.962;;9.150.962;ARUM\n29/11/26;02;;150.826;9.000.136;KACA\n",
        IN,
        [1, 0, 0],
    ),
    (
        "a code that is a word",
        "Tanggal;Kode Transaksi;Keterangan;Nilai\n29/11/2026;CR;ARUM;150.962\n29/11/2026;DR;KACA;150.826\n",
        IN,
        [1, 0, 0],
    ),
    (
        "formulas",
        "Tanggal;Keterangan;Jumlah\n29/11/2026;ARUM;=\"150962.00 CR\"\n29/11/2026;KACA;=\"150826.00 DB\"\n",
        IN,
        [1, 0, 0],
    ),
    (
        "apostrophes of swiss",
        "Datum;Buchungstext;Belastung;Gutschrift;Saldo\n29.11.2026;ARUM;;150'962.00;9'150'962.00\n29.11.2026;KACA;150'826.00;;9'000'136.00\n",
        IN,
        [1, 0, 0],
    ),
    (
        "debits below nothing",
        "Date,Description,Debit,Credit\n2026-11-29,ARUM,,150962\n2026-11-29,KACA,-150826,\n",
        IN,
        [1, 0, 0],
    ),
    (
        "receipts and payments of a merchant bank",
        "Tanggal;Keterangan;Penerimaan;Pengeluaran;Saldo\n29/11/2026;ARUM;150.962;0;9.150.962\n29/11/2026;KACA;0;150.826;9.000.136\n",
        IN,
        [1, 0, 0],
    ),
    (
        "document numbers",
        "Transaction Date,Actual Transaction Date,Transaction Details,Value Date,Debit Amount,Credit Amount,Current Balance,DR/CR,DOC-NUM\n29/11/2026,29/11/2026,ARUM,29/11/2026,,\"150,962.00\",\"9,150,962.00\",CR,1\n29/11/2026,29/11/2026,KACA,29/11/2026,\"150,826.00\",,\"9,000,136.00\",DR,2\n",
        IN,
        [1, 0, 0],
    ),
    (
        "days of the week",
        "Tanggal;Keterangan;Jumlah;D/K\nMinggu, 29 November 2026;ARUM;150.962;K\nMinggu, 29 November 2026;KACA;150.826;D\n",
        IN,
        [1, 0, 0],
    ),
    (
        "timestamps",
        "created_at,description,amount,direction\n2026-11-29T08:00:00.000Z,ARUM,150962,credit\n2026-11-29T09:00:00.000Z,KACA,150826,debit\n",
        IN,
        [1, 0, 0],
    ),
    (
        "rupiah before",
        "Tanggal;Keterangan;Debit;Kredit\n29/11/2026;ARUM;Rp 0;Rp 150.962\n29/11/2026;KACA;Rp 150.826;Rp 0\n",
        IN,
        [1, 0, 0],
    ),
    (
        "income and expenses",
        "Tanggal;Kategori;Keterangan;Pemasukan;Pengeluaran\n29/11/2026;Iuran;ARUM;150.962;\n29/11/2026;Belanja;KACA;;150.826\n",
        IN,
        [1, 0, 0],
    ),
];

/// Statuses, lists, reports and what stands around a table.
const OTHERS: &[Layout] = &[
    (
        "states of a wallet",
        "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\nTOPUP,Current,2026-11-29 08:00:00,2026-11-29 08:00:01,ARUM,150962.00,0.00,IDR,COMPLETED,9150962.00\nTRANSFER,Current,2026-11-29 09:00:00,,CITRA,150652.00,0.00,IDR,PENDING,\nTRANSFER,Current,2026-11-29 09:00:00,,DEWI,150521.00,0.00,IDR,REVERTED,\n",
        IN,
        [0, 2, 0],
    ),
    (
        "report of a qris",
        "Tanggal Transaksi;Nama Pelanggan;Keterangan;Nominal;Status\n29/11/2026 10:30;Arum;QRIS;150.962;Berhasil\n29/11/2026 10:31;Bayu;QRIS;150.826;Gagal\n29/11/2026 10:32;Citra;QRIS;150.652;Kedaluwarsa\n",
        IN,
        [0, 2, 0],
    ),
    (
        "gateway",
        "order_id,transaction_time,gross_amount,transaction_status,payment_type,customer_name\nA-1,2026-11-29 10:00:00,150962.00,settlement,qris,Arum\nA-2,2026-11-29 10:01:00,150826.00,pending,qris,Bayu\nA-3,2026-11-29 10:02:00,150652.00,deny,gopay,Citra\n",
        IN,
        [0, 2, 0],
    ),
    (
        "gross, fee and net",
        "Tanggal;RRN;Issuer;Nominal Transaksi;Biaya MDR;Nominal Diterima;Status\n29/11/2026;1;Bank A;150.962;1.057;149.905;Sukses\n29/11/2026;2;Bank B;150.826;1.056;149.770;Dibatalkan\n",
        IN,
        [0, 1, 0],
    ),
    (
        "booked and announced",
        "\"Auftragskonto\";\"Buchungstag\";\"Verwendungszweck\";\"Beguenstigter/Zahlungspflichtiger\";\"Betrag\";\"Waehrung\";\"Info\"\n\"DE00\";\"29.11.26\";\"Iuran\";\"Arum\";\"150.962,00\";\"IDR\";\"Umsatz gebucht\"\n\"DE00\";\"30.11.26\";\"Iuran\";\"Citra\";\"150.652,00\";\"IDR\";\"Umsatz vorgemerkt\"\n",
        IN,
        [0, 1, 0],
    ),
    (
        "two statuses",
        "Tanggal;Keterangan;Jumlah;Status Pembayaran;Status Penyelesaian\n29/11/2026;ARUM;150.962;Berhasil;Selesai\n29/11/2026;BAYU;150.826;Berhasil;Diproses\n",
        IN,
        [0, 1, 0],
    ),
    (
        "pending among the booked",
        "Tanggal Transaksi,Keterangan,Cabang,Jumlah,,Saldo\n29/11/2026,ARUM,0000,150962.00,CR,9150962.00\n'PEND,CITRA,'0000,150652.00,CR,9100000.00\n",
        IN,
        [0, 1, 0],
    ),
    (
        "a bare list",
        "Tanggal;Keterangan;Jumlah\n29/11/2026;ARUM;150.962\n",
        IN,
        [0, 0, 0],
    ),
    (
        "a bare list with names and branches",
        "No,Tanggal,Nama,Cabang,Keterangan,Nominal\n1,29/11/2026,Arum,0000,iuran,150962\n",
        IN,
        [0, 0, 0],
    ),
    (
        "a bare list of what went out",
        "Tanggal;Keterangan;Pengeluaran\n29/11/2026;KACA;150.826\n",
        &[],
        [1, 0, 0],
    ),
    (
        "only credits",
        "Tanggal;Keterangan;Kredit\n29/11/2026;ARUM;150.962\n29/11/2026;KACA;0\n",
        IN,
        [0, 0, 0],
    ),
    (
        "totals of the bank",
        "Tanggal Transaksi,Keterangan,Cabang,Jumlah,Saldo\n29/11/2026,ARUM,0000,\"150,962.00 CR\",\"9,150,962.00\"\nSaldo Awal : 8,100,000.00\nMutasi Kredit : 150,962.00\nSaldo Akhir : 8,250,962.00\n",
        IN,
        [0, 0, 0],
    ),
    (
        "names on each page",
        "Tanggal,Keterangan,Jumlah,DB/CR,Saldo\n29/11/2026,ARUM,150962.00,K,9150962.00\nTanggal,Keterangan,Jumlah,DB/CR,Saldo\n30/11/2026,KACA,150826.00,D,9000136.00\n",
        IN,
        [1, 0, 0],
    ),
    (
        "balances with a date",
        "Date,Description,Debit,Credit,Balance\n29/11/2026,ARUM,,150962,9150962\n01/11/2026,Balance B/F,,9000000,9000000\n",
        IN,
        [0, 0, 0],
    ),
    (
        "commas in a text",
        "Tanggal;Keterangan;Jumlah\n29/11/2026;TRANSFER, DARI, ARUM, REKAAN;150.962,00\n",
        IN,
        [0, 0, 0],
    ),
    (
        "another currency beside",
        "Tanggal;Keterangan;Jumlah;Mata Uang\n29/11/2026;ARUM;150.962;IDR\n29/11/2026;BAYU;150.826;USD\n",
        IN,
        [0, 0, 1],
    ),
    (
        "balance alone",
        "Tanggal;Keterangan;Jumlah;Saldo\n28/11/2026;Saldo Awal;;9.000.000\n28/11/2026;KACA;150.826;8.849.174\n29/11/2026;ARUM;150.962;9.000.136\n",
        &[(4, 150_962)],
        [1, 0, 0],
    ),
];

#[test]
fn the_layouts_of_banks_are_read_as_they_are_meant() {
    let count = IN_AND_OUT.len() + OTHERS.len();
    assert!(count >= 60, "{count}");
    for (name, text, incomes, [outgoing, unsettled, refused]) in IN_AND_OUT.iter().chain(OTHERS) {
        let read = Statement::read(text.as_bytes(), &Columns::default());
        let statement = read.unwrap_or_else(|error| panic!("{name}: {error}"));
        let lines: Vec<(u64, i64)> = statement
            .lines
            .iter()
            .map(|line| (line.number, line.amount.get()))
            .collect();
        assert_eq!(lines, *incomes, "{name}: {statement:?}");
        let counts = [
            statement.outgoing.len(),
            usize::try_from(statement.unsettled.total()).unwrap(),
            usize::try_from(statement.error_count).unwrap(),
        ];
        assert_eq!(
            counts,
            [*outgoing, *unsettled, *refused],
            "{name}: {statement:?}"
        );
    }
}

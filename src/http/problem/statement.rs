//! Why a file is no bank statement, and what is wrong with its lines, in sentences that say what to do.

use crate::domain::statement::{Column, LineProblem, StatementError};
use crate::words::{Language, Words};

/// Why a file is no bank statement.
pub(super) fn detail(error: &StatementError, language: Language) -> String {
    let is_indonesian = matches!(language, Language::Indonesian);
    match error {
        StatementError::NoColumn { column, seen } => no_column(*column, seen, language),
        StatementError::NoSuchColumn { name } if is_indonesian => format!(
            "Tidak ada kolom bernama \"{name}\" di baris-baris pertama. Periksa ejaannya; pemisah kolom disebutkan dengan delimiter."
        ),
        StatementError::NoSuchColumn { name } => format!(
            "None of the first lines has a column that is called \"{name}\". Check its spelling; what stands between two cells is given by delimiter."
        ),
        StatementError::Ambiguous(names) if is_indonesian => format!(
            "Beberapa kolom mungkin berisi jumlahnya: {}. Sebutkan yang benar dengan amount_column, atau credit_column dan debit_column.",
            names.join(", ")
        ),
        StatementError::Ambiguous(names) => format!(
            "Several columns may be the amount: {}. Name the right one with amount_column, or credit_column and debit_column.",
            names.join(", ")
        ),
        StatementError::NoDirection { seen } if is_indonesian => format!(
            "Tidak ada yang menunjukkan apakah uangnya masuk atau keluar. Kolomnya: {}. Sebutkan credit_column dan debit_column, direction_column, atau status_column; bila semuanya uang masuk, kirim all_incoming=true.",
            seen.join(", ")
        ),
        StatementError::NoDirection { seen } => format!(
            "Nothing tells whether the money came in or went out. The columns are: {}. Name credit_column and debit_column, direction_column or status_column; if everything came in, send all_incoming=true.",
            seen.join(", ")
        ),
        StatementError::AgainstBalance { line } if is_indonesian => format!(
            "Saldonya bergerak berlawanan dengan isi kebanyakan baris, mulai baris {line}. Mungkin kolom kredit dan debitnya tertukar: sebutkan credit_column dan debit_column."
        ),
        StatementError::AgainstBalance { line } => format!(
            "The balance moves the other way than most lines say, as of line {line}. The columns of credit and debit may be turned round: name credit_column and debit_column."
        ),
        StatementError::Currency(currency) if is_indonesian => {
            format!("Mutasi ini dalam {currency}, bukan rupiah. Yang dicatat hanya rupiah.")
        }
        StatementError::Currency(currency) => {
            format!("This statement is in {currency}, not in rupiah. Only rupiah is recorded.")
        }
        StatementError::NothingRead { errors } => {
            let lines = errors.iter().take(3).map(|error| {
                let problem = line_problem(error.problem, language);
                let line = if is_indonesian { "Baris" } else { "Line" };
                format!(" {line} {}: {problem}.", error.number)
            });
            let start = if is_indonesian {
                "Tidak satu baris pun terbaca."
            } else {
                "Not one line of it was understood."
            };
            std::iter::once(start.to_owned()).chain(lines).collect()
        }
        StatementError::SameColumn
        | StatementError::TooLarge { .. }
        | StatementError::TooManyLines
        | StatementError::WebPage
        | StatementError::Workbook(_) => plain(error).in_language(language).to_owned(),
    }
}

fn no_column(column: Column, seen: &[String], language: Language) -> String {
    let (what, parameter) = match column {
        Column::Date => (
            Words {
                id: "tanggal",
                en: "dates",
            },
            "date_column",
        ),
        Column::Description => (
            Words {
                id: "keterangan",
                en: "descriptions",
            },
            "description_column",
        ),
        _ => (
            Words {
                id: "jumlah",
                en: "amounts",
            },
            "amount_column",
        ),
    };
    let what = what.in_language(language);
    let seen = seen.join(", ");
    match (language, seen.is_empty()) {
        (Language::Indonesian, true) => format!(
            "Kolom {what} tidak ditemukan. Salah satu dari baris-baris pertama harus memuat nama kolomnya, misalnya Tanggal;Keterangan;Jumlah; nama lain disebutkan dengan {parameter}."
        ),
        (Language::English, true) => format!(
            "No column of {what} was found. One of the first lines has to name the columns, such as Date;Description;Amount; another name is given by {parameter}."
        ),
        (Language::Indonesian, false) => format!(
            "Kolom {what} tidak ditemukan di antara: {seen}. Sebutkan namanya dengan {parameter}."
        ),
        (Language::English, false) => {
            format!("No column of {what} was found among: {seen}. Name it with {parameter}.")
        }
    }
}

fn plain(error: &StatementError) -> Words {
    match error {
        StatementError::SameColumn => Words {
            id: "Tanggal, jumlah, dan keterangan harus ada di tiga kolom yang berbeda. Sebutkan kolomnya dengan date_column, amount_column, dan description_column.",
            en: "Date, amount and description have to be three different columns. Name them with date_column, amount_column and description_column.",
        },
        StatementError::Workbook(_) => Words {
            id: "Buku kerja ini tidak dapat dibaca: rusak, terkunci, dari Excel 95 atau sebelumnya, atau isinya terlalu besar. Simpan mutasinya sebagai CSV atau XLSX.",
            en: "This workbook can't be read: it is broken, locked, of Excel 95 or before, or too large inside. Save the statement as CSV or XLSX.",
        },
        StatementError::WebPage => Words {
            id: "Berkas ini halaman web atau XML yang diberi nama lain, misalnya .xls. Buka di Excel atau LibreOffice, lalu simpan sebagai XLSX atau CSV.",
            en: "This file is a web page or XML under another name, such as .xls. Open it in Excel or LibreOffice and save it as XLSX or CSV.",
        },
        _ => Words {
            id: "Mutasi rekening ini terlalu besar. Bagi menjadi beberapa berkas.",
            en: "This bank statement is too large. Split it into several files.",
        },
    }
}

/// What is wrong with a line, without a full stop.
pub(in crate::http) const fn line_problem(
    problem: LineProblem,
    language: Language,
) -> &'static str {
    let words = match problem {
        LineProblem::Quote => Words {
            id: "tanda kutipnya tidak ditutup",
            en: "a quotation mark is not closed",
        },
        LineProblem::TooShort => Words {
            id: "berakhir sebelum kolom yang diperlukan",
            en: "it ends before a column that is needed",
        },
        LineProblem::TooManyCells => Words {
            id: "kolomnya lebih banyak daripada nama kolomnya; mungkin ada isian tanpa tanda kutip",
            en: "it has more cells than the columns have names; perhaps a cell is not quoted",
        },
        LineProblem::TooLong => Words {
            id: "terlalu panjang",
            en: "it is too long",
        },
        LineProblem::Date => Words {
            id: "tanggalnya tidak terbaca",
            en: "its date can't be read",
        },
        LineProblem::Year => Words {
            id: "tanggalnya tanpa tahun, dan tidak ada periode di atas tabel",
            en: "its date has no year, and no period above the table tells it",
        },
        LineProblem::AmbiguousDate => Words {
            id: "tanggalnya dapat dibaca dengan dua cara; sebutkan urutannya dengan date_format",
            en: "its date can be read in two ways; say which part is first with date_format",
        },
        LineProblem::Amount => Words {
            id: "jumlahnya tidak terbaca sebagai rupiah bulat",
            en: "its amount can't be read as whole rupiah",
        },
        LineProblem::Direction => Words {
            id: "tidak jelas apakah uangnya masuk atau keluar",
            en: "it does not say whether money came in or went out",
        },
        LineProblem::Contradiction => Words {
            id: "satu kolom menyebut uang masuk, kolom lain uang keluar",
            en: "one column says that money came in, another that it went out",
        },
        LineProblem::Balance => Words {
            id: "saldonya bergerak berlawanan dengan isinya",
            en: "the balance moves the other way than it says",
        },
        LineProblem::Status => Words {
            id: "kata statusnya tidak dikenal",
            en: "the word for its status is not known",
        },
        LineProblem::Currency => Words {
            id: "bukan dalam rupiah",
            en: "it is not in rupiah",
        },
    };
    words.in_language(language)
}

//! `sambatan payments`: whose the lines of a bank statement are.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use sambatan::domain::payment_import::{
    ImportReport, ImportedLine, Outcome as LineOutcome, Payer, RefundLine,
};
use sambatan::domain::statement::{
    Basis, Columns, DateFormat, MAX_BYTES, Statement, StatementError, Unsettled,
};
use sambatan::{ImportMode, Sambatan};

use crate::cli::flags::Database;
use crate::cli::output::visible;
use crate::cli::progress::Watcher;
use crate::cli::{Failure, Outcome, database, output};

/// Match the lines of a bank statement with those who have to pay
///
/// Works on the file, also while a server runs on it.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    Import(Box<Import>),
}

/// Read a statement as CSV, XLSX or XLS, show what matches, and with `--apply` record it
///
/// People are known by the amount that they were told to transfer, or by the payment code in the
/// description. A line counts once, however often it is imported. What fits nobody surely is left over.
#[derive(clap::Args)]
struct Import {
    /// The statement, a table as the bank offers it for download
    file: PathBuf,
    #[command(flatten)]
    database: Database,
    /// Record what is found; without this it is only shown
    #[arg(long)]
    apply: bool,
    /// The name of the column of dates [default: found by the usual names]
    #[arg(long, value_name = "NAME")]
    date_column: Option<String>,
    /// The name of the column of amounts, whose signs or another column tell the direction
    #[arg(long, value_name = "NAME")]
    amount_column: Option<String>,
    /// The name of the column of the money that came in
    #[arg(long, value_name = "NAME")]
    credit_column: Option<String>,
    /// The name of the column of the money that went out
    #[arg(long, value_name = "NAME")]
    debit_column: Option<String>,
    /// The name of the column whose words tell whether money came in or went out
    #[arg(long, value_name = "NAME")]
    direction_column: Option<String>,
    /// The name of the column whose words tell whether a payment is settled
    #[arg(long, value_name = "NAME")]
    status_column: Option<String>,
    /// Every line is money that came in, where nothing says the contrary
    #[arg(long)]
    all_incoming: bool,
    /// The name of the column of descriptions
    #[arg(long, value_name = "NAME")]
    description_column: Option<String>,
    /// The order of the parts of a date; `excel` is the number of a day
    #[arg(long, value_name = "ORDER", value_parser = date_format)]
    date_format: Option<DateFormat>,
    /// What stands between two cells [default: what the line of the names has]
    #[arg(long)]
    delimiter: Option<Delimiter>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Delimiter {
    Comma,
    Semicolon,
    Pipe,
    Tab,
}

impl Delimiter {
    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Pipe => b'|',
            Self::Tab => b'\t',
        }
    }
}

fn date_format(word: &str) -> Result<DateFormat, String> {
    DateFormat::of_word(word).ok_or_else(|| format!("one of {}", DateFormat::WORDS.join(", ")))
}

pub(super) fn run(args: &Args) -> Outcome {
    let Action::Import(import) = &args.action;
    let statement = read(import)?;
    let service = database::open_existing(&import.database.path, sambatan::Options::default())?;
    let imported = run_import(&service, import, statement);
    service.close();
    let (report, is_whole) = imported?;
    if import.json {
        output::print(&output::to_json(&report.to_json()))?;
    } else {
        print_report(&report)?;
    }
    if is_whole {
        return Ok(ExitCode::SUCCESS);
    }
    Err(Failure::Failed(
        "stopped. What was recorded stands; import the same file again for the rest.".to_owned(),
    ))
}

fn read(import: &Import) -> Result<Statement, Failure> {
    let bytes = read_file(&import.file)?;
    let columns = Columns {
        date: import.date_column.clone(),
        amount: import.amount_column.clone(),
        credit: import.credit_column.clone(),
        debit: import.debit_column.clone(),
        direction: import.direction_column.clone(),
        status: import.status_column.clone(),
        description: import.description_column.clone(),
        delimiter: import.delimiter.map(Delimiter::byte),
        date_format: import.date_format,
        all_incoming: import.all_incoming,
    };
    Statement::read(&bytes, &columns).map_err(|error| unreadable(&import.file, &error))
}

/// Why nothing of a file was read, with the lines that cannot be, and what to do.
fn unreadable(file: &Path, error: &StatementError) -> Failure {
    let remedy = match error {
        StatementError::NoDirection { .. } | StatementError::AgainstBalance { .. } => {
            "Say it with --credit-column and --debit-column, --direction-column or --status-column, or with --all-incoming if everything came in."
        }
        StatementError::Ambiguous(_) => {
            "Name it with --amount-column, or with --credit-column and --debit-column."
        }
        StatementError::NothingRead { .. } => {
            "If its columns were misunderstood, name them: see `sambatan payments import --help`."
        }
        StatementError::NoSuchColumn { .. } => {
            "Check the spelling; what stands between two cells is given by --delimiter."
        }
        StatementError::TooLarge { .. }
        | StatementError::TooManyLines
        | StatementError::Currency(_) => "",
        StatementError::Workbook(_) => "Save the statement as CSV or XLSX.",
        StatementError::WebPage => "Open it in Excel or LibreOffice and save it as XLSX or CSV.",
        StatementError::NoColumn { .. } | StatementError::SameColumn => {
            "Export the statement as CSV, or name its columns with --date-column, --amount-column and --description-column; what stands between two cells with --delimiter."
        }
    };
    let text = format!("{}: {error}. {remedy}", database::shown(file));
    Failure::Failed(visible(text.trim_end()).into_owned())
}

fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::Failed(format!("cannot read {}: {error}", database::shown(path)))
    };
    let mut bytes = Vec::new();
    // One byte more tells that it is too large.
    let most = MAX_BYTES as u64 + 1;
    let file = File::open(path).map_err(cannot)?;
    file.take(most).read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}

/// Imports, and says whether it came to the end.
fn run_import(
    service: &Sambatan,
    import: &Import,
    statement: Statement,
) -> Result<(ImportReport, bool), Failure> {
    let mode = if import.apply {
        ImportMode::Apply
    } else {
        ImportMode::DryRun
    };
    let lines = statement.lines.len();
    let watcher = Watcher::of_lines(lines)?;
    let imported =
        service.import_payments(statement, mode, &mut |done, _| watcher.watch_lines(done));
    drop(watcher);
    let report = imported.map_err(|error| {
        Failure::Failed(format!(
            "the import did not finish: {error}. What was recorded stands; import the same file again for the rest."
        ))
    })?;
    let is_whole = report.lines.len() == lines;
    Ok((report, is_whole))
}

fn print_report(report: &ImportReport) -> Result<(), Failure> {
    let mut text = String::new();
    for line in &report.lines {
        if !matches!(line.outcome, LineOutcome::Known | LineOutcome::Duplicate) {
            let _ = writeln!(text, "{}", describe(line));
        }
    }
    for line in &report.refunds {
        let _ = writeln!(text, "{}", describe_refund(line));
    }
    for error in &report.errors {
        let _ = writeln!(
            text,
            "line {:<7} unreadable: {}",
            error.number, error.problem
        );
    }
    let listed = report.errors.len() as u64;
    if report.error_count > listed {
        let _ = writeln!(
            text,
            "and {} more that are unreadable",
            report.error_count - listed
        );
    }
    if !text.is_empty() {
        text.push('\n');
    }
    for (word, meaning) in ImportReport::WORDS.into_iter().zip(MEANINGS) {
        let (lines, sum) = report.total(word);
        if lines > 0 {
            let sum = sum.to_string();
            let _ = writeln!(text, "{lines:>7}  {sum:>16}  {meaning}");
        }
    }
    print_uncounted(report, &mut text);
    text.push_str(if report.applied {
        "Recorded."
    } else {
        "Nothing was recorded; with --apply it is."
    });
    output::print(&text)
}

/// What was read and pays nobody, and how the file was read.
fn print_uncounted(report: &ImportReport, text: &mut String) {
    let unsettled = Unsettled::ALL.map(|kind| (report.unsettled.of(kind), kind_in_words(kind)));
    let others = [
        (
            report.refunds.len() as u64,
            "of money that went out, perhaps a refund that is due: note it as sent",
        ),
        (report.debits, "of money that went out, or of none"),
        (report.totals, "totals of the bank, or names of columns"),
        (report.error_count, "unreadable"),
    ];
    for (lines, meaning) in unsettled.into_iter().chain(others) {
        if lines > 0 {
            let _ = writeln!(text, "{lines:>7}  {:>16}  {meaning}", "");
        }
    }
    let columns: Vec<String> = report
        .reading
        .columns
        .iter()
        .map(|used| format!("{} = {}", used.column.word(), visible(&used.name)))
        .collect();
    let _ = writeln!(
        text,
        "Read {}: {}.",
        basis(report.reading.basis),
        columns.join(", ")
    );
}

const fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Evidence => "line by line, by what says whether money came in or went out",
        Basis::BareList => "as a list of money that came in, for nothing tells a direction",
        Basis::MerchantReport => "as a report of payments that came in, by their status",
        Basis::AllIncoming => "as money that came in, as you said",
    }
}

const fn kind_in_words(kind: Unsettled) -> &'static str {
    match kind {
        Unsettled::Pending => "pending: import the file again when they are booked",
        Unsettled::Failed => "failed",
        Unsettled::Expired => "expired",
        Unsettled::Refunded => "refunded",
        Unsettled::Cancelled => "cancelled",
        Unsettled::Announced => "announced, not booked yet",
    }
}

/// What the words of [`ImportReport::WORDS`] say.
const MEANINGS: [&str; 9] = [
    "matched",
    "matched, and too little",
    "matched, and too much",
    "for slots that were given up, so due to go back",
    "perhaps for somebody: decide and confirm by hand",
    "for somebody who owes nothing: perhaps recorded already",
    "left over: nobody was found",
    "imported before",
    "twice in this file, counted once",
];

fn whose(payer: &Payer) -> String {
    let part = payer
        .part
        .map_or_else(String::new, |part| format!("  {part}"));
    format!(
        "  {}  {}{part}",
        payer.participation_id,
        visible(&payer.user_id)
    )
}

/// A line by which money went out.
fn describe_refund(found: &RefundLine) -> String {
    let RefundLine {
        line,
        may_be,
        together,
    } = found;
    let may_be: String = may_be
        .iter()
        .map(|refund| {
            format!(
                "  {}  {}  {}",
                refund.refund_id,
                visible(&refund.user_id),
                refund.amount
            )
        })
        .collect();
    format!(
        "line {:<7} {}  {:>14}  {:<14}{may_be}  {}",
        line.number,
        line.date,
        line.amount.to_string(),
        if *together { "refunds?" } else { "refund?" },
        visible(&line.description)
    )
}

fn describe(line: &ImportedLine) -> String {
    let ImportedLine { line, outcome } = line;
    let whose: String = outcome.payers().iter().map(whose).collect();
    let difference = match outcome {
        LineOutcome::Short(_, missing) => format!("  {missing} missing"),
        LineOutcome::Over(_, surplus) => format!("  {surplus} too much"),
        _ => String::new(),
    };
    format!(
        "line {:<7} {}  {:>14}  {:<14}{whose}{difference}  {}",
        line.number,
        line.date,
        line.amount.to_string(),
        outcome.word(),
        visible(&line.description)
    )
}

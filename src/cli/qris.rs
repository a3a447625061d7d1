//! `sambatan qris`: a merchant's static payment code, with an amount in it.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sambatan::domain::money::Rupiah;
use sambatan::domain::qris::Qris;
use sambatan::qr;

use crate::cli::{Failure, Outcome, output};

/// Put an amount into the payload of a QRIS code
///
/// Prints the new payload. Nothing is asked of a bank: the code pays the merchant whose payload it is.
#[derive(clap::Args)]
pub(super) struct Args {
    /// What the merchant's static code says, in quotes: what a QR reader shows of it
    #[arg(value_name = "PAYLOAD")]
    payload: String,
    /// The amount in whole rupiah, 1 to 10000000
    #[arg(long, value_name = "RUPIAH", allow_negative_numbers = true)]
    amount: i64,
    /// Also draw the code into this new file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let amount = Rupiah::new(args.amount);
    let changed = Qris::parse(&args.payload).and_then(|code| code.with_amount(amount));
    let payload = changed.map_err(|error| Failure::Failed(format!("refused: {error}")))?;
    let payload = payload.to_string();
    if let Some(path) = &args.svg {
        let drawing = qr::svg(&payload);
        let drawing = drawing.ok_or_else(|| Failure::Failed("no code holds so much".to_owned()))?;
        draw(path, &drawing)?;
    }
    output::print(&payload)?;
    Ok(ExitCode::SUCCESS)
}

fn draw(path: &Path, drawing: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| writeln!(file, "{drawing}"));
    written.map_err(|error| {
        Failure::Failed(match error.kind() {
            ErrorKind::AlreadyExists => format!("{} exists already", path.display()),
            _ => format!("{} cannot be written: {error}", path.display()),
        })
    })
}

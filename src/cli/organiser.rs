//! `sambatan organiser`: what concerns the organiser's token.

use std::fmt::Write;
use std::process::ExitCode;

use crate::cli::{Failure, Outcome, output};

/// What belongs to the organiser
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(clap::Subcommand)]
enum Subject {
    /// The token that lets the organiser do everything
    Token {
        #[command(subcommand)]
        action: TokenAction,
    },
}

#[derive(clap::Subcommand)]
enum TokenAction {
    /// Make a new token and print it
    ///
    /// The token goes to stdout, how to use it to stderr. It is stored nowhere: keep it.
    New,
}

/// Tells organisers' tokens from other secrets, for people and for scanners of leaked ones.
const PREFIX: &str = "so_";

pub(super) fn run(args: &Args) -> Outcome {
    let Subject::Token {
        action: TokenAction::New,
    } = args.subject;
    output::print(&new_token()?)?;
    output::tell(
        "This is a new organiser token. Whoever has it can do everything, so keep it like a password.
Put it into a file that only the service can read, and start the service with it:

    (umask 077; sambatan organiser token new > organiser.token)
    SAMBATAN_ORGANISER_TOKEN_FILE=organiser.token sambatan serve --listen 0.0.0.0:8000

Show it with each request: curl -H \"Authorization: Bearer $(cat organiser.token)\" …",
    );
    Ok(ExitCode::SUCCESS)
}

/// A token: 32 bytes from the operating system.
fn new_token() -> Result<String, Failure> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::Failed(format!("the system gave no random bytes: {error}")))?;
    let mut token = PREFIX.to_owned();
    for byte in bytes {
        write!(token, "{byte:02x}").expect("writing to a String does not fail");
    }
    Ok(token)
}

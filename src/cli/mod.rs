//! The command line: one file for each subcommand.
//!
//! Owns words for the person at the terminal, flags with their environment twins, and exit codes: 0 all
//! is well, 1 something failed, 2 the command was not understood. Knows the library's public face only.

mod audit;
mod backup;
mod check;
mod database;
mod demo;
mod door;
mod dotenv;
mod export;
mod flags;
mod guard;
mod healthcheck;
mod logging;
mod openapi;
mod organiser;
mod output;
mod payments;
mod progress;
mod qris;
mod refunds;
mod restore;
mod serve;
mod signals;
mod sql;
mod sweep;
mod table;
mod webhooks;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use flags::LogFilter;
use logging::LogFormat;

/// Group buying for communities: campaigns, slots and deadlines over one file.
///
/// Every flag can also be set by an environment variable, or in a file `.env` in the working directory;
/// empty is as if not set.
#[derive(Parser)]
#[command(name = "sambatan", version, max_term_width = 100)]
struct Cli {
    /// What is logged to stderr: `error`, `warn`, `info`, `debug`, `trace` or `off`, also by module
    /// (`info,sambatan::http=debug`) [default: `info` while serving, else `warn`]
    #[arg(long, global = true, value_name = "FILTER", env = "SAMBATAN_LOG")]
    log: Option<LogFilter>,
    /// How a line of the log is written: for people, or one JSON object a line
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        env = "SAMBATAN_LOG_FORMAT",
        default_value = "text"
    )]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Args),
    Demo(demo::Args),
    Sweep(sweep::Args),
    Check(check::Args),
    Audit(audit::Args),
    Sql(sql::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Organiser(organiser::Args),
    Healthcheck(healthcheck::Args),
    Webhooks(webhooks::Args),
    Export(export::Args),
    Payments(payments::Args),
    Refunds(refunds::Args),
    Qris(qris::Args),
    Openapi(openapi::Args),
}

/// Why a command ends early.
enum Failure {
    /// It did not work: exit code 1.
    Failed(String),
    /// It was not understood: exit code 2.
    Usage(String),
    /// Whoever read the output has gone away: nothing is wrong.
    OutputClosed,
}

type Outcome = Result<ExitCode, Failure>;

/// Runs the command line of this process.
pub(crate) fn run() -> ExitCode {
    match dotenv::load(&Cli::command()).and_then(|warnings| parse(&warnings)) {
        Ok(code) => code,
        Err(Failure::OutputClosed) => ExitCode::SUCCESS,
        Err(Failure::Failed(message)) => {
            output::complain(&message);
            ExitCode::FAILURE
        }
        Err(Failure::Usage(message)) => {
            output::complain(&message);
            ExitCode::from(2)
        }
    }
}

/// Reads the command line and does what it says.
fn parse(warnings: &[String]) -> Outcome {
    let command = dotenv::without_empty(Cli::command());
    let read = command
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match read {
        Ok(cli) => dispatch(cli, warnings),
        Err(error) => {
            // They may be what is behind it.
            for warning in warnings {
                output::complain(warning);
            }
            error.exit()
        }
    }
}

fn dispatch(cli: Cli, warnings: &[String]) -> Outcome {
    let serves = matches!(cli.command, Command::Serve(_) | Command::Demo(_));
    let level = if serves { "info" } else { "warn" };
    let filter = cli.log.as_ref().map_or(level, LogFilter::as_str);
    logging::start(filter, cli.log_format);
    for warning in warnings {
        log::warn!("{warning}");
    }
    match cli.command {
        Command::Serve(args) => serve::run(&args),
        Command::Demo(args) => demo::run(args),
        Command::Sweep(args) => sweep::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Sql(args) => sql::run(&args),
        Command::Backup(args) => backup::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Organiser(args) => organiser::run(&args),
        Command::Healthcheck(args) => healthcheck::run(&args),
        Command::Webhooks(args) => webhooks::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Payments(args) => payments::run(&args),
        Command::Refunds(args) => refunds::run(&args),
        Command::Qris(args) => qris::run(&args),
        Command::Openapi(args) => openapi::run(&args),
    }
}

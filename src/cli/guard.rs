//! Who is let in: the organiser's token, the rate limits, and whether an address needs a token.

use std::fs::File;
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::FalseyValueParser;
use sambatan::http::{Mode, OrganiserToken, RateLimits};

use crate::cli::{Failure, database};

/// How to guard what is served.
#[derive(Args)]
pub(super) struct Guard {
    /// The organiser's token: with it the service is guarded. Other users of the machine can see flags:
    /// better set the environment variable or name a file
    #[arg(
        long,
        value_name = "TOKEN",
        env = "SAMBATAN_ORGANISER_TOKEN",
        hide_env_values = true
    )]
    organiser_token: Option<String>,
    /// A file with the organiser's token
    #[arg(long, value_name = "FILE", env = "SAMBATAN_ORGANISER_TOKEN_FILE")]
    organiser_token_file: Option<PathBuf>,
    /// Joins that an address may make in a minute; 0: any number
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SAMBATAN_RATE_JOINS",
        default_value = "30"
    )]
    rate_joins: u32,
    /// Other changes that an address may make in a minute; 0: any number
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SAMBATAN_RATE_WRITES",
        default_value = "120"
    )]
    rate_writes: u32,
    /// Reads that an address may make in a minute; 0: any number
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SAMBATAN_RATE_READS",
        default_value = "1200"
    )]
    rate_reads: u32,
    /// Write a name of the client into each line of the access log: made of its address with the key of the
    /// database, so that a tool can count by it and nobody reads the address
    #[arg(long, env = "SAMBATAN_LOG_CLIENTS", value_parser = FalseyValueParser::new())]
    pub(super) log_clients: bool,
    /// A file with the names of clients that are kept out, one a line; it may be changed at any time
    #[arg(long, value_name = "FILE", env = "SAMBATAN_BANNED_CLIENTS")]
    pub(super) banned_clients: Option<PathBuf>,
}

/// The longest file that can hold a token.
const MAX_FILE: u64 = 4096;

impl Guard {
    /// Who is let in at an address.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the network can reach the address and there is no token, or when the
    /// token can't be one. No message repeats the token.
    pub(super) fn mode(&self, listen: SocketAddr) -> Result<Mode, Failure> {
        match self.token()? {
            Some(token) => Ok(Mode::Guarded(token)),
            None if listen.ip().is_loopback() => Ok(Mode::Open),
            None => Err(Failure::Usage(format!(
                "{} can be reached from the network, and without an organiser token anybody could change everything. Make a token with `sambatan organiser token new` and set SAMBATAN_ORGANISER_TOKEN or SAMBATAN_ORGANISER_TOKEN_FILE for the guarded mode, or listen on 127.0.0.1:{}.",
                listen.ip(),
                listen.port()
            ))),
        }
    }

    /// Whether there is an organiser token.
    pub(super) const fn has_token(&self) -> bool {
        self.organiser_token.is_some() || self.organiser_token_file.is_some()
    }

    /// How many requests an address may make.
    pub(super) const fn rate_limits(&self) -> RateLimits {
        RateLimits {
            joins_per_minute: self.rate_joins,
            writes_per_minute: self.rate_writes,
            reads_per_minute: self.rate_reads,
        }
    }

    /// What a `curl` line needs to be let in as the organiser, for a shell: where the token is, never the
    /// token itself. Nothing in open mode.
    pub(super) fn curl_header(&self) -> Option<String> {
        let token = match (&self.organiser_token, &self.organiser_token_file) {
            (None, None) => return None,
            (Some(_), _) => "$SAMBATAN_ORGANISER_TOKEN".to_owned(),
            (None, Some(path)) => {
                // The other terminal may be in another folder.
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                let quoted = database::shown(&path).replace('\'', r"'\''");
                format!("$(cat '{quoted}')")
            }
        };
        Some(format!(r#" -H "Authorization: Bearer {token}""#))
    }

    fn token(&self) -> Result<Option<OrganiserToken>, Failure> {
        let (text, origin) = match (&self.organiser_token, &self.organiser_token_file) {
            (None, None) => return Ok(None),
            (Some(token), None) => {
                warn_when_others_can_see();
                (token.clone(), "--organiser-token".to_owned())
            }
            (None, Some(path)) => (read(path)?, database::shown(path)),
            (Some(_), Some(_)) => {
                return Err(Failure::Usage(
                    "there are two organiser tokens: SAMBATAN_ORGANISER_TOKEN and SAMBATAN_ORGANISER_TOKEN_FILE (or their flags) are both set. Set one.".to_owned(),
                ));
            }
        };
        OrganiserToken::new(&text).map(Some).map_err(|error| {
            Failure::Usage(format!(
                "the organiser token of {origin} cannot be used: {error}. Make a good one with `sambatan organiser token new`."
            ))
        })
    }
}

/// Reads a secret from a file, without the line break at its end.
fn read(path: &Path) -> Result<String, Failure> {
    let shown = database::shown(path);
    let failed = |error: std::io::Error| {
        Failure::Usage(format!(
            "the organiser token's file {shown} cannot be read: {error}"
        ))
    };
    let file = File::open(path).map_err(failed)?;
    warn_when_others_can_read(&file, &shown);
    let mut text = String::new();
    file.take(MAX_FILE)
        .read_to_string(&mut text)
        .map_err(failed)?;
    let line_break: &[_] = &['\n', '\r'];
    Ok(text.trim_end_matches(line_break).to_owned())
}

/// Whatever is in the environment or in a file is not in the list of processes.
fn warn_when_others_can_see() {
    const FLAG: &str = "--organiser-token";
    let is_flag = std::env::args_os().any(|argument| {
        let argument = argument.to_string_lossy();
        argument == FLAG || argument.starts_with("--organiser-token=")
    });
    if is_flag {
        log::warn!(
            "the organiser token is given as a flag, so everybody on this machine can read it in the list of processes: set SAMBATAN_ORGANISER_TOKEN_FILE or SAMBATAN_ORGANISER_TOKEN instead, and change the token"
        );
    }
}

/// Only a warning: secrets that a container is given are often readable for everybody inside it.
fn warn_when_others_can_read(file: &File, shown: &str) {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS_READ: u32 = 0o004;
    let mode = file
        .metadata()
        .map(|metadata| metadata.permissions().mode());
    if mode.is_ok_and(|mode| mode & OTHERS_READ != 0) {
        log::warn!(
            "everybody on this machine can read the organiser token in {shown}: make it yours alone with `chmod 600 {shown}`"
        );
    }
}

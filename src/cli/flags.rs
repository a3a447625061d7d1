//! Flags that several subcommands share, and how their values are read.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use clap::builder::FalseyValueParser;

use sambatan::domain::receiver::PrivateNetworks;
use sambatan::words::Zone;

use crate::cli::door::DoorFlags;
use crate::cli::guard::Guard;

/// The file.
#[derive(Args)]
pub(super) struct Database {
    /// The database file
    #[arg(
        long = "db",
        value_name = "FILE",
        env = "SAMBATAN_DB",
        default_value = "sambatan.db"
    )]
    pub(super) path: PathBuf,
}

/// How long what people typed is kept.
#[derive(Args)]
pub(super) struct Forgetting {
    /// So many days after the end of a campaign the names, addresses, notes and payout accounts of its
    /// participants are erased; 0: never
    #[arg(
        long = "forget-after-days",
        value_name = "DAYS",
        env = "SAMBATAN_FORGET_AFTER_DAYS",
        default_value = "90"
    )]
    pub(super) days: u32,
}

/// How to serve.
#[derive(Args)]
pub(super) struct Serving {
    /// The address to listen on; port 0 takes a free one. An address that the network can reach needs
    /// an organiser token
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "SAMBATAN_LISTEN",
        default_value = "127.0.0.1:8000"
    )]
    pub(super) listen: Listen,
    /// How often the scheduler sweeps when no deadline falls due: minutes, or with a unit (`30s`, `10m`,
    /// `1h`)
    #[arg(
        long,
        value_name = "TIME",
        env = "SAMBATAN_INTERVAL",
        default_value = "5"
    )]
    pub(super) interval: Interval,
    #[command(flatten)]
    pub(super) forgetting: Forgetting,
    /// The zone whose times people read: `WIB` (UTC+7), `WITA` (UTC+8) or `WIT` (UTC+9)
    #[arg(
        long,
        value_name = "ZONE",
        env = "SAMBATAN_ZONE",
        default_value = "WIB"
    )]
    pub(super) zone: Zone,
    /// Threads that answer requests, 1 to 1024. A join holds none while it is being stored
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SAMBATAN_WORKERS",
        default_value = "8",
        value_parser = clap::value_parser!(u16).range(1..=1024)
    )]
    pub(super) workers: u16,
    /// Connections that read the file, 1 to 64
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SAMBATAN_READERS",
        default_value = "8",
        value_parser = clap::value_parser!(u32).range(1..=64)
    )]
    pub(super) readers: u32,
    #[command(flatten)]
    pub(super) guard: Guard,
    #[command(flatten)]
    pub(super) door: DoorFlags,
    /// Send events also to receivers on this machine and in its own network, although there is an organiser token.
    /// Without a token they are sent to anyway; to link-local and metadata addresses never
    #[arg(
        long,
        env = "SAMBATAN_WEBHOOKS_TO_PRIVATE_NETWORKS",
        value_parser = FalseyValueParser::new()
    )]
    webhooks_to_private_networks: bool,
}

impl Serving {
    /// Whether receivers in the house are sent to.
    pub(super) const fn private_networks(&self) -> PrivateNetworks {
        if self.webhooks_to_private_networks || !self.guard.has_token() {
            PrivateNetworks::Allowed
        } else {
            PrivateNetworks::Refused
        }
    }
}

/// JSON or words.
#[derive(Args)]
pub(super) struct Format {
    /// Print JSON
    #[arg(long, env = "SAMBATAN_JSON", value_parser = FalseyValueParser::new())]
    pub(super) json: bool,
}

/// Where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Listen(pub(super) SocketAddr);

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let address = match text.strip_prefix("localhost:") {
            Some(port) => port
                .parse()
                .map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
                .ok(),
            None => text.parse().ok(),
        };
        address.map(Self).ok_or_else(|| {
            "write an address and a port, such as 127.0.0.1:8000 or [::1]:8000".to_owned()
        })
    }
}

/// A time between two sweeps: 1 second to 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval(pub(super) Duration);

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unit = |unit: char| text.strip_suffix(unit);
        let (number, seconds) = if let Some(number) = unit('s') {
            (number, 1)
        } else if let Some(number) = unit('m') {
            (number, 60)
        } else if let Some(number) = unit('h') {
            (number, 3600)
        } else {
            (text, 60)
        };
        number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(seconds))
            .filter(|seconds| (1..=24 * 3600).contains(seconds))
            .map(|seconds| Self(Duration::from_secs(seconds)))
            .ok_or_else(|| {
                "write minutes, such as 5, or a time, such as 30s, 10m or 1h; from 1s to 24h"
                    .to_owned()
            })
    }
}

/// What is logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LogFilter(String);

impl LogFilter {
    /// The filter as `env_logger` reads it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LogFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A word that is no level would be taken for a module and silence all others.
        let understood = text.split(',').all(|part| {
            let level = part.rsplit_once('=').map_or(part, |(_, level)| level);
            level.trim().parse::<log::LevelFilter>().is_ok()
        });
        if understood {
            Ok(Self(text.to_owned()))
        } else {
            Err("write off, error, warn, info, debug or trace, also by module: info,sambatan::http=debug".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_minutes_or_has_a_unit() {
        for (text, seconds) in [
            ("5", Some(300)),
            ("30s", Some(30)),
            ("10m", Some(600)),
            ("24h", Some(86_400)),
            ("0", None),
            ("25h", None),
            ("-1", None),
            ("1.5", None),
            ("5 m", None),
            ("m", None),
            ("", None),
            ("99999999999999999999h", None),
            ("9999999999999999999", None),
        ] {
            let read = text.parse::<Interval>().ok();
            let expected = seconds.map(|seconds| Interval(Duration::from_secs(seconds)));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn an_address_has_a_port() {
        for text in [
            "127.0.0.1:8000",
            "[::1]:0",
            "localhost:8000",
            "0.0.0.0:80",
            "[::]:80",
        ] {
            assert!(text.parse::<Listen>().is_ok(), "{text}");
        }
        for text in [
            "127.0.0.1",
            "8000",
            "localhost",
            "localhost:x",
            "sambatan.example:80",
        ] {
            assert!(text.parse::<Listen>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_log_filter_names_levels() {
        for text in ["info", "WARN", "info,sambatan::http=debug", "off"] {
            assert!(text.parse::<LogFilter>().is_ok(), "{text}");
        }
        for text in ["", "inof", "sambatan", "sambatan=loud"] {
            assert!(text.parse::<LogFilter>().is_err(), "{text}");
        }
    }
}

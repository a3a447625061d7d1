//! Flags of the front door.

use clap::Args;
use sambatan::http::door::{DoorConfig, IpNetwork};

/// Who may connect, and how often.
#[derive(Args)]
pub(super) struct DoorFlags {
    /// Connections at one time, 8 to 16384
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SAMBATAN_MAX_CONNECTIONS",
        default_value = "512",
        value_parser = clap::value_parser!(u16).range(8..=16_384)
    )]
    max_connections: u16,
    /// Connections at one time from one address; trusted proxies are exempt
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SAMBATAN_MAX_CONNECTIONS_PER_ADDRESS",
        default_value = "128",
        value_parser = clap::value_parser!(u16).range(1..=16_384)
    )]
    max_connections_per_address: u16,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas, such as
    /// 127.0.0.1,10.0.0.0/8
    #[arg(
        long,
        value_name = "NETWORKS",
        env = "SAMBATAN_TRUSTED_PROXIES",
        value_delimiter = ','
    )]
    trusted_proxies: Vec<IpNetwork>,
}

impl DoorFlags {
    /// Whether a proxy is to stand in front.
    pub(super) const fn trusts_proxies(&self) -> bool {
        !self.trusted_proxies.is_empty()
    }

    /// The door's settings. With `only_this_machine` everybody has the same address, so a limit for
    /// each would be one for all.
    pub(super) fn config(&self, only_this_machine: bool) -> DoorConfig {
        let max_connections = usize::from(self.max_connections);
        let per_address = usize::from(self.max_connections_per_address);
        DoorConfig {
            max_connections,
            max_connections_per_address: if only_this_machine {
                max_connections
            } else {
                per_address
            },
            trusted_proxies: self.trusted_proxies.clone(),
            ..DoorConfig::default()
        }
    }
}

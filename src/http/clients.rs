//! What stands for a client in the log, and the list of those that are banned by it.
//!
//! The log has no address. What it can have is a name that only this installation's key makes of one: the same
//! client has the same name for as long as the file lives, and nobody who reads the log learns the address. A
//! tool that counts lines can therefore tell who is to be kept out, but no firewall can: so it writes the name
//! into a file, and this program keeps them out.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::http::gate;
use crate::http::rate_limit;
use crate::http::request::Request;
use crate::service::Sambatan;

/// How often the file is looked at, at the most.
const LOOK: Duration = Duration::from_secs(1);
/// The most of the file that is read: some thirty thousand names.
const MAX_FILE: u64 = 1024 * 1024;

/// The name of a client: 16 hexadecimal digits. One home, an IPv4 address or a /64 of IPv6, has one name.
pub(crate) fn name(service: &Sambatan, request: &Request) -> String {
    let home = rate_limit::home(gate::address(request)).to_string();
    let mut name = service.pseudonym("client", &home);
    name.truncate(16);
    name
}

/// The names in a file, one a line. What follows a name after a blank, and lines that begin with `#`, are words for
/// people. The file may be changed at any time.
pub(crate) struct BanList {
    path: PathBuf,
    read: Mutex<Listed>,
}

#[derive(Default)]
struct Listed {
    names: HashSet<String>,
    looked_at: Option<Instant>,
    /// What the file was like when it was read.
    version: Option<(SystemTime, u64)>,
}

impl BanList {
    /// The list in a file, which need not be there yet.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            read: Mutex::default(),
        }
    }

    /// Whether a name is on the list.
    pub(crate) fn has(&self, name: &str, now: Instant) -> bool {
        let mut listed = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = listed
            .looked_at
            .is_some_and(|looked_at| now.saturating_duration_since(looked_at) < LOOK);
        if !is_fresh {
            listed.looked_at = Some(now);
            self.look(&mut listed);
        }
        listed.names.contains(name)
    }

    /// Reads the file when it has changed. One that can't be read leaves the list as it was; one that has gone
    /// ends every ban.
    fn look(&self, listed: &mut Listed) {
        let found = std::fs::metadata(&self.path);
        let version = found
            .ok()
            .and_then(|found| Some((found.modified().ok()?, found.len())));
        if version == listed.version {
            return;
        }
        let Some(now) = version else {
            *listed = Listed {
                looked_at: listed.looked_at,
                ..Listed::default()
            };
            return;
        };
        let mut text = String::new();
        let read =
            File::open(&self.path).and_then(|file| file.take(MAX_FILE).read_to_string(&mut text));
        match read {
            Ok(_) => {
                let names = text
                    .lines()
                    .filter_map(|line| line.split_whitespace().next());
                listed.names = names
                    .filter(|name| !name.starts_with('#'))
                    .map(str::to_owned)
                    .collect();
                listed.version = Some(now);
            }
            Err(error) => log::warn!("the list of banned clients cannot be read: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_follows_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("banned");
        let (list, start) = (BanList::new(path.clone()), Instant::now());
        assert!(!list.has("0123456789abcdef", start));
        std::fs::write(
            &path,
            "# mine\n0123456789abcdef 2030-01-01\n\nfedcba9876543210\n",
        )
        .unwrap();
        assert!(
            !list.has("0123456789abcdef", start),
            "it was just looked at"
        );
        let later = start + LOOK;
        assert!(list.has("0123456789abcdef", later) && list.has("fedcba9876543210", later));
        assert!(!list.has("#", later) && !list.has("2030-01-01", later));
        std::fs::write(&path, "fedcba9876543210\n").unwrap();
        assert!(!list.has("0123456789abcdef", later + LOOK));
        std::fs::remove_file(&path).unwrap();
        assert!(!list.has("fedcba9876543210", later + 2 * LOOK));
    }
}

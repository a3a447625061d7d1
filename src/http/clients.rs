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
    /// Whether the log has been told that it can't be read.
    has_warned: bool,
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
            .as_ref()
            .ok()
            .and_then(|found| Some((found.modified().ok()?, found.len())));
        if version == listed.version {
            return;
        }
        if version.is_none() {
            *listed = Listed {
                looked_at: listed.looked_at,
                ..Listed::default()
            };
            return;
        }
        // Opening a pipe would wait for whoever writes into it, and every request with it.
        let read = match found {
            Ok(found) if !found.is_file() => Err(std::io::Error::other("it is not a file")),
            _ => self.read(),
        };
        match read {
            Ok(bytes) => {
                let path = self.path.display();
                if bytes.len() as u64 > MAX_FILE {
                    log::warn!("of {path} only the first {MAX_FILE} bytes are read");
                }
                let (names, strange) = names_in(&String::from_utf8_lossy(&bytes));
                if let Some(line) = strange {
                    log::warn!("{path}: line {line} is no client's name, and is passed over");
                }
                listed.names = names;
                listed.version = version;
                listed.has_warned = false;
            }
            Err(error) if !listed.has_warned => {
                listed.has_warned = true;
                log::warn!("the list of banned clients cannot be read: {error}");
            }
            Err(_) => {}
        }
    }

    /// One byte more than is heeded, so that a longer file is noticed.
    fn read(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = File::open(&self.path)?;
        file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// The names in a list, and the number of the first line that has none though it should.
fn names_in(text: &str) -> (HashSet<String>, Option<usize>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut names = HashSet::new();
    let mut strange = None;
    for (line, number) in text.lines().zip(1..) {
        let word = line.split_whitespace().next();
        let Some(word) = word.filter(|word| !word.starts_with('#')) else {
            continue;
        };
        if word.len() == 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            names.insert(word.to_ascii_lowercase());
        } else if strange.is_none() {
            strange = Some(number);
        }
    }
    (names, strange)
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

    #[test]
    fn a_list_that_is_no_file_holds_nobody_up_and_leaves_it_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("banned");
        let (list, start) = (BanList::new(path.clone()), Instant::now());
        std::fs::write(&path, "0123456789abcdef\n").unwrap();
        assert!(list.has("0123456789abcdef", start));
        std::fs::remove_file(&path).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        // Nobody ever writes into it.
        assert!(list.has("0123456789abcdef", start + LOOK));
        assert!(!list.has("fedcba9876543210", start + 2 * LOOK));
    }

    #[test]
    fn a_name_is_known_however_it_is_written_and_what_is_none_is_told() {
        let (names, strange) =
            names_in("\u{feff}# mine\r\n0123456789ABCDEF mine\r\n\n\u{fffd}\n198.51.100.1\n");
        assert_eq!(names, HashSet::from(["0123456789abcdef".to_owned()]));
        assert_eq!(strange, Some(4));
        assert_eq!(names_in("  fedcba9876543210\n#\n").1, None);
    }
}

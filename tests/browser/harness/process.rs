//! The process: how Chromium is started and ended. What is said to it is `protocol`'s.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::protocol::Connection;
use super::skip_without;

/// Chromium reads commands from descriptor 3 and answers on 4. A shell puts its standard streams there.
const START: &str = r#"exec chromium "$@" 3<&0 4>&1 </dev/null >/dev/null"#;

const FLAGS: [&str; 12] = [
    "--remote-debugging-pipe",
    "--headless",
    // Its sandbox refuses to run as root, as tests in containers do; it shows only pages of ours.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Shared memory is small in containers.
    "--disable-dev-shm-usage",
    // Scroll bars would take their width from a window of a phone's size.
    "--hide-scrollbars",
    // Whatever a page asks for elsewhere is seen by the test and reaches nobody.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

/// Whether Chromium can be started here.
pub(super) fn is_there() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    let is_there = *FOUND.get_or_init(|| {
        let version = Command::new("chromium").arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    });
    if !is_there {
        skip_without("chromium");
    }
    is_there
}

/// A running Chromium without a window.
pub(crate) struct Browser {
    pub(super) connection: Connection,
    process: Child,
    /// Its profile, new for each process.
    profile: TempDir,
}

impl Browser {
    pub(super) fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let log = File::create(profile.path().join("log.txt")).unwrap();
        let mut process = Command::new("sh")
            .args(["-c", START, "sh"])
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            // What it leaves behind goes with the profile.
            .env("TMPDIR", profile.path())
            // Where no user lives: a time that a page shows in the browser's own zone is off by hours.
            .env("TZ", "America/St_Johns")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let connection = Connection::over(
            process.stdin.take().unwrap(),
            process.stdout.take().unwrap(),
        );
        let browser = Self {
            connection,
            process,
            profile,
        };
        if let Err(error) = browser
            .connection
            .call(None, "Browser.getVersion", json!({}))
        {
            panic!("{error}; Chromium says: {}", browser.log());
        }
        browser
    }

    /// Sends a command that concerns the whole browser.
    pub(super) fn call(&self, method: &str, parameters: Value) -> Value {
        self.connection
            .call(None, method, parameters)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.profile.path().join("log.txt")).unwrap_or_default()
    }
}

impl Drop for Browser {
    /// Without its pipe Chromium ends, orderly and with all its processes.
    fn drop(&mut self) {
        if !self.connection.close(Duration::from_secs(10)) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

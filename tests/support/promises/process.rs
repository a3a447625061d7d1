//! The real process: started, killed, stopped, always within a bound.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded, unbounded};

/// How long a start may take, also on a machine that is busy with other tests.
const START: Duration = Duration::from_secs(30);

/// The environment variable that chooses a broken variant, in builds that have them.
pub(crate) const VARIANT: &str = "SAMBATAN_BROKEN_VARIANT";

/// A server under test. Dropping it kills it.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
    /// Disconnected when the process has closed its standard output: when it has ended.
    lines: Receiver<String>,
    log: Arc<Mutex<String>>,
    logged: Receiver<()>,
}

/// `sambatan serve` for a file, with nothing of the surrounding environment that could configure it.
pub(crate) fn serve(file: &Path, variant: Option<&str>) -> Command {
    configure(Command::new(env!("CARGO_BIN_EXE_sambatan")), file, variant)
}

/// As [`serve`], behind the words of another program that runs what follows them.
pub(crate) fn serve_under(wrapper: &[&str], file: &Path, variant: Option<&str>) -> Command {
    let mut command = Command::new(wrapper[0]);
    command.args(&wrapper[1..]);
    command.arg(env!("CARGO_BIN_EXE_sambatan"));
    configure(command, file, variant)
}

fn configure(mut command: Command, file: &Path, variant: Option<&str>) -> Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SAMBATAN_") {
            command.env_remove(name);
        }
    }
    if let Some(variant) = variant {
        command.env(VARIANT, variant);
    }
    let folder = file.parent().expect("a file stands in a folder");
    command
        .current_dir(folder)
        .arg("serve")
        .arg("--db")
        .arg(file)
        .args(["--listen", "127.0.0.1:0"]);
    command
}

impl Served {
    /// Starts a server and waits until it says that it listens.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server can be started");
        let stdout = child.stdout.take().expect("it is piped");
        let stderr = child.stderr.take().expect("it is piped");
        let (to_lines, lines) = unbounded();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if to_lines.send(line).is_err() {
                    return;
                }
            }
        });
        let log = Arc::new(Mutex::new(String::new()));
        let (logging, logged) = bounded(0);
        let shared = Arc::clone(&log);
        std::thread::spawn(move || {
            collect(stderr, &shared);
            drop(logging);
        });
        let mut served = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            lines,
            log,
            logged,
        };
        served.address = served.wait_until_it_listens();
        served
    }

    fn wait_until_it_listens(&self) -> SocketAddr {
        loop {
            match self.lines.recv_timeout(START) {
                Ok(line) => {
                    let address = line
                        .split_once("Sambatan is listening on http://")
                        .and_then(|(_, rest)| rest.split_whitespace().next())
                        .and_then(|address| address.trim_end_matches('/').parse().ok());
                    if let Some(address) = address {
                        return address;
                    }
                }
                Err(error) => panic!("the server did not start ({error}): {}", self.log()),
            }
        }
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|ended| ended.is_none())
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("no reader panics").clone()
    }

    /// `kill -9`, and waits until the process is gone.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the server still runs");
        self.child.wait().expect("it is a child of this process");
    }

    /// Sends the signal that asks it to stop.
    pub(crate) fn ask_to_stop(&self) {
        assert!(signal("TERM", self.child.id()), "the server still runs");
    }

    /// Waits for the process to end by itself. Answers how, and everything that it logged; without an
    /// exit status it still ran when the time was up.
    pub(crate) fn wait(mut self, at_most: Duration) -> (Option<ExitStatus>, String) {
        loop {
            match self.lines.recv_timeout(at_most) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => return (None, self.log()),
            }
        }
        let status = self.child.wait().expect("it is a child of this process");
        // Disconnected when the log is complete.
        let _ = self.logged.recv_timeout(START);
        (Some(status), self.log())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Both fail when it has ended, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process that this test has started. False when it has ended already.
pub(crate) fn signal(name: &str, process: u32) -> bool {
    let sent = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .output()
        .expect("there is a kill command");
    sent.status.success()
}

fn collect(mut from: impl Read, into: &Mutex<String>) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
        into.lock().expect("no reader panics").push_str(&text);
    }
}

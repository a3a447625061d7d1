//! Servers in a process of their own: for faults that end the process, or that need few descriptors.
//!
//! The test binary runs itself again, with one test chosen and an environment variable that makes
//! that test the server.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const ROLE: &str = "DOOR_TEST_CHILD";

/// Whether this process is the child.
pub fn is_child() -> bool {
    std::env::var_os(ROLE).is_some()
}

/// Says to the parent where the server listens, and stays until the parent ends it.
#[allow(
    clippy::print_stdout,
    reason = "the parent reads the address from standard output"
)]
pub fn announce(address: SocketAddr) -> ! {
    println!("\nLISTENING {address}");
    loop {
        std::thread::sleep(Duration::from_secs(60));
    }
}

/// The process of a server.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Runs the test `name` of this binary as a server, under `limits` (a line of shell).
    pub fn start(name: &str, limits: &str) -> Server {
        let exe = std::env::current_exe().unwrap();
        let mut child = Command::new("sh")
            .args(["-c", &format!("{limits}\nexec \"$0\" \"$@\"")])
            .arg(exe)
            .args(["--exact", name, "--nocapture"])
            .env(ROLE, "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("LISTENING ").map(str::to_owned));
        let address = address
            .expect("the child says where it listens")
            .parse()
            .unwrap();
        Server { child, address }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How the process ended, if it does within a few seconds.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let until = Instant::now() + Duration::from_secs(5);
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Threads of the process.
    pub fn threads(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/task", self.id())).map_or(0, Iterator::count)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

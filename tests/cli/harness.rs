//! Runs the real program: to its end, or until it says that it listens.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

/// Longer than anything here takes, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A working directory.
pub(crate) struct Place {
    folder: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The program, in this directory and without settings from outside.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sambatan"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SAMBATAN_") {
                command.env_remove(name);
            }
        }
        command.args(arguments).current_dir(self.folder.path());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        run(&mut self.command(arguments))
    }

    /// Starts a command that serves, on a free port.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        command.args(["--listen", "127.0.0.1:0"]);
        Running::start(command)
    }

    /// Makes a small demo file.
    pub(crate) fn demo_file(&self) -> PathBuf {
        let demo = self.serve(&["demo", "--db", "demo.db"]);
        assert_eq!(demo.stop().code, Some(0));
        self.path("demo.db")
    }
}

impl Ended {
    /// Asserts the exit code and a word of what was said about it.
    pub(crate) fn failed(&self, code: i32, word: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.stderr.contains(word), "{word}: {self:?}");
    }

    /// What was printed, when all went well.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Ended {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A command that serves. Dropping it kills it.
pub(crate) struct Running {
    process: u32,
    exit: Receiver<ExitStatus>,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    said: Vec<String>,
    logged: Vec<String>,
    has_ended: bool,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = lines(child.stdout.take().unwrap());
        let stderr = lines(child.stderr.take().unwrap());
        let mut running = Self {
            process: child.id(),
            exit: exit_of(child),
            stdout,
            stderr,
            said: Vec::new(),
            logged: Vec::new(),
            has_ended: false,
        };
        running.wait_until_said("Sambatan is listening on");
        running
    }

    /// The address that it printed.
    pub(crate) fn address(&self) -> SocketAddr {
        let line = self
            .said
            .iter()
            .find_map(|line| line.split_once("listening on http://"));
        line.unwrap().1.parse().unwrap()
    }

    /// Its process id.
    pub(crate) const fn process(&self) -> u32 {
        self.process
    }

    /// What it has printed until it listened.
    pub(crate) fn said(&self) -> &[String] {
        &self.said
    }

    pub(crate) fn wait_until_said(&mut self, word: &str) {
        wait_for(&self.stdout, &mut self.said, word, &self.stderr);
    }

    pub(crate) fn wait_until_logged(&mut self, word: &str) {
        wait_for(&self.stderr, &mut self.logged, word, &self.stdout);
    }

    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.process);
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ended {
        let status = self.exit.recv_timeout(PATIENCE).expect("it does not end");
        self.has_ended = true;
        self.said.extend(self.stdout.iter());
        self.logged.extend(self.stderr.iter());
        Ended {
            code: status.code(),
            stdout: self.said.join("\n"),
            stderr: self.logged.join("\n"),
        }
    }

    /// Asks it to stop and waits for its end.
    pub(crate) fn stop(self) -> Ended {
        self.signal("TERM");
        self.end()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.has_ended && self.exit.try_recv().is_err() {
            self.signal("KILL");
        }
    }
}

fn exit_of(mut child: Child) -> Receiver<ExitStatus> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(child.wait().unwrap()));
    receiver
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            if sender.send(line.unwrap()).is_err() {
                break;
            }
        }
    });
    receiver
}

fn wait_for(
    stream: &Receiver<String>,
    seen: &mut Vec<String>,
    word: &str,
    other: &Receiver<String>,
) {
    while !seen.iter().any(|line| line.contains(word)) {
        match stream.recv_timeout(PATIENCE) {
            Ok(line) => seen.push(line),
            Err(error) => panic!(
                "{word} did not come ({error}); there was {seen:?}, and on the other stream {:?}",
                other.try_iter().collect::<Vec<_>>()
            ),
        }
    }
}

/// Edits a file behind the program's back: without foreign keys and CHECKs.
pub(crate) fn edit(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;")
        .unwrap();
    connection
        .execute_batch(sql)
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
}

/// Overwrites a page of a file that nothing reads when the file is opened.
pub(crate) fn damage(path: &Path) {
    let sql = "SELECT page_size, (rootpage - 1) * page_size FROM sqlite_schema, pragma_page_size
                WHERE name = 'participants_by_user'";
    let (size, start): (u32, u32) = Connection::open(path)
        .unwrap()
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let (size, start) = (size as usize, start as usize);
    let mut bytes = std::fs::read(path).unwrap();
    bytes[start..start + size].fill(0xa5);
    std::fs::write(path, bytes).unwrap();
}

//! The DevTools protocol over a pair of pipes: JSON texts with a NUL after each, commands out, answers
//! and events in. What the commands mean is not its concern.
//!
//! Pipes need no port, no websocket and no driver program. They close when the test process ends,
//! however it ends, and the browser with them.
//!
//! <https://chromedevtools.github.io/devtools-protocol/>

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// Far beyond everything that these tests wait for.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Where what comes in goes: an answer to its caller, an event to its session.
#[derive(Default)]
struct Receivers {
    callers: HashMap<u64, Sender<Value>>,
    sessions: HashMap<String, Sender<Value>>,
}

/// A connection to a browser, for any number of threads.
pub(super) struct Connection {
    pipe: Mutex<Option<ChildStdin>>,
    receivers: Arc<Mutex<Receivers>>,
    /// Says nothing, and ends when the browser does.
    ended: Mutex<Receiver<()>>,
    last_id: AtomicU64,
}

impl Connection {
    pub(super) fn over(pipe: ChildStdin, answers: ChildStdout) -> Self {
        let receivers = Arc::new(Mutex::new(Receivers::default()));
        let (alive, ended) = channel();
        let reading = Arc::clone(&receivers);
        std::thread::spawn(move || {
            let _alive: Sender<()> = alive;
            deliver(answers, &reading);
        });
        Self {
            pipe: Mutex::new(Some(pipe)),
            receivers,
            ended: Mutex::new(ended),
            last_id: AtomicU64::new(0),
        }
    }

    /// Sends a command, to a session or to the browser, and waits for its result.
    ///
    /// # Errors
    /// What the browser says against it, or that it does not answer.
    pub(super) fn call(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Value, String> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let (caller, answer) = channel();
        self.receivers.lock().unwrap().callers.insert(id, caller);
        let mut command = json!({"id": id, "method": method});
        command["params"] = parameters;
        if let Some(session) = session {
            command["sessionId"] = Value::from(session);
        }
        self.send(&command)
            .map_err(|error| format!("{method} was not sent: {error}"))?;
        let mut answer = answer
            .recv_timeout(PATIENCE)
            .map_err(|error| format!("no answer to {method}: {error}"))?;
        match answer.get("error") {
            Some(error) => Err(format!("{method}: {error}")),
            None => Ok(answer["result"].take()),
        }
    }

    /// What happens in a session from now on.
    pub(super) fn events_of(&self, session: &str) -> Receiver<Value> {
        let (sender, events) = channel();
        let mut receivers = self.receivers.lock().unwrap();
        receivers.sessions.insert(session.to_owned(), sender);
        events
    }

    /// Closes the pipe, and whether the browser has ended within a time.
    pub(super) fn close(&self, patience: Duration) -> bool {
        drop(self.pipe.lock().unwrap().take());
        let ended = self.ended.lock().unwrap().recv_timeout(patience);
        ended == Err(std::sync::mpsc::RecvTimeoutError::Disconnected)
    }

    fn send(&self, command: &Value) -> std::io::Result<()> {
        let mut bytes = command.to_string().into_bytes();
        bytes.push(0);
        match &mut *self.pipe.lock().unwrap() {
            Some(pipe) => pipe.write_all(&bytes),
            None => Err(std::io::ErrorKind::NotConnected.into()),
        }
    }
}

/// Hands on what comes in until the browser ends; then nobody waits in vain.
fn deliver(answers: ChildStdout, receivers: &Mutex<Receivers>) {
    let mut answers = BufReader::new(answers);
    let mut text = Vec::new();
    while answers.read_until(0, &mut text).is_ok_and(|read| read > 0) {
        text.pop();
        let Ok(message) = serde_json::from_slice::<Value>(&text) else {
            break;
        };
        text.clear();
        let mut receivers = receivers.lock().unwrap();
        if let Some(id) = message["id"].as_u64() {
            if let Some(caller) = receivers.callers.remove(&id) {
                let _ = caller.send(message);
            }
        } else if let Some(session) = message["sessionId"].as_str() {
            let gone = match receivers.sessions.get(session) {
                Some(listener) => listener.send(message.clone()).is_err(),
                None => false,
            };
            if gone {
                receivers.sessions.remove(session);
            }
        }
    }
    *receivers.lock().unwrap() = Receivers::default();
}

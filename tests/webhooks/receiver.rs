//! A receiver of webhooks: it keeps what it gets and answers as it is told.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossbeam_channel::{Receiver as Channel, Sender, unbounded};
use serde_json::Value;

/// Longer than any delivery takes, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// What it got.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    /// The path that was asked for.
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    /// The body as it came.
    pub(crate) body: String,
}

impl Delivery {
    /// The only header of a name.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut found = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let (_, value) = found
            .next()
            .unwrap_or_else(|| panic!("no {name}: {self:?}"));
        assert!(found.next().is_none(), "{name} twice");
        value
    }

    /// The delivery id.
    pub(crate) fn id(&self) -> &str {
        self.header("X-Sambatan-Delivery")
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The event's name, which its header says too.
    pub(crate) fn event(&self) -> String {
        let name = self.header("X-Sambatan-Event");
        assert_eq!(self.json()["event"], name);
        name.to_owned()
    }

    /// The event's number.
    pub(crate) fn number(&self) -> i64 {
        self.json()["id"].as_i64().unwrap()
    }
}

/// A receiver on a free port, until the test ends.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    deliveries: Channel<Delivery>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

/// How it answers a request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Status(u16),
    /// It keeps the connection and says nothing until the channel is disconnected.
    Silence(Channel<()>),
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (to_test, deliveries) = unbounded();
        let answers: Arc<Mutex<VecDeque<Answer>>> = Arc::default();
        let shared = Arc::clone(&answers);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (to_test, answers) = (to_test.clone(), Arc::clone(&shared));
                std::thread::spawn(move || serve(stream.unwrap(), &to_test, &answers));
            }
        });
        Self {
            address,
            deliveries,
            answers,
        }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Says how it answers what comes next; after that it answers 204.
    pub(crate) fn will_answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// The next delivery.
    pub(crate) fn next(&self) -> Delivery {
        let next = self.deliveries.recv_timeout(PATIENCE);
        next.expect("a delivery comes")
    }

    /// The events of the next deliveries.
    pub(crate) fn events<const COUNT: usize>(&self) -> [String; COUNT] {
        std::array::from_fn(|_| self.next().event())
    }

    /// What has come and was not asked for yet.
    pub(crate) fn rest(&self) -> Vec<Delivery> {
        self.deliveries.try_iter().collect()
    }
}

fn serve(stream: TcpStream, to_test: &Sender<Delivery>, answers: &Mutex<VecDeque<Answer>>) {
    let mut stream = BufReader::new(stream);
    while let Some(delivery) = read(&mut stream) {
        assert_eq!(delivery.header("Content-Type"), "application/json");
        let answer = answers.lock().unwrap().pop_front();
        // Nobody listens any more when the test has ended.
        if to_test.send(delivery).is_err() {
            return;
        }
        let status = match answer {
            Some(Answer::Status(status)) => status,
            Some(Answer::Silence(until)) => {
                let _ = until.recv();
                return;
            }
            None => 204,
        };
        let length = if status == 204 {
            ""
        } else {
            "Content-Length: 0\r\n"
        };
        let head = format!("HTTP/1.1 {status} Any\r\n{length}\r\n");
        if stream.get_mut().write_all(head.as_bytes()).is_err() {
            return;
        }
    }
}

/// Reads a request; none when the connection ended before it was whole.
fn read(stream: &mut BufReader<TcpStream>) -> Option<Delivery> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        match line.strip_suffix("\r\n")? {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let path = lines[0].strip_prefix("POST ")?.strip_suffix(" HTTP/1.1")?;
    let headers: Vec<(String, String)> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut delivery = Delivery {
        path: path.to_owned(),
        headers,
        body: String::new(),
    };
    let mut body = vec![0; delivery.header("Content-Length").parse().ok()?];
    stream.read_exact(&mut body).ok()?;
    delivery.body = String::from_utf8(body).ok()?;
    Some(delivery)
}

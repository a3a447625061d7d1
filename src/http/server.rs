//! The server: a listener, worker threads, and an end.
//!
//! tiny_http accepts connections and reads requests in threads of its own and queues them; our workers
//! take them from the queue. The only module, with `exchange`, that knows tiny_http.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::http::access::Mode;
use crate::http::clients::BanList;
use crate::http::context::Context;
use crate::http::desk;
use crate::http::door::{Door, DoorConfig, DoorStats, PrivateSocket, Sender as Uploader, Senders};
use crate::http::download::Downloads;
use crate::http::exchange::{self, Clerk, Desk};
use crate::http::gate::Gate;
use crate::http::metrics::Metrics;
use crate::http::rate_limit::RateLimits;
use crate::http::request::{Method, Request, UPLOAD_PATH};
use crate::http::route::Face;
use crate::http::routes::DESCRIPTION;
use crate::http::staged::Staged;
use crate::service::Sambatan;
use crate::words::Zone;

/// How a server is set up.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The number of worker threads. A read or a change by the organiser holds one until it is done; a
    /// join does not: it is answered when the writer has stored it.
    pub workers: usize,
    /// Who is let in.
    pub mode: Mode,
    /// How many requests an address may make. They hold in guarded mode; in open mode every client is
    /// on this machine.
    pub rate_limits: RateLimits,
    /// Whether the log has a name for each client, made of its address with the installation's key.
    pub log_clients: bool,
    /// A file with the names of clients that are kept out, one a line. It holds in guarded mode.
    pub banned_clients: Option<PathBuf>,
    /// The zone whose times people read.
    pub zone: Zone,
    /// How long a join waits for the writer before its client is told that the outcome is not known. Far
    /// beyond a healthy commit.
    pub patience: Duration,
    /// The front door before the workers. Without one tiny_http faces the clients itself, which it
    /// cannot do safely: that is for measuring what the door costs.
    pub door: Option<DoorConfig>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            workers: 8,
            patience: Duration::from_secs(30),
            mode: Mode::Open,
            rate_limits: RateLimits::default(),
            log_clients: false,
            banned_clients: None,
            zone: Zone::default(),
            door: Some(DoorConfig::default()),
        }
    }
}

/// A running HTTP server. Dropping it leaves the workers running: use [`Server::stop`].
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    workers: Crew,
    /// The thread that answers what waited for the writer.
    finisher: Crew,
    front: Front,
    address: SocketAddr,
}

/// Some workers were still busy when the time to stop was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{busy} workers were still busy")]
pub struct StillBusy {
    /// So many.
    pub busy: usize,
}

struct Shared {
    http: tiny_http::Server,
    context: Context,
    desk: Desk,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// Requests are small and so are answers; the deepest thing on a worker's stack is a JSON body of 128
/// levels, which takes less than a tenth of this.
const WORKER_STACK: usize = 512 * 1024;

/// So many exchanges wait for the writer at one time; its own queue is as long.
const MOST_WAITING: usize = 1024;

/// How long a client may take to make room for more of its answer.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

impl Server {
    /// Serves a listener that is bound already.
    ///
    /// # Errors
    /// When the listener has no address, threads can't be started, or the mode is open and the listener
    /// could be reached from a network ([`io::ErrorKind::InvalidInput`]).
    pub fn start(
        listener: TcpListener,
        service: Arc<Sambatan>,
        options: &ServerOptions,
    ) -> io::Result<Self> {
        let reachable = !listener.local_addr()?.ip().is_loopback();
        if reachable && matches!(options.mode, Mode::Open) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "an address that the network can reach needs an organiser token",
            ));
        }
        let gate = Gate::new(options.mode.clone(), options.rate_limits)
            .keeping_out(options.banned_clients.clone().map(BanList::new));
        let gate = Arc::new(gate);
        let (http, front, address) = match &options.door {
            Some(config) => {
                let mut config = config.clone();
                config.uploads.senders = Some(organisers(&gate, &service));
                open_behind_door(listener, config)?
            }
            None => open_bare(listener)?,
        };
        let (desk, clerk) = desk::open(MOST_WAITING, options.patience);
        let shared = Arc::new(Shared {
            http,
            context: Context {
                metrics: Metrics::new(Arc::clone(&service), front.stats()),
                service,
                gate,
                behind_door: options.door.is_some(),
                zone: options.zone,
                log_clients: options.log_clients,
                description: &DESCRIPTION,
                downloads: Downloads::default(),
                staged: Staged::default(),
                accepting: AtomicBool::new(true),
                stopping: AtomicBool::new(false),
            },
            desk,
        });
        let mut finisher = Crew::new();
        let finishing = Arc::clone(&shared);
        finisher.hire("http-finish".to_owned(), move || finish(&finishing, clerk))?;
        let mut workers = Crew::new();
        for number in 0..options.workers.max(1) {
            let working = Arc::clone(&shared);
            workers.hire(format!("http-{number}"), move || work(&working))?;
        }
        Ok(Self {
            shared,
            workers,
            finisher,
            front,
            address,
        })
    }

    /// The address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it takes new connections. It stops for ever when the system refuses it one, for instance
    /// because the process has too many files open.
    #[must_use]
    pub fn is_accepting(&self) -> bool {
        self.shared.context.accepting.load(Ordering::Relaxed)
    }

    /// Ends the server: no new connection is accepted, what has been read is still answered, then the
    /// workers end. Waits for that, at most so long.
    ///
    /// # Errors
    /// [`StillBusy`] when the time is over first; those workers are left to themselves.
    pub fn stop(self, within: Duration) -> Result<(), StillBusy> {
        let deadline = Instant::now() + within;
        let cut_off = self.front.close(within);
        self.shared.context.stopping.store(true, Ordering::SeqCst);
        // Wakes one worker, after what is queued; on its way out it wakes the next.
        self.shared.http.unblock();
        let mut busy = cut_off + self.workers.end(deadline);
        // Whatever the workers have left there is still answered.
        self.shared.desk.close();
        busy += self.finisher.end(deadline);
        if busy == 0 {
            Ok(())
        } else {
            Err(StillBusy { busy })
        }
    }
}

/// Threads that end together.
#[derive(Debug)]
struct Crew {
    threads: Vec<JoinHandle<()>>,
    /// Each thread holds a clone. Nothing is ever sent.
    alive: Sender<()>,
    ended: Receiver<()>,
}

impl Crew {
    fn new() -> Self {
        let (alive, ended) = bounded(0);
        Self {
            threads: Vec::new(),
            alive,
            ended,
        }
    }

    fn hire(&mut self, name: String, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let alive = self.alive.clone();
        let thread = thread::Builder::new()
            .name(name)
            .stack_size(WORKER_STACK)
            .spawn(move || {
                work();
                drop(alive);
            })?;
        self.threads.push(thread);
        Ok(())
    }

    /// Waits until all have ended, at most so long, and says how many have not.
    fn end(self, deadline: Instant) -> usize {
        drop(self.alive);
        let _ = self.ended.recv_deadline(deadline);
        let mut busy = 0;
        for thread in self.threads {
            if thread.is_finished() || Instant::now() < deadline {
                // The ends have been dropped, so the threads are at their last instructions.
                let _ = thread.join();
            } else {
                busy += 1;
            }
        }
        busy
    }
}

/// What stands between the clients and tiny_http.
enum Front {
    /// The door, and the socket between it and tiny_http.
    Door(Door, PrivateSocket),
    /// Nothing: tiny_http's own listener.
    Bare(TcpListener),
}

impl Front {
    /// What the door counts.
    fn stats(&self) -> Option<Arc<DoorStats>> {
        match self {
            Self::Door(door, _) => Some(door.stats()),
            Self::Bare(_) => None,
        }
    }

    /// Takes no new connections. The door also waits, at most so long, until what has been begun is
    /// answered, and says how many were cut off.
    fn close(self, within: Duration) -> usize {
        match self {
            Self::Door(door, socket) => {
                let report = door.shutdown(within);
                drop(socket);
                report.given_up
            }
            Self::Bare(listener) => {
                // On Linux this ends the accepting thread at once; elsewhere it may do nothing, and the
                // thread ends when the last worker has let go of the server.
                let _ = socket2::SockRef::from(&listener).shutdown(Shutdown::Both);
                0
            }
        }
    }
}

impl std::fmt::Debug for Front {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Door(..) => "Door",
            Self::Bare(_) => "Bare",
        })
    }
}

/// Only the organiser may send larger bodies: an open session to the page, a token to the API.
fn organisers(gate: &Arc<Gate>, service: &Arc<Sambatan>) -> Senders {
    let (gate, service) = (Arc::clone(gate), Arc::clone(service));
    Senders::those(move |sender: &Uploader<'_>| {
        let mut request = Request::new(String::new(), Method::Post, sender.path);
        request.is_https = sender.is_https;
        request.client = Some(sender.client);
        for (name, text) in sender.shown {
            request.headers.push(name, text);
        }
        let face = match sender.path {
            UPLOAD_PATH => Face::Page,
            _ => Face::Api,
        };
        gate.is_organiser(&service, &request, face)
    })
}

type Opened = (tiny_http::Server, Front, SocketAddr);

fn open_behind_door(listener: TcpListener, config: DoorConfig) -> io::Result<Opened> {
    let (socket, private) = PrivateSocket::bind()?;
    let http = tiny_http::Server::from_listener(private, None).map_err(io::Error::other)?;
    let door = Door::start(listener, socket.path(), config)?;
    let address = door.local_addr();
    Ok((http, Front::Door(door, socket), address))
}

fn open_bare(listener: TcpListener) -> io::Result<Opened> {
    let address = listener.local_addr()?;
    // Accepted sockets inherit it. Without it an answer in several packets would wait for the
    // client's delayed acknowledgement.
    let socket = socket2::SockRef::from(&listener);
    socket.set_tcp_nodelay(true)?;
    // On Linux they inherit this too. A client that does not read its answer gives its worker back.
    socket.set_write_timeout(Some(WRITE_TIMEOUT))?;
    let other_listener = listener.try_clone()?;
    let http = tiny_http::Server::from_listener(listener, None).map_err(io::Error::other)?;
    Ok((http, Front::Bare(other_listener), address))
}

fn work(shared: &Shared) {
    loop {
        match shared.http.recv() {
            Ok(request) => serve(shared, request),
            Err(_) if shared.context.stopping.load(Ordering::SeqCst) => break,
            Err(error) => {
                // The accepting thread has ended.
                shared.context.accepting.store(false, Ordering::Relaxed);
                log::error!("no more connections are accepted: {error}");
            }
        }
    }
    // Requests that came on open connections since: the queue ends when nothing is in it.
    while let Ok(Some(request)) = shared.http.try_recv() {
        serve(shared, request);
    }
    shared.http.unblock();
}

fn serve(shared: &Shared, request: tiny_http::Request) {
    guarded(|| exchange::serve(&shared.context, &shared.desk, request));
}

fn finish(shared: &Shared, mut clerk: Clerk) {
    while let Some((exchange, render)) = clerk.next() {
        guarded(|| exchange.answer_later(&shared.context, render));
    }
}

fn guarded(answer: impl FnOnce() -> io::Result<()>) {
    // tiny_http itself panics when a connection's other half did; the thread has to outlive that.
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(answer)) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => log::debug!("an answer could not be sent: {error}"),
        Err(_) => log::error!("a thread panicked while it answered; it goes on"),
    }
}

//! The server: a listener, worker threads, and an end.
//!
//! tiny_http accepts connections and reads requests in threads of its own and queues them; our workers
//! take them from the queue. The only module, with `exchange`, that knows tiny_http.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::http::access::Mode;
use crate::http::context::Context;
use crate::http::exchange;
use crate::http::gate::Gate;
use crate::http::metrics::{DoorNumbers, Metrics};
use crate::http::rate_limit::RateLimits;
use crate::service::Sambatan;

/// How a server is set up.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The number of worker threads. A join holds one until its change is on disk, so this is also how
    /// many joins can share one commit.
    pub workers: usize,
    /// Who is let in.
    pub mode: Mode,
    /// How many requests an address may make. They hold in guarded mode; in open mode every client is
    /// on this machine.
    pub rate_limits: RateLimits,
    /// Whether a front door stands before the listener, so that nothing else can connect to it, and
    /// says in `X-Sambatan-Client` who the client is.
    pub behind_door: bool,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            workers: 64,
            mode: Mode::Open,
            rate_limits: RateLimits::default(),
            behind_door: false,
        }
    }
}

/// A running HTTP server. Dropping it leaves the workers running: use [`Server::stop`].
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
    /// Is disconnected when the last worker has ended.
    ended: Receiver<()>,
    /// The same listener that tiny_http has.
    listener: TcpListener,
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
    stopping: AtomicBool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// Requests are small and so are answers; the deepest thing on a worker's stack is a JSON body of 128
/// levels, which takes less than a tenth of this.
const WORKER_STACK: usize = 512 * 1024;

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
        let address = listener.local_addr()?;
        if matches!(options.mode, Mode::Open) && !address.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "an address that the network can reach needs an organiser token",
            ));
        }
        // Accepted sockets inherit it. Without it an answer in several packets would wait for the
        // client's delayed acknowledgement.
        let socket = socket2::SockRef::from(&listener);
        socket.set_tcp_nodelay(true)?;
        // On Linux they inherit this too. A client that does not read its answer gives its worker back.
        socket.set_write_timeout(Some(WRITE_TIMEOUT))?;
        let other_listener = listener.try_clone()?;
        let http = tiny_http::Server::from_listener(listener, None).map_err(io::Error::other)?;
        let shared = Arc::new(Shared {
            http,
            context: Context {
                metrics: Metrics::new(Arc::clone(&service)),
                service,
                gate: Gate::new(options.mode.clone(), options.rate_limits),
                behind_door: options.behind_door,
                accepting: AtomicBool::new(true),
            },
            stopping: AtomicBool::new(false),
        });
        let (alive, ended) = bounded(0);
        let workers = (0..options.workers.max(1))
            .map(|number| spawn_worker(number, Arc::clone(&shared), alive.clone()))
            .collect::<io::Result<_>>()?;
        Ok(Self {
            shared,
            workers,
            ended,
            listener: other_listener,
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

    /// Has the metrics tell how the front door does; asked at each scrape. Only the first call counts.
    pub fn watch_door(&self, ask: impl Fn() -> DoorNumbers + Send + Sync + 'static) {
        self.shared.context.metrics.watch_door(Box::new(ask));
    }

    /// Ends the server: no new connection is accepted, what has been read is still answered, then the
    /// workers end. Waits for that, at most so long.
    ///
    /// # Errors
    /// [`StillBusy`] when the time is over first; those workers are left to themselves.
    pub fn stop(self, within: Duration) -> Result<(), StillBusy> {
        let deadline = Instant::now() + within;
        self.shared.stopping.store(true, Ordering::SeqCst);
        // On Linux this ends the accepting thread at once; elsewhere it may do nothing, and the thread
        // ends when the last worker has let go of the server.
        let _ = socket2::SockRef::from(&self.listener).shutdown(Shutdown::Both);
        // Wakes one worker, after what is queued; on its way out it wakes the next.
        self.shared.http.unblock();
        // Nothing is ever sent: this returns when the last worker has dropped its end.
        let _ = self.ended.recv_deadline(deadline);
        let mut busy = 0;
        for worker in self.workers {
            if worker.is_finished() || Instant::now() < deadline {
                // The ends have been dropped, so the threads are at their last instructions.
                let _ = worker.join();
            } else {
                busy += 1;
            }
        }
        if busy == 0 {
            Ok(())
        } else {
            Err(StillBusy { busy })
        }
    }
}

fn spawn_worker(
    number: usize,
    shared: Arc<Shared>,
    alive: Sender<()>,
) -> io::Result<JoinHandle<()>> {
    thread::Builder::new()
        .name(format!("http-{number}"))
        .stack_size(WORKER_STACK)
        .spawn(move || {
            work(&shared);
            drop(shared);
            drop(alive);
        })
}

fn work(shared: &Shared) {
    loop {
        match shared.http.recv() {
            Ok(request) => serve(shared, request),
            Err(_) if shared.stopping.load(Ordering::SeqCst) => break,
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
    // tiny_http itself panics when a connection's other half did; the worker has to outlive that.
    let served = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        exchange::serve(&shared.context, request, &shared.stopping)
    }));
    match served {
        Ok(Ok(())) => {}
        Ok(Err(error)) => log::debug!("an answer could not be sent: {error}"),
        Err(_) => log::error!("a worker panicked while it answered; it goes on"),
    }
}

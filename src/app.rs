//! The running application: what starts in which order, and how it ends.
//!
//! Owns no socket, no signal and no setting: it gets a listener that is bound, a service that is open
//! and a channel that tells it to stop, so that a test can run it as the command line does.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, select, tick};

use crate::domain::error::Error;
use crate::http::{Server, ServerOptions};
use crate::service::Sambatan;

/// How long requests in flight may take to finish after the application was told to stop.
const GRACE: Duration = Duration::from_secs(5);
/// The same when it is in doubt what the file holds: enough to send answers that are ready.
const GRACE_IN_DOUBT: Duration = Duration::from_secs(1);
/// How often it is checked that the server still takes connections.
const LOOK: Duration = Duration::from_secs(1);

/// Why the application could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The HTTP server could not start.
    #[error("the HTTP server cannot start: {0}")]
    Server(#[from] io::Error),
    /// The lifecycle scheduler could not start.
    #[error("the lifecycle scheduler cannot start: {0}")]
    Scheduler(Error),
    /// The deliveries to webhooks could not start.
    #[error("the deliveries to webhooks cannot start: {0}")]
    Deliveries(Error),
}

/// Why the application ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It was told to.
    Asked,
    /// A commit failed: what the file holds is only known after it is opened again.
    InDoubt,
    /// The service takes no more writes, though nobody closed it.
    NoMoreWrites,
    /// The server takes no more connections, for instance because too many files are open.
    NoMoreConnections,
}

/// The scheduler, the deliveries and the server over one service.
pub struct App {
    server: Server,
    service: Arc<Sambatan>,
}

impl App {
    /// Starts the scheduler and the deliveries to webhooks, then the server.
    ///
    /// # Errors
    /// When one of them cannot start; the service is closed then.
    pub fn start(
        listener: TcpListener,
        service: Sambatan,
        options: &ServerOptions,
    ) -> Result<Self, StartError> {
        let service = Arc::new(service);
        service.scheduler().start().map_err(StartError::Scheduler)?;
        let deliveries = service.deliveries().start();
        deliveries.map_err(StartError::Deliveries)?;
        let server = Server::start(listener, Arc::clone(&service), options)?;
        log::info!(
            "Application startup complete, serving http://{}",
            server.address()
        );
        Ok(Self { server, service })
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &Sambatan {
        &self.service
    }

    /// The address that is served.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Serves until `stop` brings a message or is disconnected, or until the service or the server can
    /// do no more; then ends everything in order: no new connections, what is in flight is finished
    /// (bounded), the scheduler, the deliveries, the writes that wait, the file.
    #[must_use]
    pub fn run(self, stop: &Receiver<()>) -> Ending {
        let ending = self.wait(stop);
        let grace = match ending {
            Ending::Asked => {
                log::info!("Sambatan is stopping: finishing what is in flight");
                GRACE
            }
            Ending::InDoubt => {
                log::error!(
                    "a commit failed, so it is not known what the file holds: ending; the next start reads the truth from the file"
                );
                GRACE_IN_DOUBT
            }
            Ending::NoMoreWrites => {
                log::error!("the writer has ended: ending, start again");
                GRACE_IN_DOUBT
            }
            Ending::NoMoreConnections => {
                log::error!("no more connections are taken: ending, start again");
                GRACE
            }
        };
        self.end(grace);
        ending
    }

    fn wait(&self, stop: &Receiver<()>) -> Ending {
        let ended = self.service.ended();
        let look = tick(LOOK);
        loop {
            select! {
                recv(stop) -> _ => return Ending::Asked,
                recv(ended) -> _ => return if self.service.is_in_doubt() {
                    Ending::InDoubt
                } else {
                    Ending::NoMoreWrites
                },
                recv(look) -> _ => if !self.server.is_accepting() {
                    return Ending::NoMoreConnections;
                },
            }
        }
    }

    fn end(self, grace: Duration) {
        let Self { server, service } = self;
        if let Err(busy) = server.stop(grace) {
            log::warn!("requests were cut off: {busy}");
        }
        service.close();
        log::info!("Sambatan has stopped");
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;

    fn app() -> App {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let service = Sambatan::ephemeral().unwrap();
        let options = ServerOptions {
            workers: 2,
            ..ServerOptions::default()
        };
        App::start(listener, service, &options).unwrap()
    }

    #[test]
    fn it_ends_in_order_when_it_is_asked_to() {
        let app = app();
        let (address, service) = (app.address(), Arc::clone(&app.service));
        assert!(service.scheduler().is_running());
        let (stop, stopped) = bounded(0);
        drop(stop);
        assert_eq!(app.run(&stopped), Ending::Asked);
        assert!(!service.scheduler().is_running());
        assert_eq!(service.is_writable(), Err(Error::Stopping));
        assert!(TcpListener::bind(address).is_ok(), "the port is free again");
    }

    #[test]
    fn it_ends_when_the_service_takes_no_more_writes() {
        let app = app();
        app.service().close();
        let (_stop, stopped) = bounded(0);
        assert_eq!(app.run(&stopped), Ending::NoMoreWrites);
    }
}

//! `sambatan serve`: the HTTP API and the scheduler over a file.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;

use crossbeam_channel::Receiver;
use sambatan::Sambatan;
use sambatan::app::{App, Ending};
use sambatan::http::{Mode, ServerOptions};

use crate::cli::flags::{Database, Serving};
use crate::cli::{Failure, Outcome, database, output, signals};

/// Serve the HTTP API and run the scheduler
///
/// Makes the file when there is none. Stops on Ctrl-C or SIGTERM: finishes what is in flight, within five
/// seconds, and closes the file. A second one stops at once.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    serving: Serving,
}

pub(super) fn run(args: &Args) -> Outcome {
    let front = Front::open(&args.serving)?;
    let service = database::open(&args.database.path, service_options(&args.serving))?;
    log::info!(
        "Sambatan database opened: {}",
        database::shown(&args.database.path)
    );
    front.serve(service, &args.serving, |_| Ok(()))
}

/// How the service is opened for serving.
pub(super) fn service_options(serving: &Serving) -> sambatan::Options {
    sambatan::Options {
        readers: serving.readers,
        interval: serving.interval.0,
        forget_after_days: serving.forgetting.days,
        private_networks: serving.private_networks(),
        #[cfg(feature = "broken-variants")]
        broken: broken_variant(),
        ..sambatan::Options::default()
    }
}

/// The tests of the tests ask for a variant by the environment, never by a flag that somebody could find.
#[cfg(feature = "broken-variants")]
fn broken_variant() -> Option<sambatan::BrokenVariant> {
    let name = std::env::var("SAMBATAN_BROKEN_VARIANT").ok()?;
    let variant = sambatan::BrokenVariant::from_name(&name);
    // To test the sound program instead would prove nothing.
    Some(variant.expect("SAMBATAN_BROKEN_VARIANT names a broken variant"))
}

/// Loopback is no protection against whoever comes through a proxy on this machine.
fn warn_of_open_proxy() {
    log::warn!(
        "--trusted-proxies is set without an organiser token: everybody who comes through the proxy is refused. Make a token with `sambatan organiser token new` and set SAMBATAN_ORGANISER_TOKEN or SAMBATAN_ORGANISER_TOKEN_FILE."
    );
}

/// What stands between the outside and the application: who is let in, the port and the signals. They come first, so
/// that nothing is done to a file when the port is taken, and no signal is missed.
pub(super) struct Front {
    listener: TcpListener,
    mode: Mode,
    stop: Receiver<()>,
}

impl Front {
    /// Takes the port and catches the signals.
    ///
    /// # Errors
    /// [`Failure::Failed`] when the port is taken; [`Failure::Usage`] when the address needs a token and
    /// there is none.
    pub(super) fn open(serving: &Serving) -> Result<Self, Failure> {
        let address = serving.listen.0;
        let mode = serving.guard.mode(address)?;
        if matches!(mode, Mode::Open) && serving.door.trusts_proxies() {
            warn_of_open_proxy();
        }
        let listener = TcpListener::bind(address).map_err(|error| {
            Failure::Failed(match error.kind() {
                ErrorKind::AddrInUse => format!(
                    "cannot listen on {address}: the port is in use, perhaps by another sambatan. Stop that one, or choose another port with --listen {}.",
                    SocketAddr::new(address.ip(), address.port().checked_add(1).unwrap_or(0))
                ),
                _ => format!("cannot listen on {address}: {error}. Choose another address with --listen."),
            })
        })?;
        let stop = signals::stop_requested()
            .map_err(|error| Failure::Failed(format!("cannot catch signals: {error}")))?;
        Ok(Self {
            listener,
            mode,
            stop,
        })
    }

    /// Starts the application, lets `prepare` do what has to be done before anybody is told of it, says
    /// where it listens, and serves until the end.
    ///
    /// # Errors
    /// [`Failure::Failed`] when the system gives no threads; what `prepare` answers.
    pub(super) fn serve(
        self,
        service: Sambatan,
        serving: &Serving,
        prepare: impl FnOnce(&App) -> Result<(), Failure>,
    ) -> Outcome {
        let options = ServerOptions {
            workers: usize::from(serving.workers),
            mode: self.mode,
            rate_limits: serving.guard.rate_limits(),
            log_clients: serving.guard.log_clients,
            banned_clients: serving.guard.banned_clients.clone(),
            zone: serving.zone,
            door: Some(serving.door.config(serving.listen.0.ip().is_loopback())),
            ..ServerOptions::default()
        };
        let app = App::start(self.listener, service, &options)
            .map_err(|error| Failure::Failed(error.to_string()))?;
        prepare(&app)?;
        // For people, and for whoever started the program and waits. A closed stdout is no reason not
        // to serve.
        let _ = output::print(&format!(
            "Sambatan is listening on http://{}",
            app.address()
        ));
        Ok(match app.run(&self.stop) {
            Ending::Asked => ExitCode::SUCCESS,
            Ending::InDoubt | Ending::NoMoreWrites | Ending::NoMoreConnections => ExitCode::FAILURE,
        })
    }
}

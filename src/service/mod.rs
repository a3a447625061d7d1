//! [`Sambatan`], the library's face: the verbs of a group buy over one file.
//!
//! Each verb checks its input, then has the rules decide inside the transaction that applies them.
//! Owns no rule and no SQL.

mod accounts;
mod after_completion;
mod bans;
mod calling_off;
mod campaigns;
mod claims;
pub(crate) mod clock_watch;
mod edits;
pub(crate) mod export;
mod forget;
mod giving_back;
pub(crate) mod import;
mod money;
mod overview;
pub(crate) mod participations;
mod pay_to;
mod products;
mod release;
pub(crate) mod stats;
mod sweep;
mod transfer;
mod webhooks;

use std::path::Path;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use tempfile::TempDir;

use crate::clock::Clock;
use crate::delivery::Deliveries;
use crate::domain::error::Error;
use crate::domain::forgetting;
use crate::domain::manage_token::InstallationKey;
use crate::domain::receiver::PrivateNetworks;
use crate::domain::reports::{DashboardSummary, Limit, Page, StorageHealth};
use crate::domain::time::Timestamp;
use crate::store::open::{self, Durability, Readers};
use crate::store::place::{Misplaced, Place};
use crate::store::{Connection, StoreError, installation, totals};
use crate::timer::Scheduler;
use crate::writer::{Limits, Writer};
use clock_watch::ClockWatch;
use stats::Counters;

/// How a file is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the time comes from.
    pub clock: Clock,
    /// Whether a commit waits until the storage has it.
    pub durability: Durability,
    /// The most read connections, at least 1.
    pub readers: u32,
    /// The most writes that wait; one more is answered with [`Error::Overloaded`].
    pub queue: usize,
    /// The most writes that share a commit.
    pub batch: usize,
    /// How often the scheduler sweeps when no deadline falls due.
    pub interval: Duration,
    /// So many days after the end of a campaign what its participants typed is erased by the next sweep;
    /// 0: never.
    pub forget_after_days: u32,
    /// Whether events are sent to receivers on this machine and in its own network. Where others than its owner may
    /// name receivers, they should not be.
    pub private_networks: PrivateNetworks,
    /// A deliberately broken variant, for the tests of the tests.
    #[cfg(feature = "broken-variants")]
    pub broken: Option<BrokenVariant>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Clock::System,
            durability: Durability::Full,
            readers: 8,
            queue: 1024,
            batch: 256,
            interval: Duration::from_secs(5 * 60),
            forget_after_days: forgetting::USUAL_DAYS,
            private_networks: PrivateNetworks::Allowed,
            #[cfg(feature = "broken-variants")]
            broken: None,
        }
    }
}

#[cfg(feature = "broken-variants")]
impl Options {
    fn breaking_sync(mut self) -> Self {
        if self.broken == Some(BrokenVariant::CommitWithoutSync) {
            self.durability = Durability::Off;
        }
        self
    }
}

/// What is broken on purpose.
#[cfg(feature = "broken-variants")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokenVariant {
    /// A join reads the campaign before its transaction and trusts what it read; so does who sends a
    /// refund.
    CheckOutsideTransaction,
    /// Success is answered before COMMIT.
    ReplyBeforeCommit,
    /// COMMIT does not wait for the storage.
    CommitWithoutSync,
    /// The answers of joins with an idempotency key are not stored, nor what was given back by a request.
    ForgetIdempotencyKeys,
    /// Whatever the clock shows is believed.
    BelieveEveryClock,
}

#[cfg(feature = "broken-variants")]
impl BrokenVariant {
    /// Reads the name by which a test asks a process for a variant.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "check-outside-transaction" => Some(Self::CheckOutsideTransaction),
            "reply-before-commit" => Some(Self::ReplyBeforeCommit),
            "commit-without-sync" => Some(Self::CommitWithoutSync),
            "forget-idempotency-keys" => Some(Self::ForgetIdempotencyKeys),
            "believe-every-clock" => Some(Self::BelieveEveryClock),
            _ => None,
        }
    }
}

/// A group-buy service over one file. Share it by [`Arc`]; every verb can be called from any thread.
///
/// Dropping it stops the scheduler and the deliveries, finishes the writes that wait and closes the file.
pub struct Sambatan {
    // The threads of these hold the core, so they must end first: fields drop in this order.
    scheduler: Scheduler,
    deliveries: Deliveries,
    core: Arc<Core>,
}

/// What the verbs and the scheduler's thread share.
pub(crate) struct Core {
    pub(crate) clock: Clock,
    /// Shared with the sweep's writes on their way.
    pub(crate) watch: Arc<ClockWatch>,
    forget_after_days: u32,
    pub(crate) private_networks: PrivateNetworks,
    writer: Writer,
    readers: Readers,
    key: InstallationKey,
    place: Place,
    /// Shared with the writes on their way, which must not hold more of this than that.
    counters: Arc<Counters>,
    /// Shared as the counters are.
    in_use: Arc<pay_to::InUse>,
    /// Held by whoever sweeps: never two at once.
    sweeping: Mutex<()>,
    /// Held by whoever verifies the log, which keeps a core busy.
    verifying: Mutex<()>,
    /// Tells the scheduler that there may be an earlier deadline now.
    schedule_changed: Sender<()>,
    #[cfg(feature = "broken-variants")]
    broken: Option<BrokenVariant>,
    /// The folder of an ephemeral file, removed when everything above has let go of the file.
    _folder: Option<TempDir>,
}

impl Sambatan {
    /// Opens a file, or makes a new one, with the default [`Options`].
    ///
    /// # Errors
    /// When the file cannot be opened or belongs to another or a newer program.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path, Options::default())
    }

    /// Opens a file, or makes a new one.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(path: impl AsRef<Path>, options: Options) -> Result<Self, StoreError> {
        Self::open_in(path.as_ref(), None, options)
    }

    /// A temporary file that goes away with the service, for tests and tries. It does not wait for
    /// the storage: nothing of it is meant to last.
    ///
    /// # Errors
    /// When there can be no temporary file.
    pub fn ephemeral() -> Result<Self, StoreError> {
        Self::ephemeral_with(Options {
            durability: Durability::Off,
            ..Options::default()
        })
    }

    /// As [`Self::ephemeral`], with options.
    ///
    /// # Errors
    /// As [`Self::ephemeral`].
    pub fn ephemeral_with(options: Options) -> Result<Self, StoreError> {
        let folder = tempfile::Builder::new()
            .prefix("sambatan-")
            .tempdir()
            .map_err(|source| StoreError::Io {
                path: std::env::temp_dir(),
                source,
            })?;
        let path = folder.path().join("ephemeral.db");
        Self::open_in(&path, Some(folder), options)
    }

    fn open_in(path: &Path, folder: Option<TempDir>, options: Options) -> Result<Self, StoreError> {
        #[cfg(feature = "broken-variants")]
        let options = options.breaking_sync();
        let connection = open::writer(path, options.durability)?;
        let key = installation::get_key(&connection)?;
        let times = clock_watch::times_in_file(&connection)?;
        let watch = ClockWatch::start(options.clock.clone(), times);
        #[cfg(feature = "broken-variants")]
        let watch = watch.believing_all(options.broken == Some(BrokenVariant::BelieveEveryClock));
        let watch = Arc::new(watch);
        let place = Place::of(path).map_err(|source| StoreError::Io {
            path: path.to_owned(),
            source,
        })?;
        let readers = open::readers(path, options.readers.max(1))?;
        let limits = Limits {
            queue: options.queue,
            batch: options.batch.max(1),
            #[cfg(feature = "broken-variants")]
            reply_before_commit: options.broken == Some(BrokenVariant::ReplyBeforeCommit),
        };
        let writer =
            Writer::start(path, connection, options.clock.clone(), limits).map_err(|source| {
                StoreError::Io {
                    path: path.to_owned(),
                    source,
                }
            })?;
        // One message says as much as many.
        let (schedule_changed, changes) = bounded(1);
        let core = Arc::new(Core {
            clock: options.clock,
            watch,
            forget_after_days: options.forget_after_days,
            private_networks: options.private_networks,
            writer,
            readers,
            key,
            place,
            counters: Arc::default(),
            in_use: Arc::default(),
            sweeping: Mutex::new(()),
            verifying: Mutex::new(()),
            schedule_changed,
            #[cfg(feature = "broken-variants")]
            broken: options.broken,
            _folder: folder,
        });
        let scheduler = Scheduler::new(Arc::clone(&core), changes, options.interval);
        let deliveries = Deliveries::new(Arc::clone(&core));
        Ok(Self {
            scheduler,
            deliveries,
            core,
        })
    }

    /// The lifecycle scheduler. It does not run until it is started.
    #[must_use]
    pub const fn scheduler(&self) -> &Scheduler {
        &self.scheduler
    }

    /// The deliveries to webhooks. Nothing is delivered until they are started.
    #[must_use]
    pub const fn deliveries(&self) -> &Deliveries {
        &self.deliveries
    }

    /// The time the service goes by.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.core.clock.now()
    }

    /// Totals over all campaigns.
    ///
    /// # Errors
    /// [`Error::Overloaded`] or [`Error::Internal`], as every read.
    pub fn dashboard_summary(&self) -> Result<DashboardSummary, Error> {
        self.core.read(totals::summary)
    }

    /// Whether the file is still where it was opened, may be written and has room on its disk. Does not
    /// touch the file; the log says what is wrong.
    #[must_use]
    pub fn storage_health(&self) -> StorageHealth {
        let full = self.core.writer.stats().storage_full.load(Relaxed);
        match self.core.place.check() {
            Ok(()) if full => StorageHealth::Full,
            Ok(()) => StorageHealth::Sound,
            Err(misplaced) => {
                log::error!("{misplaced}");
                match misplaced {
                    Misplaced::Full { .. } => StorageHealth::Full,
                    _ => StorageHealth::Unsound,
                }
            }
        }
    }

    /// Whether the writer answers and can begin a transaction.
    ///
    /// # Errors
    /// Why it does not.
    pub fn is_writable(&self) -> Result<(), Error> {
        // An operation without an effect waits its turn and begins a transaction, as a join would.
        self.core.writer.call(|_| Ok(()))
    }

    /// Stops the scheduler and the deliveries, finishes the writes that wait, and closes the file for writing. Later
    /// writes are answered with [`Error::Stopping`].
    pub fn close(&self) {
        self.scheduler.stop();
        self.deliveries.stop();
        self.core.writer.stop();
    }

    /// Whether a commit failed and the process must end: what the file holds is only known after it is
    /// opened again.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.core.writer.failed()
    }

    /// A channel that is disconnected when the service takes no more writes: after [`Self::close`], or
    /// because it [is in doubt](Self::is_in_doubt).
    #[must_use]
    pub fn ended(&self) -> Receiver<()> {
        self.core.writer.ended()
    }
}

impl Core {
    /// Reads on a connection of the pool; each statement sees one state of the file.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when no connection becomes free in time, [`Error::Internal`].
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, Error> {
        let outcome = self
            .readers
            .get()
            .map_err(StoreError::from)
            .and_then(|connection| work(&connection));
        outcome.map_err(|error| {
            log::error!("a read failed: {error}");
            match error {
                StoreError::Pool(_) => Error::Overloaded,
                _ => Error::Internal,
            }
        })
    }

    fn wake_scheduler(&self) {
        // A full channel holds the news already.
        let _ = self.schedule_changed.try_send(());
    }
}

/// Cuts the row that was read beyond the limit to see whether there is a next page.
fn page<Item, Key>(
    mut items: Vec<Item>,
    limit: Limit,
    key: impl FnOnce(&Item) -> Key,
) -> Page<Item, Key> {
    let rows = usize::try_from(limit.get()).unwrap_or(usize::MAX);
    let more = items.len() > rows;
    items.truncate(rows);
    let next = if more { items.last().map(key) } else { None };
    Page { items, next }
}

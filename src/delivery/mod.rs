//! Delivering events to webhooks.
//!
//! The audit log is the outbox: an event that is to be sent was written in the transaction of its change,
//! so what is sent was committed, and what was committed is sent, also after a crash. One thread looks
//! what is due and sleeps until the next commit or the next attempt. For each webhook that has something
//! due it starts a courier, a thread that delivers until nothing is left or an attempt fails: so a
//! receiver that is slow holds up no other, and an installation without webhooks has one sleeping thread.
//!
//! To each webhook events are sent one at a time, in the order of the log. A webhook moves on only when
//! its receiver has answered 2xx and that is committed, so each event is sent at least once, and again
//! with the same delivery id when in doubt.

mod courier;
mod dispatcher;
mod message;
mod post;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, bounded};

use crate::domain::error::Error;
use crate::service::Core;
use dispatcher::Dispatcher;
use post::Post;

/// The deliveries of a [`crate::Sambatan`] to its webhooks.
pub struct Deliveries {
    core: Arc<Core>,
    counts: Arc<Counts>,
    running: Mutex<Option<Running>>,
}

/// Attempts since the start.
#[derive(Debug, Default)]
struct Counts {
    delivered: AtomicU64,
    failed: AtomicU64,
}

/// How deliveries went since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryCounts {
    /// Attempts that a receiver answered with 2xx.
    pub delivered: u64,
    /// All others.
    pub failed: u64,
}

struct Running {
    /// Disconnected to stop the thread.
    stop: Sender<()>,
    /// Ends the couriers after what they are at.
    stopping: Arc<AtomicBool>,
    post: Arc<Post>,
    thread: JoinHandle<()>,
}

impl Deliveries {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self {
            core,
            counts: Arc::default(),
            running: Mutex::new(None),
        }
    }

    /// Starts to deliver, beginning with what is still to be delivered from before. Does nothing when it
    /// runs already.
    ///
    /// # Errors
    /// [`Error::Internal`] when the system gives no thread.
    pub fn start(&self) -> Result<(), Error> {
        let mut running = self.lock_running();
        if running.is_some() {
            return Ok(());
        }
        let (stop, stopped) = bounded(0);
        let stopping = Arc::new(AtomicBool::new(false));
        let post = Arc::new(Post::new(self.core.private_networks));
        let dispatcher = Dispatcher::new(
            Arc::clone(&self.core),
            Arc::clone(&self.counts),
            Arc::clone(&post),
            Arc::clone(&stopping),
            stopped,
        );
        let spawned = std::thread::Builder::new()
            .name("webhooks".to_owned())
            .spawn(move || dispatcher.run());
        let thread = spawned.map_err(|error| {
            log::error!("webhooks cannot be delivered: {error}");
            Error::Internal
        })?;
        *running = Some(Running {
            stop,
            stopping,
            post,
            thread,
        });
        Ok(())
    }

    /// Stops to deliver: breaks off what is on its way, and waits for that, at most half a second. What
    /// a receiver has taken but nobody heard of is sent again after the next start. Does nothing when it
    /// is not running.
    pub fn stop(&self) {
        let Some(running) = self.lock_running().take() else {
            return;
        };
        running.stopping.store(true, Ordering::SeqCst);
        running.post.close();
        drop(running.stop);
        if running.thread.join().is_err() {
            log::error!("the thread that delivers to webhooks panicked");
        }
    }

    /// How attempts went since the start of the service.
    #[must_use]
    pub fn counts(&self) -> DeliveryCounts {
        DeliveryCounts {
            delivered: self.counts.delivered.load(Ordering::Relaxed),
            failed: self.counts.failed.load(Ordering::Relaxed),
        }
    }

    fn lock_running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Deliveries {
    fn drop(&mut self) {
        self.stop();
    }
}

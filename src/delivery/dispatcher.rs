//! The thread that looks which webhooks have something due, and starts their couriers.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, after, bounded, select};

use crate::delivery::Counts;
use crate::delivery::courier::{Courier, Finished};
use crate::delivery::post::Post;
use crate::domain::error::Error;
use crate::domain::id::WebhookId;
use crate::domain::time::Timestamp;
use crate::domain::webhook::MAX_WEBHOOKS;
use crate::service::Core;

/// What another process commits to the file is not told here: it is found by looking this often.
const LOOK: Duration = Duration::from_secs(5);
/// How long nothing is tried after the file could not be read or written; each further time it is twice
/// as long, up to [`LONGEST_PAUSE`]. What was delivered could not be noted, so it will be sent again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long the end waits for couriers. Their connections are closed by then; only looking up a name
/// and connecting can take longer, and then a courier is left to itself: it holds nothing but a socket.
const LEAVE: Duration = Duration::from_millis(500);

pub(super) struct Dispatcher {
    core: Arc<Core>,
    counts: Arc<Counts>,
    post: Arc<Post>,
    stopping: Arc<AtomicBool>,
    stopped: Receiver<()>,
    commits: Receiver<()>,
    finishing: Sender<Finished>,
    finished: Receiver<Finished>,
    /// The webhooks that have a courier; never more than [`MAX_WEBHOOKS`].
    busy: HashSet<WebhookId>,
    /// After trouble with the file: until when nothing is tried, and how long that is.
    pause: Option<(Instant, Duration)>,
}

enum Wake {
    Look,
    Time,
    Finished(Finished),
    Stop,
}

impl Dispatcher {
    pub(super) fn new(
        core: Arc<Core>,
        counts: Arc<Counts>,
        post: Arc<Post>,
        stopping: Arc<AtomicBool>,
        stopped: Receiver<()>,
    ) -> Self {
        let (finishing, finished) = bounded(MAX_WEBHOOKS);
        Self {
            commits: core.commits(),
            core,
            counts,
            post,
            stopping,
            stopped,
            finishing,
            finished,
            busy: HashSet::new(),
            pause: None,
        }
    }

    pub(super) fn run(mut self) {
        let mut next = self.dispatch();
        loop {
            match self.sleep(next) {
                Wake::Stop => break,
                // It can be early: the clock looks at the time once a second.
                Wake::Time if next.is_some_and(|next| self.core.clock.now() < next) => continue,
                Wake::Time | Wake::Look => {}
                Wake::Finished(finished) => {
                    self.busy.remove(&finished.webhook);
                    if finished.is_troubled {
                        self.begin_pause();
                    } else {
                        self.pause = None;
                    }
                }
            }
            next = self.dispatch();
        }
        self.core.want_commits(false);
        self.wait_for_couriers();
    }

    fn sleep(&self, next: Option<Timestamp>) -> Wake {
        let time = self.core.clock.wake_at(next);
        let look = self.pause_left().unwrap_or(LOOK);
        select! {
            recv(self.stopped) -> _ => Wake::Stop,
            recv(self.finished) -> finished => finished.map_or(Wake::Stop, Wake::Finished),
            recv(self.commits) -> _ => Wake::Look,
            recv(time) -> _ => Wake::Time,
            recv(after(look)) -> _ => Wake::Look,
        }
    }

    /// Starts a courier for each webhook that has something due and has none. Answers when the next
    /// attempt falls due.
    fn dispatch(&mut self) -> Option<Timestamp> {
        if self.pause_left().is_some() {
            return None;
        }
        self.start_couriers().unwrap_or_else(|error| {
            log::error!("webhooks: {error}");
            self.begin_pause();
            None
        })
    }

    fn begin_pause(&mut self) {
        let length = self
            .pause
            .map_or(FIRST_PAUSE, |(_, length)| (length * 2).min(LONGEST_PAUSE));
        self.pause = Some((Instant::now() + length, length));
    }

    fn pause_left(&self) -> Option<Duration> {
        self.pause
            .and_then(|(until, _)| until.checked_duration_since(Instant::now()))
            .filter(|left| !left.is_zero())
    }

    fn start_couriers(&mut self) -> Result<Option<Timestamp>, Error> {
        let mut idle = self.core.webhooks()?;
        idle.retain(|webhook| !self.busy.contains(&webhook.id));
        // Before the end of the log is read: a commit in between is told, and none is missed.
        self.core.want_commits(!idle.is_empty());
        if idle.is_empty() {
            return Ok(None);
        }
        let last_event = self.core.last_event()?;
        let now = self.core.clock.now();
        let mut next = None;
        for webhook in idle {
            if webhook.last_event >= last_event {
                continue;
            }
            if !webhook.is_due(now) {
                next = next.into_iter().chain(webhook.next_attempt_at).min();
            } else if self.busy.len() < MAX_WEBHOOKS {
                self.start_courier(webhook.id)?;
            }
        }
        Ok(next)
    }

    fn start_courier(&mut self, webhook: WebhookId) -> Result<(), Error> {
        let courier = Courier::new(
            webhook,
            &self.core,
            Arc::clone(&self.counts),
            Arc::clone(&self.post),
            Arc::clone(&self.stopping),
            self.finishing.clone(),
        );
        // It is busy until it has said that it has finished, which it also does when it is dropped.
        self.busy.insert(webhook);
        let spawned = std::thread::Builder::new()
            .name("webhook".to_owned())
            .spawn(move || courier.run());
        spawned.map(drop).map_err(|error| {
            log::error!("webhooks: no thread: {error}");
            Error::Internal
        })
    }

    fn wait_for_couriers(mut self) {
        let until = Instant::now() + LEAVE;
        while !self.busy.is_empty() {
            match self.finished.recv_deadline(until) {
                Ok(finished) => self.busy.remove(&finished.webhook),
                Err(_) => break,
            };
        }
    }
}

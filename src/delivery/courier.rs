//! A courier: the thread that delivers to one webhook while something is due there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use crossbeam_channel::Sender;

use crate::delivery::Counts;
use crate::delivery::message::Message;
use crate::delivery::post::Post;
use crate::domain::audit::AuditEvent;
use crate::domain::error::Error;
use crate::domain::id::{CampaignId, WebhookId};
use crate::domain::webhook::Webhook;
use crate::service::Core;

/// Events that are read at once.
const EVENTS: u32 = 64;

/// A courier has ended.
pub(super) struct Finished {
    /// Whose it was.
    pub(super) webhook: WebhookId,
    /// Whether it could not read or write the file, or panicked.
    pub(super) is_troubled: bool,
}

pub(super) struct Courier {
    webhook: WebhookId,
    /// Not held while something is on its way: a receiver that does not answer must not keep the file
    /// open.
    core: Weak<Core>,
    counts: Arc<Counts>,
    post: Arc<Post>,
    stopping: Arc<AtomicBool>,
    finishing: Sender<Finished>,
    is_troubled: bool,
}

/// Whether there may be more to deliver.
enum Next {
    More,
    Nothing,
}

impl Drop for Courier {
    /// Also when the thread panics or could not be started.
    fn drop(&mut self) {
        // There is room for every courier; nobody listens any more when the service is gone.
        let _ = self.finishing.try_send(Finished {
            webhook: self.webhook,
            is_troubled: self.is_troubled,
        });
    }
}

impl Courier {
    pub(super) fn new(
        webhook: WebhookId,
        core: &Arc<Core>,
        counts: Arc<Counts>,
        post: Arc<Post>,
        stopping: Arc<AtomicBool>,
        finishing: Sender<Finished>,
    ) -> Self {
        Self {
            webhook,
            core: Arc::downgrade(core),
            counts,
            post,
            stopping,
            finishing,
            // Until it has ended well.
            is_troubled: true,
        }
    }

    pub(super) fn run(mut self) {
        loop {
            match self.deliver_some() {
                Ok(Next::More) => {}
                Ok(Next::Nothing) => {
                    self.is_troubled = false;
                    break;
                }
                Err(error) => {
                    log::error!("webhook {}: {error}", self.webhook);
                    break;
                }
            }
        }
    }

    /// Delivers the next events, until one of them fails.
    fn deliver_some(&self) -> Result<Next, Error> {
        let Some(core) = self.core() else {
            return Ok(Next::Nothing);
        };
        let found = core.find_webhook(self.webhook)?;
        let Some(mut webhook) = found.filter(|webhook| webhook.is_due(core.clock.now())) else {
            return Ok(Next::Nothing);
        };
        let events = core.events_after(webhook.last_event, EVENTS)?;
        // What is delivered could not be noted, and would be delivered again and again.
        if core.lacks_room() {
            return Err(Error::StorageFull);
        }
        drop(core);
        let Some(last) = events.last().map(|event| event.number) else {
            return Ok(Next::Nothing);
        };
        for event in events {
            // Only campaigns are told of: what happens to a product concerns nobody until it has one.
            let Some(campaign) = event.campaign_id else {
                continue;
            };
            match self.deliver(&webhook, &event, campaign)? {
                Some(after) if after.failures == 0 => webhook = after,
                _ => return Ok(Next::Nothing),
            }
        }
        if webhook.last_event < last
            && let Some(core) = self.core()
        {
            core.pass_events(self.webhook, last)?;
        }
        Ok(Next::More)
    }

    /// Makes one attempt and writes down how it went. Answers the webhook as it is then; none when it has
    /// been removed or the service stops.
    fn deliver(
        &self,
        webhook: &Webhook,
        event: &AuditEvent,
        campaign: CampaignId,
    ) -> Result<Option<Webhook>, Error> {
        let Some(core) = self.core() else {
            return Ok(None);
        };
        let secret = core.webhook_secret(webhook.id);
        let now = core.clock.now();
        drop(core);
        let message = Message::new(event, campaign, webhook.id, &secret, now);
        let attempt = self.post.send(&webhook.url, &message);
        // What was broken off by the stop says nothing about the receiver.
        if !attempt.is_delivered() && self.is_stopping() {
            return Ok(None);
        }
        let count = if attempt.is_delivered() {
            &self.counts.delivered
        } else {
            log::warn!(
                "webhook {}: event {} was not taken ({attempt:?})",
                webhook.id,
                event.number
            );
            &self.counts.failed
        };
        count.fetch_add(1, Ordering::Relaxed);
        match self.core.upgrade() {
            Some(core) => core.note_attempt(webhook.id, event.number, attempt),
            None => Ok(None),
        }
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// The service, unless it stops.
    fn core(&self) -> Option<Arc<Core>> {
        if self.is_stopping() {
            None
        } else {
            self.core.upgrade()
        }
    }
}

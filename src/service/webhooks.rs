//! Verbs on webhooks, and what delivering them reads and writes.

use std::time::Duration;

use crossbeam_channel::Receiver;

use crate::domain::audit::{AuditEvent, AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::error::Error;
use crate::domain::id::WebhookId;
use crate::domain::seal::Salt;
use crate::domain::webhook::{self, Attempt, MAX_WEBHOOKS, Webhook, WebhookReport};
use crate::domain::webhook_secret::WebhookSecret;
use crate::service::{Core, Sambatan};
use crate::store::{Connection, StoreError, audit, webhooks};
use crate::writer::{Failure, Transaction};

/// How long delivering waits for room in the writer's queue, and then for its turn.
const PATIENCE: Duration = Duration::from_secs(30);

impl Sambatan {
    /// Adds a webhook: from now on every event of a campaign is sent to it.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::TooManyWebhooks`], or what every write can answer.
    pub fn add_webhook(&self, url: &str) -> Result<WebhookReport, Error> {
        let url = webhook::url("url", url, self.core.private_networks)?;
        let added = self.core.writer.call(move |transaction| {
            let connection = transaction.connection;
            if webhooks::all(connection)?.len() >= MAX_WEBHOOKS {
                let limit = MAX_WEBHOOKS;
                return Err(Error::TooManyWebhooks { limit }.into());
            }
            let mut webhook = Webhook::new(WebhookId::new(), url, 0, transaction.now);
            let salt = Salt::random().map_err(StoreError::from)?;
            let facts = Metadata::new().sealed(salt.seal(&webhook.texts()));
            let event = log(transaction, AuditEventKind::WebhookAdded, webhook.id, facts)?;
            webhook.last_event = event.number;
            webhooks::insert(connection, &webhook, &salt)?;
            Ok(webhook)
        })?;
        self.core.writer.commits().wake();
        Ok(WebhookReport {
            webhook: added,
            pending: 0,
        })
    }

    /// All webhooks, in the order in which they were added, and how far each has got.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn list_webhooks(&self) -> Result<Vec<WebhookReport>, Error> {
        self.core.read(|connection| {
            let all = webhooks::all(connection)?;
            all.into_iter()
                .map(|webhook| report(connection, webhook))
                .collect()
        })
    }

    /// A webhook, and how far it has got.
    ///
    /// # Errors
    /// [`Error::WebhookNotFound`], or what every read can answer.
    pub fn get_webhook(&self, id: WebhookId) -> Result<WebhookReport, Error> {
        let found = self.core.read(|connection| {
            webhooks::find_by_id(connection, id)?
                .map(|webhook| report(connection, webhook))
                .transpose()
        })?;
        found.ok_or(Error::WebhookNotFound)
    }

    /// Removes a webhook: nothing more is sent to it, but for what is on its way.
    ///
    /// # Errors
    /// [`Error::WebhookNotFound`], or what every write can answer.
    pub fn remove_webhook(&self, id: WebhookId) -> Result<(), Error> {
        self.core.writer.call(move |transaction| {
            if webhooks::find_by_id(transaction.connection, id)?.is_none() {
                return Err(Error::WebhookNotFound.into());
            }
            webhooks::delete(transaction.connection, id)?;
            log(
                transaction,
                AuditEventKind::WebhookRemoved,
                id,
                Metadata::new(),
            )?;
            Ok(())
        })
    }

    /// What the receiver of a webhook checks signatures with.
    #[must_use]
    pub fn webhook_secret(&self, id: WebhookId) -> WebhookSecret {
        self.core.webhook_secret(id)
    }
}

fn log(
    transaction: &Transaction<'_>,
    kind: AuditEventKind,
    id: WebhookId,
    facts: Metadata,
) -> Result<AuditEvent, StoreError> {
    let event = NewAuditEvent {
        campaign_id: None,
        kind,
        metadata: facts.webhook(id),
        timestamp: transaction.now,
    };
    transaction.append(event)
}

fn report(connection: &Connection, webhook: Webhook) -> Result<WebhookReport, StoreError> {
    let last = audit::last_number(connection)?;
    let pending = u64::try_from(last - webhook.last_event).unwrap_or(0);
    Ok(WebhookReport { webhook, pending })
}

/// What delivering reads and writes.
impl Core {
    pub(crate) fn webhook_secret(&self, id: WebhookId) -> WebhookSecret {
        self.key.webhook_secret(id)
    }

    /// A channel that gets a message when something was committed, while that is
    /// [wanted](Self::want_commits), and when a webhook was added.
    pub(crate) fn commits(&self) -> Receiver<()> {
        self.writer.commits().listen()
    }

    /// Says whether commits are to be told from now on.
    pub(crate) fn want_commits(&self, wanted: bool) {
        self.writer.commits().want(wanted);
    }

    /// All webhooks.
    pub(crate) fn webhooks(&self) -> Result<Vec<Webhook>, Error> {
        self.read(webhooks::all)
    }

    /// A webhook, when it is still there.
    pub(crate) fn find_webhook(&self, id: WebhookId) -> Result<Option<Webhook>, Error> {
        self.read(|connection| webhooks::find_by_id(connection, id))
    }

    /// The number of the last event that is committed.
    pub(crate) fn last_event(&self) -> Result<i64, Error> {
        self.read(audit::last_number)
    }

    /// Committed events after a number, in the order of their commits.
    pub(crate) fn events_after(&self, number: i64, at_most: u32) -> Result<Vec<AuditEvent>, Error> {
        self.read(|connection| audit::after(connection, number, at_most))
    }

    /// Writes how an attempt to deliver an event went, and answers the webhook as it is then; none when
    /// it has been removed.
    pub(crate) fn note_attempt(
        &self,
        id: WebhookId,
        event: i64,
        attempt: Attempt,
    ) -> Result<Option<Webhook>, Error> {
        self.change_webhook(id, move |webhook, transaction| {
            webhook.after(event, attempt, transaction.now)
        })
    }

    /// Moves a webhook past events that are none to deliver.
    pub(crate) fn pass_events(&self, id: WebhookId, event: i64) -> Result<Option<Webhook>, Error> {
        self.change_webhook(id, move |webhook, _| webhook.past(event))
    }

    fn change_webhook(
        &self,
        id: WebhookId,
        change: impl FnOnce(Webhook, &Transaction<'_>) -> Webhook + Send + 'static,
    ) -> Result<Option<Webhook>, Error> {
        let work = move |transaction: &Transaction<'_>| {
            let Some(webhook) = webhooks::find_by_id(transaction.connection, id)? else {
                return Ok(None);
            };
            let webhook = change(webhook, transaction);
            webhooks::update(transaction.connection, &webhook)?;
            Ok::<_, Failure>(Some(webhook))
        };
        // A burst of joins may fill the queue; what was delivered is noted all the same.
        self.writer.call_within(PATIENCE, work)
    }
}

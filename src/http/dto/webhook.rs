//! Webhooks, as they go over the wire.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::id::WebhookId;
use crate::domain::time::Timestamp;
use crate::domain::webhook::{DeliveryFailure, WebhookReport};
use crate::domain::webhook_secret::WebhookSecret;
use crate::http::dto::Shown;
use crate::http::dto::shown::FailureWord;

/// A webhook and how delivering to it goes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Webhook")]
pub(crate) struct WebhookAnswer<'a> {
    /// Its id.
    id: Shown<WebhookId>,
    /// Where events are posted.
    url: &'a str,
    /// What its receiver checks signatures with.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
    /// The number of the last event that is done with.
    last_event: i64,
    /// The events that are still to be posted.
    pending: u64,
    /// Attempts in a row that failed.
    failures: u32,
    /// The HTTP status of the last attempt; none when there was no answer.
    last_status: Option<u16>,
    /// Why the last attempt got no answer.
    #[schemars(with = "Option<FailureWord>")]
    last_failure: Option<&'static str>,
    /// When something was last posted.
    last_attempt_at: Option<Shown<Timestamp>>,
    /// When the next attempt may be made.
    next_attempt_at: Option<Shown<Timestamp>>,
    /// When an event was last taken.
    last_delivered_at: Option<Shown<Timestamp>>,
    /// When it was added.
    created_at: Shown<Timestamp>,
}

impl<'a> From<&'a WebhookReport> for WebhookAnswer<'a> {
    fn from(report: &'a WebhookReport) -> Self {
        let webhook = &report.webhook;
        Self {
            id: Shown(webhook.id),
            url: &webhook.url,
            secret: None,
            last_event: webhook.last_event,
            pending: report.pending,
            failures: webhook.failures,
            last_status: webhook.last_status,
            last_failure: webhook.last_failure.map(DeliveryFailure::word),
            last_attempt_at: webhook.last_attempt_at.map(Shown),
            next_attempt_at: webhook.next_attempt_at.map(Shown),
            last_delivered_at: webhook.last_delivered_at.map(Shown),
            created_at: Shown(webhook.created_at),
        }
    }
}

impl<'a> WebhookAnswer<'a> {
    /// The same with the secret.
    pub(crate) fn with_secret(self, secret: &'a WebhookSecret) -> Self {
        Self {
            secret: Some(secret.as_str()),
            ..self
        }
    }
}

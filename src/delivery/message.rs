//! What is sent for an event: a body, and the headers that say what it is and who sent it.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::domain::audit::AuditEvent;
use crate::domain::id::{CampaignId, WebhookId};
use crate::domain::time::Timestamp;
use crate::domain::webhook_secret::WebhookSecret;

/// A request to a receiver.
pub(super) struct Message {
    /// JSON.
    pub(super) body: String,
    /// Every header that is ours, with its value.
    pub(super) headers: [(&'static str, String); 5],
}

#[derive(Serialize)]
struct Body<'a> {
    id: i64,
    event: &'static str,
    #[serde(serialize_with = "shown")]
    campaign_id: CampaignId,
    #[serde(serialize_with = "shown")]
    timestamp: Timestamp,
    metadata: &'a Map<String, Value>,
}

fn shown<T: std::fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl Message {
    /// The message that tells a webhook of an event. Its body and its delivery id are the same at each
    /// attempt; the time and so the signature are those of this one.
    pub(super) fn new(
        event: &AuditEvent,
        campaign_id: CampaignId,
        webhook: WebhookId,
        secret: &WebhookSecret,
        now: Timestamp,
    ) -> Self {
        let body = serde_json::to_string(&Body {
            id: event.number,
            event: event.kind.name(),
            campaign_id,
            timestamp: event.timestamp,
            metadata: event.metadata.facts(),
        })
        .expect("structs with text keys are JSON");
        let seconds = now.as_datetime().timestamp();
        let (name, delivery) = (event.kind.name(), format!("{webhook}.{}", event.number));
        let signature = secret.sign_delivery(seconds, &delivery, name, &body);
        let headers = [
            ("X-Sambatan-Event", name.to_owned()),
            ("X-Sambatan-Delivery", delivery),
            ("X-Sambatan-Timestamp", seconds.to_string()),
            ("X-Sambatan-Signature", secret.sign(seconds, &body)),
            ("X-Sambatan-Signature-V2", signature),
        ];
        Self { body, headers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::{AuditEventKind, Metadata};
    use crate::domain::manage_token::InstallationKey;

    #[test]
    fn an_attempt_repeats_the_message_and_signs_it_anew() {
        let time = |text: &str| -> Timestamp { text.parse().unwrap() };
        let campaign: CampaignId = "0199a2b0-0000-7000-8000-000000000001".parse().unwrap();
        let webhook: WebhookId = "0199a2b0-0000-7000-8000-000000000002".parse().unwrap();
        let event = AuditEvent {
            number: 7,
            campaign_id: Some(campaign),
            kind: AuditEventKind::CampaignFull,
            metadata: Metadata::new().count("participants", 3),
            timestamp: time("2025-10-01T00:00:00Z"),
        };
        let secret = InstallationKey::new([7; 32]).webhook_secret(webhook);
        let sent_at = |text: &str| Message::new(&event, campaign, webhook, &secret, time(text));
        let first = sent_at("2025-10-01T00:00:01Z");
        assert_eq!(
            first.body,
            concat!(
                r#"{"id":7,"event":"campaign_full","#,
                r#""campaign_id":"0199a2b0-0000-7000-8000-000000000001","#,
                r#""timestamp":"2025-10-01T00:00:00Z","metadata":{"participants":3}}"#
            )
        );
        let expected = [
            ("X-Sambatan-Event", "campaign_full"),
            (
                "X-Sambatan-Delivery",
                "0199a2b0-0000-7000-8000-000000000002.7",
            ),
            ("X-Sambatan-Timestamp", "1759276801"),
            (
                "X-Sambatan-Signature",
                &secret.sign(1_759_276_801, &first.body),
            ),
            (
                "X-Sambatan-Signature-V2",
                &secret.sign_delivery(
                    1_759_276_801,
                    "0199a2b0-0000-7000-8000-000000000002.7",
                    "campaign_full",
                    &first.body,
                ),
            ),
        ];
        let headers = first
            .headers
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        assert_eq!(headers, expected);
        let again = sent_at("2025-10-01T01:00:00Z");
        assert_eq!(again.body, first.body);
        assert_eq!(again.headers[..2], first.headers[..2]);
        assert_ne!(again.headers[2..], first.headers[2..]);
    }
}

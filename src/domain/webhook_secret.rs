//! The secret of a webhook: what its receiver checks signatures with.
//!
//! It is an HMAC-SHA256 of the webhook's id under the installation's key: stored nowhere, and made again
//! whenever the organiser asks for it.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::id::WebhookId;
use crate::domain::manage_token::InstallationKey;

/// Tells these secrets from others, for people and for scanners of leaked ones.
const PREFIX: &str = "sw_";
/// What is signed besides the id, so that no token of another kind is ever a secret.
const PURPOSE: &[u8] = b"sambatan webhook secret v1";

/// `sw_` and 64 hexadecimal digits. Signatures are made with this text as the key, so that a receiver
/// need not decode anything.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(String);

impl InstallationKey {
    /// The secret of a webhook.
    #[must_use]
    pub fn webhook_secret(&self, id: WebhookId) -> WebhookSecret {
        let tag = self.mac(PURPOSE, id.as_uuid()).finalize().into_bytes();
        WebhookSecret(format!("{PREFIX}{}", hex(&tag)))
    }
}

impl WebhookSecret {
    /// The secret as the receiver gets it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The signature of a delivery that is made at a time, in seconds since 1970: `sha256=` and 64 hexadecimal
    /// digits. It covers all that the receiver is told: the time, so that what somebody kept and sends again can
    /// be refused, the delivery's id, the event's name and the body. Each of the first three stands in a line of
    /// its own, and the first line says which signature it is.
    #[must_use]
    pub fn sign_delivery(&self, timestamp: i64, delivery: &str, event: &str, body: &str) -> String {
        self.sign_text(&format!("v2\n{timestamp}\n{delivery}\n{event}\n{body}"))
    }

    /// The first signature, which covers the time and the body only: for receivers of before.
    #[must_use]
    pub fn sign(&self, timestamp: i64, body: &str) -> String {
        self.sign_text(&format!("{timestamp}.{body}"))
    }

    fn sign_text(&self, text: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(text.as_bytes());
        format!("sha256={}", hex(&mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for WebhookSecret {
    /// Shows nothing of the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_webhook_of_each_installation_has_its_own_secret() {
        let (key, id) = (InstallationKey::new([7; 32]), WebhookId::new());
        let secret = key.webhook_secret(id);
        assert_eq!(secret, key.webhook_secret(id), "it can be shown again");
        assert_ne!(secret, key.webhook_secret(WebhookId::new()));
        assert_ne!(secret, InstallationKey::new([8; 32]).webhook_secret(id));
        assert_eq!(secret.as_str().len(), 3 + 64);
        assert!(!format!("{secret:?}").contains(secret.as_str()));
    }

    #[test]
    fn a_signature_is_that_of_rfc_2104_over_the_time_and_the_body() {
        // Made with Python: hmac.new(b"sw_key", b"1759276800.{}", "sha256").hexdigest()
        let secret = WebhookSecret("sw_key".to_owned());
        assert_eq!(
            secret.sign(1_759_276_800, "{}"),
            "sha256=823c948b30b8ea4333605b842a260861daf142ef9d778ab480ce1e448384a2b1"
        );
        assert_ne!(secret.sign(1, "2.{}"), secret.sign(12, ".{}"));
    }
}

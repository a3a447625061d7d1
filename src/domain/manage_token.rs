//! Manage tokens: what a participant shows to act on their own participation.
//!
//! A token is the participation's id and half of an HMAC-SHA256 of it under the installation's key. It
//! is stored nowhere and can be made again at any time, so a replayed join answers it again.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::domain::id::ParticipationId;

/// The secret of an installation.
#[derive(Clone)]
pub struct InstallationKey([u8; 32]);

/// Tells the tokens from other secrets, for people and for scanners of leaked ones.
const PREFIX: &str = "sp_";
/// Half of the HMAC: 128 bits cannot be guessed, and the token stays short enough for a link.
const TAG_BYTES: usize = 16;
/// What is signed besides the id, so that the key can serve other purposes too.
const PURPOSE: &[u8] = b"sambatan manage token v1";

impl InstallationKey {
    /// Wraps 32 random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The manage token of a participation whose link was made anew so many times: `sp_` and 64 hexadecimal
    /// digits.
    #[must_use]
    pub fn manage_token(&self, id: ParticipationId, generation: u32) -> String {
        let tag = self.token_mac(id, generation).finalize().into_bytes();
        let tag: String = tag
            .iter()
            .take(TAG_BYTES)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{PREFIX}{}{tag}", id.as_uuid().simple())
    }

    /// Whose token of the link that was made anew so many times this is; `None` for anything else. Takes the
    /// same time whatever the difference.
    #[must_use]
    pub fn verify_manage_token(&self, token: &str, generation: u32) -> Option<ParticipationId> {
        let (id, tag) = parts(token)?;
        let mac = self.token_mac(id, generation);
        mac.verify_truncated_left(&tag).ok().map(|()| id)
    }

    /// A pseudonym of a text: 32 hexadecimal digits, which only this installation makes of it.
    #[must_use]
    pub fn pseudonym(&self, purpose: &str, text: &str) -> String {
        let mut mac = self.text_mac(b"sambatan pseudonym v1\0");
        for part in [purpose, text] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        let tag = mac.finalize().into_bytes();
        let digits = tag.iter().take(TAG_BYTES);
        digits.map(|byte| format!("{byte:02x}")).collect()
    }

    /// The first link says nothing of its number: it is what it was before links could be made anew.
    fn token_mac(&self, id: ParticipationId, generation: u32) -> Hmac<Sha256> {
        let mut mac = self.mac(PURPOSE, id.as_uuid());
        if generation > 0 {
            mac.update(&generation.to_be_bytes());
        }
        mac
    }

    /// What is derived from the key for a purpose and a text that is still to come.
    pub(super) fn text_mac(&self, purpose: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(purpose);
        mac
    }

    /// What is derived from the key for a purpose and an id.
    pub(super) fn mac(&self, purpose: &[u8], id: Uuid) -> Hmac<Sha256> {
        let mut mac = self.text_mac(purpose);
        mac.update(id.as_bytes());
        mac
    }
}

impl std::fmt::Debug for InstallationKey {
    /// Shows nothing of the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstallationKey(…)")
    }
}

/// The participation that a token names, whether or not it is one of ours.
#[must_use]
pub fn named_in(token: &str) -> Option<ParticipationId> {
    parts(token).map(|(id, _)| id)
}

fn parts(token: &str) -> Option<(ParticipationId, [u8; TAG_BYTES])> {
    let digits = token.strip_prefix(PREFIX)?;
    let (id, tag) = digits.split_at_checked(32)?;
    Some((id.parse().ok()?, decode_tag(tag)?))
}

fn decode_tag(text: &str) -> Option<[u8; TAG_BYTES]> {
    let mut tag = [0; TAG_BYTES];
    if text.len() != 2 * TAG_BYTES || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (index, byte) in tag.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_participation_and_nothing_else_does() {
        let key = InstallationKey::new([7; 32]);
        let id = ParticipationId::new();
        let token = key.manage_token(id, 0);
        assert_eq!(
            token,
            key.manage_token(id, 0),
            "a replay answers the same token"
        );
        assert_eq!(key.verify_manage_token(&token, 0), Some(id));
        assert_eq!(
            InstallationKey::new([8; 32]).verify_manage_token(&token, 0),
            None
        );

        let renewed = key.manage_token(id, 1);
        assert_eq!(key.verify_manage_token(&renewed, 1), Some(id));
        assert_eq!(key.verify_manage_token(&renewed, 0), None);
        assert_eq!(key.verify_manage_token(&renewed, 2), None);
        assert_eq!(
            key.verify_manage_token(&token, 1),
            None,
            "the first is dead"
        );

        let other = key.manage_token(ParticipationId::new(), 0);
        let (id_part, tag_part) = (&token[..35], &other[35..]);
        let spliced = format!("{id_part}{tag_part}");
        let cut = &token[..token.len() - 1];
        let longer = format!("{token}0");
        for wrong in [
            "",
            "sp_",
            &spliced,
            cut,
            &longer,
            &token.replace("sp_", "so_"),
            "sp_é",
        ] {
            assert_eq!(key.verify_manage_token(wrong, 0), None, "{wrong}");
        }
    }

    #[test]
    fn the_key_is_not_shown() {
        assert!(!format!("{:?}", InstallationKey::new([7; 32])).contains('7'));
    }
}

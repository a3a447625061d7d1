//! Bans, as they go over the wire.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::ban::Ban;
use crate::domain::id::{BanId, ParticipationId};
use crate::domain::time::Timestamp;
use crate::http::dto::Shown;
use crate::http::dto::shown::BanWord;

/// A name or an address that may not join again. The address itself is not known.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Ban")]
pub(crate) struct BanAnswer<'a> {
    /// Its id.
    id: Shown<BanId>,
    /// What is banned.
    #[schemars(with = "BanWord")]
    kind: &'static str,
    /// The handle, as it was typed; none for an address.
    handle: Option<&'a str>,
    /// The participation that it came of, if any.
    participation_id: Option<Shown<ParticipationId>>,
    /// Since when.
    created_at: Shown<Timestamp>,
}

impl<'a> From<&'a Ban> for BanAnswer<'a> {
    fn from(ban: &'a Ban) -> Self {
        Self {
            id: Shown(ban.id),
            kind: ban.kind.word(),
            handle: ban.handle.as_deref(),
            participation_id: ban.participation_id.map(Shown),
            created_at: Shown(ban.created_at),
        }
    }
}

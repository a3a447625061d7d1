//! Bans, as they go over the wire.

use serde::Serialize;

use crate::domain::ban::Ban;
use crate::domain::id::{BanId, ParticipationId};
use crate::domain::time::Timestamp;
use crate::http::dto::Shown;

/// A name or an address that may not join again. The address itself is not known.
#[derive(Serialize)]
pub(crate) struct BanAnswer<'a> {
    id: Shown<BanId>,
    kind: &'static str,
    handle: Option<&'a str>,
    participation_id: Option<Shown<ParticipationId>>,
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

//! What events say of bans: which there are, of which kind, and of whom they came.

use crate::domain::audit::AuditEvent;
use crate::domain::ban::BanKind;
use crate::domain::id::{BanId, ParticipationId};
use crate::domain::replay::stored::Row;
use crate::domain::replay::{NO_FACT, NO_PARTICIPATION, Replay, Why, id_in};
use crate::domain::verification::Misfit;

pub(super) const BANS: &str = "bans";

/// A ban that an event names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Banned {
    kind: BanKind,
    participation: Option<ParticipationId>,
}

/// A ban as it stands in the file.
#[derive(Debug)]
pub struct StoredBan {
    /// Its id.
    pub id: BanId,
    /// What is banned.
    pub kind: BanKind,
    /// The participation that it came of.
    pub participation: Option<ParticipationId>,
}

impl Replay {
    pub(super) fn ban(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let id = id_in(event, "ban_id")?;
        let kind = event.metadata.facts().get("kind");
        let kind = kind.and_then(|kind| BanKind::from_word(kind.as_str()?));
        let participation = id_in(event, "participation_id").ok();
        if participation.is_some_and(|id| !self.participations.contains_key(&id)) {
            return Err(NO_PARTICIPATION);
        }
        let banned = Banned {
            kind: kind.ok_or(NO_FACT)?,
            participation,
        };
        match self.bans.insert(id, banned) {
            None => Ok(()),
            Some(_) => Err("the ban is there already"),
        }
    }

    pub(super) fn lift_ban(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let id: BanId = id_in(event, "ban_id")?;
        let lifted = self.bans.remove(&id);
        lifted.map(drop).ok_or("there is no such ban")
    }

    /// Compares a ban.
    ///
    /// # Errors
    /// [`Misfit::Differs`].
    pub fn compare_ban(&mut self, stored: &StoredBan) -> Result<(), Misfit> {
        let row = Row {
            table: BANS,
            id: &stored.id,
        };
        let logged = self.bans.remove(&stored.id);
        let logged = logged.ok_or_else(|| row.unknown())?;
        row.same("kind", &logged.kind, &stored.kind, |kind| {
            kind.word().to_owned()
        })?;
        row.same(
            "participation",
            &logged.participation,
            &stored.participation,
            |id| id.map_or_else(|| "none".to_owned(), |id| id.to_string()),
        )
    }
}

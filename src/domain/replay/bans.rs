//! What events say of who may join: which bans there are, of which kind, and of whom they came; and which
//! campaigns ask for a code.

use crate::domain::audit::AuditEvent;
use crate::domain::ban::BanKind;
use crate::domain::id::{BanId, CampaignId, ParticipationId};
use crate::domain::replay::stored::Row;
use crate::domain::replay::{NO_FACT, NO_PARTICIPATION, Replay, WRONG_STATE, Why, id_in};
use crate::domain::verification::Misfit;

pub(super) const BANS: &str = "bans";
pub(super) const CODES: &str = "join_codes";

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

    pub(super) fn change_code(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let (id, campaign) = self.campaign(event)?;
        if campaign.status.has_ended() {
            return Err(WRONG_STATE);
        }
        let required = event.metadata.facts().get("required");
        if required
            .and_then(|required| required.as_bool())
            .ok_or(NO_FACT)?
        {
            self.coded.insert(id);
        } else if !self.coded.remove(&id) {
            return Err(WRONG_STATE);
        }
        Ok(())
    }

    /// Compares that a campaign asks for a code.
    ///
    /// # Errors
    /// [`Misfit::Differs`].
    pub fn compare_code(&mut self, campaign: &CampaignId) -> Result<(), Misfit> {
        let row = Row {
            table: CODES,
            id: campaign,
        };
        let is_known = self.coded.remove(campaign);
        is_known.then_some(()).ok_or_else(|| row.unknown())
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

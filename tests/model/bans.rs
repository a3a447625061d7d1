//! Who may not join again.

use proptest::prop_assert_eq;
use sambatan::domain::audit::{AuditEventKind as Kind, Metadata};
use sambatan::domain::ban::{Ban, BanKind, BanWhat};
use sambatan::domain::id::{BanId, ParticipationId};
use sambatan::domain::participation::{JoinCampaign, Participation};
use sambatan::domain::reports::Limit;
use sambatan::{Error, Sambatan};

use super::Model;
use super::campaigns::refused;
use crate::Checked;

/// What of a text counts: the words here are plain.
fn counts(kind: BanKind, text: &str) -> String {
    let text = text.trim().to_lowercase();
    match kind {
        BanKind::Handle => text,
        BanKind::Address => text.chars().filter(|c| c.is_ascii_alphanumeric()).collect(),
    }
}

impl Model {
    fn is_banned(&self, kind: BanKind, text: &str) -> bool {
        let text = counts(kind, text);
        let mut bans = self.bans.by_id.values();
        bans.any(|(ban, known)| ban.kind == kind && *known == text)
    }

    pub(super) fn may_not_join(&self, join: &JoinCampaign) -> bool {
        self.is_banned(BanKind::Handle, &join.user_id)
            || self.is_banned(BanKind::Address, &join.shipping_address)
    }

    /// What is to be banned of a participant: nothing of it may be erased.
    pub(crate) fn to_ban(
        &self,
        id: ParticipationId,
        what: BanWhat,
    ) -> Result<Vec<(BanKind, String)>, Error> {
        let participation = self.participations.by_id.get(&id);
        let whose = participation.ok_or(Error::ParticipationNotFound)?;
        let no_address = what.address && whose.shipping_address == "(erased)";
        if no_address || (what.handle && whose.erased_at.is_some()) {
            return Err(refused());
        }
        let handle = (BanKind::Handle, whose.user_id.as_str().to_owned());
        let address = (BanKind::Address, whose.shipping_address.clone());
        let both = [(what.handle, handle), (what.address, address)];
        let wanted = both.into_iter().filter(|(wanted, _)| *wanted);
        Ok(wanted.map(|(_, one)| one).collect())
    }

    /// Only the id of a new ban cannot be foretold.
    pub(crate) fn ban(
        &mut self,
        (kind, text): (BanKind, &str),
        whose: Option<ParticipationId>,
        service: &Sambatan,
    ) {
        if self.is_banned(kind, text) {
            return;
        }
        let listed = service.list_bans(None, Limit::new(100).unwrap()).unwrap();
        let mut listed = listed.items.into_iter();
        let new = listed.find(|ban| !self.bans.by_id.contains_key(&ban.id) && ban.kind == kind);
        let new = new.expect("what is banned is listed");
        let facts = Metadata::new().ban(new.id).word("kind", kind.word());
        let facts = match whose {
            Some(id) => facts.participation(id),
            None => facts,
        };
        self.note(None, Kind::BanAdded, facts);
        let ban = Ban {
            kind,
            handle: (kind == BanKind::Handle).then(|| text.trim().to_owned()),
            participation_id: whose,
            created_at: self.now,
            ..new
        };
        self.bans.by_id.insert(ban.id, (ban, counts(kind, text)));
    }

    pub(crate) fn throw_out(
        &mut self,
        id: ParticipationId,
        what: BanWhat,
        service: &Sambatan,
    ) -> Result<Participation, Error> {
        let mut after = self.clone();
        after.cancel(id)?;
        let bans = self.to_ban(id, what)?;
        *self = after;
        for (kind, text) in bans {
            self.ban((kind, &text), Some(id), service);
        }
        Ok(self.participation(id))
    }

    pub(crate) fn lift_ban(&mut self, id: BanId) -> Result<(), Error> {
        let lifted = self.bans.by_id.remove(&id);
        lifted.ok_or(Error::BanNotFound)?;
        self.note(None, Kind::BanLifted, Metadata::new().ban(id));
        Ok(())
    }

    pub(super) fn compare_bans(&self, service: &Sambatan) -> Checked {
        let listed = service.list_bans(None, Limit::new(100).unwrap()).unwrap();
        let bans = self.bans.by_id.values().rev();
        let expected: Vec<_> = bans.map(|(ban, _)| ban.clone()).collect();
        prop_assert_eq!(listed.items, expected);
        Ok(())
    }
}

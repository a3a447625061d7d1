//! Who is thrown out and may not come back.

use proptest::prop_assert_eq;
use sambatan::domain::ban::{BanKind, BanWhat, NewBan};

use super::{World, same};
use crate::Checked;
use crate::model::campaigns::refused;
use crate::model::steps::{Pick, Words};

impl World {
    pub(super) fn throw_out(&mut self, participation: Pick, what: BanWhat) -> Checked {
        let id = self.model.participations.pick(participation);
        let service = self.service.as_ref().expect("a reopened service is there");
        let found = service.throw_out(id, Some("salah warna"), what);
        let expected = self.model.throw_out(id, what, service);
        same(found, expected)
    }

    pub(super) fn ban_them(&mut self, participation: Pick, what: BanWhat) -> Checked {
        let id = self.model.participations.pick(participation);
        let service = self.service.as_ref().expect("a reopened service is there");
        let found = service.ban_participant(id, what);
        let expected = if what.is_nothing() {
            Err(refused())
        } else {
            self.model.to_ban(id, what)
        };
        if let Ok(bans) = &expected {
            for (kind, text) in bans {
                self.model.ban((*kind, text), Some(id), service);
            }
        }
        let kinds = found.map(|bans| bans.into_iter().map(|ban| ban.kind).collect::<Vec<_>>());
        let expected = expected.map(|bans| bans.into_iter().map(|(kind, _)| kind).collect());
        same(kinds, expected)
    }

    pub(super) fn ban(&mut self, kind: BanKind, text: Words) -> Checked {
        let service = self.service.as_ref().expect("a reopened service is there");
        let value = text.to_owned();
        let found = service.ban(NewBan { kind, value });
        // An address of three characters is none.
        let is_refused = kind == BanKind::Address && text.len() < 5;
        if !is_refused {
            self.model.ban((kind, text), None, service);
        }
        let expected = if is_refused { Err(refused()) } else { Ok(kind) };
        same(found.map(|ban| ban.kind), expected)
    }

    pub(super) fn lift_ban(&mut self, ban: Pick) -> Checked {
        let id = self.model.bans.pick(ban);
        let expected = self.model.lift_ban(id);
        prop_assert_eq!(self.service().lift_ban(id), expected);
        Ok(())
    }
}

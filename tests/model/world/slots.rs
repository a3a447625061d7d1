//! Joins, and what becomes of them.

use chrono::TimeDelta;
use proptest::{prop_assert, prop_assert_eq};
use sambatan::CampaignStatus;
use sambatan::domain::idempotency::{Fingerprint, IdempotencyKey, StoredAnswer};
use sambatan::domain::participation::{JoinCampaign, Participation};

use super::{World, same};
use crate::Checked;
use crate::model::once::request;
use crate::model::statement::owes;
use crate::model::steps::{Join, OfSlots, Pick, Words};

impl World {
    pub(super) fn take_of_slots(&mut self, step: &OfSlots) -> Checked {
        match step {
            OfSlots::Join(join) => self.join(&self.join_input(join)),
            OfSlots::JoinOnce(join, key) => {
                let join = self.join_input(join);
                self.sent.push((join.clone(), *key));
                self.join_once(&join, key)
            }
            OfSlots::Retry(number) => {
                let newest_first = self.sent.iter().rev();
                match newest_first.cycle().nth(*number).cloned() {
                    Some((join, key)) => self.join_once(&join, key),
                    None => Ok(()),
                }
            }
            OfSlots::Cancel(participation) => self.cancel(*participation),
            OfSlots::ThrowOut(participation, what) => self.throw_out(*participation, *what),
            OfSlots::BanThem(participation, what) => self.ban_them(*participation, *what),
            OfSlots::Ban(kind, text) => self.ban(*kind, text),
            OfSlots::LiftBan(ban) => self.lift_ban(*ban),
            OfSlots::Revive(participation) => self.revive(*participation),
            OfSlots::LetGo(participation, reason) => self.let_go(*participation, *reason),
            OfSlots::Claim(participation, days_ago) => self.claim(*participation, *days_ago),
        }
    }

    fn join_input(&self, join: &Join) -> JoinCampaign {
        let id = self.model.campaigns.pick(join.campaign);
        JoinCampaign {
            waitlist: join.waitlist,
            shown: join.shown.map(|pick| {
                let participations = &self.model.participations;
                participations.pick_of(pick, |one| one.campaign_id == id)
            }),
            note: join.note.map(str::to_owned),
            join_code: join.code.map(str::to_owned),
            ..JoinCampaign::new(id, join.user, join.quantity, join.address)
        }
    }

    fn join(&mut self, join: &JoinCampaign) -> Checked {
        let expected = self.model.join(join);
        let found = self.service().join_campaign(join.clone());
        prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
        if let Ok(participation) = found {
            self.model.joined(join, participation.id);
            self.learn()?;
            prop_assert_eq!(&participation, &self.model.participation(participation.id));
        }
        Ok(())
    }

    fn join_once(&mut self, join: &JoinCampaign, key: &str) -> Checked {
        let path = format!("/api/sambatan/campaigns/{}/join", join.campaign_id);
        let fingerprint = Fingerprint::of("POST", &path, &request(join));
        let expected = self.model.join_once(join, key);
        let found = self.service().join_campaign_once(
            join.clone(),
            IdempotencyKey::parse(key).unwrap(),
            fingerprint,
            |outcome| match outcome {
                Ok(participation) => StoredAnswer {
                    status: 201,
                    body: participation.id.to_string(),
                },
                Err(error) => StoredAnswer {
                    status: 409,
                    body: error.to_string(),
                },
            },
        );
        match (found, expected) {
            // A new participation: only its id and what to transfer cannot be foretold.
            (Ok(once), Ok(None)) => {
                prop_assert!(!once.replayed);
                prop_assert_eq!(once.answer.status, 201);
                let id = once.answer.body.parse().unwrap();
                self.model.joined(join, id);
                self.model.keep_answer(join, key, &once.answer, Some(id));
            }
            (found, Ok(Some(expected))) => prop_assert_eq!(found, Ok(expected)),
            (found, Err(expected)) => prop_assert_eq!(found, Err(expected)),
            (Err(found), Ok(None)) => prop_assert!(false, "refused: {found}"),
        }
        Ok(())
    }

    fn cancel(&mut self, participation: Pick) -> Checked {
        let id = self.model.participations.pick(participation);
        let expected = self.model.cancel(id);
        let reason = Some("salah warna");
        let found = self.service().cancel_participation(id, reason);
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn revive(&mut self, participation: Pick) -> Checked {
        let all = &self.model.participations;
        let id = all.pick_of(participation, |one| one.expired_at.is_some());
        let expected = self.model.revive(id);
        let found = self.service().revive_participation(id);
        prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
        self.learn()?;
        if let Ok(found) = found {
            prop_assert_eq!(found, self.model.participation(id));
        }
        Ok(())
    }

    fn let_go(&mut self, participation: Pick, reason: Option<Words>) -> Checked {
        let campaigns = &self.model.campaigns.by_id;
        let is_meant = |one: &Participation| {
            owes(one) && campaigns[&one.campaign_id].status == CampaignStatus::Completed
        };
        let id = self.model.participations.pick_of(participation, is_meant);
        let expected = self.model.let_go(id, reason);
        let found = self.service().release_participation(id, reason);
        self.learn()?;
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn claim(&mut self, participation: Pick, days_ago: Option<i64>) -> Checked {
        let id = self.model.participations.pick_of(participation, owes);
        let today = self.model.now.as_datetime().date_naive();
        let day = days_ago.map(|days| today - TimeDelta::days(days));
        let expected = self.model.claim(id, day);
        same(self.service().claim_payment(id, day), expected)
    }
}

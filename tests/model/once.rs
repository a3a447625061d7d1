//! Joins under a key: the same answer again.

use chrono::TimeDelta;
use sambatan::Error;
use sambatan::domain::id::{CampaignId, ParticipationId};
use sambatan::domain::idempotency::{OnceAnswer, StoredAnswer};
use sambatan::domain::participation::JoinCampaign;

use super::{Kept, Model};

/// All that a request asks for.
pub(crate) fn request(join: &JoinCampaign) -> String {
    format!("{join:?}")
}

impl Model {
    /// What a join under a key answers; `Ok(None)` stands for a new participation.
    pub(crate) fn join_once(
        &mut self,
        join: &JoinCampaign,
        key: &str,
    ) -> Result<Option<OnceAnswer>, Error> {
        let expected = self.join(join);
        if let Err(Error::ValidationFailed(_)) = expected {
            return Err(expected.unwrap_err());
        }
        if let Some(kept) = self.kept.get(&(join.user_id.clone(), key.to_owned())) {
            if kept.request != request(join) {
                return Err(Error::IdempotencyConflict);
            }
            return Ok(Some(OnceAnswer {
                answer: kept.answer.clone(),
                replayed: true,
            }));
        }
        match expected {
            Ok(()) => Ok(None),
            // What the organiser decides about people is no answer to keep.
            Err(
                error @ (Error::CampaignNotFound
                | Error::JoinBanned
                | Error::JoinCodeRequired
                | Error::JoinCodeInvalid),
            ) => Err(error),
            Err(refusal) => {
                let answer = StoredAnswer {
                    status: 409,
                    body: refusal.to_string(),
                };
                self.keep_answer(join, key, &answer, None);
                Ok(Some(OnceAnswer {
                    answer,
                    replayed: false,
                }))
            }
        }
    }

    pub(crate) fn keep_answer(
        &mut self,
        join: &JoinCampaign,
        key: &str,
        answer: &StoredAnswer,
        joined: Option<ParticipationId>,
    ) {
        let campaign = &self.campaigns.by_id[&join.campaign_id];
        let end = campaign.ended_at.unwrap_or(campaign.deadline);
        let whole = end.max(self.now).saturating_add(TimeDelta::hours(24));
        let week = self.now.saturating_add(TimeDelta::days(7));
        let kept = Kept {
            request: request(join),
            answer: answer.clone(),
            joined,
            campaign: join.campaign_id,
            expires_at: match joined {
                Some(_) => whole,
                None => whole.min(week),
            },
        };
        let replaced = self
            .kept
            .insert((join.user_id.clone(), key.to_owned()), kept);
        assert!(replaced.is_none(), "an answer is kept once");
    }

    /// What was answered is answered for a day more.
    pub(super) fn campaign_ended_for_answers(&mut self, id: CampaignId) {
        let until = self.now.saturating_add(TimeDelta::hours(24));
        for kept in self.kept.values_mut().filter(|kept| kept.campaign == id) {
            kept.expires_at = kept.expires_at.min(until);
        }
    }
}

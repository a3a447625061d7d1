//! Joins under a key: the same answer again.

use chrono::TimeDelta;
use sambatan::Error;
use sambatan::domain::id::ParticipationId;
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
        let deadline = self.campaigns.by_id[&join.campaign_id].deadline;
        let end = if deadline > self.now {
            deadline
        } else {
            self.now
        };
        let kept = Kept {
            request: request(join),
            answer: answer.clone(),
            joined,
            expires_at: end.saturating_add(TimeDelta::hours(24)),
        };
        let replaced = self
            .kept
            .insert((join.user_id.clone(), key.to_owned()), kept);
        assert!(replaced.is_none(), "an answer is kept once");
    }
}

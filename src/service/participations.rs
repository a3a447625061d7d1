//! Verbs on participations.

use std::sync::Arc;

use crate::domain::ban::BanDigest;
use crate::domain::campaign::Campaign;
use crate::domain::error::Error;
use crate::domain::field::{self, bounds};
use crate::domain::holder::Holder;
use crate::domain::id::{CampaignId, ParticipationId};
use crate::domain::idempotency::{
    self as rules, Fingerprint, IdempotencyKey, OnceAnswer, StoredAnswer,
};
use crate::domain::ledger::NewPayment;
use crate::domain::manage_token::{self, InstallationKey};
use crate::domain::participation::{
    self, CheckedJoin, JoinCampaign, Participation, ParticipationStatus,
};
use crate::domain::pay_to::PayTo;
use crate::domain::reports::{Limit, Page};
use crate::domain::slots::Slots;
use crate::service::after_completion::{note_reason, seal_reason};
use crate::service::pay_to::InUse;
use crate::service::release::Before;
use crate::service::{Sambatan, page, release, transfer};
use crate::store::{bans, campaigns, idempotency, participants};
use crate::writer::{self, Failure, Transaction};

impl Sambatan {
    /// Takes slots of a campaign.
    ///
    /// When this returns success, the slots are stored: neither a crash nor a power cut loses them.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::CampaignNotFound`], [`Error::CampaignClosed`],
    /// [`Error::JoinLimitReached`], [`Error::UserLimitReached`], [`Error::InsufficientSlots`],
    /// [`Error::WaitlistFull`], or what every write can answer.
    pub fn join_campaign(&self, join: JoinCampaign) -> Result<Participation, Error> {
        let joined =
            writer::wait(|reply| self.submit_join(join, move |outcome| reply.send(outcome)));
        joined.map(|joined: Joined| joined.participation)
    }

    /// As [`Self::join_campaign`], but does not wait: `done` gets the outcome, once, on this thread or
    /// on the writer's, where it must not block.
    pub(crate) fn submit_join(
        &self,
        join: JoinCampaign,
        done: impl FnOnce(Result<Joined, Error>) + Send + 'static,
    ) {
        let checked = match self.check(join) {
            Ok(checked) => checked,
            Err(error) => return done(Err(error)),
        };
        let counters = Arc::clone(&self.core.counters);
        let in_use = Arc::clone(&self.core.in_use);
        self.core.writer.submit(
            move |transaction| {
                let campaign = checked.find_campaign(transaction)?;
                join_in(
                    transaction,
                    checked.read_ban(transaction)?,
                    campaign,
                    &in_use,
                )
            },
            move |outcome| {
                if outcome.is_ok() {
                    counters.count_join();
                }
                done(outcome);
            },
        );
    }

    /// As [`Self::join_campaign`], but the same key and request again get the same answer and take no
    /// slot. `render` turns an outcome into the answer that is stored in the join's own transaction; it
    /// is called for success and for refusals by the campaign's state, and only these are stored.
    ///
    /// # Errors
    /// [`Error::IdempotencyConflict`] when the caller used the key for another request;
    /// [`Error::ValidationFailed`], [`Error::CampaignNotFound`], or what every write can answer.
    pub fn join_campaign_once(
        &self,
        join: JoinCampaign,
        key: IdempotencyKey,
        fingerprint: Fingerprint,
        render: impl FnOnce(&Result<Participation, Error>) -> StoredAnswer + Send + 'static,
    ) -> Result<OnceAnswer, Error> {
        let render = |outcome: &Result<Joined, Error>| match outcome {
            Ok(joined) => render(&Ok(joined.participation.clone())),
            Err(error) => render(&Err(error.clone())),
        };
        writer::wait(|reply| {
            self.submit_join_once(join, key, fingerprint, render, move |outcome| {
                reply.send(outcome);
            });
        })
    }

    /// As [`Self::join_campaign_once`], but does not wait, as [`Self::submit_join`].
    pub(crate) fn submit_join_once(
        &self,
        join: JoinCampaign,
        key: IdempotencyKey,
        fingerprint: Fingerprint,
        render: impl FnOnce(&Result<Joined, Error>) -> StoredAnswer + Send + 'static,
        done: impl FnOnce(Result<OnceAnswer, Error>) + Send + 'static,
    ) {
        let checked = match self.check(join) {
            Ok(checked) => checked,
            Err(error) => return done(Err(error)),
        };
        let counters = Arc::clone(&self.core.counters);
        let in_use = Arc::clone(&self.core.in_use);
        self.core.writer.submit(
            move |transaction| {
                join_once_in(transaction, checked, &key, &fingerprint, &in_use, render)
            },
            move |outcome| {
                if let Ok(once) = &outcome
                    && once.answer.status == StoredAnswer::JOINED
                    && !once.replayed
                {
                    counters.count_join();
                }
                done(outcome);
            },
        );
    }

    /// The secret that a join answers, with which a participant acts on their own participation: the same at
    /// any time. It ends when the link is [made anew](Self::renew_link).
    #[must_use]
    pub fn manage_token(&self, participation_id: ParticipationId) -> String {
        self.core.key.manage_token(participation_id, 0)
    }

    /// What stands for somebody for a purpose, in place of who they are: 32 hexadecimal digits that only this file's
    /// key makes of the text.
    #[must_use]
    pub fn pseudonym(&self, purpose: &str, text: &str) -> String {
        self.core.key.pseudonym(purpose, text)
    }

    /// The secret that holds now.
    #[must_use]
    pub fn manage_token_now(&self, participation: &Participation) -> String {
        let generation = participation.token_generation;
        self.core.key.manage_token(participation.id, generation)
    }

    /// Whose secret this is; none for anything that this file's key did not make, and for a link that was made
    /// anew since. Says nothing about
    /// whether there is such a participation.
    #[must_use]
    pub fn verify_manage_token(&self, token: &str) -> Option<ParticipationId> {
        let id = manage_token::named_in(token)?;
        let generation = self
            .core
            .read(|connection| participants::token_generation(connection, id));
        let generation = generation.ok()?.unwrap_or(0);
        self.core.key.verify_manage_token(token, generation)
    }

    /// Reads a participation.
    ///
    /// # Errors
    /// [`Error::ParticipationNotFound`], or what every read can answer.
    pub fn get_participation(
        &self,
        participation_id: ParticipationId,
    ) -> Result<Participation, Error> {
        self.core
            .read(|connection| participants::find_by_id(connection, participation_id))?
            .ok_or(Error::ParticipationNotFound)
    }

    /// Lists a user's participations, newest first; `after` is where the page before ended.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] for an impossible user id, or what every read can answer.
    pub fn list_user_participations(
        &self,
        user_id: &str,
        after: Option<ParticipationId>,
        limit: Limit,
    ) -> Result<Page<Participation, ParticipationId>, Error> {
        let user = field::user_id(user_id)?;
        let items = self
            .core
            .read(|connection| participants::page_of_user(connection, &user, after, limit))?;
        Ok(page(items, limit, |participation| participation.id))
    }

    /// Gives reserved slots back, for the organiser: any number of times.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::ParticipationNotFound`],
    /// [`Error::ParticipationStateInvalid`], or what every write can answer.
    pub fn cancel_participation(
        &self,
        participation_id: ParticipationId,
        reason: Option<&str>,
    ) -> Result<Participation, Error> {
        self.cancel(participation_id, reason, any_number_of_times)
    }

    /// As [`Self::cancel_participation`], for the participant: so often as [`participation::MOST_GIVEN_BACK`]
    /// and [`participation::most_given_back`] allow.
    ///
    /// # Errors
    /// Also [`Error::GivenBackTooOften`].
    pub fn cancel_own_participation(
        &self,
        participation_id: ParticipationId,
        reason: Option<&str>,
    ) -> Result<Participation, Error> {
        self.cancel(participation_id, reason, may_give_back)
    }

    fn cancel(
        &self,
        participation_id: ParticipationId,
        reason: Option<&str>,
        allow: Allow,
    ) -> Result<Participation, Error> {
        let reason = field::optional_text("reason", reason, &bounds::REASON)?;
        self.core
            .writer
            .call(move |transaction| cancel(transaction, participation_id, reason, allow))
    }

    /// The organiser gives a reservation that expired its slots again, while there are any.
    ///
    /// # Errors
    /// [`Error::ParticipationNotFound`], [`Error::ParticipationStateInvalid`],
    /// [`Error::UserLimitReached`], [`Error::InsufficientSlots`], or what every write can answer.
    pub fn revive_participation(
        &self,
        participation_id: ParticipationId,
    ) -> Result<Participation, Error> {
        let revived = self.core.writer.call(move |transaction| {
            let (participation, campaign) = find_with_campaign(transaction, participation_id)?;
            let before = Before::of(&campaign);
            let mut held = Slots::ZERO;
            for holder in Holder::of_revived(&participation) {
                let connection = transaction.connection;
                held = held.max(participants::held_by(connection, campaign.id, &holder)?);
            }
            let mut change = participation::revive(participation, campaign, held, transaction.now)?;
            let crowd = change.campaign.participant_count;
            transfer::assign(transaction, &mut change.participation, crowd)?;
            change.tell(Participation::told_in);
            release::write_campaign(transaction, before, &change.campaign)?;
            participants::update(transaction.connection, &change.participation)?;
            release::append_events(transaction, change.events)?;
            Ok(change.participation)
        })?;
        self.core.wake_scheduler();
        Ok(revived)
    }

    /// The place of one who waits: 1 is next. None when it does not wait.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn waitlist_position(&self, participation: &Participation) -> Result<Option<u32>, Error> {
        let number = match (participation.status, participation.queue_number) {
            (ParticipationStatus::Waitlisted, Some(number)) => number,
            _ => return Ok(None),
        };
        let before = self.core.read(|connection| {
            participants::count_waiting_before(connection, participation.campaign_id, number)
        })?;
        Ok(Some(before + 1))
    }

    /// Confirms reserved slots: the amount that the participant was told to transfer has come in.
    ///
    /// # Errors
    /// [`Error::ParticipationNotFound`], [`Error::ParticipationStateInvalid`], or what every write can
    /// answer.
    pub fn confirm_participation(
        &self,
        participation_id: ParticipationId,
    ) -> Result<Participation, Error> {
        self.confirm_with_payment(participation_id, NewPayment::default())
    }

    fn check(&self, join: JoinCampaign) -> Result<ReadyJoin, Error> {
        let join = join.check()?;
        let [handle, address] = join.ban_texts();
        let ban_digests = self.core.key.ban_digests(handle, address);
        Ok(ReadyJoin {
            ban_digests,
            installation: self.core.key.clone(),
            #[cfg(feature = "broken-variants")]
            outside: self.read_outside(&join)?,
            #[cfg(feature = "broken-variants")]
            broken: self.core.broken,
            join,
        })
    }

    /// The classic mistake: the decision is made on a state that another join may have changed since.
    #[cfg(feature = "broken-variants")]
    fn read_outside(&self, checked: &CheckedJoin) -> Result<Option<Campaign>, Error> {
        if self.core.broken != Some(super::BrokenVariant::CheckOutsideTransaction) {
            return Ok(None);
        }
        self.get_campaign(checked.campaign_id).map(Some)
    }
}

/// What a join came to, with what tells its participant how to pay.
#[derive(Debug, Clone)]
pub(crate) struct Joined {
    /// The participation.
    pub(crate) participation: Participation,
    /// The campaign with it.
    pub(crate) campaign: Campaign,
    /// The accounts that are in use.
    pub(crate) in_use: Arc<[PayTo]>,
}

/// A join whose input has been checked, on its way to the writer.
struct ReadyJoin {
    join: CheckedJoin,
    /// By which a ban knows it.
    ban_digests: [BanDigest; 2],
    /// What a stored answer is sealed with.
    installation: InstallationKey,
    /// What a broken variant read before the transaction.
    #[cfg(feature = "broken-variants")]
    outside: Option<Campaign>,
    #[cfg(feature = "broken-variants")]
    broken: Option<super::BrokenVariant>,
}

impl ReadyJoin {
    /// The join, once it is known whether it is banned.
    fn read_ban(self, transaction: &Transaction<'_>) -> Result<CheckedJoin, Failure> {
        let is_banned = bans::is_any_banned(transaction.connection, &self.ban_digests)?;
        Ok(self.join.banned(is_banned))
    }

    /// The campaign as it is in the transaction.
    fn find_campaign(&self, transaction: &Transaction<'_>) -> Result<Campaign, Failure> {
        let campaign = find_campaign(transaction, self.join.campaign_id)?;
        #[cfg(feature = "broken-variants")]
        let campaign = self.outside.clone().unwrap_or(campaign);
        Ok(campaign)
    }

    #[cfg(feature = "broken-variants")]
    fn forgets_keys(&self) -> bool {
        self.broken == Some(super::BrokenVariant::ForgetIdempotencyKeys)
    }
}

fn join_once_in(
    transaction: &Transaction<'_>,
    checked: ReadyJoin,
    key: &IdempotencyKey,
    fingerprint: &Fingerprint,
    in_use: &InUse,
    render: impl FnOnce(&Result<Joined, Error>) -> StoredAnswer,
) -> Result<OnceAnswer, Failure> {
    let connection = transaction.connection;
    let scope = checked.join.user_id.clone();
    if let Some(answer) = idempotency::find_answer(connection, &scope, key, fingerprint)? {
        return Ok(OnceAnswer {
            answer,
            replayed: true,
        });
    }
    if idempotency::is_used(connection, &scope, key)? {
        return Err(Error::IdempotencyConflict.into());
    }
    let campaign = checked.find_campaign(transaction)?;
    let campaign_id = campaign.id;
    let end = campaign.ended_at.unwrap_or(campaign.deadline);
    #[cfg(feature = "broken-variants")]
    let forgets = checked.forgets_keys();
    let installation = checked.installation.clone();
    let join = checked.read_ban(transaction)?;
    let outcome = match join_in(transaction, join, campaign, in_use) {
        Ok(joined) => Ok(joined),
        // The caller sees this refusal, so a retry must see it too.
        Err(Failure::Refused(
            error @ (Error::CampaignClosed { .. }
            | Error::InsufficientSlots { .. }
            | Error::WaitlistFull { .. }
            | Error::JoinLimitReached { .. }
            | Error::UserLimitReached { .. }),
        )) => Err(error),
        Err(failure) => return Err(failure),
    };
    let once = OnceAnswer {
        answer: render(&outcome),
        replayed: false,
    };
    #[cfg(feature = "broken-variants")]
    if forgets {
        return Ok(once);
    }
    let kept = idempotency::Kept {
        installation: &installation,
        scope: &scope,
        key,
        fingerprint,
        answer: &once.answer,
        campaign: campaign_id,
        expires_at: rules::expires_at(&once.answer, end, transaction.now),
    };
    idempotency::insert(connection, &kept)?;
    Ok(once)
}

/// Whether somebody may give the slots of a participation back.
type Allow = fn(&Transaction<'_>, &Participation, &Campaign) -> Result<(), Failure>;

/// The organiser may any number of times.
pub(super) fn any_number_of_times(
    _: &Transaction<'_>,
    _: &Participation,
    _: &Campaign,
) -> Result<(), Failure> {
    Ok(())
}

/// Gives a reservation or a place on the waiting list back, if that is allowed.
pub(super) fn cancel(
    transaction: &Transaction<'_>,
    id: ParticipationId,
    reason: Option<String>,
    allow: Allow,
) -> Result<Participation, Failure> {
    let (participation, campaign) = find_with_campaign(transaction, id)?;
    allow(transaction, &participation, &campaign)?;
    let before = Before::of(&campaign);
    let mut change = participation::release(participation, campaign, reason, transaction.now)?;
    seal_reason(transaction, &mut change)?;
    let (mut participation, _) = release::write_freed(transaction, before, change)?;
    note_reason(transaction, &mut participation)?;
    Ok(participation)
}

/// Whether slots may be given back once more.
fn may_give_back(
    transaction: &Transaction<'_>,
    participation: &Participation,
    campaign: &Campaign,
) -> Result<(), Failure> {
    let given_back = |name, times| {
        participants::were_given_back(transaction.connection, participation, name, times)
    };
    let name = participation.user_id.key();
    let by_one = given_back(Some(&name), participation::MOST_GIVEN_BACK)?;
    if by_one || given_back(None, participation::most_given_back(campaign.total_slots))? {
        return Err(Error::GivenBackTooOften.into());
    }
    Ok(())
}

pub(super) fn find_campaign(
    transaction: &Transaction<'_>,
    id: CampaignId,
) -> Result<Campaign, Failure> {
    let campaign = campaigns::find_by_id(transaction.connection, id)?;
    Ok(campaign.ok_or(Error::CampaignNotFound)?)
}

pub(super) fn find_with_campaign(
    transaction: &Transaction<'_>,
    id: ParticipationId,
) -> Result<(Participation, Campaign), Failure> {
    let participation = participants::find_by_id(transaction.connection, id)?
        .ok_or(Error::ParticipationNotFound)?;
    let campaign = find_campaign(transaction, participation.campaign_id)?;
    Ok((participation, campaign))
}

fn join_in(
    transaction: &Transaction<'_>,
    checked: CheckedJoin,
    campaign: Campaign,
    in_use: &InUse,
) -> Result<Joined, Failure> {
    let before = Before::of(&campaign);
    let connection = transaction.connection;
    let shown = match checked.shown {
        Some(id) => participants::find_by_id(connection, id)?,
        None => None,
    };
    let holder = Holder::of_join(campaign.id, &checked.user_id, shown.as_ref());
    let held = match campaign.terms.max_slots_per_user {
        Some(_) => participants::held_by(connection, campaign.id, &holder)?,
        None => Slots::ZERO,
    };
    let checked = checked.holding(&holder, held);
    let mut change = checked.join(campaign, ParticipationId::new(), transaction.now)?;
    let crowd = change.campaign.participant_count;
    let seal = transfer::insert(transaction, &mut change.participation, crowd)?;
    change.tell(|participation, facts| participation.first_told_in(facts).sealed(seal));
    release::write_campaign(transaction, before, &change.campaign)?;
    release::append_events(transaction, change.events)?;
    Ok(Joined {
        participation: change.participation,
        campaign: change.campaign,
        in_use: in_use.get(transaction)?,
    })
}

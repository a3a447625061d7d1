//! Verbs on who may not join again.

use crate::domain::ban::{Ban, BanWhat, MAX_BANS, NewBan};
use crate::domain::error::Error;
use crate::domain::field::{self, FieldError, Problem, bounds};
use crate::domain::id::{BanId, ParticipationId};
use crate::domain::manage_token::InstallationKey;
use crate::domain::participation::Participation;
use crate::domain::reports::{Limit, Page};
use crate::service::{Sambatan, page, participations};
use crate::store::{bans, participants};
use crate::writer::{Failure, Transaction};

impl Sambatan {
    /// Bans a name or an address: whoever uses it can join no campaign any more. Those who have joined stay.
    /// Banned again it stays as it is.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::TooManyBans`], or what every write can answer.
    pub fn ban(&self, ban: NewBan) -> Result<Ban, Error> {
        let new = ban.check()?;
        let key = self.core.key.clone();
        self.core
            .writer
            .call(move |transaction| add(transaction, &key, new, None))
    }

    /// As [`Self::ban`], for the name or the address of a participant.
    ///
    /// # Errors
    /// [`Error::ParticipationNotFound`], or as [`Self::ban`]: also when nothing is to be banned, or what is
    /// to be is erased.
    pub fn ban_participant(
        &self,
        participation_id: ParticipationId,
        what: BanWhat,
    ) -> Result<Vec<Ban>, Error> {
        if what.is_nothing() {
            return Err(FieldError {
                field: "ban_handle",
                problem: Problem::Missing,
            }
            .into());
        }
        let key = self.core.key.clone();
        self.core.writer.call(move |transaction| {
            let participation = participants::find_by_id(transaction.connection, participation_id)?
                .ok_or(Error::ParticipationNotFound)?;
            add_all(transaction, &key, &participation, what)
        })
    }

    /// The organiser gives somebody's slots or place on the waiting list back, as
    /// [`Self::cancel_participation`], and bans their name or address or both: all of it or nothing.
    ///
    /// # Errors
    /// Those of [`Self::cancel_participation`] and [`Self::ban_participant`].
    pub fn throw_out(
        &self,
        participation_id: ParticipationId,
        reason: Option<&str>,
        what: BanWhat,
    ) -> Result<Participation, Error> {
        let reason = field::optional_text("reason", reason, &bounds::REASON)?;
        let key = self.core.key.clone();
        self.core.writer.call(move |transaction| {
            let participation = participations::cancel(
                transaction,
                participation_id,
                reason,
                participations::any_number_of_times,
            )?;
            // First out, then banned: their own slots go to who waits all the same.
            add_all(transaction, &key, &participation, what)?;
            Ok(participation)
        })
    }

    /// Lists the bans, newest first; `after` is where the page before ended.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn list_bans(&self, after: Option<BanId>, limit: Limit) -> Result<Page<Ban, BanId>, Error> {
        let items = self
            .core
            .read(|connection| bans::page(connection, after, limit))?;
        Ok(page(items, limit, |ban| ban.id))
    }

    /// Lets a name or an address join again; nothing of it is kept.
    ///
    /// # Errors
    /// [`Error::BanNotFound`], or what every write can answer.
    pub fn lift_ban(&self, id: BanId) -> Result<(), Error> {
        self.core.writer.call(move |transaction| {
            if bans::find_by_id(transaction.connection, id)?.is_none() {
                return Err(Error::BanNotFound.into());
            }
            bans::delete(transaction.connection, id)?;
            transaction.append(Ban::lift(id, transaction.now))?;
            Ok(())
        })
    }
}

fn add_all(
    transaction: &Transaction<'_>,
    key: &InstallationKey,
    participation: &Participation,
    what: BanWhat,
) -> Result<Vec<Ban>, Failure> {
    let new = what.of(participation)?;
    new.into_iter()
        .map(|new| add(transaction, key, new, Some(participation.id)))
        .collect()
}

fn add(
    transaction: &Transaction<'_>,
    key: &InstallationKey,
    new: NewBan,
    participation_id: Option<ParticipationId>,
) -> Result<Ban, Failure> {
    let connection = transaction.connection;
    let digest = key.ban_digest(new.kind, &new.value);
    if let Some(known) = bans::find_by_digest(connection, &digest)? {
        return Ok(known);
    }
    if bans::count(connection)? >= MAX_BANS {
        return Err(Error::TooManyBans { limit: MAX_BANS }.into());
    }
    let (ban, event) = Ban::new(new, digest, participation_id, BanId::new(), transaction.now);
    bans::insert(connection, key, &ban)?;
    transaction.append(event)?;
    Ok(ban)
}

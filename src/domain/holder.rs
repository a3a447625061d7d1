//! Whose slots count together against a campaign's limit for each person.
//!
//! A name is no proof: everybody sees it, and anybody can type it. The secret that a join was answered with is one.
//!
//! * A join that shows the secret of a participation which has slots of the campaign, or waits for some, counts
//!   with that one and with all that were joined by showing a secret of theirs, whatever their names. So nobody who
//!   takes somebody's name uses up anything of theirs.
//! * Any other join counts with everything under its name, whoever it belongs to: who shows nothing may be who has
//!   all of it. Names are compared by [`ComparisonKey`], so that another spelling is no other name.
//!
//! Another name can be had for nothing, so no limit by names holds against whoever wants to evade it. What this rule
//! gives away is less: to be counted apart from one's own name one needs a participation under it that was within
//! the limit of that name.

use crate::domain::handle::ComparisonKey;
use crate::domain::id::{CampaignId, ParticipationId, UserId};
use crate::domain::participation::{Participation, ParticipationStatus};

/// Whose slots count together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Whoever has this name.
    Named(ComparisonKey),
    /// Whoever holds the secret of this participation, the first of theirs.
    Of(ParticipationId),
}

impl Holder {
    /// With whom a join counts. `shown` is the participation whose secret it shows.
    #[must_use]
    pub fn of_join(campaign: CampaignId, user: &UserId, shown: Option<&Participation>) -> Self {
        match shown {
            Some(shown) if shown.campaign_id == campaign && takes_part(shown) => {
                Self::Of(first(shown))
            }
            _ => Self::Named(user.key()),
        }
    }

    /// The first participation of theirs, if they have shown that it is.
    #[must_use]
    pub const fn shown(&self) -> Option<ParticipationId> {
        match self {
            Self::Named(_) => None,
            Self::Of(first) => Some(*first),
        }
    }

    /// With whom slots count that somebody had and gets again: with those of its own holder, and with those under
    /// its name unless it was joined by showing a secret. The most of these counts.
    #[must_use]
    pub fn of_revived(participation: &Participation) -> Vec<Self> {
        let own = Self::Of(first(participation));
        match participation.held_with {
            Some(_) => vec![own],
            None => vec![own, Self::Named(participation.user_id.key())],
        }
    }

    /// Whether slots of a participation in the campaign count.
    #[must_use]
    pub fn counts(&self, participation: &Participation) -> bool {
        takes_part(participation)
            && match self {
                Self::Named(name) => participation.user_id.key() == *name,
                Self::Of(id) => first(participation) == *id,
            }
    }
}

fn first(participation: &Participation) -> ParticipationId {
    participation.held_with.unwrap_or(participation.id)
}

const fn takes_part(participation: &Participation) -> bool {
    participation.status.is_live()
        || matches!(participation.status, ParticipationStatus::Waitlisted)
}

//! Where a refund goes, and the secret link by which a participant says so.
//!
//! Owns what guards a refund against whoever has got hold of the link: another account has to be confirmed by
//! the organiser, and a link that was made anew ends the one before.

use crate::domain::audit::{AuditEventKind, Metadata, NewAuditEvent};
use crate::domain::error::Error;
use crate::domain::ledger::{Refund, RefundSums, TransactionStatus};
use crate::domain::participation::Participation;
use crate::domain::time::Timestamp;

/// The participant says where a refund goes; the last one counts. From the first refund on another account than
/// before is noted as changed, also when none is to be sent just now: the next one would go there. The event still
/// needs the seal of the texts.
#[must_use]
pub fn set(
    mut participation: Participation,
    account: String,
    now: Timestamp,
) -> (Participation, NewAuditEvent) {
    let before = participation.payout_account.replace(account);
    let is_another = before.is_some() && before != participation.payout_account;
    let changed = is_another && participation.refunds != RefundSums::default();
    if changed {
        participation.account_changed_at = Some(now);
    }
    // Something of it is there to be erased again.
    participation.erased_at = None;
    participation.updated_at = now;
    let facts = Metadata::new().participation(participation.id);
    let facts = if changed {
        facts.flag("changed", true)
    } else {
        facts
    };
    let event = event(&participation, AuditEventKind::PayoutAccountSet, facts, now);
    (participation, event)
}

/// The organiser has asked the participant, and confirms the account that was seen: the one that took another's
/// place then. Nothing when there is nothing to confirm.
///
/// # Errors
/// [`Error::PayoutAccountUnconfirmed`] when it was changed again since: nobody has asked about that one.
pub fn confirm(
    mut participation: Participation,
    seen: Timestamp,
    now: Timestamp,
) -> Result<(Participation, Option<NewAuditEvent>), Error> {
    let Some(changed_at) = participation.account_changed_at.take() else {
        return Ok((participation, None));
    };
    if changed_at != seen {
        return Err(Error::PayoutAccountUnconfirmed { changed_at });
    }
    participation.updated_at = now;
    let facts = Metadata::new().participation(participation.id);
    let kind = AuditEventKind::PayoutAccountConfirmed;
    let event = event(&participation, kind, facts, now);
    Ok((participation, Some(event)))
}

/// Whether a refund may be noted as sent to where it goes.
///
/// # Errors
/// [`Error::PayoutAccountUnconfirmed`] while it is due and the organiser has not confirmed another account.
pub fn may_send(refund: &Refund) -> Result<(), Error> {
    let is_due = refund.transaction.status == TransactionStatus::Due;
    match refund.account_changed_at {
        Some(changed_at) if is_due => Err(Error::PayoutAccountUnconfirmed { changed_at }),
        _ => Ok(()),
    }
}

/// Makes the secret link anew: the one before opens nothing any more.
#[must_use]
pub fn renew_link(
    mut participation: Participation,
    now: Timestamp,
) -> (Participation, NewAuditEvent) {
    participation.token_generation = participation.token_generation.saturating_add(1);
    participation.updated_at = now;
    let facts = Metadata::new().participation(participation.id).count(
        "token_generation",
        u64::from(participation.token_generation),
    );
    let event = event(&participation, AuditEventKind::LinkRenewed, facts, now);
    (participation, event)
}

fn event(
    participation: &Participation,
    kind: AuditEventKind,
    metadata: Metadata,
    now: Timestamp,
) -> NewAuditEvent {
    NewAuditEvent {
        campaign_id: Some(participation.campaign_id),
        kind,
        metadata,
        timestamp: now,
    }
}

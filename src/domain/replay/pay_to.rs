//! What events say of the accounts that people pay to.

use serde_json::Value;

use crate::domain::audit::{AuditEvent, AuditEventKind as Kind};
use crate::domain::id::PayToId;
use crate::domain::pay_to::PayToKind;
use crate::domain::replay::{NO_FACT, Replay, Why, id_in};

/// An account that an event names.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) kind: PayToKind,
    pub(super) is_in_use: bool,
}

const NO_ACCOUNT: Why = "there is no such account in use";

impl Replay {
    /// An account comes, or is retired.
    pub(super) fn keep_account(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let id: PayToId = id_in(event, "pay_to_id")?;
        let kind = event.metadata.facts().get("kind").and_then(Value::as_str);
        let kind = kind.and_then(PayToKind::from_word).ok_or(NO_FACT)?;
        if event.kind == Kind::PayToAdded {
            let is_in_use = true;
            return match self.accounts.insert(id, Account { kind, is_in_use }) {
                None => Ok(()),
                Some(_) => Err("the account is there already"),
            };
        }
        match self.accounts.get_mut(&id) {
            Some(account) if account.is_in_use && account.kind == kind => {
                account.is_in_use = false;
                Ok(())
            }
            _ => Err(NO_ACCOUNT),
        }
    }

    /// Of what an edit changes only the accounts are in the log.
    pub(super) fn edit(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let named = self.named_accounts(event)?;
        let (_, campaign) = self.campaign(event)?;
        if let Some(named) = named {
            campaign.pay_to = named;
        }
        Ok(())
    }

    /// The accounts that an event says a campaign uses, when it says so.
    pub(super) fn named_accounts(&self, event: &AuditEvent) -> Result<Option<Vec<PayToId>>, Why> {
        let Some(ids) = event.metadata.facts().get("pay_to") else {
            return Ok(None);
        };
        let ids = ids.as_array().ok_or(NO_FACT)?;
        let read = |id: &Value| id.as_str().and_then(|id| id.parse::<PayToId>().ok());
        let ids: Option<Vec<PayToId>> = ids.iter().map(read).collect();
        let ids = ids.ok_or(NO_FACT)?;
        let in_use = |id| {
            self.accounts
                .get(id)
                .is_some_and(|account| account.is_in_use)
        };
        if ids.iter().all(in_use) {
            Ok(Some(ids))
        } else {
            Err(NO_ACCOUNT)
        }
    }
}
